-- Grain: one row per deal and date that documents state pool statistics of.
with

pool_statistics as (
    select * from {{ ref('int_pool_statistics__chosen') }}
),

final as (
    select
        deal_code,
        snapshot_date,
        max(case when metric = 'loan_count' then cast(value_number as bigint) end) as loan_count,
        max(case when metric = 'borrower_count' then cast(value_number as bigint) end)
            as borrower_count,
        max(case when metric = 'contract_amount' then value_yuan end) as contract_amount_yuan,
        max(case when metric = 'mortgaged_share' then value_ratio end) as mortgaged_ratio,
        max(case when metric = 'residential_share' then value_ratio end) as residential_ratio,
        max(case when metric = 'vehicle_share' then value_ratio end) as vehicle_ratio,
        max(case when metric = 'wa_current_ltv' then value_ratio end)
            as weighted_current_ltv_ratio,
        max(case when metric = 'wa_initial_ltv' then value_ratio end)
            as weighted_initial_ltv_ratio,
        max(
            case
                when metric = 'wa_overdue_months' and {{ is_in_days('unit') }}
                    then cast(value_number as double) / 30.4375
                when metric = 'wa_overdue_months' then cast(value_number as double)
            end
        ) as weighted_overdue_months,
        max(case when metric = 'top10_borrower_share' then value_ratio end)
            as top10_borrower_ratio,
        {{ distinct_list('source_document') }} as source_documents,
        max(known_on) as known_on
    from pool_statistics
    -- a count that is not whole, or an amount where a share is due, states nothing of the pool
    where
        case
            when metric in ('loan_count', 'borrower_count')
                then value_number = round(value_number, 0)
            when metric = 'contract_amount' then value_yuan is not null
            when metric = 'wa_overdue_months' then value_number is not null
            else value_ratio is not null
        end
    group by deal_code, snapshot_date
)

select * from final
