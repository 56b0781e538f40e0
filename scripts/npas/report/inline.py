"""A rendered drawing made fit for the page: less markup, both languages, one name for all of it."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from npas.report.rendering import worded_in_both
from npas.report.text import Text

_KEPT_CLASSES = {"plot": "plot", "synthetic": "synthetic"}
_PANEL = re.compile(r"\brole-scope concat_\d+_group$")
_INHERITED = {"font-family", "stroke-miterlimit", "pointer-events"}
_DEFAULTS = {"opacity": "1", "font-weight": "400", "stroke-width": "1", "fill-opacity": "1"}
_LONG_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_EMPTY_AREA = re.compile(r"h0v0h0Z$")


def inline(svg: str, texts: Sequence[Text], label_id: str, font: int) -> str:
    """The drawing as an element of the page, named by the element `label_id`.

    What Vega writes to make a lone file readable is left out: the page says it once per figure.
    """
    bare = re.sub(r' xmlns(?::\w+)?="[^"]*"', "", svg)
    root = ET.fromstring(bare)  # noqa: S314 (written by vl-convert just now)
    view_box = root.attrib["viewBox"]
    _mark_panels(root)
    _strip(root)
    body = "".join(ET.tostring(child, encoding="unicode") for child in root)
    return (
        f'<svg viewBox="{view_box}" font-size="{font}px" role="img" '
        f'aria-labelledby="{label_id}">{worded_in_both(body, texts)}</svg>'
    )


def _mark_panels(root: ET.Element) -> None:
    """Marks the area of each panel, in order: other groups have backgrounds too."""
    for group in root.iter("g"):
        if _PANEL.search(group.get("class", "")):
            area = next(path for path in group.iter("path") if path.get("class") == "background")
            area.set("class", "plot")


def _strip(element: ET.Element) -> None:
    for child in list(element):
        _strip(child)
        if _is_empty(child):
            element.remove(child)
        elif child.tag == "g" and not child.attrib:
            place = list(element).index(child)
            element.remove(child)
            for grandchild in reversed(list(child)):
                element.insert(place, grandchild)
    kept = {name: _kept(name, value) for name, value in element.attrib.items()}
    element.attrib.clear()
    element.attrib.update({name: value for name, value in kept.items() if value is not None})


def _kept(name: str, value: str) -> str | None:
    if name == "class":
        return _KEPT_CLASSES.get(value)
    if name.startswith("aria-") or name == "role" or name in _INHERITED:
        return None
    if _DEFAULTS.get(name) == value or (name, value) == ("transform", "translate(0,0)"):
        return None
    return _LONG_NUMBER.sub(lambda number: f"{float(number[0]):.1f}", value)


def _is_empty(element: ET.Element) -> bool:
    if element.tag == "g":
        return not len(element)
    if element.tag == "path":
        drawn = element.get("d", "")
        return not drawn or element.get("display") == "none" or bool(_EMPTY_AREA.search(drawn))
    return False
