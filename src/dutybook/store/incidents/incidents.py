"""Incidents that people entered: opened with their duties, changed, reported on, closed and listed; every change in the chained history."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dutybook.errors import BadRequest, NotFound
from dutybook.languages.incidents import MOMENTS, incident_kinds
from dutybook.records.incidents import Clock, Duty, Report
from dutybook.store.controls.items import Item, ItemTable
from dutybook.store.database.connection import translated
from dutybook.store.database.protocols import Connection
from dutybook.store.ids import ids_named, is_named, only_id
from dutybook.store.judgements import history, reviews
from dutybook.store.judgements.change import check_lengths
from dutybook.store.judgements.history import HistoryRow
from dutybook.store.judgements.record_rows import Book
from dutybook.store.sql import compose
from dutybook.suggestions import did_you_mean

if TYPE_CHECKING:
    from dutybook.store.register import Register

OPEN, CLOSED = "open", "closed"
STATUSES = (OPEN, CLOSED)
_LONGEST = {"title": 300, "note": 20_000, "evidence": 2_000}


@dataclass(frozen=True, slots=True)
class StoredIncident(Item):
    """An incident; moments are ISO 8601, empty where they are not known, ``kinds`` and ``filters`` JSON.

    ``law`` counts the periods of acts of which it is not known how they count.
    """

    title: str = ""
    kinds: str = "[]"
    aware: str = ""
    occurred: str = ""
    classified: str = ""
    measure: str = ""
    handled: str = ""
    place: str = ""
    law: str = ""
    filters: str = "{}"
    status: str = OPEN
    note: str = ""

    @property
    def moments(self) -> dict[str, str]:
        """The moments that are known, by name."""
        return {name: value for name in MOMENTS if (value := getattr(self, name))}

    @property
    def kind_names(self) -> tuple[str, ...]:
        """The names of its kinds; none stands for all."""
        return tuple(json.loads(self.kinds))

    @property
    def searched(self) -> dict[str, Any]:
        """The filters of the norms that were searched."""
        return dict(json.loads(self.filters))


@dataclass(frozen=True, slots=True)
class StoredDuty(Item):
    """A duty of an incident (``incident``: its id) with what was done about it."""

    incident: str = ""
    duty: str = ""
    submitted: str = ""
    evidence: str = ""
    dropped: str = ""
    note: str = ""

    @property
    def found(self) -> Duty:
        """The duty as it was found; its id is the stored one's."""
        return _read_duty(self.duty)

    @property
    def report(self) -> Report:
        """What was done about it."""
        return Report(self.submitted, self.evidence, self.dropped == "yes", self.note)


INCIDENTS = ItemTable("incident", "incidents", StoredIncident)
DUTIES = ItemTable("incident_duty", "incident_duties", StoredDuty)


