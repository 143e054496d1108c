"""The acts of a register as a list: one row each, whatever languages and versions it has."""

from __future__ import annotations

from dataclasses import dataclass

from dutybook.store.connection import translated
from dutybook.store.filters import named_work
from dutybook.store.register import Register


@dataclass(frozen=True, slots=True)
class ActRow:
    """An act: ``title`` in the reader's language, else English, else any (empty where it has none), ``title_language`` says in which.

    ``number`` is empty
    where no official one is known. ``versions`` are days from which versions stand, whatever their language; ``newest`` is the last of them (ISO 8601), None where no day
    is known. ``norms``: those of the newest version, in the language that has most of them.
    """

    id: str
    number: str
    kind: str
    jurisdiction: str
    title: str
    title_language: str
    languages: tuple[str, ...]
    versions: int
    documents: int
    newest: str | None
    norms: int


_NAME = """(SELECT n.{what} FROM work_names n WHERE n.work = w.id AND n.short_title <> ''
    ORDER BY n.language <> ?, n.language <> 'en', n.language, n.document LIMIT 1)"""
_ACTS = f"""SELECT w.id, coalesce(w.number, ''), w.kind, w.jurisdiction, coalesce({_NAME.format(what="short_title")}, w.short_title) AS title,
    coalesce({_NAME.format(what="language")}, ''), (SELECT group_concat(language, ' ') FROM (SELECT DISTINCT v.language FROM versions v
        WHERE v.work = w.id ORDER BY v.language)),
    (SELECT count(DISTINCT coalesce(v.valid_from, '')) FROM versions v WHERE v.work = w.id),
    (SELECT count(*) FROM versions v WHERE v.work = w.id), (SELECT max(v.valid_from) FROM versions v WHERE v.work = w.id),
    (SELECT max(s.norms) FROM (SELECT sum(d.norms) AS norms FROM versions v JOIN documents d ON d.id = v.document
        WHERE v.work = w.id AND v.preferred AND v.current GROUP BY v.language) s), count(*) OVER ()
    FROM works w {{where}} ORDER BY title = '', fold(title), w.id LIMIT ? OFFSET ?"""  # noqa: S608 - constants only


def acts(
    register: Register, reader: str, words: str = "", *, limit: int = 100, offset: int = 0
) -> tuple[list[ActRow], int]:
    """Acts by title, and how many there are in all; ``words``: those that a number or part of a title names."""
    where, values = "", tuple[str, ...]()
    if words.strip():
        named, values = named_work(words)
        where = f"WHERE w.id IN ({named})"
    with translated(register.path):
        sql = _ACTS.format(where=where)
        rows = register.connection.execute(sql, (reader, reader, *values, limit, offset)).fetchall()
    made = [
        ActRow(
            identity,
            number,
            kind,
            state,
            title,
            language,
            tuple((languages or "").split()),
            versions,
            documents,
            newest,
            norms or 0,
        )
        for identity, number, kind, state, title, language, languages, versions, documents, newest, norms, _ in rows
    ]
    return made, rows[0][-1] if rows else 0
