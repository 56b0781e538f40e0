-- Grain: one row per indicator, label, date, source and revision, as delivered.
with

source as (
    select * from {{ raw('market_indicators') }}
),

units as (
    select * from {{ ref('units') }}
),

renamed as (
    select
        {{ clean_text('source.indicator') }} as indicator,
        {{ clean_text('source.label') }} as label,
        {{ clean_text('source.unit') }} as unit,
        {{ parse_number('source.value') }} as value_number,
        {{ parse_ratio('source.value', 'source.unit') }} as value_ratio,
        {{ parse_yuan('source.value') }} as value_yuan,
        {{ clean_text('source.note') }} as note,
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
)

select * from renamed
