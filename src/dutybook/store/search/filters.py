"""What a search or an export is narrowed to, and the SQL that does it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date

from dutybook.errors import BadFilter
from dutybook.languages.wordforms import LANGUAGES
from dutybook.store.judgements import record_rows
from dutybook.store.search.conditions import Condition, condition
from dutybook.store.search.facets import FACETS, check, values_of
from dutybook.store.search.query import Query, parse
from dutybook.store.search.terms import fold
from dutybook.store.sql import Sql, all_of, any_of, compose
from dutybook.store.versions import in_force

_MIN_ID = 4

#: One value or several.
Several = str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Filters:
    """All that narrows down; None (or no words) leaves open. Everything given must hold.

    words: see :mod:`dutybook.store.search.query`. bearer: part of the bearer, whatever case and accents.
    work: id, official number (CELEX), or part of a short title in any language. document: id or its beginning, part of the
    source or the title. place: a place or its beginning (``Art 5``). deadline_before and deadline_after: the norm has
    a date up to (from) this day, the day included, computed from the text or from an event that was stored. role: part of
    the bearer's English name, in any language. applies_on: the norm is known to apply on this day: what binds then.
    Facets (:data:`dutybook.store.search.facets.FACETS`) take several values, of which one must hold: modality, language, work,
    bearer_class; bearer_role: the bearer's whole English name; jurisdiction: EU, DE, …; topic: see ``languages/topics.toml``;
    due_window: overdue, 30, 90, 365 (days from today), later, none; applies: in-force, later, unknown, ended. ``today`` is the day
    that these two count from, the present day if not given.
    status, owner, review_state: what people said of it (:mod:`dutybook.store.judgements.record_rows`); rejected findings are hidden
    unless review_state asks for them.
    as_of: as the law stood on this day: norms of the version of each act that stood then, without those that are known not to have
    applied. Without it, norms of the newest version (:mod:`dutybook.store.versions.in_force`); ``all_versions`` takes those of every document,
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
    today: date | None = None
    status: str | None = None
    owner: str | None = None
    review_state: str | None = None
    as_of: date | str | None = None
    all_versions: bool = False

    def __post_init__(self) -> None:
        """Raises BadFilter for a value that cannot be meant."""
        for name in FACETS:
            check(name, getattr(self, name))
        _one_of("strength", self.strength, ["must", "should"])
        for language in values_of(self.language):
            if not re.fullmatch(r"[A-Za-z]{2,3}", language):
                raise BadFilter(f"{language!r} is no language code. Give two letters, such as en, de or fr.")
        for name in ("deadline_before", "deadline_after", "applies_on", "as_of"):
            as_date(getattr(self, name), name)
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
            yield condition(ROLE, fold(self.role))

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
                named = [named_work(work) for work in works]
                yield condition(
                    "{document} IN (SELECT id FROM documents WHERE {named})",
                    *(value for _, given in named for value in given),
                    named=any_of(compose("work IN ({named})", named=sql) for sql, _ in named),
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
                "{norm} IN (SELECT t.norm FROM norm_times t WHERE t.applies_from <= ? AND coalesce(t.applies_until >= ?, 1))",
                *(day.isoformat(), day.isoformat()),
            )

    def versions(self) -> list[Condition]:
        """Conditions on norms for the versions that a search answers from."""
        day = as_date(self.as_of, "as_of")
        if day is None and (self.all_versions or self.document):
            return []
        return in_force.conditions(day, self.today or date.today())


#: Norms whose bearer has a role with these words (parameter: the folded words). Roles repeat: each is folded once.
ROLE = """f.role IN (SELECT role FROM (SELECT DISTINCT role FROM norm_facets WHERE role IS NOT NULL)
    WHERE instr(fold(role), ?))"""

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
        shown = name.replace("_", " ")
        raise BadFilter(f"{value!r} is no date for {shown!r}. Write year-month-day, such as 2026-08-02.") from None


def _one_of(name: str, value: str | None, allowed: list[str]) -> None:
    if value is not None and value not in allowed:
        raise BadFilter(f"{value!r} is no {name}. There are: {', '.join(allowed)}.")
