{{ config(severity='warn', enabled=target.name != 'deliveries') }}
-- A warning: a changed register wants a review of seeds/expected/expected_row_counts.csv, and is no
-- reason to stop the build of what it says. Nobody reviews how much is delivered.
with

expected as (
    select * from {{ ref('expected_row_counts') }}
),

counted as (
    select
        'raw_deals' as table_name,
        count(*) as row_count
    from {{ ref('stg_raw__deals') }}
    union all
    select
        'raw_tranches' as table_name,
        count(*) as row_count
    from {{ ref('stg_raw__tranches') }}
    union all
    select
        'raw_recovery_estimates' as table_name,
        count(*) as row_count
    from {{ ref('stg_raw__recovery_estimates') }}
    union all
    select
        'raw_pool_statistics' as table_name,
        count(*) as row_count
    from {{ ref('stg_raw__pool_statistics') }}
    union all
    select
        'raw_recovery_statements' as table_name,
        count(*) as row_count
    from {{ ref('stg_raw__recovery_statements') }}
    union all
    select
        'raw_loan_pools' as table_name,
        count(*) as row_count
    from {{ ref('stg_raw__loan_pools') }}
    union all
    select
        'raw_collaterals' as table_name,
        count(*) as row_count
    from {{ ref('stg_raw__collaterals') }}
    union all
    select
        'raw_trustee_reports' as table_name,
        count(*) as row_count
    from {{ ref('stg_raw__trustee_reports') }}
    union all
    select
        'raw_market_indicators' as table_name,
        count(*) as row_count
    from {{ ref('stg_raw__market_indicators') }}
),

final as (
    select
        expected.table_name,
        expected.row_count as expected_count,
        counted.row_count as found_count
    from expected
    inner join counted
        on expected.table_name = counted.table_name
    where
        expected.market = {{ market_name() }}
        and expected.row_count != counted.row_count
)

select * from final
