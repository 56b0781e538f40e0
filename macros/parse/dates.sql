{#- Year first, whatever the marks between: 2025-01-31, 2025/1/31, 2025.1.31, 2025年1月31日, 20250131. -#}
{%- macro date_text(column) -%}
translate(
    {{ trimmed(column) }},
    '０１２３４５６７８９－／．年月/.日',
    '0123456789-------'
)
{%- endmacro -%}

{#-
  date, or null where the text is no date of the years 1900 to 2099. A clock time behind it is left
  off and never moves the day. Day-first forms and bare serial numbers are ambiguous: null.
-#}
{%- macro parse_date(column) -%}
try_cast(
    regexp_extract(
        case
            when regexp_extract({{ date_text(column) }}, '^[0-9]{8}(?:[^0-9]|$)', 0) <> ''
                then concat_ws(
                    '-',
                    substr({{ date_text(column) }}, 1, 4),
                    substr({{ date_text(column) }}, 5, 2),
                    substr({{ date_text(column) }}, 7)
                )
            else {{ date_text(column) }}
        end,
        '^((?:19|20)[0-9]{2}-[0-9]{1,2}-[0-9]{1,2})(?:[ T][0-9:.]+(?:Z|[+-][0-9:]+)?)?$',
        1
    )
    as date
)
{%- endmacro -%}
