-- Grain: one row per fact of figures 3 to 6: issuance, disposal, originators and kinds of security.
with

deals as (
    select * from {{ ref('figure_deal') }}
),

secured_originators as (
    select * from {{ ref('figure_05_secured_originators') }}
),

dated_deals as (
    select
        *,
        max(issue_year) over () as latest_year
    from deals
    where issue_year is not null
),

micro_small as (
    select
        min(issue_year) as first_year,
        max(issue_year) as latest_year,
        count(*) as deal_count,
        sum(issue_amount_yuan) as issue_amount_yuan,
        count(*) filter (where issue_year = latest_year) as latest_count,
        sum(issue_amount_yuan) filter (where issue_year = latest_year) as latest_amount_yuan,
        count(*) filter (where issue_year = latest_year - 1) as previous_count,
        sum(issue_amount_yuan) filter (where issue_year = latest_year - 1)
            as previous_amount_yuan,
        count(*) filter (where issue_year = latest_year and security_group = 'secured')
            as latest_secured_count,
        sum(issue_amount_yuan) filter (
            where issue_year = latest_year and security_group = 'secured'
        ) as latest_secured_amount_yuan,
        count(*) filter (where security_group = 'secured') as secured_count,
        count(*) filter (where security_group = 'unsecured') as unsecured_count,
        count(*) filter (where security_group = 'unknown') as unknown_count
    from dated_deals
),

secured_deals as (
    select
        *,
        max(issue_year) over () as latest_year
    from deals
    where security_group = 'secured'
),

secured as (
    select
        min(issue_year) as first_year,
        max(issue_year) as latest_year,
        count(*) as deal_count,
        sum(issue_amount_yuan) as issue_amount_yuan,
        sum(pool_balance_yuan) as pool_balance_yuan,
        count(*) filter (where issue_year = latest_year) as latest_count,
        sum(issue_amount_yuan) filter (where issue_year = latest_year) as latest_amount_yuan,
        sum(pool_balance_yuan) filter (where issue_year = latest_year) as latest_balance_yuan,
        count(*) filter (where issue_year < latest_year) as earlier_count,
        sum(issue_amount_yuan) filter (where issue_year < latest_year) as earlier_amount_yuan,
        sum(pool_balance_yuan) filter (where issue_year < latest_year) as earlier_balance_yuan,
        count(*) filter (where issue_amount_yuan + pool_balance_yuan is not null)
            as advance_count,
        sum(issue_amount_yuan) filter (where pool_balance_yuan is not null)
            as advance_amount_yuan,
        sum(pool_balance_yuan) filter (where issue_amount_yuan is not null)
            as advance_balance_yuan,
        count(*) filter (where security_class = 'property') as property_count,
        count(*) filter (where security_class = 'vehicle') as vehicle_count,
        sum(issue_amount_yuan) filter (where security_class = 'property')
            as property_amount_yuan,
        sum(pool_balance_yuan) filter (where security_class = 'property')
            as property_balance_yuan,
        count(distinct originator_key) filter (where security_class = 'vehicle')
            as vehicle_originator_count,
        min(originator_name) filter (where security_class = 'vehicle')
            as first_vehicle_originator
    from secured_deals
),

ranked_originators as (
    select
        *,
        row_number() over (
            order by issue_amount_yuan desc nulls last, originator_name asc
        ) as rank_no
    from secured_originators
),

top_originator as (
    select *
    from ranked_originators
    where rank_no = 1
),

originators as (
    select
        count(*) as originator_count,
        sum(deal_count) as deal_count,
        sum(issue_amount_yuan) as issue_amount_yuan,
        sum(issue_amount_yuan) filter (where rank_no <= 3) as top3_amount_yuan,
        sum(deal_count) filter (where rank_no <= 3) as top3_deal_count,
        count(*) filter (where originator_type = 'state_owned') as state_owned_count,
        count(*) filter (where originator_type = 'joint_stock') as joint_stock_count,
        count(*) filter (where originator_type = 'city_commercial') as city_commercial_count,
        count(*) filter (where originator_type = 'rural_commercial') as rural_commercial_count,
        count(*) filter (where originator_type = 'other') as other_count
    from ranked_originators
),

issuance_facts as (
    {{ fact('micro_small', 3, 'first_year', 'first_year', 'deal_count') }}
    union all
    {{ fact('micro_small', 3, 'latest_year', 'latest_year', 'deal_count') }}
    union all
    {{ fact('micro_small', 3, 'deal_count', 'deal_count', 'deal_count') }}
    union all
    {{ fact('micro_small', 3, 'issue_amount_yuan', 'issue_amount_yuan', 'deal_count') }}
    union all
    {{ fact('micro_small', 3, 'latest_deal_count', 'latest_count', 'latest_count') }}
    union all
    {{ fact('micro_small', 3, 'latest_issue_amount_yuan', 'latest_amount_yuan',
        'latest_count') }}
    union all
    {{ fact('micro_small', 3, 'previous_deal_count', 'previous_count', 'previous_count') }}
    union all
    {{ fact('micro_small', 3, 'previous_issue_amount_yuan', 'previous_amount_yuan',
        'previous_count') }}
    union all
    {{ fact('micro_small', 3, 'deal_count_change', 'latest_count - previous_count',
        'latest_count + previous_count') }}
    union all
    {{ fact('micro_small', 3, 'issue_amount_multiple',
        ratio('latest_amount_yuan', 'previous_amount_yuan'), 'latest_count + previous_count') }}
    union all
    {{ fact('micro_small', 3, 'latest_secured_deal_count', 'latest_secured_count',
        'latest_secured_count') }}
    union all
    {{ fact('micro_small', 3, 'latest_secured_issue_amount_yuan', 'latest_secured_amount_yuan',
        'latest_secured_count') }}
    union all
    {{ fact('micro_small', 3, 'latest_secured_issue_ratio',
        ratio('latest_secured_amount_yuan', 'latest_amount_yuan'), 'latest_secured_count') }}
    union all
    {{ fact('micro_small', 3, 'secured_deal_count', 'secured_count', 'secured_count') }}
    union all
    {{ fact('micro_small', 3, 'unsecured_deal_count', 'unsecured_count', 'unsecured_count') }}
    union all
    {{ fact('micro_small', 3, 'unknown_deal_count', 'unknown_count', 'unknown_count') }}
),

