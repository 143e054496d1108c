"""Identities of norms, made anew for the works that are touched.

Documents are aligned in pairs: a version with the one before it, copies of one text with each other, a language with up to three
languages of reference at the same version. A pair is aligned once and kept (``alignments``) as long as both are there, so storing
a document costs its own pairs; the identities of the work follow from all kept pairs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from dutybook.resolve.identity.alignment import Edge, Member, align_languages, align_versions, group
from dutybook.resolve.identity.records import Pair, VersionText
from dutybook.store.database.protocols import Connection
from dutybook.store.sql import compose, identity_of
from dutybook.store.versions.changes import kept_text, store_changes, store_deviations

#: Raised when alignment or comparison changes, so that kept pairs are made anew.
RULES = 1
#: Languages that others are aligned with, the first that a work has: the Commission's working languages, then any.
REFERENCES = ("en", "fr", "de")
_MOST_REFERENCES = 3
_STANDING = """SELECT v.document, v.language, v.expression, v.valid_from, v.previous, v."next", v.preferred
    FROM versions v JOIN documents d ON d.id = v.document WHERE v.work = ? AND d.norms > 0 AND d.version_kind <> 'corrigendum'
    ORDER BY coalesce(v.valid_from, ''), v.document"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A document of the work that has norms; columns of ``versions``."""

    document: str
    language: str
    expression: str
    valid_from: str | None
    previous: str | None
    next: str | None
    preferred: bool


@dataclass(frozen=True, slots=True)
class Couple:
    """Two documents to align. ``same``: they are one version, so their languages may be held against each other."""

    one: str
    other: str
    kind: str
    same: bool = True
    first: bool = True


def identify(connection: Connection, works: Iterable[str]) -> None:
    """Make identities, changes and deviations of these works anew."""
    for work in sorted(works):
        documents = standing(connection, work)
        couples = list(couples_of(documents))
        edges = _align(connection, work, couples)
        _store(connection, work, documents, edges)


def standing(connection: Connection, work: str) -> list[Standing]:
    """The documents of a work that have norms, the oldest version first; corrigenda are no versions."""
    return [
        Standing(document, language, expression, valid_from, previous, following, bool(preferred))
        for document, language, expression, valid_from, previous, following, preferred in connection.execute(
            _STANDING, (work,)
        ).fetchall()
    ]


def couples_of(documents: list[Standing]) -> Iterator[Couple]:
    """What is aligned with what; it depends on where documents stand alone."""
    known = {d.document: d for d in documents}
    for d in documents:
        before = known.get(d.previous or "")
        if before is not None and d.preferred and before.next == d.document:
            yield Couple(before.document, d.document, "version")
    mains = {d.expression: d for d in documents if d.preferred}
    for d in documents:
        main = mains.get(d.expression)
        if main is not None and not d.preferred:
            yield Couple(main.document, d.document, "copy")
    yield from _languages(list(mains.values()))


def _languages(mains: list[Standing]) -> Iterator[Couple]:
    present = {d.language for d in mains}
    ranked = sorted(present, key=_language)
    for d in sorted(mains, key=lambda d: (_language(d.language), d.valid_from or "", d.document)):
        own = ranked.index(d.language)
        for rank, reference in enumerate(ranked[: min(own, _MOST_REFERENCES)]):
            there = [r for r in mains if r.language == reference]
            same = [r for r in there if r.valid_from == d.valid_from]
            # A language that lacks a version is tied by the nearest one it has, once for each of its texts.
            chosen = (
                same
                or sorted(there, key=lambda r: (_apart(r.valid_from, d.valid_from), r.valid_from or "", r.document))[:1]
            )
            for other in chosen:
                yield Couple(other.document, d.document, "language", same=bool(same), first=rank == 0)


def _language(code: str) -> tuple[int, str]:
    return (REFERENCES.index(code) if code in REFERENCES else len(REFERENCES), code)


def _apart(one: str | None, other: str | None) -> int:
    if one is None or other is None:
        return 10**6
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)


