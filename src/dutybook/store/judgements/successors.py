"""Records go to the successors of their norms: in the later versions of an act, with what the changes between them mean.

``norm_identities`` says which norm is the successor, ``versions`` which version is later, ``changes`` what is different.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dutybook.store.database.protocols import Connection
from dutybook.store.judgements import corrections
from dutybook.store.judgements.record import Record, Tie, tie_json
from dutybook.store.judgements.record_rows import ITSELF, Book, Row, snapshots
from dutybook.store.sql import compose, identity_of, kin_of, same_as

#: Changes that leave what a norm says as it is.
_HARMLESS = frozenset({"renumbered", "added"})
_REPEALED = "repealed"
#: A corrigendum puts words of a norm right: said of the text that has the wrong ones.
_CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class _Version:
    """A document as a version: ``later`` are the versions after it in its language, the next first (by main document)."""

    document: str
    language: str
    day: str
    slot: tuple[str | None, str | None, str]
    later: tuple[str, ...]
    title: str


@dataclass(frozen=True, slots=True)
class _Change:
    """From an old to a new document; ``detail`` is JSON."""

    kind: str
    old: str
    document: str
    detail: str


def follow(book: Book, work: str) -> set[str]:
    """Move the records of a work on to its later versions; returns the norms that they came to (full ids)."""
    versions = _versions(book, work)
    if len({version.slot for version in versions.values()}) < 2:
        return set()
    ties = _ties(book, work, versions)
    if not ties:
        return set()
    book.fetch(ties)
    places = _places(book, work, versions)
    changes = _changes(book, work)
    reached: dict[str, str] = {}
    for review in sorted(ties):
        for tie in ties[review]:
            found = _successor(book.record(review), tie, versions, places[review, tie.norm])
            if found is not None:
                reached[tie.norm] = found
    snapped = snapshots(book.connection, set(reached.values()))
    reads = corrections.extracted(book.connection, sorted(set(reached.values())))
    free = _free(book, list(snapped))
    for review in sorted(ties):
        for tie in ties[review]:
            new = snapped.get(reached.get(tie.norm, ""))
            if new and new.norm not in free:
                _kept(book, review, tie, new)
                continue
            _judge(book, review, tie, new, versions, changes[review])
            if new:
                free.discard(new.norm)
                _correct(book, review, tie, new, reads[new.norm])
    return set(snapped)


def _versions(book: Book, work: str) -> dict[str, _Version]:
    sql = """SELECT v.document, v.language, coalesce(v.valid_from, ''), v.previous, v.next,
        coalesce(nullif(d.title, ''), d.source) FROM versions v JOIN documents d ON d.id = v.document WHERE v.work = ?"""
    rows = book.connection.execute(sql, (work,)).fetchall()
    nexts = {row[0]: row[4] for row in rows}

    def later(document: str) -> tuple[str, ...]:
        chain: list[str] = []
        at = nexts.get(document)
        while at is not None and at not in chain:
            chain.append(at)
            at = nexts.get(at)
        return tuple(chain)

    return {
        document: _Version(document, language, day, (previous, following, day), later(document), title)
        for document, language, day, previous, following, title in rows
    }


def _ties(book: Book, work: str, versions: dict[str, _Version]) -> dict[str, list[Tie]]:
    """By record the latest norm of each language, where there are later versions of the act at all."""
    sql = "SELECT DISTINCT review FROM review_norms WHERE work = ? AND missing = 0"
    reviews = [str(row[0]) for row in book.connection.execute(sql, (work,))]
    book.fetch(reviews)
    newest = max(version.day for version in versions.values())
    corrected = book.connection.execute(
        "SELECT 1 FROM changes WHERE work = ? AND kind = ? LIMIT 1", (work, _CORRECTED)
    ).fetchone()
    found: dict[str, list[Tie]] = {}
    for review in reviews:
        record = book.record(review)
        latest: dict[str, Tie] = {}
        for tie in record.ties:
            other = latest.get(tie.language)
            if tie.document in versions and (
                other is None or _main(versions, tie.document) in versions[other.document].later
            ):
                latest[tie.language] = tie
        own = latest.get(record.tie.language)
        if own and (any(versions[t.document].later for t in latest.values()) or newest > record.stands or corrected):
            # The record's own language first: the others then only say what that did not.
            found[review] = sorted(latest.values(), key=lambda tie: (tie.norm != record.norm, tie.language))
    return found


def _main(versions: dict[str, _Version], document: str) -> str:
    """The document that others call the next one, for one of its copies."""
    one = versions[document]
    mains = {v.later[0] for v in versions.values() if v.later}
    same = [d for d, v in versions.items() if (v.language, v.slot) == (one.language, one.slot) and d in mains]
    return same[0] if same else document


def _places(book: Book, work: str, versions: dict[str, _Version]) -> dict[tuple[str, str], dict[str, str]]:
    """For each norm of a record: by document of the act the norm that is the same one, the most alike if several are."""
    sql = compose(
        """SELECT b.review, b.norm, n.document, n.id FROM review_norms b CROSS JOIN norms n ON n.id IN ({kin})
        WHERE b.work = ? AND b.missing = 0 ORDER BY n.quote = b.quote, n.place = b.place, n.id DESC""",
        kin=kin_of(compose("b.norm")),
    )
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for review, norm, document, other in book.connection.execute(sql, (work,)):
        if document in versions:
            found[review, norm][document] = other
    return found


def _changes(book: Book, work: str) -> dict[str, list[_Change]]:
    """What changed in the norms of each record, between whatever versions."""
    sql = compose(
        """SELECT DISTINCT b.review, c.kind, c.old_document, c.new_document, c.detail, c.position, c.id FROM changes c
        CROSS JOIN review_norms b ON b.norm IN ({same}) AND EXISTS (SELECT 1 FROM norms WHERE id = b.norm)
        WHERE c.work = ? ORDER BY c.new_document, c.position, c.id""",
        same=same_as(compose("c.identity")),
    )
    found: dict[str, list[_Change]] = defaultdict(list)
    for review, *change in book.connection.execute(sql, (work,)):
        found[review].append(_Change(*change[:4]))
    return found


def known(connection: Connection, norms: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What whoever speaks of norms (full ids) now is taken to know: the corrigenda that the register has, as marks."""
    sql = compose(
        """SELECT DISTINCT n.id, c.new_document FROM json_each(?2) j CROSS JOIN norms n ON n.id = j.value
        CROSS JOIN changes c ON c.identity = {identity} WHERE c.kind = ?1 ORDER BY 1, 2""",
        identity=identity_of(compose("n.id")),
    )
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for norm, document in connection.execute(sql, (_CORRECTED, json.dumps(list(norms)))):
        found[norm] += (f"{document} {_CORRECTED}",)
    return found


