"""What a search or an export is narrowed to, the facets that results are counted by, and the SQL of both on ``f`` (norm_facets)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta

from dutybook.errors import BadFilter
from dutybook.languages.wordforms import LANGUAGES
from dutybook.records import BearerClass, Modality
from dutybook.records.norm_fields import ROLES_APART
from dutybook.store.judgements import record_rows
from dutybook.store.judgements.record import APPLICABILITIES, STATUSES, tag_names
from dutybook.store.judgements.record_rows import OURS_SQL, REJECTED_SQL, STATES
from dutybook.store.profiles import for_us
from dutybook.store.search.conditions import WIDE, Columns, Condition, condition, rows_sql, together
from dutybook.store.search.query import Query, parse
from dutybook.store.search.terms import fold
from dutybook.store.sql import NOTHING, Sql, all_of, any_of, compose, marks, name, names
from dutybook.store.versions import in_force
from dutybook.suggestions import did_you_mean, near_matches

_MIN_ID = 4

#: One value or several.
Several = str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Filters:
    """All that narrows down; None (or no words) leaves open. Everything given must hold.

    words: see `dutybook.store.search.query`. bearer: part of the bearer, whatever case and accents.
    work: id, official number (CELEX), or part of a short title in any language. document: id or its beginning, part of the
    source or the title. place: a place or its beginning (``Art 5``). deadline_before and deadline_after: the norm has
    a date up to (from) this day, the day included, computed from the text or from an event that was stored. role: part of
    the bearer's English name, in any language. applies_on: the norm applies on this day, or may: what binds then (see
    :attr:`NormRow.depends_on`).
    Facets (`dutybook.store.search.filters.FACETS`) take several values, of which one must hold: modality, language, work,
    bearer_class; bearer_role: the bearer's whole English name; jurisdiction: EU, DE, …; topic: see ``languages/topics.toml``;
    due_window: overdue (of norms that somebody took on), 30, 90, 365 (days from today), later, none; applies: in-force, later, unknown, ended; new_text: own, quoted (new text
    for another act that an amending act quotes). amends: part of the name or number of the act that such text belongs to. ``today`` is the day
    that these two count from, the present day if not given.
    for_us: yes, confirmed, proposed, ask or no; profile: the name of one that the norm is for (`dutybook.store.profiles.for_us`).
    status, owner, applicability and tag (one of several), review_state: what people said of it (`dutybook.store.judgements.record_rows`); rejected findings are hidden
    unless review_state asks for them.
    as_of: as the law stood on this day: norms of the version of each act that stood then, without those that are known not to have
    applied. Without it, norms of the newest version (`dutybook.store.versions.in_force`); ``all_versions`` takes those of every document,
    and so does naming a ``document``.
    """

    words: str = ""
    bearer: str | None = None
    modality: Several = None
    language: Several = None
    work: Several = None
    document: str | None = None
    place: str | None = None
    deadline_before: date | str | None = None
    deadline_after: date | str | None = None
    bearer_class: Several = None
    strength: str | None = None
    role: str | None = None
    applies_on: date | str | None = None
    bearer_role: Several = None
    jurisdiction: Several = None
    topic: Several = None
    due_window: Several = None
    applies: Several = None
    new_text: Several = None
    legal_status: Several = None
    amends: str | None = None
    today: date | None = None
    status: str | None = None
    owner: str | None = None
    applicability: Several = None
    tag: Several = None
    for_us: Several = None
    profile: Several = None
    review_state: str | None = None
    as_of: date | str | None = None
    all_versions: bool = False

    def __post_init__(self) -> None:
        """Raises BadFilter for a value that cannot be meant."""
        for facet in FACETS:
            check(facet, getattr(self, facet))
        check_one_of("strength", self.strength, ("must", "should"))
        for language in values_of(self.language):
            if not re.fullmatch(r"[A-Za-z]{2,3}", language):
                raise BadFilter(
                    f"{language!r} is no language code. Give two letters, such as en, de or fr.{_language_meant(language)}"
                )
        for day in ("deadline_before", "deadline_after", "applies_on", "as_of"):
            as_date(getattr(self, day), day)
        if self.as_of is not None and self.all_versions:
            raise BadFilter("either the versions that stood on a day (as of) or all versions: give one of them")

    @property
    def query(self) -> Query:
        """What the words mean: in the forms of the language that is asked for, or of all."""
        return parse(self.words, tuple(language.lower() for language in values_of(self.language)) or LANGUAGES)

    @property
    def narrows(self) -> bool:
        """Whether anything is left out at all."""
        return any(getattr(self, field.name) for field in fields(self) if field.name != "today")

    def conditions(self) -> list[Condition]:
        """Conditions on norms of which all must hold. The words are left out."""
        made = [
            *self._of_facets(),
            *self._of_words(),
            *self._of_places(),
            *self._of_documents(),
            *self._of_days(),
            *record_rows.conditions(self.status, self.owner, self.review_state),
            *record_rows.conditions_of_several(values_of(self.applicability), values_of(self.tag)),
        ]
        return [*made, *self.versions()]

    def _of_facets(self) -> Iterator[Condition]:
        for facet in FACETS.values():
            chosen = values_of(getattr(self, facet.name))
            # An act is named in many ways: see _of_documents.
            if chosen and facet.name != "work" and facet.condition:
                chosen = tuple(value.lower() for value in chosen) if facet.name == "language" else chosen
                yield facet.condition(chosen, self.today or date.today())

    def _of_words(self) -> Iterator[Condition]:
        """How strictly, and who: part of the bearer, part of the English name."""
        if self.strength:
            yield condition("{strength} = ?", self.strength)
        if self.bearer:
            # Bearers repeat: fold each once, then use the index.
            yield condition(
                "{bearer} IN (SELECT bearer FROM (SELECT DISTINCT bearer FROM norms) WHERE instr(fold(bearer), ?))",
                fold(self.bearer),
            )
        if self.role:
            yield condition(ROLE, fold(self.role), roles=compose(_ROLES))
        if self.amends:
            yield condition(
                "{norm} IN (SELECT id FROM norms WHERE quoted AND instr(fold(amended_act), ?))", fold(self.amends)
            )

    def _of_places(self) -> Iterator[Condition]:
        for place in (*([self.place.strip()] if self.place else []), *self.query.places):
            escaped = re.sub(r"([%_\\])", r"\\\1", place)
            # "Art 5" is not meant to find "Art 50".
            yield condition(
                "({place} = ? OR ({place} LIKE ? ESCAPE '\\' AND NOT substr({place}, ?, 1) GLOB '[0-9a-z]'))",
                place,
                escaped + "%",
                str(len(place) + 1),
            )

    def _of_documents(self) -> Iterator[Condition]:
        """Subqueries that do not depend on the norm: they are answered once."""
        for works in (values_of(self.work), *((work,) for work in self.query.works)):
            if works:
                named = [documents_of_work(work) for work in works]
                yield condition(
                    "{document} IN (SELECT id FROM documents WHERE {named})",
                    *(value for _, given in named for value in given),
                    named=any_of(sql for sql, _ in named),
                )
        if self.document:
            chosen, given = named_document(self.document)
            yield condition("{document} IN (SELECT d.id FROM documents d WHERE {chosen})", *given, chosen=chosen)

    def _of_days(self) -> Iterator[Condition]:
        bounds = [
            (compose("x.due <= ?"), as_date(self.deadline_before, "deadline_before")),
            (compose("x.due >= ?"), as_date(self.deadline_after, "deadline_after")),
        ]
        days = [(bound, day.isoformat()) for bound, day in bounds if day]
        if days:
            yield condition(
                "{norm} IN (SELECT x.norm FROM due_dates x WHERE {bounds})",
                *(day for _, day in days),
                bounds=all_of(bound for bound, _ in days),
            )
        if day := as_date(self.applies_on, "applies_on"):
            yield condition(
                """({norm} IN (SELECT t.norm FROM norm_times t WHERE t.applies_from <= ? AND coalesce(t.applies_until >= ?, 1))
                OR {norm} IN (SELECT p.norm FROM norm_periods p LEFT JOIN moved_facts m ON m.fact = p.fact
                    WHERE CASE WHEN m.fact IS NULL THEN p.applies_from ELSE m.due END <= ? AND coalesce(p.applies_until >= ?, 1))
                OR {norm} IN (SELECT c.id FROM norms c JOIN moved_facts m ON m.fact = c.applies_from_by WHERE m.due IS NULL))""",
                *(day.isoformat(),) * 4,
            )

    def versions(self) -> list[Condition]:
        """Conditions on norms for the versions that a search answers from."""
        day = as_date(self.as_of, "as_of")
        if day is None and (self.all_versions or self.document):
            return []
        return in_force.conditions(day, self.today or date.today())


def where(filters: Filters, *, match: bool = True, columns: Columns = WIDE) -> tuple[Sql, list[str]]:
    """The SQL condition for all of ``filters`` in a statement that has these columns of norms, with its parameters.

    Without ``match``, the words that must occur are left to the caller.
    """
    return together(conditions_of(filters, match=match), columns)


def conditions_of(filters: Filters, *, match: bool) -> list[Condition]:
    """The same as single conditions that must all hold."""
    made = filters.conditions()
    query = filters.query
    if query.impossible:
        made.append(condition("0"))
    if query.cited and match:
        cited, given = rows_sql(query, -1)
        made.append(condition("{row} IN (SELECT row FROM ({cited}))", *given, cited=cited))
    elif query.match and match:
        made.append(condition("{row} IN (SELECT rowid FROM norms_fts WHERE norms_fts MATCH ?)", query.match))
    if query.without:
        made.append(condition("{row} NOT IN (SELECT rowid FROM norms_fts WHERE norms_fts MATCH ?)", query.without))
    return made


# Roles repeat: each is looked up in the index, and compared, once.
_ROLES = """SELECT role FROM (WITH RECURSIVE r(role) AS (SELECT min(role) FROM norm_facets WHERE role IS NOT NULL UNION ALL
    SELECT (SELECT min(x.role) FROM norm_facets x WHERE x.role > r.role) FROM r WHERE r.role IS NOT NULL)
    SELECT role FROM r WHERE role IS NOT NULL)"""
#: Norms whose bearer has a role with these words (parameter: the folded words).
ROLE = "f.role IN ({roles} WHERE instr(fold(role), ?))"

_WORK = compose(
    """SELECT id FROM works WHERE id IN (?, ?) OR id = ? COLLATE NOCASE OR number = ? COLLATE NOCASE
    OR id IN (SELECT work FROM work_numbers WHERE number = ? COLLATE NOCASE OR number = ? COLLATE NOCASE)
    OR id IN (SELECT work FROM work_names WHERE instr(fold(short_title), ?))"""
)


def named_work(text: str) -> tuple[Sql, tuple[str, ...]]:
    """SQL that selects works by id, any official number however it is written, a known name ("AI Act"), or part of a short title.

    >>> named_work("ABl. L 119 vom 4.5.2016, S. 1")[1][4]
    'OJ L 119, 2016-05-04, p. 1'
    """
    # Here, so that commands that name no act do not read how acts are named.
    from dutybook.languages.eu_acts import celex_of_eli, eli_of_union, journal_number
    from dutybook.languages.known_acts import find_act
    from dutybook.languages.official_numbers import number_of

    plain = " ".join(text.split())
    known = find_act(plain)
    number = journal_number(plain) or eli_of_union(plain) or number_of(plain)
    return _WORK, (known.id if known else plain, celex_of_eli(plain) or plain, plain, plain, number, plain, fold(text))


def named_coming_act(text: str) -> tuple[Sql, tuple[str, ...]]:
    """SQL that selects acts known by name alone (``named_acts.act``) by id or part of a name."""
    return compose("SELECT act FROM named_acts WHERE act = ? OR instr(fold(name), ?)"), (
        text.strip(),
        fold(text.strip()),
    )


def spoken_of(text: str) -> tuple[Sql, tuple[str, ...]]:
    """SQL that selects what news may speak of under a name: works (:func:`named_work`), acts that are known by name alone, and the id
    of an act whose text is not here.
    """
    named, given = named_work(text)
    coming, called = named_coming_act(text)
    sql = compose("SELECT id FROM ({named}) UNION {coming} UNION SELECT ?", named=named, coming=coming)
    return sql, (*given, *called, text)


def documents_of_work(text: str) -> tuple[Sql, tuple[str, ...]]:
    """The SQL condition on ``documents`` for texts of the works that ``text`` names (:func:`named_work`).

    Where it names none, it may name an act that is known by name alone: then those are meant that name it.
    """
    named, given = named_work(text)
    coming, called = named_coming_act(text)
    sql = compose(
        "(work IN ({named}) OR NOT EXISTS ({named}) AND id IN (SELECT document FROM named_acts WHERE act IN ({coming})))",
        named=named,
        coming=coming,
    )
    return sql, (*given, *given, *called)


def named_document(text: str | None) -> tuple[Sql, tuple[str, ...]]:
    """The SQL condition on ``d`` for documents by id, beginning of an id, part of source or title; None means all."""
    if text is None:
        return compose("1"), ()
    beginning = text.lower() + "*" if re.fullmatch(f"[0-9A-Fa-f]{{{_MIN_ID},16}}", text) else ""
    sql = compose("(d.id = ? OR d.id GLOB ? OR instr(fold(d.source), ?) OR instr(fold(d.title), ?))")
    return sql, (text, beginning, fold(text), fold(text))


def as_date(value: date | str | None, name: str) -> date | None:
    """A day from a date or ISO text.

    Raises:
        BadFilter: the text is no date.
    """
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        label = name.replace("_", " ")
        raise BadFilter(f"{value!r} is no date for {label!r}. Write year-month-day, such as 2026-08-02.") from None


def _language_meant(name: str) -> str:
    """A question whether a language's code was meant by its name, in English or in the language itself."""
    from babel import Locale

    codes: dict[str, str] = {}
    for code in LANGUAGES:
        for locale in ("en", code):
            codes.setdefault(Locale.parse(locale).languages.get(code, code), code)
    near = near_matches(name, codes)
    return f" Did you mean {codes[near[0]]} ({near[0]})?" if near else ""


