-- Grain: one row per delivered row of raw_trustee_reports. Sequences run over latest revisions.
with

reports as (
    select
        typ.*,
        -- the report has no column of its own for it: money that went back is told in the note
        coalesce(
            regexp_matches(
                delivered.note, '^\s*(冲回|冲销|退回|回转|reversal)\s*[:：]\s*\S', 'i'
            ),
            false
        ) as is_reversal
    from typed.trustee_reports as typ
    inner join raw.trustee_reports as delivered
        on typ.row_id = delivered.row_id
),

deals as (
    select * from latest.deals
),

ordered as (
    select
        lat.*,
        dea.cutoff_date,
        dea.pool_balance,
        lag(lat.report_no) over in_order as previous_no,
        lag(lat.cumulative) over in_order as previous_cumulative,
        lag(lat.in_progress_count) over in_order as earlier_open,
        max(lat.collection_end) over (
            partition by lat.deal_code
            order by lat.collection_start, lat.collection_end, lat.row_id
            rows between unbounded preceding and 1 preceding
        ) as previous_end
    from latest.trustee_reports as lat
    left outer join deals as dea
        on lat.deal_code = dea.deal_code
    where lat.collection_start is not null and lat.collection_end is not null
    window in_order as (
        partition by lat.deal_code
        order by lat.collection_start, lat.collection_end, lat.row_id
    )
),

joined as (
    select
        *,
        -- The cut-off itself stands for the end before the first period.
        coalesce(previous_end, cutoff_date) as covered_to,
        coalesce(collection_start > coalesce(previous_end, cutoff_date) + 1, false) as has_gap,
        case when collection_start <= previous_end + 1 then earlier_open end as previous_open
    from ordered
),

chained as (
    select
        *,
        -- Up to the first gap or unread amount the periods sum to the total since the cut-off.
        case
            when
                not bool_or(has_gap or cutoff_date is null or period_cash is null) over (
                    partition by deal_code
                    order by collection_start, collection_end, row_id
                    rows unbounded preceding
                )
                then
                    sum(period_cash) over (
                        partition by deal_code
                        order by collection_start, collection_end, row_id
                        rows unbounded preceding
                    )
            when not has_gap and previous_end is not null then previous_cumulative + period_cash
        end as expected_cumulative
    from joined
),

final as (
    select
        reports.row_id,
        reports.deal_code,
        case when deals.deal_code is null then reports.deal_code end as orphan,
        deals.cutoff_date,
        reports.collection_start,
        chained.previous_end,
        chained.covered_to,
        chained.previous_no,
        case
            when not reports.is_reversal
                then
                    nullif(
                        concat_ws(
                            ',',
                            case
                                when reports.in_progress_recovery < 0 then 'in_progress_recovery'
                            end,
                            case when reports.settled_recovery < 0 then 'settled_recovery' end
                        ),
                        ''
                    )
        end as negative_cash,
        case when chained.collection_start < chained.previous_end then 'overlap' end as overlap,
        case
            when chained.has_gap and chained.covered_to is not null
                then date_diff('day', chained.covered_to, chained.collection_start) - 1
        end as gap_days,
        case
            when not chained.has_gap and chained.previous_no is not null
                then chained.report_no - chained.previous_no
            -- The first report starts at the cut-off, so it is number 1.
            when not chained.has_gap and chained.covered_to is not null then chained.report_no
        end as step,
        cast(reports.cumulative as double) as cumulative,
        cast(chained.previous_cumulative as double) as previous_cumulative,
        case
            when
                not reports.is_reversal
                or chained.cumulative - chained.previous_cumulative != chained.period_cash
                then cast(chained.cumulative - chained.previous_cumulative as double)
        end as increase,
        cast(chained.expected_cumulative as double) as expected_cumulative,
        abs(cast(chained.cumulative - chained.expected_cumulative as double)) as cumulative_gap,
        cast(chained.previous_open - chained.settled_count as double) as expected_open,
        abs(
            cast(
                chained.in_progress_count - chained.previous_open + chained.settled_count as double
            )
        ) as open_gap,
        cast(reports.cumulative / nullif(deals.pool_balance, 0) as double) as to_pool,
        case when to_pool <= 1.5 then to_pool end as to_pool_within_150,
        cast(reports.cumulative / nullif(deals.pool_balance, 0) as double) as computed_rate,
        cast(reports.in_progress_recovery / nullif(deals.pool_balance, 0) as double)
            as in_progress_recovery_to_pool,
        cast(reports.settled_recovery / nullif(deals.pool_balance, 0) as double)
            as settled_recovery_to_pool,
        cast(reports.in_progress_balance / nullif(deals.pool_balance, 0) as double)
            as in_progress_balance_to_pool,
        cast(reports.settled_balance / nullif(deals.pool_balance, 0) as double)
            as settled_balance_to_pool,
        cast(reports.closing_balance / nullif(deals.pool_balance, 0) as double)
            as closing_balance_to_pool,
        cast(reports.disposal_expenses / nullif(deals.pool_balance, 0) as double)
            as disposal_expenses_to_pool,
        cast(reports.other_inflow / nullif(deals.pool_balance, 0) as double)
            as other_inflow_to_pool,
        cast(nullif(reports.other_inflow, 0) / nullif(reports.period_cash, 0) as double)
            as other_to_cash,
        cast(reports.disposal_expenses / nullif(reports.period_cash, 0) as double)
            as expenses_to_cash,
        cast(
            reports.stated_cumulative_rate
            / nullif(reports.cumulative / nullif(deals.pool_balance, 0), 0)
            as double
        ) as rate_to_computed,
        greatest(
            abs(
                cast(
                    reports.stated_cumulative_rate
                    - reports.cumulative / nullif(deals.pool_balance, 0)
                    as double
                )
            ) - reports.stated_cumulative_rate_half_digit,
            0
        ) as rate_gap
    from reports
    left outer join deals
        on reports.deal_code = deals.deal_code
    left outer join chained
        on reports.row_id = chained.row_id
)

select * from final
