"""How many examples the property tests run: 25 in `make test`, 200 by `make soak`."""

import os

from hypothesis import HealthCheck, Phase, settings

EXAMPLES = int(os.environ.get("NPAS_EXAMPLES", "25"))
IS_SOAK = "NPAS_EXAMPLES" in os.environ


def examples() -> settings:
    """Settings of a property.

    The examples are the same in every run: a failure can be run again, and a trunk that was green
    stays green. An example builds databases: it has no deadline.
    """
    return settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=[HealthCheck.too_slow],
    )
