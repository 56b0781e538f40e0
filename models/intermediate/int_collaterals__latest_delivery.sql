-- Grain: one row per deal, snapshot date and loan and collateral. A redelivered tape replaces the
-- whole snapshot: what it leaves out is gone.
with

collaterals as (
    select * from {{ ref('stg_raw__collaterals') }}
),

final as (
    select *
    from collaterals
    where {{ is_known() }}
    qualify
        known_on = max(known_on) over (partition by deal_code, snapshot_date)
)

select * from final
