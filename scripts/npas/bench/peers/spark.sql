-- sqlfluff:dialect:sparksql
-- noqa: disable=PRS
-- The pools of a market in Spark: typed tables of the texts, then one query. Amounts are whole
-- cents. Tables rather than cached plans, which Spark plans again with every reader of theirs.
create or replace temporary function in_cents(amount string, unit string) returns bigint
return cast(
    round(
        cast(nullif(replace(amount, ',', ''), '--') as double)
        * case when unit = '万元' then 1000000 else 100 end
    ) as bigint
);

create or replace temporary function in_yuan(cents bigint) returns decimal(22, 2)
return cast(cents as decimal(19, 0)) * cast(0.01 as decimal(3, 2));

create or replace temporary function in_days(day string) returns date
return case
    when day rlike '^[0-9]{8}$' then to_date(day, 'yyyyMMdd')
    else cast(translate(day, '年月/日', '---') as date)
end;

create table tapes using parquet as
with

headings as (
    select distinct
        'loans' as tape,
        deal_code,
        snapshot_date as snapshot_text,
        known_on as known_text,
        source_document
    from raw_loan_pools
    where deal_code in (select deals.deal_code from raw_deals as deals)
    union all
    select distinct
        'collaterals' as tape,
        deal_code,
        snapshot_date as snapshot_text,
        known_on as known_text,
        source_document
    from raw_collaterals
),

dated as (
    select
        *,
        in_days(snapshot_text) as snapshot_date,
        in_days(known_text) as known_on
    from headings
),

ranked as (
    select
        tape,
        deal_code,
        snapshot_text,
        known_text,
        snapshot_date,
        known_on,
        array_join(sort_array(collect_set(source_document)), '; ') as source_documents,
        max(known_on) over (partition by tape, deal_code, snapshot_date) as latest_known_on,
        cast(dense_rank() over (order by deal_code, snapshot_date) as integer) as pool_no
    from dated
    group by tape, deal_code, snapshot_text, known_text, snapshot_date, known_on
)

select *
from ranked
where known_on = latest_known_on;

create table loans using parquet as
select
    tapes.pool_no,
    listed.loan_no,
    listed.borrower_no,
    listed.five_class,
    cast(listed.overdue_days as bigint) as overdue_days,
    in_cents(listed.contract_amount, listed.amount_unit) as contract,
    in_cents(listed.outstanding_principal, listed.amount_unit) as principal,
    in_cents(listed.outstanding_principal, listed.amount_unit)
    + in_cents(listed.outstanding_interest, listed.amount_unit)
    + in_cents(listed.outstanding_fees, listed.amount_unit) as balance
from raw_loan_pools as listed
inner join tapes
    on
        tapes.tape = 'loans'
        and listed.deal_code = tapes.deal_code
        and listed.snapshot_date = tapes.snapshot_text
        and listed.known_on = tapes.known_text;

create table collaterals using parquet as
select
    tapes.pool_no,
    listed.loan_no,
    listed.collateral_no,
    listed.collateral_type in ('住宅', '居住用房', '普通商品房', '公寓') as is_home,
    listed.collateral_type in ('车辆', '汽车', '机动车') as is_vehicle,
    cast(in_cents(listed.initial_value, listed.amount_unit) as double) as initial_value,
    -- a blank claim is none on a first lien, and unknown behind one
    cast(
        in_cents(listed.latest_value, listed.amount_unit)
        - coalesce(
            in_cents(listed.prior_claims, listed.amount_unit),
            case when listed.lien_rank = '1' then 0 end
        ) as double
    ) as latest_value
from raw_collaterals as listed
inner join tapes
    on
        tapes.tape = 'collaterals'
        and listed.deal_code = tapes.deal_code
        and listed.snapshot_date = tapes.snapshot_text
        and listed.known_on = tapes.known_text;

with

listed_twice as (
    select
        pool_no,
        collateral_no
    from collaterals
    group by pool_no, collateral_no
    having count(*) > 1
),

shares as (
    select
        loans.pool_no,
        loans.loan_no,
        collaterals.collateral_no,
        cast(loans.balance as double)
        / cast(
            sum(loans.balance) over (
                partition by collaterals.pool_no, collaterals.collateral_no
            ) as double
        ) as loan_share
    from listed_twice
    inner join collaterals
        on
            listed_twice.pool_no = collaterals.pool_no
            and listed_twice.collateral_no = collaterals.collateral_no
    inner join loans
        on
            collaterals.pool_no = loans.pool_no
            and collaterals.loan_no = loans.loan_no
),

allocated as (
    select
        collaterals.pool_no,
        collaterals.loan_no,
        collaterals.collateral_no,
        collaterals.is_home,
        collaterals.is_vehicle,
        collaterals.initial_value * coalesce(shares.loan_share, 1) as initial_value,
        collaterals.latest_value * coalesce(shares.loan_share, 1) as latest_value
    from collaterals
    left outer join shares
        on
            collaterals.pool_no = shares.pool_no
            and collaterals.loan_no = shares.loan_no
            and collaterals.collateral_no = shares.collateral_no
),

