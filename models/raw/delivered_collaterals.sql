-- Grain: one row per loan, collateral, snapshot date and revision, as delivered.
{{ config(alias='raw_collaterals', materialized='view') }}
-- its tests ask which deliveries are new
-- depends_on: {{ ref('delivered_tables') }}
{{ delivered('raw_collaterals', is_tape=true) }}
