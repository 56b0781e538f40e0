-- The check finds the two pairs that stand twice, one of them with a null, and nothing else.
with

mock_rows as (
    select
        'a' as letter,
        1 as amount
    union all
    select
        'a' as letter,
        1 as amount
    union all
    select
        'a' as letter,
        2 as amount
    union all
    select
        cast(null as string) as letter,
        3 as amount
    union all
    select
        cast(null as string) as letter,
        3 as amount
),

found as (
    {{ check_unique_combination('mock_rows', ['letter', 'amount']) }}
),

final as (
    select count(*) as found_count
    from found
    having count(*) != 2
)

select * from final
