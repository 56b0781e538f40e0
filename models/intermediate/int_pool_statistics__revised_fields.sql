-- Grain: one row per statistic and revision, of the statistics that have more than one.
with

pool_statistics as (
    select * from {{ ref('stg_raw__pool_statistics') }}
),

restated_fields as (
    select * from {{ ref('restated_fields') }}
),

revised as (
    select *
    from pool_statistics
    where {{ is_known() }}
    qualify
        {{ is_one_of_several_revisions('deal_code, as_of_date, stage, metric, stated_by') }}
),

final as (
    select
        restated_fields.table_name,
        revised.deal_code,
        cast(null as bigint) as period_no,
        concat_ws(
            '|', cast(revised.as_of_date as string), revised.stage, revised.metric,
            revised.stated_by
        ) as row_key,
        restated_fields.field,
        true as is_present,
        case
            when revised.metric = 'contract_amount' then cast(revised.value_yuan as string)
            when revised.metric = 'wa_overdue_months' and {{ is_in_days('revised.unit') }}
                then
                    {{ number_as_text(
                        'cast(cast(revised.value_number as double) / 30.4375 as decimal(28, 10))'
                    ) }}
            -- a share in percent and the same share as a fraction are one value
            else {{ number_as_text('revised.value_ratio') }}
        end as field_value,
        revised.as_of_date,
        revised.source_document,
        revised.known_on
    from revised
    inner join restated_fields
        on restated_fields.table_name = 'raw_pool_statistics'
)

select * from final
