{#-
  The market that is built: target sample builds it on DuckDB, target spark_sample on Spark.
-#}
{%- macro market() -%}
{{ target.name.removeprefix('spark_') }}
{%- endmacro -%}

{#-
  The one place that knows where a market's raw tables are: seeds of one name in the market's own
  folder or, in market deliveries, models on the raw store.
-#}
{%- macro raw(table) -%}
{{ ref(('delivered_' if market() == 'deliveries' else 'raw_') ~ table) }}
{%- endmacro -%}

{%- macro market_name() -%}
'{{ market() }}'
{%- endmacro -%}
