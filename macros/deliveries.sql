{#- The folder of the raw store; `npas build` names it by NPAS_RAW. -#}
{%- macro raw_store() -%}
{{ env_var('NPAS_RAW', 'warehouse/deliveries/raw') | replace("'", "''") }}
{%- endmacro -%}

{#-
  What the contracts set aside, by the list that `npas build` writes before it starts dbt. Read once:
  a release must not change when a later build writes its own list.
-#}
{%- macro set_aside_list() -%}
{%- set list = raw_store() ~ '/../contracts/set_aside.csv' -%}
{%- if execute and run_query("select count(*) from glob('" ~ list ~ "')").rows[0][0] == 0 -%}
    {{ exceptions.raise_compiler_error(
        "Market deliveries has no raw tables that were judged in " ~ raw_store()
        ~ ". Load files with `npas load PATH...`, then run `npas build --market deliveries`."
    ) }}
{%- endif -%}
read_csv(
        '{{ list }}',
        header = true,
        all_varchar = true,
        delim = ',',
        quote = '"',
        escape = '"'
    )
{%- endmacro -%}

{#- The files of one raw table in a delivery, as read_parquet takes them; `*` is every delivery. -#}
{%- macro files_in(delivery, table) -%}
{{ raw_store() }}/deliveries/{{ delivery }}/{{ table }}.*
{%- endmacro -%}

{#- The same of some deliveries, as a list. -#}
{%- macro files_of(table, deliveries) -%}
[
            {%- for delivery in deliveries %}
                '{{ files_in(delivery, table) }}'{{ ',' if not loop.last }}
            {%- endfor %}
            ]
{%- endmacro -%}

{#-
  The rows of one raw table in some deliveries, of which there is always one that has no rows. While a
  batch is read, whose files the variable of the table's name lists, those of its deliveries alone.
  Columns differ from file to file.
-#}
{%- macro rows_of(table, deliveries) -%}
{%- set files = files_of(table, (['none'] + deliveries) | unique | list) -%}
read_parquet(
        coalesce(
            list_intersect(getvariable('npas_{{ table }}'), {{ files }}),
            {{ files }}
        ),
        union_by_name = true
    )
{%- endmacro -%}

{#- The deliveries that have rows of a raw table, in the store as it is now. -#}
{%- macro deliveries_of(table) -%}
{%- set query -%}
        select distinct string_split(file, '/')[-2] as delivery_id
        from glob('{{ files_in('*', table) }}')
        order by delivery_id
{%- endset -%}
{{ run_query(query).columns[0].values() | join(' ') if execute }}
{%- endmacro -%}

{#- Those of them of which the contracts set something aside, where the list says `condition` of it. -#}
{%- macro deliveries_set_aside(table, condition='true') -%}
{%- set query -%}
        select distinct delivery_id from {{ set_aside_list() }}
        where
            table_name = '{{ table }}'
            and {{ condition }}
        order by delivery_id
{%- endset -%}
{{ run_query(query).columns[0].values() | join(' ') if execute }}
{%- endmacro -%}

{%- macro raw_tables() -%}
raw_deals raw_tranches raw_recovery_estimates raw_pool_statistics raw_recovery_statements raw_loan_pools
{#- #} raw_collaterals raw_trustee_reports raw_market_indicators
{%- endmacro -%}

{#- What tells a delivered row from all others. -#}
{%- macro place_columns() -%}
delivery_id, file, sheet, file_row
{%- endmacro -%}

{#-
  Deliveries by raw table, with a key of what each says. Other markets have none.
-#}
{%- macro contents_of_deliveries() -%}
{%- if market() == 'deliveries' -%}
select * from {{ ref('delivered_tables') }}
{%- else -%}
select
        cast(null as string) as table_name,
        cast(null as string) as delivery_id,
        cast(null as string) as content_key
{%- endif -%}
{%- endmacro -%}

{%- macro delivery_id() -%}
{{ 'delivery_id' if market() == 'deliveries' else 'cast(null as string)' }}
{%- endmacro -%}

{#-
  Rows of a raw table of which the contracts set something aside: the rules of each column. A finding
  that names its row is no reason to read the file; one about a whole column is one about each of its
  rows, and their files alone are read.
-#}
{%- macro rows_set_aside(table) -%}
select
        '{{ table }}' as table_name,
        {{ place_columns() }},
        map_from_entries(list((column_name, rules) order by column_name)) as rules
    from (
        select
            {{ place_columns() }},
            column_name,
            string_agg(distinct rule, ', ' order by rule) as rules
        from (
            select
                delivery_id,
                file,
                coalesce(sheet, '') as sheet,
                cast(file_row as bigint) as file_row,
                column_name,
                rule
            from listed
            where
                table_name = '{{ table }}'
                and file_row != '*'
            {{ and_cells_of_whole_columns(table) }}
        ) as of_cells
        group by all
    ) as of_columns
    group by all
{%- endmacro -%}

{#- The cells of columns that are set aside as a whole, to be put behind other cells; or nothing. -#}
{%- macro and_cells_of_whole_columns(table) -%}
{%- set found = deliveries_set_aside(table, "file_row = '*'").split() -%}
{%- if found -%}
union all
            select
                delivered.delivery_id,
                delivered.file,
                delivered.sheet,
                delivered.file_row,
                listed.column_name,
                listed.rule
            from {{ rows_of(table, found) }} as delivered
            inner join listed
                on
                    delivered.delivery_id = listed.delivery_id
                    and delivered.file = listed.file
                    and delivered.sheet = coalesce(listed.sheet, '')
            where
                listed.table_name = '{{ table }}'
                and listed.file_row = '*'
{%- endif -%}
{%- endmacro -%}

{#-
  The rows of one raw table of all deliveries, by its name. A repeated row is left out. A cell that
  the contracts set aside is marked with the rules, so that staging reads it as not stated: what
  depends on it is null with its reason, until it is delivered again. Nearly all rows pass as they
  are, so that a text that many of them share is read once, and no delivery is searched for set-aside
  rows that has none. The store is listed once: a view of it does not grow with it.
-#}
{%- macro delivered(table, is_tape=false) -%}
{%- set place = place_columns().split(', ') -%}
{%- set columns = model.columns | reject('in', place) | list -%}
{%- set stored = deliveries_of(table).split() -%}
{%- set searched = deliveries_set_aside(table).split() -%}
with

as_delivered as (
    select
        {%- for column in place + columns %}
        delivered.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ rows_of(table, stored | reject('in', searched) | list) }} as delivered
),

beside_set_aside as (
    select
        {%- for column in place + columns %}
        delivered.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ rows_of(table, searched) }} as delivered
    left outer join {{ ref('delivered_set_aside') }} as set_aside
        on
            set_aside.table_name = '{{ table }}'
            and delivered.delivery_id = set_aside.delivery_id
            and delivered.file = set_aside.file
            and delivered.sheet = set_aside.sheet
            and delivered.file_row = set_aside.file_row
    where set_aside.file_row is null
),

set_aside as (
    {%- if is_tape %}
    select * from {{ ref('delivered_tape_rows_set_aside') }}
    where
        table_name = '{{ table }}'
        and {{ is_delivery_in_batch(table) }}
    {%- else %}
    {{ rows_with_cells_set_aside(table) }}
    {%- endif %}
),

marked as (
    select
        {%- for column in place %}
        set_aside.{{ column }},
        {%- endfor %}
        {%- for column in columns %}
        {{ marked(column) }} as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from set_aside
),

final as (
    select * from as_delivered
    union all
    select * from beside_set_aside
    union all
    select * from marked
)

select * from final
{%- if not is_tape %}
order by {{ place_columns() }}
{%- endif %}
{%- endmacro -%}

{#- Rows of a raw table of which cells are set aside, as delivered: all that they say, as JSON. -#}
{%- macro rows_with_cells_set_aside(table) -%}
select
        set_aside.table_name,
        {%- for column in place_columns().split(', ') %}
        set_aside.{{ column }},
        {%- endfor %}
        set_aside.rules,
        cast(to_json(delivered) as varchar) as cells
    from {{ rows_of(table, deliveries_set_aside(table, "column_name != '*'").split()) }} as delivered
    inner join {{ ref('delivered_set_aside') }} as set_aside
        on
            delivered.delivery_id = set_aside.delivery_id
            and delivered.file = set_aside.file
            and delivered.sheet = set_aside.sheet
            and delivered.file_row = set_aside.file_row
    where
        set_aside.table_name = '{{ table }}'
        and not map_contains(set_aside.rules, '*')
{%- endmacro -%}

{#- Whether a row's delivery is of the batch that is read; true where no batch is. -#}
{%- macro is_delivery_in_batch(table) -%}
coalesce(
            list_contains(
                getvariable('npas_{{ table }}'),
                replace('{{ files_in("<delivery>", table) }}', '<delivery>', delivery_id)
            ),
            true
        )
{%- endmacro -%}

{%- macro marked(column) -%}
case
            when map_contains(set_aside.rules, '{{ column }}')
                then concat(
                    set_aside.cells ->> '{{ column }}',
                    ' [set aside: ', set_aside.rules['{{ column }}'], ']'
                )
            else set_aside.cells ->> '{{ column }}'
        end
{%- endmacro -%}
