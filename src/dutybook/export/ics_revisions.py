"""Which identifier an entry has, how often it changed, and which entries are taken back (RFC 5545, 3.8.4.7 and 3.8.7.4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dutybook.export.ics_entries import Entry
from dutybook.records import content_id
from dutybook.store.deadlines.calendar_entries import CalendarRow


@dataclass(frozen=True, slots=True)
class Revision:
    """What is written of one identifier: ``entry`` is None for one that is taken back. ``row`` is what is remembered."""

    row: CalendarRow
    entry: Entry | None


def revise(entries: Sequence[Entry], memory: Sequence[CalendarRow], feed: str, changed: str) -> list[Revision]:
    """The entries that ``feed`` shows and those that it takes back, in the order of ``entries``, these last.

    Args:
        entries: all entries of the register, those that the feed's filters leave out not ``shown``.
        memory: what was written before, of every feed.
        feed: which feed is written.
        changed: the time that new and changed entries get, ISO 8601; empty where no clock is given.

    An entry that a filter leaves out is left out silently: it is no less true. But where the feed showed it on another
    day, it is shown once more, as it is now. What the register has no more is cancelled.
    """
    latest = _latest(memory)
    mine = {row.uid: row for row in memory if row.feed == feed}
    made: list[Revision] = []
    live: set[str] = set()
    for entry, uid in zip(entries, _named(entries, latest), strict=True):
        live.add(uid)
        before = mine.get(uid)
        moved = before is not None and not before.cancelled and before.start != str(entry.start)
        if entry.shown or moved:
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
    """The newest state of each identifier, whichever feed was given it."""
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
    """An identifier for each entry: its own, that of the same words before, that of other words in its place, a new one.

    A new one comes from what the text says, not from where in the file it stands or what else is there: it is the same in
    every register.
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
    """The names in use; one that several entries want stays with the first of them."""
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
