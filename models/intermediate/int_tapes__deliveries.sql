-- Grain: one row per raw table of tapes, deal, snapshot date and day that the tape became known, of
-- those known on the as-of date.
with

tapes as (
    select * from {{ ref('stg_raw__tapes') }}
),

deliveries as (
    select
        table_name,
        deal_code,
        snapshot_date,
        known_on,
        {{ distinct_list('source_document') }} as source_documents,
        {{ distinct_list('delivery_id', ' ') }} as delivery_ids,
        {{ distinct_list('content_key', ' ') }} as content_keys,
        sum(row_count) as row_count
    from tapes
    where {{ is_known() }}
    group by table_name, deal_code, snapshot_date, known_on
),

final as (
    select
        *,
        cast(
            dense_rank() over (order by deal_code nulls last, snapshot_date nulls last) as integer
        ) as pool_no,
        known_on = max(known_on) over same_tape as is_latest,
        count(*) over same_tape > 1 as is_redelivered
    from deliveries
    window same_tape as (partition by table_name, deal_code, snapshot_date)
)

select * from final