def check_one_of(name: str, value: str | None, allowed: Collection[str]) -> None:
    """Raises BadFilter for a value that is none of those that are allowed; None stands for no value."""
    if value is not None and value not in allowed:
        raise BadFilter(f"{value!r} is no {name}. There are: {', '.join(allowed)}.{did_you_mean(value, allowed)}")


#: A cell of ``norm_facets``: text, or NULL.
Cell = str | None

#: Windows of a day on which something is due: label, and days from today (first and last; None: no bound). They overlap.
WINDOWS: dict[str, tuple[str, int | None, int | None]] = {
    "overdue": ("overdue", None, -1),
    "30": ("in the next 30 days", 0, 30),
    "90": ("in the next 90 days", 0, 90),
    "365": ("in the next 365 days", 0, 365),
    "later": ("later", 366, None),
}
_NO_DATE, _OVERDUE = "none", "overdue"
#: When a norm applies, seen from today.
APPLIES = {
    "in-force": "in force",
    "later": "from a later date",
    "unknown": "from an unknown date",
    "ended": "ended",
}


#: What news reports a norm as.
LEGAL_STATUS = {
    "in_force": "law in force",
    "adopted": "adopted, not yet in force",
    "draft": "draft: not yet law",
    "consultation": "consultation: not yet law",
    "plan": "announced plan: not yet law",
    "demand": "demand or opinion: no law",
    "ruling": "court ruling",
    "fine": "fine imposed",
    "guidance": "guidance issued",
}
#: Whose text a norm is.
NEW_TEXT = {"own": "the act's own terms", "quoted": "new text for another act"}


