-- Grain: one row per figure and fact of the list in the seed figure_facts; a fact this market does
-- not give has no value and no label.
with

listed as (
    select * from {{ ref('figure_facts') }}
),

overview_facts as (
    select * from {{ ref('figure_fact_overview') }}
),

issuance_facts as (
    select * from {{ ref('figure_fact_issuance') }}
),

pool_facts as (
    select * from {{ ref('figure_fact_pools') }}
),

recovery_facts as (
    select * from {{ ref('figure_fact_recovery') }}
),

availability_facts as (
    select * from {{ ref('figure_fact_availability') }}
),

facts as (
    select * from overview_facts
    union all
    select * from issuance_facts
    union all
    select * from pool_facts
    union all
    select * from recovery_facts
    union all
    select * from availability_facts
),

final as (
    select
        listed.figure_no,
        listed.fact,
        facts.label,
        facts.value,
        listed.unit,
        facts.deal_count,
        listed.description
    from listed
    left outer join facts
        on
            listed.figure_no = facts.figure_no
            and listed.fact = facts.fact
)

select * from final
