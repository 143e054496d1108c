"""Computes the due dates of a norm in a register from its deadlines, an event, and the applicable law and place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from dutybook.errors import BadFilter, BadRequest
from dutybook.languages import available, load
from dutybook.languages.sections.temporal import DeadlineRule
from dutybook.records import Genre
from dutybook.resolve.calendar import law_for, why_no_law
from dutybook.resolve.due import Due, Moment, Returns, Wording, due_of, parse_event
from dutybook.resolve.periods import yearly_day
from dutybook.store import DeadlineRow, EventRow, NormRow, Register
from dutybook.store.deadlines import events as kept

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


def due(
    register: Register,
    identity: str,
    event: date | datetime | str | None = None,
    *,
    place: str | None = None,
    law: str | None = None,
    since: date | None = None,
    store: bool = False,
    note: str = "",
    now: datetime | None = None,
) -> tuple[DueDate, ...]:
    """When the deadlines of a norm are due, or one deadline is: from the text alone, or from an event that starts them.

    Args:
        register: where the norm is.
        identity: id of a norm or of a deadline; its first four characters are enough if no other begins so.
        event: when it happened: ``2026-03-02``, with its time where hours count: ``2026-03-02 14:00``.
        place: whose public holidays and clocks count, such as ``DE-BY``.
        law: how periods are counted (``reg1182``, ``bgb``, …); by default the law that fits the act.
        since: for what returns every so often, the day from which on dates are wanted.
        store: keep the event, so that searches, calendars and exports have its dates (the register must be writable).
        note: what the stored event was, in the reader's own words.
        now: when it is stored.

    Raises:
        NotFound: there is no such norm or deadline, or several ids begin so.
        BadFilter: the event is no date; the law or the place is not known.
        BadRequest: it was to be stored, and no date came of it.
    """
    norm, deadlines = kept.deadlines_named(register, identity)
    moment = _moment(event)
    genre, jurisdiction = kept.kind_of_act(register, norm.document)
    counted_by = law or law_for(Genre(genre), jurisdiction)
    apart = _apart(deadlines) if moment is not None else False
    found: list[DueDate] = []
    for deadline in deadlines:
        rule = _rule(deadline)
        # A day of every year needs no event where it is known from when the norm applies.
        applies = norm.applies_from if moment is None and yearly_day(deadline.value or "") else None
        try:
            made = due_of(
                deadline,
                applies or moment,
                law=counted_by,
                place=place,
                wording=Wording(deadline.quote, rule is not None and rule.placed),
                returns=Returns(since, STORED if store else LISTED),
            )
        except ValueError as error:
            raise BadFilter(str(error)) from error
        if moment is not None and counted_by is None and made.due is None and "which law" in made.reason:
            made = Due(None, reason=f"{why_no_law(jurisdiction)}: name the law that counts its periods")
        if apart and made.begun:
            reason = f"the deadlines of this norm start from different events: name this one, {deadline.id}"
            made = Due(None, reason=reason)
        elif made.begun and rule is not None and rule.extends:
            made = _extension(made, deadline, identity)
        elif made.begun and deadline.anchor is None and len(deadlines) > 1:
            made = replace(made, steps=("the text names no event for it: the one given is taken", *made.steps))
        if moment is not None and made.begun and (warning := _out_of_force(norm, moment)):
            made = replace(made, steps=(*made.steps, warning))
        if applies and made.begun:
            made = replace(made, steps=(f"it applies from {applies}", *made.steps[1:]))
        by = (counted_by, place) if made.begun else (None, None)
        found.append(DueDate(norm, deadline, made.due, made.dates, made.steps, made.reason, *by))
        if store and made.begun and moment is not None:
            found[-1] = replace(found[-1], stored=_event(found[-1], moment, note, now))
    if store:
        _store(register, found)
    return tuple(found)


def _moment(event: date | datetime | str | None) -> Moment | None:
    if event is None or isinstance(event, date):
        return event
    try:
        return parse_event(event)
    except ValueError as error:
        raise BadFilter(str(error)) from error


def _extension(made: Due, deadline: DeadlineRow, identity: str) -> Due:
    """The reason why a period that extends another one cannot be counted: the end of the other one has to be given as
    the event.
    """
    if deadline.id.startswith(identity.strip().lower()):
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
    day = event.date() if isinstance(event, datetime) else event
    if norm.applies_from and day < norm.applies_from:
        return f"but the norm applies only from {norm.applies_from}: check whether it binds here"
    if norm.applies_until and day > norm.applies_until:
        return f"but the norm applied only until {norm.applies_until}: check whether it binds here"
    return ""


def _apart(deadlines: tuple[DeadlineRow, ...]) -> bool:
    """Whether the deadlines of one norm wait for different events, so that one event cannot start them all."""
    return len({" ".join(d.anchor.casefold().split()) for d in deadlines if d.anchor and d.due is None}) > 1


def _event(made: DueDate, moment: Moment, note: str, now: datetime | None) -> EventRow:
    happened = _written(moment)
    dates = [_written(d) for d in made.dates]
    counted = kept.Counted(happened, dates, made.steps, place=made.place, law=made.law, note=note)
    event = kept.event_of(made.norm, made.deadline, counted, now=now)
    # Entered again after the deadline got another id, it is the event that it was.
    known = next((e.id for e in made.deadline.events if e.happened == happened), event.id)
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


__all__ = ["DueDate", "due", "normalise_event"]
