"""Reading what changed between versions, where languages deviate, and which texts brought changes lately."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dutybook.errors import BadFilter, NotFound
from dutybook.resolve.identity.alignment import align_versions
from dutybook.resolve.identity.changes import Change, changes
from dutybook.store.database.protocols import Connection
from dutybook.store.search.filters import Filters, named_document, named_work
from dutybook.store.search.missing_values import act_meant
from dutybook.store.sql import all_of, compose, marks
from dutybook.store.versions.changes import version_text

if TYPE_CHECKING:
    from dutybook.store.register import Register


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A document as a version of its work; days are ISO, None where not known or still standing."""

    document: str
    work: str | None
    language: str
    title: str
    source: str
    valid_from: str | None
    valid_until: str | None


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change; ``detail`` as in :class:`~dutybook.resolve.identity.Change`. ``identity`` is the norm's through all versions."""

    kind: str
    old_norm: str | None
    new_norm: str | None
    old_place: str | None
    new_place: str | None
    old_quote: str | None
    new_quote: str | None
    identity: str
    detail: dict[str, Any]

    @property
    def place(self) -> str:
        return self.new_place or self.old_place or ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one version to another."""

    old: VersionRow
    new: VersionRow
    changes: tuple[ChangeRow, ...]


@dataclass(frozen=True, slots=True)
class DeviationRow:
    """Two language versions of a norm that say different things: ``statement`` in ``language``, ``other_statement`` in ``other_language``."""

    kind: str
    identity: str
    norm: str
    other: str
    place: str
    language: str
    other_language: str
    statement: str
    other_statement: str
    quote: str
    other_quote: str


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """Words that a corrigendum puts right: ``cited`` where, as written; ``norm`` where the act is in the register and a norm has them."""

    document: str
    title: str
    language: str
    cited: str
    place: str | None
    wrong: str
    right: str
    act: str | None
    norm: str | None


_VERSION = compose(
    """SELECT d.id AS document, d.work, d.language, d.title, d.source, v.valid_from, v.valid_until
    FROM documents d LEFT JOIN versions v ON v.document = d.id"""
)
_VERSIONS = compose(
    """{versions} WHERE v.work = ? AND v.preferred AND d.norms > 0 AND d.version_kind <> 'corrigendum'
    ORDER BY v.language, coalesce(v.valid_from, ''), d.id""",
    versions=_VERSION,
)
_PREVIOUS = compose("{versions} WHERE d.id = (SELECT previous FROM versions WHERE document = ?)", versions=_VERSION)
_OF_DOCUMENT = compose("{versions} WHERE d.id = ?", versions=_VERSION)
_DEVIATION = compose(
    """SELECT x.kind, x.identity, x.norm, x.other, n.place, n.language, o.language AS other_language, x.statement, x.other_statement,
    n.quote, o.quote AS other_quote FROM deviations x JOIN norms n ON n.id = x.norm JOIN norms o ON o.id = x.other"""
)
_DEVIATIONS_OF_NORM = compose("{deviations} WHERE ? IN (x.norm, x.other) ORDER BY x.kind, x.id", deviations=_DEVIATION)
_DEVIATIONS_OF_WORK = compose(
    """{deviations} JOIN documents d ON d.id = n.document WHERE x.work = ?
    ORDER BY coalesce(d.version_date, ''), n.position, o.language, x.kind, x.id""",
    deviations=_DEVIATION,
)
_ACTS = """SELECT DISTINCT coalesce(r.related, w.id) FROM works w LEFT JOIN work_relations r ON r.work = w.id
    AND r.kind = 'corrects' WHERE w.id IN ({named})
    UNION SELECT work FROM corrections WHERE work = ? COLLATE NOCASE ORDER BY 1"""
_CORRECTIONS = """SELECT c.document, d.title, c.language, c.cited, c.place, c.wrong, c."right", c.act, c.norm
    FROM corrections c JOIN documents d ON d.id = c.document WHERE {column} = ?
    ORDER BY coalesce(d.published, ''), c.language, c.document, c.position"""


class Differences:
    """Questions about versions, over an open connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def work(self, named: str) -> str | None:
        """The id of the work that an id, an official number or part of a short title names; None if none or it is a document.

        Raises:
            BadFilter: several works are named so.
        """
        condition, values = named_work(named)
        # A corrigendum's own name leads to the act that it corrects, which need not be here itself.
        found = [str(row[0]) for row in self.connection.execute(compose(_ACTS, named=condition), (*values, named))]
        exact = [work for work in found if work.casefold() == named.casefold()]
        if len(found) > 1 and not exact:
            raise BadFilter(f"several acts match {named!r}: {', '.join(found[:6])}. Name one by its number.")
        return next(iter(exact or found), None)

    def document(self, named: str) -> VersionRow:
        """The one document that an id or its beginning, part of a title or of a file name names.

        Raises:
            NotFound: there is none, or several are named so.
        """
        chosen, values = named_document(named)
        sql = compose("{versions} WHERE {chosen} ORDER BY d.source, d.id LIMIT 7", versions=_VERSION, chosen=chosen)
        found = [VersionRow(*row) for row in self.connection.execute(sql, values)]
        if not found:
            meant = act_meant(self.connection, named)
            raise NotFound(
                f"no act or document in the register matches {named!r}. `dutybook documents` lists them.{meant}"
            )
        if len(found) > 1:
            some = "; ".join(f"{v.document[:8]} {v.source.rpartition('/')[2]}" for v in found[:6])
            raise NotFound(f"several documents match {named!r}: {some}. Name one by the beginning of its id.")
        return found[0]

    def versions(self, work: str) -> list[VersionRow]:
        """The versions of a work that have norms, of copies the preferred one, by language and time; corrigenda are none."""
        return [VersionRow(*row) for row in self.connection.execute(_VERSIONS, (work,))]

    def between(self, old: VersionRow, new: VersionRow) -> Difference:
        """What changed from one document to another in the same language: as stored for consecutive versions, else compared now.

        Raises:
            BadFilter: they are in different languages.
        """
        if old.language != new.language:
            raise BadFilter(
                f"one is in “{old.language}”, the other in “{new.language}”: give two of one language;"
                " --languages shows where languages deviate"
            )
        stored = self.connection.execute(
            "SELECT 1 FROM alignments WHERE one = ? AND other = ? AND kind = 'version'", (old.document, new.document)
        ).fetchone()
        found = self._stored(old, new) if stored else self._compared(old, new)
        return Difference(old, new, tuple(found))

    def previous(self, version: VersionRow) -> VersionRow | None:
        """The version before a document's own."""
        row = self.connection.execute(_PREVIOUS, (version.document,)).fetchone()
        return VersionRow(*row) if row else None

    def deviations(self, work: str | None = None, norm: str | None = None) -> list[DeviationRow]:
        """Where language versions of a work, or of one norm (full id), say different things, by place."""
        if norm is not None:
            rows = self.connection.execute(_DEVIATIONS_OF_NORM, (norm,))
        else:
            rows = self.connection.execute(_DEVIATIONS_OF_WORK, (work,))
        return [DeviationRow(*row) for row in rows]

    def corrections(self, work: str | None = None, document: str | None = None) -> list[CorrectionRow]:
        """What corrigenda of a work, or one of them (full id), put right, by the corrigendum's date."""
        column, value = (compose("c.work"), work) if document is None else (compose("c.document"), document)
        found = self.connection.execute(compose(_CORRECTIONS, column=column), (value,))
        return [CorrectionRow(*row) for row in found]

    def counts(self, documents: Iterable[str]) -> list[tuple[VersionRow, dict[str, int]]]:
        """How many changes of each kind a version brought, for the versions that these documents are and those that follow on them."""
        news = set()
        for document in documents:
            rows = self.connection.execute(
                "SELECT new_document FROM changes WHERE new_document = ?1 UNION SELECT new_document FROM changes WHERE old_document = ?1",
                (document,),
            )
            news |= {row[0] for row in rows}
        found: list[tuple[VersionRow, dict[str, int]]] = []
        for new in news:
            counted = self.connection.execute(
                "SELECT kind, count(*) FROM changes WHERE new_document = ? GROUP BY kind ORDER BY kind", (new,)
            )
            version = self.connection.execute(_OF_DOCUMENT, (new,)).fetchone()
            found.append((VersionRow(*version), dict(counted.fetchall())))
        return sorted(found, key=lambda f: (f[0].work or "", f[0].language, f[0].valid_from or "", f[0].document))

    def _stored(self, old: VersionRow, new: VersionRow) -> Iterator[ChangeRow]:
        rows = self.connection.execute(
            "SELECT kind, old_norm, new_norm, old_place, new_place, old_quote, new_quote, identity, detail FROM changes"
            " WHERE old_document = ? AND new_document = ? ORDER BY position, kind",
            (old.document, new.document),
        )
        for kind, old_norm, new_norm, old_place, new_place, old_quote, new_quote, identity, detail in rows:
            yield ChangeRow(
                *(kind, old_norm, new_norm, old_place, new_place, old_quote, new_quote, identity), json.loads(detail)
            )

    def _compared(self, old: VersionRow, new: VersionRow) -> Iterator[ChangeRow]:
        one, other = (version_text(self.connection, v.document) for v in (old, new))
        for change in changes(one, other, align_versions(one.norms, other.norms)):
            yield self._row(change)

    def _row(self, change: Change) -> ChangeRow:
        old, new = change.old, change.new
        known = (new or old).id if (new or old) else ""  # type: ignore[union-attr]
        identity = self.connection.execute("SELECT identity FROM norm_ties WHERE norm = ?", (known,)).fetchone()
        return ChangeRow(
            *(change.kind.value, old.id if old else None, new.id if new else None),
            *(old.place if old else None, new.place if new else None),
            *(old.quote if old else None, new.quote if new else None),
            identity[0] if identity else known,
            change.detail,
        )


