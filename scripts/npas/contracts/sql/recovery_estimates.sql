-- Grain: one row per delivered row of raw_recovery_estimates.
with

estimates as (
    select * from typed.recovery_estimates
),

deals as (
    select * from latest.deals
),

rated as (
    select
        lat.row_id,
        lat.deal_code,
        lat.stage,
        lat.agency_name,
        coalesce(
            cast(lat.estimated_rate as double),
            cast(lat.estimated_recovery / nullif(dea.pool_balance, 0) as double)
        ) as rate
    from latest.recovery_estimates as lat
    left outer join deals as dea
        on lat.deal_code = dea.deal_code
),

pairs as (
    select
        one.row_id,
        greatest(one.rate / other.rate, other.rate / one.rate) as apart,
        other.rate,
        other.agency_name,
        other.row_id as other_row_id
    from rated as one
    inner join rated as other
        on
            one.deal_code = other.deal_code
            and one.stage = other.stage
            and one.agency_name != other.agency_name
            and one.rate > 0
            and other.rate > 0
),

furthest as (
    select
        row_id,
        max(apart) as apart,
        -- of two that are as far the first
        arg_max(rate, (apart, -other_row_id)) as furthest_rate,
        arg_max(agency_name, (apart, -other_row_id)) as furthest_agency
    from pairs
    group by row_id
),

final as (
    select
        estimates.row_id,
        estimates.deal_code,
        case when deals.deal_code is null then estimates.deal_code end as orphan,
        case
            when estimates.agency not in (select ali.alias from reference.agency_aliases as ali)
                then estimates.agency
        end as unknown_agency,
        cast(
            coalesce(
                estimates.estimated_recovery / nullif(deals.pool_balance, 0),
                estimates.estimated_rate
            )
            as double
        ) as to_pool,
        case when to_pool <= 1.5 then to_pool end as to_pool_within_150,
        cast(estimates.estimated_rate as double) as rate,
        cast(estimates.estimated_recovery / nullif(deals.pool_balance, 0) as double)
            as computed_rate,
        greatest(
            abs(
                cast(
                    estimates.estimated_rate
                    - estimates.estimated_recovery / nullif(deals.pool_balance, 0)
                    as double
                )
            )
            - estimates.estimated_rate_half_digit
            - estimates.estimated_recovery_half_significant
            / nullif(cast(deals.pool_balance as double), 0),
            0
        ) as rate_gap,
        cast(
            estimates.estimated_rate
            / nullif(estimates.estimated_recovery / nullif(deals.pool_balance, 0), 0)
            as double
        ) as rate_to_computed,
        furthest.apart,
        furthest.furthest_rate,
        furthest.furthest_agency
    from estimates
    left outer join deals
        on estimates.deal_code = deals.deal_code
    left outer join furthest
        on estimates.row_id = furthest.row_id
)

select * from final
