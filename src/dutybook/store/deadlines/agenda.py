"""What is due between two days: by the texts that stand, by events that people entered, by what they set themselves, and for the acts.

Nothing is left out because it comes in several languages or copies, and nothing stands twice for that: a norm is told in the reader's
language where it has one, then in English, then in the first.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from dutybook.resolve.periods import nominal, yearly_day
from dutybook.store.database.connection import translated
from dutybook.store.documents.works import titles
from dutybook.store.reader import where
from dutybook.store.register import Register
from dutybook.store.search.filters import Filters, named_work
from dutybook.store.search.terms import fold

#: Where a day comes from: the words of a norm, an event that somebody entered, a day that somebody set, a date of the act itself.
TEXT, EVENT, OWN, ACT = "text", "event", "own", "act"


@dataclass(frozen=True, slots=True)
class AgendaRow:
    """One day (ISO 8601) of one norm or act. ``origin`` is TEXT, EVENT, OWN or ACT; ``kind`` the modality, for an act the type of the date.

    ``norm`` is empty for dates of an act, and for a day set for a norm that the register has no more; ``document`` is where the words
    stand, ``act`` the name of the act in the reader's language, of a text that is no act's (``work`` is empty) its title. ``words`` are the text's own, in ``language``. ``returns``: it is due
    every year. ``owner`` is who set the day, or has to see to it.
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


