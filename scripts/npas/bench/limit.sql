-- What int_pools__measured_from_tape gives, by hand and for speed: one row per deal and snapshot
-- date that has a loan tape. It reads what `npas bench generate` writes and no more: amounts in 元
-- or 万元 with or without thousands marks, the dash where there is none, four forms of a date.
-- Numbers of loans stay texts; what a whole tape has in common is read once per tape.
create or replace temporary macro in_yuan(amount, unit) as
case
    when amount = '--' then null
    -- products of short decimals are whole numbers of 64 bits; longer ones cost ten times as much
    when unit = '万元'
        then
            cast(
                cast(replace(amount, ',', '') as decimal(13, 6)) * cast(10000 as decimal(5, 0))
                as decimal(18, 2)
            )
    else cast(replace(amount, ',', '') as decimal(18, 2))
end;

with

loan_rows as (
    select * from read_parquet(getvariable('store') || '/deliveries/*/raw_loan_pools.*')
),

collateral_rows as (
    select * from read_parquet(getvariable('store') || '/deliveries/*/raw_collaterals.*')
),

deals as (
    select distinct deal_code
    from read_parquet(getvariable('store') || '/deliveries/*/raw_deals.*')
),

headings as (
    select distinct
        'loans' as tape,
        deal_code,
        snapshot_date as snapshot_text,
        known_on as known_text,
        source_document
    from loan_rows
    union all
    select distinct
        'collaterals' as tape,
        deal_code,
        snapshot_date as snapshot_text,
        known_on as known_text,
        source_document
    from collateral_rows
),

dated as (
    select
        headings.*,
        cast(
            strptime(
                headings.snapshot_text, ['%Y-%m-%d', '%Y/%m/%d', '%Y年%m月%d日', '%Y%m%d']
            ) as date
        ) as snapshot_date,
        cast(headings.known_text as date) as known_on
    from headings
    inner join deals
        on headings.deal_code = deals.deal_code
),

tapes as (
    select
        tape,
        deal_code,
        snapshot_text,
        known_text,
        snapshot_date,
        known_on,
        string_agg(distinct source_document, '; ' order by source_document) as source_documents,
        cast(
            dense_rank() over (order by deal_code, snapshot_date) as integer
        ) as pool_no
    from dated
    group by tape, deal_code, snapshot_text, known_text, snapshot_date, known_on
    qualify known_on = max(known_on) over (partition by tape, deal_code, snapshot_date)
),

loans as (
    select
        tapes.pool_no,
        listed.loan_no,
        listed.borrower_no,
        listed.five_class,
        cast(listed.overdue_days as integer) as overdue_days,
        in_yuan(listed.contract_amount, listed.amount_unit) as contract_amount_yuan,
        in_yuan(listed.outstanding_principal, listed.amount_unit) as principal_yuan,
        in_yuan(listed.outstanding_interest, listed.amount_unit) as interest_yuan,
        in_yuan(listed.outstanding_fees, listed.amount_unit) as fees_yuan,
        cast(principal_yuan + interest_yuan + fees_yuan as decimal(18, 2)) as balance_yuan
    from loan_rows as listed
    inner join tapes
        on
            tapes.tape = 'loans'
            and listed.deal_code = tapes.deal_code
            and listed.snapshot_date = tapes.snapshot_text
            and listed.known_on = tapes.known_text
),

collaterals as (
    select
        tapes.pool_no,
        listed.loan_no,
        listed.collateral_no,
        listed.collateral_type in ('住宅', '居住用房', '普通商品房', '公寓') as is_home,
        listed.collateral_type in ('车辆', '汽车', '机动车') as is_vehicle,
        listed.lien_rank = '1' as is_first_lien,
        in_yuan(listed.prior_claims, listed.amount_unit) as prior_claims_yuan,
        in_yuan(listed.initial_value, listed.amount_unit) as initial_value_yuan,
        in_yuan(listed.latest_value, listed.amount_unit) as latest_value_yuan
    from collateral_rows as listed
    inner join tapes
        on
            tapes.tape = 'collaterals'
            and listed.deal_code = tapes.deal_code
            and listed.snapshot_date = tapes.snapshot_text
            and listed.known_on = tapes.known_text
),

valued as (
    select
        pool_no,
        loan_no,
        collateral_no,
        is_home,
        is_vehicle,
        cast(initial_value_yuan as double) as initial_value,
        cast(
            case
                when prior_claims_yuan is not null then latest_value_yuan - prior_claims_yuan
                when is_first_lien then latest_value_yuan
            end as double
        ) as latest_value
    from collaterals
),

listed_twice as (
    select
        pool_no,
        collateral_no
    from valued
    group by pool_no, collateral_no
    having count(*) > 1
),

-- a semi join: of plain joins to these and to loans DuckDB makes every pair in a pool (1.5.5)
shared as (
    select
        valued.pool_no,
        valued.loan_no,
        valued.collateral_no
    from valued
    semi join listed_twice
        on
            valued.pool_no = listed_twice.pool_no
            and valued.collateral_no = listed_twice.collateral_no
),

