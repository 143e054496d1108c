"""What users set for an alert, as they type it: kinds of events, days before a deadline, and a schedule."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dutybook.errors import BadFilter
from dutybook.resolve.identity.changes import ChangeKind

NEW = "new"
REPEALED = "repealed"
MOVED = "deadline-moved"
APPROACHING = "approaching"
DOCUMENT = "document"
NEWS = "news"
CLAIMS = "claims"
PROCEDURES = "procedures"
EVIDENCE = "evidence"

#: Kinds of change as they are called here.
OF_CHANGE: dict[str, str] = {kind.value: kind.value.replace(" ", "-") for kind in ChangeKind} | {
    ChangeKind.ADDED.value: NEW
}
#: A changed norm, whatever the kind of change; another number alone is none.
CHANGED = ("tightened", "relaxed", MOVED, "bearer-changed", "reworded", "corrected")
ALL = (NEW, *CHANGED, "renumbered", REPEALED, APPROACHING, DOCUMENT, NEWS, CLAIMS, PROCEDURES, EVIDENCE)
DEFAULT = (NEW, *CHANGED, REPEALED, APPROACHING, NEWS, CLAIMS, PROCEDURES, EVIDENCE)
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


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WRITTEN = re.compile(r"(now|daily|weekly)(?:\s+([a-z]{3})[a-z]*)?(?:\s+(\d{1,2}):(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule: ``every`` is now, daily or weekly; ``weekday`` counts from 0, Monday."""

    every: str
    at: time = time(7)
    weekday: int = 0
    zone: str = "UTC"

    def __str__(self) -> str:
        day = f" {_DAYS[self.weekday]}" if self.every == "weekly" else ""
        return self.every if self.every == "now" else f"{self.every}{day} {self.at:%H:%M}"

    def next_after(self, now: datetime) -> datetime:
        """When an event detected ``now`` is to be sent (UTC): at once, or at the next scheduled hour.

        If a change of clocks skips that hour, it is the one after.
        """
        if self.every == "now":
            return now
        zone = ZoneInfo(self.zone)
        day = now.astimezone(zone).date()
        for later in range(9):
            wanted = day + timedelta(days=later)
            moment = datetime.combine(wanted, self.at, zone).astimezone(UTC)
            if moment > now and (self.every == "daily" or wanted.weekday() == self.weekday):
                return moment
        raise AssertionError("a week has seven days")


def local_zone() -> str:
    """The time zone of this machine (``Europe/Berlin``); UTC where it does not say."""
    named = os.environ.get("TZ", "").removeprefix(":")
    for found in (named, _zone_file(Path("/etc/timezone")), _zone_link(Path("/etc/localtime"))):
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):
            if found:
                return ZoneInfo(found).key
    return "UTC"


def _zone_file(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeError):
        return ""


def _zone_link(path: Path) -> str:
    return str(path.resolve()).rpartition("/zoneinfo/")[2] if path.is_symlink() else ""


def parse_schedule(text: str, zone: str = "UTC") -> Schedule:
    """A schedule from its typed or stored form: ``now``, ``daily 07:30``, ``weekly fri 16:00``.

    >>> str(parse_schedule("weekly friday 16:00"))
    'weekly fri 16:00'

    Raises:
        BadFilter: it is malformed, or there is no such time zone.
    """
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadFilter(f"{zone!r} is no time zone. Write it as Europe/Berlin or UTC.") from error
    plain = " ".join(text.replace("@", " ").lower().split())
    found = _WRITTEN.fullmatch("now" if plain in {"at once", "immediately"} else plain)
    if (
        found is None
        or (found[2] and (found[1] != "weekly" or found[2] not in _DAYS))
        or (found[1] == "now" and found[3])
    ):
        raise BadFilter(f'{text!r} is no schedule. Write now, "daily 07:30" or "weekly fri 16:00".')
    hour, minute = (int(found[3]), int(found[4])) if found[3] else (7, 0)
    if hour > 23 or minute > 59:
        raise BadFilter(f"{hour}:{minute:02} is no hour of the day")
    return Schedule(found[1], time(hour, minute), _DAYS.index(found[2]) if found[2] else 0, zone)
