-- Which earlier and later pools does a deal compare with? Deals of its asset class, cut off within
-- two years of it, nearest in pool size first. Another deal: --vars '{deal_code: 24HUIYUAN05}'.
with

deals as (
    select * from {{ ref('dim_deal') }}
),

originators as (
    select * from {{ ref('dim_originator') }}
),

issuance as (
    select * from {{ ref('fct_issuance') }}
),

periods as (
    select * from {{ ref('fct_recovery_by_period') }}
),

snapshots as (
    select * from {{ ref('fct_pool_snapshot') }}
),

latest_recovery as (
    select
        deal_key,
        recovery_age_months,
        cumulative_recovery_rate,
        estimate_attained_ratio
    from periods
    where cumulative_recovery_rate is not null
    qualify
        row_number() over (
            partition by deal_key
            order by collection_end desc
        ) = 1
),

pools as (
    select
        deals.deal_key,
        deals.deal_code,
        deals.deal_name,
        originators.originator_name,
        deals.asset_class,
        deals.security_class,
        deals.cutoff_date,
        issuance.pool_balance_yuan,
        issuance.issue_amount_yuan,
        issuance.advance_rate,
        issuance.senior_coupon_ratio,
        issuance.estimated_recovery_rate,
        -- a deal may have later snapshots too: its terms are those of the cut-off
        snapshots.mortgaged_ratio,
        snapshots.weighted_current_ltv_ratio,
        latest_recovery.recovery_age_months,
        latest_recovery.cumulative_recovery_rate,
        latest_recovery.estimate_attained_ratio
    from deals
    inner join issuance
        on deals.deal_key = issuance.deal_key
    left outer join originators
        on deals.originator_key = originators.originator_key
    left outer join snapshots
        on
            deals.deal_key = snapshots.deal_key
            and deals.cutoff_date = snapshots.snapshot_date
    left outer join latest_recovery
        on deals.deal_key = latest_recovery.deal_key
    where issuance.pool_balance_yuan > 0
),

chosen as (
    select
        deal_key,
        asset_class,
        cutoff_date,
        pool_balance_yuan
    from pools
    where deal_code = '{{ var("deal_code", "24HUIYUAN05") | replace("'", "''") }}'
),

compared as (
    select
        pools.*,
        pools.deal_key = chosen.deal_key as is_chosen,
        {{ ratio('pools.pool_balance_yuan', 'chosen.pool_balance_yuan') }} as pool_size_ratio
    from pools
    inner join chosen
        on
            pools.asset_class = chosen.asset_class
            and pools.cutoff_date between {{ add_months('chosen.cutoff_date', -24) }}
            and {{ add_months('chosen.cutoff_date', 24) }}
),

final as (
    select
        is_chosen,
        deal_code,
        deal_name,
        originator_name,
        security_class,
        cutoff_date,
        pool_balance_yuan,
        pool_size_ratio,
        issue_amount_yuan,
        advance_rate,
        senior_coupon_ratio,
        estimated_recovery_rate,
        mortgaged_ratio,
        weighted_current_ltv_ratio,
        recovery_age_months,
        cumulative_recovery_rate,
        estimate_attained_ratio
    from compared
    qualify
        row_number() over (
            order by is_chosen desc, abs(ln(pool_size_ratio)) asc, deal_code asc
        ) <= 16
)

select * from final
order by
    is_chosen desc,
    abs(ln(pool_size_ratio)) asc,
    deal_code asc