@dataclass(frozen=True, slots=True)
class Facet:
    """``name`` is that of the filter too. ``columns`` (of ``f``, norm_facets, or of ``joins``) hold what ``values_of`` reads, with today's date.

    ``condition`` is SQL that holds for norms with one of some values; None where the filter is not this module's. ``closed``
    gives their labels by value, where values are a closed list. ``joins`` adds the tables that the columns need besides ``f``.
    """

    name: str
    title: str
    columns: tuple[Sql, ...]
    values_of: Callable[[tuple[Cell, ...], date], Iterable[str]]
    condition: Callable[[tuple[str, ...], date], Condition] | None
    closed: Callable[[], Mapping[str, str]] | None = None
    joins: Sql = NOTHING

    @property
    def labels(self) -> Mapping[str, str] | None:
        """Labels by value, None where values are no closed list."""
        return self.closed() if self.closed else None


def _named(facet: str, column: str, title: str = "", labels: Mapping[str, str] | None = None) -> Facet:
    """A facet of norms that have one value at most, as it stands in the column."""

    def one_of(values: tuple[str, ...], _today: date) -> Condition:
        return condition("f.{column} IN ({marks})", *values, column=name(column), marks=marks(len(values)))

    def values_of(cells: tuple[Cell, ...], _today: date) -> Iterable[str]:
        return (cells[0],) if cells[0] else ()

    return Facet(
        facet,
        title or facet.replace("_", " "),
        (names([column], of="f"),),
        values_of,
        one_of,
        (lambda: labels) if labels else None,
    )


