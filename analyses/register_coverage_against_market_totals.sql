-- How much of the market does this database hold? Market totals as published for a year, beside the
-- deals with a book date in it. Totals are no deal facts: they are read from staging.
with

indicators as (
    select * from {{ ref('stg_raw__market_indicators') }}
),

issuance as (
    select * from {{ ref('fct_issuance') }}
),

market_totals as (
    select
        indicator,
        cast(year(as_of_date) as integer) as issue_year,
        value_number,
        value_yuan,
        source_document
    from indicators
    where
        indicator in ('npas_deal_count', 'npas_issue_amount')
        and month(as_of_date) = 12
        and {{ is_known() }}
    qualify
        row_number() over (
            partition by indicator, as_of_date
            order by known_on desc, source_document asc
        ) = 1
),

market_years as (
    select
        issue_year,
        max(case when indicator = 'npas_deal_count' then cast(value_number as bigint) end)
            as market_deal_count,
        max(case when indicator = 'npas_issue_amount' then value_yuan end)
            as market_issue_amount_yuan,
        {{ distinct_list('source_document') }} as source_documents
    from market_totals
    group by issue_year
),

register_years as (
    select
        issue_year,
        count(*) as register_deal_count,
        count(issue_amount_yuan) as register_issue_amount_deal_count,
        cast(sum(issue_amount_yuan) as decimal(18, 2)) as register_issue_amount_yuan
    from issuance
    where issue_year is not null
    group by issue_year
),

final as (
    select
        market_years.issue_year,
        market_years.market_deal_count,
        coalesce(register_years.register_deal_count, 0) as register_deal_count,
        {{ ratio(
            'coalesce(register_years.register_deal_count, 0)', 'market_years.market_deal_count'
        ) }} as deal_coverage_ratio,
        market_years.market_issue_amount_yuan,
        register_years.register_issue_amount_deal_count,
        register_years.register_issue_amount_yuan,
        {{ ratio(
            'register_years.register_issue_amount_yuan', 'market_years.market_issue_amount_yuan'
        ) }} as issue_amount_coverage_ratio,
        market_years.source_documents
    from market_years
    left outer join register_years
        on market_years.issue_year = register_years.issue_year
)

select * from final
order by issue_year
