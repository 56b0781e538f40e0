{#-
  The one place that knows where a market's raw tables are: seeds of one name in the market's own
  folder or, in market deliveries, models on the raw store.
-#}
{%- macro raw(table) -%}
{{ ref(('delivered_' if target.name == 'deliveries' else 'raw_') ~ table) }}
{%- endmacro -%}

{%- macro market_name() -%}
'{{ target.name }}'
{%- endmacro -%}
