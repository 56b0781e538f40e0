-- Grain: one row per deal, report number and revision, as delivered.
with

source as (
    select * from {{ raw('trustee_reports') }}
),

units as (
    select * from {{ ref('units') }}
),

normalised as (
    select
        {{ clean_code('source.deal_code') }} as deal_code,
        {{ value_text('source.report_no') }} as report_no_text,
        {{ value_text('source.in_progress_count') }} as in_progress_count_text,
        {{ value_text('source.settled_count') }} as settled_count_text,
        {{ value_text('source.in_progress_balance') }} as in_progress_balance_text,
        {{ value_text('source.in_progress_recovery') }} as in_progress_recovery_text,
        {{ value_text('source.in_progress_recovery_to_date') }}
            as in_progress_recovery_to_date_text,
        {{ value_text('source.settled_balance') }} as settled_balance_text,
        {{ value_text('source.settled_recovery') }} as settled_recovery_text,
        {{ value_text('source.settled_recovery_to_date') }} as settled_recovery_to_date_text,
        {{ value_text('source.other_inflow') }} as other_inflow_text,
        {{ value_text('source.disposal_expenses') }} as disposal_expenses_text,
        {{ value_text('source.closing_balance') }} as closing_balance_text,
        {{ value_text('source.stated_cumulative_rate') }} as stated_cumulative_rate_text,
        {{ date_text('source.collection_start') }} as collection_start_text,
        {{ date_text('source.collection_end') }} as collection_end_text,
        {{ date_text('source.payment_date') }} as payment_date_text,
        {{ date_text('source.reported_on') }} as reported_on_text,
        {{ clean_text('source.source_document') }} as source_document,
        {{ date_text('source.known_on') }} as known_on_text,
        units.yuan_factor
    from source
    left outer join units
        on {{ clean_name('source.amount_unit') }} = units.unit
),

typed as (
    select
        *,
        {{ parse_integer('report_no_text') }} as report_no,
        {{ parse_integer('in_progress_count_text') }} as in_progress_count,
        {{ parse_integer('settled_count_text') }} as settled_count,
        {{ parse_yuan('in_progress_balance_text') }} as in_progress_balance_yuan,
        {{ parse_yuan('in_progress_recovery_text') }} as in_progress_recovery_yuan,
        {{ parse_yuan('in_progress_recovery_to_date_text') }} as in_progress_recovery_to_date_yuan,
        {{ parse_yuan('settled_balance_text') }} as settled_balance_yuan,
        {{ parse_yuan('settled_recovery_text') }} as settled_recovery_yuan,
        {{ parse_yuan('settled_recovery_to_date_text') }} as settled_recovery_to_date_yuan,
        {{ parse_yuan('other_inflow_text') }} as other_inflow_yuan,
        {{ parse_yuan('disposal_expenses_text') }} as disposal_expenses_yuan,
        {{ parse_yuan('closing_balance_text') }} as closing_balance_yuan,
        {{ parse_ratio('stated_cumulative_rate_text') }} as stated_cumulative_rate,
        {{ parse_date('collection_start_text') }} as collection_start,
        {{ parse_date('collection_end_text') }} as collection_end,
        {{ parse_date('payment_date_text') }} as payment_date,
        {{ parse_date('reported_on_text') }} as reported_on,
        {{ parse_date('known_on_text') }} as known_on
    from normalised
),

final as (
    select
        deal_code,
        report_no,
        in_progress_count,
        settled_count,
        in_progress_balance_yuan,
        in_progress_recovery_yuan,
        in_progress_recovery_to_date_yuan,
        settled_balance_yuan,
        settled_recovery_yuan,
        settled_recovery_to_date_yuan,
        other_inflow_yuan,
        disposal_expenses_yuan,
        closing_balance_yuan,
        stated_cumulative_rate,
        collection_start,
        collection_end,
        payment_date,
        reported_on,
        nullif(
            concat_ws(
                ', ',
                {{ unread('report_no_text', 'report_no') }},
                {{ unread('in_progress_count_text', 'in_progress_count') }},
                {{ unread('settled_count_text', 'settled_count') }},
                {{ unread('in_progress_balance_text', 'in_progress_balance_yuan') }},
                {{ unread('in_progress_recovery_text', 'in_progress_recovery_yuan') }},
                {{ unread(
                    'in_progress_recovery_to_date_text', 'in_progress_recovery_to_date_yuan'
                ) }},
                {{ unread('settled_balance_text', 'settled_balance_yuan') }},
                {{ unread('settled_recovery_text', 'settled_recovery_yuan') }},
                {{ unread('settled_recovery_to_date_text', 'settled_recovery_to_date_yuan') }},
                {{ unread('other_inflow_text', 'other_inflow_yuan') }},
                {{ unread('disposal_expenses_text', 'disposal_expenses_yuan') }},
                {{ unread('closing_balance_text', 'closing_balance_yuan') }},
                {{ unread('stated_cumulative_rate_text', 'stated_cumulative_rate') }},
                {{ unread('collection_start_text', 'collection_start') }},
                {{ unread('collection_end_text', 'collection_end') }},
                {{ unread('payment_date_text', 'payment_date') }},
                {{ unread('reported_on_text', 'reported_on') }}
            ),
            ''
        ) as unread_columns,
        source_document,
        known_on
    from typed
)

select * from final