disposal_facts as (
    {{ fact('secured', 4, 'first_year', 'first_year', 'deal_count') }}
    union all
    {{ fact('secured', 4, 'latest_year', 'latest_year', 'deal_count') }}
    union all
    {{ fact('secured', 4, 'deal_count', 'deal_count', 'deal_count') }}
    union all
    {{ fact('secured', 4, 'issue_amount_yuan', 'issue_amount_yuan', 'deal_count') }}
    union all
    {{ fact('secured', 4, 'pool_balance_yuan', 'pool_balance_yuan', 'deal_count') }}
    union all
    {{ fact('secured', 4, 'advance_ratio',
        ratio('advance_amount_yuan', 'advance_balance_yuan'), 'advance_count') }}
    union all
    {{ fact('secured', 4, 'latest_deal_count', 'latest_count', 'latest_count') }}
    union all
    {{ fact('secured', 4, 'latest_issue_amount_yuan', 'latest_amount_yuan', 'latest_count') }}
    union all
    {{ fact('secured', 4, 'latest_pool_balance_yuan', 'latest_balance_yuan',
        'latest_count') }}
    union all
    {{ fact('secured', 4, 'earlier_deal_count', 'earlier_count', 'earlier_count') }}
    union all
    {{ fact('secured', 4, 'earlier_issue_amount_yuan', 'earlier_amount_yuan',
        'earlier_count') }}
    union all
    {{ fact('secured', 4, 'earlier_pool_balance_yuan', 'earlier_balance_yuan',
        'earlier_count') }}
    union all
    {{ fact('secured', 4, 'latest_to_earlier_issue_multiple',
        ratio('latest_amount_yuan', 'earlier_amount_yuan'), 'latest_count + earlier_count') }}
    union all
    {{ fact('secured', 4, 'latest_to_earlier_balance_multiple',
        ratio('latest_balance_yuan', 'earlier_balance_yuan'), 'latest_count + earlier_count') }}
),

originator_facts as (
    {{ fact('originators', 5, 'originator_count', 'originator_count', 'deal_count') }}
    union all
    {{ fact('originators', 5, 'deal_count', 'deal_count', 'deal_count') }}
    union all
    {{ fact('top_originator', 5, 'top_originator', 'issue_share_ratio', 'deal_count',
        'originator_name') }}
    union all
    {{ fact('top_originator', 5, 'top_originator_issue_amount_yuan', 'issue_amount_yuan',
        'deal_count', 'originator_name') }}
    union all
    {{ fact('top_originator', 5, 'top_originator_deal_count', 'deal_count', 'deal_count',
        'originator_name') }}
    union all
    {{ fact('originators', 5, 'top3_issue_ratio',
        ratio('top3_amount_yuan', 'issue_amount_yuan'), 'top3_deal_count') }}
    union all
    {{ fact('originators', 5, 'state_owned_originator_count', 'state_owned_count') }}
    union all
    {{ fact('originators', 5, 'joint_stock_originator_count', 'joint_stock_count') }}
    union all
    {{ fact('originators', 5, 'city_commercial_originator_count', 'city_commercial_count') }}
    union all
    {{ fact('originators', 5, 'rural_commercial_originator_count', 'rural_commercial_count') }}
    union all
    {{ fact('originators', 5, 'other_originator_count', 'other_count') }}
),

kind_facts as (
    {{ fact('secured', 6, 'property_deal_count', 'property_count', 'property_count') }}
    union all
    {{ fact('secured', 6, 'vehicle_deal_count', 'vehicle_count', 'vehicle_count') }}
    union all
    {{ fact('secured', 6, 'property_deal_ratio', ratio('property_count', 'deal_count'),
        'deal_count') }}
    union all
    {{ fact('secured', 6, 'property_issue_ratio',
        ratio('property_amount_yuan', 'issue_amount_yuan'), 'deal_count') }}
    union all
    {{ fact('secured', 6, 'property_balance_ratio',
        ratio('property_balance_yuan', 'pool_balance_yuan'), 'deal_count') }}
    union all
    {{ fact('secured', 6, 'vehicle_originator', 'vehicle_originator_count', 'vehicle_count',
        "case when vehicle_originator_count = 1 then first_vehicle_originator end") }}
),

final as (
    select * from issuance_facts
    union all
    select * from disposal_facts
    union all
    select * from originator_facts
    union all
    select * from kind_facts
)

select * from final
