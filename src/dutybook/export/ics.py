"""A calendar (RFC 5545): one all-day event a computed due date, of norms and of the acts themselves.

Identifiers come from the findings, so importing a newer export updates events and doubles none. Nothing depends on
the clock: the same register gives the same file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dutybook.export.about import VERSION
from dutybook.export.rows import Content, ObligationRow, act_of
from dutybook.export.text import clean
from dutybook.store import DeadlineRow, DocumentRow, FactRow

if TYPE_CHECKING:
    from icalendar import Event

_SUMMARY_LIMIT = 160
_TEXT_LIMIT = 4_000
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


def write(content: Content, path: Path) -> int:
    """Write an event a deadline and a fact that has a due date; returns the number of events."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", f"-//Dutybook//{VERSION}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Dutybook deadlines")
    head, end, tail = calendar.to_ical().partition(b"END:VCALENDAR")
    count = 0
    # Event by event, so that a large register needs no more memory than a small one.
    with path.open("wb") as file:
        file.write(head)
        for event in _events(content):
            file.write(event.to_ical())
            count += 1
        file.write(end + tail)
    return count


def _events(content: Content) -> Iterator[Event]:
    for row in content.rows():
        for deadline in row.norm.deadlines:
            if deadline.due and content.shows(deadline.due):
                yield _deadline_event(row, deadline, deadline.due)
    for fact, document in content.facts():
        if fact.due and content.shows(fact.due):
            yield _fact_event(fact, document, fact.due)


def _deadline_event(row: ObligationRow, deadline: DeadlineRow, due: date) -> Event:
    norm = row.norm
    who = norm.bearer or "Not named"
    action = norm.action or norm.quote
    about = [
        f"Deadline: {deadline.quote}" + (f" ({deadline.anchor})" if deadline.anchor else ""),
        f"Who: {who}",
        f"What the text says: {_lead(norm.stem)}{norm.quote}",
    ]
    return _event(
        uid=f"{deadline.id}@dutybook",
        due=due,
        summary=f"{who}: {action}" if norm.bearer else action,
        about=about,
        steps=deadline.steps,
        place=norm.place,
        page=deadline.page or norm.page,
        document=row.document,
        category=norm.modality,
    )


def _fact_event(fact: FactRow, document: DocumentRow, due: date) -> Event:
    what = fact.type.replace("_", " ").capitalize()
    return _event(
        uid=f"{fact.id}@dutybook",
        due=due,
        summary=f"{what}: {act_of(document)}",
        about=[f"What the text says: {fact.quote}"],
        steps=fact.steps,
        place="",
        page=fact.page,
        document=document,
        category=fact.type,
    )


def _event(
    *,
    uid: str,
    due: date,
    summary: str,
    about: Iterable[str],
    steps: tuple[str, ...],
    place: str,
    page: int | None,
    document: DocumentRow,
    category: str,
) -> Event:
    from icalendar import Event

    where = ", ".join(part for part in (place, act_of(document)) if part)
    lines = [
        *about,
        *([f"How the date was computed: {'; '.join(steps)}"] if steps else []),
        f"Place: {where}" + (f", page {page}" if page else ""),
        f"Source: {document.source}",
    ]
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", _stamp(document))
    # DATE without DTEND is one whole day (RFC 5545, 3.6.1).
    event.add("dtstart", due)
    event.add("summary", _short(" ".join(clean(summary).split()), _SUMMARY_LIMIT))
    event.add("description", "\n".join(_short(clean(line), _TEXT_LIMIT) for line in lines))
    event.add("location", _short(clean(where), _SUMMARY_LIMIT))
    event.add("categories", [category])
    event.add("transp", "TRANSPARENT")
    return event


def _stamp(document: DocumentRow) -> datetime:
    """When the event's information was made: the version's or the publication's date, never the clock."""
    for value in (document.version_date, document.published):
        try:
            day = date.fromisoformat(value or "")
        except ValueError:
            continue
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    return _UNDATED


def _lead(stem: str | None) -> str:
    return f"{stem} " if stem else ""


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
