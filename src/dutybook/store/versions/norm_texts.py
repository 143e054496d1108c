"""Norms of a document as alignment sees them, read from its rows."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections import defaultdict
from dataclasses import replace
from typing import Any

from dutybook.resolve.identity.records import Due, NormText, VersionText, uncounted

_NORMS = """SELECT n.id, n.place, n.modality, n.strength, n.bearer, n.role, n.bearer_class, n.quote, n.stem, n.condition,
    n.exception, e.cue, n.confidence, n.span_start, n.span_end, n.provision FROM norms n
    LEFT JOIN evidence e ON e.document = n.document AND e.kind = 'norms' AND e.finding = n.id WHERE n.document = ? ORDER BY n.position"""
_PENALTIES = """SELECT s.norm, a.amount, a.currency, a.percent FROM sanctions s JOIN amounts a ON a.penalty = s.penalty
    WHERE s.document = ? ORDER BY s.norm, s.position, a.position"""
_LISTED = frozenset({"point", "indent"})


def version_text(connection: sqlite3.Connection, document: str) -> VersionText:
    """A document's norms with what alignment and comparison look at; empty for a document without any."""
    sql = """SELECT t.text, v.valid_from, d.language FROM documents d LEFT JOIN texts t ON t.document = d.id
        LEFT JOIN versions v ON v.document = d.id WHERE d.id = ?"""
    text, since, language = connection.execute(sql, (document,)).fetchone()
    read = _Version(connection, document, text or "").read()
    return replace(read, since=since or "", language=language)


def kept_text(connection: sqlite3.Connection, document: str) -> VersionText:
    """The same for norms as the extractor has them: the last few are kept, since the languages and versions of an act are
    stored one after the other and each is held against those before it.
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
    def __init__(self, connection: sqlite3.Connection, document: str, text: str) -> None:
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
