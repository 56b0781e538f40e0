-- Grain: one row per statement, field and revision.
with

statements as (
    select * from {{ ref('stg_raw__recovery_statements') }}
),

restated_fields as (
    select * from {{ ref('restated_fields') }}
),

final as (
    select
        restated_fields.table_name,
        statements.deal_code,
        cast(null as bigint) as period_no,
        concat_ws('|', cast(statements.pool_as_of_date as string), statements.stated_by) as row_key,
        restated_fields.field,
        true as is_present,
        case restated_fields.field
            when 'cumulative_recovery' then cast(statements.cumulative_recovery_yuan as string)
            when 'stated_rate' then {{ number_as_text('statements.stated_rate') }}
            when 'forecast_cumulative' then cast(statements.forecast_cumulative_yuan as string)
        end as field_value,
        statements.pool_as_of_date as as_of_date,
        statements.source_document,
        statements.known_on
    from statements
    inner join restated_fields
        on restated_fields.table_name = 'raw_recovery_statements'
    where {{ is_known('statements.known_on') }}
)

select * from final
