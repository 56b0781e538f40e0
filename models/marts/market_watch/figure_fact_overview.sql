-- Grain: one row per fact of the whole market (figure 0) and of figures 1 and 2.
with

deals as (
    select * from {{ ref('dim_deal') }}
),

issuance as (
    select * from {{ ref('fct_issuance') }}
),

periods as (
    select * from {{ ref('fct_recovery_by_period') }}
),

micro_small_deals as (
    select * from {{ ref('figure_deal') }}
),

indicators as (
    select * from {{ ref('int_market_indicators__latest_revision') }}
),

as_of_dates as (
    select * from {{ ref('int_as_of__date') }}
),

loan_balances as (
    select * from {{ ref('figure_01_inclusive_loan_balance') }}
),

npl_ratios as (
    select * from {{ ref('figure_02_personal_business_loan_npl') }}
),

whole_market as (
    select
        count(*) as deal_count,
        count(distinct deals.originator_key) as originator_count,
        count(issuance.issue_amount_yuan) as issue_amount_deal_count,
        sum(issuance.issue_amount_yuan) as issue_amount_yuan,
        count(issuance.pool_balance_yuan) as pool_balance_deal_count,
        sum(issuance.pool_balance_yuan) as pool_balance_yuan,
        count(deals.issue_year) as issue_year_deal_count,
        min(deals.issue_year) as first_issue_year,
        max(deals.issue_year) as latest_issue_year
    from deals
    inner join issuance
        on deals.deal_key = issuance.deal_key
),

recovered_deals as (
    select distinct deal_key
    from periods
),

segments as (
    select
        count(*) as micro_small_count,
        count(*) filter (where security_group = 'secured') as secured_count,
        count(*) filter (where security_class = 'property') as property_count,
        count(*) filter (where security_class = 'vehicle') as vehicle_count,
        count(*) filter (where security_group = 'unsecured') as unsecured_count,
        count(*) filter (where security_group = 'unknown') as unknown_security_count,
        sum(issue_amount_yuan) as micro_small_issue_amount_yuan,
        sum(issue_amount_yuan) filter (where security_group = 'secured')
            as secured_issue_amount_yuan,
        sum(pool_balance_yuan) filter (where security_group = 'secured')
            as secured_pool_balance_yuan
    from micro_small_deals
),

recoveries as (
    select
        count(*) as recovery_deal_count,
        count(*) filter (where micro_small_deals.security_class = 'property')
            as property_recovery_deal_count
    from recovered_deals
    left outer join micro_small_deals
        on recovered_deals.deal_key = micro_small_deals.deal_key
),

market_years as (
    select
        cast(year(as_of_date) as integer) as issue_year,
        max(value_number) filter (where indicator = 'npas_deal_count') as market_deal_count,
        max(value_yuan) filter (where indicator = 'npas_issue_amount')
            as market_issue_amount_yuan
    from indicators
    where
        indicator in ('npas_deal_count', 'npas_issue_amount')
        and unread_columns is null
        and month(as_of_date) = 12
    group by cast(year(as_of_date) as integer)
),

latest_market_year as (
    select *
    from market_years
    where market_deal_count is not null
    qualify row_number() over (order by issue_year desc) = 1
),

-- whether or not a total of the market is published: without one these facts are null
coverage as (
    select
        max(latest_market_year.issue_year) as issue_year,
        max(latest_market_year.market_deal_count) as market_deal_count,
        max(latest_market_year.market_issue_amount_yuan) as market_issue_amount_yuan,
        count(latest_market_year.issue_year) as deal_count,
        sum(issuance.issue_amount_yuan) filter (where latest_market_year.issue_year is not null)
            as issue_amount_yuan
    from issuance
    left outer join latest_market_year
        on issuance.issue_year = latest_market_year.issue_year
),

year_ends as (
    select
        *,
        cast(year(as_of_date) as integer) as year_end
    from loan_balances
    where is_year_end
),

loan_balance_range as (
    select
        count(balance_yuan) as balance_count,
        min(year_end) filter (where balance_yuan is not null) as first_year,
        min_by(balance_yuan, year_end) filter (where balance_yuan is not null)
            as first_balance_yuan,
        max(year_end) filter (where balance_yuan is not null) as latest_year,
        max_by(balance_yuan, year_end) filter (where balance_yuan is not null)
            as latest_balance_yuan,
        max(year_end) filter (where growth_ratio is not null) as latest_growth_year,
        max_by(growth_ratio, year_end) filter (where growth_ratio is not null)
            as latest_growth_ratio,
        max(growth_ratio) as highest_growth_ratio
    from year_ends
),

ordered_npl_ratios as (
    select
        *,
        lag(npl_ratio) over (order by as_of_date) as previous_npl_ratio,
        lag(as_of_date) over (order by as_of_date) as previous_date
    from npl_ratios
    where npl_ratio is not null
),

latest_npl_ratio as (
    select *
    from ordered_npl_ratios
    qualify row_number() over (order by as_of_date desc) = 1
),

highest_growth as (
    select *
    from year_ends
    where growth_ratio is not null
    qualify row_number() over (order by growth_ratio desc, year_end asc) = 1
),

