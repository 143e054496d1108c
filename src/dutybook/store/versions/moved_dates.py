"""Dates that later acts move: facts of an act, and the changes that other documents of the register make to them.

What follows is derived and made anew whenever a document of the act, or one that changes it, comes or goes: it does not
depend on the order in which documents arrive.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dutybook.records.dates import parse_day

_FACTS = """SELECT f.id, f.due, f.document, f.place, f.steps, coalesce(d.version_date, d.published) AS stands FROM facts f
    JOIN documents d ON d.id = f.document WHERE d.work = ? AND f.due IS NOT NULL ORDER BY f.id"""
# One change stands in every language version of the act that makes it: the first by language tells of it.
_CHANGES = """SELECT c.target, c.old, c.new, c.place, c.quote, d.published, d.title, d.work, d.language, d.id
    FROM date_changes c JOIN documents d ON d.id = c.document WHERE c.work = ?
    ORDER BY coalesce(d.published, ''), d.work, d.language <> 'en', d.language, d.id, c.position"""
_MOST = 20


@dataclass(frozen=True, slots=True)
class _Change:
    target: str
    old: str
    new: str
    published: str | None
    step: str


def works_touched(connection: sqlite3.Connection, document: str) -> set[str]:
    """The works whose dates may follow from a document: its own, and those that it changes."""
    sql = """SELECT work FROM documents WHERE id = ?1 AND work IS NOT NULL
        UNION SELECT work FROM date_changes WHERE document = ?1
        UNION SELECT related FROM work_relations WHERE document = ?1"""
    return {row[0] for row in connection.execute(sql, (document,))}


def move(connection: sqlite3.Connection, works: Iterable[str]) -> None:
    """Make the moved dates of these works anew."""
    for work in sorted(works):
        connection.execute(
            "DELETE FROM moved_facts WHERE fact IN (SELECT f.id FROM facts f JOIN documents d ON d.id = f.document"
            " WHERE d.work = ?)",
            (work,),
        )
        changes = list(_changes(connection, work))
        if not changes:
            continue
        facts = connection.execute(_FACTS, (work,)).fetchall()
        held = Counter((document, plain(place)) for _, _, document, place, _, _ in facts)
        for identity, due, document, place, steps, stands in facts:
            moved, added = _moved(due, place, stands, changes, alone=held[document, plain(place)] == 1)
            if added:
                told = json.dumps([*json.loads(steps), *added], ensure_ascii=False, separators=(",", ":"))
                connection.execute(
                    "INSERT INTO moved_facts (fact, due, steps) VALUES (?, ?, ?)", (identity, moved, told)
                )


def _changes(connection: sqlite3.Connection, work: str) -> Iterable[_Change]:
    seen: set[tuple[object, ...]] = set()
    for target, old, new, place, quote, published, title, by, _, document in connection.execute(_CHANGES, (work,)):
        key = (by or document, plain(target or ""), old, new)
        if key not in seen:
            seen.add(key)
            step = f"moved to {new} by {title or by or document}" + (f", {place}" if place else "") + f": “{quote}”"
            yield _Change(plain(target or ""), old, new, published, step)


def _moved(
    due: str, place: str, stands: str | None, changes: Iterable[_Change], *, alone: bool
) -> tuple[str, list[str]]:
    """Where a day goes; a change counts only for text that is older than it.

    Where the words of a place are replaced, the new day is that of the old one only if it was ``alone`` there.
    """
    steps: list[str] = []
    for change in changes:
        later = not (stands and change.published) or _day_of(stands) <= _day_of(change.published)
        same = change.old == due and _covers(change.target, plain(place))
        rewritten = not change.old and alone and change.target == plain(place) and change.new != due
        if later and (same or rewritten) and len(steps) < _MOST:
            due = change.new
            steps.append(change.step)
    return due, steps


def _covers(target: str, place: str) -> bool:
    """Whether a change at ``target`` is one of the words at ``place``: the place itself or one around it."""
    if not target:
        return True
    rest = place[len(target) :]
    return place.startswith(target) and (not rest or not rest[0].isalnum())


def plain(place: str) -> str:
    """A place without counted subparagraphs and sentences, which citations of it may leave out or count otherwise.

    >>> plain("Art 113 subpara 3(b)")
    'Art 113(b)'
    """
    return re.sub(r" (?:subpara|Satz|sentence) \d+", "", place)


def _day_of(written: str) -> date:
    return parse_day(written[:10]) or date.min
