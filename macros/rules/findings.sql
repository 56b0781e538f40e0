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

{#- Two dates of which one must not lie before the other, in a shape that seven pairs share. -#}
{%- macro compared_dates(rows, owner, earlier, later) -%}
select
        deal_code,
        {{ owner }} as owner,
        '{{ earlier }}' as earlier_name,
        '{{ later }}' as later_name,
        {{ earlier }} as earlier_date,
        {{ later }} as later_date,
        source_document
    from {{ rows }}
{%- endmacro -%}