market_facts as (
    {{ fact('as_of_dates', 0, 'market', label=market_name()) }}
    union all
    {{ fact('as_of_dates', 0, 'is_synthetic',
        value='case when ' ~ market_is_synthetic() ~ ' then 1 else 0 end') }}
    union all
    {{ fact('as_of_dates', 0, 'as_of_date', label='as_of_date') }}
    union all
    {{ fact('whole_market', 0, 'deal_count', 'deal_count', 'deal_count') }}
    union all
    {{ fact('whole_market', 0, 'originator_count', 'originator_count', 'deal_count') }}
    union all
    {{ fact('whole_market', 0, 'issue_amount_yuan', 'issue_amount_yuan',
        'issue_amount_deal_count') }}
    union all
    {{ fact('whole_market', 0, 'pool_balance_yuan', 'pool_balance_yuan',
        'pool_balance_deal_count') }}
    union all
    {{ fact('whole_market', 0, 'first_issue_year', 'first_issue_year',
        'issue_year_deal_count') }}
    union all
    {{ fact('whole_market', 0, 'latest_issue_year', 'latest_issue_year',
        'issue_year_deal_count') }}
    union all
    {{ fact('recoveries', 0, 'recovery_deal_count', 'recovery_deal_count',
        'recovery_deal_count') }}
    union all
    {{ fact('recoveries', 0, 'property_recovery_deal_count',
        'property_recovery_deal_count', 'property_recovery_deal_count') }}
),

segment_facts as (
    {{ fact('segments', 0, 'micro_small_deal_count', 'micro_small_count',
        'micro_small_count') }}
    union all
    {{ fact('segments', 0, 'micro_small_issue_amount_yuan',
        'micro_small_issue_amount_yuan', 'micro_small_count') }}
    union all
    {{ fact('segments', 0, 'secured_deal_count', 'secured_count', 'secured_count') }}
    union all
    {{ fact('segments', 0, 'secured_issue_amount_yuan', 'secured_issue_amount_yuan',
        'secured_count') }}
    union all
    {{ fact('segments', 0, 'secured_pool_balance_yuan', 'secured_pool_balance_yuan',
        'secured_count') }}
    union all
    {{ fact('segments', 0, 'property_deal_count', 'property_count',
        'property_count') }}
    union all
    {{ fact('segments', 0, 'vehicle_deal_count', 'vehicle_count', 'vehicle_count') }}
    union all
    {{ fact('segments', 0, 'unsecured_deal_count', 'unsecured_count',
        'unsecured_count') }}
    union all
    {{ fact('segments', 0, 'unknown_security_deal_count', 'unknown_security_count',
        'unknown_security_count') }}
),

coverage_facts as (
    {{ fact('coverage', 0, 'coverage_year', 'issue_year', 'deal_count') }}
    union all
    {{ fact('coverage', 0, 'coverage_deal_count',
        'case when issue_year is not null then deal_count end', 'deal_count') }}
    union all
    {{ fact('coverage', 0, 'coverage_market_deal_count', 'market_deal_count') }}
    union all
    {{ fact('coverage', 0, 'coverage_deal_ratio',
        ratio('deal_count', 'market_deal_count'), 'deal_count') }}
    union all
    {{ fact('coverage', 0, 'coverage_issue_amount_yuan', 'issue_amount_yuan',
        'deal_count') }}
    union all
    {{ fact('coverage', 0, 'coverage_market_issue_amount_yuan',
        'market_issue_amount_yuan') }}
    union all
    {{ fact('coverage', 0, 'coverage_issue_ratio',
        ratio('issue_amount_yuan', 'market_issue_amount_yuan'), 'deal_count') }}
),

loan_balance_facts as (
    {{ fact('loan_balance_range', 1, 'first_year', 'first_year') }}
    union all
    {{ fact('loan_balance_range', 1, 'first_balance_yuan', 'first_balance_yuan') }}
    union all
    {{ fact('loan_balance_range', 1, 'latest_year', 'latest_year') }}
    union all
    {{ fact('loan_balance_range', 1, 'latest_balance_yuan', 'latest_balance_yuan') }}
    union all
    {{ fact('loan_balance_range', 1, 'balance_multiple',
        ratio('latest_balance_yuan', 'first_balance_yuan')) }}
    union all
    {{ fact('loan_balance_range', 1, 'latest_growth_year', 'latest_growth_year') }}
    union all
    {{ fact('loan_balance_range', 1, 'latest_growth_ratio', 'latest_growth_ratio') }}
    union all
    {{ fact('highest_growth', 1, 'highest_growth_year', 'year_end') }}
    union all
    {{ fact('loan_balance_range', 1, 'highest_growth_ratio',
        'highest_growth_ratio') }}
    union all
    {{ fact('loan_balance_range', 1, 'growth_change_from_highest_ratio',
        'latest_growth_ratio - highest_growth_ratio') }}
),

npl_ratio_facts as (
    {{ fact('latest_npl_ratio', 2, 'latest_date', label='as_of_date') }}
    union all
    {{ fact('latest_npl_ratio', 2, 'latest_npl_ratio', 'npl_ratio') }}
    union all
    {{ fact('latest_npl_ratio', 2, 'latest_npl_balance_yuan', 'npl_balance_yuan') }}
    union all
    {{ fact('latest_npl_ratio', 2, 'previous_date', label='previous_date') }}
    union all
    {{ fact('latest_npl_ratio', 2, 'previous_npl_ratio', 'previous_npl_ratio') }}
    union all
    {{ fact('latest_npl_ratio', 2, 'npl_ratio_change',
        'npl_ratio - previous_npl_ratio') }}
),

final as (
    select * from market_facts
    union all
    select * from segment_facts
    union all
    select * from coverage_facts
    union all
    select * from loan_balance_facts
    union all
    select * from npl_ratio_facts
)

select * from final
