"""The tables ``changes`` and ``deviations``: what changed between versions, and where two languages of one norm disagree."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from dutybook.records import content_id
from dutybook.resolve.identity.changes import Change, Correction, changes, corrections_in, unnumbered
from dutybook.resolve.identity.deviations import deviations
from dutybook.resolve.identity.records import Pair, VersionText, letters_and_digits, word_diff
from dutybook.store.versions.norm_texts import version_text

_INSERT = """INSERT OR IGNORE INTO changes (id, work, language, old_document, new_document, position, identity, kind, old_norm,
    new_norm, old_place, new_place, old_quote, new_quote, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


def store_changes(
    connection: sqlite3.Connection,
    work: str,
    documents: tuple[str, str],
    versions: tuple[VersionText, VersionText],
    pairs: Iterable[Pair],
) -> None:
    """Store what changed from the first document to the second."""
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


def correct(connection: sqlite3.Connection, works: Iterable[str]) -> None:
    """Make the corrections of these works by corrigenda anew, and the changes of the norms that they put right."""
    for work in sorted(works):
        connection.execute("DELETE FROM corrections WHERE work = ?", (work,))
        connection.execute("DELETE FROM changes WHERE work = ? AND kind = 'corrected'", (work,))
        for document, language in connection.execute(_CORRIGENDA, (work,)).fetchall():
            _correct(connection, work, document, language)


def _correct(connection: sqlite3.Connection, work: str, document: str, language: str) -> None:
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


def _cited(connection: sqlite3.Connection, document: str, start: int, end: int) -> str | None:
    """The place that the words before a correction cite."""
    row = connection.execute(
        "SELECT place FROM citations WHERE document = ? AND place IS NOT NULL AND span_start >= ? AND span_end <= ?"
        " ORDER BY span_start DESC LIMIT 1",
        (document, start, end),
    ).fetchone()
    return row[0] if row else None


def _corrected(
    connection: sqlite3.Connection, work: str, language: str, correction: Correction
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
            said = letters_and_digits(norm.body)
            if wrong in said or (len(said) >= _OWN and said in wrong):
                return document, norm.id
        return document, None
    return None, None


#: A norm of fewer letters inside the wrong words may stand there by chance.
_OWN = 30


def _tell(
    connection: sqlite3.Connection,
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
    connection: sqlite3.Connection,
    work: str,
    documents: tuple[str, str],
    versions: tuple[VersionText, VersionText],
    pairs: Iterable[Pair],
) -> None:
    """Store where the second document says something else than the first."""
    connection.executemany(
        "INSERT OR IGNORE INTO deviations (id, work, identity, kind, norm, other, said, other_said, document, other_document)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(content_id("deviation", d.pair.old, d.pair.new, d.kind), work, d.pair.old, d.kind),
                *(d.pair.old, d.pair.new, *d.said, *documents),
            )
            for d in deviations(*versions, pairs)
        ],
    )
