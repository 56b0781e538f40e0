{#- Whether a pool is of the batch that is made; true where no batch is. -#}
{%- macro is_in_batch(pool) -%}
{{ return(adapter.dispatch('is_in_batch')(pool)) }}
{%- endmacro -%}

{%- macro spark__is_in_batch(pool) -%}
true
{%- endmacro -%}

{%- macro duckdb__is_in_batch(pool) -%}
coalesce(list_contains(getvariable('npas_pools'), {{ pool }}), true)
{%- endmacro -%}

{%- macro pool_name(deal_code, snapshot_date) -%}
concat_ws('|', {{ deal_code }}, cast({{ snapshot_date }} as string))
{%- endmacro -%}
