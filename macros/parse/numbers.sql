{#-
  Patterns use neither backslashes nor [[] so that DuckDB (RE2) and Spark (Java) read them alike:
  square brackets of footnotes are turned into round ones before matching.
-#}
{%- macro number_text(column) -%}
translate({{ half_width(column) }}, '[]【】', '()()')
{%- endmacro -%}

{#- Group 1: sign, digits with well-formed thousands marks, at most ten significant decimals. -#}
{%- macro number_pattern(suffix) -%}
^([+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]*)(?:[.][0-9]{0,10}0*)?){{ suffix }}(?:[(]注?[0-9]*[)]|[¹²³⁴⁵⁶⁷⁸⁹])*$
{%- endmacro -%}

{%- macro extract_number(column, suffix) -%}
try_cast(
    replace(regexp_extract({{ number_text(column) }}, '{{ number_pattern(suffix) }}', 1), ',', '')
    as decimal(24, 10)
)
{%- endmacro -%}

{#- decimal(24, 10), or null where the text is no plain number. -#}
{%- macro parse_number(column) -%}
{{ extract_number(column, '') }}
{%- endmacro -%}

{#- bigint, or null where the text is no whole number. -#}
{%- macro parse_integer(column) -%}
case
    when {{ parse_number(column) }} = round({{ parse_number(column) }}, 0)
        then try_cast({{ parse_number(column) }} as bigint)
end
{%- endmacro -%}

{#-
  decimal(28, 12) fraction. A percent sign in the cell or in the row's unit divides by a hundred,
  once; without one the number is a fraction already.
-#}
{%- macro parse_ratio(column, unit="''") -%}
cast(
    {{ extract_number(column, '%?') }}
    * case
        when instr(concat({{ half_width(column) }}, coalesce({{ half_width(unit) }}, '')), '%') > 0
            then cast(0.01 as decimal(3, 2))
        else cast(1 as decimal(3, 2))
    end
    as decimal(28, 12)
)
{%- endmacro -%}

{#- The unit that a cell carries itself (3.8亿元) wins over its row's. -#}
{%- macro amount_factor(column, row_factor) -%}
case regexp_extract({{ number_text(column) }}, '{{ number_pattern("(亿元|万元|元|亿|万)?") }}', 2)
    when '亿元' then 100000000
    when '亿' then 100000000
    when '万元' then 10000
    when '万' then 10000
    when '元' then 1
    else {{ row_factor }}
end
{%- endmacro -%}

{#- decimal(18, 2) yuan, or null where the text is no amount of whole cents or has no unit. -#}
{%- macro parse_yuan(column, row_factor='units.yuan_factor') -%}
case
    when
        {{ amount_in_yuan(column, row_factor) }}
        = round({{ amount_in_yuan(column, row_factor) }}, 2)
        then try_cast({{ amount_in_yuan(column, row_factor) }} as decimal(18, 2))
end
{%- endmacro -%}

{%- macro amount_in_yuan(column, row_factor) -%}
(
    {{ extract_number(column, "(?:亿元|万元|元|亿|万)?") }}
    * cast({{ amount_factor(column, row_factor) }} as decimal(13, 0))
)
{%- endmacro -%}
