-- A synthetic market is made to give every figure that the report prints.
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
    where {{ market_is_synthetic() }} and verdict != 'holds'
)

select * from final
