-- Grain: one row per row of a tape of which the contracts set cells aside. A tape is searched for
-- them once: it is long, and they are few.
{{ config(alias='tape_rows_set_aside', materialized='reused', made_of='deliveries') }}
with

deliveries as (
    select * from {{ ref('delivered_tables') }}
),

set_aside as (
    {%- for table in ('raw_loan_pools', 'raw_collaterals') %}
        {{ rows_with_cells_set_aside(table) }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        set_aside.table_name,
        set_aside.delivery_id,
        set_aside.file,
        set_aside.sheet,
        set_aside.file_row,
        set_aside.rules,
        set_aside.cells,
        deliveries.content_key
    from set_aside
    inner join deliveries
        on
            set_aside.table_name = deliveries.table_name
            and set_aside.delivery_id = deliveries.delivery_id
)

select * from final
