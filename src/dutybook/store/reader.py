"""Reading the register: SQL on one side, frozen rows on the other."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from dutybook.errors import BadFilter, NotFound
from dutybook.records.findings import Doubt
from dutybook.store.database.connection import translated, translates_errors
from dutybook.store.database.protocols import Connection
from dutybook.store.findings import (
    FACT,
    NORM,
    NORM_WITHOUT_PLACES,
    REJECTED,
    evidence_of,
    with_deadlines,
    with_evidence,
)
from dutybook.store.ids import ids_named, only_id
from dutybook.store.judgements.record_rows import REJECTED_SQL, records_of
from dutybook.store.rows import (
    AmountRow,
    CitationRow,
    DeadlineRow,
    DefinitionRow,
    DocumentRow,
    FactRow,
    GapRow,
    NormDetail,
    NormRow,
    PenaltyRow,
    PeriodRow,
    RejectedRow,
    RunRow,
    Summary,
    rows,
)
from dutybook.store.search.conditions import WIDE, together
from dutybook.store.search.facets import values_of
from dutybook.store.search.filters import Filters, named_coming_act, named_document, named_work, where
from dutybook.store.search.missing_values import act_meant, missing_values
from dutybook.store.search.spelling import missing_words, words_meant
from dutybook.store.sql import NOTHING, Sql, compose, english_role_of
from dutybook.store.versions import in_force

_T = TypeVar("_T")
_CHUNK = 400

_DOCUMENT = compose(
    """SELECT d.id, d.work, w.short_title AS work_title, d.title, d.language, d.genre, d.status, d.reason,
    d.version_date, d.published, d.pages, d.characters, d.norms, d.problems, d.source, d.sha256, d.analyser, d.published_by, d.reasons,
    d.genre_probability, d.author, d.place, d.publisher, d.operative, d.searched, d.gaps
    FROM documents d LEFT JOIN work_names w ON w.document = d.id"""
)
_PERIODS_OF_NORM = """SELECT CASE WHEN m.fact IS NULL THEN p.applies_from ELSE m.due END AS applies_from, p.applies_until, p.about, p.fact,
    CASE WHEN m.fact IS NULL THEN f.status WHEN m.due IS NULL THEN 'changed' ELSE 'derived' END AS status, f.quote, f.place, f.page,
    m.by_document FROM norm_periods p JOIN facts f ON f.id = p.fact LEFT JOIN moved_facts m ON m.fact = p.fact
    WHERE p.norm = ? ORDER BY p.position"""
_FACTS_OF_NORM = compose(
    "{facts} JOIN norms n ON f.id IN (n.applies_from_by, n.applies_until_by) WHERE n.id = ? ORDER BY f.position",
    facts=FACT,
)
_OF_DOCUMENT = compose("document = ?")
_OF_NORM = compose("id IN (SELECT penalty FROM sanctions WHERE norm = ?)")
_CITED_BY = compose("document = (SELECT document FROM norms WHERE id = ?1) AND norm = ?1")
# Deadlines that have a day of their own, without those of rejected norms, and those that have one by an event.
_DATED = compose(
    """SELECT (SELECT count(*) FROM deadlines WHERE due IS NOT NULL)
    - (SELECT count(*) FROM (SELECT DISTINCT norm FROM ({rejected})) c CROSS JOIN deadlines x ON x.norm = c.norm WHERE x.due IS NOT NULL)
    + (SELECT count(DISTINCT x.id) FROM events e CROSS JOIN deadlines x ON x.id = e.deadline CROSS JOIN event_dates t ON t.event = e.id
        WHERE x.due IS NULL AND x.norm NOT IN ({rejected}))""",
    rejected=REJECTED_SQL,
)


class Reader:
    """What may be asked of a register; every list is in a fixed order."""

    def __init__(self, connection: Connection, path: str) -> None:
        self._connection = connection
        self.path = path

    def _select(self, sql: str, *values: object) -> list[Any]:
        """The rows of a query."""
        with translated(self.path):
            return self._connection.execute(sql, values).fetchall()

    def _select_first(self, sql: str, *values: object) -> Any:
        """The first row of a query, None where it has none."""
        with translated(self.path):
            return self._connection.execute(sql, values).fetchone()

    def _select_value(self, sql: str, *values: object) -> Any:
        """The first column of the first row."""
        return self._select_first(sql, *values)[0]

    def _select_as(self, make: Callable[..., _T], sql: str, *values: object) -> list[_T]:
        """The rows of a query as records (see :func:`dutybook.store.rows.rows`)."""
        with translated(self.path):
            return list(rows(make, self._connection.execute(sql, values)))

    # norms

    def norms(self, filters: Filters | None = None, limit: int | None = None) -> Iterator[NormRow]:
        """Norms that pass the filters with their deadlines, by document title, then in document order, however many there are."""
        passing, values = where(filters or Filters())
        sql = compose(
            "{norms} WHERE {passing} ORDER BY d.title, d.id, n.position {limit}",
            norms=NORM,
            passing=passing,
            limit=NOTHING if limit is None else compose("LIMIT {most}", most=limit),
        )
        with translated(self.path):
            found = rows(NormRow, self._connection.execute(sql, values))
            while chunk := list(islice(found, _CHUNK)):
                yield from with_deadlines(self._connection, chunk)

    @translates_errors
    def norms_by_id(self, ids: Sequence[str], *, places: bool = True) -> list[NormRow]:
        """Norms in the order of their full ids; unknown ones are left out. Without ``places`` quicker, and without spans and boxes."""
        sql = compose(
            "{norms} WHERE n.id IN (SELECT value FROM json_each(?))", norms=NORM if places else NORM_WITHOUT_PLACES
        )
        cursor = self._connection.execute(sql, (json.dumps(list(ids)),))
        found = {norm.id: norm for norm in with_deadlines(self._connection, list(rows(NormRow, cursor)))}
        return [found[i] for i in ids if i in found]

    @translates_errors
    def norm(self, identity: str) -> NormDetail:
        """Everything about one norm; four characters of its id are enough if no other begins so.

        Raises:
            NotFound: there is none, or there are several that begin so (the message lists them).
        """
        full = self._full_id("norms", identity)
        found = rows(NormRow, self._connection.execute(compose("{norms} WHERE n.id = ?", norms=NORM), (full,)))
        return NormDetail(
            norm=with_deadlines(self._connection, list(found), evidence=True)[0],
            evidence=evidence_of(self._connection, "norms", [full]).get(full),
            citations=tuple(self._citations(_CITED_BY, full)),
            headings=tuple(self._headings(full)),
            definitions=self._definitions(full),
            dates=tuple(self._dates(full)),
            times=tuple(rows(PeriodRow, self._connection.execute(_PERIODS_OF_NORM, (full,)))),
            penalties=tuple(self._penalties(_OF_NORM, full)),
            review=records_of(self._connection, [full]).get(full),
        )

    @translates_errors
    def kind_of(self, identity: str) -> tuple[str, str]:
        """``("norms" | "rejected", full id)`` for an id or the beginning of one.

        Raises:
            NotFound: as for :meth:`norm`.
        """
        try:
            return "norms", self._full_id("norms", identity)
        except NotFound as error:
            # An ambiguous beginning stays an error; an unknown one may be a rejected candidate's.
            if not ids_named(self._connection, "rejected", identity) or ids_named(self._connection, "norms", identity):
                raise error from None
            return "rejected", self._full_id("rejected", identity)

    def _full_id(self, table: str, identity: str) -> str:
        what = {"norms": "norm", "rejected": "rejected candidate"}[table]
        found = ids_named(self._connection, table, identity)
        return only_id(found, identity, what, "`dutybook search` shows the ids.")

    def _headings(self, norm: str) -> Iterator[str]:
        sql = """WITH RECURSIVE up(document, parent, place, heading, depth) AS (
                SELECT p.document, p.parent, p.place, p.heading, 0 FROM norms n
                JOIN provisions p ON p.document = n.document AND p.id = n.provision
                WHERE n.id = ?
                UNION ALL SELECT p.document, p.parent, p.place, p.heading, depth + 1
                FROM up JOIN provisions p ON p.document = up.document AND p.id = up.parent WHERE depth < 32)
            SELECT place, heading FROM up WHERE heading <> '' ORDER BY depth DESC"""
        for place, heading in self._connection.execute(sql, (norm,)):
            # The place of a heading without a number is its own beginning.
            yield heading if heading.startswith(place) else f"{place} {heading}"

    @translates_errors
    def doubts(self, norms: Sequence[str]) -> dict[str, tuple[Doubt, ...]]:
        """The fields of norms (full ids) that may be wrong, the least probable first, by norm; none of those that somebody judged."""
        spoke = evidence_of(self._connection, "norms", norms, places=False)
        records = records_of(self._connection, norms)
        return {norm: evidence.doubts(records.get(norm)) for norm, evidence in spoke.items()}

    # documents and the rest

    @translates_errors
    def documents(self, document: str | None = None) -> list[DocumentRow]:
        """All documents, unreadable ones too, or those that an id, a source's or a title's part names; by title and source."""
        chosen, values = named_document(document)
        sql = compose("{documents} WHERE {chosen} ORDER BY d.title, d.source, d.id", documents=_DOCUMENT, chosen=chosen)
        return list(rows(DocumentRow, self._connection.execute(sql, values)))

    @translates_errors
    def document_with(self, sha256: str) -> DocumentRow | None:
        """The document made from these bytes."""
        sql = compose("{documents} WHERE d.sha256 = ? ORDER BY d.id LIMIT 1", documents=_DOCUMENT)
        return next(rows(DocumentRow, self._connection.execute(sql, (sha256,))), None)

    @translates_errors
    def text(self, document: str) -> str:
        """The text that a document's spans count in.

        Raises:
            NotFound: there is no document with this id.
        """
        row = self._connection.execute("SELECT text FROM texts WHERE document = ?", (document,)).fetchone()
        if row is None:
            raise NotFound(f"there is no document {document!r}. `dutybook documents` lists them.")
        return str(row[0])

    @translates_errors
    def boilerplate(self, document: str) -> list[str]:
        """The paragraphs of a document's file that are no part of its article and of its text: menus, teasers, advertisements."""
        row = self._connection.execute("SELECT boilerplate FROM texts WHERE document = ?", (document,)).fetchone()
        return [str(paragraph) for paragraph in json.loads(row[0])] if row else []

    def _dates(self, norm: str) -> list[FactRow]:
        """The facts that say from when and until when a norm applies."""
        found = list(rows(FactRow, self._connection.execute(_FACTS_OF_NORM, (norm,))))
        return with_evidence(self._connection, "facts", found)

    @translates_errors
    def facts(self, document: str | None = None) -> list[FactRow]:
        """Facts of all documents or of one (full id)."""
        sql = compose(
            "{facts} WHERE {chosen} ORDER BY f.document, f.position",
            facts=FACT,
            chosen=compose("f.document = ?") if document else compose("1"),
        )
        return list(rows(FactRow, self._connection.execute(sql, (document,) if document else ())))

    @translates_errors
    def timeline(self, work: str) -> list[FactRow]:
        """The dates of an act, the earliest first: those of its newest text, moved where a later act moves them."""
        newest = """SELECT id FROM documents WHERE work = ? AND status <> 'unreadable'
            ORDER BY coalesce(version_date, published, '') DESC, language <> 'en', language, id LIMIT 1"""
        document = self._connection.execute(newest, (work,)).fetchone()
        facts = self.facts(document[0]) if document else []
        return sorted(facts, key=lambda fact: (fact.due is None, fact.due or date.min))

    @translates_errors
    def penalties(self, document: str | None = None) -> list[PenaltyRow]:
        """Penalties of all documents or of one (full id)."""
        return self._penalties(_OF_DOCUMENT, document) if document else self._penalties(compose("1"))

    @translates_errors
    def penalties_by_id(self, ids: Sequence[str]) -> list[PenaltyRow]:
        """Penalties by their full ids, in document order."""
        return self._penalties(compose("id IN (SELECT value FROM json_each(?))"), json.dumps(list(ids)))

    def _penalties(self, chosen: Sql, *values: str) -> list[PenaltyRow]:
        sql = compose(
            "SELECT id, document, quote, imposed, page FROM penalties WHERE {chosen} ORDER BY document, position",
            chosen=chosen,
        )
        amounts = 'SELECT amount, currency, percent, "of" FROM amounts WHERE penalty = ? ORDER BY position'

        def more(row: dict[str, Any]) -> dict[str, Any]:
            return {"amounts": tuple(rows(AmountRow, self._connection.execute(amounts, (row["id"],))))}

        return list(rows(PenaltyRow, self._connection.execute(sql, values), more))

    def _definitions(self, norm: str) -> tuple[DefinitionRow, ...]:
        sql = compose(
            """SELECT d.id, d.document, d.term, {role} AS role, d.actor, d.place,
            d.quote, d.language, d.page FROM norms n JOIN norm_terms t ON t.document = n.document AND t.norm = n.id
            JOIN definitions d ON d.id = t.definition WHERE n.id = ? ORDER BY t.position""",
            role=english_role_of(compose("d.id"), otherwise=compose("NULL")),
        )
        return tuple(rows(DefinitionRow, self._connection.execute(sql, (norm,))))

    @translates_errors
    def citations(self, document: str | None = None) -> list[CitationRow]:
        """Citations of all documents or of one (full id)."""
        return self._citations(_OF_DOCUMENT, document) if document else self._citations(compose("1"))

    def _citations(self, chosen: Sql, *values: str) -> list[CitationRow]:
        sql = compose(
            """SELECT id, document, norm, as_written, work, place, resolved, page FROM citations
            WHERE {chosen} ORDER BY document, position""",
            chosen=chosen,
        )
        return list(rows(CitationRow, self._connection.execute(sql, values)))

    @translates_errors
    def rejected(self, document: str | None = None, limit: int | None = None, offset: int = 0) -> list[RejectedRow]:
        """What looked like a norm and was none, in document order; ``document`` as for :meth:`documents`."""
        chosen, values = named_document(document)
        sql = compose(
            """{rejected} WHERE {chosen} AND r.id NOT IN (SELECT rejected FROM added_norms)
            ORDER BY d.title, d.id, r.position LIMIT ? OFFSET ?""",
            rejected=REJECTED,
            chosen=chosen,
        )
        given = (*values, -1 if limit is None else limit, offset)
        return with_evidence(
            self._connection, "rejected", list(rows(RejectedRow, self._connection.execute(sql, given)))
        )

    @translates_errors
    def gaps(self, document: str) -> list[GapRow]:
        """The operative text of a document (full id) that was not searched for norms, or not surely, in its order."""
        sql = """SELECT kind, place, quote, page, json_array(span_start, span_end) AS span FROM gaps
            WHERE document = ? ORDER BY position"""
        return list(rows(GapRow, self._connection.execute(sql, (document,))))

    @translates_errors
    def rejection(self, identity: str) -> RejectedRow:
        """One rejected candidate by its id or the beginning of it.

        Raises:
            NotFound: as for :meth:`norm`.
        """
        full = self._full_id("rejected", identity)
        sql = compose("{rejected} WHERE r.id = ?", rejected=REJECTED)
        found = list(rows(RejectedRow, self._connection.execute(sql, (full,))))
        return with_evidence(self._connection, "rejected", found)[0]

    @translates_errors
    def upcoming(self, today: date, limit: int = 10) -> list[tuple[DeadlineRow, NormRow]]:
        """Deadlines with a date from ``today`` on, the next one first, each with the event alone that its date is from.

        Of texts that stand today; a norm in several languages is there once, in English if it has it.
        """
        standing, days = together(in_force.conditions(None, today), WIDE)
        sql = compose(
            """SELECT due, deadline, norm, event FROM (
            SELECT y.due, y.deadline, y.norm, y.event, row_number() OVER (PARTITION BY f.identity, y.due, y.event
                ORDER BY f.language <> 'en', f.language, y.deadline) AS nth
            FROM due_dates y JOIN norms n ON n.id = y.norm JOIN norm_facets f ON f.row = n.row
            WHERE y.due >= ? AND {standing})
            WHERE nth = 1 ORDER BY due, deadline, event LIMIT ?""",
            standing=standing,
        )
        found = self._connection.execute(sql, (today.isoformat(), *days, limit)).fetchall()
        norms = {norm.id: norm for norm in self.norms_by_id(list(dict.fromkeys(row[2] for row in found)))}
        dated = {
            (d.due.isoformat(), d.id, d.events[0].id if d.events else None): (d, norm)
            for norm in norms.values()
            for deadline in norm.deadlines
            for d in deadline.dated()
            if d.due
        }
        return [dated[due, deadline, event] for due, deadline, _, event in found]

    @translates_errors
    def runs(self, limit: int = 20) -> list[RunRow]:
        """The last ingests, newest first."""
        sql = (
            "SELECT id, started, finished, version, files, added, unchanged, unread, paths, problems"
            " FROM runs ORDER BY id DESC LIMIT ?"
        )
        return list(rows(RunRow, self._connection.execute(sql, (limit,))))

    @translates_errors
    def summary(self) -> Summary:
        """Counts over the whole register."""

        def number(sql: str) -> int:
            return int(self._connection.execute(sql).fetchone()[0])

        # The condition leads to the index of these two columns.
        by = """SELECT modality, language, count(*) FROM norm_facets WHERE modality <> '' GROUP BY modality, language
            ORDER BY modality, language"""
        unread = compose("{documents} WHERE d.status <> 'read' ORDER BY d.source, d.id", documents=_DOCUMENT)
        documents = list(rows(DocumentRow, self._connection.execute(unread)))
        return Summary(
            documents=number("SELECT count(*) FROM documents"),
            works=number("SELECT count(*) FROM works"),
            pages=number("SELECT coalesce(sum(pages), 0) FROM documents"),
            norms=number("SELECT count(*) FROM norms"),
            deadlines=number("SELECT count(*) FROM deadlines"),
            dated=number(_DATED),
            rejected=number("SELECT count(*) FROM rejected"),
            by_modality={(row[0], row[1]): row[2] for row in self._connection.execute(by)},
            unreadable=tuple(d for d in documents if d.status == "unreadable"),
            partly_read=tuple(d for d in documents if d.status != "unreadable"),
        )

    @translates_errors
    def count_by_status(self) -> dict[str, int]:
        """How many documents were read, partly read and not read."""
        return dict(self._connection.execute("SELECT status, count(*) FROM documents GROUP BY status"))

    @translates_errors
    def missing_values(self, filters: Filters) -> list[str]:
        """Sentences on filters that no norm meets, whatever the others say, with what was probably meant: for a search that found nothing."""
        return list(missing_values(self._connection, filters))

    @translates_errors
    def missing_words(self, words: str) -> frozenset[str]:
        """Those of some words, parted by blanks, that no norm has in any form."""
        return missing_words(self._connection, words)

    @translates_errors
    def words_meant(self, words: str, missing: Collection[str]) -> str:
        """The words of a query with the nearest ones that norms have in place of those that none has, the ``missing`` ones; empty where
        there is nothing to mend.
        """
        return words_meant(self._connection, words, missing)

    @translates_errors
    def check_filters(self, filters: Filters) -> None:
        """Check that the work and the document that are filtered by exist, so that nothing found means nothing there.

        Raises:
            BadFilter: they do not; the message names some that do.
        """
        for work in values_of(filters.work):
            named, values = named_work(work)
            coming, called = named_coming_act(work)
            known = compose("SELECT 1 WHERE EXISTS ({named}) OR EXISTS ({coming})", named=named, coming=coming)
            if not self._connection.execute(known, (*values, *called)).fetchone():
                some = self._connection.execute(
                    "SELECT short_title || ' (' || id || ')' FROM works ORDER BY short_title LIMIT 6"
                )
                meant = act_meant(self._connection, work)
                raise BadFilter(f"no act in the register matches {work!r}.{meant or f' There are: {_some(some)}'}")
        if filters.document and not self.documents(filters.document):
            raise BadFilter(
                f"no document in the register matches {filters.document!r}. `dutybook documents` lists them."
            )


def _some(rows: Iterable[Sequence[object]]) -> str:
    return "; ".join(str(row[0]) for row in rows) or "none yet"
