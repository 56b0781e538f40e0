-- Of (0, 1.0), (1, 0.8), (2, 0.9): means 1 and 0.9; products of the deviations sum to -0.1, squares
-- to 2 and 0.02. Slope -0.1 / 2, correlation -0.1 / sqrt(2 * 0.02) = -0.5. Two rows have neither,
-- nor has a side that does not vary.
with

mock_rows as (
    select
        0 as step_no,
        1.0 as height
    union all
    select
        1 as step_no,
        0.8 as height
    union all
    select
        2 as step_no,
        0.9 as height
),

found as (
    select
        {{ mean('height') }} as mean_height,
        {{ slope('step_no', 'height') }} as slope,
        {{ correlation('step_no', 'height') }} as height_correlation,
        {{ correlation('step_no', 'step_no * 0') }} as flat_correlation,
        {{ slope('step_no * 0', 'height') }} as flat_slope
    from mock_rows
),

found_of_two as (
    select
        {{ slope('step_no', 'height') }} as slope,
        {{ correlation('step_no', 'height') }} as height_correlation
    from mock_rows
    where step_no < 2
),

final as (
    select
        found.*,
        found_of_two.slope as slope_of_two
    from found
    cross join found_of_two
    where
        coalesce(abs(found.mean_height - 0.9) > 0.000000000001, true)
        or coalesce(abs(found.slope + 0.05) > 0.000000000001, true)
        or coalesce(abs(found.height_correlation + 0.5) > 0.000000000001, true)
        or found.flat_correlation is not null
        or found.flat_slope is not null
        or found_of_two.slope is not null
        or found_of_two.height_correlation is not null
)

select * from final
