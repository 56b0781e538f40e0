-- Grain: one row per deal and revision, as delivered.
with

source as (
    select * from {{ raw('deals') }}
),

units as (
    select * from {{ ref('units') }}
),

asset_subclasses as (
    select * from {{ ref('asset_subclasses') }}
),

trustee_aliases as (
    select * from {{ ref('trustee_aliases') }}
),

renamed as (
    select
        {{ clean_code('source.deal_code') }} as deal_code,
        {{ clean_name('source.deal_code') }} as deal_code_printed,
        {{ clean_text('source.deal_name') }} as deal_name,
        {{ clean_name('source.series') }} as series,
        {{ clean_name('source.originator') }} as originator_printed,
        coalesce(trustee_aliases.trustee_name, {{ clean_name('source.trustee') }}) as trustee_name,
        {{ clean_text('source.lead_underwriter') }} as lead_underwriter,
        {{ clean_text('source.servicer') }} as servicer,
        {{ clean_name('source.asset_subclass') }} as asset_subclass,
        coalesce(asset_subclasses.asset_class, 'other') as asset_class,
        {{ clean_text('source.payment_frequency') }} as payment_frequency,
        {{ parse_yuan('source.issue_amount') }} as issue_amount_yuan,
        {{ parse_ratio('source.junior_share') }} as junior_share_ratio,
        {{ parse_yuan('source.pool_balance') }} as pool_balance_yuan,
        {{ parse_yuan('source.pool_principal') }} as pool_principal_yuan,
        {{ parse_ratio('source.class_normal') }} as class_normal_ratio,
        {{ parse_ratio('source.class_special_mention') }} as class_special_mention_ratio,
        {{ parse_ratio('source.class_substandard') }} as class_substandard_ratio,
        {{ parse_ratio('source.class_doubtful') }} as class_doubtful_ratio,
        {{ parse_ratio('source.class_loss') }} as class_loss_ratio,
        {{ parse_date('source.announce_date') }} as announce_date,
        {{ parse_date('source.book_date') }} as book_date,
        {{ parse_date('source.setup_date') }} as setup_date,
        {{ parse_date('source.cutoff_date') }} as cutoff_date,
        {{ parse_date('source.legal_maturity') }} as legal_maturity_date,
        {{ parse_date('source.liquidation_date') }} as liquidation_date,
        nullif(
            concat_ws(
                ', ',
                {{ unread_yuan('source.issue_amount') }},
                {{ unread_ratio('source.junior_share') }},
                {{ unread_yuan('source.pool_balance') }},
                {{ unread_yuan('source.pool_principal') }},
                {{ unread_ratio('source.class_normal') }},
                {{ unread_ratio('source.class_special_mention') }},
                {{ unread_ratio('source.class_substandard') }},
                {{ unread_ratio('source.class_doubtful') }},
                {{ unread_ratio('source.class_loss') }},
                {{ unread_date('source.announce_date') }},
                {{ unread_date('source.book_date') }},
                {{ unread_date('source.setup_date') }},
                {{ unread_date('source.cutoff_date') }},
                {{ unread_date('source.legal_maturity') }},
                {{ unread_date('source.liquidation_date') }}
            ),
            ''
        ) as unread_columns,
        {{ clean_text('source.source_document') }} as source_document,
        {{ parse_date('source.known_on') }} as known_on
    from source
    left outer join units
        on {{ clean_name('source.amount_unit') }} = units.unit
    left outer join asset_subclasses
        on {{ clean_name('source.asset_subclass') }} = asset_subclasses.asset_subclass
    left outer join trustee_aliases
        on {{ clean_name('source.trustee') }} = trustee_aliases.alias
)

select * from renamed
