{#-
  True for the rows of a key that later revisions changed, one row for each day of knowledge: the one
  that counts on that day.
-#}
{%- macro is_one_of_several_revisions(key, order='source_document asc') -%}
min(known_on) over (partition by {{ key }}) < max(known_on) over (partition by {{ key }})
        and row_number() over (partition by {{ key }}, known_on order by {{ order }}) = 1
{%- endmacro -%}

{#- A decimal as text without the zeros behind its last digit: 0.1956, 12. -#}
{%- macro number_as_text(column) -%}
regexp_replace(cast({{ column }} as string), '[.]?0+$', '')
{%- endmacro -%}
