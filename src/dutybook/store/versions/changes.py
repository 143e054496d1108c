"""What changed between versions, and where two languages of one norm disagree: stored from the norms as alignment sees them."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from dutybook.records import content_id
from dutybook.resolve.identity.changes import Change, Correction, changes, corrections_in, unnumbered
from dutybook.resolve.identity.deviations import deviations
from dutybook.resolve.identity.records import Due, NormText, Pair, VersionText, letters_and_digits, uncounted, word_diff
from dutybook.store.database.protocols import Connection

_INSERT = """INSERT OR IGNORE INTO changes (id, work, language, old_document, new_document, position, identity, kind, old_norm,
    new_norm, old_place, new_place, old_quote, new_quote, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


def store_changes(
    connection: Connection,
    work: str,
    documents: tuple[str, str],
    versions: tuple[VersionText, VersionText],
    pairs: Iterable[Pair],
) -> None:
    """Store what changed from one document to a later one in the same language, within the caller's transaction.

    Args:
        connection: the register's, in a transaction.
        work: the id of the act.
        documents: their full ids, the earlier one first.
        versions: what the two say, in the same order.
        pairs: norms of the two that are one.
    """
    connection.executemany(
        _INSERT,
        [
            _row(work, versions[1].language, documents, position, change)
            for position, change in enumerate(changes(*versions, pairs))
        ],
    )


def _row(
    work: str, language: str, documents: tuple[str, str], position: int, change: Change
) -> tuple[str | int | None, ...]:
    old, new = change.old, change.new
    norms = (old.id if old else None, new.id if new else None)
    return (
        *(content_id(*documents, change.kind, *norms), work, language, *documents, position),
        *(norms[1] or norms[0], change.kind.value, *norms),
        *(
            old.place if old else None,
            new.place if new else None,
            old.quote if old else None,
            new.quote if new else None,
        ),
        json.dumps(change.detail, ensure_ascii=False, separators=(",", ":")),
    )


_CORRIGENDA = """SELECT DISTINCT d.id, d.language FROM work_relations r JOIN documents d ON d.id = r.document
    WHERE r.related = ? AND r.kind = 'corrects' ORDER BY d.id"""


def correct(connection: Connection, works: Iterable[str]) -> None:
    """Make the corrections of these works by corrigenda anew, and the changes of the norms that they put right."""
    for work in sorted(works):
        connection.execute("DELETE FROM corrections WHERE work = ?", (work,))
        connection.execute("DELETE FROM changes WHERE work = ? AND kind = 'corrected'", (work,))
        for document, language in connection.execute(_CORRIGENDA, (work,)).fetchall():
            _correct(connection, work, document, language)


def _correct(connection: Connection, work: str, document: str, language: str) -> None:
    text = connection.execute("SELECT text FROM texts WHERE document = ?", (document,)).fetchone()[0]
    ended = 0
    for position, correction in enumerate(corrections_in(text, language)):
        place = _cited(connection, document, ended, correction.start)
        ended = correction.end
        act, norm = _corrected(connection, work, language, correction)
        connection.execute(
            'INSERT INTO corrections (id, document, position, work, language, cited, place, wrong, "right", act, norm)'
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(content_id(document, "correction", position), document, position, work, language, correction.where),
                *(place, correction.wrong, correction.right, act, norm),
            ),
        )
        if act is not None and norm is not None:
            _tell(connection, work, language, (act, document), position, norm, correction)


def _cited(connection: Connection, document: str, start: int, end: int) -> str | None:
    """The place that the words before a correction cite."""
    row = connection.execute(
        "SELECT place FROM citations WHERE document = ? AND place IS NOT NULL AND span_start >= ? AND span_end <= ?"
        " ORDER BY span_start DESC LIMIT 1",
        (document, start, end),
    ).fetchone()
    return row[0] if row else None


