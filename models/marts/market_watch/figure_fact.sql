-- Grain: one row per figure and fact of the list in the seed figure_facts; a fact this market does
-- not give has no value and no label. A fact that the list lacks has no unit and no description,
-- which the contract refuses: it would never be shown.
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
        coalesce(listed.figure_no, facts.figure_no) as figure_no,
        coalesce(listed.fact, facts.fact) as fact,
        facts.label,
        facts.value,
        listed.unit,
        facts.deal_count,
        listed.description
    from listed
    full outer join facts
        on
            listed.figure_no = facts.figure_no
            and listed.fact = facts.fact
)

select * from final
