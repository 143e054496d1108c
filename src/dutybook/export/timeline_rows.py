"""The list under the picture of a timeline: single dates while there are few, groups where there are many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from dutybook.export.timeline import ACT, Item
from dutybook.export.timeline_words import TimelineWords, timeline_words

#: More rows than this are gathered: by day, then by month, then by year.
MOST_ROWS = 50
#: So many dates of the act itself are told one by one, whatever is gathered.
_ACT_ROWS = 25
_PLACES = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list: ``when`` as it is written, in bold ``head``, then ``text``; ``place`` at the right."""

    year: int
    when: str
    kind: str
    head: str
    text: str
    place: str
    returns: bool = False


def rows_of(items: Sequence[Item], words: TimelineWords | None = None) -> list[Row]:
    """The list, in order of time; dates of the act itself are told one by one where they are not very many."""
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
        told = "; ".join(dict.fromkeys(item.label for item in items))
    else:
        places = list(dict.fromkeys(item.place for item in items if item.place))
        more = f" {words('more', count=len(places) - _PLACES)}" if len(places) > _PLACES else ""
        told = ", ".join(places[:_PLACES]) + more
    head = words(f"several.{kind}", count=len(items))
    return Row(when[0], written, kind, head, told, "", any(item.returns for item in items))
