-- Grain: one row per deal. Who originated it: the printed name by its alias; where the register
-- prints nothing, or the trustee, the bank that the series belongs to.
with

deals as (
    select * from {{ ref('int_deals__latest_revision') }}
),

originator_aliases as (
    select * from {{ ref('originator_aliases') }}
),

series_originators as (
    select * from {{ ref('series_originators') }}
),

trustee_aliases as (
    select * from {{ ref('trustee_aliases') }}
),

final as (
    select
        deals.deal_code,
        coalesce(
            originator_aliases.originator_code,
            -- an unknown printed name is a finding, not a reason to trust the series
            case
                when deals.originator_printed is null or trustee_aliases.alias is not null
                    then series_originators.originator_code
            end
        ) as originator_code,
        deals.originator_printed,
        case
            when originator_aliases.originator_code is not null then 'printed_name'
            when
                (deals.originator_printed is null or trustee_aliases.alias is not null)
                and series_originators.originator_code is not null
                then 'series'
            else 'unresolved'
        end as originator_resolved_by
    from deals
    left outer join originator_aliases
        on deals.originator_printed = originator_aliases.alias
    left outer join series_originators
        on deals.series = series_originators.series
    left outer join trustee_aliases
        on deals.originator_printed = trustee_aliases.alias
)

select * from final