def standing_on(versions: list[VersionRow], day: str) -> VersionRow:
    """The version that stands on a day (ISO), of versions in order of time.

    Raises:
        NotFound: the first one came later.
    """
    found = [v for v in versions if (v.valid_from or "") <= day]
    if not found:
        first = versions[0].valid_from if versions else "?"
        raise NotFound(f"no version stands on {day}: the first one that is here stands from {first}")
    return found[-1]


_TEXTS = """SELECT d.id, d.work, d.language, coalesce(v.valid_from, d.version_date, d.published) AS since, d.version_kind = 'corrigendum',
    (SELECT c.old_document FROM changes c WHERE c.new_document = d.id LIMIT 1) AS old FROM documents d LEFT JOIN versions v ON v.document = d.id
    WHERE EXISTS (SELECT 1 FROM changes c WHERE c.new_document = d.id)
    ORDER BY coalesce(v.valid_from, d.version_date, d.published) IS NULL, since DESC, d.work, d.language, d.id LIMIT ? OFFSET ?"""
_COUNTED = "SELECT kind, count(DISTINCT coalesce(new_norm, old_norm)) FROM changes WHERE new_document = ? GROUP BY kind"


@dataclass(frozen=True, slots=True)
class ChangedText:
    """A text and how many norms it changed, by kind of change; ``since`` is its day (ISO 8601), None where not known.

    ``old`` is the document that it is compared with.
    """

    document: str
    work: str
    language: str
    since: str | None
    corrigendum: bool
    old: str
    counts: dict[str, int]


