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

renamed as (
    select
        {{ clean_code('source.deal_code') }} as deal_code,
        {{ clean_text('source.stage') }} as stage,
        {{ clean_text('source.metric') }} as metric,
        {{ clean_text('source.unit') }} as unit,
        coalesce(agency_aliases.agency_name, {{ clean_name('source.stated_by') }}) as stated_by,
        {{ parse_number('source.value') }} as value_number,
        {{ parse_ratio('source.value', 'source.unit') }} as value_ratio,
        {{ parse_yuan('source.value') }} as value_yuan,
        {{ parse_date('source.as_of_date') }} as as_of_date,
        nullif(
            concat_ws(
                ', ',
                {{ unread_ratio('source.value') }},
                {{ unread_date('source.as_of_date') }}
            ),
            ''
        ) as unread_columns,
        {{ clean_text('source.source_document') }} as source_document,
        {{ parse_date('source.known_on') }} as known_on
    from source
    left outer join units
        on {{ clean_name('source.unit') }} = units.unit
    left outer join agency_aliases
        on {{ clean_name('source.stated_by') }} = agency_aliases.alias
)

select * from renamed
