"""Computes the due dates of a norm in a register from its deadlines, an event, and the applicable law and place."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime

from dutybook.errors import BadFilter, BadRequest
from dutybook.languages import available, load
from dutybook.languages.temporal import DeadlineRule
from dutybook.records import Family
from dutybook.records.dates import date_of
from dutybook.resolve.calendar import law_for, why_no_law
from dutybook.resolve.due import Due, Moment, Returns, Wording, due_of, parse_event
from dutybook.resolve.periods import returns_by_itself
from dutybook.store import DeadlineRow, EventRow, NormRow, Register
from dutybook.store.deadlines import events as kept
from dutybook.store.ids import is_named

#: So many returns of what recurs are stored with an event; entering it again brings further ones.
STORED = 24
LISTED = 4


@dataclass(frozen=True, slots=True)
class DueDate:
    """A deadline of a norm with its computed date, or with the reason why there is none.

    ``due`` is the first of ``dates``: days, or moments where hours count. ``law`` and ``place`` are the rules and
    holidays by which it was counted, None where the text itself has a date. ``stored`` is the stored event, if
    storing it was asked for and it gave a date.
    """

    norm: NormRow
    deadline: DeadlineRow
    due: Moment | None
    dates: tuple[Moment, ...]
    steps: tuple[str, ...]
    reason: str
    law: str | None
    place: str | None
    stored: EventRow | None = None


@dataclass(frozen=True, slots=True)
class EventDetails:
    """What is stored with an event: a note in the reader's own words, and the moment at which it is stored (by default now)."""

    note: str = ""
    now: datetime | None = None


def due(
    register: Register,
    identity: str,
    event: date | datetime | str | None = None,
    *,
    place: str | None = None,
    law: str | None = None,
    since: date | None = None,
    store: EventDetails | None = None,
) -> tuple[DueDate, ...]:
    """When the deadlines of a norm are due, or one deadline is: from the text alone, or from an event that starts them.

    Args:
        register: where the norm is.
        identity: id of a norm or of a deadline; its first four characters are enough if no other begins so.
        event: when it happened: ``2026-03-02``, with its time where hours count: ``2026-03-02 14:00``.
        place: whose public holidays and clocks count, such as ``DE-BY``.
        law: how periods are counted (``reg1182``, ``bgb``, …); by default the law that fits the act.
        since: for what returns every so often, the day from which on dates are wanted.
        store: keep the event with these details, so that searches, calendars and exports have its dates (the register must
            be writable); None keeps nothing.

    Raises:
        NotFound: there is no such norm or deadline, or several ids begin so.
        BadFilter: the event is no date; the law or the place is not known.
        BadRequest: it was to be stored, and no date came of it.
    """
    norm, deadlines = kept.deadlines_named(register, identity)
    moment = _moment(event)
    family, jurisdiction = kept.kind_of_act(register, norm.document)
    counting = _Counting(
        norm,
        event=moment,
        law=law or law_for(Family(family), jurisdiction),
        jurisdiction=jurisdiction,
        place=place,
        returns=Returns(since, STORED if store else LISTED),
    )
    apart = moment is not None and _apart(deadlines)
    found: list[DueDate] = []
    for deadline in deadlines:
        made = counting.count(deadline)
        if made.begun:
            made = _ambiguous(deadline) if apart else _with_start(made, deadline, identity, alone=len(deadlines) == 1)
        row = counting.due_date(deadline, made)
        if store and made.begun and moment is not None:
            row = replace(row, stored=_event(row, moment, store.note, store.now))
        found.append(row)
    if store:
        _store(register, found)
    return tuple(found)


def recount_events(register: Register, norm: str) -> None:
    """Count the stored events of a norm (full id) anew, after a deadline of it was corrected.

    An event from which no date follows any more keeps those that it had.
    """
    for deadline in register.norm(norm).norm.deadlines:
        for event in deadline.events:
            with suppress(BadFilter, BadRequest):
                moment = event.occurred_at.replace("T", " ")[:16]
                details = EventDetails(event.note)
                due(register, deadline.id, moment, place=event.place, law=event.law, store=details)


