-- The check finds the two rows that stand twice, one of them in a sheet without a name, and nothing
-- else: neither rows 32 before and after, nor the same row of another sheet, file or delivery.
with

mock_rows as (
    select
        places.delivery_id,
        places.file,
        places.sheet,
        cast(places.file_row as bigint) as file_row
    from (
        values
        ('d1', 'a.xlsx', 'loans', 2),
        ('d1', 'a.xlsx', 'loans', 33),
        ('d1', 'a.xlsx', 'loans', 34),
        ('d1', 'a.xlsx', 'loans', 34),
        ('d1', 'a.xlsx', 'loans', 63),
        ('d1', 'a.xlsx', 'loans', 66),
        ('d1', 'a.xlsx', 'others', 32),
        ('d1', 'a.xlsx', 'others', 33),
        ('d1', 'a.xlsx', 'others', 63),
        ('d1', 'b.xlsx', 'loans', 33),
        ('d2', 'a.xlsx', 'loans', 33),
        ('d3', 'c.csv', null, 5),
        ('d3', 'c.csv', null, 5),
        ('d3', 'c.csv', null, 6)
    ) as places (delivery_id, file, sheet, file_row)
),

found as (
    {{ check_unique_place('mock_rows') }}
),

expected as (
    select
        'd1' as delivery_id,
        63 as last_row,
        4 as row_count
    union all
    select
        'd3' as delivery_id,
        6 as last_row,
        3 as row_count
),

final as (
    select
        found.delivery_id as found_in,
        expected.delivery_id as expected_in
    from found
    full outer join expected
        on
            found.delivery_id = expected.delivery_id
            and found.last_row = expected.last_row
            and found.row_count = expected.row_count
    where found.delivery_id is null or expected.delivery_id is null
)

select * from final
