"""What sqlfluff sees for dbt's `adapter`: a dispatched macro renders as its first argument."""

from collections.abc import Callable


def dispatch(macro_name: str) -> Callable[..., str]:
    """Return a stand-in for a dispatched macro, enough SQL for the linter to parse."""

    def stand_in(first_argument: str, *_: object) -> str:
        return f"{macro_name}({first_argument})"

    return stand_in
