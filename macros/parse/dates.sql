{#-
  What a date cell says, year first whatever the marks between: 2025-01-31, 2025/1/31, 2025.1.31,
  2025年1月31日; null where it says nothing.
-#}
{%- macro date_text(column) -%}
case
    when {{ unless_value_mark(column) }} is not null
        then
            translate(
                {{ trimmed(column) }},
                '０１２３４５６７８９－／．年月/.日',
                '0123456789-------'
            )
end
{%- endmacro -%}

{#-
  date, or null where a `date_text` is no date of the years 1900 to 2099; 20250131 is one. A clock
  time behind it is left off and never moves the day. Day-first forms and bare serial numbers are
  ambiguous: null.
-#}
{%- macro parse_date(text) -%}
try_cast(
    regexp_extract(
        case
            when regexp_extract({{ text }}, '^[0-9]{8}(?:[^0-9]|$)', 0) <> ''
                then concat_ws(
                    '-',
                    substr({{ text }}, 1, 4),
                    substr({{ text }}, 5, 2),
                    substr({{ text }}, 7)
                )
            else {{ text }}
        end,
        '^((?:19|20)[0-9]{2}-[0-9]{1,2}-[0-9]{1,2})(?:[ T][0-9:.]+(?:Z|[+-][0-9:]+)?)?$',
        1
    )
    as date
)
{%- endmacro -%}
