-- Grain: one row per figure that the market-watch report prints: what it says beside what the marts
-- of this market give.
with

published as (
    select * from {{ ref('published_figures') }}
),

units as (
    select * from {{ ref('units') }}
),

deals as (
    select * from {{ ref('figure_deal') }}
),

facts as (
    select * from {{ ref('figure_fact') }}
),

-- the report counts what was issued to the end of 2025
counted_deals as (
    select *
    from deals
    where issue_year <= 2025
),

secured_deals as (
    select *
    from counted_deals
    where security_group = 'secured'
),

property_deals as (
    select
        *,
        -- as decimals: a quotient of two doubles may fall on the wrong side of a threshold
        cast(mortgaged_ratio as decimal(18, 12)) as exact_mortgaged_ratio,
        cast(residential_ratio as decimal(18, 12)) as exact_residential_ratio
    from counted_deals
    where security_class = 'property'
),

micro_small as (
    select
        count(*) as deal_count,
        min(issue_year) as first_year,
        count(*) filter (where issue_year = 2025) as count_2025,
        count(*) filter (where issue_year = 2024) as count_2024,
        sum(issue_amount_yuan) filter (where issue_year = 2025) as amount_2025_yuan,
        sum(issue_amount_yuan) filter (where issue_year = 2024) as amount_2024_yuan,
        count(issue_amount_yuan) filter (where issue_year = 2025) as amount_count_2025,
        count(issue_amount_yuan) filter (where issue_year in (2024, 2025))
            as amount_count_2024_2025,
        count(*) filter (where security_group = 'unknown') as unknown_security_count
    from counted_deals
),

secured as (
    select
        count(*) as deal_count,
        count(issue_amount_yuan) as amount_count,
        sum(issue_amount_yuan) as amount_yuan,
        count(pool_balance_yuan) as balance_count,
        sum(pool_balance_yuan) as balance_yuan,
        count(*) filter (where issue_year = 2025) as count_2025,
        count(issue_amount_yuan) filter (where issue_year = 2025) as amount_count_2025,
        sum(issue_amount_yuan) filter (where issue_year = 2025) as amount_2025_yuan,
        sum(issue_amount_yuan) filter (where issue_year < 2025) as earlier_amount_yuan,
        count(pool_balance_yuan) filter (where issue_year = 2025) as balance_count_2025,
        sum(pool_balance_yuan) filter (where issue_year = 2025) as balance_2025_yuan,
        sum(pool_balance_yuan) filter (where issue_year < 2025) as earlier_balance_yuan,
        count(originator_key) as originator_deal_count,
        count(distinct originator_key) as originator_count,
        count(*) filter (where security_class = 'vehicle') as vehicle_count,
        count(distinct originator_key) filter (where security_class = 'vehicle')
            as vehicle_originator_count
    from secured_deals
),

secured_pools as (
    select
        count(*) as deal_count,
        count(borrower_count) as borrower_deal_count,
        count(*) filter (where borrower_count > 500) as many_borrower_count,
        count(balance_per_borrower_yuan) as balance_count,
        min(balance_per_borrower_yuan) as lowest_balance_yuan,
        max(balance_per_borrower_yuan) as highest_balance_yuan,
        {{ mean('balance_per_borrower_yuan') }} as mean_balance_yuan,
        count(*) filter (where issue_year = 2025) as count_2025,
        count(weighted_overdue_months) filter (where issue_year = 2025) as overdue_count_2025,
        {{ mean('case when issue_year = 2025 then weighted_overdue_months end') }}
            as overdue_months_2025,
        count(*) filter (where issue_year between 2020 and 2025) as count_2020_2025,
        count(weighted_overdue_months) filter (where issue_year between 2020 and 2025)
            as overdue_count_2020_2025,
        {{ mean('case when issue_year between 2023 and 2025 then weighted_overdue_months end') }}
            as overdue_months_2023_2025,
        {{ mean('case when issue_year between 2020 and 2022 then weighted_overdue_months end') }}
            as overdue_months_2020_2022
    from secured_deals
),

