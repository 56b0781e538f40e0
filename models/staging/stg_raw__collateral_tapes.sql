-- Grain: one row per heading of a collateral tape as printed (deal, snapshot date, day it became
-- known), document and delivery. What a tape says on each of its rows is read here, once.
{{ config(made_of='raw_collaterals') }}
with

source as (
    select
        {{ delivery_id() }} as delivery_id,
        deal_code,
        snapshot_date,
        known_on,
        source_document,
        count(*) as row_count
    from {{ raw('collaterals') }}
    group by all
),

deliveries as (
    {{ contents_of_deliveries('collaterals') }}
),

normalised as (
    select
        source.delivery_id,
        deliveries.content_key,
        source.deal_code as printed_deal_code,
        source.snapshot_date as printed_snapshot_date,
        source.known_on as printed_known_on,
        {{ clean_code('source.deal_code') }} as deal_code,
        {{ date_text('source.snapshot_date') }} as snapshot_date_text,
        {{ date_text('source.known_on') }} as known_on_text,
        {{ clean_text('source.source_document') }} as source_document,
        source.row_count
    from source
    left outer join deliveries
        on source.delivery_id = deliveries.delivery_id
),

final as (
    select
        delivery_id,
        content_key,
        printed_deal_code,
        printed_snapshot_date,
        printed_known_on,
        deal_code,
        {{ parse_date('snapshot_date_text') }} as snapshot_date,
        {{ parse_date('known_on_text') }} as known_on,
        source_document,
        row_count
    from normalised
)

select * from final
