"""The warehouse's commands: contracts before, and releases after, what dbt builds."""
