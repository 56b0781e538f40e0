-- Grain: one row per delivery and raw table that it has rows of. Its name stands for its rows: if
-- one is loaded anew with others, nothing is taken over. What is set aside of them may change.
{{ config(alias='deliveries') }}
with

files as (
    select
        string_split(file, '/')[-2] as delivery_id,
        string_split(string_split(file, '/')[-1], '.')[1] as table_name
    from glob('{{ files_in("*", "raw_*") }}')
),

set_aside as (
    select
        table_name,
        delivery_id,
        string_agg(
            concat_ws('|', file, sheet, file_row, rules), '; ' order by file, sheet, file_row
        ) as rows_set_aside
    from {{ ref('delivered_set_aside') }}
    group by table_name, delivery_id
),

final as (
    select distinct
        files.delivery_id,
        files.table_name,
        md5(
            concat_ws('; ', files.table_name, files.delivery_id, set_aside.rows_set_aside)
        ) as content_key
    from files
    left outer join set_aside
        on
            files.delivery_id = set_aside.delivery_id
            and files.table_name = set_aside.table_name
)

select * from final
