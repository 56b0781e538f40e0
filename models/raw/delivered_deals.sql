-- Grain: one row per deal and revision, as delivered.
{{ config(alias='raw_deals') }}
{{ delivered('raw_deals') }}
