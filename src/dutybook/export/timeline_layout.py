"""Where things stand in the picture of a timeline: widths of text, lines that fit, a scale of time, lanes without collisions.

Lengths are in user units of SVG (px). Widths of letters are estimates on the wide side, since the reader's fonts are not known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

# Advance widths in thousandths of the type size, of a common sans serif; what is not listed counts as a wide letter.
_NARROW = "ijl|.,:;'!()[]{}’‘·ıíìîï"
_SLIM = 'frtI-/\\"“”„*°\u00a0 ˈ–'
_WIDE = "mwMW@%—…œŒæÆ"
#: English, whatever the machine's own language: the picture is the same everywhere.
_LETTER, _CAPITAL, _FULL = 0.58, 0.7, 1.02


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide ``text`` is at a type size; rather more than less."""
    total = sum(_advance(character) for character in text)
    return total * size * (1.08 if bold else 1.0)


def _advance(character: str) -> float:
    if character in _NARROW:
        return 0.3
    if character in _SLIM:
        return 0.42
    if character in _WIDE:
        return 0.98
    if ord(character) >= 0x2E80:
        return _FULL
    return _CAPITAL if character.isupper() else _LETTER


def cut(text: str, width: float, size: float, *, bold: bool = False) -> str:
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


def wrap(text: str, width: float, size: float, most: int, *, bold: bool = False) -> list[str]:
    """``text`` in at most ``most`` lines that fit; the last ends with an ellipsis where there is more."""
    lines: list[str] = []
    rest = text.split()
    while rest and len(lines) < most - 1:
        taken = 1
        while taken < len(rest) and width_of(" ".join(rest[: taken + 1]), size, bold=bold) <= width:
            taken += 1
        lines.append(cut(" ".join(rest[:taken]), width, size, bold=bold))
        rest = rest[taken:]
    if rest:
        lines.append(cut(" ".join(rest), width, size, bold=bold))
    return lines


@dataclass(frozen=True, slots=True)
class Scale:
    """Days on a line from ``left`` to ``right``."""

    first: date
    last: date
    left: float
    right: float

    def x(self, day: date) -> float:
        """Where a day is; days outside stand at the ends."""
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
    """A scale that holds all ``days`` with some room at both ends."""
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
    """Labels beside their stems, given as (x, width) from left to right, in lanes so that none touches another.

    A label stands right of its stem or, where it would leave the picture, left of it. Each is higher than all that it
    reaches over, those on the right of their stems first and from the right, so that stems run beside labels.
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
    """Several dates that are too near to be told apart: at ``x``, the numbers of their items."""

    x: float
    items: tuple[int, ...]


def bubbles(places: Sequence[float], apart: float) -> list[Bubble]:
    """Places (ascending) gathered into bubbles at least ``apart`` from each other, each in the middle of its places."""
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
