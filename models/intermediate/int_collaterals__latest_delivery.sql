-- Grain: one row per deal, snapshot date and loan and collateral. A redelivered tape replaces the
-- whole snapshot: what it leaves out is gone.
with

collaterals as (
    select * from {{ ref('stg_raw__collaterals') }}
),

headings as (
    select *
    from {{ ref('int_tapes__latest_headings') }}
    where table_name = 'raw_collaterals'
),

final as (
    select
        headings.pool_no,
        headings.deal_code,
        headings.snapshot_date,
        headings.known_on,
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
    inner join headings
        on
            collaterals.printed_deal_code = headings.printed_deal_code
            and collaterals.printed_snapshot_date = headings.printed_snapshot_date
            and collaterals.printed_known_on = headings.printed_known_on
)

select * from final
