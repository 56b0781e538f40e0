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

{#-
  Whether a text as a whole is of a pattern. Where nothing dispatches, outside dbt, it is for DuckDB.
-#}
{%- macro matches(text, pattern) -%}
{{ (adapter.dispatch('matches') if adapter is defined else duckdb__matches)(text, pattern) }}
{%- endmacro -%}

{#- Java's end of a text may have the end of a line behind it: there must be no character at all. -#}
{%- macro spark__matches(text, pattern) -%}
{{ text }} rlike '^(?:{{ pattern }})$(?!a|[^a])'
{%- endmacro -%}

{%- macro duckdb__matches(text, pattern) -%}
regexp_full_match({{ text }}, '{{ pattern }}')
{%- endmacro -%}

{#-
  Half-width text without white space: translate() drops a character that has no counterpart. Most
  cells have no character to change, and looking for one costs a twentieth of translating.
-#}
{%- macro half_width(column) -%}
case
    when
        regexp_extract(
            {{ column }}, '[{{ full_width_characters() }}{{ blank_characters() }}]', 0
        ) = ''
        then {{ column }}
    else
        translate(
            {{ column }},
            '{{ full_width_characters() }}{{ blank_characters() }}',
            '{{ half_width_characters() }}'
        )
end
{%- endmacro -%}

{%- macro trimmed(column) -%}
trim(translate({{ column }}, '{{ blank_characters() }}', '       '))
{%- endmacro -%}

{#-
  Marks that real files print where there is nothing, as alternatives of a pattern: DuckDB would make
  a join of so long an `in`.
-#}
{%- macro null_marks() -%}
-{1,3}|—{1,2}|–|/|NA|N/A|n/a|不适用|无|None|null|NULL|nan|NaN
{%- endmacro -%}

{#- What a cell says, in half width and without white space; null where it says nothing. -#}
{%- macro unless_null_mark(column, marks) -%}
nullif(regexp_replace({{ half_width(column) }}, '^(?:{{ marks }})$', ''), '')
{%- endmacro -%}

{#- Whether a text is ASCII without white space. On DuckDB a pattern takes twice as long to tell. -#}
{%- macro is_ascii_without_blanks(column) -%}
bit_length({{ column }}) = 8 * length({{ column }})
{%- for blank in blank_characters() if blank < "\u0080" %}
        and instr({{ column }}, '{{ blank }}') = 0
{%- endfor %}
{%- endmacro -%}

{#-
  A name for matching with an alias seed, or a number of a loan. Most are five or more characters of
  ASCII, which no mark is.
-#}
{%- macro clean_name(column) -%}
case
    when length({{ column }}) >= 5 and {{ is_ascii_without_blanks(column) }} then {{ column }}
    else {{ unless_null_mark(column, null_marks()) }}
end
{%- endmacro -%}

{#- A registered code for joining: as a name, in upper case. -#}
{%- macro clean_code(column) -%}
upper({{ clean_name(column) }})
{%- endmacro -%}

{#- Text as printed, or null where the cell is blank or a null mark. -#}
{%- macro clean_text(column) -%}
case when {{ clean_name(column) }} is not null then {{ trimmed(column) }} end
{%- endmacro -%}

{#- Where a value belongs, 一 and ■ too mean nothing. -#}
{%- macro unless_value_mark(column) -%}
{{ unless_null_mark(column, value_marks()) }}
{%- endmacro -%}

{%- macro value_marks() -%}
{{ null_marks() }}|一|■
{%- endmacro -%}

{#-
  A raw column's name when its text, `<column>_text`, says something that was not read into a value,
  else null; for the list in `unread_columns`.
-#}
{%- macro unread(text, value) -%}
case when {{ text }} is not null and {{ value }} is null then '{{ text[:-5] }}' end
{%- endmacro -%}
