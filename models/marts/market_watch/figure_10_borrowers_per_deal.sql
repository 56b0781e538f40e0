-- Grain: one row per bin of the number of borrowers of secured deals, also a bin without a deal.
with

deals as (
    select * from {{ ref('figure_deal') }}
),

bins as (
    select * from {{ ref('borrower_count_bins') }}
),

counted_deals as (
    select
        deal_key,
        borrower_count
    from deals
    where security_group = 'secured' and borrower_count is not null
),

final as (
    select
        bins.bin_no,
        bins.lower_count,
        bins.upper_count,
        count(counted_deals.deal_key) as deal_count
    from bins
    left outer join counted_deals
        on
            bins.lower_count < counted_deals.borrower_count
            and coalesce(bins.upper_count >= counted_deals.borrower_count, true)
    group by bins.bin_no, bins.lower_count, bins.upper_count
)

select * from final
