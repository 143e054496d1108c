"""What is due between two days: by the texts that stand, by events that people entered, by what they set themselves, and for the acts.

Nothing is left out because it comes in several languages or copies, and nothing stands twice for that: a norm is told in the reader's
language where it has one, then in English, then in the first.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from dutybook.languages.reader import rank_language
from dutybook.resolve.periods import monthly_day, nominal, returns_by_itself
from dutybook.store.database.connection import translated
from dutybook.store.documents.works import titles
from dutybook.store.judgements.record_rows import OURS_SQL
from dutybook.store.search.filters import Filters, named_work, where
from dutybook.store.search.terms import fold
from dutybook.store.sql import Sql, all_of, compose

if TYPE_CHECKING:
    from dutybook.store.register import Register

#: Where a day comes from: the words of a norm, an event that somebody entered, a day that somebody set, a date of the act itself, a duty
#: of an incident, a change of the law that is to be assessed.
TEXT, EVENT, OWN, ACT, INCIDENT, ASSESSMENT = "text", "event", "own", "act", "incident", "assessment"


@dataclass(frozen=True, slots=True)
class AgendaQuery:
    """What is asked for: all that is due from ``first`` to ``last``, of an act (named as in ``Filters.work``), or of an owner.

    ``reader`` is the language of names (ISO 639-1). ``today``: texts that stand on this day are meant. ``open_only`` leaves out what
    people are done with (compliant, not applicable), and dates of acts, of which nobody has to do anything; ``ours`` also what
    nobody has taken on. ``bearer_class``: only norms of this class; ``for_us``: those that are (yes, confirmed …, as in ``Filters``). ``limit`` rows are shown.
    """

    first: date
    last: date
    reader: str
    today: date
    work: str | None = None
    owner: str | None = None
    bearer_class: str | None = None
    for_us: str | None = None
    open_only: bool = False
    ours: bool = False
    newest_first: bool = False
    limit: int = 500

    @property
    def days(self) -> tuple[str, str]:
        """The first and the last day, ISO 8601."""
        return self.first.isoformat(), self.last.isoformat()

    @property
    def filters(self) -> Filters:
        """The filters that a norm must pass to be on the agenda."""
        return Filters(
            work=self.work or None,
            owner=self.owner or None,
            bearer_class=self.bearer_class or None,
            for_us=self.for_us or None,
            today=self.today,
        )


@dataclass(frozen=True, slots=True)
class AgendaRow:
    """One day (ISO 8601) of one norm or act. ``origin`` is TEXT, EVENT, OWN, ACT, INCIDENT or ASSESSMENT; ``kind`` the modality, for an
    act the type of the date, for the last two the origin again: ``document`` is then the id of the incident or assessment.

    ``norm`` is empty for dates of an act, and for a day set for a norm that the register has no more; ``document`` is where the words
    stand, ``act`` the name of the act in the reader's language, of a text that is no act's (``work`` is empty) its title. ``words`` are the text's own, in ``language``. ``returns``: it is due
    every year. ``owner`` is who set the day, or has to see to it. ``page`` is where the words stand, from 1; None where that is not known.
    """

    day: str
    origin: str
    kind: str
    norm: str
    document: str
    work: str
    act: str
    place: str
    language: str
    bearer: str
    words: str
    owner: str = ""
    returns: bool = False
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Agenda:
    """Rows by day; ``counts`` says how many each day has, those beyond the limit too."""

    rows: tuple[AgendaRow, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


# What people have done with needs nobody's attention.
_OPEN = compose(
    """n.id NOT IN (SELECT v.norm FROM norm_reviews v JOIN reviews r ON r.id = v.review
    WHERE r.status IN ('not applicable', 'compliant'))"""
)
_COLUMNS = compose(
    "n.modality, n.id, n.document, coalesce(f.work, ''), n.place, n.language, coalesce(n.bearer, ''), n.quote, n.page"
)
# In the reader's language first, then in English.
_RANK = compose("f.language <> ?, f.language <> 'en', f.language")
_DUE = """SELECT * FROM (SELECT y.due, coalesce(y.event, '') AS event, {columns}, row_number() OVER (
        PARTITION BY f.identity, y.due, y.event IS NULL ORDER BY {rank}, y.deadline, n.position) AS nth
    FROM due_dates y JOIN norms n ON n.id = y.norm JOIN norm_facets f ON f.row = n.row JOIN documents d ON d.id = n.document
    WHERE y.due BETWEEN ? AND ? AND {passing}) WHERE nth = 1"""
_YEARLY = """SELECT * FROM (SELECT x.value, f.applies_from, coalesce(f.applies_until, '9999-12-31'), {columns}, row_number() OVER (
        PARTITION BY f.identity, x.value ORDER BY {rank}, x.position) AS nth
    FROM deadlines x JOIN norms n ON n.id = x.norm JOIN norm_facets f ON f.row = n.row JOIN documents d ON d.id = n.document
    WHERE x.due IS NULL AND x.value GLOB '--*' AND f.applies_from IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM events e WHERE e.deadline = x.id) AND {passing}) WHERE nth = 1"""
_OWN = """SELECT r.due, b.modality, CASE WHEN b.missing THEN '' ELSE r.norm END, b.document, b.work, b.place, b.language, b.bearer, b.quote,
    r.owner, (SELECT n.page FROM norms n WHERE n.id = r.norm) FROM reviews r JOIN review_norms b ON b.review = r.id AND b.norm = r.norm WHERE r.due BETWEEN ? AND ? AND r.finding <> 'rejected'
    AND {passing}"""
_FACTS = """SELECT CASE WHEN m.fact IS NULL THEN f.due ELSE m.due END AS day, f.type, d.id, coalesce(d.work, ''), f.place, d.language, f.quote, f.page FROM facts f
    LEFT JOIN moved_facts m ON m.fact = f.id JOIN documents d ON d.id = f.document LEFT JOIN versions v ON v.document = d.id
    WHERE CASE WHEN m.fact IS NULL THEN f.due ELSE m.due END BETWEEN ? AND ? AND coalesce(v.preferred AND v.current, d.family <> 'news') AND {passing}
    ORDER BY day, f.document, f.position"""


def agenda(register: Register, query: AgendaQuery) -> Agenda:
    """All that is due, the earliest first.

    Raises:
        BadFilter: no act in the register is named so.
    """
    register.check_filters(query.filters)
    with translated(register.path):
        found = [
            *_of_texts(register, query),
            *_yearly(register, query),
            *_own(register, query),
            *_tasks(register, query),
        ]
        if not (query.open_only or query.ours or query.owner):
            found += _facts(register, query)
    found.sort(key=lambda r: (r.day, r.origin != OWN, r.origin != ACT, r.work, r.place, r.words))
    kept = found[: -query.limit - 1 : -1] if query.newest_first else found[: query.limit]
    names = titles(register, sorted({row.work for row in kept}), query.reader)
    names |= _documents(register, (row.document for row in kept if row.work not in names))
    return Agenda(
        tuple(replace(r, act=names.get(r.work) or names.get(r.document, "")) for r in kept),
        Counter(r.day for r in found),
    )


def _documents(register: Register, documents: Iterable[str]) -> dict[str, str]:
    """Titles of documents (ids) that are no act's."""
    wanted = json.dumps(sorted(set(documents)))
    return dict(
        register._select("SELECT id, title FROM documents WHERE id IN (SELECT value FROM json_each(?))", wanted)
    )


