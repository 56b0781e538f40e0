"""What sqlfluff sees for dbt's `modules`."""

import re

__all__ = ["re"]
