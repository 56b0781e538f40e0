-- Grain: one row per report, field and revision, of the reports that have more than one.
with

trustee_reports as (
    select * from {{ ref('stg_raw__trustee_reports') }}
),

restated_fields as (
    select * from {{ ref('restated_fields') }}
),

revised as (
    select *
    from trustee_reports
    where {{ is_known() }}
    qualify
        {{ is_one_of_several_revisions('deal_code, report_no') }}
),

final as (
    select
        restated_fields.table_name,
        revised.deal_code,
        revised.report_no as period_no,
        cast(null as string) as row_key,
        restated_fields.field,
        true as is_present,
        case restated_fields.field
            when 'collection_start' then cast(revised.collection_start as string)
            when 'collection_end' then cast(revised.collection_end as string)
            when 'payment_date' then cast(revised.payment_date as string)
            when 'reported_on' then cast(revised.reported_on as string)
            when 'in_progress_count' then cast(revised.in_progress_count as string)
            when 'in_progress_balance' then cast(revised.in_progress_balance_yuan as string)
            when 'in_progress_recovery' then cast(revised.in_progress_recovery_yuan as string)
            when 'in_progress_recovery_to_date'
                then cast(revised.in_progress_recovery_to_date_yuan as string)
            when 'settled_count' then cast(revised.settled_count as string)
            when 'settled_balance' then cast(revised.settled_balance_yuan as string)
            when 'settled_recovery' then cast(revised.settled_recovery_yuan as string)
            when 'settled_recovery_to_date'
                then cast(revised.settled_recovery_to_date_yuan as string)
            when 'other_inflow' then cast(revised.other_inflow_yuan as string)
            when 'disposal_expenses' then cast(revised.disposal_expenses_yuan as string)
            when 'closing_balance' then cast(revised.closing_balance_yuan as string)
            when 'stated_cumulative_rate'
                then {{ number_as_text('revised.stated_cumulative_rate') }}
        end as field_value,
        revised.collection_end as as_of_date,
        revised.source_document,
        revised.known_on
    from revised
    inner join restated_fields
        on restated_fields.table_name = 'raw_trustee_reports'
)

select * from final
