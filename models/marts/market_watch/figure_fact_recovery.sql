-- Grain: one row per fact of figures 14 to 17: what pools recovered, by cut-off year, age and
-- originator.
with

deals as (
    select * from {{ ref('figure_deal') }}
),

months as (
    select * from {{ ref('fct_recovery_by_month') }}
),

cumulative_curves as (
    select * from {{ ref('figure_14_cumulative_recovery') }}
),

period_curves as (
    select * from {{ ref('figure_15_period_recovery') }}
),

dispersion as (
    select * from {{ ref('figure_16_period_dispersion') }}
),

originator_curves as (
    select * from {{ ref('figure_17_originator_recovery') }}
),

cohort_ages as (
    select
        count(distinct cutoff_year) as cohort_count,
        min(cutoff_year) as first_cutoff_year,
        max(cutoff_year) as latest_cutoff_year,
        max(age_month) filter (where not is_thin) as longest_age_months,
        count(*) filter (where is_thin) as thin_age_count,
        count(*) as age_count
    from cumulative_curves
),

-- where the line of each cut-off year ends
line_ends as (
    select *
    from cumulative_curves
    where not is_thin
    qualify row_number() over (partition by cutoff_year order by age_month desc) = 1
),

cohort_ends as (
    select
        *,
        row_number() over (order by cutoff_year) as first_rank_no,
        row_number() over (order by cutoff_year desc) as latest_rank_no
    from line_ends
),

-- cut-off years in order, at one age: a year without deals of that age is passed over
cohort_steps as (
    select
        *,
        lag(weighted_cumulative_rate) over (partition by age_month order by cutoff_year)
            as previous_rate,
        row_number() over (partition by age_month order by cutoff_year) as first_rank_no,
        row_number() over (partition by age_month order by cutoff_year desc) as latest_rank_no
    from cumulative_curves
    where age_month in (12, 24) and not is_thin
),

step_counts as (
    select
        sum(deal_count) filter (where age_month = 12) as age_12_deal_count,
        sum(deal_count) filter (where age_month = 24) as age_24_deal_count,
        count(previous_rate) filter (where age_month = 12) as age_12_step_count,
        count(previous_rate) filter (where age_month = 24) as age_24_step_count,
        count(*) filter (where age_month = 12 and weighted_cumulative_rate < previous_rate)
            as age_12_falling_count,
        count(*) filter (where age_month = 24 and weighted_cumulative_rate < previous_rate)
            as age_24_falling_count,
        count(previous_rate) as step_count,
        count(*) filter (where weighted_cumulative_rate < previous_rate) as falling_count
    from cohort_steps
),

age_12_range as (
    select
        max(weighted_cumulative_rate) filter (where first_rank_no = 1) as first_rate,
        max(weighted_cumulative_rate) filter (where latest_rank_no = 1) as latest_rate,
        sum(deal_count) as deal_count
    from cohort_steps
    where age_month = 12
),

market_curves as (
    select *
    from period_curves
    where cohort_kind = 'market'
),

period_peaks as (
    select *
    from market_curves
    where not is_thin
    qualify
        row_number() over (
            partition by segment order by weighted_period_rate desc, age_month asc
        ) = 1
),

period_ratios as (
    select
        segment,
        max(weighted_period_rate) filter (where age_month = 6) as age_6_rate,
        max(weighted_period_rate) filter (where age_month = 24) as age_24_rate,
        max(deal_count) filter (where age_month = 6) as age_6_deal_count,
        max(deal_count) filter (where age_month = 24) as age_24_deal_count,
        max(deal_count) as deal_count,
        max(age_month) filter (where not is_thin) as longest_age_months,
        count(*) filter (where is_thin) as thin_age_count
    from market_curves
    group by segment
),

dispersion_ages as (
    select
        *,
        p75_rate - p25_rate as interquartile_range,
        max(age_month) over () as last_age_month
    from dispersion
    where not is_thin
),

dispersion_thirds as (
    select
        max(last_age_month) as longest_age_months,
        max(deal_count) as deal_count,
        max(deal_count) filter (where age_month * 3 <= last_age_month) as first_third_deal_count,
        max(deal_count) filter (where age_month * 3 > last_age_month * 2)
            as last_third_deal_count,
        {{ mean('case when age_month * 3 <= last_age_month then interquartile_range end') }}
            as first_third_range,
        {{ mean('case when age_month * 3 > last_age_month * 2 then interquartile_range end') }}
            as last_third_range
    from dispersion_ages
),

