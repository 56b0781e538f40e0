-- Grain: one row per deal, date, metric, agency and revision, as delivered.
{{ config(alias='raw_pool_statistics') }}
{{ delivered('raw_pool_statistics') }}
