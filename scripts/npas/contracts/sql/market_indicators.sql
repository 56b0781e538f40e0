-- Grain: one row per delivered row of raw_market_indicators.
with

indicators as (
    select
        parsed.*,
        concat_ws(' ', delivered.value, delivered.unit) as printed
    from typed.market_indicators as parsed
    inner join raw.market_indicators as delivered
        on parsed.row_id = delivered.row_id
),

dated as (
    select *
    from indicators
    where
        value is not null
        and as_of_date is not null
        and row_id in (select lat.row_id from latest.market_indicators as lat)
),

repeated as (
    select
        row_id,
        first_value(value) over of_date as first_value,
        first_value(printed) over of_date as first_printed,
        first_value(concat(file_label, ', row ', file_row)) over of_date as first_place
    from dated
    window of_date as (partition by indicator, label, as_of_date order by row_id)
),

-- A balance series is one whose growth is published beside it under the same stem.
balances as (
    select
        bal.row_id,
        bal.indicator,
        bal.as_of_date,
        bal.value,
        bal.printed
    from dated as bal
    where
        bal.indicator like '%\_balance' escape '\'
        and exists (
            select gro.row_id
            from dated as gro
            where gro.indicator = regexp_replace(bal.indicator, '_balance$', '_growth')
        )
),

growing as (
    select
        bal.row_id,
        ago.printed as year_before,
        cast(bal.value / nullif(ago.value, 0) - 1 as double) as implied_growth,
        cast(gro.value as double) as stated_growth,
        row_number() over (partition by bal.row_id order by ago.row_id, gro.row_id) as choice
    from balances as bal
    inner join balances as ago
        on
            bal.indicator = ago.indicator
            and ago.as_of_date = cast(bal.as_of_date - interval 1 year as date)
    inner join dated as gro
        on
            gro.indicator = regexp_replace(bal.indicator, '_balance$', '_growth')
            and bal.as_of_date = gro.as_of_date
),

sequenced as (
    select
        row_id,
        value,
        as_of_date,
        lag(value) over in_order as previous_value,
        lag(printed) over in_order as previous_printed,
        lag(as_of_date) over in_order as previous_date
    from balances
    window in_order as (partition by indicator order by as_of_date, row_id)
),

final as (
    select
        indicators.row_id,
        case when repeated.first_value != indicators.value then repeated.first_place end
            as other_place,
        repeated.first_printed,
        repeated.first_place,
        growing.year_before,
        growing.implied_growth,
        growing.stated_growth,
        abs(growing.implied_growth - growing.stated_growth) as growth_gap,
        sequenced.previous_printed,
        sequenced.previous_date,
        case
            when date_diff('day', sequenced.previous_date, sequenced.as_of_date) between 1 and 100
                then cast(sequenced.value / nullif(sequenced.previous_value, 0) - 1 as double)
        end as jump
    from indicators
    left outer join repeated
        on indicators.row_id = repeated.row_id
    left outer join growing
        on
            indicators.row_id = growing.row_id
            and growing.choice = 1
    left outer join sequenced
        on indicators.row_id = sequenced.row_id
)

select * from final
