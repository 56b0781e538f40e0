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

with_figures as (
    select
        source.*,
        units.yuan_factor,
        {{ bare_yuan('source.contract_amount') }} as contract_amount_bare,
        {{ bare_yuan('source.outstanding_principal') }} as outstanding_principal_bare,
        {{ bare_yuan('source.outstanding_interest') }} as outstanding_interest_bare,
        {{ bare_yuan('source.outstanding_fees') }} as outstanding_fees_bare,
        {{ bare_number('source.overdue_days') }} as overdue_days_bare
    from source
    left outer join units
        on {{ clean_name('source.amount_unit') }} = units.unit
),

normalised as (
    select
        with_figures.deal_code as printed_deal_code,
        with_figures.snapshot_date as printed_snapshot_date,
        with_figures.known_on as printed_known_on,
        {{ clean_code('with_figures.deal_code') }} as deal_code,
        {{ clean_name('with_figures.loan_no') }} as loan_no,
        {{ clean_name('with_figures.borrower_no') }} as borrower_no,
        five_classes.five_class,
        {{ value_text('with_figures.five_class') }} as five_class_text,
        {{ clean_text('with_figures.guarantee_type') }} as guarantee_type,
        {{ clean_text('with_figures.city') }} as city,
        {{ unless_bare('with_figures.contract_amount') }} as contract_amount_text,
        {{ unless_bare('with_figures.outstanding_principal') }} as outstanding_principal_text,
        {{ unless_bare('with_figures.outstanding_interest') }} as outstanding_interest_text,
        {{ unless_bare('with_figures.outstanding_fees') }} as outstanding_fees_text,
        {{ unless_bare('with_figures.overdue_days') }} as overdue_days_text,
        {{ date_text('with_figures.snapshot_date') }} as snapshot_date_text,
        {{ date_text('with_figures.granted_on') }} as granted_on_text,
        {{ date_text('with_figures.due_on') }} as due_on_text,
        {{ clean_text('with_figures.source_document') }} as source_document,
        {{ date_text('with_figures.known_on') }} as known_on_text,
        with_figures.yuan_factor,
        with_figures.contract_amount_bare,
        with_figures.outstanding_principal_bare,
        with_figures.outstanding_interest_bare,
        with_figures.outstanding_fees_bare,
        with_figures.overdue_days_bare
    from with_figures
    left outer join five_classes
        on {{ clean_name('with_figures.five_class') }} = five_classes.alias
),

typed as (
    select
        *,
        coalesce(contract_amount_bare, {{ parse_yuan('contract_amount_text') }})
            as contract_amount_yuan,
        coalesce(outstanding_principal_bare, {{ parse_yuan('outstanding_principal_text') }})
            as outstanding_principal_yuan,
        coalesce(outstanding_interest_bare, {{ parse_yuan('outstanding_interest_text') }})
            as outstanding_interest_yuan,
        coalesce(outstanding_fees_bare, {{ parse_yuan('outstanding_fees_text') }})
            as outstanding_fees_yuan,
        coalesce(overdue_days_bare, {{ parse_number('overdue_days_text') }}) as overdue_days,
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