def _passing(query: AgendaQuery) -> tuple[Sql, list[str]]:
    passing, values = where(query.filters)
    if query.ours:
        return all_of([passing, compose("n.id IN ({ours})", ours=OURS_SQL)]), values
    return all_of([passing, _OPEN]) if query.open_only else passing, values


def _of_texts(register: Register, query: AgendaQuery) -> Iterator[AgendaRow]:
    passing, values = _passing(query)
    sql = compose(_DUE, columns=_COLUMNS, rank=_RANK, passing=passing)
    for row in register._connection.execute(sql, (query.reader, *query.days, *values)):
        day, event, kind, norm, document, work, place, language, bearer, words, page, _ = row
        origin = EVENT if event else TEXT
        yield AgendaRow(day, origin, kind, norm, document, work, "", place, language, bearer, words, page=page)


def _yearly(register: Register, query: AgendaQuery) -> Iterator[AgendaRow]:
    """Days of every year or month, from when the norm applies; other returns start with an event, which has its dates."""
    passing, values = _passing(query)
    sql = compose(_YEARLY, columns=_COLUMNS, rank=_RANK, passing=passing)
    for row in register._connection.execute(sql, (query.reader, *values)):
        value, since, until, kind, norm, document, work, place, language, bearer, words, page, _ = row
        if not returns_by_itself(value):
            continue
        for day in _days(value, query.first, query.last):
            if since <= day <= until:
                found = AgendaRow(day, TEXT, kind, norm, document, work, "", place, language, bearer, words, page=page)
                yield replace(found, returns=True)


