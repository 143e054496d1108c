"""Where a day comes from: what it was computed from, what a date in an act is about, and dates that later acts move."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from enum import StrEnum

from dutybook.records.spans import Span

STATED = "stated"
"""The law of a day that the text states in full: nothing is counted."""

PLAIN = "plain"
"""The law of a day that lies so many days after another, whatever days these are: an act's entry into force."""

PUBLICATION = "publication"
"""The source of a computation that counts from the day on which the act was published."""

ENACTMENT = "enactment"
"""The source of a computation that counts from the day on which the act was enacted, signed or made."""

OPEN = "open"
"""The value of a day of the act that somebody has yet to fix: "on such day as the Minister may by order appoint"."""

_PARTIAL_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


def parse_day(written: str | None) -> date | None:
    """The day that an ISO date names; None for anything else: a month or a year alone, an empty text, nothing.

    >>> parse_day("2031-08-02"), parse_day("2031-08")
    (datetime.date(2031, 8, 2), None)
    """
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None


def is_partial_date(written: str) -> bool:
    """Whether a text is an ISO date: a day, a month or a year.

    >>> is_partial_date("2031-08"), is_partial_date("P1M")
    (True, False)
    """
    return _PARTIAL_DATE.fullmatch(written) is not None


def parse_moment(written: str) -> date | datetime:
    """The day or the moment that an ISO text names: a moment where it has a time of day.

    Raises:
        ValueError: it is neither.
    """
    return datetime.fromisoformat(written) if len(written) > len("2031-08-02") else date.fromisoformat(written)


def date_of(moment: date | datetime) -> date:
    """The day of a moment, in its own time zone."""
    return moment.date() if isinstance(moment, datetime) else moment


def in_utc(moment: date | datetime) -> date | datetime:
    """A moment with a time zone in UTC; a day, or a moment without a time zone, as it is."""
    return moment.astimezone(UTC) if isinstance(moment, datetime) and moment.tzinfo else moment


def utc_text(moment: datetime) -> str:
    """A moment as it is stored: ISO 8601, in UTC, to the second, so that texts compare as moments do.

    >>> utc_text(datetime.fromisoformat("2031-08-02T14:00:00.5+02:00"))
    '2031-08-02T12:00:00+00:00'
    """
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def make_iso_date(year: int, month: int, day: int) -> str | None:
    """An ISO date; None where the calendar has no such day."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def months_on(day: date, months: int) -> date:
    """The same day ``months`` later, or the last day of a month that has no such day.

    Raises:
        OverflowError: it lies outside the years 1 to 9999.

    >>> months_on(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError("outside of the calendar")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class Reach(StrEnum):
    """What the date of a fact is about.

    ``whole``: the act, or all of the provisions that it names. ``some``: only some persons, things or cases there.
    ``unread``: something that could not be read as provisions of the act. ``other``: another act.
    """

    WHOLE = "whole"
    SOME = "some"
    UNREAD = "unread"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Computation:
    """All that a day follows from, so that it can be computed again (:func:`dutybook.resolve.deadlines.replay`).

    ``value`` is a day (``2027-08-02``, ``law`` is then ``stated``) or a period (``P20D``) that runs from ``event``, back from it
    if ``before``. ``source`` says where the event's day stands: ``publication``, ``enactment``, or the id of the fact that
    states it.
    ``law``, ``clear``, ``days`` are as :func:`~dutybook.resolve.calendar.compute_due` takes them; ``holidays``: the place whose
    public holidays were left out, empty for none. ``then``: days added to the end, where an act enters into force the day
    after a period has run out, or taken from it, where it does on the first day of a month.
    """

    value: str
    law: str
    event: date | None = None
    source: str = ""
    before: bool = False
    holidays: str = ""
    clear: bool = False
    days: str | None = None
    then: int = 0


class AmendmentKind(StrEnum):
    """What an instruction of an amending act does to a provision of another act."""

    INSERT = "insert"
    REPLACE = "replace"
    DELETE = "delete"
    RENUMBER = "renumber"


@dataclass(frozen=True, slots=True)
class Amendment:
    """An instruction of an amending act ("in Article 9, paragraph 2 is replaced by the following").

    ``act`` is the amended act as the text names it, empty where it names none, ``work`` its id where its number or name is clear.
    ``target`` is the place in it, as in a citation, None where it is not clear; of several the first. ``provision`` and ``place`` say where the
    instruction stands.
    """

    id: str
    kind: AmendmentKind
    provision: str
    place: str
    span: Span
    act: str
    work: str | None
    target: str | None


@dataclass(frozen=True, slots=True)
class ApplicationTime:
    """One of the times at which a norm may apply, where the act gives several or leaves the day open.

    ``begins`` and ``until`` are its first and last day, each None where it has none (a start by event). ``about`` says for whom or what it
    is ("as regards AI systems classified under Article 6(1)"), empty for all that the others are not about. ``fact`` is
    the id of the fact that says so.
    """

    begins: date | None
    until: date | None
    about: str
    fact: str


@dataclass(frozen=True, slots=True)
class DateChange:
    """A date that this act puts in place of another in an earlier act ("'2 August 2026' is replaced by '2 December 2027'").

    ``work`` is the act that is amended and ``target`` the place in it, each as in a citation; ``provision`` and ``place`` say
    where the change stands. ``old`` is None where the whole provision that held the date is replaced ("paragraph 2 is replaced by the
    following: ‘2. It shall apply from 1 June 2035.’").
    ``new`` is None where new text has days of the act but does not say which takes whose place: dates at that place are no longer sure.
    """

    id: str
    provision: str
    place: str
    span: Span
    work: str
    target: str | None
    old: date | None
    new: date | None
