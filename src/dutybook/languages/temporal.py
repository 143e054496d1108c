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

from dutybook.languages.data import Section, Words
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
    patterns: Words
    shift: int | None = None
    unit: Literal["D", "W", "E", "M", "Q", "H", "Y"] | None = None  # E: weekend, H: half-year
    part: Literal["early", "mid", "late", "rest", "later", "earlier"] | None = None
    value: str | None = None
    use: Literal["acts", "news", "text"] = "text"


IsoUnit = Literal["TM", "H", "D", "W", "M", "Y"]


class Unit(Section):
    """A unit of time: ``forms`` are patterns of its words in every inflection; ``times`` multiplies (quarter: 3 M).

    ``iso`` is its ISO 8601 letter, ``TM`` for minutes. A unit that stands ``alone`` needs no number: Maltese "xahrejn"
    is two months, Irish "coicís" two weeks.
    """

    iso: IsoUnit
    forms: Words
    working: bool = False
    times: int = 1
    alone: bool = False


class Relative(Section):
    """A phrase that counts from the day of writing: ``shift`` units on; ``end`` asks for the unit's last day."""

    phrases: Words
    unit: Literal["D", "W", "M", "Q", "Y"]
    shift: int = 0
    end: bool = False


class Trigger(Section):
    """Words after a period that open its anchor ("after", "prior to"); they say which way the period runs."""

    phrases: Words
    direction: Direction
    after_quantity: bool = False  # only after a quantity: 'of' in 'within a month of'
    clause: bool = False  # opens a clause of its own, whose verb belongs to the anchor


class AnchorWords(Section):
    """How far an anchor reaches: the phrase after a trigger, or before a period, that says what the period counts from.

    A phrase goes on over ``open_words``, and over a comma before ``alternatives`` and ``relatives``. It ends before ``stops``,
    before an article that no open word precedes, and before the main verb: one of ``verbs``, or a word of the form
    ``verb_form`` whose base form (folded, in ``language``) is a ``verb_base``. In a clause of its own (one of ``clauses`` in it) verbs and articles
    belong to the phrase.
    """

    stops: Words = ()
    language: str = ""
    verbs: Words = ()
    verb_base: str = ""
    verb_form: str = ""
    joiners: Words = ()  # 'and' between two main verbs, where other forms are verbs, too: ``joined_form``
    joined_form: str = ""
    articles: Words = ()
    closing_words: Words = ()  # words at a phrase's end that are no part of it, case kept: 'zu melden'
    open_words: Words = ()  # words that no phrase ends with: 'of', 'the', 'or'
    alternatives: Words = ()  # words after a comma that open another event: 'or'
    relatives: Words = ()  # words after a comma that describe the event: 'in which'
    resumptions: Words = ()  # words after a relative clause that the event still needs: Lithuanian '…, dienos'
    clauses: Words = ()
    triggers: tuple[Trigger, ...] = ()  # triggers between an anchor and the period after it: Hungarian 'számított'
    starts: Words = ()  # words that begin the phrase before such a trigger


class DeadlineRule(Section):
    """One way to set a deadline. Rules are tried in the pack's order, and the first to claim words keeps them.

    ``value`` is for patterns without a slot (``R/P1Y`` for "annually"). ``trigger``: such a trigger must follow.
    ``placed``: it names a day or a part of each unit ("by the tenth day of each month"), so it does not count from an event.
    ``stretch``: its date must be a stretch of this unit ("Q": "in the first quarter of 2031", never "in May 2031").
    ``refers_back``: it means the period before it ("within the same period").
    ``extends``: it makes another period longer ("by two further months"), so it counts from that one's end.
    ``cue``: one of these must stand in the sentence. ``followed_by``: must follow, and stays outside the quote.
    ``inflected``: one of these must end the words of the text that the quote stands for, where a case says what elsewhere a
    preposition says ("märtsiks", by March).
    ``unless_before`` and ``unless_after`` (right at the quote's edge) and ``unless`` (anywhere in the sentence) veto.
    """

    name: str
    kind: DeadlineKind
    patterns: Words
    value: str | None = None
    direction: Direction | None = None
    trigger: Direction | None = None
    placed: bool = False
    stretch: Literal["D", "W", "M", "Q", "H", "Y"] | None = None
    extends: bool = False
    refers_back: bool = False
    cue: Words = ()
    followed_by: Words = ()
    inflected: Words = ()
    unless_before: Words = ()
    unless_after: Words = ()
    unless: Words = ()
    confidence: float = Field(default=0.9, ge=0, le=1)


