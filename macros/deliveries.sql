{#- The folder of the raw store; `npas build` names it by NPAS_RAW. -#}
{%- macro raw_store() -%}
{{ env_var('NPAS_RAW', 'warehouse/deliveries/raw') | replace("'", "''") }}
{%- endmacro -%}

{#-
  The rows of one raw table of all deliveries, by its name. A repeated row is left out. A cell that
  the contracts set aside is marked with the rules, so that staging reads it as not stated: what
  depends on it is null with its reason, until it is delivered again.
-#}
{%- macro delivered(table) -%}
{%- set found = "select count(*) from glob('" ~ raw_store() ~ "/../contracts/set_aside.csv')" -%}
{%- if execute and run_query(found).rows[0][0] == 0 -%}
    {{ exceptions.raise_compiler_error(
        "Market deliveries has no raw tables that were judged in " ~ raw_store()
        ~ ". Load files with `npas load PATH...`, then run `npas build --market deliveries`."
    ) }}
{%- endif -%}
with

delivered as (
    select *
    from read_parquet('{{ raw_store() }}/deliveries/*/{{ table }}.*', union_by_name = true)
),

listed as (
    select *
    from read_csv(
        '{{ raw_store() }}/../contracts/set_aside.csv',
        header = true,
        all_varchar = true,
        delim = ',',
        quote = '"',
        escape = '"'
    )
    where table_name = '{{ table }}'
),

-- a finding about a whole column is one about each of its rows
found as (
    select
        delivered.delivery_id,
        delivered.file,
        delivered.sheet,
        delivered.file_row,
        listed.column_name,
        string_agg(distinct listed.rule, ', ' order by listed.rule) as rules
    from delivered
    inner join listed
        on
            delivered.delivery_id = listed.delivery_id
            and delivered.file = listed.file
            and delivered.sheet = coalesce(listed.sheet, '')
            and listed.file_row in (cast(delivered.file_row as varchar), '*')
    group by all
),

set_aside as (
    select
        delivery_id,
        file,
        sheet,
        file_row,
        map_from_entries(list((column_name, rules))) as rules
    from found
    group by all
),

final as (
    select
        delivered.delivery_id,
        delivered.file,
        delivered.sheet,
        delivered.file_row,
        {%- for column in model.columns if column not in ('delivery_id', 'file', 'sheet', 'file_row') %}
        {{ marked(column) }} as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from delivered
    left outer join set_aside
        on
            delivered.delivery_id = set_aside.delivery_id
            and delivered.file = set_aside.file
            and delivered.sheet = set_aside.sheet
            and delivered.file_row = set_aside.file_row
    where set_aside.rules is null or not map_contains(set_aside.rules, '*')
)

select * from final
order by delivery_id, file, sheet, file_row
{%- endmacro -%}

{%- macro marked(column) -%}
case
            when map_contains(set_aside.rules, '{{ column }}')
                then concat(
                    delivered.{{ column }},
                    ' [set aside: ', set_aside.rules['{{ column }}'], ']'
                )
            else delivered.{{ column }}
        end
{%- endmacro -%}
