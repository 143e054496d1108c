"""Which texts a search answers from: those that stand now, or those that stood on a day.

Without a day: of each act and language the newest version that stands today, of its copies the preferred one
(:mod:`dutybook.resolve.versions` has the rules); of an act that does not stand yet, the newest. On a day: the version that
stood then, and of it the norms that are not known to have applied only later, or to have ended before. A norm whose days are
unknown is kept: leaving it out would say that nothing binds. A document that is no version of an act (news, guidance without
a title) always counts; on a day, if it is not known to be younger.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from dutybook.records.dates import parse_day
from dutybook.records.provisions import lies_in
from dutybook.resolve.versions import Copy, compared, stand
from dutybook.store.database.protocols import Connection
from dutybook.store.search.conditions import Condition, condition
from dutybook.store.sql import all_of, compose, english_title_of

_DOCUMENTS = """SELECT d.id, d.language, d.version_kind, d.version_date, d.published, d.status, d.format, d.norms,
    (SELECT min(f.due) FROM facts f WHERE f.document = d.id AND f.type = 'entry_into_force' AND f.reach = 'whole')
    FROM documents d WHERE d.work = ? ORDER BY d.id"""
_KEY = 80


def arrange(connection: Connection, works: Iterable[str]) -> None:
    """Make the versions of these works anew; bounded by the works' own documents."""
    for work in sorted(works):
        connection.execute("DELETE FROM versions WHERE work = ?", (work,))
        documents = connection.execute(_DOCUMENTS, (work,)).fetchall()
        copies = [
            Copy(
                *(document, language, kind, _iso_day(version), _iso_day(published), _iso_day(in_force)),
                read=status == "read",
                format=form,
                count=count,
            )
            for document, language, kind, version, published, status, form, count, in_force in documents
        ]
        # Norms are long to read: they are compared only where there is something to compare.
        looked = compared(copies)
        copies = [replace(c, norms=_norms(connection, c.document)) if c.document in looked else c for c in copies]
        connection.executemany(
            'INSERT INTO versions (document, work, language, expression, valid_from, valid_until, previous, "next",'
            " preferred, current) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *(s.document, work, s.language, s.expression, s.valid_from, s.valid_until, s.previous, s.next),
                    *(int(s.preferred), int(s.current)),
                )
                for s in stand(work, copies)
            ],
        )


def _norms(connection: Connection, document: str) -> frozenset[str]:
    """Keys of the words of a document's norms: letters and digits alone, as far as formats keep them."""
    rows = connection.execute("SELECT quote FROM norms WHERE document = ?", (document,))
    return frozenset(re.sub(r"[\W_]+", "", quote.casefold())[:_KEY] for (quote,) in rows)


def _iso_day(written: str | None) -> str | None:
    """The day of an ISO date or moment; None for anything else."""
    return written[:10] if written and re.fullmatch(r"\d{4}-\d\d-\d\d.*", written) else None


# Versions that only stand from a later day give way to one before, if one stands by now.
_LATER = """{narrow_document} NOT IN (SELECT v.document FROM versions v WHERE v.valid_from > ? AND EXISTS (SELECT 1 FROM versions p
    WHERE p.work = v.work AND p.language = v.language AND p.preferred AND coalesce(p.valid_from <= ?, 1)))"""
_NEWEST = """(f.standing = 1 OR {narrow_document} IN (SELECT v.document FROM versions v
    WHERE v.preferred AND v.valid_until >= ? AND coalesce(v.valid_from <= ?, 1)))"""
_OLD = """d.id NOT IN (SELECT v.document FROM versions v WHERE NOT v.preferred OR NOT v.current
    AND NOT coalesce(v.valid_until >= ? AND coalesce(v.valid_from <= ?, 1), 0))"""
_STOOD = """{document} NOT IN (SELECT v.document FROM versions v
    WHERE NOT v.preferred OR v.valid_from > ? OR v.valid_until < ?)"""
_YOUNGER = """{document} NOT IN (SELECT y.id FROM documents y WHERE coalesce(y.version_date, y.published) > ?
    AND y.id NOT IN (SELECT document FROM versions))"""
_APPLIED = """NOT EXISTS (SELECT 1 FROM norm_times t
    WHERE t.norm = {norm} AND (t.applies_from > ? OR t.applies_until < ?))"""
_MISSING = compose(
    """SELECT w.id, coalesce({title}, w.number, w.id), min(v.valid_from) FROM versions v JOIN works w ON w.id = v.work
    GROUP BY w.id HAVING NOT max((v.valid_from IS NULL OR v.valid_from <= ?) AND (v.valid_until IS NULL OR v.valid_until >= ?))
    ORDER BY 2, 1""",
    title=english_title_of(compose("w.id")),
)


