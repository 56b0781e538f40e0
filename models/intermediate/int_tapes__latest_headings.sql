-- Grain: one row per raw table of tapes and heading as printed, of the latest delivery of each
-- tape: by it a tape's rows are found, and what it says is not read again from each of them.
with

tapes as (
    select * from {{ ref('stg_raw__tapes') }}
),

deliveries as (
    select * from {{ ref('int_tapes__deliveries') }}
),

final as (
    select distinct
        tapes.table_name,
        tapes.printed_deal_code,
        tapes.printed_snapshot_date,
        tapes.printed_known_on,
        deliveries.pool_no,
        deliveries.deal_code,
        deliveries.snapshot_date,
        deliveries.known_on
    from tapes
    inner join deliveries
        on
            tapes.table_name = deliveries.table_name
            and tapes.deal_code = deliveries.deal_code
            and tapes.snapshot_date = deliveries.snapshot_date
            and tapes.known_on = deliveries.known_on
    where
        deliveries.is_latest
        and {{ is_in_batch(pool_name('deliveries.deal_code', 'deliveries.snapshot_date')) }}
)

select * from final
