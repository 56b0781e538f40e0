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

{#-
  Places of rows that stand more than once. A group is 32 rows of a sheet, a bit for each: to group 1e8
  rows by their places takes more memory than a build may hold.
-#}
{%- macro check_unique_place(relation) -%}
select
    delivery_id,
    file,
    sheet,
    min(file_row) as first_row,
    max(file_row) as last_row,
    count(*) as row_count
from {{ relation }}
group by delivery_id, file, sheet, floor(file_row / 32)
having count(*) != bit_count(bit_or(cast(power(2, file_row % 32) as bigint)))
{%- endmacro -%}

{#- Rows for which the expression is false; where it is null there is nothing to compare. -#}
{%- macro check_expression(relation, expression) -%}
select *
from {{ relation }}
where not ({{ expression }})
{%- endmacro -%}
