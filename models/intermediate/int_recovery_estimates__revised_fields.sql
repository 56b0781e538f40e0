-- Grain: one row per estimate, field and revision, of the estimates that have more than one.
with

recovery_estimates as (
    select * from {{ ref('stg_raw__recovery_estimates') }}
),

restated_fields as (
    select * from {{ ref('restated_fields') }}
),

revised as (
    select *
    from recovery_estimates
    where {{ is_known() }}
    qualify
        {{ is_one_of_several_revisions(
            'deal_code, agency_name, stage',
            order='rated_on desc nulls last, source_document asc'
        ) }}
),

final as (
    select
        restated_fields.table_name,
        revised.deal_code,
        cast(null as bigint) as period_no,
        concat_ws('|', revised.agency_name, revised.stage) as row_key,
        restated_fields.field,
        true as is_present,
        case restated_fields.field
            when 'rated_on' then cast(revised.rated_on as string)
            when 'estimated_recovery' then cast(revised.estimated_recovery_yuan as string)
            when 'estimated_rate' then {{ number_as_text('revised.estimated_rate') }}
            when 'basis' then revised.basis
            when 'horizon' then revised.horizon
        end as field_value,
        cast(null as date) as as_of_date,
        revised.source_document,
        revised.known_on
    from revised
    inner join restated_fields
        on restated_fields.table_name = 'raw_recovery_estimates'
)

select * from final
