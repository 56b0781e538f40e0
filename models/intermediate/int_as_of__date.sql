-- Grain: one row. The day the marts answer as of: `as_of`, else the latest day anything was known.
with

known_dates as (
    select known_on from {{ ref('stg_raw__deals') }}
    union all
    select known_on from {{ ref('stg_raw__tranches') }}
    union all
    select known_on from {{ ref('stg_raw__recovery_estimates') }}
    union all
    select known_on from {{ ref('stg_raw__pool_statistics') }}
    union all
    select known_on from {{ ref('stg_raw__recovery_statements') }}
    union all
    select known_on from {{ ref('int_tapes__deliveries') }}
    union all
    select known_on from {{ ref('stg_raw__trustee_reports') }}
    union all
    select known_on from {{ ref('stg_raw__market_indicators') }}
),

final as (
    select coalesce({{ as_of_date() }}, max(known_on)) as as_of_date
    from known_dates
)

select * from final
