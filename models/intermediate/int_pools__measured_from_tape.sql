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

tapes as (
    select * from {{ ref('int_tapes__deliveries') }}
),

numbered as (
    select distinct
        pool_no,
        deal_code,
        snapshot_date
    from tapes
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
        pool_no,
        borrower_no,
        sum(balance_yuan) as balance_yuan
    from loans
    group by pool_no, borrower_no
),

-- loans without a borrower's number are one group, whose borrowers nobody can count
borrowers as (
    select
        pool_no,
        case when count(borrower_no) = count(*) then count(*) end as borrower_count
    from borrower_balances
    group by pool_no
),

largest_borrowers as (
    select
        pool_no,
        balance_yuan
    from borrower_balances
    qualify
        row_number() over (
            partition by pool_no
            order by balance_yuan desc nulls last
        ) <= 10
),

top10 as (
    select
        pool_no,
        sum(balance_yuan) as top10_balance_yuan
    from largest_borrowers
    group by pool_no
),

pools as (
    select
        pool_no,
        count(*) as loan_count,
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
                -- a decimal, whose sum is the same in any order
                then sum(cast(latest_value_yuan as decimal(34, 15)))
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
    group by pool_no
),

final as (
    select
        contents.deal_code,
        contents.snapshot_date,
        pools.loan_count,
        borrowers.borrower_count,
        pools.mortgaged_loan_count,
        pools.collateral_count,
        pools.vehicle_count,
        pools.contract_amount_yuan,
        pools.principal_yuan,
        pools.balance_yuan,
        pools.mortgaged_balance_yuan,
        pools.mortgaged_principal_yuan,
        pools.residential_balance_yuan,
        pools.latest_value_yuan,
        pools.weighted_current_ltv,
        pools.weighted_initial_ltv,
        pools.weighted_overdue_days,
        pools.class_normal_yuan,
        pools.class_special_mention_yuan,
        pools.class_substandard_yuan,
        pools.class_doubtful_yuan,
        pools.class_loss_yuan,
        case
            when borrowers.borrower_count is not null and pools.balance_yuan is not null
                then top10.top10_balance_yuan
        end as top10_balance_yuan,
        contents.content_key,
        contents.source_documents,
        contents.known_on
    from pools
    inner join numbered
        on pools.pool_no = numbered.pool_no
    -- a tape of a deal that is not known measures nothing
    inner join contents
        on
            numbered.deal_code = contents.deal_code
            and numbered.snapshot_date = contents.snapshot_date
    inner join borrowers
        on pools.pool_no = borrowers.pool_no
    inner join top10
        on pools.pool_no = top10.pool_no
)

select * from final
