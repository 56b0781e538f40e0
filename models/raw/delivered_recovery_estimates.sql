-- Grain: one row per deal, agency, stage and revision, as delivered.
{{ config(alias='raw_recovery_estimates') }}
{{ delivered('raw_recovery_estimates') }}
