-- Grain: one row per delivered row of raw_recovery_statements.
with

statements as (
    select * from typed.recovery_statements
),

deals as (
    select * from latest.deals
),

ordered as (
    select
        row_id,
        lag(cumulative_recovery) over (
            partition by deal_code order by pool_as_of_date, row_id
        ) as previous_cumulative
    from latest.recovery_statements
    where cumulative_recovery is not null
),

final as (
    select
        statements.row_id,
        statements.deal_code,
        statements.pool_as_of_date,
        deals.cutoff_date,
        case when deals.deal_code is null then statements.deal_code end as orphan,
        case
            when statements.stated_by not in (select ali.alias from reference.agency_aliases as ali)
                then statements.stated_by
        end as unknown_agency,
        cast(statements.cumulative_recovery as double) as cumulative,
        cast(ordered.previous_cumulative as double) as previous_cumulative,
        cast(statements.cumulative_recovery - ordered.previous_cumulative as double) as increase,
        cast(
            coalesce(
                statements.cumulative_recovery / nullif(deals.pool_balance, 0),
                statements.stated_rate
            )
            as double
        ) as to_pool,
        case when to_pool <= 1.5 then to_pool end as to_pool_within_150,
        cast(statements.forecast_cumulative / nullif(deals.pool_balance, 0) as double)
            as forecast_to_pool,
        cast(statements.stated_rate as double) as rate,
        cast(statements.cumulative_recovery / nullif(deals.pool_balance, 0) as double)
            as computed_rate,
        cast(
            statements.stated_rate
            / nullif(statements.cumulative_recovery / nullif(deals.pool_balance, 0), 0)
            as double
        ) as rate_to_computed,
        -- Research pages round an amount (3.8亿元), so its last digit that is not 0 counts.
        greatest(
            abs(
                cast(
                    statements.stated_rate
                    - statements.cumulative_recovery / nullif(deals.pool_balance, 0)
                    as double
                )
            )
            - statements.stated_rate_half_digit
            - statements.cumulative_recovery_half_significant
            / nullif(cast(deals.pool_balance as double), 0),
            0
        ) as rate_gap
    from statements
    left outer join deals
        on statements.deal_code = deals.deal_code
    left outer join ordered
        on statements.row_id = ordered.row_id
)

select * from final
