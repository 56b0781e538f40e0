-- Grain: one row per tranche, field and revision, of the tranches that have more than one.
with

tranches as (
    select * from {{ ref('stg_raw__tranches') }}
),

restated_fields as (
    select * from {{ ref('restated_fields') }}
),

revised as (
    select *
    from tranches
    where {{ is_known() }}
    qualify
        {{ is_one_of_several_revisions('deal_code, tranche_code') }}
),

final as (
    select
        restated_fields.table_name,
        revised.deal_code,
        cast(null as bigint) as period_no,
        revised.tranche_code as row_key,
        restated_fields.field,
        true as is_present,
        case restated_fields.field
            when 'tranche_name' then revised.tranche_name
            when 'issue_amount' then cast(revised.issue_amount_yuan as string)
            when 'coupon' then {{ number_as_text('revised.coupon_ratio') }}
            when 'rate_type' then revised.rate_type
            when 'amortisation' then revised.amortisation
            when 'issue_price' then {{ number_as_text('revised.issue_price') }}
            when 'start_date' then cast(revised.start_date as string)
            when 'expected_maturity' then cast(revised.expected_maturity_date as string)
            when 'placed_amount' then cast(revised.placed_amount_yuan as string)
            when 'expected_life_years' then {{ number_as_text('revised.expected_life_years') }}
            when 'weighted_life_years' then {{ number_as_text('revised.weighted_life_years') }}
        end as field_value,
        cast(null as date) as as_of_date,
        revised.source_document,
        revised.known_on
    from revised
    inner join restated_fields
        on restated_fields.table_name = 'raw_tranches'
)

select * from final