shares as (
    select
        shared.pool_no,
        shared.loan_no,
        shared.collateral_no,
        cast(loans.balance_yuan as double)
        / sum(cast(loans.balance_yuan as double)) over (
            partition by shared.pool_no, shared.collateral_no
        ) as loan_share
    from shared
    inner join loans
        on
            shared.pool_no = loans.pool_no
            and shared.loan_no = loans.loan_no
),

allocated as (
    select
        valued.pool_no,
        valued.loan_no,
        valued.collateral_no,
        valued.is_home,
        valued.is_vehicle,
        valued.initial_value * coalesce(shares.loan_share, 1) as initial_value,
        valued.latest_value * coalesce(shares.loan_share, 1) as latest_value
    from valued
    left outer join shares
        on
            valued.pool_no = shares.pool_no
            and valued.loan_no = shares.loan_no
            and valued.collateral_no = shares.collateral_no
),

secured as (
    select
        pool_no,
        loan_no,
        count(*) as collateral_count,
        count(*) filter (where is_vehicle) as vehicle_count,
        case when count(latest_value) = count(*) then sum(latest_value) end as latest_value,
        case when count(initial_value) = count(*) then sum(initial_value) end as initial_value,
        min_by(is_home, row(latest_value is null, -latest_value, collateral_no)) as is_residential
    from allocated
    group by pool_no, loan_no
),

weighted as (
    select
        loans.*,
        secured.loan_no is not null as is_mortgaged,
        coalesce(secured.is_residential, false) as is_residential,
        coalesce(secured.collateral_count, 0) as collateral_count,
        coalesce(secured.vehicle_count, 0) as vehicle_count,
        case when secured.latest_value > 0 then secured.latest_value end as latest_value,
        case
            when secured.latest_value > 0
                then
                    cast(loans.principal_yuan as double) / secured.latest_value
                    * cast(loans.balance_yuan as double)
        end as weighted_current_ltv,
        case
            when secured.initial_value > 0
                then
                    cast(loans.contract_amount_yuan as double) / secured.initial_value
                    * cast(loans.balance_yuan as double)
        end as weighted_initial_ltv
    from loans
    left outer join secured
        on
            loans.pool_no = secured.pool_no
            and loans.loan_no = secured.loan_no
),

borrowers as (
    select
        pool_no,
        borrower_no,
        sum(balance_yuan) as balance_yuan
    from loans
    group by pool_no, borrower_no
),

largest as (
    select
        pool_no,
        count(*) as borrower_count,
        list_sum(max(balance_yuan, 10)) as top10_balance_yuan
    from borrowers
    group by pool_no
),

pools as (
    select
        pool_no,
        count(*) as loan_count,
        count(*) filter (where is_mortgaged) as mortgaged_loan_count,
        sum(collateral_count) as collateral_count,
        sum(vehicle_count) as vehicle_count,
        sum(contract_amount_yuan) as contract_amount_yuan,
        sum(principal_yuan) as principal_yuan,
        sum(balance_yuan) as balance_yuan,
        coalesce(sum(balance_yuan) filter (where is_mortgaged), 0) as mortgaged_balance_yuan,
        coalesce(sum(principal_yuan) filter (where is_mortgaged), 0) as mortgaged_principal_yuan,
        coalesce(sum(balance_yuan) filter (where is_residential), 0) as residential_balance_yuan,
        case
            when count(latest_value) = count(*) filter (where is_mortgaged) then sum(latest_value)
        end as latest_value_yuan,
        case
            when count(weighted_current_ltv) = count(*) filter (where is_mortgaged)
                then sum(weighted_current_ltv)
        end as weighted_current_ltv,
        case
            when count(weighted_initial_ltv) = count(*) filter (where is_mortgaged)
                then sum(weighted_initial_ltv)
        end as weighted_initial_ltv,
        sum(overdue_days * balance_yuan) as weighted_overdue_days,
        coalesce(sum(balance_yuan) filter (where five_class in ('正常', '正常类')), 0)
            as class_normal_yuan,
        coalesce(sum(balance_yuan) filter (where five_class in ('关注', '关注类')), 0)
            as class_special_mention_yuan,
        coalesce(sum(balance_yuan) filter (where five_class in ('次级', '次级类')), 0)
            as class_substandard_yuan,
        coalesce(sum(balance_yuan) filter (where five_class in ('可疑', '可疑类')), 0)
            as class_doubtful_yuan,
        coalesce(sum(balance_yuan) filter (where five_class in ('损失', '损失类')), 0)
            as class_loss_yuan
    from weighted
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
        largest.borrower_count,
        largest.top10_balance_yuan,
        tapes.source_documents,
        tapes.known_on
    from pools
    inner join largest
        on pools.pool_no = largest.pool_no
    inner join tapes
        on
            tapes.tape = 'loans'
            and pools.pool_no = tapes.pool_no
)

select * from final;
