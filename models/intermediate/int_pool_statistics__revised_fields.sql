-- Grain: one row per statistic and revision.
with

statistics as (
    select * from {{ ref('stg_raw__pool_statistics') }}
),

restated_fields as (
    select * from {{ ref('restated_fields') }}
),

final as (
    select
        restated_fields.table_name,
        statistics.deal_code,
        cast(null as bigint) as period_no,
        concat_ws(
            '|', cast(statistics.as_of_date as string), statistics.stage, statistics.metric,
            statistics.stated_by
        ) as row_key,
        restated_fields.field,
        true as is_present,
        case
            when statistics.metric = 'contract_amount' then cast(statistics.value_yuan as string)
            when statistics.metric = 'wa_overdue_months' and {{ is_in_days('statistics.unit') }}
                then
                    {{ number_as_text(
                        'cast(cast(statistics.value_number as double) / 30.4375 as decimal(28, 10))'
                    ) }}
            -- a share in percent and the same share as a fraction are one value
            else {{ number_as_text('statistics.value_ratio') }}
        end as field_value,
        statistics.as_of_date,
        statistics.source_document,
        statistics.known_on
    from statistics
    inner join restated_fields
        on restated_fields.table_name = 'raw_pool_statistics'
    where {{ is_known('statistics.known_on') }}
)

select * from final
