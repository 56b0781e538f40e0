-- Grain: one row per deal, snapshot date and loan and collateral. A redelivered tape replaces the
-- whole snapshot: what it leaves out is gone.
with

collaterals as (
    select * from {{ ref('stg_raw__collaterals') }}
),

collateral_tapes as (
    select * from {{ ref('stg_raw__collateral_tapes') }}
),

deliveries as (
    select * from {{ ref('int_collaterals__deliveries') }}
),

latest_headings as (
    select distinct
        collateral_tapes.printed_deal_code,
        collateral_tapes.printed_snapshot_date,
        collateral_tapes.printed_known_on,
        deliveries.deal_code,
        deliveries.snapshot_date,
        deliveries.known_on
    from collateral_tapes
    inner join deliveries
        on
            collateral_tapes.deal_code = deliveries.deal_code
            and collateral_tapes.snapshot_date = deliveries.snapshot_date
            and collateral_tapes.known_on = deliveries.known_on
    where
        deliveries.is_latest
        and {{ is_in_batch(pool_name('deliveries.deal_code', 'deliveries.snapshot_date')) }}
),

final as (
    select
        latest_headings.deal_code,
        latest_headings.snapshot_date,
        latest_headings.known_on,
        collaterals.loan_no,
        collaterals.collateral_no,
        collaterals.collateral_type,
        collaterals.city,
        collaterals.lien_rank,
        collaterals.prior_claims_yuan,
        collaterals.initial_value_yuan,
        collaterals.latest_value_yuan,
        collaterals.initial_valued_on,
        collaterals.latest_valued_on,
        collaterals.has_unread_lien,
        collaterals.unread_columns,
        collaterals.source_document
    from collaterals
    inner join latest_headings
        on
            collaterals.printed_deal_code = latest_headings.printed_deal_code
            and collaterals.printed_snapshot_date = latest_headings.printed_snapshot_date
            and collaterals.printed_known_on = latest_headings.printed_known_on
)

select * from final
