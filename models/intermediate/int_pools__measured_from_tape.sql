-- Grain: one row per deal and snapshot date that has a loan tape: the sums that the pool's ratios
-- are made of. A sum with a missing part is null.
{{ config(made_of='pools') }}
with

loans as (
    select * from {{ ref('int_loans__secured') }}
),

contents as (
    select * from {{ ref('int_pools__content') }}
),

weighted as (
    select
        loans.*,
        loans.is_mortgaged and loans.largest_collateral_type = '住宅' as is_residential,
        {{ weighted_ltv('loans.principal_yuan', 'loans.latest_value_yuan') }}
            as weighted_current_ltv,
        {{ weighted_ltv('loans.contract_amount_yuan', 'loans.initial_value_yuan') }}
            as weighted_initial_ltv,
        loans.overdue_days * loans.balance_yuan as weighted_overdue_days
    from loans
),

borrower_balances as (
    select
        deal_code,
        snapshot_date,
        borrower_no,
        sum(balance_yuan) as balance_yuan
    from weighted
    group by deal_code, snapshot_date, borrower_no
),

largest_borrowers as (
    select
        deal_code,
        snapshot_date,
        balance_yuan
    from borrower_balances
    qualify
        row_number() over (
            partition by deal_code, snapshot_date
            order by balance_yuan desc nulls last
        ) <= 10
),

top10 as (
    select
        deal_code,
        snapshot_date,
        sum(balance_yuan) as top10_balance_yuan
    from largest_borrowers
    group by deal_code, snapshot_date
),

pools as (
    select
        deal_code,
        snapshot_date,
        count(*) as loan_count,
        case when count(borrower_no) = count(*) then count(distinct borrower_no) end
            as borrower_count,
        count(*) filter (where is_mortgaged) as mortgaged_loan_count,
        sum(collateral_count) as collateral_count,
        sum(vehicle_count) as vehicle_count,
        {{ complete_sum('contract_amount_yuan') }} as contract_amount_yuan,
        {{ complete_sum('principal_yuan') }} as principal_yuan,
        {{ complete_sum('balance_yuan') }} as balance_yuan,
        {{ complete_sum_where('balance_yuan', 'is_mortgaged') }} as mortgaged_balance_yuan,
        {{ complete_sum_where('principal_yuan', 'is_mortgaged') }} as mortgaged_principal_yuan,
        case
            when
                count(*) filter (where is_mortgaged)
                = count(largest_collateral_type) filter (where is_mortgaged)
                then {{ complete_sum_where('balance_yuan', 'is_residential') }}
        end as residential_balance_yuan,
        case
            when
                count(*) filter (where is_mortgaged)
                = count(latest_value_yuan) filter (where is_mortgaged)
                then sum({{ in_places('latest_value_yuan') }})
        end as latest_value_yuan,
        case
            when
                count(*) filter (where is_mortgaged)
                = count(weighted_current_ltv) filter (where is_mortgaged)
                then sum(weighted_current_ltv)
        end as weighted_current_ltv,
        case
            when
                count(*) filter (where is_mortgaged)
                = count(weighted_initial_ltv) filter (where is_mortgaged)
                then sum(weighted_initial_ltv)
        end as weighted_initial_ltv,
        case when count(weighted_overdue_days) = count(*) then sum(weighted_overdue_days) end
            as weighted_overdue_days,
        {{ class_sum('normal') }} as class_normal_yuan,
        {{ class_sum('special_mention') }} as class_special_mention_yuan,
        {{ class_sum('substandard') }} as class_substandard_yuan,
        {{ class_sum('doubtful') }} as class_doubtful_yuan,
        {{ class_sum('loss') }} as class_loss_yuan
    from weighted
    group by deal_code, snapshot_date
),

final as (
    select
        pools.*,
        case
            when pools.borrower_count is not null and pools.balance_yuan is not null
                then top10.top10_balance_yuan
        end as top10_balance_yuan,
        contents.content_key,
        contents.source_documents,
        contents.known_on
    from pools
    -- a tape of a deal that is not known measures nothing
    inner join contents
        on
            pools.deal_code = contents.deal_code
            and pools.snapshot_date = contents.snapshot_date
    left outer join top10
        on
            pools.deal_code = top10.deal_code
            and pools.snapshot_date = top10.snapshot_date
)

select * from final
