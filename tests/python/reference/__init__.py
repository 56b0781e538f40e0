"""The marts recomputed from raw files in plain Python, to check the SQL against."""
