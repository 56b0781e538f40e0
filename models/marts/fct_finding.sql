-- Grain: one row per deal, rule and subject: what documents say of a deal that does not fit
-- together. A finding nulls what depends on it, never the rest of the market.
{%- set report_subject = "concat('report ', cast(report_no as string), ': ')" %}
with

deals as (
    select * from {{ ref('dim_deal') }}
),

issuance as (
    select * from {{ ref('fct_issuance') }}
),

tranches as (
    select * from {{ ref('fct_tranche') }}
),

periods as (
    select * from {{ ref('fct_recovery_by_period') }}
),

ordered_periods as (
    select * from {{ ref('int_collection_periods__ordered') }}
),

trustee_reports as (
    select * from {{ ref('int_trustee_reports__latest_revision') }}
),

snapshots as (
    select * from {{ ref('fct_pool_snapshot') }}
),

disclosed as (
    select * from {{ ref('int_pools__disclosed') }}
),

printed_deals as (
    select * from {{ ref('int_deals__latest_revision') }}
),

restatements as (
    select * from {{ ref('fct_restatement') }}
),

originator_findings as (
    select
        deal_key,
        case
            when originator_resolved_by = 'unresolved' then 'originator_unresolved'
            when originator_printed is null then 'originator_not_printed'
            else 'originator_is_a_trustee'
        end as rule_id,
        'originator' as subject,
        originator_printed as found_value,
        case
            when originator_resolved_by = 'series' then concat('read from series ', series)
            else 'a name or a series of the reference lists'
        end as expected_value,
        source_document
    from deals
    where originator_resolved_by != 'printed_name'
),

unread_findings as (
    select
        deal_key,
        'value_not_read' as rule_id,
        'deal' as subject,
        unread_columns as found_value,
        cast(null as string) as expected_value,
        source_document
    from deals
    where unread_columns is not null
    union all
    select
        deal_key,
        'value_not_read' as rule_id,
        concat('tranche ', tranche_code) as subject,
        unread_columns as found_value,
        cast(null as string) as expected_value,
        source_document
    from tranches
    where unread_columns is not null
    union all
    select
        {{ deal_key('trustee_reports.deal_code') }} as deal_key,
        'value_not_read' as rule_id,
        concat('report ', cast(trustee_reports.report_no as string)) as subject,
        trustee_reports.unread_columns as found_value,
        cast(null as string) as expected_value,
        trustee_reports.source_document
    from trustee_reports
    inner join deals
        on {{ deal_key('trustee_reports.deal_code') }} = deals.deal_key
    where trustee_reports.unread_columns is not null
),

numbered_periods as (
    select
        *,
        lag(period_no) over (
            partition by deal_code
            order by collection_end asc nulls last, period_no asc
        ) as previous_period_no
    from ordered_periods
),

period_findings as (
    select
        {{ deal_key('deal_code') }} as deal_key,
        'period_gap' as rule_id,
        concat('period ', cast(period_no as string)) as subject,
        cast(collection_start as string) as found_value,
        gap_reason as expected_value,
        source_document
    from numbered_periods
    where gap_reason is not null
    union all
    select
        {{ deal_key('deal_code') }} as deal_key,
        'recovery_amount_missing' as rule_id,
        concat('period ', cast(period_no as string)) as subject,
        cast(null as string) as found_value,
        cash_reason as expected_value,
        source_document
    from numbered_periods
    where cash_reason is not null
    union all
    select
        {{ deal_key('deal_code') }} as deal_key,
        'report_number_skipped' as rule_id,
        concat('period ', cast(period_no as string)) as subject,
        cast(period_no as string) as found_value,
        cast(coalesce(previous_period_no, 0) + 1 as string) as expected_value,
        source_document
    from numbered_periods
    where
        gap_reason is null
        and period_no != coalesce(previous_period_no, 0) + 1
),

statement_findings as (
    select
        deal_key,
        'stated_cumulative_differs' as rule_id,
        concat('period ', cast(period_no as string)) as subject,
        cast(stated_cumulative_yuan as string) as found_value,
        cast(cumulative_recovery_yuan as string) as expected_value,
        source_document
    from periods
    where abs(stated_cumulative_yuan - cumulative_recovery_yuan) > 0.01
    union all
    select
        deal_key,
        'stated_rate_differs' as rule_id,
        concat('period ', cast(period_no as string)) as subject,
        {{ double_as_text('stated_cumulative_rate') }} as found_value,
        {{ double_as_text('cumulative_recovery_rate') }} as expected_value,
        source_document
    from periods
    -- rates are printed to a tenth or a hundredth of a percent; a difference of doubles is off by a
    -- hair, so twelve decimals of it are compared
    where
        cast(abs(stated_cumulative_rate - cumulative_recovery_rate) as decimal(38, 12)) > 0.0005
),

structure_findings as (
    select
        deal_key,
        'tranches_differ_from_issue' as rule_id,
        'issue amount' as subject,
        cast(senior_amount_yuan + subordinated_amount_yuan as string) as found_value,
        cast(issue_amount_yuan as string) as expected_value,
        source_document
    from issuance
    where abs(senior_amount_yuan + subordinated_amount_yuan - issue_amount_yuan) > 0.01
),

-- the later document counts; a fact that cannot change was stated in two ways all the same
fact_findings as (
    select
        deal_key,
        'static_fact_restated' as rule_id,
        concat(field, ' known ', cast(new_known_on as string)) as subject,
        new_value as found_value,
        old_value as expected_value,
        new_document as source_document
    from restatements
    where
        table_name = 'raw_deals'
        and field in ('cutoff_date', 'originator')
        and old_value is not null
        and new_value is not null
),

