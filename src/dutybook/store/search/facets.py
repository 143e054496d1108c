"""Facets: what results are counted by and narrowed to, each with its values, their labels and its SQL on ``f`` (norm_facets)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dutybook.errors import BadFilter
from dutybook.records import BearerClass, Modality
from dutybook.records.norm_fields import ROLES_APART
from dutybook.store.judgements.record import APPLICABILITIES, STATUSES, tag_names
from dutybook.store.judgements.record_rows import OURS_SQL, REJECTED_SQL, STATES
from dutybook.store.profiles import for_us
from dutybook.store.search.conditions import Condition, condition
from dutybook.store.sql import NOTHING, Sql, any_of, compose, marks, name, names
from dutybook.suggestions import check_one_of

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


def _of_column(facet: str, title: str = "", labels: Mapping[str, str] | None = None) -> Facet:
    """A facet of norms that have one value at most, as it stands in the column of its name."""

    def one_of(values: tuple[str, ...], _today: date) -> Condition:
        return condition("f.{column} IN ({marks})", *values, column=name(facet), marks=marks(len(values)))

    def values_of(cells: tuple[Cell, ...], _today: date) -> Iterable[str]:
        return (cells[0],) if cells[0] else ()

    return Facet(
        facet,
        title or facet.replace("_", " "),
        (names([facet], of="f"),),
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


def _of_record(facet: str, title: str = "", known: tuple[str, ...] = ()) -> Facet:
    """A facet of the column of its name in records; the first of its ``known`` values stands for norms of which nothing was said."""

    def values_of(cells: tuple[Cell, ...], _today: date) -> Iterable[str]:
        return (cells[0],) if cells[0] else known[:1]

    return Facet(
        facet,
        title or facet,
        (names([facet], of="records"),),
        values_of,
        None,
        (lambda: {value: value for value in known}) if known else None,
        RECORDS,
    )


def _tags(cells: tuple[Cell, ...], _today: date) -> Iterable[str]:
    return tag_names(cells[0] or "")


def _review_state(cells: tuple[Cell, ...], _today: date) -> Iterable[str]:
    finding, rejected = cells
    # What was rejected in another language says nothing of these words.
    return (rejected or finding or "unreviewed",) if rejected or finding != "rejected" else ()


#: Selects the roles of bearers. They repeat: each is looked up in the index, and compared, once.
ROLES = compose(
    """SELECT role FROM (WITH RECURSIVE r(role) AS (SELECT min(role) FROM norm_facets WHERE role IS NOT NULL UNION ALL
    SELECT (SELECT min(x.role) FROM norm_facets x WHERE x.role > r.role) FROM r WHERE r.role IS NOT NULL)
    SELECT role FROM r WHERE role IS NOT NULL)"""
)


def _roles(cells: tuple[Cell, ...], _today: date) -> Iterable[str]:
    return cells[0].split(ROLES_APART) if cells[0] else ()


def _of_roles(values: tuple[str, ...], _today: date) -> Condition:
    named = compose("instr('; ' || role || '; ', ?)")
    return condition(
        "f.role IN ({roles} WHERE {named})",
        *(f"{ROLES_APART}{value}{ROLES_APART}" for value in values),
        roles=ROLES,
        named=any_of([named] * len(values)),
    )


#: All facets by name. A further one is an entry here, a field of ``Filters`` and, unless it is there, a column of ``norm_facets``.
FACETS: dict[str, Facet] = {
    facet.name: facet
    for facet in (
        Facet("bearer_role", "bearer", (compose("f.role"),), _roles, _of_roles),
        _of_column("bearer_class", labels={c.value: c.value for c in BearerClass}),
        _of_column("modality", labels={m.value: m.value for m in Modality}),
        _of_column("jurisdiction"),
        _of_column("language"),
        _of_column("work", "act"),
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
        _of_column("new_text", labels=NEW_TEXT),
        _of_column("legal_status", labels=LEGAL_STATUS),
        _of_record("status", known=STATUSES),
        _of_record("owner"),
        _of_record("applicability", "applies to us", APPLICABILITIES),
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


def check_values(name: str, given: str | Iterable[str] | None) -> None:
    """Raises BadFilter for a value of a facet (by name) that no norm can have."""
    values = values_of(given)
    allowed = FACETS[name].labels if values else None
    for value in values:
        if allowed is not None:
            check_one_of(name.replace("_", " "), value, allowed, BadFilter)
