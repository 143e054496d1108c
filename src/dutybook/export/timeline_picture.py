"""Lays out the picture of a timeline: the axis with its marks on top, the dates in words below.

Lengths are in user units of SVG (px). Widths of letters are generous estimates, since the reader's fonts are not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from dutybook.export.timeline import ACT, Item, Timeline, TimelineWords, timeline_words

# Advance widths in shares of the type size, those of DejaVu Sans, the widest of the common sans serifs: what fits in it fits in
# all. What is not listed counts as a letter, small or capital.
_NARROW = "ijl|.,:;'!’‘·ıíìîï"
_SLIM = "frtI-/\\*°\u00a0 ˈ–"
_BRACKETS = '()[]{}“”„«»"'
_WIDE = "mwMW@%—…œŒæÆ"
_LETTER, _DIGIT, _CAPITAL, _FULL = 0.62, 0.64, 0.72, 1.02
#: By how much bold letters are wider.
_BOLD = 1.12


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """The estimated width of ``text`` at a font size, rather too large than too small."""
    total = sum(_advance(character) for character in text)
    return total * size * (_BOLD if bold else 1.0)


def _advance(character: str) -> float:
    if character in _NARROW:
        return 0.32
    if character in _SLIM:
        return 0.42
    if character in _BRACKETS:
        return 0.5
    if character.isdecimal():
        return _DIGIT
    if character in _WIDE:
        return 0.98
    if ord(character) >= 0x2E80:
        return _FULL
    return _CAPITAL if character.isupper() else _LETTER


def shorten_label(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """``text`` if it fits, else its beginning with an ellipsis."""
    if width_of(text, size, bold=bold) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width_of(text[:middle].rstrip() + "…", size, bold=bold) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip(" ,;:(–-") + "…"


def wrap_label(text: str, width: float, size: float, most: int, *, bold: bool = False) -> list[str]:
    """``text`` in at most ``most`` lines that fit; the last ends with an ellipsis where there is more."""
    lines: list[str] = []
    rest = text.split()
    while rest and len(lines) < most - 1:
        taken = 1
        while taken < len(rest) and width_of(" ".join(rest[: taken + 1]), size, bold=bold) <= width:
            taken += 1
        lines.append(shorten_label(" ".join(rest[:taken]), width, size, bold=bold))
        rest = rest[taken:]
    if rest:
        lines.append(shorten_label(" ".join(rest), width, size, bold=bold))
    return lines


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear scale of days from ``left`` to ``right``."""

    first: date
    last: date
    left: float
    right: float

    def x(self, day: date) -> float:
        """The position of a day. Days outside are put at the ends."""
        whole = (self.last - self.first).days or 1
        share = (day - self.first).days / whole
        return round(self.left + (self.right - self.left) * min(1.0, max(0.0, share)), 2)

    def ticks(self, apart: float, month: Callable[[date], str]) -> list[tuple[date, str]]:
        """Beginnings of years, or of months where time is short (``month`` names them), at least ``apart`` from each other."""
        made: list[tuple[date, str]] = []
        length = (self.last.year - self.first.year + 1) * 12
        for months in (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 24000):
            if length / months > 2 * (self.right - self.left) / apart + 30:
                continue  # too many to be worth a look
            made = [(day, month(day) if months < 12 else f"{day.year}") for day in self._beginnings(months)]
            steps = [self.x(b) - self.x(a) for (a, _), (b, _) in pairwise(made)]
            if all(step >= apart for step in steps):
                return made
        return made[:1]

    def _beginnings(self, months: int) -> list[date]:
        year, month = self.first.year, 1
        if months >= 12:
            year -= year % (months // 12)
        made: list[date] = []
        while year <= min(self.last.year, 9999):
            if year >= 1 and self.first <= (day := date(year, month, 1)) <= self.last:
                made.append(day)
            year, month = year + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1
        return made


def scale_for(days: Sequence[date], left: float, right: float) -> Scale:
    """A scale that contains all ``days``, with some room at both ends."""
    first, last = min(days), max(days)
    room = max((last - first).days // 30, 20)
    earliest = timedelta(days=min(room, (first - date.min).days))
    latest = timedelta(days=min(room, (date.max - last).days))
    return Scale(first - earliest, last + latest, left, right)


@dataclass(frozen=True, slots=True)
class Flag:
    """A label on a stem: the stem stands at ``x``, the label from ``start`` to ``end`` in ``lane``, 0 the lowest."""

    x: float
    start: float
    end: float
    lane: int


def flags(stems: Sequence[tuple[float, float]], right: float, gap: float = 10.0) -> list[Flag]:
    """Place labels next to their stems, given as (x, width) from left to right, in lanes so that none touches another.

    A label stands to the right of its stem or, where it would leave the image, to the left. It is higher than all
    labels that it overlaps: those to the right of their stems first, from right to left, so that stems do not cross
    labels.
    """
    made: dict[int, Flag] = {}
    flipped = [number for number, (x, width) in enumerate(stems) if x + width > right]
    order = [number for number in reversed(range(len(stems))) if number not in flipped]
    for number in [*order, *flipped]:
        x, width = stems[number]
        start = max(0.0, x - width) if number in flipped else x
        end = start + width
        below = [f.lane for f in made.values() if start - gap < max(f.end, f.x) and min(f.start, f.x) < end + gap]
        made[number] = Flag(x, start, end, max(below, default=-1) + 1)
    return [made[number] for number in range(len(stems))]


@dataclass(frozen=True, slots=True)
class Bubble:
    """Several dates that are too close to be separate marks: its ``x``, and the indexes of their items."""

    x: float
    items: tuple[int, ...]


def bubbles(places: Sequence[float], apart: float) -> list[Bubble]:
    """Group ascending positions into bubbles at least ``apart`` from each other, each in the middle of its positions."""
    made: list[list[int]] = []
    for number, place in enumerate(places):
        if made and place - places[made[-1][0]] < apart:
            made[-1].append(number)
        else:
            made.append([number])
    middles = [sum(places[n] for n in group) / len(group) for group in made]
    # Middles of neighbours may have come nearer than their groups began: join those, too.
    joined: list[Bubble] = []
    for group, middle in zip(made, middles, strict=True):
        if joined and middle - joined[-1].x < apart:
            items = (*joined[-1].items, *group)
            joined[-1] = Bubble(sum(places[n] for n in items) / len(items), items)
        else:
            joined.append(Bubble(middle, tuple(group)))
    return joined


#: More rows than this are gathered: by day, then by month, then by year.
MOST_ROWS = 50
#: The most dates of the act itself that have a row each.
_ACT_ROWS = 25
_PLACES = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list: the formatted date ``when``, ``head`` in bold, ``text``, and ``place`` at the right."""

    year: int
    when: str
    kind: str
    head: str
    text: str
    place: str
    returns: bool = False


def rows_of(items: Sequence[Item], words: TimelineWords | None = None) -> list[Row]:
    """The list in order of time. Dates of the act itself have a row each unless there are very many."""
    words = words or timeline_words()
    if len(items) <= MOST_ROWS:
        return [_single(item, words) for item in items]
    for gathered in (
        _by(_whole),
        _by(lambda d: (d.year, d.month)),
        _by(lambda d: (d.year,)),
    ):
        rows = gathered(items, words)
        if len(rows) <= MOST_ROWS:
            return rows
    return rows


def _single(item: Item, words: TimelineWords) -> Row:
    if item.kind == ACT:
        head = item.label
        return Row(item.day.year, words.day(item.day), ACT, head, item.words, item.place)
    return Row(item.day.year, words.day(item.day), item.kind, item.what, item.words, item.place, item.returns)


def _whole(day: date) -> tuple[int, int, int]:
    return day.year, day.month, day.day


def _by(key: Callable[[date], tuple[int, ...]]) -> Callable[[Sequence[Item], TimelineWords], list[Row]]:
    def gathered(items: Sequence[Item], words: TimelineWords) -> list[Row]:
        groups: dict[tuple[tuple[int, ...], str], list[Item]] = {}
        apart = sum(item.kind == ACT for item in items) <= _ACT_ROWS
        for item in items:
            alone = (*_whole(item.day), len(groups)) if apart and item.kind == ACT else ()
            groups.setdefault((alone or key(item.day), item.kind), []).append(item)
        return [_group(when, kind, group, words) for (when, kind), group in groups.items()]

    return gathered


def _group(when: tuple[int, ...], kind: str, items: list[Item], words: TimelineWords) -> Row:
    if len(items) == 1:
        return _single(items[0], words)
    first = items[0].day
    written = (str(first.year), words.month(first), words.day(first))[min(len(when), 3) - 1]
    if kind == ACT:
        text = "; ".join(dict.fromkeys(item.label for item in items))
    else:
        places = list(dict.fromkeys(item.place for item in items if item.place))
        more = f" {words('more', count=len(places) - _PLACES)}" if len(places) > _PLACES else ""
        text = ", ".join(places[:_PLACES]) + more
    head = words(f"several.{kind}", count=len(items))
    return Row(when[0], written, kind, head, text, "", any(item.returns for item in items))


WIDTH = 1080.0
_MARGIN = 40.0
_GUTTER = 150.0
"""From the left edge to the line of time: the names of the lanes stand there."""
_FLAG = 250.0
_SMALL, _TEXT, _TITLE = 11.5, 13.0, 20.0
_LANE, _FLAG_LANE, _LINE, _ROW_GAP = 32.0, 32.0, 18.0, 11.0


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text in the image: ``x`` is its left edge, middle or right edge (``anchor``), ``y`` its baseline."""

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
        """Left, top, right and bottom, estimated."""
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
    """Everything that is drawn. ``lines`` are (x1, y1, x2, y2, style)."""

    height: float = 0.0
    labels: list[Label] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    lines: list[tuple[float, float, float, float, str]] = field(default_factory=list)


def lay_out(timeline: Timeline, today: date | None = None, words: TimelineWords | None = None) -> Picture:
    """Lay out the image from top to bottom: header, axis, list, footer."""
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
    for line in wrap_label(timeline.title, WIDTH - 2 * _MARGIN, _TITLE, 3, bold=True):
        y += 25
        picture.labels.append(Label(_MARGIN, y - 8, line, _TITLE, bold=True))
    days = [item.day for item in timeline.items]
    span = f"{words.day(min(days))} – {words.day(max(days))}" if days else ""
    number = words("dates", count=len(days))
    about = " · ".join(part for part in (timeline.number, timeline.language, number, span) if part)
    picture.labels.append(Label(_MARGIN, y + 14, shorten_label(about, WIDTH - 2 * _MARGIN, _TEXT), _TEXT, "muted"))
    return y + 24


def _chart(picture: Picture, timeline: Timeline, today: date | None, top: float, words: TimelineWords) -> float:
    """Lay out the axis with its lanes; returns its lower edge."""
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
        text = words("today", day=words.day(today))
        half = width_of(text, _SMALL) / 2
        picture.labels.append(Label(min(max(x, half), WIDTH - half), bottom + 31, text, _SMALL, anchor="middle"))
        bottom += 17
    return bottom + 34


def _act_lane(picture: Picture, items: Sequence[Item], scale: Scale, top: float, words: TimelineWords) -> float:
    """Lay out the act's own dates as flags over the axis; returns the position of the axis."""
    grouped: dict[date, list[Item]] = {}
    for item in items:
        grouped.setdefault(item.day, []).append(item)
    labelled = [(day, _join_labels(group), group) for day, group in grouped.items()]
    widths = [
        min(_FLAG, max(width_of(label, _SMALL, bold=True), width_of(words.day(day), _SMALL))) + 9
        for day, label, _ in labelled
    ]
    placed = flags(
        [(scale.x(day), width) for (day, _, _), width in zip(labelled, widths, strict=True)], WIDTH - _MARGIN / 2
    )
    lanes = max((flag.lane for flag in placed), default=-1) + 1
    axis = top + lanes * _FLAG_LANE + 16
    picture.lines.append((_GUTTER, axis, WIDTH - _MARGIN, axis, "axis"))
    picture.labels.append(Label(_GUTTER - 12, axis + 4, words(f"lane.{ACT}"), _SMALL, "muted", anchor="end"))
    for (day, label, group), flag in zip(labelled, placed, strict=True):
        _flag(picture, (words.day(day), label), group, flag, axis)
    return axis


def _join_labels(items: Iterable[Item]) -> str:
    """The dates of one day as one label."""
    scopes: dict[str, list[str]] = {}
    for item in items:
        scopes.setdefault(item.what, []).extend([item.scope] if item.scope else [])
    return "; ".join(f"{what} ({', '.join(dict.fromkeys(parts))})" if parts else what for what, parts in scopes.items())


def _flag(picture: Picture, texts: tuple[str, str], items: Sequence[Item], flag: Flag, axis: float) -> None:
    day, label = texts
    y = axis - 16 - flag.lane * _FLAG_LANE
    picture.lines.append((flag.x, y - 24, flag.x, axis, ACT))
    tip = f"{day}: {label}\n" + "\n".join(item.words for item in items if item.words)
    flipped = flag.start < flag.x
    x, anchor = (flag.x - 5, "end") if flipped else (flag.x + 5, "start")
    words = shorten_label(label, flag.end - flag.start - 8, _SMALL, bold=True)
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
    """Lay out the dates in words, by year; returns the lower edge of the list."""
    y, year, when = top, 0, ""
    left, right = _GUTTER + 14, WIDTH - _MARGIN
    for row in rows:
        if row.year != year:
            y += 16
            year = row.year
            picture.labels.append(Label(_MARGIN, y, str(year), 15, bold=True))
            picture.lines.append((_MARGIN, y + 8, right, y + 8, "line"))
            y += 30
        place = shorten_label(row.place, 160, _SMALL)
        room = right - left - (width_of(place, _SMALL) + 24 if place else 0)
        if row.when != when:
            when = row.when
            picture.labels.append(Label(_GUTTER - 18, y, when, _SMALL, "muted", anchor="end"))
        picture.marks.append(Mark(_GUTTER - 2, y - 4, 5, row.kind))
        head = (
            wrap_label(row.head + (" ↻" if row.returns else ""), room, _TEXT, 1, bold=True)
            if row.head or row.returns
            else []
        )
        lines = [*((line, True) for line in head), *((line, False) for line in wrap_label(row.text, room, _TEXT, 2))]
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
