-- The originators' sums are the sums of the deals that name one, rebuilt from staging.
with

staged_deals as (
    select * from {{ ref('int_deals__latest_revision') }}
),

resolved as (
    select * from {{ ref('int_deals__originator_resolved') }}
),

originators as (
    select * from {{ ref('dim_originator') }}
),

staged_total as (
    select
        sum(staged_deals.issue_amount_yuan) as issue_amount_yuan,
        count(*) as deal_count
    from staged_deals
    inner join resolved
        on staged_deals.deal_code = resolved.deal_code
    where resolved.originator_code is not null
),

mart_total as (
    select
        sum(issue_amount_yuan) as issue_amount_yuan,
        coalesce(sum(deal_count), 0) as deal_count
    from originators
),

final as (
    select
        staged_total.issue_amount_yuan as staged_yuan,
        mart_total.issue_amount_yuan as mart_yuan
    from staged_total
    cross join mart_total
    where
        staged_total.issue_amount_yuan is distinct from mart_total.issue_amount_yuan
        or staged_total.deal_count != mart_total.deal_count
)

select * from final