dispersion_cut as (
    select count(*) filter (where is_thin) as thin_age_count
    from dispersion
),

originator_ages as (
    select
        count(distinct originator_name) as originator_count,
        count(*) filter (where is_thin) as thin_age_count
    from originator_curves
),

originators_at_12 as (
    select
        *,
        row_number() over (order by weighted_cumulative_rate desc, originator_name asc)
            as highest_rank_no,
        row_number() over (order by weighted_cumulative_rate asc, originator_name asc)
            as lowest_rank_no
    from originator_curves
    where age_month = 12 and not is_thin
),

originator_range as (
    select
        count(*) as originator_count,
        sum(deal_count) as deal_count,
        max(weighted_cumulative_rate) - min(weighted_cumulative_rate) as rate_range
    from originators_at_12
),

originator_cohorts as (
    select
        deals.originator_key,
        deals.cutoff_year,
        count(*) as deal_count,
        {{ ratio('sum(months.cumulative_recovery_yuan)', 'sum(deals.pool_balance_yuan)') }}
            as cumulative_rate
    from months
    inner join deals
        on months.deal_key = deals.deal_key
    where
        deals.security_class = 'property'
        and deals.originator_key is not null
        and months.age_month = 12
        and months.recovery_rate is not null
        and months.cumulative_rate is not null
    group by deals.originator_key, deals.cutoff_year
),

originator_trends as (
    select
        originator_key,
        sum(deal_count) as deal_count,
        min_by(cumulative_rate, cutoff_year) as first_rate,
        max_by(cumulative_rate, cutoff_year) as latest_rate
    from originator_cohorts
    group by originator_key
    having count(*) >= 2
),

originator_trend_counts as (
    select
        count(*) as originator_count,
        count(*) filter (where latest_rate < first_rate) as falling_count,
        sum(deal_count) as deal_count
    from originator_trends
),

cumulative_facts as (
    {{ fact('cohort_ages', 14, 'cohort_count', 'cohort_count') }}
    union all
    {{ fact('cohort_ages', 14, 'first_cutoff_year', 'first_cutoff_year') }}
    union all
    {{ fact('cohort_ages', 14, 'latest_cutoff_year', 'latest_cutoff_year') }}
    union all
    {{ fact('cohort_ages', 14, 'longest_age_months', 'longest_age_months') }}
    union all
    {{ fact('cohort_ages', 14, 'thin_age_count', 'thin_age_count') }}
    union all
    {{ fact('cohort_ages', 14, 'age_count', 'age_count') }}
    union all
    {{ fact('cohort_ends where first_rank_no = 1', 14, 'first_cohort_end_months', 'age_month',
        'deal_count', 'cutoff_year') }}
    union all
    {{ fact('cohort_ends where first_rank_no = 1', 14, 'first_cohort_end_rate',
        'weighted_cumulative_rate', 'deal_count', 'cutoff_year') }}
    union all
    {{ fact('cohort_ends where latest_rank_no = 1', 14, 'latest_cohort_end_months', 'age_month',
        'deal_count', 'cutoff_year') }}
    union all
    {{ fact('cohort_ends where latest_rank_no = 1', 14, 'latest_cohort_end_rate',
        'weighted_cumulative_rate', 'deal_count', 'cutoff_year') }}
    union all
    {{ fact('cohort_steps where age_month = 12 and first_rank_no = 1', 14, 'age_12_first_rate',
        'weighted_cumulative_rate', 'deal_count', 'cutoff_year') }}
    union all
    {{ fact('cohort_steps where age_month = 12 and latest_rank_no = 1', 14,
        'age_12_latest_rate', 'weighted_cumulative_rate', 'deal_count', 'cutoff_year') }}
    union all
    {{ fact('age_12_range', 14, 'age_12_rate_change', 'latest_rate - first_rate',
        'deal_count') }}
    union all
    {{ fact('step_counts', 14, 'age_12_step_count', 'age_12_step_count',
        'age_12_deal_count') }}
    union all
    {{ fact('step_counts', 14, 'age_12_falling_step_count', 'age_12_falling_count',
        'age_12_deal_count') }}
    union all
    {{ fact('step_counts', 14, 'age_24_step_count', 'age_24_step_count',
        'age_24_deal_count') }}
    union all
    {{ fact('step_counts', 14, 'age_24_falling_step_count', 'age_24_falling_count',
        'age_24_deal_count') }}
    union all
    {{ fact('step_counts', 14, 'falling_step_ratio', ratio('falling_count', 'step_count'),
        'age_12_deal_count') }}
),

