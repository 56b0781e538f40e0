-- Grain: one row per tranche and revision, as delivered.
{{ config(alias='raw_tranches') }}
{{ delivered('raw_tranches') }}
