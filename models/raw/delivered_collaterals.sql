-- Grain: one row per loan, collateral, snapshot date and revision, as delivered.
{{ config(alias='raw_collaterals', materialized='view') }}
{{ delivered('raw_collaterals', is_tape=true) }}
