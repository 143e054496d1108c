"""What a search or an export is narrowed to, and the SQL that does it."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date

from dutybook.errors import BadFilter
from dutybook.languages.wordforms import LANGUAGES
from dutybook.records import BearerClass, Modality
from dutybook.store.query import Query, parse
from dutybook.store.text import fold

_MIN_ID = 4


@dataclass(frozen=True, slots=True)
class Filters:
    """All that narrows down; None (or no words) leaves open. Everything given must hold.

    words: see :mod:`dutybook.store.query`. bearer: part of the bearer, whatever case and accents.
    work: id, official number (CELEX), or part of a short title in any language. document: id or its beginning, part of the
    source or the title. place: a place or its beginning (``Art 5``). deadline_before and deadline_after: the norm has
    a date up to (from) this day, the day included, computed from the text or from an event that was stored. role: part of
    the bearer's English name, in any language. applies_on: the norm is known to apply on this day: what binds then.
    """

    words: str = ""
    bearer: str | None = None
    modality: str | None = None
    language: str | None = None
    work: str | None = None
    document: str | None = None
    place: str | None = None
    deadline_before: date | str | None = None
    deadline_after: date | str | None = None
    bearer_class: str | None = None
    strength: str | None = None
    role: str | None = None
    applies_on: date | str | None = None

    def __post_init__(self) -> None:
        """Raises BadFilter for a value that cannot be meant."""
        _one_of("modality", self.modality, [m.value for m in Modality])
        _one_of("bearer class", self.bearer_class, [c.value for c in BearerClass])
        _one_of("strength", self.strength, ["must", "should"])
        if self.language is not None and not re.fullmatch(r"[A-Za-z]{2,3}", self.language):
            raise BadFilter(f"{self.language!r} is no language code. Give two letters, such as en, de or fr.")
        for name in ("deadline_before", "deadline_after", "applies_on"):
            as_date(getattr(self, name), name)

    @property
    def query(self) -> Query:
        """What the words mean: in the forms of the language that is asked for, or of all."""
        return parse(self.words, (self.language.lower(),) if self.language else LANGUAGES)

    @property
    def narrows(self) -> bool:
        """Whether anything is left out at all."""
        return any(getattr(self, field.name) for field in fields(self))

    def conditions(self) -> tuple[list[str], list[str]]:
        """SQL conditions on ``n`` (norms) and ``d`` (documents) without the words, and their parameters."""
        sql: list[str] = []
        values: list[str] = []

        def add(condition: str, *given: str) -> None:
            sql.append(condition)
            values.extend(given)

        if self.modality:
            add("n.modality = ?", self.modality)
        if self.strength:
            add("n.strength = ?", self.strength)
        if self.bearer_class:
            add("n.bearer_class = ?", self.bearer_class)
        if self.language:
            add("n.language = ?", self.language.lower())
        if self.bearer:
            # Bearers repeat: fold each once, then use the index.
            add(
                "n.bearer IN (SELECT bearer FROM (SELECT DISTINCT bearer FROM norms) WHERE instr(fold(bearer), ?))",
                fold(self.bearer),
            )
        if self.role:
            # the bearer is what the act's English text calls so, or what was learned from other acts where it has none here
            add(f"({ROLE_SQL})", fold(self.role), fold(self.role))
        typed = self.query
        for place in (*([self.place.strip()] if self.place else []), *typed.places):
            escaped = re.sub(r"([%_\\])", r"\\\1", place)
            # "Art 5" is not meant to find "Art 50".
            add(
                "(n.place = ? OR (n.place LIKE ? ESCAPE '\\' AND NOT substr(n.place, ?, 1) GLOB '[0-9a-z]'))",
                place,
                escaped + "%",
                str(len(place) + 1),
            )
        for work in (*([self.work] if self.work else []), *typed.works):
            # Subqueries that do not depend on the norm are answered once.
            add(
                f"n.document IN (SELECT id FROM documents WHERE work IN ({WORK_SQL}))",  # noqa: S608 - constants only
                *(work, work, fold(work)),
            )
        if self.document:
            condition, given = named_document(self.document)
            add(f"n.document IN (SELECT d.id FROM documents d WHERE {condition})", *given)  # noqa: S608 - constants only
        before, after = as_date(self.deadline_before, "deadline_before"), as_date(self.deadline_after, "deadline_after")
        if before or after:
            bounds = [("x.due <= ?", before), ("x.due >= ?", after)]
            chosen = [(condition, day.isoformat()) for condition, day in bounds if day]
            condition = " AND ".join(c for c, _ in chosen)
            add(
                f"n.id IN (SELECT x.norm FROM due_dates x WHERE {condition})",  # noqa: S608 - constants only
                *(day for _, day in chosen),
            )
        if day := as_date(self.applies_on, "applies_on"):
            add(
                "n.id IN (SELECT t.norm FROM norm_times t WHERE t.applies_from <= ? AND coalesce(t.applies_until >= ?, 1))",
                *(day.isoformat(), day.isoformat()),
            )
        return sql, values


_ENGLISH = """SELECT o.id FROM definitions o JOIN definitions e ON e.work = o.work AND e.number = o.number AND e.language = 'en'"""
#: Norms whose bearer has a role with these words (parameters: the folded words, twice).
ROLE_SQL = f"""n.bearer_definition IN ({_ENGLISH} WHERE instr(fold(e.role), ?)) OR
    (n.role IN (SELECT role FROM (SELECT DISTINCT role FROM norms WHERE role IS NOT NULL) WHERE instr(fold(role), ?))
    AND coalesce(n.bearer_definition NOT IN ({_ENGLISH}), 1))"""  # noqa: S608 - constants only

#: Works by id, official number or part of a short title in any language (parameters: text, text, folded text).
WORK_SQL = """SELECT id FROM works WHERE id = ? COLLATE NOCASE OR number = ? COLLATE NOCASE
    OR id IN (SELECT work FROM work_names WHERE instr(fold(short_title), ?))"""


def named_document(text: str | None) -> tuple[str, tuple[str, ...]]:
    """The SQL condition on ``d`` for documents by id, beginning of an id, part of source or title; None means all."""
    if text is None:
        return "1", ()
    beginning = text.lower() + "*" if re.fullmatch(f"[0-9A-Fa-f]{{{_MIN_ID},16}}", text) else ""
    sql = "(d.id = ? OR d.id GLOB ? OR instr(fold(d.source), ?) OR instr(fold(d.title), ?))"
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
