{#-
  The one place that knows where a market's raw tables are. A seed market's tables are seeds of one
  name in its own folder, enabled by the target.
-#}
{%- macro raw(table) -%}
{%- if target.name not in ['public'] -%}
    {{ exceptions.raise_compiler_error(
        "Market '" ~ target.name ~ "' has no raw tables in this version: only 'public' does."
        ~ " Build it with `dbt build` or `npas build --market public`."
    ) }}
{%- endif -%}
{{ ref('raw_' ~ table) }}
{%- endmacro -%}

{%- macro market_name() -%}
'{{ target.name }}'
{%- endmacro -%}
