"""Counts the notices that a person has not seen yet, for the number at the top of every page."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.requests import Request

from dutybook.errors import DutybookError
from dutybook.store.alerts import alert_events
from dutybook.web.access import Person, Role
from dutybook.web.last_seen import LastSeen
from dutybook.web.registers import Registers


def count_unseen(request: Request) -> int:
    """How many notices came since the person last read them; 0 for those who get none. If counting fails, the page
    does not.
    """
    person: Person | None = getattr(request.state, "person", None)
    seen: LastSeen | None = getattr(request.app.state, "last_seen", None)
    if person is None or seen is None or person.role < Role.EDITOR or request.url.path == "/notices":
        return 0
    registers: Registers = request.app.state.registers
    try:
        with registers.reading() as register:
            return alert_events.number_since(register, seen.notices(person.name, datetime.now(UTC)))
    except DutybookError:
        return 0
