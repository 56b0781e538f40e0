"""The one look of all figures: colours that the colour-blind tell apart, fonts, sizes."""

from dataclasses import dataclass
from typing import Any

INK = "#1b2430"
SOFT = "#586472"
GRID = "#e6eaee"
AXIS = "#98a2ad"
# the main series, its pale companion, and what is not known
MAIN = "#1f5a8a"
PALE = "#a8c4dc"
UNKNOWN = "#c9ced4"
# the newest cohort, thresholds, marks of synthetic data
ACCENT = "#c2410c"
# further series beside the main one and the accent
OTHERS = ("#6b7a2f", "#8a4f9e", "#3a8f86", INK)
# lines of older cohorts recede from the first to the second
_NEAR = (0x2F, 0x66, 0x94)
_FAR = (0xBC, 0xCF, 0xE0)

# Chinese before Latin, so that digits and letters of one line are of one font everywhere
FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "sans-serif",
)
FONT_STACK = ", ".join(FONTS)
DRAWING_FONT = "sans-serif"


@dataclass(frozen=True)
class Frame:
    """The width of a drawing, and the size of its letters."""

    name: str
    width: int
    font: int

    @property
    def is_narrow(self) -> bool:
        """Drawn for a phone."""
        return self.name == "narrow"


WIDE = Frame("wide", 760, 12)
NARROW = Frame("narrow", 358, 11)
FRAMES = (WIDE, NARROW)


def config(frame: Frame) -> dict[str, Any]:
    """Vega-Lite's configuration for one frame."""
    return {
        # any name will do while drawing, where nothing is placed by the width of a text; measuring
        # Chinese fonts takes most of the time otherwise
        "font": DRAWING_FONT,
        "view": {"stroke": None},
        "aria": False,
        "axis": {
            "domainColor": AXIS,
            "gridColor": GRID,
            "labelColor": SOFT,
            "labelFontSize": frame.font,
            "labelOverlap": False,
            "tickColor": AXIS,
            "title": None,
        },
        "axisX": {"grid": False, "tickSize": 4, "labelPadding": 4},
        "axisY": {"domain": False, "ticks": False, "labelPadding": 6},
    }


def cohort_colours(count: int) -> list[str]:
    """One colour per cohort, oldest first; the newest is accented."""
    older = count - 1
    colours = []
    for index in range(older):
        nearness = 1.0 if older == 1 else index / (older - 1)
        mixed = (
            round(far + (near - far) * nearness) for near, far in zip(_NEAR, _FAR, strict=True)
        )
        colours.append("#" + "".join(f"{part:02x}" for part in mixed))
    return [*colours, ACCENT]
