-- Grain: one row per bin of the mortgaged ratio of property deals, also a bin without a deal.
with

deals as (
    select * from {{ ref('figure_deal') }}
),

numbers as (
    select * from {{ ref('int_numbers') }}
),

-- tenths from 1 to 10, and 11: exactly 1
bins as (
    select
        cast(number as integer) as bin_no,
        cast(least(number - 1, 10) as double) / 10 as lower_ratio,
        cast(least(number, 10) as double) / 10 as upper_ratio
    from numbers
    where number <= 11
),

-- as decimals: a quotient of two doubles may fall on the wrong side of an edge
ratios as (
    select cast(mortgaged_ratio as decimal(18, 12)) as mortgaged_ratio
    from deals
    where security_class = 'property' and mortgaged_ratio is not null
),

binned as (
    select
        case
            when mortgaged_ratio >= 1 then 11
            when mortgaged_ratio <= 0 then 1
            else cast(ceil(mortgaged_ratio * 10) as integer)
        end as bin_no
    from ratios
),

final as (
    select
        bins.bin_no,
        bins.lower_ratio,
        bins.upper_ratio,
        count(binned.bin_no) as deal_count
    from bins
    left outer join binned
        on bins.bin_no = binned.bin_no
    group by bins.bin_no, bins.lower_ratio, bins.upper_ratio
)

select * from final
