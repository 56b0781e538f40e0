{#-
  A table of market deliveries that is filled in batches, so that memory does not grow with the
  market, and from the release before where nothing changed. Its column `content_key` tells what a
  row was made of; `npas build` names by NPAS_PREVIOUS a release of the same code and rows. What the
  rows are made of is `made_of` in the model's config: deliveries of tapes, or pools.
-#}
{%- materialization reused, adapter='duckdb' -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {{ drop_relation_if_exists(load_cached_relation(this)) }}
    {%- call statement('main') -%}
        {{ read_only(empty_batch()) }}
        create table {{ target_relation }} as
        {{ sql }}
    {%- endcall -%}
    {%- set contents = contents_of(config.require('made_of')) -%}
    {%- set kept = taken_over(target_relation, contents) -%}
    {%- for batch in batches(contents | rejectattr('content_key', 'in', kept) | list) -%}
        {%- call statement('batch') -%}
            {{ read_only(batch) }}
            insert into {{ target_relation }}
            {{ sql }}
        {%- endcall -%}
    {%- endfor -%}
    {%- call statement('all_again') -%}
        reset variable npas_raw_loan_pools;
        reset variable npas_raw_collaterals;
        reset variable npas_pools;
    {%- endcall -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do persist_docs(target_relation, model) -%}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{%- endmaterialization -%}

{#- Everything that has rows in such a table: its key, what to read of it, and how much that is. -#}
{%- macro contents_of(made_of) -%}
{%- set query -%}
{%- if made_of == 'pools' -%}
select
    content_key,
    {{ pool_name('deal_code', 'snapshot_date') }} as pool,
    row_count,
    loan_deliveries,
    collateral_deliveries
from {{ ref('int_pools__content') }}
order by loan_deliveries, pool
{%- else -%}
select
    content_key,
    null as pool,
    0 as row_count,
    case when table_name = 'raw_loan_pools' then delivery_id end as loan_deliveries,
    case when table_name = 'raw_collaterals' then delivery_id end as collateral_deliveries
from {{ ref('delivered_tables') }}
where table_name in ('raw_loan_pools', 'raw_collaterals')
order by delivery_id
{%- endif -%}
{%- endset -%}
{%- set contents = [] -%}
{%- for row in run_query(query).rows -%}
    {%- do contents.append({
        'content_key': row[0],
        'pools': [row[1]] | select | list,
        'row_count': row[2],
        'raw_loan_pools': (row[3] or '').split(),
        'raw_collaterals': (row[4] or '').split(),
    }) -%}
{%- endfor -%}
{{ return(contents) }}
{%- endmacro -%}

{%- macro empty_batch() -%}
{{ return({'raw_loan_pools': [], 'raw_collaterals': [], 'pools': [], 'row_count': 0}) }}
{%- endmacro -%}

{#- Contents put together; one that is larger than a batch should be is a batch of its own. -#}
{%- macro batches(contents) -%}
{%- set made = [] -%}
{%- for content in contents -%}
    {%- if not made or made[-1].row_count + content.row_count > var('loans_at_once') -%}
        {%- do made.append(empty_batch()) -%}
    {%- endif -%}
    {%- for name in ('raw_loan_pools', 'raw_collaterals', 'pools') -%}
        {%- do made[-1][name].extend(content[name]) -%}
    {%- endfor -%}
    {%- do made[-1].update({'row_count': made[-1].row_count + content.row_count}) -%}
{%- endfor -%}
{{ return(made) }}
{%- endmacro -%}

{#- Rows of the release before whose content is here too; the keys of which there are some. -#}
{%- macro taken_over(relation, contents) -%}
{%- if not contents or not attach_previous() -%}
    {{ return([]) }}
{%- endif -%}
{%- set old_relation = relation.incorporate(path={'database': 'previous'}) -%}
{%- set keys = contents | map(attribute='content_key') | join("', '") -%}
{%- call statement('taken_over') -%}
    insert into {{ relation }} by name
    select * from {{ old_relation }} where content_key in ('{{ keys }}')
{%- endcall -%}
{{ return(run_query('select distinct content_key from ' ~ relation).columns[0].values()) }}
{%- endmacro -%}

{#-
  Attaches the release before as `previous`, if there is one of the same code and rows; returns
  whether there is.
-#}
{%- macro attach_previous() -%}
{%- set database = env_var('NPAS_PREVIOUS', '') | replace("'", "''") -%}
{%- if database and execute -%}
    {%- do run_query("attach if not exists '" ~ database ~ "' as previous (read_only)") -%}
{%- endif -%}
{{ return(database != '' and execute) }}
{%- endmacro -%}

{#-
  What the models read until it is said anew: of tapes the batch's deliveries, beside the one that
  has no rows, and of pools the batch's.
-#}
{%- macro read_only(batch) -%}
{%- for table in ('raw_loan_pools', 'raw_collaterals') %}
set variable npas_{{ table }} = {{ files_of(table, ['none'] + batch[table] | unique | list) }};
{%- endfor %}
set variable npas_pools = cast(
    [
        {%- for pool in batch.pools %}
        '{{ pool | replace("'", "''") }}'{{ ',' if not loop.last }}
        {%- endfor %}
    ]
    as varchar[]
);
{%- endmacro -%}
