"""What sqlfluff sees for dbt's `target`: the default market."""

name = "public"
schema = "main"
