-- Grain: one row per statement, field and revision, of the statements that have more than one.
with

recovery_statements as (
    select * from {{ ref('stg_raw__recovery_statements') }}
),

restated_fields as (
    select * from {{ ref('restated_fields') }}
),

revised as (
    select *
    from recovery_statements
    where {{ is_known() }}
    qualify
        {{ is_one_of_several_revisions('deal_code, pool_as_of_date, stated_by') }}
),

final as (
    select
        restated_fields.table_name,
        revised.deal_code,
        cast(null as bigint) as period_no,
        concat_ws('|', cast(revised.pool_as_of_date as string), revised.stated_by) as row_key,
        restated_fields.field,
        true as is_present,
        case restated_fields.field
            when 'cumulative_recovery' then cast(revised.cumulative_recovery_yuan as string)
            when 'stated_rate' then {{ number_as_text('revised.stated_rate') }}
            when 'forecast_cumulative' then cast(revised.forecast_cumulative_yuan as string)
        end as field_value,
        revised.pool_as_of_date as as_of_date,
        revised.source_document,
        revised.known_on
    from revised
    inner join restated_fields
        on restated_fields.table_name = 'raw_recovery_statements'
)

select * from final
