"""Writes the picture of a timeline as SVG, without scripts and without anything to load.

All text goes through an XML tree, so no text of a document can act as markup. The same timeline always gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from xml.etree import ElementTree as ET

from dutybook.export.timeline import ACT, EVENT, Timeline, TimelineWords, timeline_words
from dutybook.export.timeline_picture import WIDTH, Label, Mark, Picture, lay_out, rows_of
from dutybook.languages.reader import FALLBACK
from dutybook.records import content_id

# Light and dark: paper, ink, muted ink, lines, then the lanes. Lane and shape distinguish them, too, not only colour.
_LIGHT = ("#ffffff", "#1b2430", "#5b6675", "#dde3ea", "#1f3a5f", "#1d5fb4", "#b3261e", "#1c7a3d", "#9a6700", "#6b3fa0")
_DARK = ("#10161d", "#e6ebf1", "#9aa7b5", "#2c3744", "#a9c7ee", "#6aa9f4", "#f28b82", "#6fcf8f", "#e6b450", "#c5a3f0")
_NAMES = ("paper", "ink", "muted", "line", ACT, "obligation", "prohibition", "permission", "exemption", EVENT)


def svg_of(timeline: Timeline, today: date | None = None, reader: str = FALLBACK) -> str:
    """The timeline as an SVG document.

    Args:
        today: a line is drawn on this day if it lies within the timeline.
        reader: the language of the labels.

    >>> svg_of(Timeline("An act", "", "en", 1, (), 0)).startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    True
    """
    words = timeline_words(reader)
    return _written(timeline, lay_out(timeline, today, words), words)


def _written(timeline: Timeline, picture: Picture, words: TimelineWords) -> str:
    prefix = "t" + content_id(timeline.title, timeline.number, len(timeline.items))[:8]
    height = round(picture.height, 2)
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {_number(WIDTH)} {_number(height)}",
            "width": _number(WIDTH),
            "height": _number(height),
            "role": "img",
            "aria-labelledby": f"{prefix}-title {prefix}-desc",
            "class": prefix,
        },
    )
    ET.SubElement(root, "title", {"id": f"{prefix}-title"}).text = words("title", title=timeline.title)
    ET.SubElement(root, "desc", {"id": f"{prefix}-desc"}).text = _described(timeline, words)
    ET.SubElement(root, "style").text = _style(prefix)
    ET.SubElement(root, "rect", {"class": "paper", "width": "100%", "height": "100%"})
    for x1, y1, x2, y2, style in picture.lines:
        at = {"x1": _number(x1), "y1": _number(y1), "x2": _number(x2), "y2": _number(y2)}
        ET.SubElement(root, "line", {"class": f"s-{style}", **at})
    for mark in picture.marks:
        _mark(root, mark)
    for label in picture.labels:
        _label(root, label)
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode", short_empty_elements=True) + "\n"


def _mark(root: ET.Element, mark: Mark) -> None:
    group = ET.SubElement(root, "g", {"class": f"f-{mark.style}"})
    if mark.tip:
        ET.SubElement(group, "title").text = mark.tip
    if mark.style == ACT:
        x, y, r = mark.x, mark.y, mark.radius
        points = ((x, y - r), (x + r, y), (x, y + r), (x - r, y))
        ET.SubElement(group, "polygon", {"points": " ".join(f"{_number(a)},{_number(b)}" for a, b in points)})
    else:
        at = {"cx": _number(mark.x), "cy": _number(mark.y), "r": _number(mark.radius)}
        ET.SubElement(group, "circle", at)
    if mark.number > 1:
        at = {"x": _number(mark.x), "y": _number(mark.y + 3.8), "class": "count", "text-anchor": "middle"}
        ET.SubElement(group, "text", at).text = str(mark.number)


def _label(root: ET.Element, label: Label) -> None:
    at = {"x": _number(label.x), "y": _number(label.y), "class": f"f-{label.style}", "font-size": _number(label.size)}
    if label.bold:
        at["font-weight"] = "600"
    if label.anchor != "start":
        at["text-anchor"] = label.anchor
    element = ET.SubElement(root, "text", at)
    if label.tip:
        # A tooltip is a child of its text and precedes the visible words.
        tip = ET.SubElement(element, "title")
        tip.text, tip.tail = label.tip, label.text
    else:
        element.text = label.text


def _style(prefix: str) -> str:
    """A style sheet with plain colours, since office and drawing programs do not support variables."""
    rules = [
        f".{prefix}{{font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif}}",
        f".{prefix} .count{{font-size:10px;font-weight:600}}",
        f".{prefix} line{{stroke-width:1}}",
        f".{prefix} .s-axis{{stroke-width:2}}",
        f".{prefix} .s-today{{stroke-dasharray:4 3}}",
        *_colours(prefix, _LIGHT),
        f"@media screen and (prefers-color-scheme:dark){{{''.join(_colours(prefix, _DARK))}}}",
    ]
    return "\n" + "\n".join(rules) + "\n"


def _colours(prefix: str, values: Sequence[str]) -> list[str]:
    named = dict(zip(_NAMES, values, strict=True))
    strokes = {"line": "line", ".s-axis": "ink", ".s-act": ACT, ".s-today": "prohibition"}
    return [
        f".{prefix} .paper,.{prefix} .count{{fill:{named['paper']}}}",
        *(f".{prefix} .f-{name}{{fill:{named[name]}}}" for name in _NAMES[1:]),
        *(f".{prefix} {what}{{stroke:{named[name]}}}" for what, name in strokes.items()),
    ]


def _described(timeline: Timeline, words: TimelineWords) -> str:
    """A description of the image for people who cannot see it: the beginning of the list."""
    rows = rows_of(timeline.items, words)
    lines = [f"{row.when}: {' – '.join(part for part in (row.head, row.place) if part)}" for row in rows[:40]]
    more = [words("more_rows", count=len(rows) - 40)] if len(rows) > 40 else []
    return "\n".join([words("dates", count=len(timeline.items)) + ".", *lines, *more])


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
