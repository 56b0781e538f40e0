{#-
  SQL bodies of the generic tests in tests/generic: rows that break the rule. Apart from the tests, so
  that tests/meta can prove on mock rows that each can fail.
-#}

{#- Groups of rows that share all the columns; a null is a value like another. -#}
{%- macro check_unique_combination(relation, columns) -%}
select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ relation }}
group by {{ columns | join(', ') }}
having count(*) > 1
{%- endmacro -%}

{#- Rows for which the expression is false; where it is null there is nothing to compare. -#}
{%- macro check_expression(relation, expression) -%}
select *
from {{ relation }}
where not ({{ expression }})
{%- endmacro -%}
