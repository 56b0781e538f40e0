-- Grain: one row per delivered row of raw_tranches.
with

tranches as (
    select * from typed.tranches
),

deals as (
    select * from latest.deals
),

sums as (
    select
        deal_code,
        sum(issue_amount) as issue_sum
    from latest.tranches
    group by deal_code
),

final as (
    select
        tranches.row_id,
        tranches.deal_code,
        deals.setup_date,
        case when deals.deal_code is null then tranches.deal_code end as orphan,
        tranches.expected_maturity,
        deals.legal_maturity,
        date_diff('day', deals.setup_date, tranches.start_date) as start_gap_days,
        cast(sums.issue_sum / nullif(deals.issue_amount, 0) as double) as sum_to_deal
    from tranches
    left outer join deals
        on tranches.deal_code = deals.deal_code
    left outer join sums
        on tranches.deal_code = sums.deal_code
)

select * from final
