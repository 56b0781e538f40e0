-- Grain: one row per deal, field and revision, of the deals that have more than one.
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

revised as (
    select *
    from deals
    where {{ is_known() }}
    qualify
        {{ is_one_of_several_revisions('deal_code') }}
),

final as (
    select
        restated_fields.table_name,
        revised.deal_code,
        cast(null as bigint) as period_no,
        cast(null as string) as row_key,
        restated_fields.field,
        true as is_present,
        case restated_fields.field
            when 'deal_name' then revised.deal_name
            when 'series' then revised.series
            -- another spelling of one bank is no change
            when 'originator'
                then coalesce(originator_aliases.originator_code, revised.originator_printed)
            when 'trustee' then revised.trustee_name
            when 'lead_underwriter' then revised.lead_underwriter
            when 'servicer' then revised.servicer
            when 'asset_subclass' then revised.asset_subclass
            when 'payment_frequency' then revised.payment_frequency
            when 'issue_amount' then cast(revised.issue_amount_yuan as string)
            when 'junior_share' then {{ number_as_text('revised.junior_share_ratio') }}
            when 'pool_balance' then cast(revised.pool_balance_yuan as string)
            when 'pool_principal' then cast(revised.pool_principal_yuan as string)
            when 'class_normal' then {{ number_as_text('revised.class_normal_ratio') }}
            when 'class_special_mention'
                then {{ number_as_text('revised.class_special_mention_ratio') }}
            when 'class_substandard' then {{ number_as_text('revised.class_substandard_ratio') }}
            when 'class_doubtful' then {{ number_as_text('revised.class_doubtful_ratio') }}
            when 'class_loss' then {{ number_as_text('revised.class_loss_ratio') }}
            when 'announce_date' then cast(revised.announce_date as string)
            when 'book_date' then cast(revised.book_date as string)
            when 'setup_date' then cast(revised.setup_date as string)
            when 'cutoff_date' then cast(revised.cutoff_date as string)
            when 'legal_maturity' then cast(revised.legal_maturity_date as string)
            when 'liquidation_date' then cast(revised.liquidation_date as string)
        end as field_value,
        cast(null as date) as as_of_date,
        revised.source_document,
        revised.known_on
    from revised
    inner join restated_fields
        on restated_fields.table_name = 'raw_deals'
    left outer join originator_aliases
        on revised.originator_printed = originator_aliases.alias
)

select * from final
