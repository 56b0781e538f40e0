-- Grain: one row per deal. Whether its trustee reports have come by the days its calendar says. A
-- report is expected as long after its period as the deal's slowest one came.
with

deals as (
    select * from {{ ref('int_deals__latest_revision') }}
),

trustee_reports as (
    select * from {{ ref('int_trustee_reports__latest_revision') }}
),

as_of as (
    select * from {{ ref('int_as_of__date') }}
),

ordered_reports as (
    select
        deal_code,
        collection_end,
        known_on,
        lag(collection_end) over (
            partition by deal_code
            order by collection_end asc nulls last, report_no asc
        ) as previous_end
    from trustee_reports
    where collection_end is not null
),

reported as (
    select
        deal_code,
        count(*) as report_count,
        max(collection_end) as last_collection_end,
        max(known_on) as last_known_on,
        max({{ days_between('collection_end', 'known_on') }}) as longest_delay_days,
        -- the shortest: a first period that is longer than the others is common
        min({{ complete_months('previous_end', 'collection_end') }}) as observed_interval_months
    from ordered_reports
    group by deal_code
),

calendars as (
    select
        deals.deal_code,
        deals.payment_frequency,
        coalesce(deals.liquidation_date, deals.legal_maturity_date) as end_date,
        coalesce(
            case
                when deals.payment_frequency in ('每月', '月度', '按月') then 1
                when deals.payment_frequency in ('每两个月', '双月') then 2
                when deals.payment_frequency in ('季度', '每季度', '按季') then 3
                when deals.payment_frequency in ('半年度', '每半年', '半年', '按半年') then 6
                when deals.payment_frequency in ('年度', '每年', '按年') then 12
            end,
            nullif(reported.observed_interval_months, 0)
        ) as interval_months,
        coalesce(reported.report_count, 0) as report_count,
        reported.last_collection_end,
        reported.last_known_on,
        coalesce(reported.last_collection_end, deals.cutoff_date) as counted_from,
        -- without a report: two months, in which a payment and its report usually follow
        greatest(coalesce(reported.longest_delay_days, 61), 0) as delay_days,
        as_of.as_of_date
    from deals
    left outer join reported
        on deals.deal_code = reported.deal_code
    cross join as_of
),

expected as (
    select
        *,
        case
            when counted_from = last_day(counted_from)
                then last_day({{ add_months('counted_from', 'interval_months') }})
            else {{ add_months('counted_from', 'interval_months') }}
        end as next_collection_end
    from calendars
),

due as (
    select
        *,
        {{ add_days('next_collection_end', 'cast(delay_days as int)') }} as next_report_due_on
    from expected
),

overdue as (
    select
        *,
        {{ add_months('next_report_due_on', 'interval_months') }} as stale_on,
        end_date <= as_of_date as is_ended
    from due
),

final as (
    select
        {{ deal_key('deal_code') }} as deal_key,
        payment_frequency,
        case
            when is_ended then 'ended'
            when next_report_due_on is null then 'unknown'
            when as_of_date <= next_report_due_on then 'on_time'
            when report_count = 0 then 'never_reported'
            when as_of_date <= stale_on then 'late'
            else 'stale'
        end as freshness,
        cast(interval_months as bigint) as interval_months,
        cast(report_count as bigint) as report_count,
        last_collection_end,
        last_known_on,
        case when not coalesce(is_ended, false) then next_collection_end end
            as next_collection_end,
        case when not coalesce(is_ended, false) then next_report_due_on end as next_report_due_on,
        case when not coalesce(is_ended, false) then stale_on end as stale_on,
        as_of_date,
        case
            when is_ended then null
            when interval_months is null then 'no payment frequency and under two reports'
            when counted_from is null then 'no cut-off date and no report'
        end as incomplete_reason
    from overdue
)

select * from final