-- which of the two is wrong cannot be told, so both stay as printed
compared_dates as (
    {{ compared_dates('printed_deals', "''", 'announce_date', 'book_date') }}
    union all
    {{ compared_dates('printed_deals', "''", 'cutoff_date', 'book_date') }}
    union all
    {{ compared_dates('printed_deals', "''", 'book_date', 'setup_date') }}
    union all
    {{ compared_dates('printed_deals', "''", 'setup_date', 'liquidation_date') }}
    union all
    {{ compared_dates('printed_deals', "''", 'setup_date', 'legal_maturity_date') }}
    union all
    {{ compared_dates('trustee_reports', report_subject, 'collection_end', 'payment_date') }}
    union all
    {{ compared_dates('trustee_reports', report_subject, 'collection_end', 'reported_on') }}
),

date_findings as (
    select
        deals.deal_key,
        'dates_out_of_order' as rule_id,
        concat(
            compared_dates.owner, compared_dates.later_name, ' before ', compared_dates.earlier_name
        ) as subject,
        cast(compared_dates.later_date as string) as found_value,
        concat('not before ', cast(compared_dates.earlier_date as string)) as expected_value,
        compared_dates.source_document
    from compared_dates
    inner join deals
        on {{ deal_key('compared_dates.deal_code') }} = deals.deal_key
    where compared_dates.later_date < compared_dates.earlier_date
),

tape_comparisons as (
    select
        snapshots.deal_key,
        snapshots.snapshot_date,
        snapshots.source_documents as source_document,
        cast(snapshots.loan_count as double) as tape_loans,
        cast(disclosed.loan_count as double) as stated_loans,
        cast(snapshots.borrower_count as double) as tape_borrowers,
        cast(disclosed.borrower_count as double) as stated_borrowers,
        snapshots.mortgaged_ratio as tape_mortgaged,
        cast(disclosed.mortgaged_ratio as double) as stated_mortgaged,
        snapshots.residential_ratio as tape_residential,
        cast(disclosed.residential_ratio as double) as stated_residential,
        snapshots.weighted_current_ltv_ratio as tape_current_ltv,
        cast(disclosed.weighted_current_ltv_ratio as double) as stated_current_ltv,
        snapshots.weighted_initial_ltv_ratio as tape_initial_ltv,
        cast(disclosed.weighted_initial_ltv_ratio as double) as stated_initial_ltv,
        snapshots.weighted_overdue_months as tape_overdue,
        disclosed.weighted_overdue_months as stated_overdue,
        snapshots.top10_borrower_ratio as tape_top10,
        cast(disclosed.top10_borrower_ratio as double) as stated_top10,
        cast(snapshots.contract_amount_yuan as double) as tape_contract,
        cast(disclosed.contract_amount_yuan as double) as stated_contract,
        cast(snapshots.balance_yuan as double) as tape_balance,
        cast(printed_deals.pool_balance_yuan as double) as stated_balance
    from snapshots
    left outer join disclosed
        on
            snapshots.deal_key = {{ deal_key('disclosed.deal_code') }}
            and snapshots.snapshot_date = disclosed.snapshot_date
    left outer join printed_deals
        on
            snapshots.deal_key = {{ deal_key('printed_deals.deal_code') }}
            and snapshots.snapshot_date = printed_deals.cutoff_date
    where snapshots.measured_from != 'disclosed'
),

-- tolerance: what the documents' rounding can hide
compared_measures as (
    {{ compared_measure('loan_count', 'tape_loans', 'stated_loans', '0') }}
    union all
    {{ compared_measure('borrower_count', 'tape_borrowers', 'stated_borrowers', '0') }}
    union all
    {{ compared_measure('mortgaged_ratio', 'tape_mortgaged', 'stated_mortgaged', '0.0001') }}
    union all
    {{ compared_measure('residential_ratio', 'tape_residential', 'stated_residential', '0.0001') }}
    union all
    {{ compared_measure(
        'weighted_current_ltv_ratio', 'tape_current_ltv', 'stated_current_ltv', '0.0001'
    ) }}
    union all
    {{ compared_measure(
        'weighted_initial_ltv_ratio', 'tape_initial_ltv', 'stated_initial_ltv', '0.0001'
    ) }}
    union all
    {{ compared_measure('weighted_overdue_months', 'tape_overdue', 'stated_overdue', '0.01') }}
    union all
    {{ compared_measure('top10_borrower_ratio', 'tape_top10', 'stated_top10', '0.0001') }}
    union all
    {{ compared_measure('contract_amount_yuan', 'tape_contract', 'stated_contract', '100') }}
    union all
    {{ compared_measure('balance_yuan', 'tape_balance', 'stated_balance', '100') }}
),

tape_findings as (
    select
        deal_key,
        'tape_differs_from_disclosed' as rule_id,
        concat(measure, ' at ', cast(snapshot_date as string)) as subject,
        {{ double_as_text('stated_value') }} as found_value,
        {{ double_as_text('tape_value') }} as expected_value,
        source_document
    from compared_measures
    where cast(abs(tape_value - stated_value) as decimal(38, 12)) > tolerance
),

findings as (
    select * from originator_findings
    union all
    select * from unread_findings
    union all
    select * from period_findings
    union all
    select * from statement_findings
    union all
    select * from structure_findings
    union all
    select * from fact_findings
    union all
    select * from date_findings
    union all
    select * from tape_findings
),

final as (
    select
        md5(concat_ws('|', deal_key, rule_id, subject)) as finding_key,
        deal_key,
        rule_id,
        subject,
        found_value,
        expected_value,
        source_document
    from findings
)

select * from final
