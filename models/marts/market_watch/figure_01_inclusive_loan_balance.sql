-- Grain: one row per date at which the balance of inclusive micro-small loans, or its growth, is
-- published.
with

indicators as (
    select * from {{ ref('int_market_indicators__latest_revision') }}
),

final as (
    select
        max(value_yuan) filter (where indicator = 'inclusive_sme_loan_balance') as balance_yuan,
        cast(
            max(value_ratio) filter (where indicator = 'inclusive_sme_loan_growth') as double
        ) as growth_ratio,
        month(as_of_date) = 12 and day(as_of_date) = 31 as is_year_end,
        as_of_date,
        {{ distinct_list('source_document') }} as source_documents,
        max(known_on) as known_on
    from indicators
    where
        indicator in ('inclusive_sme_loan_balance', 'inclusive_sme_loan_growth')
        and unread_columns is null
    group by as_of_date
)

select * from final
