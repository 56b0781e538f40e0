-- Grain: one row per deal, tranche and revision, as delivered.
with

source as (
    select * from {{ raw('tranches') }}
),

units as (
    select * from {{ ref('units') }}
),

renamed as (
    select
        {{ clean_code('source.deal_code') }} as deal_code,
        {{ clean_name('source.tranche_code') }} as tranche_code,
        {{ clean_text('source.tranche_name') }} as tranche_name,
        {{ clean_text('source.rate_type') }} as rate_type,
        {{ clean_text('source.amortisation') }} as amortisation,
        {{ parse_yuan('source.issue_amount') }} as issue_amount_yuan,
        {{ parse_yuan('source.placed_amount') }} as placed_amount_yuan,
        {{ parse_ratio('source.coupon') }} as coupon_ratio,
        {{ parse_number('source.issue_price') }} as issue_price,
        {{ parse_number('source.expected_life_years') }} as expected_life_years,
        {{ parse_number('source.weighted_life_years') }} as weighted_life_years,
        {{ parse_date('source.start_date') }} as start_date,
        {{ parse_date('source.expected_maturity') }} as expected_maturity_date,
        nullif(
            concat_ws(
                ', ',
                {{ unread_yuan('source.issue_amount') }},
                {{ unread_yuan('source.placed_amount') }},
                {{ unread_ratio('source.coupon') }},
                {{ unread_number('source.issue_price') }},
                {{ unread_number('source.expected_life_years') }},
                {{ unread_number('source.weighted_life_years') }},
                {{ unread_date('source.start_date') }},
                {{ unread_date('source.expected_maturity') }}
            ),
            ''
        ) as unread_columns,
        {{ clean_text('source.source_document') }} as source_document,
        {{ parse_date('source.known_on') }} as known_on
    from source
    left outer join units
        on {{ clean_name('source.amount_unit') }} = units.unit
)

select * from renamed
