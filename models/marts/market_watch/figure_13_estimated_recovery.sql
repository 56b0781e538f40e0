-- Grain: one row per secured deal of which the issue year and an estimate are known.
with

deals as (
    select * from {{ ref('figure_deal') }}
),

estimated as (
    select
        *,
        security_class = 'property' and is_comparable as is_comparable_property
    from deals
    where
        security_group = 'secured'
        and estimated_recovery_rate is not null
        and issue_year is not null
),

comparable_years as (
    select
        issue_year,
        {{ mean('estimated_recovery_rate') }} as year_comparable_mean_rate,
        count(*) as year_comparable_deal_count
    from estimated
    where is_comparable_property
    group by issue_year
),

final as (
    select
        estimated.deal_key,
        estimated.deal_code,
        estimated.deal_name,
        estimated.originator_name,
        estimated.estimated_recovery_rate,
        comparable_years.year_comparable_mean_rate,
        coalesce(comparable_years.year_comparable_deal_count, 0) as year_comparable_deal_count,
        estimated.is_comparable_property as is_comparable,
        estimated.issue_year
    from estimated
    left outer join comparable_years
        on estimated.issue_year = comparable_years.issue_year
)

select * from final
