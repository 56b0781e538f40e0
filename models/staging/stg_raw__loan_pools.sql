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

renamed as (
    select
        {{ clean_code('source.deal_code') }} as deal_code,
        {{ clean_name('source.loan_no') }} as loan_no,
        {{ clean_name('source.borrower_no') }} as borrower_no,
        five_classes.five_class,
        {{ clean_text('source.guarantee_type') }} as guarantee_type,
        {{ clean_text('source.city') }} as city,
        {{ parse_yuan('source.contract_amount') }} as contract_amount_yuan,
        {{ parse_yuan('source.outstanding_principal') }} as outstanding_principal_yuan,
        {{ parse_yuan('source.outstanding_interest') }} as outstanding_interest_yuan,
        {{ parse_yuan('source.outstanding_fees') }} as outstanding_fees_yuan,
        {{ parse_number('source.overdue_days') }} as overdue_days,
        {{ parse_date('source.snapshot_date') }} as snapshot_date,
        {{ parse_date('source.granted_on') }} as granted_on,
        {{ parse_date('source.due_on') }} as due_on,
        nullif(
            concat_ws(
                ', ',
                {{ unread_yuan('source.contract_amount') }},
                {{ unread_yuan('source.outstanding_principal') }},
                {{ unread_yuan('source.outstanding_interest') }},
                {{ unread_yuan('source.outstanding_fees') }},
                {{ unread_number('source.overdue_days') }},
                {{ unread('source.five_class', 'five_classes.five_class') }},
                {{ unread_date('source.snapshot_date') }},
                {{ unread_date('source.granted_on') }},
                {{ unread_date('source.due_on') }}
            ),
            ''
        ) as unread_columns,
        {{ clean_text('source.source_document') }} as source_document,
        {{ parse_date('source.known_on') }} as known_on
    from source
    left outer join units
        on {{ clean_name('source.amount_unit') }} = units.unit
    left outer join five_classes
        on {{ clean_name('source.five_class') }} = five_classes.alias
)

select * from renamed
