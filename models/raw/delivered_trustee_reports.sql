-- Grain: one row per deal, report number and revision, as delivered.
{{ config(alias='raw_trustee_reports') }}
{{ delivered('raw_trustee_reports') }}
