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

renamed as (
    select
        {{ clean_code('source.deal_code') }} as deal_code,
        {{ clean_name('source.loan_no') }} as loan_no,
        {{ clean_name('source.collateral_no') }} as collateral_no,
        coalesce(collateral_types.collateral_type, {{ clean_name('source.collateral_type') }})
            as collateral_type,
        {{ clean_text('source.city') }} as city,
        {{ parse_integer('source.lien_rank') }} as lien_rank,
        {{ parse_yuan('source.prior_claims') }} as prior_claims_yuan,
        {{ parse_yuan('source.initial_value') }} as initial_value_yuan,
        {{ parse_yuan('source.latest_value') }} as latest_value_yuan,
        {{ parse_date('source.snapshot_date') }} as snapshot_date,
        {{ parse_date('source.initial_valued_on') }} as initial_valued_on,
        {{ parse_date('source.latest_valued_on') }} as latest_valued_on,
        nullif(
            concat_ws(
                ', ',
                {{ unread_integer('source.lien_rank') }},
                {{ unread_yuan('source.prior_claims') }},
                {{ unread_yuan('source.initial_value') }},
                {{ unread_yuan('source.latest_value') }},
                {{ unread_date('source.snapshot_date') }},
                {{ unread_date('source.initial_valued_on') }},
                {{ unread_date('source.latest_valued_on') }}
            ),
            ''
        ) as unread_columns,
        {{ clean_text('source.source_document') }} as source_document,
        {{ parse_date('source.known_on') }} as known_on
    from source
    left outer join units
        on {{ clean_name('source.amount_unit') }} = units.unit
    left outer join collateral_types
        on {{ clean_name('source.collateral_type') }} = collateral_types.alias
)

select * from renamed
