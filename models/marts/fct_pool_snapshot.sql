-- Grain: one row per deal and snapshot date. A tape gives every value where there is one; elsewhere
-- the disclosed statistics give what they state.
with

deals as (
    select * from {{ ref('int_deals__latest_revision') }}
),

tapes as (
    select * from {{ ref('int_pools__measured_from_tape') }}
),

disclosed as (
    select * from {{ ref('int_pools__disclosed') }}
),

printed_deals as (
    select
        *,
        concat_ws(
            ', ',
            case when class_normal_ratio is null then 'normal' end,
            case when class_special_mention_ratio is null then 'special mention' end,
            case when class_substandard_ratio is null then 'substandard' end,
            case when class_doubtful_ratio is null then 'doubtful' end,
            case when class_loss_ratio is null then 'loss' end
        ) as classes_not_printed
    from deals
),

snapshot_dates as (
    select
        deal_code,
        snapshot_date
    from tapes
    -- union, not union all: a date with both kinds of source is one snapshot
    union
    select
        deal_code,
        snapshot_date
    from disclosed
    union
    select
        deal_code,
        cutoff_date as snapshot_date
    from deals
    where
        cutoff_date is not null
        and coalesce(
            pool_balance_yuan, class_normal_ratio, class_special_mention_ratio,
            class_substandard_ratio, class_doubtful_ratio, class_loss_ratio
        ) is not null
),

measured as (
    select
        tapes.deal_code,
        tapes.snapshot_date,
        tapes.loan_count,
        tapes.borrower_count,
        tapes.contract_amount_yuan,
        tapes.principal_yuan,
        tapes.balance_yuan,
        tapes.mortgaged_balance_yuan,
        {{ ratio('tapes.mortgaged_balance_yuan', 'tapes.balance_yuan') }} as mortgaged_ratio,
        {{ ratio('tapes.residential_balance_yuan', 'tapes.mortgaged_balance_yuan') }}
            as residential_ratio,
        {{ ratio('tapes.weighted_current_ltv', 'tapes.mortgaged_balance_yuan') }}
            as weighted_current_ltv_ratio,
        {{ ratio('tapes.weighted_initial_ltv', 'tapes.mortgaged_balance_yuan') }}
            as weighted_initial_ltv_ratio,
        {{ ratio('tapes.mortgaged_principal_yuan', 'tapes.latest_value_yuan') }}
            as pool_current_ltv_ratio,
        {{ ratio('tapes.weighted_overdue_days', 'tapes.balance_yuan') }} / 30.4375
            as weighted_overdue_months,
        {{ ratio('tapes.top10_balance_yuan', 'tapes.balance_yuan') }} as top10_borrower_ratio,
        {{ ratio('tapes.class_normal_yuan', 'tapes.balance_yuan') }} as class_normal_ratio,
        {{ ratio('tapes.class_special_mention_yuan', 'tapes.balance_yuan') }}
            as class_special_mention_ratio,
        {{ ratio('tapes.class_substandard_yuan', 'tapes.balance_yuan') }}
            as class_substandard_ratio,
        {{ ratio('tapes.class_doubtful_yuan', 'tapes.balance_yuan') }} as class_doubtful_ratio,
        {{ ratio('tapes.class_loss_yuan', 'tapes.balance_yuan') }} as class_loss_ratio,
        -- compared as money: a fraction of two doubles may fall on the wrong side of 80 %
        case
            when tapes.balance_yuan > 0
                then tapes.mortgaged_balance_yuan > 0.80 * tapes.balance_yuan
        end as is_mostly_mortgaged,
        case
            when tapes.mortgaged_balance_yuan > 0
                then tapes.residential_balance_yuan > 0.80 * tapes.mortgaged_balance_yuan
        end as is_mostly_residential,
        nullif(
            concat_ws(
                '; ',
                case when tapes.balance_yuan is null then 'balance missing on a loan' end,
                case when tapes.principal_yuan is null then 'principal missing on a loan' end,
                case
                    when tapes.contract_amount_yuan is null then 'contract amount missing on a loan'
                end,
                case when tapes.borrower_count is null then 'borrower missing on a loan' end,
                case
                    when tapes.weighted_overdue_days is null and tapes.balance_yuan is not null
                        then 'overdue days missing on a loan'
                end,
                case
                    when tapes.class_loss_yuan is null and tapes.balance_yuan is not null
                        then 'five-class category missing on a loan'
                end,
                case
                    when tapes.mortgaged_loan_count > 0 and tapes.residential_balance_yuan is null
                        then 'type of the largest collateral missing on a loan'
                end,
                case
                    when tapes.mortgaged_loan_count > 0 and tapes.weighted_current_ltv is null
                        then 'latest collateral value missing or not above 0 on a loan'
                end,
                case
                    when tapes.mortgaged_loan_count > 0 and tapes.weighted_initial_ltv is null
                        then 'initial collateral value missing or not above 0 on a loan'
                end,
                case when tapes.balance_yuan <= 0 then 'pool balance not above 0' end,
                case
                    when tapes.mortgaged_loan_count > 0 and tapes.mortgaged_balance_yuan <= 0
                        then 'mortgaged balance not above 0'
                end,
                case when tapes.contract_amount_yuan <= 0 then 'contract amounts not above 0' end
            ),
            ''
        ) as incomplete_reason,
        tapes.source_documents,
        tapes.known_on
    from tapes
),