property_pools as (
    select
        count(*) as deal_count,
        count(mortgaged_ratio) as mortgaged_count,
        count(*) filter (where exact_mortgaged_ratio > 0.8) as mostly_mortgaged_count,
        count(*) filter (where exact_mortgaged_ratio = 1) as fully_mortgaged_count,
        count(residential_ratio) as residential_count,
        count(*) filter (where exact_residential_ratio > 0.8) as mostly_residential_count,
        count(*) filter (where exact_residential_ratio = 1) as fully_residential_count,
        count(repaid_ratio) as repaid_count,
        count(*) filter (where repaid_ratio < 0.1) as low_repaid_count,
        count(weighted_current_ltv_ratio) as ltv_count,
        count(*) filter (where weighted_current_ltv_ratio > 1) as high_ltv_count
    from property_deals
),

repaid_and_ltv as (
    select
        count(*) as deal_count,
        {{ correlation('repaid_ratio', 'weighted_current_ltv_ratio') }} as repaid_ltv_correlation
    from property_deals
    where repaid_ratio is not null and weighted_current_ltv_ratio is not null
),

-- facts that the figures' sentences say too, so that the two can never differ
trends as (
    select
        max(value) filter (where figure_no = 13 and fact = 'comparable_slope') as slope,
        max(deal_count) filter (where figure_no = 13 and fact = 'comparable_slope')
            as slope_count,
        max(value) filter (where figure_no = 14 and fact = 'falling_step_ratio')
            as falling_ratio,
        max(value) filter (where figure_no = 15 and fact = 'property_age_24_to_6_ratio')
            as property_ratio,
        max(value) filter (where figure_no = 15 and fact = 'unsecured_age_24_to_6_ratio')
            as unsecured_ratio,
        max(value) filter (where figure_no = 15 and fact = 'property_deal_count')
            as property_curve_count,
        max(value) filter (where figure_no = 15 and fact = 'unsecured_deal_count')
            as unsecured_curve_count,
        max(value) filter (where figure_no = 16 and fact = 'last_to_first_third_ratio')
            as dispersion_ratio,
        max(value) filter (where figure_no = 0 and fact = 'property_deal_count')
            as property_count,
        max(value) filter (where figure_no = 0 and fact = 'unsecured_deal_count')
            as unsecured_count
    from facts
),

computed_issuance as (
    {{ computed_figure('secured', 'F01', 'deal_count', 'deal_count') }}
    union all
    {{ computed_figure('secured', 'F02', 'amount_yuan', 'amount_count', 'deal_count') }}
    union all
    {{ computed_figure('secured', 'F03', 'balance_yuan', 'balance_count', 'deal_count') }}
    union all
    {{ computed_figure('secured', 'F04', 'amount_2025_yuan', 'amount_count_2025',
        'count_2025') }}
    union all
    {{ computed_figure('secured', 'F05', 'balance_2025_yuan', 'balance_count_2025',
        'count_2025') }}
    union all
    {{ computed_figure('micro_small', 'F06', 'count_2025', 'count_2025', 'count_2025') }}
    union all
    {{ computed_figure('micro_small', 'F07', 'amount_2025_yuan', 'amount_count_2025',
        'count_2025') }}
    union all
    {{ computed_figure('micro_small', 'F08', 'count_2025 - count_2024',
        'count_2025 + count_2024', 'count_2025 + count_2024') }}
    union all
    {{ computed_figure('micro_small', 'F09', ratio('amount_2025_yuan', 'amount_2024_yuan'),
        'amount_count_2024_2025', 'count_2025 + count_2024') }}
    union all
    {{ computed_figure('secured', 'F10', 'originator_count', 'originator_deal_count',
        'deal_count') }}
    union all
    -- one statement of two parts: shared between originators it is true of no deal
    {{ computed_figure('secured', 'F11',
        'case when vehicle_originator_count <= 1 then vehicle_count else 0 end',
        'vehicle_count', 'vehicle_count') }}
    union all
    -- both must exceed: the smaller of the two multiples decides
    {{ computed_figure('secured', 'F22',
        'case when earlier_amount_yuan > 0 and earlier_balance_yuan > 0 then least('
        ~ ratio('amount_2025_yuan', 'earlier_amount_yuan') ~ ', '
        ~ ratio('balance_2025_yuan', 'earlier_balance_yuan') ~ ') end',
        'least(amount_count, balance_count)', 'deal_count', '1') }}
    union all
    {{ computed_figure('micro_small', 'F31', 'first_year', 'deal_count') }}
),