def recent_changes(register: Register, limit: int, offset: int = 0) -> list[ChangedText]:
    """The texts that changed norms of the version before them, the newest first."""
    made: list[ChangedText] = []
    for row in register._select(_TEXTS, limit, offset):
        counts: dict[str, int] = defaultdict(int)
        counts |= dict(register._select(_COUNTED, row[0]))
        document, work, language, since, corrigendum, old = row
        made.append(ChangedText(document, work or "", language, since, bool(corrigendum), old, dict(counts)))
    return made


@dataclass(frozen=True, slots=True)
class DatedChange(ChangeRow):
    """A change with the text that brought it: its ``document`` of the act ``work``, in a ``language``; ``since`` is its day (ISO 8601),
    None where not known. ``old_page`` and ``new_page`` are where the words stand, from 1.
    """

    document: str
    work: str
    language: str
    since: str | None
    old_page: int | None
    new_page: int | None


@dataclass(frozen=True, slots=True)
class ChangesQuery:
    """Which changes are asked for: of an act (named as in ``Filters.work``), from one day to another (ISO 8601), of some kinds.

    ``language``: in this one alone. Without one, the texts of an act and a day are compared once, in ``reader`` if it is there, else in
    English, else in any.
    """

    work: str | None = None
    since: str = ""
    until: str = ""
    kinds: tuple[str, ...] = ()
    language: str | None = None
    reader: str = "en"


_DATED = """WITH texts AS (SELECT d.id, coalesce(d.work, '') AS work, d.language, coalesce(v.valid_from, d.version_date, d.published) AS since
    FROM documents d LEFT JOIN versions v ON v.document = d.id
    WHERE d.id IN (SELECT new_document FROM changes) AND {named}),
    ranked AS (SELECT *, rank() OVER (PARTITION BY work, since ORDER BY language <> ?, language <> 'en', language) AS nth FROM texts
    WHERE {passing})
    SELECT c.kind, c.old_norm, c.new_norm, c.old_place, c.new_place, c.old_quote, c.new_quote, c.identity, c.detail, t.id, t.work, t.language,
    t.since, (SELECT page FROM norms WHERE id = c.old_norm), (SELECT page FROM norms WHERE id = c.new_norm), count(*) OVER ()
    FROM ranked t JOIN changes c ON c.new_document = t.id WHERE t.nth = 1 AND {kinds}
    ORDER BY t.since IS NULL, t.since DESC, t.work, t.language, t.id, c.position, c.kind LIMIT ? OFFSET ?"""


def latest_changes(
    register: Register, query: ChangesQuery, limit: int, offset: int = 0
) -> tuple[list[DatedChange], int]:
    """Changes of all acts, those of the newest text first, and how many there are in all (0 beyond the last one).

    Raises:
        BadFilter: no act in the register is named so.
    """
    named, works = compose("1"), tuple[str, ...]()
    if query.work is not None:
        register.check_filters(Filters(work=query.work))
        sql, works = named_work(query.work)
        named = compose("d.work IN ({named})", named=sql)
    bounds = [
        (compose("since >= ?"), query.since),
        (compose("since <= ?"), query.until),
        (compose("language = ?"), query.language),
    ]
    given = [(sql, value) for sql, value in bounds if value]
    statement = compose(
        _DATED,
        named=named,
        passing=all_of([compose("1"), *(sql for sql, _ in given)]),
        kinds=compose("c.kind IN ({kinds})", kinds=marks(len(query.kinds))) if query.kinds else compose("1"),
    )
    values = (*works, query.reader, *(value for _, value in given), *query.kinds, limit, offset)
    rows = register._select(statement, *values)
    read = [(*row[:8], json.loads(row[8]), *row[9:15]) for row in rows]
    made = [DatedChange(*each) for each in read]
    return made, rows[0][15] if rows else 0