def _topic_titles() -> Mapping[str, str]:
    # Imported here, so that commands that ask for no topic do not load the words of topics.
    from dutybook.languages.topics import topic_titles

    return topic_titles()


def _topics(cells: tuple[Cell, ...], _today: date) -> Iterable[str]:
    return (cells[0] or "").split()


def _of_topics(values: tuple[str, ...], _today: date) -> Condition:
    named = compose("instr(' ' || f.topics || ' ', ?)")
    return condition("{named}", *(f" {value} " for value in values), named=any_of([named] * len(values)))


def _bounds(window: str, today: date) -> tuple[str, str]:
    _, first, last = WINDOWS[window]
    return (
        (today + timedelta(days=first)).isoformat() if first is not None else "0000",
        (today + timedelta(days=last)).isoformat() if last is not None else "9999-12-31",
    )


def _windows(cells: tuple[Cell, ...], today: date) -> Iterator[str]:
    days = (cells[0] or "").split()
    if not days:
        yield _NO_DATE
    for window in WINDOWS:
        # Nobody is late with what is not theirs.
        if window == _OVERDUE and not cells[1]:
            continue
        first, last = _bounds(window, today)
        if any(first <= day <= last for day in days):
            yield window


# The first and the last day decide but for norms with days on both sides; only theirs are taken apart.
_WITHIN = compose(
    """(substr(f.dues, 1, 10) <= ? AND substr(f.dues, -10) >= ? AND (substr(f.dues, 1, 10) >= ?
    OR substr(f.dues, -10) <= ? OR EXISTS (SELECT 1 FROM json_each('["' || replace(f.dues, ' ', '","') || '"]') j
    WHERE j.value BETWEEN ? AND ?)))"""
)


