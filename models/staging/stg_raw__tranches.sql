-- Grain: one row per deal, tranche and revision, as delivered.
with

source as (
    select * from {{ raw('tranches') }}
),

units as (
    select * from {{ ref('units') }}
),

normalised as (
    select
        {{ clean_code('source.deal_code') }} as deal_code,
        {{ clean_name('source.tranche_code') }} as tranche_code,
        {{ clean_text('source.tranche_name') }} as tranche_name,
        {{ clean_text('source.rate_type') }} as rate_type,
        {{ clean_text('source.amortisation') }} as amortisation,
        {{ value_text('source.issue_amount') }} as issue_amount_text,
        {{ value_text('source.placed_amount') }} as placed_amount_text,
        {{ value_text('source.coupon') }} as coupon_text,
        {{ value_text('source.issue_price') }} as issue_price_text,
        {{ value_text('source.expected_life_years') }} as expected_life_years_text,
        {{ value_text('source.weighted_life_years') }} as weighted_life_years_text,
        {{ date_text('source.start_date') }} as start_date_text,
        {{ date_text('source.expected_maturity') }} as expected_maturity_text,
        {{ clean_text('source.source_document') }} as source_document,
        {{ date_text('source.known_on') }} as known_on_text,
        units.yuan_factor
    from source
    left outer join units
        on {{ clean_name('source.amount_unit') }} = units.unit
),

typed as (
    select
        *,
        {{ parse_yuan('issue_amount_text') }} as issue_amount_yuan,
        {{ parse_yuan('placed_amount_text') }} as placed_amount_yuan,
        {{ parse_ratio('coupon_text') }} as coupon_ratio,
        {{ parse_number('issue_price_text') }} as issue_price,
        {{ parse_number('expected_life_years_text') }} as expected_life_years,
        {{ parse_number('weighted_life_years_text') }} as weighted_life_years,
        {{ parse_date('start_date_text') }} as start_date,
        {{ parse_date('expected_maturity_text') }} as expected_maturity_date,
        {{ parse_date('known_on_text') }} as known_on
    from normalised
),

final as (
    select
        deal_code,
        tranche_code,
        tranche_name,
        rate_type,
        amortisation,
        issue_amount_yuan,
        placed_amount_yuan,
        coupon_ratio,
        issue_price,
        expected_life_years,
        weighted_life_years,
        start_date,
        expected_maturity_date,
        nullif(
            concat_ws(
                ', ',
                {{ unread('issue_amount_text', 'issue_amount_yuan') }},
                {{ unread('placed_amount_text', 'placed_amount_yuan') }},
                {{ unread('coupon_text', 'coupon_ratio') }},
                {{ unread('issue_price_text', 'issue_price') }},
                {{ unread('expected_life_years_text', 'expected_life_years') }},
                {{ unread('weighted_life_years_text', 'weighted_life_years') }},
                {{ unread('start_date_text', 'start_date') }},
                {{ unread('expected_maturity_text', 'expected_maturity_date') }}
            ),
            ''
        ) as unread_columns,
        source_document,
        known_on
    from typed
)

select * from final
