-- Grain: one row per deal and pool date. Of several statements on a date the latest known counts,
-- then the agency that comes first by code point.
with

recovery_statements as (
    select * from {{ ref('stg_raw__recovery_statements') }}
),

numbered as (
    select
        *,
        dense_rank() over (
            partition by deal_code, pool_as_of_date, stated_by
            order by known_on
        ) as revision_no
    from recovery_statements
    where {{ is_known() }}
),

final as (
    select *
    from numbered
    qualify
        row_number() over (
            partition by deal_code, pool_as_of_date
            order by known_on desc, stated_by asc nulls last, source_document asc
        ) = 1
)

select * from final
