-- Grain: one row per delivered row of which the contracts set something aside.
{{ config(alias='set_aside') }}
with

listed as (
    select * from {{ set_aside_list() }}
),

final as (
    {%- for table in raw_tables().split() %}
        {{ rows_set_aside(table) }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
