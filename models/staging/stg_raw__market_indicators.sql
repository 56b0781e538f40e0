-- Grain: one row per indicator, label, date, source and revision, as delivered.
with

source as (
    select * from {{ raw('market_indicators') }}
),

units as (
    select * from {{ ref('units') }}
),

normalised as (
    select
        {{ clean_text('source.indicator') }} as indicator,
        {{ clean_text('source.label') }} as label,
        {{ clean_text('source.unit') }} as unit,
        {{ value_text('source.value') }} as value_text,
        {{ clean_text('source.note') }} as note,
        {{ date_text('source.as_of_date') }} as as_of_date_text,
        {{ clean_text('source.source_document') }} as source_document,
        {{ date_text('source.known_on') }} as known_on_text,
        {{ clean_name('source.unit') }} as unit_name,
        units.yuan_factor
    from source
    left outer join units
        on {{ clean_name('source.unit') }} = units.unit
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
        indicator,
        label,
        unit,
        value_number,
        value_ratio,
        value_yuan,
        note,
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
