-- Does an agency expect more or less recovery than the others on the same deals? Every deal has two
-- first ratings, so an agency is compared on its own deals alone, never with the whole market. The
-- marts hold the mean of a deal's agencies; the single estimates are read one layer below.
with

estimates as (
    select * from {{ ref('int_recovery_estimates__latest_revision') }}
),

deals as (
    select * from {{ ref('dim_deal') }}
),

first_ratings as (
    select
        deals.deal_key,
        estimates.agency_name,
        estimates.estimated_recovery_yuan,
        estimates.estimated_rate
    from estimates
    inner join deals
        on {{ deal_key('estimates.deal_code') }} = deals.deal_key
    where
        estimates.stage = 'first_rating'
        and estimates.estimated_recovery_yuan is not null
        and estimates.estimated_rate is not null
),

-- one row per deal and pair of agencies, seen from each of the two
pairs as (
    select
        own.agency_name,
        own.deal_key,
        own.estimated_recovery_yuan,
        own.estimated_rate,
        other.estimated_recovery_yuan as other_recovery_yuan,
        other.estimated_rate as other_rate
    from first_ratings as own
    inner join first_ratings as other
        on
            own.deal_key = other.deal_key
            and own.agency_name != other.agency_name
),

final as (
    select
        agency_name,
        count(distinct deal_key) as deal_count,
        count(*) as pair_count,
        count(*) filter (where estimated_recovery_yuan > other_recovery_yuan)
            as higher_pair_count,
        cast(sum(estimated_recovery_yuan) as decimal(18, 2)) as estimated_recovery_yuan,
        cast(sum(other_recovery_yuan) as decimal(18, 2)) as other_recovery_yuan,
        {{ ratio('sum(estimated_recovery_yuan)', 'sum(other_recovery_yuan)') }} - 1
            as relative_bias_ratio,
        -- the median is deaf to the one estimate that looks ten times too small
        percentile_cont(0.50) within group (
            order by cast(estimated_rate - other_rate as double)
        ) as median_rate_difference
    from pairs
    group by agency_name
)

select * from final
order by
    deal_count desc,
    agency_name asc