def _of_windows(values: tuple[str, ...], today: date) -> Condition:
    parts: list[Sql] = []
    given: list[str] = []
    for value in values:
        if value == _NO_DATE:
            parts.append(compose("f.dues IS NULL"))
            continue
        parts.append(
            compose("({within} AND f.norm IN ({ours}))", within=_WITHIN, ours=OURS_SQL)
            if value == _OVERDUE
            else _WITHIN
        )
        first, last = _bounds(value, today)
        given += [last, first, first, last, first, last]
    return condition("{within}", *given, within=any_of(parts))


def _applies(cells: tuple[Cell, ...], today: date) -> tuple[str]:
    begins, ends = cells
    day = today.isoformat()
    if ends is not None and ends < day:
        return ("ended",)
    if begins is None:
        return ("unknown",)
    return ("later" if begins > day else "in-force",)


# For each value its condition, and how often that asks for today.
_APPLYING = {
    "ended": (compose("(f.applies_until < ?)"), 1),
    "unknown": (compose("(f.applies_from IS NULL AND coalesce(f.applies_until >= ?, 1))"), 1),
    "later": (compose("(f.applies_from > ? AND coalesce(f.applies_until >= ?, 1))"), 2),
    "in-force": (compose("(f.applies_from <= ? AND coalesce(f.applies_until >= ?, 1))"), 2),
}


def _of_applies(values: tuple[str, ...], today: date) -> Condition:
    chosen = [_APPLYING[value] for value in values]
    days = (today.isoformat(),) * sum(number for _, number in chosen)
    return condition("{applying}", *days, applying=any_of(part for part, _ in chosen))


#: Joins the records of norms. Few norms have one, so they are looked up once a search. Where two records turned out to be of one
#: norm, the one changed last counts.
RECORDS = compose(
    """LEFT JOIN (SELECT * FROM (SELECT v.norm, r.status, r.owner, r.applicability, r.tags, r.finding,
        row_number() OVER (PARTITION BY v.norm ORDER BY r.changed DESC, r.id) AS place
        FROM norm_reviews v JOIN reviews r ON r.id = v.review) latest WHERE latest.place = 1) records
    ON records.norm = f.norm"""
)
_REJECTED = compose("CASE WHEN f.norm IN ({rejected}) THEN 'rejected' END", rejected=REJECTED_SQL)


