{#-
  What a test reads of a model. `where: __new_deliveries__` leaves out the rows of deliveries that
  the release before had with the same content: its own test, of the same code, looked at them.
-#}
{%- macro duckdb__get_where_subquery(relation) -%}
{%- if config.get('where') != '__new_deliveries__' -%}
    {{ return(default__get_where_subquery(relation)) }}
{%- endif -%}
{%- if not attach_previous() -%}
    {{ return(relation) }}
{%- endif -%}
{#- not by ref(): what a test depends on is told before its `where` is known -#}
{%- set deliveries = relation.incorporate(path={'identifier': 'deliveries'}) -%}
{%- set filtered -%}
(
    select *
    from {{ relation }}
    where
        delivery_id in (
            select delivery_id
            from {{ deliveries }}
            where
                content_key not in (
                    select content_key
                    from {{ deliveries.incorporate(path={'database': 'previous'}) }}
                )
        )
) as new_rows
{%- endset -%}
{{ return(filtered) }}
{%- endmacro -%}
