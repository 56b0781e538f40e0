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

normalised as (
    select
        {{ clean_code('source.deal_code') }} as deal_code,
        coalesce(agency_aliases.agency_name, {{ clean_name('source.stated_by') }}) as stated_by,
        {{ value_text('source.cumulative_recovery') }} as cumulative_recovery_text,
        {{ value_text('source.forecast_cumulative') }} as forecast_cumulative_text,
        {{ value_text('source.stated_rate') }} as stated_rate_text,
        {{ date_text('source.pool_as_of_date') }} as pool_as_of_date_text,
        {{ clean_text('source.source_document') }} as source_document,
        {{ date_text('source.known_on') }} as known_on_text,
        units.yuan_factor
    from source
    left outer join units
        on {{ clean_name('source.amount_unit') }} = units.unit
    left outer join agency_aliases
        on {{ clean_name('source.stated_by') }} = agency_aliases.alias
),

typed as (
    select
        *,
        {{ parse_yuan('cumulative_recovery_text') }} as cumulative_recovery_yuan,
        {{ parse_yuan('forecast_cumulative_text') }} as forecast_cumulative_yuan,
        {{ parse_ratio('stated_rate_text') }} as stated_rate,
        {{ parse_date('pool_as_of_date_text') }} as pool_as_of_date,
        {{ parse_date('known_on_text') }} as known_on
    from normalised
),

final as (
    select
        deal_code,
        stated_by,
        cumulative_recovery_yuan,
        forecast_cumulative_yuan,
        stated_rate,
        pool_as_of_date,
        nullif(
            concat_ws(
                ', ',
                {{ unread('cumulative_recovery_text', 'cumulative_recovery_yuan') }},
                {{ unread('forecast_cumulative_text', 'forecast_cumulative_yuan') }},
                {{ unread('stated_rate_text', 'stated_rate') }},
                {{ unread('pool_as_of_date_text', 'pool_as_of_date') }}
            ),
            ''
        ) as unread_columns,
        source_document,
        known_on
    from typed
)

select * from final