@dataclass(frozen=True, slots=True)
class IncidentChange:
    """What is said of an incident; None leaves a field as it is, an empty text takes it away.

    Moments are ISO 8601, made by the caller (:func:`dutybook.pipeline.due_dates.normalise_event`).

    Raises:
        BadRequest: something in it cannot be meant.
    """

    title: str | None = None
    kinds: tuple[str, ...] | None = None
    aware: str | None = None
    occurred: str | None = None
    classified: str | None = None
    measure: str | None = None
    handled: str | None = None
    place: str | None = None
    law: str | None = None
    filters: Mapping[str, Any] | None = None
    status: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        for kind in self.kinds or ():
            check_kind(kind)
        if self.status is not None and self.status not in STATUSES:
            raise BadRequest(f"{self.status!r} is no status of an incident: {' or '.join(STATUSES)}")
        check_lengths(self, _LONGEST)

    @property
    def values(self) -> dict[str, str]:
        """The fields that are given, as they are stored."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        made = {name: value.strip() for name, value in given.items() if isinstance(value, str)}
        if self.kinds is not None:
            made["kinds"] = json.dumps(list(dict.fromkeys(self.kinds)))
        if self.filters is not None:
            made["filters"] = json.dumps(dict(self.filters), sort_keys=True)
        return made


@dataclass(frozen=True, slots=True)
class ReportChange:
    """What is said of a duty of an incident; None leaves a field as it is, an empty text takes it away.

    Raises:
        BadRequest: it is left out without a reason.
    """

    submitted: str | None = None
    evidence: str | None = None
    dropped: bool | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        check_lengths(self, _LONGEST)
        if self.dropped and not (self.note or "").strip():
            raise BadRequest("say why this duty is none of yours: a note")

    @property
    def values(self) -> dict[str, str]:
        """The fields that are given, as they are stored."""
        made = {name: value for name in ("submitted", "evidence", "note") if (value := getattr(self, name)) is not None}
        made = {name: value.strip() for name, value in made.items()}
        return made if self.dropped is None else made | {"dropped": "yes" if self.dropped else ""}


def check_kind(kind: str) -> None:
    """Raises BadRequest where there is no such kind of incident."""
    if kind not in incident_kinds():
        hint = did_you_mean(kind, incident_kinds())
        raise BadRequest(f"there is no kind of incident {kind!r}{hint}. The kinds: {', '.join(incident_kinds())}")


def open_incident(
    register: Register, change: IncidentChange, duties: Iterable[Duty], *, by: str, now: datetime | None = None
) -> StoredIncident:
    """Enter an incident with its duties, in one transaction with its history.

    Raises:
        BadRequest: nobody is named, or it is not said when it was noticed.
    """
    if not change.aware:
        raise BadRequest("say when the incident was noticed")
    with reviews.writing(register, by=by, now=now) as book:
        incident = INCIDENTS.add(book.connection, change.values, by=book.by, at=book.at)
        _add_duties(book, incident.id, duties)
        return incident


def _add_duties(book: Book, incident: str, duties: Iterable[Duty]) -> int:
    known = {stored.found.id for stored in _duties(book.connection, incident)}
    added = [duty for duty in duties if duty.id not in known]
    for duty in added:
        values = {"incident": incident, "duty": json.dumps(asdict(duty), ensure_ascii=False, sort_keys=True)}
        DUTIES.add(book.connection, values, by=book.by, at=book.at)
    return len(added)


def change_incident(
    register: Register,
    identity: str,
    change: IncidentChange,
    *,
    duties: Iterable[Duty] = (),
    by: str,
    now: datetime | None = None,
) -> StoredIncident:
    """Change an incident by its id, and add the duties that it has not.

    Raises:
        NotFound: there is no such incident.
        BadRequest: it would not say any more when it was noticed.
    """
    if change.aware == "":
        raise BadRequest("say when the incident was noticed")
    with reviews.writing(register, by=by, now=now) as book:
        incident = _loaded(book.connection, identity)
        _add_duties(book, incident.id, duties)
        return INCIDENTS.change(book.connection, incident, change.values, by=book.by, at=book.at)


def report_duty(
    register: Register, incident: str, duty: str, change: ReportChange, *, by: str, now: datetime | None = None
) -> StoredDuty:
    """Say what was done about a duty of an incident (full ids, or the beginning of the duty's).

    Raises:
        NotFound: the incident has no such duty.
    """
    with reviews.writing(register, by=by, now=now) as book:
        stored = _duty_named(_duties(book.connection, _loaded(book.connection, incident).id), duty)
        return DUTIES.change(book.connection, stored, change.values, by=book.by, at=book.at, why=change.note or "")


def _duty_named(duties: Sequence[StoredDuty], text: str) -> StoredDuty:
    """A duty by its place, or by its id or the beginning of it."""
    wanted = text.strip().casefold()
    found = [d for d in duties if d.found.place.casefold() == wanted]
    found = found or [d for d in duties if is_named(d.found.id, text)]
    if len(found) != 1:
        places = ", ".join(f"{d.found.id[:8]} ({d.found.place})" for d in (found or duties))
        raise NotFound(f"{'several duties are' if found else 'no duty is'} called {text!r} here. The duties: {places}")
    return found[0]


def incident_named(register: Register, identity: str) -> StoredIncident:
    """An incident by its id, or the first four characters of it.

    Raises:
        NotFound: there is none, or several ids begin so.
    """
    with translated(register.path):
        found = ids_named(register._connection, INCIDENTS.table, identity)
        full = only_id(found, identity, "incident", "`dutybook incidents list` shows them all.")
        return _loaded(register._connection, full)


def incidents(register: Register, *, status: str | None = None) -> list[StoredIncident]:
    """All incidents, or those of a status; what was noticed last comes first."""
    with translated(register.path):
        sql = "SELECT id FROM incidents WHERE ?1 IS NULL OR status = ?1 ORDER BY aware DESC, id"
        ids = [str(row[0]) for row in register._connection.execute(sql, (status,))]
        return list(INCIDENTS.load(register._connection, ids).values())


def duties_of(register: Register, incident: str) -> list[StoredDuty]:
    """The duties of an incident (its full id), in the order in which they were added."""
    with translated(register.path):
        return _duties(register._connection, incident)


def last_revision(register: Register, incident: StoredIncident) -> int:
    """The number of the last change of an incident or of one of its duties in the history."""
    return max([incident.revision, *(stored.revision for stored in duties_of(register, incident.id))])


def incident_history(register: Register, incident: str) -> list[HistoryRow]:
    """What was said of an incident (its full id) and its duties, in order."""
    with translated(register.path):
        connection = register._connection
        items = [incident, *(stored.id for stored in _duties(connection, incident))]
        found = [row for item in items for row in history.read(connection, item=item)]
        return sorted(found, key=lambda row: row.seq)


def _loaded(connection: Connection, identity: str) -> StoredIncident:
    found = INCIDENTS.load(connection, [identity]).get(identity)
    if found is None:
        raise NotFound(f"there is no incident {identity!r}. `dutybook incidents list` shows them all.")
    return found


def _duties(connection: Connection, incident: str) -> list[StoredDuty]:
    sql = compose("SELECT id FROM incident_duties WHERE incident = ? ORDER BY rowid")
    ids = [str(row[0]) for row in connection.execute(sql, (incident,))]
    return list(DUTIES.load(connection, ids).values())


def _read_duty(text: str) -> Duty:
    values = json.loads(text)
    duty = Duty(**{**values, "clocks": (), "contents": tuple(values["contents"]), "doubts": tuple(values["doubts"])})
    return replace(duty, clocks=tuple(Clock(**clock) for clock in values["clocks"]))
