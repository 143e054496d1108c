"""What people said moves along: to norms that are found again after a new reading, and to their successors in later versions.

Nothing is lost on the way. A record whose norm is gone keeps all it has until the norm comes back. One whose norm changed
says "requires review" and why; one whose norm was only renumbered keeps its status. Later versions move a record, older
ones never do, whenever they arrive.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

from dutybook.store.database.protocols import Connection
from dutybook.store.judgements import corrections
from dutybook.store.judgements.record import Correction, Tie, tie_json
from dutybook.store.judgements.record_rows import Book, Row, snapshots
from dutybook.store.judgements.successors import follow
from dutybook.store.sql import compose


def carry(connection: Connection, works: Iterable[str]) -> None:
    """Tie records to the norms that are there now, for these works and for documents without one."""
    touched = sorted(works)
    book = Book(connection)
    back = _returned(book)
    back |= _found_again(book)
    book.write()
    _compare(book, sorted(back))
    for work in touched:
        back |= follow(book, work)
    book.write()
    given = (json.dumps(touched), json.dumps(sorted(back)))
    wanted = connection.execute(
        "SELECT DISTINCT c.norm FROM review_corrections c JOIN review_norms b ON b.norm = c.norm WHERE b.missing = 0"
        " AND (b.work IN (SELECT value FROM json_each(?)) OR b.norm IN (SELECT value FROM json_each(?)))",
        given,
    ).fetchall()
    corrections.enforce(connection, [row[0] for row in wanted])


def _returned(book: Book) -> set[str]:
    """Norms that are there again under their own ids."""
    sql = """SELECT norm FROM review_norms b WHERE missing AND EXISTS (SELECT 1 FROM norms n WHERE n.id = b.norm)"""
    found = {str(row[0]) for row in book.connection.execute(sql)}
    book.connection.execute(
        "UPDATE review_norms SET missing = 0 WHERE missing AND EXISTS (SELECT 1 FROM norms n WHERE n.id = review_norms.norm)"
    )
    return found


# A norm that is gone is looked for where its document is, or another copy of the same act in its language.
_LOST = """SELECT b.review, b.norm, b.document, b.place, b.span_start, b.span_end, b.quote, b.work, b.language
    FROM review_norms b WHERE b.missing AND (EXISTS (SELECT 1 FROM documents d WHERE d.id = b.document)
    OR EXISTS (SELECT 1 FROM documents d WHERE d.work = b.work AND d.language = b.language AND b.work <> ''))
    ORDER BY b.review, b.norm"""
_FREE = compose("NOT EXISTS (SELECT 1 FROM review_norms x WHERE x.norm = n.id)")
_HERE = compose(
    """SELECT n.id, n.place, n.span_start, n.span_end, n.quote FROM norms n WHERE n.document = ? AND {free}
    ORDER BY n.position, n.id""",
    free=_FREE,
)
_COPIES = compose(
    """SELECT n.id, n.place, n.span_start, n.span_end, n.quote FROM norms n JOIN documents d ON d.id = n.document
    WHERE d.work = ? AND n.language = ? AND n.place = ? AND {free} ORDER BY n.document, n.position, n.id""",
    free=_FREE,
)

_Candidate = tuple[str, str, int, int, str]


def _found_again(book: Book) -> set[str]:
    """Tie what is lost to the norm that says the same; where it is not the very same words, the record says so."""
    connection = book.connection
    lost: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for row in connection.execute(_LOST).fetchall():
        lost[row[2]].append(row)
    matches: dict[str, str] = {}
    for document, rows in lost.items():
        here: list[_Candidate] = connection.execute(_HERE, (document,)).fetchall()
        matches |= _matched(here, rows)
    every = [row for rows in lost.values() for row in rows]
    matches |= _in_copies(connection, [row for row in every if row[1] not in matches], set(matches.values()))
    ties = snapshots(connection, matches.values())
    book.fetch(row[0] for row in every)
    for review, norm, *_, quote, _, _ in every:
        if norm in matches:
            tie = ties[matches[norm]]
            book.add(
                review, Row("tied", "norm", norm, tie_json(tie), norm=tie.norm, why="found again after a new reading")
            )
            if not corrections.same_words(str(quote), tie.quote):
                book.needs_review(review, f"its words are cut differently after a new reading of {tie.title}")
    return set(matches.values())


def _matched(here: Sequence[_Candidate], rows: Sequence[tuple[str, ...]]) -> dict[str, str]:
    """By lost norm the one that takes its place; surest first: the same span and words, place and words, words, another cut."""
    # (id, place, start, end, quote) of a candidate stands at other numbers in a row of what is lost.
    lost = [(row[1], row[3], row[4], row[5], row[6]) for row in rows]
    keys: tuple[Callable[[Any], Hashable], ...] = (
        lambda c: (c[2], c[3], corrections.words(c[4])),
        lambda c: (c[1], corrections.words(c[4])),
        lambda c: corrections.words(c[4]),
    )
    matches: dict[str, str] = {}
    for key in keys:
        _match_equal(here, lost, key, matches)
    _match_cut(here, lost, matches)
    return matches


def _match_equal(
    here: Sequence[_Candidate], lost: Sequence[Any], key: Callable[[Any], Hashable], matches: dict[str, str]
) -> None:
    """Match what has the same key as one candidate alone."""
    taken = set(matches.values())
    there: dict[Hashable, list[str]] = defaultdict(list)
    for candidate in here:
        if candidate[0] not in taken:
            there[key(candidate)].append(candidate[0])
    for row in lost:
        if row[0] not in matches and len(equal := [i for i in there[key(row)] if i not in taken]) == 1:
            matches[row[0]] = equal[0]
            taken.add(equal[0])


def _match_cut(here: Sequence[_Candidate], lost: Sequence[Any], matches: dict[str, str]) -> None:
    """Match what is cut otherwise at its place: a part of one candidate alone, or the whole of it."""
    taken = set(matches.values())
    places: dict[str, list[_Candidate]] = defaultdict(list)
    for candidate in here:
        places[candidate[1]].append(candidate)
    for norm, place, _, _, quote in lost:
        if norm not in matches:
            cut = [c[0] for c in places[place] if c[0] not in taken and (c[4] in quote or quote in c[4])]
            if len(cut) == 1:
                matches[norm] = cut[0]
                taken.add(cut[0])


def _in_copies(connection: Connection, rows: Sequence[tuple[str, ...]], taken: set[str]) -> dict[str, str]:
    """For what its own document has no more: the same words at the same place of another copy of the act."""
    found: dict[str, str] = {}
    for row in rows:
        if row[7]:
            copies = connection.execute(_COPIES, (row[7], row[8], row[3])).fetchall()
            equal = [c[0] for c in copies if c[0] not in taken and corrections.same_words(c[4], str(row[6]))]
            if equal:
                found[row[1]] = equal[0]
                taken.add(equal[0])
    return found


def _compare(book: Book, norms: Sequence[str]) -> None:
    """What a new reading says otherwise of norms that people spoke of or corrected."""
    changed = _changed(book.connection, json.dumps(norms)) if norms else []
    now = snapshots(book.connection, [norm for _, norm in changed])
    reads = corrections.extracted(book.connection, sorted(now))
    book.fetch(review for review, _ in changed)
    for review, norm in changed:
        _read_anew(book, review, now[norm], reads[norm])


def _changed(connection: Connection, norms: str) -> list[tuple[str, str]]:
    """Records and norms (of some, JSON) of which the extractor may say something new: what is kept differs, or is corrected."""
    sql = """SELECT b.review, b.norm FROM review_norms b JOIN norms n ON n.id = b.norm
        WHERE n.id IN (SELECT value FROM json_each(?1))
        AND (n.modality, n.strength, coalesce(n.bearer, '')) <> (b.modality, b.strength, b.bearer)
        UNION SELECT review, norm FROM review_corrections WHERE norm IN (SELECT value FROM json_each(?1)) ORDER BY 1, 2"""
    return connection.execute(sql, (norms,)).fetchall()


def _read_anew(book: Book, review: str, now: Tie, reads: dict[str, str | None]) -> None:
    record = book.record(review)
    kept = record.tied(now.norm)
    corrected = {c.field: c for c in record.corrections if c.norm == now.norm}
    for field in ("modality", "strength", "bearer"):
        old, new = getattr(kept, field), getattr(now, field)
        if old != new:
            book.add(review, Row("reread", field, old, new, norm=now.norm))
            if field not in corrected and now.norm == record.norm:
                book.needs_review(review, f"a new reading has {field} {new or 'none'} instead of {old or 'none'}")
    for field, correction in corrected.items():
        if field != corrections.FINDING and reads.get(field) != correction.extracted:
            _note_new_reading(book, review, correction, reads.get(field))


def _note_new_reading(book: Book, review: str, correction: Correction, value: str | None) -> None:
    """Note another value that a new reading has for a corrected field; unless it is the corrected one, somebody has to look."""
    book.add(review, Row("extracted", correction.field, correction.extracted, value, norm=correction.norm))
    if value != correction.value:
        book.needs_review(
            review,
            f"a new reading has {correction.field} {value or 'none'}; it was corrected from"
            f" {correction.extracted or 'none'} to {correction.value or 'none'}",
        )
