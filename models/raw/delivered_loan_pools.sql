-- Grain: one row per loan, snapshot date and revision, as delivered.
{{ config(alias='raw_loan_pools', materialized='view') }}
-- its tests ask which deliveries are new
-- depends_on: {{ ref('delivered_tables') }}
{{ delivered('raw_loan_pools', is_tape=true) }}
