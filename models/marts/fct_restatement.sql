-- Grain: one row per raw table, deal, row of that table, changed field and revision.
with

revised_fields as (
    select * from {{ ref('int_deals__revised_fields') }}
    union all
    select * from {{ ref('int_tranches__revised_fields') }}
    union all
    select * from {{ ref('int_recovery_estimates__revised_fields') }}
    union all
    select * from {{ ref('int_pool_statistics__revised_fields') }}
    union all
    select * from {{ ref('int_recovery_statements__revised_fields') }}
    union all
    select * from {{ ref('int_trustee_reports__revised_fields') }}
    union all
    select * from {{ ref('int_loan_pools__revised_fields') }}
    union all
    select * from {{ ref('int_collaterals__revised_fields') }}
),

deals as (
    select * from {{ ref('int_deals__latest_revision') }}
),

cutoff_pools as (
    select * from {{ ref('int_deals__cutoff_pool') }}
),

periods as (
    select * from {{ ref('int_collection_periods__ordered') }}
),

chosen_statements as (
    select * from {{ ref('int_recovery_statements__chosen') }}
),

compared as (
    select
        *,
        lag(field_value) over revisions_in_order as old_value,
        lag(is_present) over revisions_in_order as was_present,
        lag(known_on) over revisions_in_order as old_known_on,
        lag(source_document) over revisions_in_order as old_document
    from revised_fields
    window
        revisions_in_order as (
            partition by table_name, deal_code, period_no, row_key, field
            order by known_on
        )
),

changed as (
    select *
    from compared
    where
        old_known_on is not null
        and field_value is distinct from old_value
        -- a row that is new or left out is one change, told by its number alone
        and ((is_present and was_present) or field in ('loan_no', 'collateral_no'))
),

-- the statement that the deal's cumulative recovery is read from
latest_statements as (
    select
        periods.deal_code,
        concat_ws(
            '|', cast(chosen_statements.pool_as_of_date as string), chosen_statements.stated_by
        ) as row_key
    from periods
    inner join chosen_statements
        on
            periods.deal_code = chosen_statements.deal_code
            and periods.collection_end = chosen_statements.pool_as_of_date
    where periods.is_latest and periods.source_kind = 'statement'
),

final as (
    select
        md5(
            concat_ws(
                '|',
                changed.table_name,
                {{ deal_key('changed.deal_code') }},
                cast(changed.period_no as string),
                changed.row_key,
                changed.field,
                cast(changed.known_on as string)
            )
        ) as restatement_key,
        {{ deal_key('changed.deal_code') }} as deal_key,
        deals.deal_code_printed as deal_code,
        changed.table_name,
        changed.period_no,
        changed.row_key,
        changed.field,
        changed.old_value,
        changed.field_value as new_value,
        -- the field's own effect, everything else being as now known
        case
            when not coalesce(cutoff_pools.pool_balance_yuan > 0, false)
                or periods.cumulative_recovery_yuan is null
                then null
            when
                changed.field in ('in_progress_recovery', 'settled_recovery')
                or (
                    changed.field = 'cumulative_recovery'
                    and latest_statements.row_key is not null
                )
                then
                    {{ ratio(
                        'cast(changed.field_value as decimal(18, 2))'
                        ~ ' - cast(changed.old_value as decimal(18, 2))',
                        'cutoff_pools.pool_balance_yuan'
                    ) }}
            when changed.field = 'pool_balance'
                then
                    {{ ratio(
                        'periods.cumulative_recovery_yuan',
                        'cast(changed.field_value as decimal(18, 2))'
                    ) }}
                    - {{ ratio(
                        'periods.cumulative_recovery_yuan',
                        'cast(changed.old_value as decimal(18, 2))'
                    ) }}
            -- these decide which periods and which balance count
            when changed.field in ('cutoff_date', 'collection_start', 'collection_end') then null
            when
                changed.field in (
                    'loan_no', 'outstanding_principal', 'outstanding_interest', 'outstanding_fees'
                )
                and changed.as_of_date = deals.cutoff_date
                and cutoff_pools.pool_balance_source = 'loan_tape'
                then null
            else 0
        end as cumulative_rate_change,
        changed.old_known_on,
        changed.known_on as new_known_on,
        changed.old_document,
        changed.source_document as new_document
    from changed
    inner join deals
        on changed.deal_code = deals.deal_code
    inner join cutoff_pools
        on changed.deal_code = cutoff_pools.deal_code
    left outer join periods
        on
            changed.deal_code = periods.deal_code
            and periods.is_latest
    left outer join latest_statements
        on
            changed.deal_code = latest_statements.deal_code
            and changed.row_key = latest_statements.row_key
)

select * from final
