-- Grain: one row per loan, snapshot date and revision, as delivered.
{{ config(alias='raw_loan_pools', materialized='view') }}
{{ delivered('raw_loan_pools', is_tape=true) }}