def conditions(as_of: date | None, today: date) -> list[Condition]:
    """Conditions on norms of which all must hold: that their version stands today, or stood on a day."""
    day = (as_of or today).isoformat()
    if as_of is None:
        return [condition(_NEWEST, day, day), condition(_LATER, day, day)]
    return [condition(_STOOD, day, day), condition(_YOUNGER, day), condition(_APPLIED, day, day)]


def left_out(connection: Connection, as_of: date | None, today: date) -> frozenset[str]:
    """Documents that do not stand today, or did not on a day."""
    day = (as_of or today).isoformat()
    own = compose("d.id")
    if as_of is None:
        parts = [compose(_LATER, narrow_document=own), compose(_OLD)]
        given = [day, day, day, day]
    else:
        parts = [compose(_STOOD, document=own), compose(_YOUNGER, document=own)]
        given = [day, day, day]
    sql = compose("SELECT d.id FROM documents d WHERE NOT ({standing})", standing=all_of(parts))
    return frozenset(row[0] for row in connection.execute(sql, given))


def without_text(connection: Connection, day: date) -> list[tuple[str, str, str]]:
    """Works of which the register has texts, but none that stood on a day: id, name and the day from which on it has one."""
    return list(connection.execute(_MISSING, (day.isoformat(), day.isoformat())))


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
    document: str


def works_touched(connection: Connection, document: str) -> set[str]:
    """The works whose dates may follow from a document: its own, and those that it changes."""
    sql = """SELECT work FROM documents WHERE id = ?1 AND work IS NOT NULL
        UNION SELECT work FROM date_changes WHERE document = ?1
        UNION SELECT related FROM work_relations WHERE document = ?1"""
    return {row[0] for row in connection.execute(sql, (document,))}


def move(connection: Connection, works: Iterable[str]) -> None:
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
        counts = Counter((document, plain(place)) for _, _, document, place, _, _ in facts)
        for identity, due, document, place, steps, stands in facts:
            moved, added, by = _moved(due, place, stands, changes, alone=counts[document, plain(place)] == 1)
            if added:
                steps_json = json.dumps([*json.loads(steps), *added], ensure_ascii=False, separators=(",", ":"))
                connection.execute(
                    "INSERT INTO moved_facts (fact, due, steps, by_document) VALUES (?, ?, ?, ?)",
                    (identity, moved, steps_json, by),
                )


def _changes(connection: Connection, work: str) -> Iterable[_Change]:
    seen: set[tuple[object, ...]] = set()
    for target, old, new, place, quote, published, title, by, _, document in connection.execute(_CHANGES, (work,)):
        key = (by or document, plain(target or ""), old, new)
        if key not in seen:
            seen.add(key)
            at = f"{title or by or document}" + (f", {place}" if place else "")
            step = f"moved to {new} by {at}: “{quote}”" if new else f"changed by {at}, see there: “{quote}”"
            yield _Change(plain(target or ""), old, new, published, step, document)


def _moved(
    due: str, place: str, stands: str | None, changes: Iterable[_Change], *, alone: bool
) -> tuple[str | None, list[str], str]:
    """Where a day goes, the steps, and the document of the last change; a change counts only for text that is older than it.

    Where the words of a place are replaced, the new day is that of the old one only if it was ``alone`` there. A change without a day
    of its own, at the place or inside of it, leaves none: what it says may concern all that the day was about.
    """
    steps: list[str] = []
    by, day = "", due
    unsettled = False
    for change in changes:
        if stands and change.published and _day_of(stands) > _day_of(change.published):
            continue
        at = plain(place)
        if not change.new:
            touched = bool(at) and (_covers(change.target, at) or _covers(at, change.target))
            unsettled = unsettled or touched
        else:
            same = change.old == day and _covers(change.target, at)
            # The words of the place are replaced: with the day that stood alone there, or with one of several.
            rewritten = not change.old and change.target == at and change.new != day
            touched = same or rewritten
            if touched and (same or alone):
                day = change.new
            elif touched:
                unsettled = True
        if touched and len(steps) < _MOST:
            by = change.document
            steps.append(change.step)
    return None if unsettled else day, steps, by


def _covers(target: str, place: str) -> bool:
    """Whether a change at ``target`` is one of the words at ``place``: the place itself or one around it."""
    return not target or lies_in(place, target)


def plain(place: str) -> str:
    """A place without counted subparagraphs and sentences, which citations of it may leave out or count otherwise.

    >>> plain("Art 113 subpara 3(b)")
    'Art 113(b)'
    """
    return re.sub(r" (?:subpara|Satz|sentence) \d+", "", place)


def _day_of(written: str) -> date:
    return parse_day(written[:10]) or date.min
