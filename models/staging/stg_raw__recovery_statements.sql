-- Grain: one row per deal, pool date, agency and revision, as delivered.
with

source as (
    select * from {{ raw('recovery_statements') }}
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
        coalesce(agency_aliases.agency_name, {{ clean_name('source.stated_by') }}) as stated_by,
        {{ parse_yuan('source.cumulative_recovery') }} as cumulative_recovery_yuan,
        {{ parse_yuan('source.forecast_cumulative') }} as forecast_cumulative_yuan,
        {{ parse_ratio('source.stated_rate') }} as stated_rate,
        {{ parse_date('source.pool_as_of_date') }} as pool_as_of_date,
        nullif(
            concat_ws(
                ', ',
                {{ unread_yuan('source.cumulative_recovery') }},
                {{ unread_yuan('source.forecast_cumulative') }},
                {{ unread_ratio('source.stated_rate') }},
                {{ unread_date('source.pool_as_of_date') }}
            ),
            ''
        ) as unread_columns,
        {{ clean_text('source.source_document') }} as source_document,
        {{ parse_date('source.known_on') }} as known_on
    from source
    left outer join units
        on {{ clean_name('source.amount_unit') }} = units.unit
    left outer join agency_aliases
        on {{ clean_name('source.stated_by') }} = agency_aliases.alias
)

select * from renamed
