-- A synthetic market is made to give every figure that the report prints, once all is known: an
-- earlier day knows fewer deals.
with

checks as (
    select * from {{ ref('published_figure_check') }}
),

final as (
    select
        figure_id,
        statement,
        verdict,
        printed_value,
        computed_value
    from checks
    where
        {{ market_is_synthetic() }}
        and {{ as_of_date() }} is null
        and verdict != 'holds'
)

select * from final
