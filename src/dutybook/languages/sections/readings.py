"""Pack entries ``[[temporal.readings]]``: phrases of time that are read as a whole."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dutybook.languages.sections.base import Section


class Reading(Section):
    """A phrase that is read as a whole: patterns over slots and fields, and what they amount to (``reads``).

    Readings are tried in the pack's order, and what one has read is a slot for the next: "next week" is a ``{span}`` in
    "Friday of next week". Fields beside the slots: ``{span}`` is any days already read (a date, month, year, relative
    date, range), ``{weekday}`` a weekday's name, ``{weekdays}`` its plural, ``{monthname}`` a month's, ``{n}`` a number,
    ``{d}`` a day's number, ``{d.m}`` day and month in figures ("31.3."), ``{od}`` an ordinal day ("15th", "first"),
    ``{o}`` an ordinal, ``{shift}`` a word of ``shifts``, ``{unit}`` a unit, ``{a}`` and ``{b}`` the ends of a range: days
    already read, weekdays, days' numbers.

    ======== =========================================================================================
    unit     the week, month, … with the day of writing, ``shift`` units on; a day for days
    counted  ``{quantity}`` after the day of writing ("the next 3 days"), before it with a negative shift
    offset   the day ``{quantity}`` (``{n} {weekday}``) from ``{span}`` or the day of writing, back with a negative shift
    weekday  the ``{weekday}`` of the week ``{span}``, of this week and ``shift`` weeks, of the month's day ``{od}``
    coming   the next ``{weekday}`` or ``{month}``, today's included; the last one before with a negative shift
    day of   the day ``{od}`` or ``{d}`` of the month ``{span}``, else the next such
    nth      the ``{o}``-th, or with a negative shift the last, ``{weekday}`` or ``{unit}`` of ``{span}``
    numbered week, quarter or half-year number ``{n}`` of the year ``{span}``
    month    the ``{month}`` of the year ``{span}``
    part     ``part`` of ``{span}`` or of the ``{unit}`` with the day of writing
    around   the ``unit`` that ``{span}`` lies in
    between  from ``{a}`` to ``{b}``, both in ``{span}`` where there is one
    within   from ``{span}`` or the day of writing to ``{quantity}`` after it
    running  ``{quantity}`` that begins with ``{span}``
    length   the period ``value``, or one ``{unit}``
    every    what returns: ``{weekday}``, ``{unit}``, ``{quantity}``, a day of the year, or ``value``
    ======== =========================================================================================

    ``use`` says who reads the phrase: ``acts``, everyone, without a day of writing too; ``news``, where one is known;
    ``text``, only the reader of expressions, for what is too weak for a deadline.
    """

    reads: Literal[
        "unit",
        "counted",
        "offset",
        "weekday",
        "coming",
        "day of",
        "nth",
        "numbered",
        "month",
        "part",
        "around",
        "between",
        "within",
        "running",
        "length",
        "every",
    ]
    patterns: tuple[str, ...]
    shift: int | None = None
    unit: Literal["D", "W", "E", "M", "Q", "H", "Y"] | None = Field(
        default=None, description="E: weekend, H: half-year"
    )
    part: Literal["early", "mid", "late", "rest", "later", "earlier"] | None = None
    value: str | None = None
    use: Literal["acts", "news", "text"] = "text"
