-- Grain: one row per deal, snapshot date, loan, collateral that secures it and revision, as
-- delivered.
with

source as (
    select * from {{ raw('collaterals') }}
),

units as (
    select * from {{ ref('units') }}
),

collateral_types as (
    select * from {{ ref('collateral_types') }}
),

normalised as (
    select
        source.deal_code as printed_deal_code,
        source.snapshot_date as printed_snapshot_date,
        source.known_on as printed_known_on,
        {{ clean_code('source.deal_code') }} as deal_code,
        {{ clean_name('source.loan_no') }} as loan_no,
        {{ clean_name('source.collateral_no') }} as collateral_no,
        coalesce(collateral_types.collateral_type, {{ clean_name('source.collateral_type') }})
            as collateral_type,
        {{ clean_text('source.city') }} as city,
        {{ value_text('source.lien_rank') }} as lien_rank_text,
        {{ value_text('source.prior_claims') }} as prior_claims_text,
        {{ value_text('source.initial_value') }} as initial_value_text,
        {{ value_text('source.latest_value') }} as latest_value_text,
        {{ date_text('source.snapshot_date') }} as snapshot_date_text,
        {{ date_text('source.initial_valued_on') }} as initial_valued_on_text,
        {{ date_text('source.latest_valued_on') }} as latest_valued_on_text,
        {{ clean_text('source.source_document') }} as source_document,
        {{ date_text('source.known_on') }} as known_on_text,
        units.yuan_factor
    from source
    left outer join units
        on {{ clean_name('source.amount_unit') }} = units.unit
    left outer join collateral_types
        on {{ clean_name('source.collateral_type') }} = collateral_types.alias
),

typed as (
    select
        *,
        {{ parse_integer('lien_rank_text') }} as lien_rank,
        {{ parse_yuan('prior_claims_text') }} as prior_claims_yuan,
        {{ parse_yuan('initial_value_text') }} as initial_value_yuan,
        {{ parse_yuan('latest_value_text') }} as latest_value_yuan,
        {{ parse_date('snapshot_date_text') }} as snapshot_date,
        {{ parse_date('initial_valued_on_text') }} as initial_valued_on,
        {{ parse_date('latest_valued_on_text') }} as latest_valued_on,
        {{ parse_date('known_on_text') }} as known_on
    from normalised
),

final as (
    select
        printed_deal_code,
        printed_snapshot_date,
        printed_known_on,
        deal_code,
        loan_no,
        collateral_no,
        collateral_type,
        city,
        lien_rank,
        prior_claims_yuan,
        initial_value_yuan,
        latest_value_yuan,
        snapshot_date,
        initial_valued_on,
        latest_valued_on,
        coalesce(
            {{ unread('lien_rank_text', 'lien_rank') }},
            {{ unread('prior_claims_text', 'prior_claims_yuan') }}
        ) is not null as has_unread_lien,
        nullif(
            concat_ws(
                ', ',
                {{ unread('lien_rank_text', 'lien_rank') }},
                {{ unread('prior_claims_text', 'prior_claims_yuan') }},
                {{ unread('initial_value_text', 'initial_value_yuan') }},
                {{ unread('latest_value_text', 'latest_value_yuan') }},
                {{ unread('snapshot_date_text', 'snapshot_date') }},
                {{ unread('initial_valued_on_text', 'initial_valued_on') }},
                {{ unread('latest_valued_on_text', 'latest_valued_on') }}
            ),
            ''
        ) as unread_columns,
        source_document,
        known_on
    from typed
)

select * from final
