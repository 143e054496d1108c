"""Works (acts): their numbers, their versions by language, what they do to each other, and the list of acts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dutybook.errors import BadFilter, NotFound
from dutybook.records import Work
from dutybook.records.dates import parse_day
from dutybook.store.search.filters import Filters, named_work
from dutybook.store.sql import compose, english_title_of

if TYPE_CHECKING:
    from dutybook.store.register import Register


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A document as a version of its work: ``valid_until`` is the last day, None while it stands (columns of ``versions``).

    ``kind`` is original, consolidated, corrigendum or empty; ``expression`` is shared by copies of one text.
    """

    document: str
    language: str
    kind: str
    expression: str
    valid_from: str | None
    valid_until: str | None
    preferred: bool
    current: bool
    format: str
    norms: int
    source: str


@dataclass(frozen=True, slots=True)
class RelationRow:
    """``work`` does ``kind`` to ``related``; the names are those of the register, empty where it has no text of the act.

    ``quote`` is the words that say so, ``place`` where they stand (empty for a title), ``document`` in which document.
    """

    kind: str
    work: str
    work_title: str
    related: str
    related_title: str
    place: str
    quote: str
    document: str


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A work with all that the register knows of it; ``numbers`` by scheme (celex, eli, oj, national)."""

    id: str
    kind: str
    jurisdiction: str
    title: str
    numbers: dict[str, tuple[str, ...]]
    versions: tuple[VersionRow, ...]
    relations: tuple[RelationRow, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(sorted({v.language for v in self.versions}))

    @property
    def stages(self) -> tuple[str, ...]:
        """The days from which versions stand, whatever their language; empty text for one whose day is unknown."""
        return tuple(sorted({v.valid_from or "" for v in self.versions}))


_WORKS = compose(
    "SELECT id, kind, jurisdiction, coalesce({title}, short_title) AS title FROM works",
    title=english_title_of(compose("works.id")),
)
_WORK = compose("{works} WHERE id = ?", works=_WORKS)
_VERSIONS = """SELECT v.document, v.language, d.version_kind, v.expression, v.valid_from, v.valid_until, v.preferred, v.current, d.format,
    d.norms, d.source FROM versions v JOIN documents d ON d.id = v.document WHERE v.work = ?
    ORDER BY v.language, v.valid_from, v.expression, v.preferred DESC, v.document"""
# One relation stands in every language and copy of the act that says it: the preferred document of the first language tells of it.
_RELATIONS = """SELECT r.kind, r.work, coalesce(a.short_title, ''), r.related, coalesce(b.short_title, ''), r.place, r.quote, r.document
    FROM work_relations r JOIN documents d ON d.id = r.document LEFT JOIN versions v ON v.document = r.document
    LEFT JOIN works a ON a.id = r.work LEFT JOIN works b ON b.id = r.related WHERE ?1 IN (r.work, r.related)
    ORDER BY r.kind, r.work, r.related, v.preferred IS NOT 1, d.language <> 'en', d.language, d.id, r.position"""


def find_works(register: Register, names: Iterable[str]) -> set[str]:
    """Ids of the works that any of these names: an id, an official number, a known name or part of a short title."""
    named = [named_work(name) for name in names]
    return {str(row[0]) for sql, values in named for row in register._select(sql, *values)}


def works(register: Register, named: str | None = None) -> list[WorkRow]:
    """All works by name, or those that ``named`` names (as ``Filters.work``).

    Raises:
        BadFilter: no act in the register is named so.
    """
    chosen, values = compose("1"), tuple[str, ...]()
    if named is not None:
        register.check_filters(Filters(work=named))
        condition, values = named_work(named)
        chosen = compose("id IN ({named})", named=condition)
        if not named.strip():
            raise BadFilter("name an act by its number or part of its title, or leave the name out to list all")
    sql = compose("{works} WHERE {chosen} ORDER BY title, id", works=_WORKS, chosen=chosen)
    found = register._select(sql, *values)
    return [_work(register, *row) for row in found]


def work(register: Register, identity: str) -> WorkRow:
    """The work with this very id.

    Raises:
        NotFound: there is none.
    """
    found = register._select_first(_WORK, identity)
    if found is None:
        raise NotFound(f"there is no act {identity!r} in the register. `dutybook works` lists them.")
    return _work(register, *found)


def work_record(register: Register, identity: str) -> Work:
    """The record of a work as it was read, without what the register derives.

    Raises:
        NotFound: there is none with this id.
    """
    row = register._select_first(
        "SELECT id, kind, jurisdiction, number, short_title, issuer FROM works WHERE id = ?", identity
    )
    if row is None:
        raise NotFound(f"no work has the id {identity!r}")
    return Work(*row)


def dates_of_file(register: Register, document: str) -> list[tuple[str, date]]:
    """Days that the metadata of an act's file state and its text does not.

    Args:
        register: where the act lies.
        document: the id of its text.

    Returns:
        What begins or ends (a type of fact) and the day, in the order of the days.
    """
    rows = register._select(
        "SELECT kind, due FROM act_dates WHERE document = ? AND fact IS NULL AND kind <> 'publication' ORDER BY due, kind",
        document,
    )
    return [(str(kind), day) for kind, due in rows if (day := parse_day(due))]


def titles(register: Register, works: Iterable[str], reader: str) -> dict[str, str]:
    """What works (ids) are called in a language (ISO 639-1), else in English, else in any; those without a name are left out.

    Acts that are known by name alone have that name in all languages.
    """
    rows = register._select(
        "SELECT work, short_title FROM work_names WHERE short_title <> '' AND work IN (SELECT value FROM json_each(?))"
        " ORDER BY work, language <> ?, language <> 'en', language, document",
        json.dumps(list(works)),
        reader,
    )
    rows += register._select(
        "SELECT act, name FROM coming_acts WHERE act IN (SELECT value FROM json_each(?))", json.dumps(list(works))
    )
    found: dict[str, str] = {}
    for work, title in rows:
        found.setdefault(work, title)
    return found


def short_names(register: Register, works: Iterable[str], reader: str) -> dict[str, str]:
    """What people call works (ids) among themselves: "DORA", "SeehDatG", "Directive (EU) 2032/77", else their :func:`titles`."""
    from dutybook.languages.eu_acts import numbered_name
    from dutybook.languages.known_acts import known_acts

    wanted = list(works)
    asked = set(wanted)
    known = {act.id: act.abbreviation(reader) for act in known_acts() if act.id in asked}
    numbers = dict(
        register._select(
            "SELECT id, coalesce(number, '') FROM works WHERE id IN (SELECT value FROM json_each(?))",
            json.dumps(wanted),
        )
    )
    made = {}
    for work, title in titles(register, wanted, reader).items():
        number = numbers.get(work, "")
        # The number of a national act may be its abbreviation.
        abbreviation = number if number and not any(sign.isdigit() for sign in number) else ""
        # A title that an act gives itself in brackets ("market abuse regulation") stands here at the beginning of a line.
        made[work] = known.get(work) or abbreviation or numbered_name(title) or title[:1].upper() + title[1:]
    return made


def _work(register: Register, identity: str, kind: str, jurisdiction: str, title: str) -> WorkRow:
    numbers: dict[str, set[str]] = defaultdict(set)
    for scheme, number in register._select("SELECT scheme, number FROM work_numbers WHERE work = ?", identity):
        numbers[scheme].add(number)
    versions = [VersionRow(*row[:6], *map(bool, row[6:8]), *row[8:]) for row in register._select(_VERSIONS, identity)]
    relations: dict[tuple[str, str, str], RelationRow] = {}
    for row in register._select(_RELATIONS, identity):
        relations.setdefault((row[0], row[1], row[3]), RelationRow(*row))
    return WorkRow(
        *(identity, kind, jurisdiction, title),
        numbers={scheme: tuple(sorted(found)) for scheme, found in sorted(numbers.items())},
        versions=tuple(versions),
        relations=tuple(relations.values()),
    )


@dataclass(frozen=True, slots=True)
class ActRow:
    """An act.

    ``title`` is in the reader's language, else English, else any (empty where it has none); ``title_language`` says in which.
    ``number`` is empty where no official one is known. ``versions`` are days from which versions stand, whatever their
    language; ``newest`` is the last of them (ISO 8601), None where no day is known. ``norms``: those of the newest
    version, in the language that has most of them.
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


