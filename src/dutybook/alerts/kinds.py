"""The kinds of events that an alert may ask for, by the names that users type."""

from __future__ import annotations

from collections.abc import Iterable

from dutybook.errors import BadFilter
from dutybook.resolve.identity.changes import ChangeKind

NEW = "new"
REPEALED = "repealed"
MOVED = "deadline-moved"
APPROACHING = "approaching"
DOCUMENT = "document"
NEWS = "news"
EXPECTED = "expected"

#: Kinds of change as they are called here.
OF_CHANGE: dict[str, str] = {kind.value: kind.value.replace(" ", "-") for kind in ChangeKind} | {
    ChangeKind.ADDED.value: NEW
}
#: A changed norm, whatever the kind of change; another number alone is none.
CHANGED = ("tightened", "relaxed", MOVED, "bearer-changed", "reworded", "corrected")
ALL = (NEW, *CHANGED, "renumbered", REPEALED, APPROACHING, DOCUMENT, NEWS, EXPECTED)
DEFAULT = (NEW, *CHANGED, REPEALED, APPROACHING, NEWS, EXPECTED)
_GROUPS = {"changed": CHANGED, "all": ALL, "moved": (MOVED,), "due": (APPROACHING,)}

DAYS = (90, 30, 7, 1)
_MOST_DAYS = 3650


def parse_kinds(given: Iterable[str]) -> frozenset[str]:
    """Kinds from typed text, separated by commas. Without any, the usual kinds.

    >>> sorted(parse_kinds(["new, deadline moved"]))
    ['deadline-moved', 'new']

    Raises:
        BadFilter: there is no such kind.
    """
    names = ["-".join(name.split()).lower() for text in given for name in text.split(",") if name.strip()]
    found: set[str] = set()
    for name in names:
        if name in _GROUPS:
            found |= set(_GROUPS[name])
        elif name in ALL:
            found.add(name)
        else:
            raise BadFilter(f"{name!r} is nothing that an alert counts. There are: {', '.join((*ALL, *_GROUPS))}.")
    return frozenset(found or DEFAULT)


def parse_days(text: str) -> tuple[int, ...]:
    """Days before a deadline, the longest first.

    >>> parse_days("1, 30,7")
    (30, 7, 1)

    Raises:
        BadFilter: they are no numbers of days.
    """
    try:
        days = {int(day) for day in text.split(",") if day.strip()}
    except ValueError:
        days = set()
    if not days or not all(0 <= day <= _MOST_DAYS for day in days):
        raise BadFilter(f"{text!r} are no days before a deadline: give numbers, such as 90,30,7,1")
    return tuple(sorted(days, reverse=True))
