{#- The `as_of` variable as a date literal, or null. Only a plain ISO date gets into SQL. -#}
{%- macro as_of_date() -%}
{%- set as_of = var('as_of', none) -%}
{%- if as_of is none -%}
cast(null as date)
{%- elif modules.re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}', as_of | string) -%}
cast('{{ as_of }}' as date)
{%- else -%}
{{ exceptions.raise_compiler_error("as_of must be a date like 2024-12-31, not '" ~ as_of ~ "'.") }}
{%- endif -%}
{%- endmacro -%}

{#- True for a fact known by the end of the `as_of` day; without `as_of` for every fact. -#}
{%- macro is_known(known_on='known_on') -%}
coalesce({{ known_on }} <= {{ as_of_date() }}, {{ as_of_date() }} is null)
{%- endmacro -%}