computed_pools as (
    {{ computed_figure('property_pools', 'F12', 'deal_count', 'deal_count') }}
    union all
    {{ computed_figure('property_pools', 'F13',
        'case when mortgaged_count > 0 then mostly_mortgaged_count end', 'mortgaged_count',
        'deal_count') }}
    union all
    {{ computed_figure('property_pools', 'F14',
        'case when mortgaged_count > 0 then fully_mortgaged_count end', 'mortgaged_count',
        'deal_count') }}
    union all
    {{ computed_figure('property_pools', 'F15',
        'case when residential_count > 0 then mostly_residential_count end',
        'residential_count', 'deal_count') }}
    union all
    {{ computed_figure('property_pools', 'F16',
        'case when residential_count > 0 then fully_residential_count end',
        'residential_count', 'deal_count') }}
    union all
    {{ computed_figure('secured_pools', 'F17',
        'case when borrower_deal_count > 0 then many_borrower_count end',
        'borrower_deal_count', 'deal_count') }}
    union all
    {{ computed_figure('secured_pools', 'F18', 'lowest_balance_yuan', 'balance_count',
        'deal_count') }}
    union all
    {{ computed_figure('secured_pools', 'F19', 'highest_balance_yuan', 'balance_count',
        'deal_count') }}
    union all
    {{ computed_figure('secured_pools', 'F20', 'mean_balance_yuan', 'balance_count',
        'deal_count') }}
    union all
    {{ computed_figure('secured_pools', 'F21', 'overdue_months_2025', 'overdue_count_2025',
        'count_2025') }}
    union all
    {{ computed_figure('property_pools', 'F23', ratio('low_repaid_count', 'repaid_count'),
        'repaid_count', 'deal_count') }}
    union all
    {{ computed_figure('property_pools', 'F24',
        'case when ltv_count > 0 then high_ltv_count end', 'ltv_count', 'deal_count') }}
    union all
    {{ computed_figure('repaid_and_ltv cross join property_pools', 'F25', 'repaid_ltv_correlation',
        'repaid_and_ltv.deal_count', 'property_pools.deal_count') }}
    union all
    {{ computed_figure('secured_pools', 'F28',
        'overdue_months_2023_2025 - overdue_months_2020_2022', 'overdue_count_2020_2025',
        'count_2020_2025') }}
),

computed_recovery as (
    {{ computed_figure('trends', 'F26', 'slope', 'slope_count', 'property_count') }}
    union all
    {{ computed_figure('trends', 'F27', 'falling_ratio', 'property_curve_count',
        'property_count') }}
    union all
    {{ computed_figure('trends', 'F29', 'property_ratio',
        'coalesce(property_curve_count, 0) + coalesce(unsecured_curve_count, 0)',
        'property_count + unsecured_count', 'unsecured_ratio') }}
    union all
    {{ computed_figure('trends', 'F30', 'dispersion_ratio', 'property_curve_count',
        'property_count') }}
),

computed as (
    select * from computed_issuance
    union all
    select * from computed_pools
    union all
    select * from computed_recovery
),

-- in the unit of the report
measured as (
    select
        published.*,
        cast(computed.value / coalesce(units.yuan_factor, 1) as decimal(28, 12)) as exact_value,
        cast(
            coalesce(try_cast(published.printed_value as decimal(28, 12)), computed.threshold)
            as decimal(28, 12)
        ) as exact_threshold,
        coalesce(computed.deal_count, 0) as deal_count,
        coalesce(computed.population_count, 0) as population_count
    from published
    inner join computed
        on published.figure_id = computed.figure_id
    left outer join units
        on published.unit = units.unit
),

