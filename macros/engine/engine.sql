{#- What DuckDB and Spark spell differently. One dispatched macro each; models call no other way. -#}

{%- macro add_months(day, months) -%}
{{ return(adapter.dispatch('add_months')(day, months)) }}
{%- endmacro -%}

{%- macro spark__add_months(day, months) -%}
add_months({{ day }}, cast({{ months }} as int))
{%- endmacro -%}

{%- macro duckdb__add_months(day, months) -%}
cast({{ day }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro -%}

{%- macro days_between(first_day, last_day) -%}
{{ return(adapter.dispatch('days_between')(first_day, last_day)) }}
{%- endmacro -%}

{%- macro spark__days_between(first_day, last_day) -%}
datediff({{ last_day }}, {{ first_day }})
{%- endmacro -%}

{%- macro duckdb__days_between(first_day, last_day) -%}
({{ last_day }} - {{ first_day }})
{%- endmacro -%}

{%- macro add_days(day, days) -%}
{{ return(adapter.dispatch('add_days')(day, days)) }}
{%- endmacro -%}

{%- macro spark__add_days(day, days) -%}
date_add({{ day }}, {{ days }})
{%- endmacro -%}

{%- macro duckdb__add_days(day, days) -%}
({{ day }} + ({{ days }}))
{%- endmacro -%}

{#- Whole part of a quotient of two non-negative whole numbers, exact at any size of cents. -#}
{%- macro whole_quotient(dividend, divisor) -%}
{{ return(adapter.dispatch('whole_quotient')(dividend, divisor)) }}
{%- endmacro -%}

{%- macro spark__whole_quotient(dividend, divisor) -%}
(({{ dividend }}) div ({{ divisor }}))
{%- endmacro -%}

{%- macro duckdb__whole_quotient(dividend, divisor) -%}
(cast({{ dividend }} as hugeint) // cast({{ divisor }} as hugeint))
{%- endmacro -%}

{#- The distinct values of a group as one text, sorted. -#}
{%- macro distinct_list(column, separator='; ') -%}
{{ return(adapter.dispatch('distinct_list')(column, separator)) }}
{%- endmacro -%}

{%- macro spark__distinct_list(column, separator) -%}
nullif(array_join(sort_array(collect_set({{ column }})), '{{ separator }}'), '')
{%- endmacro -%}

{%- macro duckdb__distinct_list(column, separator) -%}
string_agg(distinct {{ column }}, '{{ separator }}' order by {{ column }})
{%- endmacro -%}

{#- A decimal as text in plain figures, with zeros behind its last one. -#}
{%- macro decimal_as_text(column) -%}
{{ return(adapter.dispatch('decimal_as_text')(column)) }}
{%- endmacro -%}

{#- Its own text of next to nothing has an exponent: 0E-12, 1.00000E-7. -#}
{%- macro spark__decimal_as_text(column) -%}
replace(format_number({{ column }}, 20), ',', '')
{%- endmacro -%}

{%- macro duckdb__decimal_as_text(column) -%}
cast({{ column }} as string)
{%- endmacro -%}

{#- A double as text in plain figures, its shortest: 0.1, 12.0, 123456789.25. -#}
{%- macro double_as_text(column) -%}
{{ return(adapter.dispatch('double_as_text')(column)) }}
{%- endmacro -%}

{#- Its own text is 1.2345678925E8; twenty decimals hold all figures of a double above 0.0001. -#}
{%- macro spark__double_as_text(column) -%}
regexp_replace(
    regexp_replace(
        {{ decimal_as_text('cast(' ~ column ~ ' as decimal(38, 20))') }}, '0+$', ''
    ),
    '[.]$',
    '.0'
)
{%- endmacro -%}

{%- macro duckdb__double_as_text(column) -%}
cast({{ column }} as string)
{%- endmacro -%}
