-- Grain: one row per originator of a secured micro-small deal.
with

deals as (
    select * from {{ ref('figure_deal') }}
),

originators as (
    select
        originator_key,
        originator_name,
        originator_type,
        count(*) as deal_count,
        cast(sum(issue_amount_yuan) as decimal(18, 2)) as issue_amount_yuan
    from deals
    where security_group = 'secured' and originator_key is not null
    group by originator_key, originator_name, originator_type
),

final as (
    select
        originator_key,
        originator_name,
        originator_type,
        deal_count,
        issue_amount_yuan,
        {{ ratio('issue_amount_yuan', '(sum(issue_amount_yuan) over ())') }} as issue_share_ratio
    from originators
)

select * from final
