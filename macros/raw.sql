{#-
  The one place that knows where a market's raw tables are. A seed market's tables are seeds of one
  name in its own folder, enabled by the target.
-#}
{%- macro raw(table) -%}
{%- if target.name not in ['public', 'sample'] -%}
    {{ exceptions.raise_compiler_error(
        "Market '" ~ target.name ~ "' has no raw tables in this version: only 'public' and"
        ~ " 'sample' do. Build one with `dbt build --target public` or `--target sample`."
    ) }}
{%- endif -%}
{{ ref('raw_' ~ table) }}
{%- endmacro -%}

{%- macro market_name() -%}
'{{ target.name }}'
{%- endmacro -%}
