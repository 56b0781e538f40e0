-- Grain: one row per estimate, field and revision.
with

recovery_estimates as (
    select * from {{ ref('stg_raw__recovery_estimates') }}
),

restated_fields as (
    select * from {{ ref('restated_fields') }}
),

-- an agency's ratings that became known on one day: the one that counts on that day
rated_last as (
    select *
    from recovery_estimates
    where {{ is_known() }}
    qualify
        row_number() over (
            partition by deal_code, agency_name, stage, known_on
            order by rated_on desc nulls last
        ) = 1
),

final as (
    select
        restated_fields.table_name,
        rated_last.deal_code,
        cast(null as bigint) as period_no,
        concat_ws('|', rated_last.agency_name, rated_last.stage) as row_key,
        restated_fields.field,
        true as is_present,
        case restated_fields.field
            when 'rated_on' then cast(rated_last.rated_on as string)
            when 'estimated_recovery' then cast(rated_last.estimated_recovery_yuan as string)
            when 'estimated_rate' then {{ number_as_text('rated_last.estimated_rate') }}
            when 'basis' then rated_last.basis
            when 'horizon' then rated_last.horizon
        end as field_value,
        cast(null as date) as as_of_date,
        rated_last.source_document,
        rated_last.known_on
    from rated_last
    inner join restated_fields
        on restated_fields.table_name = 'raw_recovery_estimates'
)

select * from final
