"""The list under the picture of a timeline: single dates while there are few, groups where there are many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from dutybook.export.timeline import ACT, Item
from dutybook.export.timeline_layout import MONTHS

#: More rows than this are gathered: by day, then by month, then by year.
MOST_ROWS = 50
#: So many dates of the act itself are told one by one, whatever is gathered.
_ACT_ROWS = 25
_PLACES = 12

_PLURALS = {
    "act": "dates of the act",
    "obligation": "obligations",
    "prohibition": "prohibitions",
    "permission": "permissions",
    "exemption": "exemptions",
    "event": "dates from events",
}


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


def day_in_words(day: date) -> str:
    """A day as the picture writes it.

    >>> day_in_words(date(2026, 8, 2))
    '2 Aug 2026'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def rows_of(items: Sequence[Item]) -> list[Row]:
    """The list, in order of time; dates of the act itself are told one by one where they are not very many."""
    if len(items) <= MOST_ROWS:
        return [_single(item) for item in items]
    for gathered in (
        _by(_whole),
        _by(lambda d: (d.year, d.month)),
        _by(lambda d: (d.year,)),
    ):
        rows = gathered(items)
        if len(rows) <= MOST_ROWS:
            return rows
    return rows


def _single(item: Item) -> Row:
    if item.kind == ACT:
        head = item.label
        return Row(item.day.year, day_in_words(item.day), ACT, head, item.words, item.place)
    return Row(item.day.year, day_in_words(item.day), item.kind, item.what, item.words, item.place, item.returns)


def _whole(day: date) -> tuple[int, int, int]:
    return day.year, day.month, day.day


def _by(key: Callable[[date], tuple[int, ...]]) -> Callable[[Sequence[Item]], list[Row]]:
    def gathered(items: Sequence[Item]) -> list[Row]:
        groups: dict[tuple[tuple[int, ...], str], list[Item]] = {}
        apart = sum(item.kind == ACT for item in items) <= _ACT_ROWS
        for item in items:
            alone = (*_whole(item.day), len(groups)) if apart and item.kind == ACT else ()
            groups.setdefault((alone or key(item.day), item.kind), []).append(item)
        return [_group(when, kind, group) for (when, kind), group in groups.items()]

    return gathered


def _group(when: tuple[int, ...], kind: str, items: list[Item]) -> Row:
    if len(items) == 1:
        return _single(items[0])
    written = (str(when[0]), *(MONTHS[m - 1] for m in when[1:2]), *map(str, when[2:]))
    if kind == ACT:
        told = "; ".join(dict.fromkeys(item.label for item in items))
    else:
        places = list(dict.fromkeys(item.place for item in items if item.place))
        more = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
        told = ", ".join(places[:_PLACES]) + more
    head = f"{len(items)} {_PLURALS[kind]}"
    return Row(when[0], " ".join(reversed(written)), kind, head, told, "", any(item.returns for item in items))