def _days(value: str, first: date, last: date) -> Iterator[str]:
    """The days from ``first`` to ``last`` on which a day of every year or month falls."""
    a_year = 12 if monthly_day(value) else 1
    for year in range(first.year, last.year + 1):
        if year > date.min.year:
            days = (nominal(value, date(year - 1, 12, 31), number) for number in range(1, a_year + 1))
            yield from (day.isoformat() for day in days if first <= day <= last)


def _own(register: Register, query: AgendaQuery) -> Iterator[AgendaRow]:
    conditions: list[Sql] = []
    values: list[str] = [*query.days]
    if query.open_only or query.ours:
        conditions.append(compose("r.status NOT IN ('not applicable', 'compliant') AND r.applicability <> 'no'"))
    if query.bearer_class:
        conditions.append(compose("b.norm IN (SELECT norm FROM norm_facets WHERE bearer_class = ?)"))
        values.append(query.bearer_class)
    if query.owner:
        conditions.append(compose("instr(fold(r.owner), ?)"))
        values.append(fold(query.owner))
    if query.work:
        named, given = named_work(query.work)
        conditions.append(compose("b.work IN ({named})", named=named))
        values += given
    for row in register._connection.execute(compose(_OWN, passing=all_of(conditions)), values):
        day, kind, norm, document, work, place, language, bearer, words, owner, page = row
        yield AgendaRow(day, OWN, kind, norm, document, work, "", place, language, bearer, words, owner, page=page)


def _tasks(register: Register, query: AgendaQuery) -> Iterator[AgendaRow]:
    """Open duties of incidents that are not closed, and changes that are to be assessed."""
    if (
        query.bearer_class
        or register._select_first("SELECT 1 FROM incidents UNION ALL SELECT 1 FROM assessments") is None
    ):
        return
    # Here, since most registers have none.
    from dutybook.store.tasks import open_tasks

    now = datetime.now(UTC)
    works = {str(row[0]) for row in register._select(*_named(query.work))} if query.work else None
    for task in open_tasks(register, now=now, kinds=(INCIDENT, ASSESSMENT)):
        if not query.days[0] <= task.due[:10] <= query.days[1] or (
            query.owner and fold(query.owner) not in fold(task.owner)
        ):
            continue
        if works is None or task.work in works:
            yield AgendaRow(
                *(task.due[:10], task.kind, task.kind, "", task.source, task.work, "", task.place, task.language, ""),
                *(task.title, task.owner),
            )


def _named(work: str) -> tuple[Sql, *tuple[str, ...]]:
    named, given = named_work(work)
    return (named, *given)


def _facts(register: Register, query: AgendaQuery) -> Iterator[AgendaRow]:
    """Dates of acts, in one language each."""
    passing, values = compose("1"), [*query.days]
    if query.work:
        named, given = named_work(query.work)
        passing = compose("d.work IN ({named})", named=named)
        values += given
    rows = register._connection.execute(compose(_FACTS, passing=passing), values).fetchall()
    languages: dict[str, str] = {}
    for row in sorted(rows, key=lambda r: rank_language(r[5], query.reader)):
        languages.setdefault(row[3] or row[2], row[5])
    seen: set[tuple[str, ...]] = set()
    for day, kind, document, work, place, language, quote, page in rows:
        key = (day, kind, work or document, place)
        if languages[work or document] == language and key not in seen:
            seen.add(key)
            yield AgendaRow(day, ACT, kind, "", document, work, "", place, language, "", quote, page=page)


def by_day(rows: Iterable[AgendaRow]) -> dict[str, list[AgendaRow]]:
    """Rows under their days, in the order they came in."""
    found: dict[str, list[AgendaRow]] = {}
    for row in rows:
        found.setdefault(row.day, []).append(row)
    return found
