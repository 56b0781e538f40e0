-- Grain: one row per deal, snapshot date, loan and revision, as delivered.
with

source as (
    select * from {{ raw('loan_pools') }}
),

units as (
    select * from {{ ref('units') }}
),

five_classes as (
    select * from {{ ref('five_classes') }}
),

normalised as (
    select
        source.deal_code as printed_deal_code,
        source.snapshot_date as printed_snapshot_date,
        source.known_on as printed_known_on,
        {{ clean_code('source.deal_code') }} as deal_code,
        {{ clean_name('source.loan_no') }} as loan_no,
        {{ clean_name('source.borrower_no') }} as borrower_no,
        five_classes.five_class,
        {{ value_text('source.five_class') }} as five_class_text,
        {{ clean_text('source.guarantee_type') }} as guarantee_type,
        {{ clean_text('source.city') }} as city,
        {{ value_text('source.contract_amount') }} as contract_amount_text,
        {{ value_text('source.outstanding_principal') }} as outstanding_principal_text,
        {{ value_text('source.outstanding_interest') }} as outstanding_interest_text,
        {{ value_text('source.outstanding_fees') }} as outstanding_fees_text,
        {{ value_text('source.overdue_days') }} as overdue_days_text,
        {{ date_text('source.snapshot_date') }} as snapshot_date_text,
        {{ date_text('source.granted_on') }} as granted_on_text,
        {{ date_text('source.due_on') }} as due_on_text,
        {{ clean_text('source.source_document') }} as source_document,
        {{ date_text('source.known_on') }} as known_on_text,
        units.yuan_factor
    from source
    left outer join units
        on {{ clean_name('source.amount_unit') }} = units.unit
    left outer join five_classes
        on {{ clean_name('source.five_class') }} = five_classes.alias
),

typed as (
    select
        *,
        {{ parse_yuan('contract_amount_text') }} as contract_amount_yuan,
        {{ parse_yuan('outstanding_principal_text') }} as outstanding_principal_yuan,
        {{ parse_yuan('outstanding_interest_text') }} as outstanding_interest_yuan,
        {{ parse_yuan('outstanding_fees_text') }} as outstanding_fees_yuan,
        {{ parse_number('overdue_days_text') }} as overdue_days,
        {{ parse_date('snapshot_date_text') }} as snapshot_date,
        {{ parse_date('granted_on_text') }} as granted_on,
        {{ parse_date('due_on_text') }} as due_on,
        {{ parse_date('known_on_text') }} as known_on
    from normalised
),

final as (
    select
        printed_deal_code,
        printed_snapshot_date,
        printed_known_on,
        deal_code,
        loan_no,
        borrower_no,
        five_class,
        guarantee_type,
        city,
        contract_amount_yuan,
        outstanding_principal_yuan,
        outstanding_interest_yuan,
        outstanding_fees_yuan,
        overdue_days,
        snapshot_date,
        granted_on,
        due_on,
        nullif(
            concat_ws(
                ', ',
                {{ unread('contract_amount_text', 'contract_amount_yuan') }},
                {{ unread('outstanding_principal_text', 'outstanding_principal_yuan') }},
                {{ unread('outstanding_interest_text', 'outstanding_interest_yuan') }},
                {{ unread('outstanding_fees_text', 'outstanding_fees_yuan') }},
                {{ unread('overdue_days_text', 'overdue_days') }},
                {{ unread('five_class_text', 'five_class') }},
                {{ unread('snapshot_date_text', 'snapshot_date') }},
                {{ unread('granted_on_text', 'granted_on') }},
                {{ unread('due_on_text', 'due_on') }}
            ),
            ''
        ) as unread_columns,
        source_document,
        known_on
    from typed
)

select * from final
