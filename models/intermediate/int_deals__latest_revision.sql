-- Grain: one row per deal. The latest revision known on the as-of date, its blanks too.
with

deals as (
    select * from {{ ref('stg_raw__deals') }}
),

known_revisions as (
    select *
    from deals
    where {{ is_known() }}
),

final as (
    select *
    from known_revisions
    qualify
        row_number() over (
            partition by deal_code
            order by known_on desc, source_document asc
        ) = 1
)

select * from final
