-- Grain: one row per deal and collection period.
with

periods as (
    select * from {{ ref('int_collection_periods__ordered') }}
),

cutoff_pools as (
    select * from {{ ref('int_deals__cutoff_pool') }}
),

estimates as (
    select * from {{ ref('int_deals__estimated_recovery') }}
),

as_of as (
    select * from {{ ref('int_as_of__date') }}
),

rated as (
    select
        periods.*,
        {{ ratio('periods.period_recovery_yuan', 'cutoff_pools.pool_balance_yuan') }}
            as period_recovery_rate,
        {{ ratio('periods.cumulative_recovery_yuan', 'cutoff_pools.pool_balance_yuan') }}
            as cumulative_recovery_rate,
        estimates.estimated_recovery_rate,
        cutoff_pools.pool_balance_yuan,
        periods.source_kind = 'statement'
        or (
            periods.is_latest
            and coalesce(periods.liquidation_date > as_of.as_of_date, true)
        ) as is_provisional
    from periods
    inner join cutoff_pools
        on periods.deal_code = cutoff_pools.deal_code
    left outer join estimates
        on periods.deal_code = estimates.deal_code
    cross join as_of
),

-- why the running sum stopped: the first thing that was wrong, in order of time
broken_from as (
    select
        deal_code,
        coalesce(gap_reason, cash_reason) as broken_reason,
        period_no as broken_period_no
    from periods
    where coalesce(gap_reason, cash_reason) is not null
    qualify
        row_number() over (
            partition by deal_code
            order by collection_end asc nulls last, period_no asc
        ) = 1
),

final as (
    select
        {{ deal_key('rated.deal_code') }} as deal_key,
        rated.period_no,
        rated.source_kind,
        cast(rated.recovery_age_months as bigint) as recovery_age_months,
        cast(rated.period_recovery_yuan as decimal(18, 2)) as period_recovery_yuan,
        rated.cumulative_recovery_yuan,
        cast(rated.stated_cumulative_yuan as decimal(18, 2)) as stated_cumulative_yuan,
        cast(rated.stated_cumulative_rate as double) as stated_cumulative_rate,
        rated.period_recovery_rate,
        rated.cumulative_recovery_rate,
        rated.estimated_recovery_rate,
        {{ ratio('rated.cumulative_recovery_rate', 'rated.estimated_recovery_rate') }}
            as estimate_attained_ratio,
        cast(rated.revision_no as bigint) as revision_no,
        rated.is_provisional,
        nullif(
            concat_ws(
                '; ',
                case when rated.recovery_age_months is null then 'no recovery age' end,
                rated.cash_reason,
                case
                    when rated.cumulative_recovery_yuan is null
                        then
                            concat(
                                'no cumulative amount since period ',
                                cast(broken_from.broken_period_no as string),
                                ': ',
                                broken_from.broken_reason
                            )
                end,
                case
                    when not coalesce(rated.pool_balance_yuan > 0, false)
                        then 'no pool balance at the cut-off'
                end,
                case
                    when rated.estimated_recovery_rate is null then 'no first-rating estimate'
                    when rated.estimated_recovery_rate <= 0
                        then 'first-rating estimate not above 0'
                end
            ),
            ''
        ) as incomplete_reason,
        rated.collection_start,
        rated.collection_end,
        rated.source_document,
        rated.known_on
    from rated
    left outer join broken_from
        on rated.deal_code = broken_from.deal_code
)

select * from final
