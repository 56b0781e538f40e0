-- Grain: one row per deal: what was issued against which pool, and what the agencies expected.
with

dim_deal as (
    select * from {{ ref('dim_deal') }}
),

deals as (
    select * from {{ ref('int_deals__latest_revision') }}
),

tranches as (
    select * from {{ ref('fct_tranche') }}
),

cutoff_pools as (
    select * from {{ ref('int_deals__cutoff_pool') }}
),

estimates as (
    select * from {{ ref('int_deals__estimated_recovery') }}
),

-- a deal without a tranche of a kind has no amount of it: the list may be incomplete
structures as (
    select
        deal_key,
        -- a tranche without a name may be senior: then nothing is known of the seniors as a whole
        case when count(*) = count(is_senior) then count(*) filter (where is_senior) end
            as senior_count,
        case
            when count(*) = count(is_senior) and count(*) filter (where is_senior) > 0
                then {{ complete_sum_where('issue_amount_yuan', 'is_senior') }}
        end as senior_amount_yuan,
        case
            when count(*) = count(is_senior) and count(*) filter (where not is_senior) > 0
                then {{ complete_sum_where('issue_amount_yuan', 'not is_senior') }}
        end as subordinated_amount_yuan,
        max(coupon_ratio) filter (where is_senior) as highest_senior_coupon_ratio,
        sum(cast(coupon_ratio as decimal(20, 12)) * issue_amount_yuan) filter (where is_senior)
            as weighted_senior_coupon,
        count(coupon_ratio) filter (where is_senior) as senior_coupon_count,
        {{ distinct_list('source_document') }} as source_documents
    from tranches
    group by deal_key
),

final as (
    select
        dim_deal.deal_key,
        dim_deal.originator_key,
        dim_deal.issue_year,
        deals.issue_amount_yuan,
        structures.senior_amount_yuan,
        structures.subordinated_amount_yuan,
        {{ ratio(
            'structures.subordinated_amount_yuan',
            '(structures.senior_amount_yuan + structures.subordinated_amount_yuan)'
        ) }} as subordinated_ratio,
        cutoff_pools.pool_balance_yuan,
        cutoff_pools.pool_principal_yuan,
        cutoff_pools.pool_balance_source,
        {{ ratio('deals.issue_amount_yuan', 'cutoff_pools.pool_balance_yuan') }} as advance_rate,
        case
            when structures.senior_count = 1 then structures.highest_senior_coupon_ratio
            when structures.senior_coupon_count = structures.senior_count
                then
                    {{ ratio(
                        'structures.weighted_senior_coupon', 'structures.senior_amount_yuan'
                    ) }}
        end as senior_coupon_ratio,
        estimates.estimated_recovery_rate,
        coalesce(estimates.estimate_count, 0) as estimate_count,
        coalesce(estimates.has_mixed_basis, false) as has_mixed_basis,
        dim_deal.book_date,
        dim_deal.source_document,
        structures.source_documents as tranche_source_documents,
        estimates.source_documents as estimate_source_documents
    from dim_deal
    inner join deals
        on {{ deal_key('deals.deal_code') }} = dim_deal.deal_key
    inner join cutoff_pools
        on deals.deal_code = cutoff_pools.deal_code
    left outer join structures
        on dim_deal.deal_key = structures.deal_key
    left outer join estimates
        on deals.deal_code = estimates.deal_code
)

select * from final
