"""What a report says, free of any file format: plain texts in order, each with the language that it is in.

``lang`` is an ISO 639-1 code; empty: the reader's. ``state`` of a day is past, soon, later, or empty where none is counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """A label with what it says."""

    label: str
    text: str
    lang: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline: its words, the day in the reader's form (empty: none), how that was computed or why there is none (English)."""

    quote: str
    lang: str
    day: str = ""
    state: str = ""
    left: str = ""
    how: str = ""
    event: str = ""


@dataclass(frozen=True, slots=True)
class NormView:
    """A norm. ``modality`` is the register's value, ``kind`` the reader's word; ``should`` for a recommendation."""

    id: str
    place: str
    where: str
    modality: str
    kind: str
    should: str
    bearer: str
    quote: str
    stem: str
    lang: str
    url: str | None
    found: str
    deadlines: tuple[Due, ...] = ()
    lines: tuple[Line, ...] = ()
    people: tuple[Line, ...] = ()


@dataclass(slots=True)
class Title:
    """A heading of the act, level 1 to 4."""

    level: int
    text: str
    lang: str
    anchor: str


@dataclass(slots=True)
class Group:
    """Norms that stand under the same headings; ``titles`` are those that are new since the group before."""

    titles: tuple[Title, ...]
    norms: list[NormView] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DateView:
    """A line of the table of dates. ``norm`` is the id of the norm that it leads to, empty for dates of the act."""

    iso: str
    day: str
    state: str
    left: str
    what: str
    lang: str
    kind: str
    modality: str
    place: str
    returns: str
    norm: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A norm that changed, in which ways (``kinds``), and what it said before and says now (empty for none)."""

    kinds: tuple[str, ...]
    place: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class TermView:
    term: str
    quote: str
    place: str


@dataclass(slots=True)
class ActView:
    """One document with what is said of it; ``title`` is what readers call the act, ``full`` its whole title."""

    anchor: str
    title: str
    full: str
    lang: str
    lines: tuple[Line, ...]
    counts: list[str] = field(default_factory=list)
    dates: list[DateView] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    changes_since: str = ""
    changes: list[ChangeView] = field(default_factory=list)
    terms: list[TermView] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tally:
    modality: str
    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class Unread:
    title: str
    source: str
    reason: str


@dataclass(slots=True)
class Report:
    """All of it. ``number`` counts the norms; ``labels`` are the reader's words that templates need, by key."""

    title: str
    language: str
    made: str
    as_of: str
    filters: tuple[str, ...]
    number: int
    tallies: tuple[Tally, ...]
    counts: tuple[str, ...]
    acts: list[ActView]
    unread: list[Unread]
    labels: dict[str, str]
