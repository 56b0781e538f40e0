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

normalised as (
    select
        {{ clean_code('source.deal_code') }} as deal_code,
        coalesce(agency_aliases.agency_name, {{ clean_name('source.agency') }}) as agency_name,
        {{ clean_text('source.stage') }} as stage,
        {{ clean_text('source.basis') }} as basis,
        {{ clean_text('source.horizon') }} as horizon,
        {{ value_text('source.estimated_recovery') }} as estimated_recovery_text,
        {{ value_text('source.estimated_rate') }} as estimated_rate_text,
        {{ date_text('source.rated_on') }} as rated_on_text,
        {{ clean_text('source.source_document') }} as source_document,
        {{ date_text('source.known_on') }} as known_on_text,
        units.yuan_factor
    from source
    left outer join units
        on {{ clean_name('source.amount_unit') }} = units.unit
    left outer join agency_aliases
        on {{ clean_name('source.agency') }} = agency_aliases.alias
),

typed as (
    select
        *,
        {{ parse_yuan('estimated_recovery_text') }} as estimated_recovery_yuan,
        {{ parse_ratio('estimated_rate_text') }} as estimated_rate,
        {{ parse_date('rated_on_text') }} as rated_on,
        {{ parse_date('known_on_text') }} as known_on
    from normalised
),

final as (
    select
        deal_code,
        agency_name,
        stage,
        basis,
        horizon,
        estimated_recovery_yuan,
        estimated_rate,
        rated_on,
        nullif(
            concat_ws(
                ', ',
                {{ unread('estimated_recovery_text', 'estimated_recovery_yuan') }},
                {{ unread('estimated_rate_text', 'estimated_rate') }},
                {{ unread('rated_on_text', 'rated_on') }}
            ),
            ''
        ) as unread_columns,
        source_document,
        known_on
    from typed
)

select * from final
