-- Grain: one row per heading of a loan or collateral tape as printed (deal, snapshot date, day it
-- became known), document and delivery. What a tape says on each of its rows is read here, once.
{{ config(made_of='deliveries') }}
with

source as (
    {%- for table in ['loan_pools', 'collaterals'] %}
        select
            'raw_{{ table }}' as table_name,
            {{ delivery_id() }} as delivery_id,
            deal_code,
            snapshot_date,
            known_on,
            source_document,
            count(*) as row_count
        from {{ raw(table) }}
        group by all
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

deliveries as (
    {{ contents_of_deliveries() }}
),

normalised as (
    select
        source.table_name,
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
        on
            source.table_name = deliveries.table_name
            and source.delivery_id = deliveries.delivery_id
),

final as (
    select
        table_name,
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
