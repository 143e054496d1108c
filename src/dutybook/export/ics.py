"""Gives calendar entries their identifiers and revision numbers, and cancels entries that are gone (RFC 5545, 3.8.4.7
and 3.8.7.4).

Identifiers come from the text, so importing a newer export updates events instead of duplicating them. A register
that can be written remembers what was exported: an event that changed gets a higher SEQUENCE, a reworded one keeps
its identifier, and one that the register no longer has is cancelled. Nothing depends on the clock unless a time is
given.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from dutybook.errors import BadFilter
from dutybook.export.content import VERSION, Content
from dutybook.export.exporting import one_state, replacing
from dutybook.export.ics_entries import Entry, entries
from dutybook.languages.reader import reader_words
from dutybook.records import content_id
from dutybook.records.dates import in_utc, parse_moment, utc_text
from dutybook.store import Register
from dutybook.store.deadlines.events import CalendarRow, remembered, save

if TYPE_CHECKING:
    from icalendar import Alarm, Event


@dataclass(frozen=True, slots=True)
class Revision:
    """What is written for one identifier: ``entry`` is None if it is cancelled. ``row`` is what is remembered."""

    row: CalendarRow
    entry: Entry | None


def revise(entries: Sequence[Entry], memory: Sequence[CalendarRow], feed: str, changed: str) -> list[Revision]:
    """The entries that ``feed`` shows, in the order of ``entries``, then those that it cancels.

    Args:
        entries: all entries of the register. Those that the filters leave out are not ``visible``.
        memory: what was written before, in every feed.
        feed: the feed that is written.
        changed: the time that new and changed entries get, ISO 8601; empty if no clock is given.

    An entry that a filter leaves out is omitted without a cancellation, since it is still true. But if the feed
    showed it on another day before, it is written once more with its present date. What the register no longer has is
    cancelled.
    """
    latest = _latest(memory)
    mine = {row.uid: row for row in memory if row.feed == feed}
    made: list[Revision] = []
    live: set[str] = set()
    for entry, uid in zip(entries, _named(entries, latest), strict=True):
        live.add(uid)
        before = mine.get(uid)
        moved = before is not None and not before.cancelled and before.start != str(entry.start)
        if entry.visible or moved:
            made.append(Revision(_row(entry, uid, latest.get(uid), feed, changed), entry))
    for uid, row in mine.items():
        if uid not in live:
            last = latest[uid]
            cancelled = (
                row
                if row.cancelled
                else replace(
                    last, feed=feed, cancelled=True, changed=changed, sequence=last.sequence + (not last.cancelled)
                )
            )
            made.append(Revision(cancelled, None))
    return made


def _latest(memory: Sequence[CalendarRow]) -> dict[str, CalendarRow]:
    """The newest state of each identifier over all feeds."""
    latest: dict[str, CalendarRow] = {}
    for row in memory:
        if row.uid not in latest or latest[row.uid].sequence < row.sequence:
            latest[row.uid] = row
    return latest


def _row(entry: Entry, uid: str, last: CalendarRow | None, feed: str, changed: str) -> CalendarRow:
    row = CalendarRow(
        feed, uid, entry.slot, entry.words, entry.digest, 0, False, changed, str(entry.start), entry.summary
    )
    if last is None:
        return row
    if last.digest == row.digest and not last.cancelled:
        return replace(row, sequence=last.sequence, changed=last.changed)
    return replace(row, sequence=last.sequence + 1)


def _named(entries: Sequence[Entry], latest: dict[str, CalendarRow]) -> list[str]:
    """An identifier for each entry: its own, else that of the same words before, else that of other words at its
    place, else a new one.

    A new identifier depends only on the text, not on its place in the file or on other entries, so it is the same
    in every register.
    """
    known = {(row.slot, row.words): uid for uid, row in latest.items()}
    names: list[str | None] = [entry.uid or known.get((entry.slot, entry.words)) for entry in entries]
    taken = _first_of_each(names)
    reworded: dict[str, list[CalendarRow]] = defaultdict(list)
    for uid, row in latest.items():
        if uid not in taken and not row.cancelled:
            reworded[row.slot].append(row)
    for at, entry in enumerate(entries):
        if names[at] is None:
            before = reworded.get(entry.slot)
            names[at] = before.pop(0).uid if before else _new(entry, taken | latest.keys())
            taken.add(names[at] or "")
    return [name or "" for name in names]


def _first_of_each(names: list[str | None]) -> set[str]:
    """The identifiers in use. If several entries want the same one, the first of them gets it."""
    taken: set[str] = set()
    for at, name in enumerate(names):
        if name in taken:
            names[at] = None
        elif name is not None:
            taken.add(name)
    return taken


def _new(entry: Entry, taken: set[str]) -> str:
    name, number = f"{content_id(entry.slot, entry.words)}@dutybook", 1
    while name in taken:
        number += 1
        name = f"{content_id(entry.slot, entry.words, number)}@dutybook"
    return name


#: How long before a date one is reminded, where nothing else is asked for.
ALARMS = (timedelta(days=14), timedelta(days=1))
_UNITS = {"w": timedelta(weeks=1), "d": timedelta(days=1), "h": timedelta(hours=1)}
_LONGEST_ALARM = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a calendar is written: ``alarms`` before each date, ``now`` as the time of writing.

    ``address`` is that of the register's pages, to which dates link that come from no web address.
    """

    alarms: Sequence[timedelta] = field(default=ALARMS)
    now: datetime | None = None
    address: str = ""


