{#-
  One fact of a figure, in the shape that all of them share; the arguments are SQL expressions. Its
  unit and meaning are in the seed figure_facts. `deal_count`: the deals behind the value.
-#}
{%- macro fact(relation, figure_no, name, value='null', deal_count='null', label='null') -%}
select
        {{ figure_no }} as figure_no,
        '{{ name }}' as fact,
        cast({{ label }} as string) as label,
        cast({{ value }} as double) as value,
        cast({{ deal_count }} as bigint) as deal_count
    from {{ relation }}
{%- endmacro -%}
