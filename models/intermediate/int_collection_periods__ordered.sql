-- Grain: one row per deal and collection period, in order, with gaps made explicit. Trustee reports
-- where the deal has any, else the periods between its recovery statements.
with

deals as (
    select * from {{ ref('int_deals__latest_revision') }}
),

trustee_reports as (
    select * from {{ ref('int_trustee_reports__latest_revision') }}
),

recovery_statements as (
    select * from {{ ref('int_recovery_statements__chosen') }}
),

reporting_deals as (
    select distinct deal_code
    from trustee_reports
),

reported_periods as (
    select
        trustee_reports.deal_code,
        trustee_reports.report_no as period_no,
        'trustee_report' as source_kind,
        deals.cutoff_date,
        deals.liquidation_date,
        trustee_reports.collection_start as printed_start,
        trustee_reports.collection_end,
        lag(trustee_reports.collection_end) over reports_in_order as previous_end,
        trustee_reports.in_progress_recovery_yuan + trustee_reports.settled_recovery_yuan
            as period_recovery_yuan,
        trustee_reports.in_progress_recovery_to_date_yuan
        + trustee_reports.settled_recovery_to_date_yuan as stated_cumulative_yuan,
        trustee_reports.stated_cumulative_rate,
        row_number() over reports_in_order = count(*) over (partition by trustee_reports.deal_code)
            as is_latest,
        trustee_reports.revision_no,
        trustee_reports.source_document,
        trustee_reports.known_on
    from trustee_reports
    inner join deals
        on trustee_reports.deal_code = deals.deal_code
    window
        reports_in_order as (
            partition by trustee_reports.deal_code
            order by trustee_reports.collection_end asc nulls last, trustee_reports.report_no asc
        )
),

stated_periods as (
    select
        recovery_statements.deal_code,
        row_number() over statements_in_order as period_no,
        'statement' as source_kind,
        deals.cutoff_date,
        deals.liquidation_date,
        {{ add_days(
            'coalesce(lag(recovery_statements.pool_as_of_date) over statements_in_order,'
            ~ ' deals.cutoff_date)', 1
        ) }} as printed_start,
        recovery_statements.pool_as_of_date as collection_end,
        lag(recovery_statements.pool_as_of_date) over statements_in_order as previous_end,
        case
            when row_number() over statements_in_order = 1
                then recovery_statements.cumulative_recovery_yuan
            else
                recovery_statements.cumulative_recovery_yuan
                - lag(recovery_statements.cumulative_recovery_yuan) over statements_in_order
        end as period_recovery_yuan,
        recovery_statements.cumulative_recovery_yuan as stated_cumulative_yuan,
        recovery_statements.stated_rate as stated_cumulative_rate,
        row_number() over statements_in_order
        = count(*) over (partition by recovery_statements.deal_code) as is_latest,
        recovery_statements.revision_no,
        recovery_statements.source_document,
        recovery_statements.known_on
    from recovery_statements
    inner join deals
        on recovery_statements.deal_code = deals.deal_code
    left outer join reporting_deals
        on recovery_statements.deal_code = reporting_deals.deal_code
    where reporting_deals.deal_code is null
    window
        statements_in_order as (
            partition by recovery_statements.deal_code
            order by recovery_statements.pool_as_of_date
        )
),

periods as (
    select * from reported_periods
    union all
    select * from stated_periods
),

-- a start on the previous end, or on the cut-off, counts that day twice: it means the day after
starts_read as (
    select
        *,
        {{ add_days('coalesce(previous_end, cutoff_date)', 1) }} as expected_start,
        case
            when printed_start = coalesce(previous_end, cutoff_date)
                then {{ add_days('printed_start', 1) }}
            else printed_start
        end as collection_start
    from periods
),

checked as (
    select
        *,
        case
            when cutoff_date is null then 'cut-off date missing'
            when collection_start is null or collection_end is null
                then 'collection dates missing'
            when collection_start > expected_start then 'collection period missing before it'
            when collection_start < expected_start then 'collection period overlaps'
        end as gap_reason,
        case
            when period_recovery_yuan is not null then null
            when source_kind = 'trustee_report' then 'recovery amount missing in the report'
            when stated_cumulative_yuan is null then 'statement without an amount'
            else 'statement before it without an amount'
        end as cash_reason
    from starts_read
),

final as (
    select
        deal_code,
        period_no,
        source_kind,
        gap_reason,
        cash_reason,
        period_recovery_yuan,
        -- ours: the running sum, as long as no period and no amount is missing
        cast(
            case
                when count(coalesce(gap_reason, cash_reason)) over periods_so_far = 0
                    then sum(period_recovery_yuan) over periods_so_far
            end
            as decimal(18, 2)
        ) as cumulative_recovery_yuan,
        stated_cumulative_yuan,
        stated_cumulative_rate,
        case
            when cutoff_date is not null then {{ complete_months('cutoff_date', 'collection_end') }}
        end
            as recovery_age_months,
        is_latest,
        cutoff_date,
        liquidation_date,
        collection_start,
        collection_end,
        revision_no,
        source_document,
        known_on
    from checked
    window
        periods_so_far as (
            partition by deal_code
            order by collection_end asc nulls last, period_no asc
            rows between unbounded preceding and current row
        )
)

select * from final
