"""A calendar (RFC 5545): an event a due date of norms and of the acts themselves, with alarms, links and recurrence.

Identifiers come from what the text says, so importing a newer export updates events and doubles none. A register that can
be written remembers what was exported: then a changed event has a higher SEQUENCE, a reworded one keeps its identifier,
and one that the register has no more is cancelled. Nothing depends on the clock unless it is given.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from dutybook.errors import BadFilter
from dutybook.export.about import VERSION
from dutybook.export.files import replacing
from dutybook.export.ics_entries import Entry, entries
from dutybook.export.ics_revisions import Revision, revise
from dutybook.export.rows import Content, RegisterContent
from dutybook.languages.reader import reader_words
from dutybook.store import Register
from dutybook.store.deadlines.calendar_entries import remembered, save
from dutybook.store.exports.supplement import snapshot

if TYPE_CHECKING:
    from icalendar import Alarm, Event

#: How long before a date one is reminded, where nothing else is asked for.
ALARMS = (timedelta(days=14), timedelta(days=1))
_UNITS = {"w": timedelta(weeks=1), "d": timedelta(days=1), "h": timedelta(hours=1)}
_LONGEST_ALARM = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a calendar is written: ``alarms`` before each date, ``now`` where the clock is to be seen, ``base`` for links.

    ``base`` is the folder from which documents with relative paths were read.
    """

    alarms: Sequence[timedelta] = field(default=ALARMS)
    now: datetime | None = None
    base: Path | None = None


def write(content: Content, path: Path) -> int:
    """Write an event a deadline and a fact that has a due date; returns the number of events.

    Without memory: identifiers are those of a first export, and every SEQUENCE is 0.
    """
    revisions = [r for r in revise(list(entries(content)), (), "", "") if r.entry]
    return _write(revisions, path, Calendar(), content.reader)


def export_calendar(
    register: Register,
    path: Path,
    filters: dict[str, object] | None = None,
    options: Calendar | None = None,
    reader: str = "en",
) -> int:
    """Write the calendar of a register and remember what was written; returns the number of events, cancelled ones too.

    A register that was opened for reading remembers nothing: what changed since the last remembered export has a higher
    SEQUENCE, and has the same again next time.

    Raises:
        BadFilter, BadRequest: as for :func:`dutybook.export.export`.
        RegisterBusy: another process kept the register locked.
    """
    chosen = options or Calendar()
    with _one_state(register), replacing(path) as part:
        content = RegisterContent(register, filters, reader, places=False, with_deadlines=True)
        revisions = revisions_of(register, content, chosen)
        count = _write(revisions, part, chosen, reader)
        if not register.read_only:
            save(register, (revision.row for revision in revisions))
    return count


def revisions_of(register: Register, content: RegisterContent, options: Calendar) -> list[Revision]:
    """What a feed with the content's filters is given now; the caller holds a transaction."""
    feed = json.dumps(content.filters, ensure_ascii=False, sort_keys=True, default=str)
    shown = list(entries(content, options.base))
    everything = shown
    memory = remembered(register)
    # An act's dates depend on nothing of other acts, and where nothing was given yet, nothing can be taken back.
    alone = content.filters.keys() <= {"work"} and not any(row.feed == feed for row in memory)
    if content.filters and not alone:
        # The filters must not hide from us what is still there, or it would be cancelled.
        here = {(e.uid, e.slot, e.words, e.start): e for e in shown}
        everything = [
            here.get((e.uid, e.slot, e.words, e.start), _hidden(e))
            for e in entries(
                RegisterContent(register, reader=content.reader, places=False, with_deadlines=True), options.base
            )
        ]
    changed = options.now.astimezone(UTC).isoformat(timespec="seconds") if options.now else ""
    return revise(everything, memory, feed, changed)


def _hidden(entry: Entry) -> Entry:
    return replace(entry, shown=False)


