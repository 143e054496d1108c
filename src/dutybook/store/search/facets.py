"""Facets: what results are counted by and narrowed to. One entry of :data:`FACETS` each; conditions are SQL on ``f`` (norm_facets)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dutybook.errors import BadFilter
from dutybook.records import BearerClass, Modality
from dutybook.store.judgements.record import STATUSES
from dutybook.store.judgements.record_rows import REJECTED_SQL, STATES
from dutybook.store.search.conditions import Condition, condition
from dutybook.store.sql import NOTHING, Sql, any_of, compose, marks, name, names

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
_NO_DATE = "none"
#: When a norm applies, seen from today.
APPLIES = {
    "in-force": "in force",
    "later": "from a later date",
    "unknown": "from an unknown date",
    "ended": "ended",
}


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


def _plain(column: str) -> Facet:
    return _named(column, column)


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
    # Here, so that commands that ask for no topic do not read what they are told by.
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
        parts.append(_WITHIN)
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


# Norms of which somebody said something are few beside all: their records are looked up once a search. Where two records turned
# out to be of one norm, all is of the one changed last (bare columns beside max() are of its row: sqlite.org/lang_select.html).
_SAID = compose(
    """LEFT JOIN (SELECT v.norm, r.status, r.owner, r.finding, max(r.changed) FROM norm_reviews v
    JOIN reviews r ON r.id = v.review GROUP BY v.norm) said ON said.norm = f.norm"""
)
_REJECTED = compose("CASE WHEN f.norm IN ({rejected}) THEN 'rejected' END", rejected=REJECTED_SQL)


def _status(cells: tuple[Cell, ...], _today: date) -> Iterable[str]:
    return (cells[0] or STATUSES[0],)


def _owner(cells: tuple[Cell, ...], _today: date) -> Iterable[str]:
    return (cells[0],) if cells[0] else ()


def _review_state(cells: tuple[Cell, ...], _today: date) -> Iterable[str]:
    finding, rejected = cells
    # What was rejected in another language says nothing of these words.
    return (rejected or finding or "unreviewed",) if rejected or finding != "rejected" else ()


#: All facets by name. A further one is an entry here, a field of ``Filters`` and, unless it is there, a column of ``norm_facets``.
FACETS: dict[str, Facet] = {
    facet.name: facet
    for facet in (
        _named("bearer_role", "role", "bearer"),
        _named("bearer_class", "bearer_class", labels={c.value: c.value for c in BearerClass}),
        _named("modality", "modality", labels={m.value: m.value for m in Modality}),
        _plain("jurisdiction"),
        _plain("language"),
        _named("work", "work", "act"),
        Facet("topic", "topic", (compose("f.topics"),), _topics, _of_topics, _topic_titles),
        Facet(
            "due_window",
            "deadline",
            (compose("f.dues"),),
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
        Facet("status", "status", (compose("said.status"),), _status, None, lambda: {s: s for s in STATUSES}, _SAID),
        Facet("owner", "owner", (compose("said.owner"),), _owner, None, None, _SAID),
        Facet(
            "review_state",
            "review",
            (compose("said.finding"), _REJECTED),
            _review_state,
            None,
            lambda: {state: state for state in STATES},
            _SAID,
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
        if allowed is not None and value not in allowed:
            shown = name.replace("_", " ")
            raise BadFilter(f"{value!r} is no {shown}. There are: {', '.join(allowed)}.")
