-- Grain: one row per deal, pool date, agency and revision, as delivered.
{{ config(alias='raw_recovery_statements') }}
{{ delivered('raw_recovery_statements') }}
