-- Grain: one row per deal, snapshot date and metric that the marts read. Of several statements the
-- latest known counts, then the agency that comes first by code point.
with

pool_statistics as (
    select * from {{ ref('stg_raw__pool_statistics') }}
),

deals as (
    select * from {{ ref('int_deals__latest_revision') }}
),

dated as (
    select
        pool_statistics.*,
        -- a first rating speaks of the pool at its cut-off unless it names another date
        coalesce(
            pool_statistics.as_of_date,
            case when pool_statistics.stage = 'first_rating' then deals.cutoff_date end
        ) as snapshot_date
    from pool_statistics
    inner join deals
        on pool_statistics.deal_code = deals.deal_code
    where
        {{ is_known('pool_statistics.known_on') }}
        and pool_statistics.metric in (
            'loan_count', 'borrower_count', 'mortgaged_share', 'residential_share',
            'vehicle_share', 'wa_current_ltv', 'wa_initial_ltv', 'wa_overdue_months',
            'top10_borrower_share', 'contract_amount'
        )
),

final as (
    select *
    from dated
    where snapshot_date is not null
    qualify
        row_number() over (
            partition by deal_code, snapshot_date, metric
            order by
                known_on desc, stated_by asc nulls last, source_document asc,
                stage asc nulls last, as_of_date asc nulls last
        ) = 1
)

select * from final
