-- Grain: one row per delivered row of raw_loan_pools.
with

loans as (
    select * from typed.loan_pools
),

deals as (
    select * from latest.deals
),

secured as (
    select distinct
        deal_code,
        snapshot_date,
        loan_no
    from latest.collaterals
),

-- Nearly every loan stands in one deal; hashes tell which may not, and are small.
several as (
    select hash(loan_no) as loan_hash
    from latest.loan_pools
    group by hash(loan_no)
    having min(hash(deal_code)) != max(hash(deal_code))
),

spread as (
    select
        loan_no,
        min(deal_code) as first_deal,
        max(deal_code) as last_deal
    from latest.loan_pools
    where hash(loan_no) in (select sev.loan_hash from several as sev)
    group by loan_no
),

final as (
    select
        loans.row_id,
        loans.deal_code,
        loans.loan_no,
        loans.snapshot_date,
        deals.cutoff_date,
        case when deals.deal_code is null then loans.deal_code end as orphan,
        case
            when spread.first_deal != spread.last_deal
                then
                    case
                        when loans.deal_code = spread.first_deal then spread.last_deal
                        else spread.first_deal
                    end
        end as other_deal,
        case
            when
                loans.guarantee_type = '抵押'
                and secured.loan_no is null
                and loans.row_id in (select lat.row_id from latest.loan_pools as lat)
                then loans.loan_no
        end as unsecured_mortgage,
        cast(loans.outstanding_principal as double) as principal_yuan,
        -- interest and fees that were added to the principal may take it above what was lent
        case
            when
                not coalesce(
                    regexp_matches(
                        delivered.note, '^\s*(资本化|转本金|capitali[sz]ed)\s*[:：]\s*\S', 'i'
                    ),
                    false
                )
                then cast(loans.contract_amount as double)
        end as contract_yuan,
        cast(loans.balance as double) as balance
    from loans
    inner join raw.loan_pools as delivered
        on loans.row_id = delivered.row_id
    left outer join deals
        on loans.deal_code = deals.deal_code
    left outer join secured
        on
            loans.deal_code = secured.deal_code
            and loans.snapshot_date = secured.snapshot_date
            and loans.loan_no = secured.loan_no
    left outer join spread
        on loans.loan_no = spread.loan_no
)

select * from final
