"""Removes documents from a register with all that was found in them.

What goes: the document's rows, its text, the search index, its vectors, its words in alerts, and the files that were uploaded or fetched
for it. Freed space in the file is overwritten. What stays: what people wrote about its norms, whose records and
history quote the sentence that they judge, and files in folders of one's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dutybook.database_address import database_named
from dutybook.store.database.connection import immediate, translated
from dutybook.store.database.engines import overwriting
from dutybook.store.maintenance.copies import uploads_path, watched_path
from dutybook.store.rows import DocumentRow
from dutybook.store.search import articles, terms

if TYPE_CHECKING:
    from dutybook.store.register import Register

_RECORDS = """SELECT count(DISTINCT n.review) FROM review_norms n JOIN norms x ON x.id = n.norm
    WHERE x.document IN (SELECT value FROM json_each(?))"""
_NORMS = "SELECT count(*) FROM norms WHERE document IN (SELECT value FROM json_each(?))"
#: Fields of an event's texts that quote a document.
_QUOTING = (
    "title",
    "quote",
    "old_quote",
    "new_quote",
    "by_quote",
    "place",
    "by_place",
    "bearer",
    "action",
    "deadlines",
    "steps",
)


@dataclass(frozen=True, slots=True)
class Removal:
    """What goes with documents: their ``norms`` and ``files``; ``records`` of people's judgements stay."""

    documents: tuple[DocumentRow, ...]
    norms: int
    records: int
    files: tuple[Path, ...]


def documents_before(register: Register, day: str, genre: str | None = None) -> list[DocumentRow]:
    """The documents that came before a day (ISO), those of one genre where it is named."""
    sql = "SELECT document FROM arrivals WHERE at < ?"
    early = {row[0] for row in register._select(sql, day)}
    return [row for row in register.documents() if row.id in early and genre in (None, row.genre)]


def plan_removal(register: Register, documents: Iterable[DocumentRow]) -> Removal:
    """What :func:`remove_documents` would remove; changes nothing."""
    chosen = tuple(documents)
    ids = json.dumps([row.id for row in chosen])
    records, norms = register._select_value(_RECORDS, ids), register._select_value(_NORMS, ids)
    return Removal(chosen, norms, records, tuple(_files_of(register, chosen)))


def remove_documents(register: Register, documents: Sequence[DocumentRow]) -> Removal:
    """Remove documents, each in a transaction of its own, then their files.

    Raises:
        RegisterError: the register cannot be written; documents before the one at which this arose are removed.
    """
    plan = plan_removal(register, documents)
    connection = register._connection
    for row in plan.documents:
        register.remove(row.id)
    with translated(register.path), overwriting(connection), immediate(connection):
        for row in plan.documents:
            _blank_events(register, row.id)
        terms.purge(connection)
        articles.purge(connection)
    for file in plan.files:
        with suppress(OSError):
            file.unlink()
    # What was written stands in the log until that is emptied.
    register.empty_log()
    return plan


def _files_of(register: Register, documents: Sequence[DocumentRow]) -> Iterable[Path]:
    """The documents' files that Dutybook itself stored, unless another document came from the same file."""
    removed = {row.id for row in documents}
    others = {row.source.partition("!/")[0] for row in register.documents() if row.id not in removed}
    database = database_named(register.path)
    own = [uploads_path(database).resolve(), watched_path(database).resolve()]
    for source in dict.fromkeys(row.source.partition("!/")[0] for row in documents):
        file = Path(source).resolve()
        if source not in others and file.is_file() and any(file.is_relative_to(folder) for folder in own):
            yield file


def _blank_events(register: Register, document: str) -> None:
    """Take the document's words out of the events that alerts tell of."""
    sql = "SELECT id, data FROM alert_events WHERE instr(data, ?)"
    changed = []
    for identity, data in register._select(sql, document):
        event: dict[str, Any] = json.loads(data)
        texts: dict[str, dict[str, Any]] = event.get("texts", {})
        for text in texts.values():
            if text.get("document") == document:
                for field in _QUOTING:
                    if field in text:
                        text[field] = [] if isinstance(text[field], list) else ""
        changed.append((json.dumps(event, ensure_ascii=False), identity))
    register._connection.executemany("UPDATE alert_events SET data = ? WHERE id = ?", changed)