rounded as (
    select
        *,
        case decimals
            when 0 then round(exact_value, 0)
            when 1 then round(exact_value, 1)
        end as rounded_value
    from measured
),

judged as (
    select
        rounded.*,
        case
            when rounded.exact_value is null or rounded.exact_threshold is null
                then 'not_computable'
            when
                (rounded.relation = '=' and rounded.rounded_value = rounded.exact_threshold)
                or (rounded.relation = '>' and rounded.exact_value > rounded.exact_threshold)
                or (rounded.relation = '<' and rounded.exact_value < rounded.exact_threshold)
                then 'holds'
            else 'differs'
        end as verdict,
        case
            when rounded.market_deal_count is not null
                then {{ ratio('rounded.population_count', 'rounded.market_deal_count') }}
            -- a total: what is here over what is printed
            when rounded.measure like 'sum of %'
                then
                    {{ ratio('coalesce(rounded.exact_value, 0)', 'rounded.exact_threshold') }}
        end as covered_ratio,
        -- figure 3 counts deals however they are secured
        case when rounded.figure_no > 3 then micro_small.unknown_security_count else 0 end
            as unknown_security_count
    from rounded
    cross join micro_small
),

-- "17 of the 77 deals the report counts are here (22 %); the value rests on 3."
told as (
    select
        *,
        concat(
            case
                when market_deal_count is not null
                    then
                        concat(
                            cast(population_count as string), ' of the ',
                            cast(market_deal_count as string),
                            ' deals the report counts are here (',
                            cast(cast(round(100 * covered_ratio, 0) as integer) as string), ' %)'
                        )
                when covered_ratio is not null
                    then
                        concat(
                            'The ', cast(population_count as string), ' deals here make ',
                            cast(cast(round(100 * covered_ratio, 0) as integer) as string),
                            ' % of the amount the report prints'
                        )
                else
                    concat(
                        cast(population_count as string),
                        ' deals here; the report does not say how many it counts'
                    )
            end,
            case
                when deal_count = 0 and population_count > 0
                    then '; none of them has what the value needs'
                when deal_count < population_count
                    then concat('; the value rests on ', cast(deal_count as string))
                else ''
            end,
            '.',
            case
                when unknown_security_count > 0
                    then
                        concat(
                            ' Micro-small deals of which the security is not known: ',
                            cast(unknown_security_count as string), '.'
                        )
                else ''
            end
        ) as coverage_statement,
        concat(
            case
                when market_deal_count is not null
                    then
                        concat(
                            '报告统计的 ', cast(market_deal_count as string), ' 单中，本库有 ',
                            cast(population_count as string), ' 单（',
                            cast(cast(round(100 * covered_ratio, 0) as integer) as string), '%）'
                        )
                when covered_ratio is not null
                    then
                        concat(
                            '本库 ', cast(population_count as string), ' 单合计为报告所列金额的 ',
                            cast(cast(round(100 * covered_ratio, 0) as integer) as string), '%'
                        )
                else concat('本库有 ', cast(population_count as string), ' 单，报告未列明样本单数')
            end,
            case
                when deal_count = 0 and population_count > 0 then '，均缺计算所需要素'
                when deal_count < population_count
                    then concat('，其中 ', cast(deal_count as string), ' 单可用于计算')
                else ''
            end,
            '。',
            case
                when unknown_security_count > 0
                    then
                        concat(
                            '另有 ', cast(unknown_security_count as string),
                            ' 单小微贷款 NPAS 的担保方式未知。'
                        )
                else ''
            end
        ) as coverage_statement_zh
    from judged
),

final as (
    select
        figure_id,
        figure_no,
        statement,
        statement_zh,
        mart,
        filter,
        measure,
        relation,
        printed_value,
        unit,
        verdict,
        cast(exact_value as double) as computed_value,
        cast(rounded_value as double) as rounded_value,
        cast(exact_threshold as double) as threshold_value,
        decimals,
        deal_count,
        population_count,
        market_deal_count,
        covered_ratio,
        coverage_statement,
        coverage_statement_zh
    from told
)

select * from final
