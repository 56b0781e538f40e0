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

normalised as (
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
        {{ value_text('source.issue_amount') }} as issue_amount_text,
        {{ value_text('source.junior_share') }} as junior_share_text,
        {{ value_text('source.pool_balance') }} as pool_balance_text,
        {{ value_text('source.pool_principal') }} as pool_principal_text,
        {{ value_text('source.class_normal') }} as class_normal_text,
        {{ value_text('source.class_special_mention') }} as class_special_mention_text,
        {{ value_text('source.class_substandard') }} as class_substandard_text,
        {{ value_text('source.class_doubtful') }} as class_doubtful_text,
        {{ value_text('source.class_loss') }} as class_loss_text,
        {{ date_text('source.announce_date') }} as announce_date_text,
        {{ date_text('source.book_date') }} as book_date_text,
        {{ date_text('source.setup_date') }} as setup_date_text,
        {{ date_text('source.cutoff_date') }} as cutoff_date_text,
        {{ date_text('source.legal_maturity') }} as legal_maturity_text,
        {{ date_text('source.liquidation_date') }} as liquidation_date_text,
        {{ clean_text('source.source_document') }} as source_document,
        {{ date_text('source.known_on') }} as known_on_text,
        units.yuan_factor
    from source
    left outer join units
        on {{ clean_name('source.amount_unit') }} = units.unit
    left outer join asset_subclasses
        on {{ clean_name('source.asset_subclass') }} = asset_subclasses.asset_subclass
    left outer join trustee_aliases
        on {{ clean_name('source.trustee') }} = trustee_aliases.alias
),

typed as (
    select
        *,
        {{ parse_yuan('issue_amount_text') }} as issue_amount_yuan,
        {{ parse_ratio('junior_share_text') }} as junior_share_ratio,
        {{ parse_yuan('pool_balance_text') }} as pool_balance_yuan,
        {{ parse_yuan('pool_principal_text') }} as pool_principal_yuan,
        {{ parse_ratio('class_normal_text') }} as class_normal_ratio,
        {{ parse_ratio('class_special_mention_text') }} as class_special_mention_ratio,
        {{ parse_ratio('class_substandard_text') }} as class_substandard_ratio,
        {{ parse_ratio('class_doubtful_text') }} as class_doubtful_ratio,
        {{ parse_ratio('class_loss_text') }} as class_loss_ratio,
        {{ parse_date('announce_date_text') }} as announce_date,
        {{ parse_date('book_date_text') }} as book_date,
        {{ parse_date('setup_date_text') }} as setup_date,
        {{ parse_date('cutoff_date_text') }} as cutoff_date,
        {{ parse_date('legal_maturity_text') }} as legal_maturity_date,
        {{ parse_date('liquidation_date_text') }} as liquidation_date,
        {{ parse_date('known_on_text') }} as known_on
    from normalised
),

final as (
    select
        deal_code,
        deal_code_printed,
        deal_name,
        series,
        originator_printed,
        trustee_name,
        lead_underwriter,
        servicer,
        asset_subclass,
        asset_class,
        payment_frequency,
        issue_amount_yuan,
        junior_share_ratio,
        pool_balance_yuan,
        pool_principal_yuan,
        class_normal_ratio,
        class_special_mention_ratio,
        class_substandard_ratio,
        class_doubtful_ratio,
        class_loss_ratio,
        announce_date,
        book_date,
        setup_date,
        cutoff_date,
        legal_maturity_date,
        liquidation_date,
        nullif(
            concat_ws(
                ', ',
                {{ unread('issue_amount_text', 'issue_amount_yuan') }},
                {{ unread('junior_share_text', 'junior_share_ratio') }},
                {{ unread('pool_balance_text', 'pool_balance_yuan') }},
                {{ unread('pool_principal_text', 'pool_principal_yuan') }},
                {{ unread('class_normal_text', 'class_normal_ratio') }},
                {{ unread('class_special_mention_text', 'class_special_mention_ratio') }},
                {{ unread('class_substandard_text', 'class_substandard_ratio') }},
                {{ unread('class_doubtful_text', 'class_doubtful_ratio') }},
                {{ unread('class_loss_text', 'class_loss_ratio') }},
                {{ unread('announce_date_text', 'announce_date') }},
                {{ unread('book_date_text', 'book_date') }},
                {{ unread('setup_date_text', 'setup_date') }},
                {{ unread('cutoff_date_text', 'cutoff_date') }},
                {{ unread('legal_maturity_text', 'legal_maturity_date') }},
                {{ unread('liquidation_date_text', 'liquidation_date') }}
            ),
            ''
        ) as unread_columns,
        source_document,
        known_on
    from typed
)

select * from final
