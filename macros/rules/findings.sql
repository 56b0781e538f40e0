{#- One measure of a tape beside what documents state of it, in a shape that ten of them share. -#}
{%- macro compared_measure(measure, tape_value, stated_value, tolerance) -%}
select
        deal_key,
        snapshot_date,
        source_document,
        '{{ measure }}' as measure,
        {{ tape_value }} as tape_value,
        {{ stated_value }} as stated_value,
        cast({{ tolerance }} as double) as tolerance
    from tape_comparisons
{%- endmacro -%}
