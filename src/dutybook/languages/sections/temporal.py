"""Pack section ``[temporal]``: how a language writes dates, periods and deadlines.

**Patterns.** A pattern is a regular expression in which

* a space stands for any white space, ``'`` for either apostrophe, and case does not matter;
* ``{quantity}`` is a number with a unit ("two weeks"), ``{date}`` a date with its year ("2 August 2026", "end of
  2027"), ``{year}`` a year alone, ``{day}`` a day and month without a year, ``{month}`` a month alone, ``{ordinal}``
  a counted unit ("third working day"), ``{relative}`` a date seen from the day of writing ("next month"),
  ``{range}`` days by both ends ("from 1 to 30 April 2027", its value the last), ``{unit}`` the name of a unit;
* ``«`` and ``»`` bound the quote where it is not the whole match ("extended «by {quantity}»").
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dutybook.languages.sections.base import Section
from dutybook.records import DeadlineKind, Direction


class Reading(Section):
    """A phrase that is read as a whole: patterns over slots and fields, and what they amount to (``reads``).

    Readings are tried in the pack's order, and what one has read is a slot for the next: "next week" is a ``{span}`` in
    "Friday of next week". Fields in addition to the slots: ``{span}`` is any days already read (a date, month, year, relative
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


IsoUnit = Literal["TM", "H", "D", "W", "M", "Y"]


class Unit(Section):
    """A unit of time: ``forms`` are patterns of its words in every inflection; ``times`` multiplies (quarter: 3 M).

    ``iso`` is its ISO 8601 letter, ``TM`` for minutes.
    """

    iso: IsoUnit
    forms: tuple[str, ...]
    working: bool = False
    times: int = 1


class Relative(Section):
    """A phrase that counts from the day of writing: ``shift`` units on; ``end`` asks for the unit's last day."""

    phrases: tuple[str, ...]
    unit: Literal["D", "W", "M", "Q", "Y"]
    shift: int = 0
    end: bool = False


class Trigger(Section):
    """Words after a period that open its anchor ("after", "prior to"); they say which way the period runs."""

    phrases: tuple[str, ...]
    direction: Direction
    after_quantity: bool = Field(default=False, description="only after a quantity: 'of' in 'within a month of'")
    clause: bool = Field(default=False, description="opens a clause of its own, whose verb belongs to the anchor")


class DeadlineRule(Section):
    """One way to set a deadline. Rules are tried in the pack's order, and the first to claim words keeps them.

    ``value`` is for patterns without a slot (``R/P1Y`` for "annually"). ``trigger``: such a trigger must follow.
    ``placed``: it names a day or a part of each unit ("by the tenth day of each month"), so it does not count from an event.
    ``refers_back``: it means the period before it ("within the same period").
    ``extends``: it makes another period longer ("by two further months"), so it counts from that one's end.
    ``cue``: one of these must stand in the sentence. ``followed_by``: must follow, and stays outside the quote.
    ``unless_before`` and ``unless_after`` (right at the quote's edge) and ``unless`` (anywhere in the sentence) veto.
    """

    name: str
    kind: DeadlineKind
    patterns: tuple[str, ...]
    value: str | None = None
    direction: Direction | None = None
    trigger: Direction | None = None
    placed: bool = False
    extends: bool = False
    refers_back: bool = False
    cue: tuple[str, ...] = ()
    followed_by: tuple[str, ...] = ()
    unless_before: tuple[str, ...] = ()
    unless_after: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    confidence: float = Field(default=0.9, ge=0, le=1)


class Temporal(Section):
    """Months, number words, units and the words around a deadline."""

    months: dict[str, int] = Field(default_factory=dict, description="every form and abbreviation, lower case")
    months_capitalised: bool = False
    weekdays: dict[str, int] = Field(default_factory=dict, description="patterns of their names; 1 is Monday")
    after_weekday: tuple[str, ...] = Field(default=(), description="'den' in 'Montag, den 3. Mai 2027'")
    weekday_plural: str = Field(default="", description="pattern after a weekday's name for 'every Monday' ('s')")
    numbers: dict[str, int] = Field(default_factory=dict, description="cardinals below 100, all inflections")
    scales: dict[str, int] = Field(default_factory=dict, description="hundred, thousand: they multiply what precedes")
    number_glue: str = Field(default="", description="what joins ones and tens inside a word (German 'und')")
    articles: dict[str, int] = Field(default_factory=dict, description="articles that count a unit ('a month' is one)")
    fractions: dict[str, float] = Field(default_factory=dict, description="'half a', 'anderthalb': they count a unit")
    counters: dict[str, float] = Field(
        default_factory=dict,
        description="further words that count a unit, too weak for a deadline ('a couple of', 'all')",
    )
    and_half: tuple[str, ...] = Field(default=(), description="'and a half' after a number or a unit")
    frequencies: tuple[str, ...] = Field(default=(), description="'once', 'twice': 'a year' after them is no period")
    ordinals: dict[str, int] = Field(default_factory=dict)
    ordinal_digits: str = Field(default="", description="pattern after digits that makes them ordinal ('th', '\\.')")
    date_links: tuple[str, ...] = Field(default=(), description="words between day, month and year ('de', 'd'')")
    year_endings: tuple[str, ...] = Field(default=(), description="what may follow a year ('r.')")
    ranges: tuple[str, ...] = Field(default=("-", "–"), description="words between the two ends of a number range")
    units: tuple[Unit, ...] = ()
    compounds: tuple[Unit, ...] = Field(default=(), description="units glued to a number: '-day', 'tägig'")
    before_number: tuple[str, ...] = Field(default=(), description="'another' in 'another two months'")
    before_unit: tuple[str, ...] = Field(default=(), description="'further' in 'two further months'")
    after_unit: tuple[str, ...] = Field(default=(), description="'supplémentaires' in 'deux mois supplémentaires'")
    quantity_joiner: str = Field(default="", description="'and' in 'two years and six months'")
    dates: tuple[str, ...] = Field(default=(), description="forms over {d} {month} {m} {y} {ordinal_day}")
    month_years: tuple[str, ...] = Field(default=("{month} {y}",))
    days: tuple[str, ...] = Field(default=(), description="day and month without a year")
    year_words: tuple[str, ...] = Field(default=(), description="words before a year: 'the year'")
    end_of: tuple[str, ...] = ()
    hyphened: bool = Field(default=False, description="a hyphen joins the word before a date to it ('fit-3 ta' Mejju')")
    end_behind: tuple[str, ...] = Field(default=(), description="the same behind a year or month ('gada beigām')")
    middle_of: tuple[str, ...] = ()
    start_of: tuple[str, ...] = ()
    yearly: tuple[str, ...] = Field(default=(), description="what says that a day returns every year")
    quarters: tuple[str, ...] = Field(default=(), description="forms over {ordinal} and {y}: 'first quarter of 2027'")
    relative: tuple[Relative, ...] = ()
    shifts: dict[str, int] = Field(default_factory=dict, description="patterns: 'this' 0, 'next' 1, 'last' -1")
    readings: tuple[Reading, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    anchor_stops: tuple[str, ...] = Field(default=(), description="words that end an anchor")
    own_events: tuple[str, ...] = Field(
        default=(),
        description="events, right after a trigger, that only who must act brings about: 'having become aware'",
    )
    from_whom: tuple[str, ...] = Field(
        default=(), description="words between an event and who brings it about: 'by', 'from'"
    )
    clause_openers: tuple[str, ...] = Field(
        default=(),
        description="openings of an anchor after which who brings the event about stands as subject: 'as soon as'",
    )
    closing_words: tuple[str, ...] = Field(
        default=(), description="words at a clause's end that are no part of its anchor, case kept: 'zu melden'"
    )
    rules: tuple[DeadlineRule, ...] = ()
    conditions: tuple[str, ...] = Field(default=(), description="openings of a clause that only restates a condition")
    trailing_conditions: tuple[str, ...] = Field(default=(), description="the same inside a sentence")
    main_clauses: tuple[str, ...] = Field(default=(), description="where the main clause after a condition begins")
    entry_into_force: tuple[str, ...] = Field(default=(), description="anchors: this act enters into force")
    application: tuple[str, ...] = Field(default=(), description="anchors: this act begins to apply")
    publication: tuple[str, ...] = Field(default=(), description="anchors: this act is published")