def _align(connection: Connection, work: str, couples: list[Couple]) -> list[Edge]:
    """All pairs of a work's norms: kept ones where they still hold, others made now; what no couple needs any more goes."""
    read: Callable[[str], VersionText] = cache(lambda document: kept_text(connection, document))
    kept = {
        (one, other): (kind, made)
        for one, other, kind, made in connection.execute(
            "SELECT one, other, kind, made FROM alignments WHERE work = ?", (work,)
        )
    }
    edges: list[Edge] = []
    for couple in couples:
        key = (couple.one, couple.other)
        made = _made(connection, couple)
        if kept.pop(key, None) != (couple.kind, made):
            _forget(connection, key)
            pairs = _make(connection, work, couple, read)
            pairs_json = json.dumps([[p.old, p.new, p.basis, p.score] for p in pairs], separators=(",", ":"))
            connection.execute(
                "INSERT INTO alignments (one, other, work, kind, made, pairs) VALUES (?, ?, ?, ?, ?, ?)",
                (*key, work, couple.kind, made, pairs_json),
            )
        row = connection.execute("SELECT pairs FROM alignments WHERE one = ? AND other = ?", key).fetchone()
        edges += [Edge(*pair) for pair in json.loads(row[0])]
    for key in kept:
        _forget(connection, key)
    return edges


def _made(connection: Connection, couple: Couple) -> str:
    """What an alignment and its changes rest on besides the two documents: the rules, and from when the versions stand."""
    if couple.kind == "language":
        return f"{RULES} {couple.same:d} {couple.first:d}"
    days = connection.execute(
        "SELECT group_concat(coalesce(valid_from, '-'), ' ') FROM (SELECT valid_from FROM versions WHERE document IN (?, ?)"
        " ORDER BY valid_from, document)",
        (couple.one, couple.other),
    ).fetchone()[0]
    return f"{RULES} {days}"


def _make(connection: Connection, work: str, couple: Couple, read: Callable[[str], VersionText]) -> list[Pair]:
    one, other = read(couple.one), read(couple.other)
    if couple.kind == "language":
        pairs = align_languages(one.norms, other.norms)
        if couple.same and couple.first:
            store_deviations(connection, work, (couple.one, couple.other), (one, other), pairs)
        return pairs
    pairs = align_versions(one.norms, other.norms)
    if couple.kind == "version":
        store_changes(connection, work, (couple.one, couple.other), (one, other), pairs)
    return pairs


def _forget(connection: Connection, key: tuple[str, str]) -> None:
    connection.execute("DELETE FROM alignments WHERE one = ? AND other = ?", key)
    connection.execute("DELETE FROM changes WHERE old_document = ? AND new_document = ?", key)
    connection.execute("DELETE FROM deviations WHERE document = ? AND other_document = ?", key)


def _store(connection: Connection, work: str, documents: list[Standing], edges: list[Edge]) -> None:
    """Ties of all norms of the work; a norm that none comes before has none. Rows that stay as they are are not written again."""
    before = {
        norm: (identity, basis)
        for norm, identity, basis in connection.execute(
            "SELECT t.norm, t.identity, t.basis FROM documents d JOIN norm_ties t ON t.document = d.id WHERE d.work = ?",
            (work,),
        )
    }
    if not (edges or before):
        return
    members = _members(connection, work, documents, {norm for edge in edges for norm in (edge.one, edge.other)})
    found = {norm: tie for norm, tie in group(members, edges).items() if tie[0] != norm}
    connection.executemany("DELETE FROM norm_ties WHERE norm = ?", [(norm,) for norm in before if norm not in found])
    connection.executemany(
        "INSERT INTO norm_ties (norm, identity, document, basis) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (norm) DO UPDATE SET identity = excluded.identity, basis = excluded.basis",
        [
            (m.norm, found[m.norm][0], m.document, found[m.norm][1])
            for m in sorted(members, key=lambda m: m.norm)
            if m.norm in found and found[m.norm] != before.get(m.norm)
        ],
    )
    for table, now in (
        (compose("changes"), identity_of(compose("coalesce(changes.new_norm, changes.old_norm)"))),
        (compose("deviations"), identity_of(compose("deviations.norm"))),
    ):
        sql = compose("UPDATE {table} SET identity = {now} WHERE work = ? AND identity <> {now}", table=table, now=now)
        connection.execute(sql, (work,))


def _members(connection: Connection, work: str, documents: list[Standing], tied: set[str]) -> list[Member]:
    """The norms of the work that are tied to any."""
    order = {d.document: (d.valid_from or "", _language(d.language), not d.preferred, d.document) for d in documents}
    rows = connection.execute(
        "SELECT n.id, n.document, n.position FROM documents d JOIN norms n ON n.document = d.id WHERE d.work = ?",
        (work,),
    )
    return [
        Member(norm, document, (*order.get(document, ("~", (99, ""), True, document)), position))
        for norm, document, position in rows
        if norm in tied
    ]
