"""When and where of invitations, which stand before the text of a message: of calendars (RFC 5545) and of Outlook's appointments."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

#: Calendars in messages are small; larger ones are cut off, and then say nothing.
_MOST = 200_000
_BODY_TAG = re.compile(r"<body\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Invitation:
    """``lines`` are the time and the place, as far as they are stated."""

    lines: tuple[str, ...]
    description: str = ""


def read_invitation(data: bytes) -> Invitation | None:
    """The first event of a calendar; None if it has none or is broken."""
    from icalendar import Calendar

    try:
        events: list[Any] = Calendar.from_ical(data[:_MOST]).walk("VEVENT")
        if not events:
            return None
        start, end = (events[0].decoded(name, None) for name in ("dtstart", "dtend"))
        place, description = (str(events[0].get(name, "")).strip() for name in ("location", "description"))
    except Exception:  # icalendar lets through what hostile values cause
        return None
    return Invitation(lines_of(_in_utc(start), _in_utc(end), place), description)


def lines_of(start: date | None, end: date | None, place: str) -> tuple[str, ...]:
    """The time and the place of an event as lines; empty for what is not known."""
    return tuple(line for line in (_period(start, end), " ".join(place.split())[:500]) if line)


def put_before(page: str, lines: tuple[str, ...]) -> str:
    """A page with lines before its text."""
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    body = _BODY_TAG.search(page)
    at = body.end() if body else 0
    return page[:at] + paragraphs + page[at:]


def _in_utc(moment: object) -> date | None:
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.astimezone(UTC)
    return moment if isinstance(moment, date) else None


def _period(start: date | None, end: date | None) -> str:
    if start is None:
        return ""
    first, last = _written(start), _written(end) if end is not None and type(end) is type(start) else ""
    zone = " UTC" if isinstance(start, datetime) and start.tzinfo is not None else ""
    if not last or last <= first:
        return first + zone
    same_day = last[:10] == first[:10] and len(last) > 10
    return f"{first} – {last[11:] if same_day else last}{zone}"


def _written(moment: date) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else moment.isoformat()
