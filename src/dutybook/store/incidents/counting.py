"""The duties of stored incidents with their ends and states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dutybook.errors import BadFilter
from dutybook.records.incidents import CountedDuty
from dutybook.resolve.incidents import count_duties
from dutybook.store.incidents.incidents import StoredIncident, duties_of

if TYPE_CHECKING:
    from dutybook.store.register import Register


def count_incident(register: Register, incident: StoredIncident, *, now: datetime) -> tuple[CountedDuty, ...]:
    """The duties of an incident with their ends and states at ``now`` (with its time zone), what is due first in front.

    Raises:
        BadFilter: a moment does not exist at its place.
    """
    stored = duties_of(register, incident.id)
    duties = [one.found for one in stored]
    reports = {one.found.id: one.report for one in stored}
    place, law = incident.place or None, incident.law or None
    try:
        return count_duties(duties, incident.moments, reports, now=now, place=place, law=law)
    except ValueError as error:
        raise BadFilter(str(error)) from error


def incident_to_dict(one: StoredIncident, rows: Sequence[CountedDuty]) -> dict[str, Any]:
    """An incident and its duties as JSON values."""
    made = asdict(one) | {"kinds": list(one.kind_names), "filters": one.searched}
    return made | {"duties": [duty_to_dict(row) for row in rows]}


def duty_to_dict(row: CountedDuty) -> dict[str, Any]:
    """A duty with its clocks as JSON values."""
    return {
        **asdict(row.duty),
        **asdict(row.report),
        "state": row.state.value,
        "due": row.due.isoformat() if row.due else None,
        "clocks": [
            asdict(one.clock) | {"due": one.due and one.due.isoformat(), "steps": one.steps, "reason": one.reason}
            for one in row.clocks
        ],
    }