period_facts as (
    {{ fact("period_ratios where segment = 'property'", 15, 'property_deal_count', 'deal_count',
        'deal_count') }}
    union all
    {{ fact("period_ratios where segment = 'property'", 15, 'property_age_6_rate', 'age_6_rate',
        'age_6_deal_count') }}
    union all
    {{ fact("period_ratios where segment = 'property'", 15, 'property_age_24_rate',
        'age_24_rate', 'age_24_deal_count') }}
    union all
    {{ fact("period_ratios where segment = 'property'", 15, 'property_age_24_to_6_ratio',
        ratio('age_24_rate', 'age_6_rate'), 'age_24_deal_count') }}
    union all
    {{ fact("period_ratios where segment = 'unsecured'", 15, 'unsecured_deal_count',
        'deal_count', 'deal_count') }}
    union all
    {{ fact("period_ratios where segment = 'unsecured'", 15, 'unsecured_age_6_rate',
        'age_6_rate', 'age_6_deal_count') }}
    union all
    {{ fact("period_ratios where segment = 'unsecured'", 15, 'unsecured_age_24_rate',
        'age_24_rate', 'age_24_deal_count') }}
    union all
    {{ fact("period_ratios where segment = 'unsecured'", 15, 'unsecured_age_24_to_6_ratio',
        ratio('age_24_rate', 'age_6_rate'), 'age_24_deal_count') }}
    union all
    {{ fact("period_peaks where segment = 'property'", 15, 'property_peak_months', 'age_month',
        'deal_count') }}
    union all
    {{ fact("period_peaks where segment = 'property'", 15, 'property_peak_rate',
        'weighted_period_rate', 'deal_count') }}
    union all
    {{ fact("period_peaks where segment = 'unsecured'", 15, 'unsecured_peak_months',
        'age_month', 'deal_count') }}
    union all
    {{ fact("period_peaks where segment = 'unsecured'", 15, 'unsecured_peak_rate',
        'weighted_period_rate', 'deal_count') }}
    union all
    {{ fact("market_curves where segment = 'property' and age_month = 1", 15,
        'property_age_1_rate', 'weighted_period_rate', 'deal_count') }}
    union all
    {{ fact("period_ratios where segment = 'property'", 15, 'longest_age_months',
        'longest_age_months', 'deal_count') }}
    union all
    {{ fact("period_ratios where segment = 'property'", 15, 'thin_age_count', 'thin_age_count',
        'deal_count') }}
),

dispersion_facts as (
    {{ fact('dispersion_thirds', 16, 'longest_age_months', 'longest_age_months',
        'deal_count') }}
    union all
    {{ fact('dispersion_cut', 16, 'thin_age_count', 'thin_age_count') }}
    union all
    {{ fact('dispersion_thirds', 16, 'first_third_range', 'first_third_range',
        'first_third_deal_count') }}
    union all
    {{ fact('dispersion_thirds', 16, 'last_third_range', 'last_third_range',
        'last_third_deal_count') }}
    union all
    {{ fact('dispersion_thirds', 16, 'last_to_first_third_ratio',
        ratio('last_third_range', 'first_third_range'), 'last_third_deal_count') }}
),

originator_facts as (
    {{ fact('originator_ages', 17, 'originator_count', 'originator_count') }}
    union all
    {{ fact('originator_ages', 17, 'thin_age_count', 'thin_age_count') }}
    union all
    {{ fact('originator_range', 17, 'age_12_originator_count', 'originator_count',
        'deal_count') }}
    union all
    {{ fact('originators_at_12 where highest_rank_no = 1', 17, 'age_12_highest_rate',
        'weighted_cumulative_rate', 'deal_count', 'originator_name') }}
    union all
    {{ fact('originators_at_12 where lowest_rank_no = 1', 17, 'age_12_lowest_rate',
        'weighted_cumulative_rate', 'deal_count', 'originator_name') }}
    union all
    {{ fact('originator_range', 17, 'age_12_rate_range', 'rate_range', 'deal_count') }}
    union all
    {{ fact('originator_trend_counts', 17, 'compared_originator_count', 'originator_count',
        'deal_count') }}
    union all
    {{ fact('originator_trend_counts', 17, 'falling_originator_count', 'falling_count',
        'deal_count') }}
),

final as (
    select * from cumulative_facts
    union all
    select * from period_facts
    union all
    select * from dispersion_facts
    union all
    select * from originator_facts
)

select * from final
