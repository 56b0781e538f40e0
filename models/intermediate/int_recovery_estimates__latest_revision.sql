-- Grain: one row per deal, agency and stage. The latest revision known on the as-of date, its
-- blanks too; of ratings known on one day the latest rated.
with

recovery_estimates as (
    select * from {{ ref('stg_raw__recovery_estimates') }}
),

known_revisions as (
    select *
    from recovery_estimates
    where {{ is_known() }}
),

final as (
    select *
    from known_revisions
    qualify
        row_number() over (
            partition by deal_code, agency_name, stage
            order by known_on desc, rated_on desc nulls last, source_document asc
        ) = 1
)

select * from final