def _corrected(
    connection: Connection, work: str, language: str, correction: Correction
) -> tuple[str | None, str | None]:
    """The oldest text of the act that has the wrong words, and its norm that they are part of or that they hold."""
    rows = connection.execute(
        "SELECT document FROM versions WHERE work = ? AND language = ? AND preferred"
        " ORDER BY coalesce(valid_from, ''), document",
        (work, language),
    ).fetchall()
    wrong, right = letters_and_digits(unnumbered(correction.wrong)), letters_and_digits(unnumbered(correction.right))
    for (document,) in rows:
        version = version_text(connection, document)
        # Of two wordings of which one holds the other only the longer one tells which of them a text has.
        if not wrong or wrong not in version.letters or (wrong in right and right in version.letters):
            continue
        for norm in version.norms:
            letters = letters_and_digits(norm.body)
            if wrong in letters or (len(letters) >= _OWN and letters in wrong):
                return document, norm.id
        return document, None
    return None, None


#: A norm of fewer letters inside the wrong words may stand there by chance.
_OWN = 30


def _tell(
    connection: Connection,
    work: str,
    language: str,
    documents: tuple[str, str],
    position: int,
    norm: str,
    correction: Correction,
) -> None:
    place, quote = connection.execute("SELECT place, quote FROM norms WHERE id = ?", (norm,)).fetchone()
    identity = connection.execute("SELECT identity FROM norm_ties WHERE norm = ?", (norm,)).fetchone()
    detail = {
        "old": correction.wrong,
        "new": correction.right,
        "cited": correction.where,
        "words": [[p.old, p.new] for p in word_diff(correction.wrong, correction.right)],
    }
    connection.execute(
        _INSERT,
        (
            *(content_id(*documents, "corrected", norm, position), work, language, *documents, position),
            *(identity[0] if identity else norm, "corrected", norm, None, place, place, quote, None),
            json.dumps(detail, ensure_ascii=False, separators=(",", ":")),
        ),
    )


def store_deviations(
    connection: Connection,
    work: str,
    documents: tuple[str, str],
    versions: tuple[VersionText, VersionText],
    pairs: Iterable[Pair],
) -> None:
    """Store where two languages of one version say different things, within the caller's transaction.

    Args:
        connection: the register's, in a transaction.
        work: the id of the act.
        documents: their full ids.
        versions: what the two say, in the same order.
        pairs: norms of the two that are one.
    """
    connection.executemany(
        "INSERT OR IGNORE INTO deviations (id, work, identity, kind, norm, other, statement, other_statement, document, other_document)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(content_id("deviation", d.pair.old, d.pair.new, d.kind), work, d.pair.old, d.kind),
                *(d.pair.old, d.pair.new, *d.statements, *documents),
            )
            for d in deviations(*versions, pairs)
        ],
    )


_NORMS = """SELECT n.id, n.place, n.modality, n.strength, n.bearer, n.role, n.bearer_class, n.quote, n.stem, n.condition,
    n.exception, e.cue, n.confidence, n.span_start, n.span_end, n.provision FROM norms n
    LEFT JOIN evidence e ON e.document = n.document AND e.kind = 'norms' AND e.finding = n.id WHERE n.document = ? ORDER BY n.position"""
_PENALTIES = """SELECT s.norm, a.amount, a.currency, a.percent FROM sanctions s JOIN amounts a ON a.penalty = s.penalty
    WHERE s.document = ? ORDER BY s.norm, s.position, a.position"""
_LISTED = frozenset({"point", "indent"})


def version_text(connection: Connection, document: str) -> VersionText:
    """A document's norms with what alignment and comparison look at; empty for a document without any."""
    sql = """SELECT t.text, v.valid_from, d.language FROM documents d LEFT JOIN texts t ON t.document = d.id
        LEFT JOIN versions v ON v.document = d.id WHERE d.id = ?"""
    text, since, language = connection.execute(sql, (document,)).fetchone()
    read = _Version(connection, document, text or "").read()
    return replace(read, since=since or "", language=language)


def kept_text(connection: Connection, document: str) -> VersionText:
    """What :func:`version_text` reads, with the last few kept: the languages and versions of an act are stored one after the other, and
    each is held against those before it.
    """
    sql = """SELECT d.digest, v.valid_from FROM documents d LEFT JOIN versions v ON v.document = d.id WHERE d.id = ?"""
    digest, since = connection.execute(sql, (document,)).fetchone()
    key = (document, digest)
    read = _KEPT.pop(key, None) or version_text(connection, document)
    # The digest is that of all rows of the document; from when it stands depends on others.
    _KEPT[key] = read
    while len(_KEPT) > _MOST_KEPT:
        _KEPT.pop(next(iter(_KEPT)), None)
    return read if read.since == (since or "") else replace(read, since=since or "")


