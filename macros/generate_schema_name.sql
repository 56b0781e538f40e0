{#- Schemas are the layers' own names on every target: the markets live in separate databases. -#}
{%- macro generate_schema_name(custom_schema_name, node) -%}
{{ custom_schema_name or target.schema }}
{%- endmacro -%}
