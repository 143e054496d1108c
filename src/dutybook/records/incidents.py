"""An incident and the duties to notify somebody of it, as they are found in acts and counted from what happened when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

Moment = date | datetime


class DutyState(StrEnum):
    """How far a duty is: ``waiting`` for what starts its period, ``prompt`` without a period (at once), and not for us (``dropped``)."""

    OPEN = "open"
    WAITING = "waiting"
    PROMPT = "prompt"
    MET = "met"
    LATE = "late"
    MISSED = "missed"
    DROPPED = "dropped"


#: States of a duty that ends at a known instant and has not been met.
DATED_STATES = (DutyState.OPEN, DutyState.MISSED)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time limit as a text has it: ``kind``, ``value``, ``direction`` and ``anchor`` as in deadlines.

    ``moment`` is what starts it (see :data:`dutybook.languages.incidents.MOMENTS`), "submitted" where that is the submission of the duty
    ``after`` (its id), empty where its words do not say.
    """

    quote: str
    kind: str
    value: str | None = None
    direction: str | None = None
    anchor: str | None = None
    moment: str = ""
    after: str = ""

    @property
    def due(self) -> None:
        """The text alone fixes no day."""
        return None

    @property
    def steps(self) -> tuple[str, ...]:
        """There are none without an event."""
        return ()

    @property
    def reason(self) -> str:
        """Why the text alone fixes no day, where that is particular."""
        return ""


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty to notify: of a norm, or of a point of the list that it introduces, as it was when it was found.

    ``stage`` (early, first, intermediate, progress, final; empty: not said) and ``recipient_kind`` (authority, affected) are names in
    ``languages/incidents.toml``. ``contents`` says what the notification has to contain, one text each. ``law`` counts its periods, None
    where that is not known. ``doubts`` are codes of what should be looked at: "bearer", "kind", "recipient", "moment", "state", "applies".
    """

    id: str
    norm: str
    document: str
    work: str | None
    title: str
    place: str
    language: str
    quote: str
    bearer: str
    recipient: str
    recipient_kind: str
    stage: str = ""
    condition: str = ""
    contents: tuple[str, ...] = ()
    law: str | None = None
    clocks: tuple[Clock, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What was done about a duty: when it was ``submitted`` (ISO 8601, empty: not yet), the ``evidence`` of it, or ``dropped`` and why (``note``)."""

    submitted: str = ""
    evidence: str = ""
    dropped: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class CountedClock:
    """A clock with its end and the steps to it, or the reason why there is none."""

    clock: Clock
    due: Moment | None
    steps: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CountedDuty:
    """A duty with its clocks counted: ``due`` is the earliest end, None where there is none."""

    duty: Duty
    report: Report
    clocks: tuple[CountedClock, ...]
    due: Moment | None
    state: DutyState
