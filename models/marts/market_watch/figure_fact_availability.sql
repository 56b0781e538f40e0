-- Grain: one row per fact on how much of its population each of the figures 1 to 17 draws, and what
-- is missing where that is too little.
with

requirements as (
    select * from {{ ref('figure_requirements') }}
),

deals as (
    select * from {{ ref('figure_deal') }}
),

months as (
    select * from {{ ref('fct_recovery_by_month') }}
),

loan_balances as (
    select * from {{ ref('figure_01_inclusive_loan_balance') }}
),

npl_ratios as (
    select * from {{ ref('figure_02_personal_business_loan_npl') }}
),

observed_months as (
    select
        deals.deal_key,
        deals.security_group,
        deals.originator_key,
        months.age_month
    from months
    inner join deals
        on months.deal_key = deals.deal_key
    where
        deals.security_class = 'property'
        and months.recovery_rate is not null
        and months.cumulative_rate is not null
),

observed as (
    select
        count(distinct deal_key) as deal_count,
        count(distinct case when originator_key is not null then deal_key end)
            as originator_deal_count,
        count(distinct age_month) as age_count
    from observed_months
),

secured_deals as (
    select *
    from deals
    where security_group = 'secured'
),

property_deals as (
    select *
    from deals
    where security_class = 'property'
),

counts as (
    select
        1 as figure_no,
        count(balance_yuan) as drawn_count,
        count(balance_yuan) as step_count
    from loan_balances
    where is_year_end
    union all
    select
        2 as figure_no,
        count(npl_ratio) as drawn_count,
        count(npl_ratio) as step_count
    from npl_ratios
    union all
    select
        3 as figure_no,
        count(issue_year) as drawn_count,
        count(distinct issue_year) as step_count
    from deals
    union all
    select
        4 as figure_no,
        count(issue_year) as drawn_count,
        count(distinct issue_year) as step_count
    from secured_deals
    union all
    select
        5 as figure_no,
        count(originator_key) as drawn_count,
        count(distinct originator_key) as step_count
    from secured_deals
    union all
    select
        6 as figure_no,
        count(*) as drawn_count,
        count(distinct security_class) as step_count
    from secured_deals
    union all
    select
        7 as figure_no,
        count(mortgaged_ratio) as drawn_count,
        count(mortgaged_ratio) as step_count
    from property_deals
    union all
    select
        8 as figure_no,
        count(residential_ratio) as drawn_count,
        count(residential_ratio) as step_count
    from property_deals
    union all
    select
        9 as figure_no,
        count(repaid_ratio + weighted_current_ltv_ratio) as drawn_count,
        count(repaid_ratio + weighted_current_ltv_ratio) as step_count
    from property_deals
    union all
    select
        10 as figure_no,
        count(borrower_count) as drawn_count,
        count(borrower_count) as step_count
    from secured_deals
    union all
    select
        11 as figure_no,
        count(balance_per_borrower_yuan) as drawn_count,
        count(balance_per_borrower_yuan) as step_count
    from secured_deals
    union all
    select
        12 as figure_no,
        count(weighted_overdue_months) as drawn_count,
        count(distinct issue_year) filter (where weighted_overdue_months is not null)
            as step_count
    from secured_deals
    where issue_year is not null
    union all
    select
        13 as figure_no,
        count(estimated_recovery_rate) as drawn_count,
        count(distinct issue_year) filter (where estimated_recovery_rate is not null)
            as step_count
    from secured_deals
    where issue_year is not null
    union all
    select
        14 as figure_no,
        deal_count as drawn_count,
        age_count as step_count
    from observed
    union all
    select
        15 as figure_no,
        deal_count as drawn_count,
        age_count as step_count
    from observed
    union all
    select
        16 as figure_no,
        deal_count as drawn_count,
        age_count as step_count
    from observed
    union all
    select
        17 as figure_no,
        originator_deal_count as drawn_count,
        age_count as step_count
    from observed
),

populations as (
    select
        count(*) as micro_small_count,
        count(*) filter (where security_group = 'secured') as secured_count,
        count(*) filter (where security_class = 'property') as property_count,
        count(*) filter (where security_group = 'unknown') as unknown_security_count
    from deals
),

