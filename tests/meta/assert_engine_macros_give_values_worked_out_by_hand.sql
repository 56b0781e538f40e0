-- What DuckDB and Spark spell differently, with results that were worked out without either: this
-- runs on both. 2024 is a leap year, 2025 is none.
with

mock_days as (
    select
        cast('2024-01-31' as date) as end_of_january,
        cast('2025-02-28' as date) as end_of_february
),

mock_numbers as (
    select
        cast(7 as bigint) as seven,
        -- over what a double counts in steps of one
        cast(5400000000000000001 as bigint) as very_many,
        cast(0 as bigint) as no_cents
),

mock_names as (
    select '丙' as party
    union all
    select 'b' as party
    union all
    select 'a' as party
    union all
    select 'b' as party
    union all
    select cast(null as string) as party
),

mock_texts as (
    select
        '123' as digits,
        '12a' as letter_behind,
        concat('123', chr(10)) as line_end_behind,
        cast(null as string) as missing_text
),

mock_doubles as (
    select
        cast(0.1 as double) as tenth,
        cast(123456789.25 as double) as yuan,
        cast(12 as double) as twelve,
        cast(-0.0025 as double) as below_zero
),

found as (
    select
        'a shorter month ends earlier' as meaning,
        cast({{ add_months('end_of_january', 1) }} as string) as found_value,
        '2024-02-29' as expected_value
    from mock_days
    union all
    select
        'the last of February is no last of March' as meaning,
        cast({{ add_months('end_of_february', 1) }} as string) as found_value,
        '2025-03-28' as expected_value
    from mock_days
    union all
    select
        'months go back too' as meaning,
        cast({{ add_months('end_of_january', -11) }} as string) as found_value,
        '2023-02-28' as expected_value
    from mock_days
    union all
    select
        'days from 31 January 2024 to 28 February 2025' as meaning,
        cast({{ days_between('end_of_january', 'end_of_february') }} as string) as found_value,
        '394' as expected_value
    from mock_days
    union all
    select
        'days back are below zero' as meaning,
        cast({{ days_between('end_of_february', 'end_of_january') }} as string) as found_value,
        '-394' as expected_value
    from mock_days
    union all
    select
        'thirty days on cross a leap day' as meaning,
        cast({{ add_days('end_of_january', 30) }} as string) as found_value,
        '2024-03-01' as expected_value
    from mock_days
    union all
    select
        'a day back' as meaning,
        cast({{ add_days('end_of_february', -1) }} as string) as found_value,
        '2025-02-27' as expected_value
    from mock_days
    union all
    select
        'a quotient is cut, not rounded' as meaning,
        cast(cast({{ whole_quotient('seven', 4) }} as bigint) as string) as found_value,
        '1' as expected_value
    from mock_numbers
    union all
    select
        'a quotient is exact to the last digit' as meaning,
        cast(cast({{ whole_quotient('very_many', 3) }} as bigint) as string) as found_value,
        '1800000000000000000' as expected_value
    from mock_numbers
    union all
    select
        'nothing divided is nothing' as meaning,
        cast(cast({{ whole_quotient('no_cents', 5) }} as bigint) as string) as found_value,
        '0' as expected_value
    from mock_numbers
    union all
    select
        'each text once, by code point, without nulls' as meaning,
        {{ distinct_list('party', '|') }} as found_value,
        'a|b|丙' as expected_value
    from mock_names
    union all
    select
        'a list of nulls is null' as meaning,
        coalesce({{ distinct_list('party') }}, 'null') as found_value,
        'null' as expected_value
    from mock_names
    where party is null
    union all
    select
        'a text of digits is of their pattern' as meaning,
        cast({{ matches('digits', '[0-9]{1,3}') }} as string) as found_value,
        'true' as expected_value
    from mock_texts
    union all
    select
        'that a text starts with a pattern is not enough' as meaning,
        cast({{ matches('letter_behind', '[0-9]{1,3}') }} as string) as found_value,
        'false' as expected_value
    from mock_texts
    union all
    select
        'the end of a line is a character too' as meaning,
        cast({{ matches('line_end_behind', '[0-9]{1,3}') }} as string) as found_value,
        'false' as expected_value
    from mock_texts
    union all
    select
        'no text is of no pattern' as meaning,
        coalesce(cast({{ matches('missing_text', '[0-9]{1,3}') }} as string), 'null')
            as found_value,
        'null' as expected_value
    from mock_texts
    union all
    select
        'a double has its shortest text' as meaning,
        {{ double_as_text('tenth') }} as found_value,
        '0.1' as expected_value
    from mock_doubles
    union all
    select
        'a double of money has no exponent' as meaning,
        {{ double_as_text('yuan') }} as found_value,
        '123456789.25' as expected_value
    from mock_doubles
    union all
    select
        'a whole double keeps one decimal' as meaning,
        {{ double_as_text('twelve') }} as found_value,
        '12.0' as expected_value
    from mock_doubles
    union all
    select
        'a small double below zero has no exponent' as meaning,
        {{ double_as_text('below_zero') }} as found_value,
        '-0.0025' as expected_value
    from mock_doubles
    union all
    select
        'a double of nothing is plain' as meaning,
        {{ double_as_text('tenth - tenth') }} as found_value,
        '0.0' as expected_value
    from mock_doubles
    union all
    select
        'no double has no text' as meaning,
        coalesce({{ double_as_text('cast(null as double)') }}, 'null') as found_value,
        'null' as expected_value
    union all
    select
        'a decimal of nothing is 0' as meaning,
        {{ number_as_text('cast(0 as decimal(28, 12))') }} as found_value,
        '0' as expected_value
    union all
    select
        'a small decimal has no exponent' as meaning,
        {{ number_as_text('cast(0.0000001 as decimal(28, 12))') }} as found_value,
        '0.0000001' as expected_value
    union all
    select
        'without batches every pool is made' as meaning,
        cast({{ is_in_batch(pool_name("'A'", "cast('2024-12-31' as date)")) }} as string)
            as found_value,
        'true' as expected_value
    union all
    select
        'a pool is named by its deal and date' as meaning,
        {{ pool_name("'A'", "cast('2024-12-31' as date)") }} as found_value,
        'A|2024-12-31' as expected_value
),

final as (
    select *
    from found
    where coalesce(found_value != expected_value, true)
)

select * from final