def export_calendar(
    register: Register,
    path: Path,
    filters: dict[str, object] | None = None,
    options: Calendar | None = None,
    reader: str = "en",
) -> int:
    """Write the calendar of a register and remember what was written. Returns the number of events, including
    cancelled ones.

    A register that was opened for reading remembers nothing. What changed since the last remembered export then gets
    the same higher SEQUENCE each time.

    Raises:
        BadFilter, BadRequest: as for :func:`dutybook.export.export`.
        RegisterBusy: another process kept the register locked.
    """
    chosen = options or Calendar()
    with one_state(register), replacing(path) as part:
        content = Content(register, filters, reader, places=False, with_deadlines=True)
        revisions = revisions_of(register, content, chosen)
        count = _write(revisions, part, chosen, reader)
        if not register.read_only:
            save(register, (revision.row for revision in revisions))
    return count


def revisions_of(register: Register, content: Content, options: Calendar) -> list[Revision]:
    """What a feed with the content's filters contains now. The caller has opened a transaction."""
    feed = json.dumps(content.filters, ensure_ascii=False, sort_keys=True, default=str)
    visible = list(entries(content, options.address))
    everything = visible
    memory = remembered(register)
    # An act's dates depend on nothing of other acts, and where nothing was given yet, nothing can be taken back.
    alone = content.filters.keys() <= {"work"} and not any(row.feed == feed for row in memory)
    if content.filters and not alone:
        # The filters must not hide from us what is still there, or it would be cancelled.
        here = {(e.uid, e.slot, e.words, e.start): e for e in visible}
        everything = [
            here.get((e.uid, e.slot, e.words, e.start), replace(e, visible=False))
            for e in entries(
                Content(register, reader=content.reader, places=False, with_deadlines=True), options.address
            )
        ]
    changed = utc_text(options.now) if options.now else ""
    return revise(everything, memory, feed, changed)


def alarms_of(words: Iterable[str]) -> tuple[timedelta, ...]:
    """Times before a date: ``30d``, ``2w``, ``12h``; only ``none`` for no alarm.

    Raises:
        BadFilter: a word is none of these.

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
        file.writelines(serialise(revisions, options, reader))
    return len(revisions)


def serialise(revisions: Sequence[Revision], options: Calendar, reader: str = "en") -> Iterator[bytes]:
    """The calendar in pieces, for a file or a response: its head, one event for each revision, its end."""
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
    """The properties that every event has. A cancelled event has no others."""
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
    event.add("dtstart", in_utc(entry.start if entry else parse_moment(row.start)))
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
    """Whether it is too late for reminders: an imported calendar would otherwise ring for all past dates at once."""
    if now is None or entry.rule:
        return False
    return entry.day < now.astimezone(UTC).date()
