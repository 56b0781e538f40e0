-- How does a cohort recover, month by month of age, beside all deals of its segment? Where fewer
-- deals are left, a weighted cumulative rate may fall; the chained one does not. Another cohort:
-- --vars '{cohort_kind: originator, cohort: 浙商银行, segment: micro_small}'.
with

curves as (
    select * from {{ ref('fct_recovery_curve') }}
),

cohort as (
    select *
    from curves
    where
        cohort_kind = '{{ var("cohort_kind", "cutoff_year") | replace("'", "''") }}'
        and cohort = '{{ var("cohort", "2024") | string | replace("'", "''") }}'
        and segment = '{{ var("segment", "micro_small") | replace("'", "''") }}'
),

market as (
    select *
    from curves
    where cohort_kind = 'market'
),

final as (
    select
        cohort.cohort,
        cohort.segment,
        cohort.age_month,
        cohort.deal_count,
        cohort.balance_yuan,
        cohort.weighted_period_rate,
        cohort.weighted_cumulative_rate,
        cohort.chained_cumulative_rate,
        cohort.is_thin,
        market.deal_count as market_deal_count,
        market.chained_cumulative_rate as market_chained_cumulative_rate,
        cohort.chained_cumulative_rate - market.chained_cumulative_rate as ahead_of_market_rate
    from cohort
    -- one cohort has every age; the market of the same segment has it too
    inner join market
        on
            cohort.segment = market.segment
            and cohort.age_month = market.age_month
)

select * from final
order by age_month