@dataclass(frozen=True, slots=True)
class _Counting:
    """How the deadlines of one norm are counted. Without a ``law``, ``jurisdiction`` explains why none is known."""

    norm: NormRow
    event: Moment | None
    law: str | None
    jurisdiction: str
    place: str | None
    returns: Returns

    def count(self, deadline: DeadlineRow) -> Due:
        """Compute the end of a deadline.

        Raises:
            BadFilter: the law or the place is not known.
        """
        rule = _rule(deadline)
        try:
            made = due_of(
                deadline,
                self._first_day(deadline) or self.event,
                law=self.law,
                place=self.place,
                wording=Wording(deadline.quote, rule is not None and rule.placed),
                returns=self.returns,
            )
        except ValueError as error:
            raise BadFilter(str(error)) from error
        if self.event is not None and self.law is None and made.due is None and "which law" in made.reason:
            return Due(None, reason=f"{why_no_law(self.jurisdiction)}: name the law that counts its periods")
        return made

    def due_date(self, deadline: DeadlineRow, made: Due) -> DueDate:
        """The result for a deadline, with what the norm's application adds to its steps."""
        if not made.begun:
            return DueDate(self.norm, deadline, made.due, made.dates, made.steps, made.reason, None, None)
        steps = made.steps
        if self.event is not None and (warning := _out_of_force(self.norm, self.event)):
            steps = (*steps, warning)
        if first := self._first_day(deadline):
            steps = (f"it applies from {first}", *steps[1:])
        return DueDate(self.norm, deadline, made.due, made.dates, steps, made.reason, self.law, self.place)

    def _first_day(self, deadline: DeadlineRow) -> date | None:
        """The day from which a yearly day counts if there is no event: the first day on which the norm applies."""
        return self.norm.applies_from if self.event is None and returns_by_itself(deadline.value or "") else None


def _ambiguous(deadline: DeadlineRow) -> Due:
    return Due(None, reason=f"the deadlines of this norm start from different events: name this one, {deadline.id}")


def _with_start(made: Due, deadline: DeadlineRow, identity: str, *, alone: bool) -> Due:
    """A computed end with a step that says what the event was taken for, where the text leaves that open."""
    rule = _rule(deadline)
    if rule is not None and rule.extends:
        return _extension(made, deadline, identity)
    if deadline.anchor is None and not alone:
        return replace(made, steps=("the text names no event for it: the one given is taken", *made.steps))
    return made


def _moment(event: date | datetime | str | None) -> Moment | None:
    if event is None or isinstance(event, date):
        return event
    try:
        return parse_event(event)
    except ValueError as error:
        raise BadFilter(str(error)) from error


def _extension(made: Due, deadline: DeadlineRow, identity: str) -> Due:
    """A period that extends another, counted from its end if the caller named this deadline; else why not."""
    if is_named(deadline.id, identity):
        return replace(
            made, steps=("it extends another period: the event is taken to be that one's last day", *made.steps)
        )
    says = f"it extends another period: give the last day of that one as the event of this one, {deadline.id}"
    return Due(None, reason=says)


def _rule(deadline: DeadlineRow) -> DeadlineRule | None:
    """The rule of the language pack that found a deadline, from its evidence."""
    language, _, name = deadline.evidence.version.partition("-") if deadline.evidence else ("", "", "")
    rules = load(language).temporal.rules if language in available() else ()
    return next((rule for rule in rules if rule.name == name), None)


def _out_of_force(norm: NormRow, event: Moment) -> str:
    """A warning if the norm did not apply when the event happened."""
    day = date_of(event)
    if norm.applies_from and day < norm.applies_from:
        return f"but the norm applies only from {norm.applies_from}: check whether it binds here"
    if norm.applies_until and day > norm.applies_until:
        return f"but the norm applied only until {norm.applies_until}: check whether it binds here"
    return ""


def _apart(deadlines: tuple[DeadlineRow, ...]) -> bool:
    """Whether the deadlines of one norm wait for different events, so that one event cannot start them all."""
    return len({" ".join(d.anchor.casefold().split()) for d in deadlines if d.anchor and d.due is None}) > 1


def _event(made: DueDate, moment: Moment, note: str, now: datetime | None) -> EventRow:
    occurred_at = _written(moment)
    dates = [_written(d) for d in made.dates]
    counted = kept.Counted(occurred_at, dates, made.steps, place=made.place, law=made.law, note=note)
    event = kept.event_of(made.norm, made.deadline, counted, now=now)
    # Entered again after the deadline got another id, it is the event that it was.
    known = next((e.id for e in made.deadline.events if e.occurred_at == occurred_at), event.id)
    return replace(event, id=known)


def normalise_event(event: str) -> str:
    """An event in the form in which it is stored.

    Raises:
        BadFilter: it is no date.
    """
    moment = _moment(event)
    return _written(moment) if moment else ""


def _written(moment: Moment) -> str:
    return moment.isoformat(timespec="minutes") if isinstance(moment, datetime) else moment.isoformat()


def _store(register: Register, found: list[DueDate]) -> None:
    events = [made.stored for made in found if made.stored]
    if not events:
        why = "; ".join(dict.fromkeys(made.reason or "its date is fixed by the text" for made in found))
        raise BadRequest(f"nothing was stored: {why or 'the norm has no deadline'}")
    kept.store(register, events)


__all__ = ["DueDate", "EventDetails", "due", "normalise_event"]
