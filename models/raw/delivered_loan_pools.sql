-- Grain: one row per loan, snapshot date and revision, as delivered.
{{ config(alias='raw_loan_pools') }}
{{ delivered('raw_loan_pools') }}
