-- Grain: one row per indicator, label, date and revision, as delivered.
{{ config(alias='raw_market_indicators') }}
{{ delivered('raw_market_indicators') }}
