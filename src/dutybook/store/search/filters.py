"""Filters: what a search or an export is narrowed to, as conditions on norms, with acts and documents as people call them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date

from dutybook.errors import BadFilter
from dutybook.languages.wordforms import LANGUAGES
from dutybook.store.ids import glob_of
from dutybook.store.judgements import record_rows
from dutybook.store.search.conditions import WIDE, Columns, Condition, condition, rows_sql, together
from dutybook.store.search.facets import FACETS, ROLES, check_values, values_of
from dutybook.store.search.query import Query, parse
from dutybook.store.search.terms import fold
from dutybook.store.sql import Sql, all_of, any_of, compose
from dutybook.store.versions import in_force
from dutybook.suggestions import check_one_of, near_matches

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
    Facets (`dutybook.store.search.facets.FACETS`) take several values, of which one must hold: modality, language, work,
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
            check_values(facet, getattr(self, facet))
        for strength in values_of(self.strength):
            check_one_of("strength", strength, ("must", "should"), BadFilter)
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
            yield condition("f.role IN ({roles} WHERE instr(fold(role), ?))", fold(self.role), roles=ROLES)
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
    """The conditions of ``filters``, all of which must hold; without ``match``, not those of the words that must occur."""
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
    sql = compose("(d.id = ? OR d.id GLOB ? OR instr(fold(d.source), ?) OR instr(fold(d.title), ?))")
    return sql, (text, glob_of(text), fold(text), fold(text))


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
