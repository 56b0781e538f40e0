{#-
  What a cell of a number, a share, an amount or a class says, or null where it says nothing.
  Patterns use neither backslashes nor [[] so that DuckDB (RE2) and Spark (Java) read them alike:
  square brackets of footnotes are turned into round ones before matching. Most cells are a mark or
  figures and nothing else, which a match tells at a fifth of what translating costs.
-#}
{%- macro value_text(column) -%}
case
    when {{ matches(column, value_marks()) }} then null
    when {{ matches(column, '[0-9.,]+') }} then {{ column }}
    else translate({{ unless_value_mark(column) }}, '[]【】', '()()')
end
{%- endmacro -%}

{#- Group 1: sign, digits with well-formed thousands marks, at most ten significant decimals. -#}
{%- macro number_pattern(suffix) -%}
^([+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]*)(?:[.][0-9]{0,10}0*)?){{ suffix }}(?:[(]注?[0-9]*[)]|[¹²³⁴⁵⁶⁷⁸⁹])*$
{%- endmacro -%}

{#- Most cells are a few digits and nothing else, which a short decimal reads at a twentieth. -#}
{%- macro extract_number(text, suffix) -%}
case
    when {{ matches(text, '[0-9]{1,12}(?:[.][0-9]{1,6})?') }}
        then cast(try_cast({{ text }} as decimal(18, 6)) as decimal(24, 10))
    when {{ text }} is not null
        then try_cast(
            replace(regexp_extract({{ text }}, '{{ number_pattern(suffix) }}', 1), ',', '')
            as decimal(24, 10)
        )
end
{%- endmacro -%}

{#- decimal(24, 10), or null where a `value_text` is no plain number. -#}
{%- macro parse_number(text) -%}
{{ extract_number(text, '') }}
{%- endmacro -%}

{#- bigint, or null where a `value_text` is no whole number. -#}
{%- macro parse_integer(text) -%}
coalesce(
    {{ bare_integer(text) }},
    case
        when {{ parse_number(text) }} = round({{ parse_number(text) }}, 0)
            then try_cast({{ parse_number(text) }} as bigint)
    end
)
{%- endmacro -%}

{#-
  decimal(28, 12) fraction. A percent sign in the `value_text` or in the row's unit divides by a
  hundred, once; without one the number is a fraction already.
-#}
{%- macro parse_ratio(text, unit="''") -%}
cast(
    {{ extract_number(text, '%?') }}
    * case
        when instr(concat({{ text }}, coalesce({{ unit }}, '')), '%') > 0
            then cast(0.01 as decimal(3, 2))
        else cast(1 as decimal(3, 2))
    end
    as decimal(28, 12)
)
{%- endmacro -%}

{#- Yuan per unit of a `value_text`: a unit in the cell itself (3.8亿元) wins over its row's. -#}
{%- macro amount_factor(text, row_factor) -%}
case
    when instr({{ text }}, '亿') > 0 then 100000000
    when instr({{ text }}, '万') > 0 then 10000
    when instr({{ text }}, '元') > 0 then 1
    else {{ row_factor }}
end
{%- endmacro -%}

{#-
  decimal(18, 2) yuan, or null where a `value_text` has no unit or is not of whole cents. Most cells
  are plain figures in 元 or 万元, which short decimals read at a tenth.
-#}
{%- macro parse_yuan(text, row_factor='yuan_factor') -%}
case
    when {{ row_factor }} = 1 and {{ is_plain_number(text, 14, 3, 2) }}
        then {{ plain_number(text, 'decimal(18, 2)') }}
    when {{ row_factor }} = 10000 and {{ is_plain_number(text, 7, 1, 6) }}
        then {{ ten_thousands(plain_number(text, 'decimal(13, 6)')) }}
    when {{ text }} is not null
        then {{ whole_cents(amount_in_yuan(text, row_factor)) }}
end
{%- endmacro -%}

{#- Whether a text is of so many digits, or groups of three behind the first, and decimals. -#}
{%- macro is_plain_number(text, digits, groups, decimals) -%}
{{ matches(
    text,
    '(?:[0-9]{1,' ~ digits ~ '}|[0-9]{1,3}(?:,[0-9]{3}){1,' ~ groups ~ '})(?:[.][0-9]{0,' ~ decimals
    ~ '})?'
) }}
{%- endmacro -%}

{%- macro plain_number(text, type) -%}
try_cast(replace({{ text }}, ',', '') as {{ type }})
{%- endmacro -%}

{#- Yuan of a number in 万元: six of its decimals are whole cents. -#}
{%- macro ten_thousands(number) -%}
cast({{ number }} * cast(10000 as decimal(5, 0)) as decimal(18, 2))
{%- endmacro -%}

{%- macro whole_cents(amount) -%}
case when {{ amount }} = round({{ amount }}, 2) then try_cast({{ amount }} as decimal(18, 2)) end
{%- endmacro -%}

{%- macro amount_in_yuan(text, row_factor) -%}
(
    {{ extract_number(text, "(?:亿元|万元|元|亿|万)?") }}
    * cast({{ amount_factor(text, row_factor) }} as decimal(13, 0))
)
{%- endmacro -%}

{#-
  The value of a cell that is a bare figure: decimal(18, 2) yuan of digits with up to as many decimals
  as make whole cents, digits as decimal(24, 10), or digits as bigint. Nearly all figures of a tape
  are, and are read by one match. Any other cell is null here; `unless_bare` hands it to the macros
  above, which would read a bare figure as the same value.
-#}
{%- macro bare_yuan(column, row_factor='units.yuan_factor') -%}
case
    when {{ row_factor }} = 1 and {{ matches(column, '[0-9]{1,14}(?:[.][0-9]{1,2})?') }}
        then cast({{ column }} as decimal(18, 2))
    when {{ row_factor }} = 10000 and {{ matches(column, '[0-9]{1,7}(?:[.][0-9]{1,6})?') }}
        then {{ ten_thousands('cast(' ~ column ~ ' as decimal(13, 6))') }}
end
{%- endmacro -%}

{%- macro bare_number(column) -%}
case
    when {{ matches(column, '[0-9]{1,12}') }}
        then cast(cast({{ column }} as bigint) as decimal(24, 10))
end
{%- endmacro -%}

{%- macro bare_integer(column) -%}
case when {{ matches(column, '[0-9]{1,14}') }} then cast({{ column }} as bigint) end
{%- endmacro -%}

{#- The `value_text` of a cell, null where `<column>_bare` has its value. -#}
{%- macro unless_bare(column) -%}
case when {{ column }}_bare is null then {{ value_text(column) }} end
{%- endmacro -%}
