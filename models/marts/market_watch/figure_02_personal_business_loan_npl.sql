-- Grain: one row per date at which state-owned banks' personal business loans, or what of them is
-- non-performing, is published.
with

indicators as (
    select * from {{ ref('int_market_indicators__latest_revision') }}
),

published as (
    select
        as_of_date,
        max(value_yuan) filter (where indicator = 'personal_business_loan_balance')
            as balance_yuan,
        max(value_yuan) filter (where indicator = 'personal_business_npl_balance')
            as npl_balance_yuan,
        cast(
            max(value_ratio) filter (where indicator = 'personal_business_npl_ratio') as double
        ) as published_npl_ratio,
        {{ distinct_list('source_document') }} as source_documents,
        max(known_on) as known_on
    from indicators
    where
        indicator in (
            'personal_business_loan_balance', 'personal_business_npl_balance',
            'personal_business_npl_ratio'
        )
        and unread_columns is null
    group by as_of_date
),

final as (
    select
        balance_yuan,
        npl_balance_yuan,
        -- the banks' mean ratio is one of two sums, so where it is not printed the sums give it
        coalesce(published_npl_ratio, {{ ratio('npl_balance_yuan', 'balance_yuan') }})
            as npl_ratio,
        as_of_date,
        source_documents,
        known_on
    from published
)

select * from final
