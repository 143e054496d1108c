"""What stands where in the picture of a timeline: on top the line of time, below it the dates in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from dutybook.export.timeline import ACT, Item, Timeline
from dutybook.export.timeline_layout import Bubble, Flag, Scale, bubbles, cut, flags, scale_for, width_of, wrap
from dutybook.export.timeline_rows import Row, rows_of
from dutybook.export.timeline_words import TimelineWords, timeline_words

WIDTH = 1080.0
_MARGIN = 40.0
_GUTTER = 150.0
"""From the left edge to the line of time: the names of the lanes stand there."""
_FLAG = 250.0
_SMALL, _TEXT, _TITLE = 11.5, 13.0, 20.0
_LANE, _FLAG_LANE, _LINE, _ROW_GAP = 32.0, 32.0, 18.0, 11.0


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text in the picture: ``x`` is its left edge, its middle or its right one (``anchor``), ``y`` its baseline."""

    x: float
    y: float
    text: str
    size: float
    style: str = "ink"
    bold: bool = False
    anchor: str = "start"
    tip: str = ""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom, as far as widths can be told."""
        width = width_of(self.text, self.size, bold=self.bold)
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return left, self.y - 0.78 * self.size, left + width, self.y + 0.22 * self.size


@dataclass(frozen=True, slots=True)
class Mark:
    """A circle, or for dates of the act a diamond, with a number inside where it stands for several."""

    x: float
    y: float
    radius: float
    style: str
    number: int = 1
    tip: str = ""


@dataclass(slots=True)
class Picture:
    """What is drawn. ``lines`` are (x1, y1, x2, y2, style)."""

    height: float = 0.0
    labels: list[Label] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    lines: list[tuple[float, float, float, float, str]] = field(default_factory=list)


def lay_out(timeline: Timeline, today: date | None = None, words: TimelineWords | None = None) -> Picture:
    """Where everything stands: header, line of time, list, footer, from top to bottom."""
    picture = Picture()
    words = words or timeline_words()
    y = _header(picture, timeline, words)
    if timeline.items:
        y = _chart(picture, timeline, today, y, words)
        y = _list(picture, rows_of(timeline.items, words), y)
    else:
        picture.labels.append(Label(_MARGIN, y + 24, words("nothing"), _TEXT))
        y += 40
    picture.height = _footer(picture, timeline, y, words)
    return picture


def _header(picture: Picture, timeline: Timeline, words: TimelineWords) -> float:
    y = 30.0
    for line in wrap(timeline.title, WIDTH - 2 * _MARGIN, _TITLE, 3, bold=True):
        y += 25
        picture.labels.append(Label(_MARGIN, y - 8, line, _TITLE, bold=True))
    days = [item.day for item in timeline.items]
    span = f"{words.day(min(days))} – {words.day(max(days))}" if days else ""
    number = words("dates", count=len(days))
    about = " · ".join(part for part in (timeline.number, timeline.language, number, span) if part)
    picture.labels.append(Label(_MARGIN, y + 14, cut(about, WIDTH - 2 * _MARGIN, _TEXT), _TEXT, "muted"))
    return y + 24


def _chart(picture: Picture, timeline: Timeline, today: date | None, top: float, words: TimelineWords) -> float:
    """The line of time; returns where it ends."""
    days = [item.day for item in timeline.items]
    scale = scale_for(days, _GUTTER + 14, WIDTH - _MARGIN - 10)
    axis = _act_lane(picture, [i for i in timeline.items if i.kind == ACT], scale, top + 14, words)
    y = axis
    for kind in (kind for kind in timeline.kinds if kind != ACT):
        y += _LANE
        picture.lines.append((_GUTTER, y, WIDTH - _MARGIN, y, "line"))
        picture.labels.append(Label(_GUTTER - 12, y + 4, words(f"lane.{kind}"), _SMALL, "muted", anchor="end"))
        _dots(picture, [i for i in timeline.items if i.kind == kind], kind, scale, y, words)
    bottom = y + 18
    for day, name in scale.ticks(64, words.month):
        x = scale.x(day)
        picture.lines.insert(0, (x, axis, x, bottom, "line"))
        picture.labels.append(Label(x, bottom + 14, name, _SMALL, "muted", anchor="middle"))
    if today is not None and scale.first <= today <= scale.last:
        x = scale.x(today)
        picture.lines.append((x, axis, x, bottom, "today"))
        told = words("today", day=words.day(today))
        half = width_of(told, _SMALL) / 2
        picture.labels.append(Label(min(max(x, half), WIDTH - half), bottom + 31, told, _SMALL, anchor="middle"))
        bottom += 17
    return bottom + 34


def _act_lane(picture: Picture, items: Sequence[Item], scale: Scale, top: float, words: TimelineWords) -> float:
    """The act's own dates as flags over the line; returns where the line is."""
    grouped: dict[date, list[Item]] = {}
    for item in items:
        grouped.setdefault(item.day, []).append(item)
    told = [(day, _told(group), group) for day, group in grouped.items()]
    widths = [
        min(_FLAG, max(width_of(label, _SMALL, bold=True), width_of(words.day(day), _SMALL))) + 9
        for day, label, _ in told
    ]
    placed = flags(
        [(scale.x(day), width) for (day, _, _), width in zip(told, widths, strict=True)], WIDTH - _MARGIN / 2
    )
    lanes = max((flag.lane for flag in placed), default=-1) + 1
    axis = top + lanes * _FLAG_LANE + 16
    picture.lines.append((_GUTTER, axis, WIDTH - _MARGIN, axis, "axis"))
    picture.labels.append(Label(_GUTTER - 12, axis + 4, words(f"lane.{ACT}"), _SMALL, "muted", anchor="end"))
    for (day, label, group), flag in zip(told, placed, strict=True):
        _flag(picture, (words.day(day), label), group, flag, axis)
    return axis


