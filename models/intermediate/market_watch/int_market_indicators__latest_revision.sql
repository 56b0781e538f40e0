-- Grain: one row per indicator and date. The latest value known on the as-of date; of several
-- sources known on one day the first in order, whatever label each gives the indicator.
with

market_indicators as (
    select * from {{ ref('stg_raw__market_indicators') }}
),

known_revisions as (
    select *
    from market_indicators
    where {{ is_known() }}
),

final as (
    select *
    from known_revisions
    qualify
        row_number() over (
            partition by indicator, as_of_date
            order by known_on desc, source_document asc, label asc nulls last, unit asc nulls last
        ) = 1
)

select * from final
