-- Grain: one row per deal, snapshot date and loan. A redelivered tape replaces the whole snapshot:
-- what it leaves out is gone.
with

loan_pools as (
    select * from {{ ref('stg_raw__loan_pools') }}
),

final as (
    select *
    from loan_pools
    where {{ is_known() }}
    qualify
        known_on = max(known_on) over (partition by deal_code, snapshot_date)
)

select * from final