def _told(items: Iterable[Item]) -> str:
    """Dates of one day as one label: what they say, each with all it is limited to."""
    scopes: dict[str, list[str]] = {}
    for item in items:
        scopes.setdefault(item.what, []).extend([item.scope] if item.scope else [])
    return "; ".join(f"{what} ({', '.join(dict.fromkeys(parts))})" if parts else what for what, parts in scopes.items())


def _flag(picture: Picture, told: tuple[str, str], items: Sequence[Item], flag: Flag, axis: float) -> None:
    day, label = told
    y = axis - 16 - flag.lane * _FLAG_LANE
    picture.lines.append((flag.x, y - 24, flag.x, axis, ACT))
    tip = f"{day}: {label}\n" + "\n".join(item.words for item in items if item.words)
    flipped = flag.start < flag.x
    x, anchor = (flag.x - 5, "end") if flipped else (flag.x + 5, "start")
    words = cut(label, flag.end - flag.start - 8, _SMALL, bold=True)
    picture.labels.append(Label(x, y - 14, words, _SMALL, bold=True, anchor=anchor, tip=tip))
    picture.labels.append(Label(x, y, day, _SMALL, "muted", anchor=anchor))
    picture.marks.append(Mark(flag.x, axis, 6, ACT, tip=tip))


def _dots(picture: Picture, items: Sequence[Item], kind: str, scale: Scale, y: float, words: TimelineWords) -> None:
    for bubble in bubbles([scale.x(item.day) for item in items], 27):
        number = len(bubble.items)
        radius = 6.5 if number == 1 else 9.0 if number < 10 else 11.0 if number < 100 else 13.0
        picture.marks.append(Mark(round(bubble.x, 2), y, radius, kind, number, _tip(items, bubble, words)))


def _tip(items: Sequence[Item], bubble: Bubble, words: TimelineWords) -> str:
    lines = [f"{words.day(items[n].day)}: {items[n].label} {items[n].place}".strip() for n in bubble.items[:12]]
    more = len(bubble.items) - len(lines)
    return "\n".join([*(line[:300] for line in lines), *([words("more", count=more)] if more else [])])


def _list(picture: Picture, rows: Sequence[Row], top: float) -> float:
    """The dates in words, by year; returns where the list ends."""
    y, year, when = top, 0, ""
    left, right = _GUTTER + 14, WIDTH - _MARGIN
    for row in rows:
        if row.year != year:
            y += 16
            year = row.year
            picture.labels.append(Label(_MARGIN, y, str(year), 15, bold=True))
            picture.lines.append((_MARGIN, y + 8, right, y + 8, "line"))
            y += 30
        place = cut(row.place, 160, _SMALL)
        room = right - left - (width_of(place, _SMALL) + 24 if place else 0)
        if row.when != when:
            when = row.when
            picture.labels.append(Label(_GUTTER - 18, y, when, _SMALL, "muted", anchor="end"))
        picture.marks.append(Mark(_GUTTER - 2, y - 4, 5, row.kind))
        head = (
            wrap(row.head + (" ↻" if row.returns else ""), room, _TEXT, 1, bold=True) if row.head or row.returns else []
        )
        lines = [*((line, True) for line in head), *((line, False) for line in wrap(row.text, room, _TEXT, 2))]
        if place:
            picture.labels.append(Label(right, y, place, _SMALL, "muted", anchor="end"))
        for number, (line, bold) in enumerate(lines):
            style = "ink" if bold or not head else "muted"
            picture.labels.append(
                Label(left, y + number * _LINE, line, _TEXT, style, bold, tip=row.text if bold else "")
            )
        y += max(1, len(lines)) * _LINE + _ROW_GAP
    return y


def _footer(picture: Picture, timeline: Timeline, top: float, words: TimelineWords) -> float:
    y = top + 12
    picture.lines.append((_MARGIN, y, WIDTH - _MARGIN, y, "line"))
    x = _MARGIN
    for kind in timeline.kinds:
        picture.marks.append(Mark(x + 6, y + 20, 5, kind))
        picture.labels.append(Label(x + 17, y + 24, words(f"lane.{kind}"), _SMALL, "muted"))
        x += 17 + width_of(words(f"lane.{kind}"), _SMALL) + 22
    if any(item.returns for item in timeline.items):
        picture.labels.append(Label(x, y + 24, "↻ " + words("returns"), _SMALL, "muted"))
    if timeline.undated:
        says = words("undated", count=timeline.undated)
        picture.labels.append(Label(_MARGIN, y + 44, says, _SMALL, "muted"))
        y += 20
    return y + 44
