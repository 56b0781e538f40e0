-- Grain: one row per delivered row of raw_deals.
with

deals as (
    select * from typed.deals
),

tranche_sums as (
    select
        deal_code,
        count(*) as tranche_count,
        count(*) filter (tranche_name not like '%次级%') as senior_count,
        count(*) filter (tranche_name like '%次级%') as junior_count,
        case when count(*) = count(issue_amount) then sum(issue_amount) end as issue_sum,
        sum(issue_amount) filter (tranche_name like '%次级%') as junior_sum
    from latest.tranches
    group by deal_code
),

cutoff_tapes as (
    select
        tapes.deal_code,
        tapes.balance_sum,
        tapes.principal_sum
    from tapes
    inner join latest.deals as dea
        on
            tapes.deal_code = dea.deal_code
            and tapes.snapshot_date = dea.cutoff_date
),

named as (
    select
        deals.*,
        originator_names.originator_name as printed_originator,
        series_names.originator_name as series_originator,
        trustees.trustee_name as originator_as_trustee,
        deals.row_id in (select lat.row_id from latest.deals as lat) as is_latest
    from deals
    left outer join reference.originator_aliases as aliases
        on deals.originator = aliases.alias
    left outer join reference.originators as originator_names
        on aliases.originator_code = originator_names.originator_code
    left outer join reference.series_originators as series
        on deals.series = series.series
    left outer join reference.originators as series_names
        on series.originator_code = series_names.originator_code
    left outer join reference.trustee_aliases as trustees
        on
            deals.originator = trustees.alias
            and originator_names.originator_name is null
),

compared as (
    select
        named.*,
        count(distinct named.cutoff_date) over of_deal as cutoff_dates,
        count(distinct named.printed_originator) over of_deal as originators,
        min(named.cutoff_date) over of_deal as first_cutoff,
        max(named.cutoff_date) over of_deal as last_cutoff,
        min(named.printed_originator) over of_deal as first_originator,
        max(named.printed_originator) over of_deal as last_originator,
        min(named.deal_name) over of_deal as first_name,
        max(named.deal_name) over of_deal as last_name
    from named
    window of_deal as (partition by deal_code)
),

spelled as (
    select
        delivered.row_id,
        named.deal_code,
        delivered.deal_code as spelling,
        named.deal_name
    from raw.deals as delivered
    inner join named
        on delivered.row_id = named.row_id
),

other_spellings as (
    select
        one.row_id,
        min(other.spelling) as other_spelling
    from spelled as one
    inner join spelled as other
        on
            one.deal_code = other.deal_code
            and one.spelling != other.spelling
            and one.deal_name != other.deal_name
    group by one.row_id
),

final as (
    select
        compared.row_id,
        compared.deal_code,
        compared.series,
        compared.series_originator,
        coalesce(compared.series, '') as series_or_blank,
        case
            when compared.printed_originator is null and compared.originator_as_trustee is null
                then compared.originator
        end as unknown_originator,
        case when compared.originator is null then compared.series_originator end
            as originator_by_series,
        case when compared.originator_as_trustee is not null then compared.originator end
            as trustee_as_originator,
        case
            when compared.printed_originator != compared.series_originator
                then compared.originator
        end as contradicted_originator,
        case
            when
                compared.printed_originator is null
                and compared.series_originator is null
                and (compared.originator is null or compared.originator_as_trustee is not null)
                then 'unresolved'
        end as unresolved_originator,
        case
            when compared.trustee not in (select ali.alias from reference.trustee_aliases as ali)
                then compared.trustee
        end as unknown_trustee,
        case
            when
                compared.asset_subclass is null
                or compared.asset_subclass not in (
                    select sub.asset_subclass from reference.asset_subclasses as sub
                )
                then coalesce(compared.asset_subclass, 'blank')
        end as unknown_subclass,
        case
            when compared.cutoff_dates > 1
                then
                    case
                        when compared.cutoff_date = compared.first_cutoff
                            then strftime(compared.last_cutoff, '%Y-%m-%d')
                        else strftime(compared.first_cutoff, '%Y-%m-%d')
                    end
        end as other_cutoff,
        case
            when compared.originators > 1
                then
                    case
                        when compared.printed_originator = compared.first_originator
                            then compared.last_originator
                        else compared.first_originator
                    end
        end as other_originator,
        case when compared.first_name != compared.last_name then other_spellings.other_spelling end
            as other_spelling,
        cast(tranche_sums.issue_sum as double) as tranche_sum,
        cast(compared.issue_amount as double) as issue_yuan,
        case
            when compared.is_latest
                then
                    greatest(
                        abs(cast(tranche_sums.issue_sum - compared.issue_amount as double))
                        - compared.issue_amount_half_digit,
                        0
                    )
        end as tranche_gap,
        cast(tranche_sums.junior_sum / nullif(tranche_sums.issue_sum, 0) as double)
            as tranche_junior_share,
        case
            when compared.is_latest
                then
                    greatest(
                        abs(
                            cast(
                                compared.junior_share
                                - tranche_sums.junior_sum / nullif(tranche_sums.issue_sum, 0)
                                as double
                            )
                        ) - compared.junior_share_half_digit,
                        0
                    )
        end as junior_share_gap,
        cast(
            compared.junior_share
            / nullif(tranche_sums.junior_sum / nullif(tranche_sums.issue_sum, 0), 0)
            as double
        ) as junior_share_to_tranches,
        case
            when compared.is_latest and tranche_sums.deal_code is null then 'none'
        end as without_tranches,
        case when compared.is_latest then tranche_sums.senior_count end as senior_count,
        case when compared.is_latest then tranche_sums.junior_count end as junior_count,
        case
            when tranche_sums.senior_count = 0 or tranche_sums.junior_count = 0
                then case when compared.is_latest then 'one-sided' end
        end as one_sided,
        case
            when
                compared.is_latest
                and compared.pool_balance is null
                and cutoff_tapes.balance_sum is null
                then 'none'
        end as without_pool,
        case when compared.is_latest and compared.cutoff_date is null then 'none' end
            as without_cutoff,
        case when compared.pool_balance <= 0 then cast(compared.pool_balance as double) end
            as pool_not_above_zero,
        cast(cutoff_tapes.balance_sum as double) as tape_balance,
        cast(compared.pool_balance as double) as stated_balance,
        case
            when compared.is_latest
                then
                    greatest(
                        abs(cast(cutoff_tapes.balance_sum - compared.pool_balance as double))
                        - compared.pool_balance_half_digit,
                        0
                    )
        end as tape_balance_gap,
        cast(cutoff_tapes.principal_sum as double) as tape_principal,
        cast(compared.pool_principal as double) as stated_principal,
        case
            when compared.is_latest
                then
                    greatest(
                        abs(cast(cutoff_tapes.principal_sum - compared.pool_principal as double))
                        - compared.pool_principal_half_digit,
                        0
                    )
        end as tape_principal_gap
    from compared
    left outer join tranche_sums
        on compared.deal_code = tranche_sums.deal_code
    left outer join cutoff_tapes
        on compared.deal_code = cutoff_tapes.deal_code
    left outer join other_spellings
        on compared.row_id = other_spellings.row_id
)

select * from final
