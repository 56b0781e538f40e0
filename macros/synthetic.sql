{#- Whether the market on this target is made up, for a model's column: true or false. -#}
{%- macro market_is_synthetic() -%}
{{ market() in var('synthetic_markets') }}
{%- endmacro -%}

{#- A relation's comment: in a synthetic market it opens with saying so, whatever the relation. -#}
{%- macro told_comment(relation_comment) -%}
{%- set synthetic = 'Synthetic sample (合成样本): no deal, party or amount in it is real. ' -%}
{{ synthetic if market() in var('synthetic_markets') }}{{ relation_comment }}
{%- endmacro -%}

{#- In place of dbt's own macro, which every comment on a relation passes. -#}
{%- macro alter_relation_comment(relation, relation_comment) -%}
{%- set told = told_comment(relation_comment) -%}
{{ return(adapter.dispatch('alter_relation_comment', 'dbt')(relation, told)) }}
{%- endmacro -%}

{#- In place of dbt-spark's own: it comments on a relation where it makes it. -#}
{%- macro spark__comment_clause() -%}
comment '{{ told_comment(model.description) | replace('\\', '\\\\') | replace("'", "\\'") }}'
{%- endmacro -%}
