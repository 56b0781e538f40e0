-- Grain: one row per deal, report number and revision, as delivered.
with

source as (
    select * from {{ raw('trustee_reports') }}
),

units as (
    select * from {{ ref('units') }}
),

renamed as (
    select
        {{ clean_code('source.deal_code') }} as deal_code,
        {{ parse_integer('source.report_no') }} as report_no,
        {{ parse_integer('source.in_progress_count') }} as in_progress_count,
        {{ parse_integer('source.settled_count') }} as settled_count,
        {{ parse_yuan('source.in_progress_balance') }} as in_progress_balance_yuan,
        {{ parse_yuan('source.in_progress_recovery') }} as in_progress_recovery_yuan,
        {{ parse_yuan('source.in_progress_recovery_to_date') }}
            as in_progress_recovery_to_date_yuan,
        {{ parse_yuan('source.settled_balance') }} as settled_balance_yuan,
        {{ parse_yuan('source.settled_recovery') }} as settled_recovery_yuan,
        {{ parse_yuan('source.settled_recovery_to_date') }} as settled_recovery_to_date_yuan,
        {{ parse_yuan('source.other_inflow') }} as other_inflow_yuan,
        {{ parse_yuan('source.disposal_expenses') }} as disposal_expenses_yuan,
        {{ parse_yuan('source.closing_balance') }} as closing_balance_yuan,
        {{ parse_ratio('source.stated_cumulative_rate') }} as stated_cumulative_rate,
        {{ parse_date('source.collection_start') }} as collection_start,
        {{ parse_date('source.collection_end') }} as collection_end,
        {{ parse_date('source.payment_date') }} as payment_date,
        {{ parse_date('source.reported_on') }} as reported_on,
        nullif(
            concat_ws(
                ', ',
                {{ unread_integer('source.report_no') }},
                {{ unread_integer('source.in_progress_count') }},
                {{ unread_integer('source.settled_count') }},
                {{ unread_yuan('source.in_progress_balance') }},
                {{ unread_yuan('source.in_progress_recovery') }},
                {{ unread_yuan('source.in_progress_recovery_to_date') }},
                {{ unread_yuan('source.settled_balance') }},
                {{ unread_yuan('source.settled_recovery') }},
                {{ unread_yuan('source.settled_recovery_to_date') }},
                {{ unread_yuan('source.other_inflow') }},
                {{ unread_yuan('source.disposal_expenses') }},
                {{ unread_yuan('source.closing_balance') }},
                {{ unread_ratio('source.stated_cumulative_rate') }},
                {{ unread_date('source.collection_start') }},
                {{ unread_date('source.collection_end') }},
                {{ unread_date('source.payment_date') }},
                {{ unread_date('source.reported_on') }}
            ),
            ''
        ) as unread_columns,
        {{ clean_text('source.source_document') }} as source_document,
        {{ parse_date('source.known_on') }} as known_on
    from source
    left outer join units
        on {{ clean_name('source.amount_unit') }} = units.unit
)

select * from renamed
