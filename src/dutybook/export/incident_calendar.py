"""The dates of incidents as a calendar (RFC 5545): one entry for each duty that has an end and is neither met nor dropped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dutybook.export.content import VERSION
from dutybook.languages.reader import reader_words
from dutybook.records.dates import in_utc
from dutybook.records.incidents import DATED_STATES, CountedDuty
from dutybook.store.incidents.counting import count_incident
from dutybook.store.incidents.incidents import OPEN, StoredIncident, last_revision

if TYPE_CHECKING:
    from icalendar import Event

    from dutybook.store import Register


def incident_calendar(
    register: Register, incidents: Sequence[StoredIncident], *, now: datetime, reader: str = "en"
) -> tuple[bytes, int]:
    """A calendar of incidents, and how many entries it has.

    An entry keeps its identifier; its SEQUENCE is the number of the last change of the incident and its duties in the history, so that a
    newer file updates an older one. What is met, dropped or closed is cancelled.
    """
    from icalendar import Calendar

    words = reader_words("incidents", reader)
    calendar = Calendar()
    calendar.add("prodid", f"-//Dutybook//{VERSION}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", words("title"))
    number = 0
    for incident in incidents:
        sequence = last_revision(register, incident)
        for row in count_incident(register, incident, now=now):
            if row.due is None:
                continue
            live = row.state in DATED_STATES and incident.status == OPEN
            calendar.add_component(_event(incident, row, sequence, live=live, now=now, reader=reader))
            number += live
    return bytes(calendar.to_ical()), number


def _event(
    incident: StoredIncident, row: CountedDuty, sequence: int, *, live: bool, now: datetime, reader: str
) -> Event:
    from icalendar import Event

    words = reader_words("incidents", reader)
    duty = row.duty
    event = Event()
    event.add("uid", f"{incident.id[:16]}-{duty.id[:16]}@dutybook")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("sequence", sequence)
    if row.due is not None:
        event.add("dtstart", in_utc(row.due))
    stage = words(f"stage.{duty.stage}") if duty.stage else words("stage.none")
    event.add("summary", f"{incident.title or words('one')}: {stage}, {duty.title} {duty.place}"[:160])
    if not live:
        event.add("status", "CANCELLED")
        return event
    recipient = f"{words('to_whom')}: {duty.recipient}" if duty.recipient else ""
    event.add("description", "\n\n".join(filter(None, [recipient, duty.quote, *duty.contents]))[:4000])
    event.add("categories", [words("one")])
    event.add("transp", "TRANSPARENT")
    return event
