-- Grain: one row per secured deal of which the balance per borrower is known.
with

deals as (
    select * from {{ ref('figure_deal') }}
),

final as (
    select
        deal_key,
        cast(
            row_number() over (order by balance_per_borrower_yuan desc, deal_code asc) as bigint
        ) as rank_no,
        deal_code,
        deal_name,
        originator_name,
        balance_per_borrower_yuan,
        issue_year
    from deals
    where security_group = 'secured' and balance_per_borrower_yuan is not null
)

select * from final
