{#-
  One figure of the market-watch report as the marts give it, in yuan where it is money.
  `threshold`: what it is compared with where the report prints no number. `population_count`: the
  deals of the figure's filter that are here; `deal_count`: those behind the value.
-#}
{%- macro computed_figure(
    relation, figure_id, value, deal_count, population_count='deal_count', threshold='null'
) -%}
select
        '{{ figure_id }}' as figure_id,
        cast({{ value }} as decimal(38, 12)) as value,
        cast({{ threshold }} as decimal(38, 12)) as threshold,
        cast({{ deal_count }} as bigint) as deal_count,
        cast({{ population_count }} as bigint) as population_count
    from {{ relation }}
{%- endmacro -%}
