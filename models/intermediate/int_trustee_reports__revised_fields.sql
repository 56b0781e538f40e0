-- Grain: one row per report, field and revision.
with

reports as (
    select * from {{ ref('stg_raw__trustee_reports') }}
),

restated_fields as (
    select * from {{ ref('restated_fields') }}
),

final as (
    select
        restated_fields.table_name,
        reports.deal_code,
        reports.report_no as period_no,
        cast(null as string) as row_key,
        restated_fields.field,
        true as is_present,
        case restated_fields.field
            when 'collection_start' then cast(reports.collection_start as string)
            when 'collection_end' then cast(reports.collection_end as string)
            when 'payment_date' then cast(reports.payment_date as string)
            when 'reported_on' then cast(reports.reported_on as string)
            when 'in_progress_count' then cast(reports.in_progress_count as string)
            when 'in_progress_balance' then cast(reports.in_progress_balance_yuan as string)
            when 'in_progress_recovery' then cast(reports.in_progress_recovery_yuan as string)
            when 'in_progress_recovery_to_date'
                then cast(reports.in_progress_recovery_to_date_yuan as string)
            when 'settled_count' then cast(reports.settled_count as string)
            when 'settled_balance' then cast(reports.settled_balance_yuan as string)
            when 'settled_recovery' then cast(reports.settled_recovery_yuan as string)
            when 'settled_recovery_to_date'
                then cast(reports.settled_recovery_to_date_yuan as string)
            when 'other_inflow' then cast(reports.other_inflow_yuan as string)
            when 'disposal_expenses' then cast(reports.disposal_expenses_yuan as string)
            when 'closing_balance' then cast(reports.closing_balance_yuan as string)
            when 'stated_cumulative_rate'
                then {{ number_as_text('reports.stated_cumulative_rate') }}
        end as field_value,
        reports.collection_end as as_of_date,
        reports.source_document,
        reports.known_on
    from reports
    inner join restated_fields
        on restated_fields.table_name = 'raw_trustee_reports'
    where {{ is_known('reports.known_on') }}
)

select * from final