def _successor(record: Record, tie: Tie, versions: dict[str, _Version], places: dict[str, str]) -> str | None:
    """The same norm in the latest version that has it."""
    ended = [mark.partition(" ")[0] for mark in record.seen if mark.endswith(f" {_REPEALED} {tie.language}")]
    for main in reversed(versions[tie.document].later):
        if main not in versions or any(day >= versions[main].day for day in ended):
            continue
        same = [d for d, v in sorted(versions.items()) if (v.language, v.slot) == (tie.language, versions[main].slot)]
        for document in (main, *same):
            if document in places:
                return places[document]
    return None


def _free(book: Book, norms: Sequence[str]) -> set[str]:
    """Those that no record is tied to."""
    sql = "SELECT norm FROM review_norms WHERE norm IN (SELECT value FROM json_each(?))"
    return set(norms) - {row[0] for row in book.connection.execute(sql, (json.dumps(list(norms)),))}


def _judge(
    book: Book,
    review: str,
    tie: Tie,
    new: Tie | None,
    versions: dict[str, _Version],
    changes: Iterable[_Change],
) -> None:
    """Go to the successor, and say which changes on the way mean that somebody has to look."""
    record = book.record(review)
    until = versions[new.document].day if new else None
    found = _on_the_way(changes, record, tie, versions, until)
    new_changes = [change for mark, change in found.items() if mark not in record.seen]
    stands = max(record.stands, until or "", *(day for day, _ in new_changes), "")
    seen = tuple(sorted({*record.seen, *found}))
    if new is not None:
        action = "carried" if tie.norm == record.norm else "joined"
        reason = "; ".join(dict.fromkeys(text for _, text in new_changes)) or "to the same norm of a later version"
        book.add(review, Row(action, "norm", tie.norm, tie_json(new, stands, seen), norm=new.norm, why=reason))
    if (new is None or tie.norm != record.norm) and (stands, seen) != (record.stands, record.seen):
        comparison = json.dumps({"stands": stands, "seen": list(seen)}, ensure_ascii=False)
        book.add(review, Row("compared", "version", record.stands, comparison))
    for _, reason in new_changes:
        book.needs_review(review, reason)