secured as (
    select
        pool_no,
        loan_no,
        count(*) as collateral_count,
        count(*) filter (where is_vehicle) as vehicle_count,
        -- a sum of values not above 0 secures nothing that a ratio could be taken of
        case
            when count(latest_value) = count(*) and sum(latest_value) > 0 then sum(latest_value)
        end as latest_value,
        case
            when count(initial_value) = count(*) and sum(initial_value) > 0 then sum(initial_value)
        end as initial_value,
        min_by(is_home, struct(latest_value is null, -latest_value, collateral_no))
            as is_residential
    from allocated
    group by pool_no, loan_no
),

pools as (
    select
        loans.pool_no,
        count(*) as loan_count,
        count(secured.loan_no) as mortgaged_loan_count,
        coalesce(sum(secured.collateral_count), 0) as collateral_count,
        coalesce(sum(secured.vehicle_count), 0) as vehicle_count,
        sum(loans.contract) as contract,
        sum(loans.principal) as principal,
        sum(loans.balance) as balance,
        sum(loans.balance) filter (where secured.loan_no is not null) as mortgaged_balance,
        sum(loans.principal) filter (where secured.loan_no is not null) as mortgaged_principal,
        sum(loans.balance) filter (where secured.is_residential) as residential_balance,
        case
            when count(secured.latest_value) = count(secured.loan_no) then sum(secured.latest_value)
        end as latest_value,
        case
            when count(secured.latest_value) = count(secured.loan_no)
                then sum(loans.principal / secured.latest_value * loans.balance)
        end as weighted_current_ltv,
        case
            when count(secured.initial_value) = count(secured.loan_no)
                then sum(loans.contract / secured.initial_value * loans.balance)
        end as weighted_initial_ltv,
        sum(loans.overdue_days * loans.balance) as weighted_overdue_days,
        sum(loans.balance) filter (where loans.five_class in ('正常', '正常类')) as normal,
        sum(loans.balance) filter (where loans.five_class in ('关注', '关注类')) as special_mention,
        sum(loans.balance) filter (where loans.five_class in ('次级', '次级类')) as substandard,
        sum(loans.balance) filter (where loans.five_class in ('可疑', '可疑类')) as doubtful,
        sum(loans.balance) filter (where loans.five_class in ('损失', '损失类')) as loss
    from loans
    left outer join secured
        on
            loans.pool_no = secured.pool_no
            and loans.loan_no = secured.loan_no
    group by loans.pool_no
),

owed as (
    select
        pool_no,
        borrower_no,
        sum(balance) as balance
    from loans
    group by pool_no, borrower_no
),

ranked as (
    select
        pool_no,
        balance,
        row_number() over (partition by pool_no order by balance desc) as place
    from owed
),

borrowers as (
    select
        pool_no,
        count(*) as borrower_count,
        sum(balance) filter (where place <= 10) as top10_balance
    from ranked
    group by pool_no
),

final as (
    select
        tapes.deal_code,
        tapes.snapshot_date,
        pools.loan_count,
        pools.mortgaged_loan_count,
        pools.collateral_count,
        pools.vehicle_count,
        in_yuan(pools.contract) as contract_amount_yuan,
        in_yuan(pools.principal) as principal_yuan,
        in_yuan(pools.balance) as balance_yuan,
        in_yuan(coalesce(pools.mortgaged_balance, 0)) as mortgaged_balance_yuan,
        in_yuan(coalesce(pools.mortgaged_principal, 0)) as mortgaged_principal_yuan,
        in_yuan(coalesce(pools.residential_balance, 0)) as residential_balance_yuan,
        pools.latest_value / 100 as latest_value_yuan,
        pools.weighted_current_ltv / 100 as weighted_current_ltv,
        pools.weighted_initial_ltv / 100 as weighted_initial_ltv,
        in_yuan(pools.weighted_overdue_days) as weighted_overdue_days,
        in_yuan(coalesce(pools.normal, 0)) as class_normal_yuan,
        in_yuan(coalesce(pools.special_mention, 0)) as class_special_mention_yuan,
        in_yuan(coalesce(pools.substandard, 0)) as class_substandard_yuan,
        in_yuan(coalesce(pools.doubtful, 0)) as class_doubtful_yuan,
        in_yuan(coalesce(pools.loss, 0)) as class_loss_yuan,
        borrowers.borrower_count,
        in_yuan(borrowers.top10_balance) as top10_balance_yuan,
        tapes.source_documents,
        tapes.known_on
    from pools
    inner join borrowers
        on pools.pool_no = borrowers.pool_no
    inner join tapes
        on
            tapes.tape = 'loans'
            and pools.pool_no = tapes.pool_no
)

select * from final
