-- Grain: one row per deal, agency, stage and revision, as delivered.
with

source as (
    select * from {{ raw('recovery_estimates') }}
),

units as (
    select * from {{ ref('units') }}
),

agency_aliases as (
    select * from {{ ref('agency_aliases') }}
),

renamed as (
    select
        {{ clean_code('source.deal_code') }} as deal_code,
        coalesce(agency_aliases.agency_name, {{ clean_name('source.agency') }}) as agency_name,
        {{ clean_text('source.stage') }} as stage,
        {{ clean_text('source.basis') }} as basis,
        {{ clean_text('source.horizon') }} as horizon,
        {{ parse_yuan('source.estimated_recovery') }} as estimated_recovery_yuan,
        {{ parse_ratio('source.estimated_rate') }} as estimated_rate,
        {{ parse_date('source.rated_on') }} as rated_on,
        nullif(
            concat_ws(
                ', ',
                {{ unread_yuan('source.estimated_recovery') }},
                {{ unread_ratio('source.estimated_rate') }},
                {{ unread_date('source.rated_on') }}
            ),
            ''
        ) as unread_columns,
        {{ clean_text('source.source_document') }} as source_document,
        {{ parse_date('source.known_on') }} as known_on
    from source
    left outer join units
        on {{ clean_name('source.amount_unit') }} = units.unit
    left outer join agency_aliases
        on {{ clean_name('source.agency') }} = agency_aliases.alias
)

select * from renamed
