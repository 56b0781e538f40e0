-- Grain: one row per deal and snapshot date that has a loan tape, of deals that are known.
with

loan_tapes as (
    select *
    from {{ ref('int_tapes__deliveries') }}
    where
        table_name = 'raw_loan_pools'
        and is_latest
),

collateral_tapes as (
    select *
    from {{ ref('int_tapes__deliveries') }}
    where
        table_name = 'raw_collaterals'
        and is_latest
),

deals as (
    select * from {{ ref('int_deals__latest_revision') }}
),

final as (
    select
        loan_tapes.deal_code,
        loan_tapes.snapshot_date,
        md5(
            concat_ws(
                '; ',
                loan_tapes.deal_code,
                cast(loan_tapes.snapshot_date as string),
                cast(loan_tapes.known_on as string),
                loan_tapes.content_keys,
                'collaterals',
                cast(collateral_tapes.known_on as string),
                collateral_tapes.content_keys
            )
        ) as content_key,
        loan_tapes.delivery_ids as loan_deliveries,
        collateral_tapes.delivery_ids as collateral_deliveries,
        loan_tapes.row_count,
        loan_tapes.source_documents,
        loan_tapes.known_on
    from loan_tapes
    inner join deals
        on loan_tapes.deal_code = deals.deal_code
    left outer join collateral_tapes
        on
            loan_tapes.deal_code = collateral_tapes.deal_code
            and loan_tapes.snapshot_date = collateral_tapes.snapshot_date
)

select * from final