#: As many as one document is held against: languages of reference, and the version before.
_MOST_KEPT = 5
_KEPT: dict[tuple[str, str], VersionText] = {}


class _Version:
    def __init__(self, connection: Connection, document: str, text: str) -> None:
        self.connection, self.document, self.text = connection, document, text
        self.provisions: dict[str, tuple[str, int, int]] = {}
        self.places: dict[str, str] = {}
        self.cited: dict[str, list[tuple[int, int]]] = defaultdict(list)
        # Where something begins that is no point of a list.
        self.starts: list[int] = []

    def read(self) -> VersionText:
        for identity, place, kind, start, end in self._rows(
            "SELECT id, place, kind, span_start, span_end FROM provisions WHERE document = ? ORDER BY position"
        ):
            self.provisions[identity] = (place, start, end)
            self.places.setdefault(uncounted(place), self.text[start:end])
            self.cited[uncounted(place)].append((start, end))
            if kind not in _LISTED:
                self.starts.append(start)
        self.starts.sort()
        dues, amounts = self._dues(), self._amounts()
        cites = self._cites()
        rows = self._rows(_NORMS)
        begins = sorted(row[13] for row in rows)
        norms = []
        for row in rows:
            identity, place, modality, strength, bearer, role, bearer_class, quote, stem = row[:9]
            start, end, provision = row[13:]
            first, last = self._paragraph(start, provision)
            norms.append(
                NormText(
                    id=identity,
                    place=place,
                    modality=modality,
                    strength=strength,
                    bearer=bearer or "",
                    role=role or "",
                    bearer_class=bearer_class,
                    quote=quote,
                    body=self._body(quote, start, end, provision, begins),
                    stem=stem or "",
                    condition=row[9] or "",
                    exception=row[10] or "",
                    cue=row[11] or "",
                    confidence=row[12],
                    at=(start - first) / max(last - first, 1),
                    lead=self.text[first:start],
                    dues=tuple(dues[identity]),
                    cites=tuple(cites[identity]),
                    amounts=tuple(f"{value:g} {unit}" for unit, value in sorted(amounts[identity].items())),
                )
            )
        return VersionText(tuple(norms), self.text, self.places)

    def _rows(self, sql: str) -> list[Any]:
        return self.connection.execute(sql, (self.document,)).fetchall()

    def _dues(self) -> defaultdict[str, list[Due]]:
        found: defaultdict[str, list[Due]] = defaultdict(list)
        sql = "SELECT norm, kind, value, direction, quote FROM deadlines WHERE document = ? ORDER BY position"
        for norm, kind, value, direction, quote in self._rows(sql):
            found[norm].append(Due(kind, value or "", direction or "", quote))
        return found

    def _amounts(self) -> defaultdict[str, dict[str, float]]:
        """The highest penalty of each unit."""
        found: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for norm, amount, currency, percent in self._rows(_PENALTIES):
            for value, unit in ((amount, currency or "amount"), (percent, "%")):
                if value is not None:
                    found[norm][unit] = max(value, found[norm].get(unit, value))
        return found

    def _cites(self) -> defaultdict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        sql = "SELECT norm, work, place FROM citations WHERE document = ? AND norm IS NOT NULL AND resolved ORDER BY position"
        for norm, work, place in self._rows(sql):
            found[norm].append(" ".join(p for p in (work, place) if p))
        return found

    def _body(self, quote: str, start: int, end: int, provision: str | None, begins: list[int]) -> str:
        """The quote, and the points below it that are no norms of their own."""
        if provision not in self.provisions or not quote.rstrip().endswith((":", "：")):
            return quote
        last = self.provisions[provision][2]
        for stops in (begins, self.starts):
            at = bisect_left(stops, end)
            if at < len(stops):
                last = min(last, stops[at])
        return self.text[start:last].rstrip() if last > end else quote

    def _paragraph(self, start: int, provision: str | None) -> tuple[int, int]:
        """The span of the place that a norm is cited by: of its paragraph, whatever the subparagraph."""
        if provision not in self.provisions:
            return start, start
        place, first, last = self.provisions[provision]
        around = [span for span in self.cited[uncounted(place)] if span[0] <= start < span[1]]
        return max(around, key=lambda span: span[1] - span[0], default=(first, last))
