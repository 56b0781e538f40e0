{#- Whether the market on this target is made up, for a model's column: true or false. -#}
{%- macro market_is_synthetic() -%}
{{ target.name in var('synthetic_markets') }}
{%- endmacro -%}

{#-
  In place of dbt's own macro, which every comment on a relation passes: in a synthetic market it
  opens with saying so, whatever the relation.
-#}
{%- macro alter_relation_comment(relation, relation_comment) -%}
{%- set told = relation_comment -%}
{%- if target.name in var('synthetic_markets') -%}
    {%- set told =
        'Synthetic sample (合成样本): no deal, party or amount in it is real. ' ~ relation_comment
    -%}
{%- endif -%}
{{ return(adapter.dispatch('alter_relation_comment', 'dbt')(relation, told)) }}
{%- endmacro -%}
