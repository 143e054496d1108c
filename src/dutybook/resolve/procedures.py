"""The state of an act in the making, by what documents report and announce of it on different days. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from dutybook.records import Step
from dutybook.resolve.claims import fits, last_day_of

_ORDER: Final = {step: number for number, step in enumerate(Step)}


class StepStatus(StrEnum):
    """How a date of a procedure is known.

    ``stated``: by the act's own text. ``reported``: a document says that it has come. ``announced``: a document expects it.
    ``superseded``: a later document has another date for it, or reports that it has come.
    """

    STATED = "stated"
    REPORTED = "reported"
    ANNOUNCED = "announced"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class StepDate:
    """What one document says of one step of an act, with its words.

    ``due`` is a day, a month or a year, of a consultation its last day; None where the document names none. ``day`` is that of the document, empty
    where it has none. ``supersedes`` is the date that it replaces, ``superseded_by`` the document that replaces it.
    """

    step: Step
    due: str | None
    status: StepStatus
    day: str
    document: str
    quote: str
    page: int | None = None
    supersedes: str | None = None
    superseded_by: str | None = None

    @property
    def happened(self) -> str:
        """The date on which it came, or is expected; the day of the document where that names none."""
        return self.due or self.day


@dataclass(frozen=True, slots=True)
class ProcedureState:
    """How far an act has come on a day: the step, since when (empty where that is not known), and the last day of an open consultation."""

    step: Step | None
    since: str
    open_until: str | None


def arrange_steps(stated: Iterable[StepDate]) -> tuple[StepDate, ...]:
    """The dates of one act in the order of their documents, with those marked that a later document has replaced.

    A date that was announced is replaced by a later document that has another date for the step, or reports it. What was reported is replaced only by
    a later report with another date.
    """
    ordered = sorted(stated, key=lambda one: (one.day, _ORDER[one.step], one.happened, one.document, one.quote))
    found: list[StepDate] = []
    for one in ordered:
        for number, before in enumerate(found):
            if before.step is one.step and before.document != one.document and _replaces(one, before):
                found[number] = replace(before, status=StepStatus.SUPERSEDED, superseded_by=one.document)
                if before.due and before.due != one.due:
                    one = replace(one, supersedes=before.due)
        found.append(one)
    return tuple(found)


def _replaces(later: StepDate, before: StepDate) -> bool:
    if before.status in (StepStatus.SUPERSEDED, StepStatus.STATED) or later.due is None:
        return False
    if later.status is StepStatus.STATED:
        return not (before.due and fits(before.due, later.due))
    if later.day <= before.day:
        return False
    if before.status is StepStatus.ANNOUNCED or later.step is Step.CONSULTATION:
        return before.due is None or later.due != before.due
    return later.status is StepStatus.REPORTED and before.due is not None and not _agree(later.due, before.due)


def _agree(one: str, other: str) -> bool:
    return fits(one, other) or fits(other, one)


def state_of(dates: Sequence[StepDate], today: date) -> ProcedureState:
    """How far an act has come on a day, by what :func:`arrange_steps` gives.

    A consultation counts while it is open; the act's own text counts from the days that it states.
    """
    day = today.isoformat()
    known = [one for one in dates if _has_come(one, day)]
    if not known:
        return ProcedureState(None, "", None)
    until = max(
        (one.due for one in known if one.step is Step.CONSULTATION and one.due and last_day_of(one.due) >= day),
        default=None,
    )
    reached = [one for one in known if one.step is not Step.CONSULTATION or one.due is None or one.due == until]
    furthest = _find_furthest(reached or known)
    since = furthest.day if furthest.step is Step.CONSULTATION else furthest.happened
    return ProcedureState(furthest.step, since, until)


def _find_furthest(reached: Sequence[StepDate]) -> StepDate:
    """Of some steps the one that an act has got to: the last of its procedure, unless it was withdrawn on that day or later."""
    withdrawn = [one for one in reached if one.step is Step.WITHDRAWN]
    others = [one for one in reached if one.step is not Step.WITHDRAWN]
    last = max((one.day for one in others), default="")
    if withdrawn and max(one.day for one in withdrawn) >= last:
        return withdrawn[-1]
    return max(others, key=lambda one: (_ORDER[one.step], one.status is StepStatus.STATED, one.day))


def _has_come(one: StepDate, day: str) -> bool:
    if one.status is StepStatus.STATED:
        return one.happened <= day
    return one.status is StepStatus.REPORTED and one.day <= day