class Temporal(Section):
    """Months, number words, units and the words around a deadline."""

    months: dict[str, int] = Field(default_factory=dict)  # every form and abbreviation, lower case
    months_capitalised: bool = False
    weekdays: dict[str, int] = Field(default_factory=dict)  # patterns of their names; 1 is Monday
    after_weekday: Words = ()  # 'den' in 'Montag, den 3. Mai 2027'
    weekday_plural: str = ""  # pattern after a weekday's name for 'every Monday' ('s')
    numbers: dict[str, int] = Field(default_factory=dict)  # cardinals below 100, all inflections
    scales: dict[str, int] = Field(default_factory=dict)  # hundred, thousand: they multiply what precedes
    number_glue: str = ""  # what joins ones and tens inside a word (German 'und')
    tens_links: Words = ()  # words from tens to ones: 'y' in 'treinta y dos'
    ones_links: Words = ()  # words from ones to tens: 'u' in 'tnejn u tletin'
    numbers_behind: dict[str, int] = Field(
        default_factory=dict
    )  # what adds to a number behind its unit: 'cúig lá dhéag'
    articles: dict[str, int] = Field(default_factory=dict)  # articles that count a unit ('a month' is one)
    fractions: dict[str, float] = Field(default_factory=dict)  # 'half a', 'anderthalb': they count a unit
    # further words that count a unit, too weak for a deadline ('a couple of', 'all')
    counters: dict[str, float] = Field(default_factory=dict)
    and_half: Words = ()  # 'and a half' after a number or a unit
    frequencies: Words = ()  # 'once', 'twice': 'a year' after them is no period
    ordinals: dict[str, int] = Field(default_factory=dict)
    ordinal_digits: str = ""  # pattern after digits that makes them ordinal ('th', '\.')
    date_links: Words = ()  # words between day, month and year ('de', 'd'')
    year_endings: Words = ()  # what may follow a year ('r.')
    year_cases: Words = ()  # patterns for endings that a hyphen joins to a year: 't[őó]l'
    ranges: Words = ("-", "–")  # words between the two ends of a number range
    units: tuple[Unit, ...] = ()
    compounds: tuple[Unit, ...] = ()  # units glued to a number: '-day', 'tägig'
    before_number: Words = ()  # 'another' in 'another two months'
    before_unit: Words = ()  # 'further' in 'two further months'
    after_unit: Words = ()  # 'supplémentaires' in 'deux mois supplémentaires'
    quantity_joiner: str = ""  # 'and' in 'two years and six months'
    dates: Words = ()  # forms over {d} {month} {m} {y} {ordinal_day}
    month_years: Words = Field(default=("{month} {y}",))
    days: Words = ()  # day and month without a year
    year_words: Words = ()  # words before a year: 'the year'
    end_of: Words = ()
    hyphened: bool = False  # a hyphen joins the word before a date to it ('fit-3 ta' Mejju')
    end_behind: Words = ()  # the same behind a year or month ('gada beigām')
    middle_of: Words = ()
    start_of: Words = ()
    yearly: Words = ()  # what says that a day returns every year
    quarters: Words = ()  # forms over {ordinal} and {y}: 'first quarter of 2027'
    relative: tuple[Relative, ...] = ()
    shifts: dict[str, int] = Field(default_factory=dict)  # patterns: 'this' 0, 'next' 1, 'last' -1
    readings: tuple[Reading, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    anchors: AnchorWords = Field(default_factory=AnchorWords)
    own_events: Words = ()  # events, right after a trigger, that only who must act brings about: 'having become aware'
    from_whom: Words = ()  # words between an event and who brings it about: 'by', 'from'
    # openings of an anchor after which who brings the event about stands as subject: 'as soon as'
    clause_openers: Words = ()
    rules: tuple[DeadlineRule, ...] = ()
    conditions: Words = ()  # openings of a clause that only restates a condition
    trailing_conditions: Words = ()  # the same inside a sentence
    main_clauses: Words = ()  # where the main clause after a condition begins
    entry_into_force: Words = ()  # anchors: this act enters into force
    application: Words = ()  # anchors: this act begins to apply
    publication: Words = ()  # anchors: this act is published
