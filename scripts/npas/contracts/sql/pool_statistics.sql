-- Grain: one row per delivered row of raw_pool_statistics.
with

statistics as (
    select
        *,
        case
            when is_share or metric in ('wa_current_ltv', 'wa_initial_ltv') then '%'
            when metric in ('loan_count', 'borrower_count') then 'count'
            when metric = 'wa_overdue_months' then 'months'
            when metric = 'contract_amount' then '元, 万元, 亿元'
        end as fitting
    from typed.pool_statistics
),

deals as (
    select * from latest.deals
),

dated as (
    select
        statistics.*,
        deals.deal_code as known_deal_code,
        deals.cutoff_date,
        deals.pool_balance,
        deals.pool_principal,
        coalesce(
            statistics.as_of_date,
            case when statistics.stage = 'first_rating' then deals.cutoff_date end
        ) as measured_on,
        statistics.row_id in (select lat.row_id from latest.pool_statistics as lat) as is_latest
    from statistics
    left outer join deals
        on statistics.deal_code = deals.deal_code
),

borrowers as (
    select
        deal_code,
        measured_on,
        max(value) as borrower_count
    from dated
    where metric = 'borrower_count' and is_latest
    group by deal_code, measured_on
),

final as (
    select
        dated.row_id,
        dated.deal_code,
        dated.metric,
        coalesce(dated.unit, '') as unit,
        dated.fitting,
        dated.as_of_date,
        dated.cutoff_date,
        case when dated.known_deal_code is null then dated.deal_code end as orphan,
        case
            when dated.stated_by not in (select ali.alias from reference.agency_aliases as ali)
                then dated.stated_by
        end as unknown_agency,
        case
            when dated.fitting is null then null
            when dated.fitting = '%' and instr(coalesce(dated.unit, ''), '%') > 0 then null
            -- A share may be a fraction.
            when dated.fitting = '%' and coalesce(dated.unit, 'ratio') = 'ratio' then null
            when dated.fitting = 'count' and dated.unit in ('count', '单', '户', '笔') then null
            when dated.fitting = 'months' and dated.unit in ('months', '月') then null
            when dated.metric = 'contract_amount' and dated.unit_factor is not null then null
            else coalesce(dated.unit, 'blank')
        end as unfit_unit,
        case when dated.is_share then cast(dated.value as double) end as stated_share,
        case
            when dated.metric in ('wa_current_ltv', 'wa_initial_ltv')
                then cast(dated.value as double)
        end as loan_to_value,
        case when dated.metric = 'wa_current_ltv' then cast(dated.value as double) end
            as current_loan_to_value,
        case when dated.metric = 'wa_initial_ltv' then cast(dated.value as double) end
            as initial_loan_to_value,
        -- a pool has none of it or much of it: what is small is a percent read as a fraction
        case
            when dated.metric = 'mortgaged_share' and dated.value > 0 and dated.value <= 1
                then cast(dated.value as double)
        end as part_mortgaged,
        case
            when dated.metric = 'residential_share' and dated.value > 0 and dated.value <= 1
                then cast(dated.value as double)
        end as part_residential,
        case
            when dated.metric = 'vehicle_share' and dated.value > 0 and dated.value <= 1
                then cast(dated.value as double)
        end as part_vehicles,
        case
            when dated.metric = 'top10_borrower_share' and dated.value > 0 and dated.value <= 1
                then cast(dated.value as double)
        end as part_of_top10,
        case when dated.metric = 'wa_overdue_months' then cast(dated.value as double) end
            as overdue_months,
        case
            when instr(dated.unit, '全部') > 0 and (dated.value is null or dated.value != 1)
                then cast(dated.value as double)
        end as not_all,
        case
            when dated.metric = 'borrower_count'
                then cast(nullif(dated.pool_balance, 0) / nullif(dated.value, 0) as double)
        end as balance_per_borrower,
        case
            when dated.metric = 'loan_count'
                then cast(nullif(dated.pool_balance, 0) / nullif(dated.value, 0) as double)
        end as balance_per_loan,
        case
            when dated.metric = 'loan_count' and dated.value < borrowers.borrower_count
                then cast(borrowers.borrower_count as double)
        end as borrower_count,
        case
            when dated.metric = 'contract_amount'
                then cast(dated.pool_principal / nullif(dated.value, 0) as double)
        end as principal_to_contract,
        cast(dated.pool_principal as double) as principal_yuan,
        cast(dated.value as double) as contract_yuan,
        cast(
            case dated.metric
                when 'loan_count' then tapes.loan_count
                when 'borrower_count' then tapes.borrower_count
            end
            as double
        ) as tape_count,
        case dated.metric
            when 'loan_count' then abs(cast(tapes.loan_count - dated.value as double))
            when 'borrower_count' then abs(cast(tapes.borrower_count - dated.value as double))
        end as tape_count_gap,
        cast(tapes.mortgaged_share as double) as tape_share,
        case
            when dated.metric = 'mortgaged_share'
                then
                    greatest(
                        abs(cast(tapes.mortgaged_share - dated.value as double))
                        - dated.value_half_digit,
                        0
                    )
        end as tape_share_gap,
        cast(tapes.contract_sum as double) as tape_sum,
        cast(dated.value as double) as stated_sum,
        case
            when dated.metric = 'contract_amount'
                then
                    greatest(
                        abs(cast(tapes.contract_sum - dated.value as double))
                        - dated.value_half_digit,
                        0
                    )
        end as tape_contract_gap
    from dated
    left outer join borrowers
        on
            dated.deal_code = borrowers.deal_code
            and dated.measured_on = borrowers.measured_on
    left outer join tapes
        on
            dated.deal_code = tapes.deal_code
            and dated.measured_on = tapes.snapshot_date
            and dated.is_latest
)

select * from final
