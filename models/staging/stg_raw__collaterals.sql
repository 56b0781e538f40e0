-- Grain: one row per deal, snapshot date, loan, collateral that secures it and revision, as
-- delivered.
with

source as (
    select * from {{ raw('collaterals') }}
),

units as (
    select * from {{ ref('units') }}
),

collateral_types as (
    select * from {{ ref('collateral_types') }}
),

with_figures as (
    select
        source.*,
        units.yuan_factor,
        {{ bare_integer('source.lien_rank') }} as lien_rank_bare,
        {{ bare_yuan('source.prior_claims') }} as prior_claims_bare,
        {{ bare_yuan('source.initial_value') }} as initial_value_bare,
        {{ bare_yuan('source.latest_value') }} as latest_value_bare
    from source
    left outer join units
        on {{ clean_name('source.amount_unit') }} = units.unit
),

normalised as (
    select
        with_figures.deal_code as printed_deal_code,
        with_figures.snapshot_date as printed_snapshot_date,
        with_figures.known_on as printed_known_on,
        {{ clean_code('with_figures.deal_code') }} as deal_code,
        {{ clean_name('with_figures.loan_no') }} as loan_no,
        {{ clean_name('with_figures.collateral_no') }} as collateral_no,
        coalesce(collateral_types.collateral_type, {{ clean_name('with_figures.collateral_type') }})
            as collateral_type,
        {{ clean_text('with_figures.city') }} as city,
        {{ unless_bare('with_figures.lien_rank') }} as lien_rank_text,
        {{ unless_bare('with_figures.prior_claims') }} as prior_claims_text,
        {{ unless_bare('with_figures.initial_value') }} as initial_value_text,
        {{ unless_bare('with_figures.latest_value') }} as latest_value_text,
        {{ date_text('with_figures.snapshot_date') }} as snapshot_date_text,
        {{ date_text('with_figures.initial_valued_on') }} as initial_valued_on_text,
        {{ date_text('with_figures.latest_valued_on') }} as latest_valued_on_text,
        {{ clean_text('with_figures.source_document') }} as source_document,
        {{ date_text('with_figures.known_on') }} as known_on_text,
        with_figures.yuan_factor,
        with_figures.lien_rank_bare,
        with_figures.prior_claims_bare,
        with_figures.initial_value_bare,
        with_figures.latest_value_bare
    from with_figures
    left outer join collateral_types
        on {{ clean_name('with_figures.collateral_type') }} = collateral_types.alias
),

typed as (
    select
        *,
        coalesce(lien_rank_bare, {{ parse_integer('lien_rank_text') }}) as lien_rank,
        coalesce(prior_claims_bare, {{ parse_yuan('prior_claims_text') }}) as prior_claims_yuan,
        coalesce(initial_value_bare, {{ parse_yuan('initial_value_text') }}) as initial_value_yuan,
        coalesce(latest_value_bare, {{ parse_yuan('latest_value_text') }}) as latest_value_yuan,
        {{ parse_date('snapshot_date_text') }} as snapshot_date,
        {{ parse_date('initial_valued_on_text') }} as initial_valued_on,
        {{ parse_date('latest_valued_on_text') }} as latest_valued_on,
        {{ parse_date('known_on_text') }} as known_on
    from normalised
),

final as (
    select
        printed_deal_code,
        printed_snapshot_date,
        printed_known_on,
        deal_code,
        loan_no,
        collateral_no,
        collateral_type,
        city,
        lien_rank,
        prior_claims_yuan,
        initial_value_yuan,
        latest_value_yuan,
        snapshot_date,
        initial_valued_on,
        latest_valued_on,
        coalesce(
            {{ unread('lien_rank_text', 'lien_rank') }},
            {{ unread('prior_claims_text', 'prior_claims_yuan') }}
        ) is not null as has_unread_lien,
        nullif(
            concat_ws(
                ', ',
                {{ unread('lien_rank_text', 'lien_rank') }},
                {{ unread('prior_claims_text', 'prior_claims_yuan') }},
                {{ unread('initial_value_text', 'initial_value_yuan') }},
                {{ unread('latest_value_text', 'latest_value_yuan') }},
                {{ unread('snapshot_date_text', 'snapshot_date') }},
                {{ unread('initial_valued_on_text', 'initial_valued_on') }},
                {{ unread('latest_valued_on_text', 'latest_valued_on') }}
            ),
            ''
        ) as unread_columns,
        source_document,
        known_on
    from typed
)

select * from final
