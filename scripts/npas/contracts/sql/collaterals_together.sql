-- Grain: one row per deal, snapshot date and collateral, its latest delivery: what the rows of one
-- collateral say of each other, and what its loans owe.
with

collaterals as (
    select * from latest.collaterals
),

loans as (
    select * from latest.loan_pools
),

final as (
    select
        cur.deal_code,
        cur.snapshot_date,
        cur.collateral_no,
        -- A blank beside a value is a difference too. Counts of distinct values take all memory.
        min(cur.latest_value) != max(cur.latest_value)
        or count(cur.latest_value) not in (0, count(*)) as latest_value_differs,
        min(cur.initial_value) != max(cur.initial_value)
        or count(cur.initial_value) not in (0, count(*)) as initial_value_differs,
        min(cur.prior_claims) != max(cur.prior_claims)
        or count(cur.prior_claims) not in (0, count(*)) as prior_claims_differs,
        min(cur.collateral_type) != max(cur.collateral_type)
        or count(cur.collateral_type) not in (0, count(*)) as collateral_type_differs,
        sum(loa.outstanding_principal) as principal_sum,
        sum(loa.contract_amount) as contract_sum
    from collaterals as cur
    left outer join loans as loa
        on
            cur.deal_code = loa.deal_code
            and cur.snapshot_date = loa.snapshot_date
            and cur.loan_no = loa.loan_no
    group by cur.deal_code, cur.snapshot_date, cur.collateral_no
)

select * from final