measured as (
    select
        requirements.*,
        counts.drawn_count,
        counts.step_count,
        case requirements.population
            when 'micro_small' then populations.micro_small_count
            when 'secured' then populations.secured_count
            when 'property' then populations.property_count
        end as population_count,
        case when requirements.population is not null then populations.unknown_security_count end
            as unknown_security_count
    from requirements
    inner join counts
        on requirements.figure_no = counts.figure_no
    cross join populations
),

-- "Residential ratio: known for 3 of 17 property deals."
told as (
    select
        *,
        drawn_count >= least_drawn_count and step_count >= least_step_count as is_enough,
        concat(
            content, ': known for ', cast(drawn_count as string),
            case
                when population_count is not null
                    then concat(' of ', cast(population_count as string))
                else ''
            end,
            ' ', population_label, '.'
        ) as known_text,
        concat(
            case
                when population_count is not null
                    then
                        concat(
                            population_label_zh, ' ', cast(population_count as string), ' 单中，'
                        )
                else ''
            end,
            '可得', content_zh, '的有 ', cast(drawn_count as string),
            case when population_count is null then ' 个时点。' else ' 单。' end
        ) as known_text_zh,
        case
            when unknown_security_count > 0
                then
                    concat(
                        'Micro-small deals of which the security is not known: ',
                        cast(unknown_security_count as string), '.'
                    )
        end as unknown_text,
        case
            when unknown_security_count > 0
                then
                    concat(
                        '有 ', cast(unknown_security_count as string),
                        ' 单小微贷款 NPAS 的担保方式未知。'
                    )
        end as unknown_text_zh,
        case
            when drawn_count < least_drawn_count
                then concat('The figure needs at least ', cast(least_drawn_count as string), '.')
            else
                concat(
                    step_label, ' among them: ', cast(step_count as string),
                    '; the figure needs at least ', cast(least_step_count as string), '.'
                )
        end as needed_text,
        case
            when drawn_count < least_drawn_count
                then
                    concat(
                        '作图至少需要 ', cast(least_drawn_count as string),
                        case when population_count is null then ' 个时点。' else ' 单。' end
                    )
            else
                concat(
                    '仅涉及 ', cast(step_count as string), ' ', step_label_zh,
                    '，作图至少需要 ', cast(least_step_count as string), ' ', step_label_zh, '。'
                )
        end as needed_text_zh
    from measured
),

phrased as (
    select
        figure_no,
        drawn_count,
        step_count,
        population_count,
        unknown_security_count,
        case when not is_enough then concat_ws(' ', known_text, unknown_text, needed_text) end
            as missing_reason,
        case
            when not is_enough then concat_ws('', known_text_zh, unknown_text_zh, needed_text_zh)
        end as missing_reason_zh,
        case
            when is_enough
                then
                    nullif(
                        concat_ws(
                            ' ',
                            case when drawn_count < population_count then known_text end,
                            unknown_text
                        ),
                        ''
                    )
        end as caveat,
        case
            when is_enough
                then
                    nullif(
                        concat_ws(
                            '',
                            case when drawn_count < population_count then known_text_zh end,
                            unknown_text_zh
                        ),
                        ''
                    )
        end as caveat_zh
    from told
),

final as (
    {{ fact('phrased', 'figure_no', 'drawn_count', 'drawn_count',
        'case when population_count is not null then drawn_count end') }}
    union all
    {{ fact('phrased', 'figure_no', 'population_count', 'population_count',
        'population_count') }}
    union all
    {{ fact('phrased', 'figure_no', 'unknown_security_count', 'unknown_security_count',
        'unknown_security_count') }}
    union all
    {{ fact('phrased', 'figure_no', 'step_count', 'step_count') }}
    union all
    {{ fact('phrased', 'figure_no', 'missing_reason', label='missing_reason') }}
    union all
    {{ fact('phrased', 'figure_no', 'missing_reason_zh', label='missing_reason_zh') }}
    union all
    {{ fact('phrased', 'figure_no', 'caveat', label='caveat') }}
    union all
    {{ fact('phrased', 'figure_no', 'caveat_zh', label='caveat_zh') }}
)

select * from final
