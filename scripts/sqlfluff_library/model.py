"""Stands in for dbt's `model`: enough of one for its columns to be listed."""

columns = ("deal_code", "note")
