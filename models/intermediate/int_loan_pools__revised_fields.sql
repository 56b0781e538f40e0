-- Grain: one row per loan, field and delivery, of the tapes delivered more than once. A loan that a
-- delivery leaves out has a row too, without values.
with

loan_pools as (
    select * from {{ ref('stg_raw__loan_pools') }}
),

restated_fields as (
    select * from {{ ref('restated_fields') }}
),

redelivered_tapes as (
    select *
    from {{ ref('int_tapes__deliveries') }}
    where
        table_name = 'raw_loan_pools'
        and is_redelivered
),

redelivered as (
    select loan_pools.*
    from loan_pools
    inner join redelivered_tapes
        on
            loan_pools.deal_code = redelivered_tapes.deal_code
            and loan_pools.snapshot_date = redelivered_tapes.snapshot_date
            and loan_pools.known_on = redelivered_tapes.known_on
),

deliveries as (
    select
        deal_code,
        snapshot_date,
        known_on,
        min(source_document) as source_document
    from redelivered
    group by deal_code, snapshot_date, known_on
),

loans as (
    select distinct
        deal_code,
        snapshot_date,
        loan_no
    from redelivered
),

final as (
    select
        restated_fields.table_name,
        loans.deal_code,
        cast(null as bigint) as period_no,
        concat_ws('|', cast(loans.snapshot_date as string), loans.loan_no) as row_key,
        restated_fields.field,
        redelivered.loan_no is not null as is_present,
        case restated_fields.field
            when 'loan_no' then redelivered.loan_no
            when 'borrower_no' then redelivered.borrower_no
            when 'contract_amount' then cast(redelivered.contract_amount_yuan as string)
            when 'outstanding_principal'
                then cast(redelivered.outstanding_principal_yuan as string)
            when 'outstanding_interest' then cast(redelivered.outstanding_interest_yuan as string)
            when 'outstanding_fees' then cast(redelivered.outstanding_fees_yuan as string)
            when 'granted_on' then cast(redelivered.granted_on as string)
            when 'due_on' then cast(redelivered.due_on as string)
            when 'overdue_days' then {{ number_as_text('redelivered.overdue_days') }}
            when 'five_class' then redelivered.five_class
            when 'guarantee_type' then redelivered.guarantee_type
            when 'city' then redelivered.city
        end as field_value,
        loans.snapshot_date as as_of_date,
        coalesce(redelivered.source_document, deliveries.source_document) as source_document,
        deliveries.known_on
    from loans
    inner join deliveries
        on
            loans.deal_code = deliveries.deal_code
            and loans.snapshot_date = deliveries.snapshot_date
    inner join restated_fields
        on restated_fields.table_name = 'raw_loan_pools'
    left outer join redelivered
        on
            loans.deal_code = redelivered.deal_code
            and loans.snapshot_date = redelivered.snapshot_date
            and loans.loan_no = redelivered.loan_no
            and deliveries.known_on = redelivered.known_on
)

select * from final
