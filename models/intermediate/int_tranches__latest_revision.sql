-- Grain: one row per deal and tranche. The latest revision known on the as-of date, its blanks too.
with

tranches as (
    select * from {{ ref('stg_raw__tranches') }}
),

known_revisions as (
    select *
    from tranches
    where {{ is_known() }}
),

final as (
    select *
    from known_revisions
    qualify
        row_number() over (
            partition by deal_code, tranche_code
            order by known_on desc, source_document asc
        ) = 1
)

select * from final