@dataclass(frozen=True, slots=True)
class Agenda:
    """Rows by day; ``counts`` says how many each day has, those beyond the limit too."""

    rows: tuple[AgendaRow, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


# What people have done with needs nobody's attention.
_OPEN = """n.id NOT IN (SELECT v.norm FROM norm_reviews v JOIN reviews r ON r.id = v.review
    WHERE r.status IN ('not applicable', 'compliant'))"""
_COLUMNS = "n.modality, n.id, n.document, coalesce(f.work, ''), n.place, n.language, coalesce(n.bearer, ''), n.quote"
_FROM = "JOIN norms n ON n.id = {of}.norm JOIN norm_facets f ON f.row = n.row JOIN documents d ON d.id = n.document"
_RANK = "f.language <> ?, f.language <> 'en', f.language"
_DUE = f"""SELECT y.due, coalesce(y.event, '') AS event, {_COLUMNS}, row_number() OVER (PARTITION BY f.identity, y.due, y.event IS NULL
    ORDER BY {_RANK}, y.deadline, n.position) AS nth FROM due_dates y {_FROM.format(of="y")} WHERE y.due BETWEEN ? AND ? AND {{where}}"""  # noqa: S608
_YEARLY = f"""SELECT x.value, f.applies_from, coalesce(f.applies_until, '9999-12-31'), {_COLUMNS}, row_number() OVER (
    PARTITION BY f.identity, x.value ORDER BY {_RANK}, x.position) AS nth FROM deadlines x {_FROM.format(of="x")}
    WHERE x.due IS NULL AND x.value GLOB '--[0-9]*' AND f.applies_from IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM events e WHERE e.deadline = x.id) AND {{where}}"""  # noqa: S608
_OWN = """SELECT r.due, b.modality, CASE WHEN b.missing THEN '' ELSE r.norm END, b.document, b.work, b.place, b.language, b.bearer, b.quote,
    r.owner FROM reviews r JOIN review_norms b ON b.review = r.id AND b.norm = r.norm WHERE r.due BETWEEN ? AND ? AND r.finding <> 'rejected'"""
_FACTS = """SELECT coalesce(m.due, f.due) AS day, f.type, d.id, coalesce(d.work, ''), f.place, d.language, f.quote FROM facts f
    LEFT JOIN moved_facts m ON m.fact = f.id JOIN documents d ON d.id = f.document LEFT JOIN versions v ON v.document = d.id
    WHERE coalesce(m.due, f.due) BETWEEN ? AND ? AND coalesce(v.preferred AND v.current, d.genre <> 'news')"""


def agenda(
    register: Register,
    first: date,
    last: date,
    *,
    reader: str,
    today: date,
    work: str | None = None,
    owner: str | None = None,
    open_only: bool = False,
    newest_first: bool = False,
    limit: int = 500,
) -> Agenda:
    """All that is due from ``first`` to ``last``, the earliest first; of an act (named as in ``Filters.work``), or of an owner.

    ``today``: texts that stand on this day are meant. ``open_only`` leaves out what people are done with (compliant, not applicable),
    and dates of acts, of which nobody has to do anything.

    Raises:
        BadFilter: no act in the register is named so.
    """
    filters = Filters(work=work or None, owner=owner or None, today=today)
    register.check_filters(filters)
    with translated(register.path):
        found = [
            *_of_texts(register, filters, first, last, reader, open_only),
            *_yearly(register, filters, first, last, reader, open_only),
            *_own(register, filters, first, last, open_only),
        ]
        if not (open_only or owner):
            found += _facts(register, filters, first, last, reader)
    found.sort(key=lambda r: (r.day, r.origin != OWN, r.origin != ACT, r.work, r.place, r.words))
    kept = found[: -limit - 1 : -1] if newest_first else found[:limit]
    names = titles(register, sorted({row.work for row in kept}), reader)
    names |= _documents(register, (row.document for row in kept if row.work not in names))
    return Agenda(
        tuple(replace(r, act=names.get(r.work) or names.get(r.document, "")) for r in kept),
        Counter(r.day for r in found),
    )


def _documents(register: Register, documents: Iterable[str]) -> dict[str, str]:
    """Titles of documents (ids) that are no act's."""
    wanted = json.dumps(sorted(set(documents)))
    with translated(register.path):
        return dict(
            register._connection.execute(
                "SELECT id, title FROM documents WHERE id IN (SELECT value FROM json_each(?))", (wanted,)
            )
        )


def _conditions(filters: Filters, open_only: bool) -> tuple[str, list[str]]:
    conditions, values = where(filters)
    return (f"{conditions} AND {_OPEN}" if open_only else conditions), values


def _of_texts(
    register: Register, filters: Filters, first: date, last: date, reader: str, open_only: bool
) -> Iterator[AgendaRow]:
    conditions, values = _conditions(filters, open_only)
    sql = f"SELECT * FROM ({_DUE.format(where=conditions)}) WHERE nth = 1"  # noqa: S608 - constants only
    given = (reader, first.isoformat(), last.isoformat(), *values)
    for row in register._connection.execute(sql, given):
        day, event, kind, norm, document, work, place, language, bearer, words, _ = row
        origin = EVENT if event else TEXT
        yield AgendaRow(day, origin, kind, norm, document, work, "", place, language, bearer, words)


def _yearly(
    register: Register, filters: Filters, first: date, last: date, reader: str, open_only: bool
) -> Iterator[AgendaRow]:
    """Days of every year, from when the norm applies; other returns start with an event, which has its dates."""
    conditions, values = _conditions(filters, open_only)
    sql = f"SELECT * FROM ({_YEARLY.format(where=conditions)}) WHERE nth = 1"  # noqa: S608 - constants only
    for row in register._connection.execute(sql, (reader, *values)):
        value, since, until, kind, norm, document, work, place, language, bearer, words, _ = row
        if not yearly_day(value):
            continue
        for day in _days(value, first, last):
            if since <= day <= until:
                yield AgendaRow(day, TEXT, kind, norm, document, work, "", place, language, bearer, words, returns=True)


def _days(value: str, first: date, last: date) -> Iterator[str]:
    """The days from ``first`` to ``last`` on which a day of every year falls."""
    for year in range(first.year, last.year + 1):
        if year > date.min.year:
            day = nominal(value, date(year - 1, 12, 31), 1)
            if first <= day <= last:
                yield day.isoformat()


def _own(register: Register, filters: Filters, first: date, last: date, open_only: bool) -> Iterator[AgendaRow]:
    conditions, values = [_OWN], [first.isoformat(), last.isoformat()]
    if open_only:
        conditions.append("r.status NOT IN ('not applicable', 'compliant')")
    if filters.owner:
        conditions.append("instr(fold(r.owner), ?)")
        values.append(fold(filters.owner))
    if filters.work:
        named, given = named_work(str(filters.work))
        conditions.append(f"b.work IN ({named})")
        values += given
    for row in register._connection.execute(" AND ".join(conditions), values):
        day, kind, norm, document, work, place, language, bearer, words, owner = row
        yield AgendaRow(day, OWN, kind, norm, document, work, "", place, language, bearer, words, owner)


def _facts(register: Register, filters: Filters, first: date, last: date, reader: str) -> Iterator[AgendaRow]:
    """Dates of acts, in one language each."""
    sql, values = _FACTS, [first.isoformat(), last.isoformat()]
    if filters.work:
        named, given = named_work(str(filters.work))
        sql += f" AND d.work IN ({named})"
        values += given
    rows = register._connection.execute(f"{sql} ORDER BY day, f.document, f.position", values).fetchall()
    languages: dict[str, str] = {}
    for row in sorted(rows, key=lambda r: (r[5] != reader, r[5] != "en", r[5])):
        languages.setdefault(row[3] or row[2], row[5])
    seen: set[tuple[str, ...]] = set()
    for day, kind, document, work, place, language, quote in rows:
        key = (day, kind, work or document, place)
        if languages[work or document] == language and key not in seen:
            seen.add(key)
            yield AgendaRow(day, ACT, kind, "", document, work, "", place, language, "", quote)


def by_day(rows: Iterable[AgendaRow]) -> dict[str, list[AgendaRow]]:
    """Rows under their days, in the order they came in."""
    found: dict[str, list[AgendaRow]] = {}
    for row in rows:
        found.setdefault(row.day, []).append(row)
    return found
