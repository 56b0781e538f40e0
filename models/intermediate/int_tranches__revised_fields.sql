-- Grain: one row per tranche, field and revision.
with

tranches as (
    select * from {{ ref('stg_raw__tranches') }}
),

restated_fields as (
    select * from {{ ref('restated_fields') }}
),

final as (
    select
        restated_fields.table_name,
        tranches.deal_code,
        cast(null as bigint) as period_no,
        tranches.tranche_code as row_key,
        restated_fields.field,
        true as is_present,
        case restated_fields.field
            when 'tranche_name' then tranches.tranche_name
            when 'issue_amount' then cast(tranches.issue_amount_yuan as string)
            when 'coupon' then {{ number_as_text('tranches.coupon_ratio') }}
            when 'rate_type' then tranches.rate_type
            when 'amortisation' then tranches.amortisation
            when 'issue_price' then {{ number_as_text('tranches.issue_price') }}
            when 'start_date' then cast(tranches.start_date as string)
            when 'expected_maturity' then cast(tranches.expected_maturity_date as string)
            when 'placed_amount' then cast(tranches.placed_amount_yuan as string)
            when 'expected_life_years' then {{ number_as_text('tranches.expected_life_years') }}
            when 'weighted_life_years' then {{ number_as_text('tranches.weighted_life_years') }}
        end as field_value,
        cast(null as date) as as_of_date,
        tranches.source_document,
        tranches.known_on
    from tranches
    inner join restated_fields
        on restated_fields.table_name = 'raw_tranches'
    where {{ is_known('tranches.known_on') }}
)

select * from final