stated as (
    select
        snapshot_dates.deal_code,
        snapshot_dates.snapshot_date,
        disclosed.loan_count,
        disclosed.borrower_count,
        disclosed.contract_amount_yuan,
        printed_deals.pool_principal_yuan as principal_yuan,
        printed_deals.pool_balance_yuan as balance_yuan,
        cast(disclosed.mortgaged_ratio as double) as mortgaged_ratio,
        cast(disclosed.residential_ratio as double) as residential_ratio,
        cast(disclosed.weighted_current_ltv_ratio as double) as weighted_current_ltv_ratio,
        cast(disclosed.weighted_initial_ltv_ratio as double) as weighted_initial_ltv_ratio,
        disclosed.weighted_overdue_months,
        cast(disclosed.top10_borrower_ratio as double) as top10_borrower_ratio,
        cast(printed_deals.class_normal_ratio as double) as class_normal_ratio,
        cast(printed_deals.class_special_mention_ratio as double) as class_special_mention_ratio,
        cast(printed_deals.class_substandard_ratio as double) as class_substandard_ratio,
        cast(printed_deals.class_doubtful_ratio as double) as class_doubtful_ratio,
        cast(printed_deals.class_loss_ratio as double) as class_loss_ratio,
        disclosed.mortgaged_ratio > 0.80 as is_mostly_mortgaged,
        disclosed.residential_ratio > 0.80 as is_mostly_residential,
        concat_ws(
            '; ',
            'no loan tape: mortgaged balance and pool LTV need one',
            case
                when printed_deals.deal_code is null
                    then 'balances and five-class shares are stated for the cut-off date only'
                when printed_deals.pool_balance_yuan is null then 'pool balance not stated'
            end,
            case
                when
                    printed_deals.deal_code is not null
                    and (
                        printed_deals.pool_principal_yuan is null
                        or not coalesce(disclosed.contract_amount_yuan > 0, false)
                    )
                    then 'repaid ratio needs the pool principal and a contract amount above 0'
            end,
            case
                when printed_deals.classes_not_printed != ''
                    then
                        concat('five-class shares not printed: ', printed_deals.classes_not_printed)
            end,
            case when disclosed.loan_count is null then 'loan count not stated' end,
            case when disclosed.borrower_count is null then 'borrower count not stated' end,
            case when disclosed.mortgaged_ratio is null then 'mortgaged share not stated' end,
            case
                when
                    coalesce(disclosed.mortgaged_ratio, 1) > 0
                    and disclosed.residential_ratio is null
                    then 'residential share not stated'
            end,
            case
                when
                    coalesce(disclosed.mortgaged_ratio, 1) > 0
                    and (
                        disclosed.weighted_current_ltv_ratio is null
                        or disclosed.weighted_initial_ltv_ratio is null
                    )
                    then 'weighted LTV not stated in full'
            end,
            case
                when disclosed.weighted_overdue_months is null then 'overdue term not stated'
            end,
            case
                when disclosed.top10_borrower_ratio is null then 'top 10 borrowers not stated'
            end
        ) as incomplete_reason,
        coalesce(disclosed.source_documents, printed_deals.source_document) as source_documents,
        -- greatest() leaves a null out
        greatest(disclosed.known_on, printed_deals.known_on) as known_on
    from snapshot_dates
    -- the deal's own balance and class shares are facts of the cut-off date alone
    left outer join printed_deals
        on
            snapshot_dates.deal_code = printed_deals.deal_code
            and snapshot_dates.snapshot_date = printed_deals.cutoff_date
    left outer join disclosed
        on
            snapshot_dates.deal_code = disclosed.deal_code
            and snapshot_dates.snapshot_date = disclosed.snapshot_date
    left outer join tapes
        on
            snapshot_dates.deal_code = tapes.deal_code
            and snapshot_dates.snapshot_date = tapes.snapshot_date
    where tapes.deal_code is null
),

