-- Grain: one row per row of row_keys, which hold the rows of one raw table whose key may stand more
-- than once: their key, content and place.
with

repeated as (
    select
        key_text,
        known_on
    from row_keys
    where key_text is not null
    group by key_text, known_on
    having count(*) > 1
),

doubled as (
    select rok.*
    from row_keys as rok
    inner join repeated
        on
            rok.key_text = repeated.key_text
            and rok.known_on = repeated.known_on
),

alike as (
    select
        key_text,
        known_on,
        content,
        min(row_id) as first_row_id,
        arg_min(place, row_id) as first_place
    from doubled
    group by key_text, known_on, content
),

alike_in_file as (
    select
        file_label,
        key_text,
        known_on,
        content,
        min(row_id) as first_row_id
    from doubled
    group by file_label, key_text, known_on, content
),

contradicting as (
    select
        mine.row_id,
        arg_min(theirs.place, theirs.row_id) as contradicts
    from doubled as mine
    inner join doubled as theirs
        on
            mine.key_text = theirs.key_text
            and mine.known_on = theirs.known_on
            and mine.file_label != theirs.file_label
            and mine.content != theirs.content
    group by mine.row_id
),

in_file as (
    select
        file_label,
        key_text,
        known_on,
        count(*) as contents
    from alike_in_file
    group by file_label, key_text, known_on
),

final as (
    select
        rok.row_id,
        case
            when alike_in_file.first_row_id = rok.row_id and in_file.contents > 1 then rok.key_text
        end as other_content,
        case when alike.first_row_id < rok.row_id then alike.first_place end as repeat_of,
        contradicting.contradicts
    from row_keys as rok
    left outer join alike
        on
            rok.key_text = alike.key_text
            and rok.known_on = alike.known_on
            and rok.content = alike.content
    left outer join alike_in_file
        on
            rok.file_label = alike_in_file.file_label
            and rok.key_text = alike_in_file.key_text
            and rok.known_on = alike_in_file.known_on
            and rok.content = alike_in_file.content
    left outer join in_file
        on
            rok.file_label = in_file.file_label
            and rok.key_text = in_file.key_text
            and rok.known_on = in_file.known_on
    left outer join contradicting
        on rok.row_id = contradicting.row_id
)

select * from final