def _on_the_way(
    changes: Iterable[_Change], record: Record, tie: Tie, versions: dict[str, _Version], until: str | None
) -> dict[str, tuple[str, str]]:
    """The changes that concern a record, by their marks (:func:`_mark`): the day of each, and its description."""
    found: dict[str, tuple[str, str]] = {}
    for change in changes:
        version = versions.get(change.document)
        if version is not None and change.kind not in _HARMLESS and _concerns(change, record, tie, versions, until):
            found.setdefault(_mark(change, version), (version.day, _describe(change, version, tie.language)))
    return found


def _mark(change: _Change, version: _Version) -> str:
    """The text by which a record remembers that a change was reported."""
    if change.kind == _CORRECTED:
        return f"{change.document} {_CORRECTED}"
    mark = f"{version.day} {change.kind}"
    return f"{mark} {version.language}" if change.kind == _REPEALED else mark


def _concerns(change: _Change, record: Record, tie: Tie, versions: dict[str, _Version], until: str | None) -> bool:
    """Whether a change lies between the version of a record's norm and that of its successor (of the day ``until``; None: it has none)."""
    own, version = versions[tie.document], versions[change.document]
    if change.kind == _CORRECTED:
        wrong = versions.get(change.old)
        return wrong is not None and (wrong.language, wrong.slot) == (own.language, own.slot)
    if version.language == tie.language:
        # A repeal lies behind the last version that has the norm.
        ahead = version.document in own.later
        return ahead and (change.kind == _REPEALED or (until is not None and version.day <= until))
    return tie.norm == record.norm and version.day > record.stands and not _has(versions, tie, version.day)


def _has(versions: dict[str, _Version], tie: Tie, day: str) -> bool:
    """Whether the record's own language has a version of this day, which then speaks for it."""
    return any(v.language == tie.language and v.day == day for v in versions.values())


def _describe(change: _Change, version: _Version, language: str) -> str:
    """A change as a reason to look again: ``tightened in the version of 2031-01-01 (may → shall)``."""
    where = f"the version of {version.day}" if version.day else version.title
    where += f" ({version.language})" if version.language != language else ""
    if change.kind == _CORRECTED:
        where = version.title
    if change.kind == _REPEALED:
        return f"repealed by {where}"
    detail = json.loads(change.detail or "{}")
    values = [_value(detail.get(name)) for name in ("old", "new")]
    difference = " → ".join(values) if all(values) else ""
    verb = "corrected by" if change.kind == _CORRECTED else f"{change.kind} in"
    return f"{verb} {where}" + (f": {difference}" if difference and len(difference) <= 120 else "")


def _value(value: object) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value or "")


def _kept(book: Book, review: str, tie: Tie, new: Tie) -> None:
    """The successor has a record of its own: both stay, and this one says so, once."""
    record = book.record(review)
    if any(other.norm == new.norm for other in record.ties) or tie.norm != record.norm:
        return
    mark = f"{new.version} kept {new.norm}"
    if mark not in record.seen:
        comparison = json.dumps({"stands": record.stands, "seen": [*record.seen, mark]}, ensure_ascii=False)
        book.add(review, Row("compared", "version", record.stands, comparison))
        book.needs_review(review, f"the same norm in the version of {new.version or new.title} has a record of its own")


def _correct(book: Book, review: str, old: Tie, new: Tie, reads: dict[str, str | None]) -> None:
    """Corrections go along where the extractor repeats what was corrected; where it says a third thing, somebody has to look."""
    version = f"the version of {new.version}" if new.version else new.title
    for correction in [c for c in book.record(review).corrections if c.norm == old.norm]:
        field = correction.field
        why = correction.why if correction.by == ITSELF else f"{correction.why} ({correction.by})"
        if field == corrections.FINDING:
            if corrections.same_words(old.quote, new.quote):
                book.add(review, Row("corrected", field, None, correction.value, norm=new.norm, why=why))
            elif book.record(review).norm == new.norm:
                book.needs_review(review, f"rejected, but worded otherwise in {version}")
                book.set(review, "finding", "", why=f"worded otherwise in {version}")
        elif reads.get(field) == correction.extracted:
            book.add(review, Row("corrected", field, correction.extracted, correction.value, norm=new.norm, why=why))
        elif reads.get(field) != correction.value:
            was = f"corrected from {correction.extracted or 'none'} to {correction.value or 'none'} before"
            book.needs_review(review, f"{version} has {field} {reads.get(field) or 'none'}; it was {was}")
