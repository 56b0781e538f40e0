{#- What Chinese documents print, and its half-width twin, character by character. -#}
{%- macro full_width_characters() -%}
０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ．，％（）－−＋／：＿
{%- endmacro -%}

{%- macro half_width_characters() -%}
0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,%()--+/:_
{%- endmacro -%}

{#- Jinja turns the escapes into the characters, so that no engine has to know them. -#}
{%- macro blank_characters() -%}
{{ " \t\r\n\u00a0\u3000\ufeff" }}
{%- endmacro -%}

{#- Half-width text without white space: translate() drops a character that has no counterpart. -#}
{%- macro half_width(column) -%}
translate(
    {{ column }},
    '{{ full_width_characters() }}{{ blank_characters() }}',
    '{{ half_width_characters() }}'
)
{%- endmacro -%}

{%- macro trimmed(column) -%}
trim(translate({{ column }}, '{{ blank_characters() }}', '       '))
{%- endmacro -%}

{#- Marks that real files print where there is nothing. A mark list for numbers adds to them. -#}
{%- macro null_marks() -%}
'', '-', '--', '---', '—', '——', '–', '/', 'NA', 'N/A', 'n/a', '不适用', '无', 'None', 'null', 'NULL', 'nan', 'NaN'
{%- endmacro -%}

{#- Text as printed, or null where the cell is blank or a null mark. -#}
{%- macro clean_text(column) -%}
case when {{ half_width(column) }} not in ({{ null_marks() }}) then {{ trimmed(column) }} end
{%- endmacro -%}

{#- A name for matching with an alias seed: half-width, no white space, null marks read as null. -#}
{%- macro clean_name(column) -%}
case when {{ half_width(column) }} not in ({{ null_marks() }}) then {{ half_width(column) }} end
{%- endmacro -%}

{#- A registered code for joining: as a name, in upper case. -#}
{%- macro clean_code(column) -%}
upper({{ clean_name(column) }})
{%- endmacro -%}

{#-
  A raw column's name when its cell says something that was not read into a value, else null; one
  per kind of value, for the list in `unread_columns`.
-#}
{%- macro unread(column, parsed) -%}
case
    when {{ half_width(column) }} not in ({{ null_marks() }}, '一', '■') and {{ parsed }} is null
        then '{{ column.split(".") | last }}'
end
{%- endmacro -%}

{%- macro unread_date(column) -%}
{{ unread(column, parse_date(column)) }}
{%- endmacro -%}

{%- macro unread_number(column) -%}
{{ unread(column, parse_number(column)) }}
{%- endmacro -%}

{%- macro unread_integer(column) -%}
{{ unread(column, parse_integer(column)) }}
{%- endmacro -%}

{%- macro unread_ratio(column) -%}
{{ unread(column, parse_ratio(column)) }}
{%- endmacro -%}

{%- macro unread_yuan(column) -%}
{{ unread(column, parse_yuan(column)) }}
{%- endmacro -%}
