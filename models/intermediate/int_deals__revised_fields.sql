-- Grain: one row per deal, field and revision.
with

deals as (
    select * from {{ ref('stg_raw__deals') }}
),

restated_fields as (
    select * from {{ ref('restated_fields') }}
),

originator_aliases as (
    select * from {{ ref('originator_aliases') }}
),

final as (
    select
        restated_fields.table_name,
        deals.deal_code,
        cast(null as bigint) as period_no,
        cast(null as string) as row_key,
        restated_fields.field,
        true as is_present,
        case restated_fields.field
            when 'deal_name' then deals.deal_name
            when 'series' then deals.series
            -- another spelling of one bank is no change
            when 'originator'
                then coalesce(originator_aliases.originator_code, deals.originator_printed)
            when 'trustee' then deals.trustee_name
            when 'lead_underwriter' then deals.lead_underwriter
            when 'servicer' then deals.servicer
            when 'asset_subclass' then deals.asset_subclass
            when 'payment_frequency' then deals.payment_frequency
            when 'issue_amount' then cast(deals.issue_amount_yuan as string)
            when 'junior_share' then {{ number_as_text('deals.junior_share_ratio') }}
            when 'pool_balance' then cast(deals.pool_balance_yuan as string)
            when 'pool_principal' then cast(deals.pool_principal_yuan as string)
            when 'class_normal' then {{ number_as_text('deals.class_normal_ratio') }}
            when 'class_special_mention'
                then {{ number_as_text('deals.class_special_mention_ratio') }}
            when 'class_substandard' then {{ number_as_text('deals.class_substandard_ratio') }}
            when 'class_doubtful' then {{ number_as_text('deals.class_doubtful_ratio') }}
            when 'class_loss' then {{ number_as_text('deals.class_loss_ratio') }}
            when 'announce_date' then cast(deals.announce_date as string)
            when 'book_date' then cast(deals.book_date as string)
            when 'setup_date' then cast(deals.setup_date as string)
            when 'cutoff_date' then cast(deals.cutoff_date as string)
            when 'legal_maturity' then cast(deals.legal_maturity_date as string)
            when 'liquidation_date' then cast(deals.liquidation_date as string)
        end as field_value,
        cast(null as date) as as_of_date,
        deals.source_document,
        deals.known_on
    from deals
    inner join restated_fields
        on restated_fields.table_name = 'raw_deals'
    left outer join originator_aliases
        on deals.originator_printed = originator_aliases.alias
    where {{ is_known('deals.known_on') }}
)

select * from final
