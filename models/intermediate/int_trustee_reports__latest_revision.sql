-- Grain: one row per deal and report number. The latest revision known on the as-of date.
with

trustee_reports as (
    select * from {{ ref('stg_raw__trustee_reports') }}
),

numbered as (
    select
        *,
        dense_rank() over (
            partition by deal_code, report_no
            order by known_on
        ) as revision_no,
        min(known_on) over (partition by deal_code, report_no) as first_known_on
    from trustee_reports
    where {{ is_known() }}
),

final as (
    select *
    from numbered
    qualify
        row_number() over (
            partition by deal_code, report_no
            order by known_on desc, source_document asc
        ) = 1
)

select * from final
