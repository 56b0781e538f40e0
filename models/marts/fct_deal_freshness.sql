-- Grain: one row per deal. Whether its trustee reports have come by the days its calendar says. A
-- report is expected as long after its period as the deal's slowest one came.
with

deals as (
    select * from {{ ref('int_deals__latest_revision') }}
),

trustee_reports as (
    select * from {{ ref('int_trustee_reports__latest_revision') }}
),

payment_frequencies as (
    select * from {{ ref('payment_frequencies') }}
),

as_of as (
    select * from {{ ref('int_as_of__date') }}
),

ordered_reports as (
    select
        *,
        lag(collection_end) over (
            partition by deal_code
            order by collection_end asc nulls last
        ) as previous_end
    from trustee_reports
),

reported as (
    select
        deal_code,
        count(*) as report_count,
        max(collection_end) as last_collection_end,
        max(known_on) as last_known_on,
        max({{ days_between('collection_end', 'first_known_on') }}) as longest_delay_days,
        -- the shortest: a first period that is longer than the others is common
        min(nullif({{ complete_months('previous_end', 'collection_end') }}, 0))
            as observed_interval_months
    from ordered_reports
    group by deal_code
),

calendars as (
    select
        deals.deal_code,
        deals.payment_frequency,
        coalesce(payment_frequencies.interval_months, reported.observed_interval_months)
            as interval_months,
        coalesce(reported.report_count, 0) as report_count,
        reported.last_collection_end,
        reported.last_known_on,
        coalesce(reported.last_collection_end, deals.cutoff_date) as counted_from,
        -- without a report: two months, in which a payment and its report usually follow
        greatest(coalesce(reported.longest_delay_days, 61), 0) as delay_days,
        as_of.as_of_date,
        coalesce(
            coalesce(deals.liquidation_date, deals.legal_maturity_date) <= as_of.as_of_date, false
        ) as is_ended
    from deals
    left outer join reported
        on deals.deal_code = reported.deal_code
    left outer join payment_frequencies
        on deals.payment_frequency = payment_frequencies.payment_frequency
    cross join as_of
),

expected as (
    select
        *,
        {{ calendar_step('counted_from', 'interval_months') }} as next_collection_end,
        {{ calendar_step('counted_from', '2 * interval_months') }} as following_collection_end
    from calendars
),

due as (
    select
        *,
        {{ add_days('next_collection_end', 'cast(delay_days as int)') }} as next_report_due_on,
        {{ add_days('following_collection_end', 'cast(delay_days as int)') }} as stale_on
    from expected
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
        case when not is_ended then next_collection_end end as next_collection_end,
        case when not is_ended then next_report_due_on end as next_report_due_on,
        case when not is_ended then stale_on end as stale_on,
        as_of_date,
        case
            when is_ended then null
            when interval_months is null
                then 'no payment frequency and no two reports a month apart'
            when counted_from is null then 'no cut-off date and no report'
        end as incomplete_reason
    from due
)

select * from final
