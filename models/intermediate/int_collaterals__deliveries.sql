-- Grain: one row per deal, snapshot date and day that its collateral tape became known, of those
-- known on the as-of date.
with

collateral_tapes as (
    select * from {{ ref('stg_raw__collateral_tapes') }}
),

deliveries as (
    select
        deal_code,
        snapshot_date,
        known_on,
        {{ distinct_list('source_document') }} as source_documents,
        {{ distinct_list('delivery_id', ' ') }} as delivery_ids,
        {{ distinct_list('content_key', ' ') }} as content_keys,
        sum(row_count) as row_count
    from collateral_tapes
    where {{ is_known() }}
    group by deal_code, snapshot_date, known_on
),

final as (
    select
        *,
        known_on = max(known_on) over (partition by deal_code, snapshot_date) as is_latest
    from deliveries
)

select * from final
