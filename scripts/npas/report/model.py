"""What a figure of the page consists of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from npas.report.drawing import Drawing
from npas.report.tables import Table
from npas.report.text import Text
from npas.report.theme import Frame


@dataclass(frozen=True)
class Series:
    """What the hover rule reads: a name, its colour, and the panel it is drawn in."""

    name: Text
    colour: str
    panel: int = 0


@dataclass(frozen=True)
class Value:
    """One reading: of which series, as written, and at what share of the panel's height."""

    series: int
    written: Text
    height: float | None = None


@dataclass(frozen=True)
class Stop:
    """A place the hover rule can stand at.

    `along` and `across` are shares of the panel's width and height; `across` is given where points
    are read one by one, else the rule reads all values at one place of the shared axis.
    """

    title: Text
    values: tuple[Value, ...]
    along: float
    across: float | None = None


@dataclass(frozen=True)
class Readings:
    """All that can be read from a drawing; `is_upright` when the categories lie on y."""

    series: Sequence[Series]
    stops: Sequence[Stop]
    is_upright: bool = False


@dataclass(frozen=True)
class Figure:
    """One figure; where it is not drawn, `finding` says what is missing."""

    number: int
    title: Text
    finding: Text
    definition: Text
    sample: Text
    caveat: Text | None
    mart: str
    table: Table
    draw: Callable[[Frame], Drawing] | None
    readings: Readings | None

    @property
    def name(self) -> str:
        """The stem of its files."""
        return f"figure_{self.number:02}"