def _status(cells: tuple[Cell, ...], _today: date) -> Iterable[str]:
    return (cells[0] or STATUSES[0],)


def _owner(cells: tuple[Cell, ...], _today: date) -> Iterable[str]:
    return (cells[0],) if cells[0] else ()


def _applicability(cells: tuple[Cell, ...], _today: date) -> Iterable[str]:
    return (cells[0] or APPLICABILITIES[0],)


def _tags(cells: tuple[Cell, ...], _today: date) -> Iterable[str]:
    return tag_names(cells[0] or "")


def _review_state(cells: tuple[Cell, ...], _today: date) -> Iterable[str]:
    finding, rejected = cells
    # What was rejected in another language says nothing of these words.
    return (rejected or finding or "unreviewed",) if rejected or finding != "rejected" else ()


def _roles(cells: tuple[Cell, ...], _today: date) -> Iterable[str]:
    return cells[0].split(ROLES_APART) if cells[0] else ()


def _of_roles(values: tuple[str, ...], _today: date) -> Condition:
    named = compose("instr('; ' || role || '; ', ?)")
    return condition(
        "f.role IN ({roles} WHERE {named})",
        *(f"{ROLES_APART}{value}{ROLES_APART}" for value in values),
        roles=compose(_ROLES),
        named=any_of([named] * len(values)),
    )


#: All facets by name. A further one is an entry here, a field of ``Filters`` and, unless it is there, a column of ``norm_facets``.
FACETS: dict[str, Facet] = {
    facet.name: facet
    for facet in (
        Facet("bearer_role", "bearer", (compose("f.role"),), _roles, _of_roles),
        _named("bearer_class", "bearer_class", labels={c.value: c.value for c in BearerClass}),
        _named("modality", "modality", labels={m.value: m.value for m in Modality}),
        _named("jurisdiction", "jurisdiction"),
        _named("language", "language"),
        _named("work", "work", "act"),
        Facet("topic", "topic", (compose("f.topics"),), _topics, _of_topics, _topic_titles),
        Facet(
            "due_window",
            "deadline",
            (compose("f.dues"), compose("CASE WHEN f.norm IN ({ours}) THEN 'ours' END", ours=OURS_SQL)),
            _windows,
            _of_windows,
            lambda: {**{name: label for name, (label, _, _) in WINDOWS.items()}, _NO_DATE: "no date"},
        ),
        Facet(
            "applies",
            "applies",
            (compose("f.applies_from"), compose("f.applies_until")),
            _applies,
            _of_applies,
            lambda: APPLIES,
        ),
        _named("new_text", "new_text", labels=NEW_TEXT),
        _named("legal_status", "legal_status", labels=LEGAL_STATUS),
        Facet(
            "status", "status", (compose("records.status"),), _status, None, lambda: {s: s for s in STATUSES}, RECORDS
        ),
        Facet("owner", "owner", (compose("records.owner"),), _owner, None, None, RECORDS),
        Facet(
            "applicability",
            "applies to us",
            (compose("records.applicability"),),
            _applicability,
            None,
            lambda: {a: a for a in APPLICABILITIES},
            RECORDS,
        ),
        Facet("tag", "tag", (compose("records.tags"),), _tags, None, None, RECORDS),
        Facet(
            "for_us",
            "for us",
            (compose("records.applicability"), for_us.VERDICTS),
            for_us.values_for_us,
            for_us.for_us,
            lambda: for_us.FOR_US,
            RECORDS,
        ),
        Facet(
            "profile",
            "profile",
            (compose("records.applicability"), for_us.NAMES),
            for_us.values_of_profiles,
            for_us.of_profiles,
            None,
            RECORDS,
        ),
        Facet(
            "review_state",
            "review",
            (compose("records.finding"), _REJECTED),
            _review_state,
            None,
            lambda: {state: state for state in STATES},
            RECORDS,
        ),
    )
}


def values_of(given: str | Iterable[str] | None) -> tuple[str, ...]:
    """The values of a filter that takes one or several."""
    return (given,) if isinstance(given, str) else tuple(given or ())


def check(name: str, given: str | Iterable[str] | None) -> None:
    """Raises BadFilter for a value that no norm can have."""
    values = values_of(given)
    allowed = FACETS[name].labels if values else None
    for value in values:
        if allowed is not None:
            check_one_of(name.replace("_", " "), value, allowed)