@contextmanager
def _one_state(register: Register) -> Iterator[None]:
    """One state of the register, and the right to write to it where it may be written."""
    if register.read_only:
        with snapshot(register):
            yield
    else:
        with register.transaction():
            yield


def alarms_of(words: Iterable[str]) -> tuple[timedelta, ...]:
    """Times before a date: ``30d``, ``2w``, ``12h``; ``none`` alone for no alarm.

    Raises:
        BadFilter: it is none of them.

    >>> alarms_of(["2w", "1d"])
    (datetime.timedelta(days=14), datetime.timedelta(days=1))
    """
    given = [word.strip().lower() for word in words]
    if given == ["none"]:
        return ()
    found: list[timedelta] = []
    for word in given:
        unit = _UNITS.get(word[-1:])
        if unit is None or not word[:-1].isdecimal() or not timedelta(0) < int(word[:-1]) * unit <= _LONGEST_ALARM:
            raise BadFilter(f"{word!r} is no time for an alarm. Write 30d, 2w or 12h; none for no alarm.")
        found.append(int(word[:-1]) * unit)
    return tuple(dict.fromkeys(found))


def _write(revisions: Sequence[Revision], path: Path, options: Calendar, reader: str) -> int:
    with path.open("wb") as file:
        file.writelines(written(revisions, options, reader))
    return len(revisions)


def written(revisions: Sequence[Revision], options: Calendar, reader: str = "en") -> Iterator[bytes]:
    """The calendar in pieces, for a file or to be sent: its head, an event a revision, its end."""
    from icalendar import Calendar as File

    calendar = File()
    calendar.add("prodid", f"-//Dutybook//{VERSION}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", reader_words("calendar", reader)("name"))
    head, end, tail = calendar.to_ical().partition(b"END:VCALENDAR")
    yield head
    for revision in revisions:
        event = _event(revision, options) if revision.entry is None else _live(revision, revision.entry, options)
        yield event.to_ical()
    yield end + tail


def _event(revision: Revision, options: Calendar) -> Event:
    """What every event has; of one that is taken back, all that is left."""
    from icalendar import Event

    row, entry = revision.row, revision.entry
    event = Event()
    event.add("uid", row.uid)
    changed = datetime.fromisoformat(row.changed) if row.changed else None
    made = entry.made if entry else datetime(1970, 1, 1, tzinfo=UTC)
    event.add("dtstamp", changed or options.now or made)
    if changed:
        event.add("last-modified", changed)
    event.add("sequence", row.sequence)
    # DATE without DTEND is one whole day, DATE-TIME without it that moment (RFC 5545, 3.6.1).
    event.add("dtstart", _in_utc(entry.start if entry else _start(row.start)))
    event.add("summary", row.summary)
    if entry is None:
        event.add("status", "CANCELLED")
    return event


def _live(revision: Revision, entry: Entry, options: Calendar) -> Event:
    event = _event(revision, options)
    if entry.rule:
        event.add("rrule", entry.rule)
    event.add("description", entry.description)
    event.add("location", entry.location)
    event.add("categories", list(entry.categories))
    if entry.url:
        event.add("url", entry.url)
    event.add("transp", "TRANSPARENT")
    if not _is_over(entry, options.now):
        for before in options.alarms:
            event.add_component(_alarm(entry.summary, before))
    return event


def _alarm(summary: str, before: timedelta) -> Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", -before)
    return alarm


def _is_over(entry: Entry, now: datetime | None) -> bool:
    """Whether nothing can be reminded of any more: a calendar that is imported would ring for all of the past at once."""
    if now is None or entry.rule:
        return False
    day = entry.start.date() if isinstance(entry.start, datetime) else entry.start
    return day < now.astimezone(UTC).date()


def _in_utc(start: date | datetime) -> date | datetime:
    return start.astimezone(UTC) if isinstance(start, datetime) and start.tzinfo else start


def _start(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if len(text) > len("2026-03-02") else date.fromisoformat(text)