_NAMED = """(SELECT n.{what} FROM work_names n WHERE n.work = w.id AND n.short_title <> ''
    ORDER BY n.language <> ?, n.language <> 'en', n.language, n.document LIMIT 1)"""
_ACTS = """SELECT w.id, coalesce(w.number, ''), w.kind, w.jurisdiction, coalesce({title}, w.short_title) AS title,
    coalesce({language}, ''), (SELECT group_concat(language, ' ') FROM (SELECT DISTINCT v.language FROM versions v
        WHERE v.work = w.id ORDER BY v.language)),
    (SELECT count(DISTINCT coalesce(v.valid_from, '')) FROM versions v WHERE v.work = w.id),
    (SELECT count(*) FROM versions v WHERE v.work = w.id), (SELECT max(v.valid_from) FROM versions v WHERE v.work = w.id),
    (SELECT max(s.norms) FROM (SELECT sum(d.norms) AS norms FROM versions v JOIN documents d ON d.id = v.document
        WHERE v.work = w.id AND v.preferred AND v.current GROUP BY v.language) s), count(*) OVER ()
    FROM works w WHERE {chosen} ORDER BY title = '', fold(title), w.id LIMIT ? OFFSET ?"""


def acts(
    register: Register, reader: str, words: str = "", *, limit: int = 100, offset: int = 0
) -> tuple[list[ActRow], int]:
    """Acts by title, and how many there are in all; ``words``: those that a number or part of a title names."""
    chosen, values = compose("1"), tuple[str, ...]()
    if words.strip():
        named, values = named_work(words)
        chosen = compose("w.id IN ({named})", named=named)
    sql = compose(
        _ACTS,
        title=compose(_NAMED, what=compose("short_title")),
        language=compose(_NAMED, what=compose("language")),
        chosen=chosen,
    )
    rows = register._select(sql, reader, reader, *values, limit, offset)
    made = []
    for id, number, kind, jurisdiction, title, title_language, languages, versions, documents, newest, norms, _ in rows:
        spoken = tuple((languages or "").split())
        counts = (versions, documents, newest, norms or 0)
        made.append(ActRow(id, number, kind, jurisdiction, title, title_language, spoken, *counts))
    return made, rows[0][-1] if rows else 0
