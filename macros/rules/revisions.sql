{#- A decimal as text without the zeros behind its last digit: 0.1956, 12. -#}
{%- macro number_as_text(column) -%}
regexp_replace({{ decimal_as_text(column) }}, '[.]?0+$', '')
{%- endmacro -%}
