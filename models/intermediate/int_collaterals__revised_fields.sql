-- Grain: one row per loan and collateral, field and delivery, of the collateral tapes delivered
-- more than once. A collateral that a delivery leaves out has a row too, without values.
with

collaterals as (
    select * from {{ ref('stg_raw__collaterals') }}
),

restated_fields as (
    select * from {{ ref('restated_fields') }}
),

redelivered_tapes as (
    select *
    from {{ ref('int_tapes__deliveries') }}
    where
        table_name = 'raw_collaterals'
        and is_redelivered
),

redelivered as (
    select collaterals.*
    from collaterals
    inner join redelivered_tapes
        on
            collaterals.deal_code = redelivered_tapes.deal_code
            and collaterals.snapshot_date = redelivered_tapes.snapshot_date
            and collaterals.known_on = redelivered_tapes.known_on
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

secured_loans as (
    select distinct
        deal_code,
        snapshot_date,
        loan_no,
        collateral_no
    from redelivered
),

final as (
    select
        restated_fields.table_name,
        secured_loans.deal_code,
        cast(null as bigint) as period_no,
        concat_ws(
            '|', cast(secured_loans.snapshot_date as string), secured_loans.loan_no,
            secured_loans.collateral_no
        ) as row_key,
        restated_fields.field,
        redelivered.loan_no is not null as is_present,
        case restated_fields.field
            when 'collateral_no' then redelivered.collateral_no
            when 'collateral_type' then redelivered.collateral_type
            when 'city' then redelivered.city
            when 'lien_rank' then cast(redelivered.lien_rank as string)
            when 'prior_claims' then cast(redelivered.prior_claims_yuan as string)
            when 'initial_value' then cast(redelivered.initial_value_yuan as string)
            when 'initial_valued_on' then cast(redelivered.initial_valued_on as string)
            when 'latest_value' then cast(redelivered.latest_value_yuan as string)
            when 'latest_valued_on' then cast(redelivered.latest_valued_on as string)
        end as field_value,
        secured_loans.snapshot_date as as_of_date,
        coalesce(redelivered.source_document, deliveries.source_document) as source_document,
        deliveries.known_on
    from secured_loans
    inner join deliveries
        on
            secured_loans.deal_code = deliveries.deal_code
            and secured_loans.snapshot_date = deliveries.snapshot_date
    inner join restated_fields
        on restated_fields.table_name = 'raw_collaterals'
    left outer join redelivered
        on
            secured_loans.deal_code = redelivered.deal_code
            and secured_loans.snapshot_date = redelivered.snapshot_date
            and secured_loans.loan_no = redelivered.loan_no
            and secured_loans.collateral_no = redelivered.collateral_no
            and deliveries.known_on = redelivered.known_on
)

select * from final
