-- The check finds the one row that is false: neither the true one nor the one that is unknown.
with

mock_rows as (
    select
        1 as part,
        2 as whole
    union all
    select
        3 as part,
        2 as whole
    union all
    select
        cast(null as integer) as part,
        2 as whole
),

found as (
    {{ check_expression('mock_rows', 'part <= whole') }}
),

final as (
    select count(*) as found_count
    from found
    having count(*) != 1 or min(part) != 3
)

select * from final