snapshots as (
    select
        measured.deal_code,
        measured.snapshot_date,
        case when disclosed.deal_code is not null then 'both' else 'loan_tape' end
            as measured_from,
        measured.loan_count,
        measured.borrower_count,
        measured.contract_amount_yuan,
        measured.principal_yuan,
        measured.balance_yuan,
        measured.mortgaged_balance_yuan,
        measured.mortgaged_ratio,
        measured.residential_ratio,
        measured.weighted_current_ltv_ratio,
        measured.weighted_initial_ltv_ratio,
        measured.pool_current_ltv_ratio,
        measured.weighted_overdue_months,
        measured.top10_borrower_ratio,
        measured.class_normal_ratio,
        measured.class_special_mention_ratio,
        measured.class_substandard_ratio,
        measured.class_doubtful_ratio,
        measured.class_loss_ratio,
        measured.is_mostly_mortgaged,
        measured.is_mostly_residential,
        measured.incomplete_reason,
        measured.source_documents,
        measured.known_on
    from measured
    left outer join disclosed
        on
            measured.deal_code = disclosed.deal_code
            and measured.snapshot_date = disclosed.snapshot_date
    union all
    select
        deal_code,
        snapshot_date,
        'disclosed' as measured_from,
        loan_count,
        borrower_count,
        contract_amount_yuan,
        principal_yuan,
        balance_yuan,
        cast(null as decimal(18, 2)) as mortgaged_balance_yuan,
        mortgaged_ratio,
        residential_ratio,
        weighted_current_ltv_ratio,
        weighted_initial_ltv_ratio,
        cast(null as double) as pool_current_ltv_ratio,
        weighted_overdue_months,
        top10_borrower_ratio,
        class_normal_ratio,
        class_special_mention_ratio,
        class_substandard_ratio,
        class_doubtful_ratio,
        class_loss_ratio,
        is_mostly_mortgaged,
        is_mostly_residential,
        incomplete_reason,
        source_documents,
        known_on
    from stated
),

final as (
    select
        {{ deal_key('deal_code') }} as deal_key,
        measured_from,
        loan_count,
        borrower_count,
        contract_amount_yuan,
        principal_yuan,
        balance_yuan,
        mortgaged_balance_yuan,
        case
            when
                borrower_count > 0
                then {{ running_share_yuan('balance_yuan', 1, 'borrower_count') }}
        end as balance_per_borrower_yuan,
        mortgaged_ratio,
        residential_ratio,
        1 - {{ ratio('principal_yuan', 'contract_amount_yuan') }} as repaid_ratio,
        weighted_current_ltv_ratio,
        weighted_initial_ltv_ratio,
        pool_current_ltv_ratio,
        weighted_overdue_months,
        top10_borrower_ratio,
        class_normal_ratio,
        class_special_mention_ratio,
        class_substandard_ratio,
        class_doubtful_ratio,
        class_loss_ratio,
        is_mostly_mortgaged and is_mostly_residential as is_comparable,
        incomplete_reason,
        snapshot_date,
        source_documents,
        known_on
    from snapshots
)

select * from final
