-- Grain: one row per deal, date, stage, metric, agency and revision, as delivered.
with

source as (
    select * from {{ raw('pool_statistics') }}
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
        {{ clean_text('source.stage') }} as stage,
        {{ clean_text('source.metric') }} as metric,
        {{ clean_text('source.unit') }} as unit,
        coalesce(agency_aliases.agency_name, {{ clean_name('source.stated_by') }}) as stated_by,
        {{ value_text('source.value') }} as value_text,
        {{ date_text('source.as_of_date') }} as as_of_date_text,
        {{ clean_text('source.source_document') }} as source_document,
        {{ date_text('source.known_on') }} as known_on_text,
        {{ clean_name('source.unit') }} as unit_name,
        units.yuan_factor
    from source
    left outer join units
        on {{ clean_name('source.unit') }} = units.unit
    left outer join agency_aliases
        on {{ clean_name('source.stated_by') }} = agency_aliases.alias
),

typed as (
    select
        *,
        {{ parse_number('value_text') }} as value_number,
        {{ parse_ratio('value_text', 'unit_name') }} as value_ratio,
        {{ parse_yuan('value_text') }} as value_yuan,
        {{ parse_date('as_of_date_text') }} as as_of_date,
        {{ parse_date('known_on_text') }} as known_on
    from normalised
),

final as (
    select
        deal_code,
        stage,
        metric,
        unit,
        stated_by,
        value_number,
        value_ratio,
        value_yuan,
        as_of_date,
        nullif(
            concat_ws(
                ', ',
                {{ unread('value_text', 'coalesce(value_ratio, value_yuan)') }},
                {{ unread('as_of_date_text', 'as_of_date') }}
            ),
            ''
        ) as unread_columns,
        source_document,
        known_on
    from typed
)

select * from final
