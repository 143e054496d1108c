"""Counting the deadlines of a norm from an event, on its page, and keeping the event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from dutybook.errors import BadFilter, BadRequest, NotFound
from dutybook.languages.period_laws import period_law
from dutybook.pipeline.due_dates import DueDate, EventDetails, due
from dutybook.store import DeadlineRow, NormRow, Register
from dutybook.store.deadlines import events
from dutybook.web.request_values import Given, clean, editing, text_of, writing

router = APIRouter()

#: Places whose public holidays are offered; others can be typed.
PLACES = (
    "EU-COM",
    "AT",
    "BE",
    "DE",
    "DE-BE",
    "DE-BW",
    "DE-BY",
    "DE-HE",
    "DE-HH",
    "DE-NW",
    "ES",
    "FR",
    "IE",
    "IT",
    "LU",
    "NL",
    "PL",
)
#: The following dates that are shown of what returns.
_FOLLOWING = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks to count from: an event with its day and time, the place whose holidays count, and which deadline."""

    day: str = ""
    time: str = ""
    place: str = ""
    deadline: str = ""

    @property
    def event(self) -> str:
        """The event as :func:`dutybook.pipeline.due_dates.due` takes it."""
        return f"{self.day} {self.time}".strip()


@dataclass(frozen=True, slots=True)
class Counted:
    """The deadlines of a norm counted from an event (empty: nothing was asked), or the problem with it."""

    asked: Asked = Asked()
    rows: tuple[DueDate, ...] = ()
    problem: str = ""

    @property
    def has_date(self) -> bool:
        """Whether a day came of the event, which can be kept then."""
        return any(row.due and row.law for row in self.rows)

    def law(self, row: DueDate) -> str:
        """The law by which a deadline was counted."""
        return period_law(row.law).name if row.law else ""

    def following(self, row: DueDate) -> list[str]:
        """The next dates of what returns."""
        return [moment.isoformat() for moment in row.dates[1:_FOLLOWING]]


def asked_of(request: Request) -> Asked:
    """What the address asks to count from."""
    return _asked({name: text_of(request, name) for name in ("event", "time", "place", "deadline")})


def _asked(given: Mapping[str, str]) -> Asked:
    return Asked(*(clean(given.get(name, "")) for name in ("event", "time", "place", "deadline")))


def count(register: Register, norm: NormRow, asked: Asked) -> Counted:
    """Count the deadlines of a norm from what was asked."""
    if not asked.day:
        return Counted(asked)
    try:
        return Counted(asked, due(register, asked.deadline or norm.id, asked.event, place=asked.place or None))
    except (BadFilter, BadRequest, NotFound) as error:
        return Counted(asked, problem=str(error))


def starts_with_event(deadline: DeadlineRow) -> bool:
    """Whether a deadline has no day of its own, but one that is counted from an event; "at once" gives none to count."""
    return deadline.due is None and deadline.kind in ("period", "recurring", "duration")


@router.post("/norms/{identity}/events")
def keep(request: Request, identity: str, given: Given) -> Response:
    """Keep an event: its dates are in searches, calendars and exports from then on."""
    editing(request)
    asked = _asked(given)
    details = EventDetails(clean(given.get("note", "")), datetime.now(UTC))
    with writing(request) as register:
        norm = register.norm(identity).norm
        due(register, asked.deadline or norm.id, asked.event, place=asked.place or None, store=details)
    return RedirectResponse(f"/norms/{norm.id}#due", 303)


@router.post("/norms/{identity}/events/{event}/forget")
def forget(request: Request, identity: str, event: str, _: Given) -> Response:
    """Remove an event that was kept."""
    editing(request)
    with writing(request) as register:
        norm = register.norm(identity).norm
        if not events.forget(register, event):
            raise NotFound("this event is not kept any more")
    return RedirectResponse(f"/norms/{norm.id}#due", 303)
