"""The schedule of an alert: immediately, daily, or weekly, at an hour in a time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dutybook.errors import BadFilter

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
