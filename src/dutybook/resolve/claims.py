"""Checks the dates that news state about acts against the dates that the acts' own texts have. Pure functions."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dutybook.languages.procedures import procedure_pattern
from dutybook.records import FactType
from dutybook.records.dates import parse_day

#: What acts say of themselves with a date. ``expected`` announces anything: it can be confirmed, never contradicted.
DATED = frozenset(
    {*(FactType.ENTRY_INTO_FORCE, FactType.APPLICATION, FactType.TRANSPOSITION, FactType.EXPIRY), FactType.EXPECTED}
)
#: Outside of the Union an act that is in force applies: where a text has dates of one kind only, they answer for both.
_BEGINS = frozenset({FactType.ENTRY_INTO_FORCE, FactType.APPLICATION})
#: A stated day that is further from the act's own is taken to be that of an amendment, or of another act of this name.
FURTHEST_DAYS = 550
#: So many words may stand between an act and a date that is said of the act itself, apart from the verb.
_MOST_BETWEEN = 2


class ClaimState(StrEnum):
    """What became of a date that news state.

    ``expected``: it lies ahead of the article, and no text of the act says otherwise. ``confirmed``: the act's text has it. ``partly``: the act's
    text has it for some of its provisions, and another one for the whole act. ``contradicted``: the act's text has another one. ``moved``: it was
    right when it was written, or expected, and a later document has another one. ``missed``: it has passed, and nothing in the register says
    that it came. ``unchecked``: it cannot be checked.
    """

    EXPECTED = "expected"
    CONFIRMED = "confirmed"
    PARTLY = "partly"
    CONTRADICTED = "contradicted"
    MOVED = "moved"
    MISSED = "missed"
    UNCHECKED = "unchecked"


class ClaimReason(StrEnum):
    """Why a date is not checked, or what limits the answer."""

    NO_ACT = "no_act"
    NO_TEXT = "no_text"
    NO_DATE = "no_date"
    PART = "part"
    AMENDED = "amended"
    DENIED = "denied"
    FAR = "far"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Claim:
    """A date that news state: its type, the day, month or year (ISO 8601), and the day of the article (None where it has none).

    ``near``: the words stand in a sentence that names the act. ``whole``: they are said of the act itself, not of some duty under it.
    ``amended``: the sentence is about a change of the act; ``denied``: it denies something.
    """

    type: str
    due: str
    day: str | None
    near: bool
    whole: bool = False
    amended: bool = False
    denied: bool = False


@dataclass(frozen=True, slots=True)
class DatedFact:
    """A date in an act: its fact (empty for the day of publication), document, type, day, and whether it is about the whole act.

    ``before`` is the day that the text states where a later act, ``moved_by`` of the day ``moved_on``, has put another in its place.
    """

    fact: str
    document: str
    type: str
    due: str
    whole: bool
    before: str | None = None
    moved_by: str | None = None
    moved_on: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a claim: its state, why it is not more than that, and the date of the act that says so."""

    state: ClaimState
    reason: ClaimReason | None = None
    by: DatedFact | None = None


def check_claim(claim: Claim, stated: Sequence[DatedFact], *, has_act: bool = True, has_text: bool = True) -> Verdict:
    """What the act's own dates (in the order in which they are preferred) make of a date that news state.

    Args:
        claim: the date.
        stated: the dates of the act that it is about.
        has_act: whether it is known which act that is.
        has_text: whether the register has a text of it.
    """
    if claim.type == FactType.EXPECTED:
        return _check_announcement(claim, stated)
    if not has_act or not has_text:
        return _leave_open(claim, ClaimReason.NO_TEXT if has_act else ClaimReason.NO_ACT)
    own = _choose_dates(claim.type, stated)
    return _check_against(claim, own) if own else _leave_open(claim, ClaimReason.NO_DATE)


def _choose_dates(wanted: str, stated: Sequence[DatedFact]) -> list[DatedFact]:
    """The act's dates that answer for a type: those of it, else those of the other one with which an act begins to bind."""
    own = [dated for dated in stated if dated.type == wanted]
    if own or wanted not in _BEGINS:
        return own
    return [dated for dated in stated if dated.type in _BEGINS]


def _check_against(claim: Claim, own: Sequence[DatedFact]) -> Verdict:
    """The answer where the act has dates of the claim's type."""
    fitting = [dated for dated in own if fits(claim.due, dated.due)]
    if right := next((dated for dated in fitting if dated.whole), None):
        return Verdict(ClaimState.CONFIRMED, None, right)
    if claim.amended or claim.denied:
        return _leave_open(claim, ClaimReason.AMENDED if claim.amended else ClaimReason.DENIED)
    if moved := next((dated for dated in own if _was_right(claim, dated)), None):
        return Verdict(ClaimState.MOVED, None, moved)
    whole = next((dated for dated in own if dated.whole), None)
    if fitting:
        state = ClaimState.PARTLY if claim.whole and whole else ClaimState.CONFIRMED
        return Verdict(state, ClaimReason.PART, fitting[0])
    return _check_other_day(claim, whole)


def _check_announcement(claim: Claim, stated: Iterable[DatedFact]) -> Verdict:
    """Anything may have been announced next to the name of an act: only a later day of the act that agrees says something."""
    later = (dated for dated in stated if claim.day is None or dated.due > claim.day)
    fitting = next((dated for dated in later if fits(claim.due, dated.due)), None)
    if fitting is not None and claim.near:
        return Verdict(ClaimState.CONFIRMED, None, fitting)
    return Verdict(ClaimState.EXPECTED)


def _check_other_day(claim: Claim, whole: DatedFact | None) -> Verdict:
    """The answer where none of the act's dates agrees."""
    if whole is None or not claim.whole:
        return _leave_open(claim, ClaimReason.PART)
    if days_apart(claim.due, whole.due) > FURTHEST_DAYS:
        return _leave_open(claim, ClaimReason.FAR)
    if claim.day is None:
        return _leave_open(claim, ClaimReason.UNDATED)
    return Verdict(ClaimState.CONTRADICTED, None, whole)


def _was_right(claim: Claim, dated: DatedFact) -> bool:
    """Whether the act said so when the article was written, and a later act has moved the day since."""
    if not dated.before or not fits(claim.due, dated.before):
        return False
    return claim.day is None or dated.moved_on is None or claim.day < dated.moved_on


def _leave_open(claim: Claim, reason: ClaimReason) -> Verdict:
    ahead = claim.day is not None and last_day_of(claim.due) > claim.day
    return Verdict(ClaimState.EXPECTED if ahead else ClaimState.UNCHECKED, reason)


def state_on(state: str, due: str, day: str | None, today: date) -> str:
    """The state of a claim as it is on a day: what is expected is missed once its day, month or year has passed.

    Where nobody knows when the article was written, nobody knows that the date lay ahead of it.

    >>> state_on("expected", "2026-01", "2026-01-17", date(2026, 2, 1)), state_on("expected", "2026", "2026-01-17", date(2026, 2, 1))
    ('missed', 'expected')
    """
    if state == ClaimState.EXPECTED and day and last_day_of(due) < today.isoformat():
        return ClaimState.MISSED.value
    return state


def fits(claimed: str, day: str) -> bool:
    """Whether a day lies in the claimed day, month or year.

    >>> fits("2027-03", "2027-03-14"), fits("2027-03-15", "2027-03-14")
    (True, False)
    """
    return day == claimed or day.startswith(f"{claimed}-")


def last_day_of(due: str) -> str:
    """The last day of a day, month or year.

    >>> last_day_of("2028-02"), last_day_of("2028")
    ('2028-02-29', '2028-12-31')
    """
    if len(due) == 7:
        year, month = int(due[:4]), int(due[5:])
        return f"{due}-{monthrange(year, month)[1]:02}" if 1 <= month <= 12 and year else f"{due}-28"
    return f"{due}-12-31" if len(due) == 4 else due


def days_apart(due: str, day: str) -> int:
    """The number of days between a day and the nearest one of a day, month or year; 0 where it lies in it.

    >>> days_apart("2026", "2025-09-12"), days_apart("2025-09", "2025-09-12")
    (111, 0)
    """
    first = parse_day(due if len(due) == 10 else f"{due}-01" if len(due) == 7 else f"{due}-01-01")
    last, wanted = parse_day(last_day_of(due)), parse_day(day)
    if first is None or last is None or wanted is None:
        return 0
    return max((first - wanted).days, (wanted - last).days, 0)


_ENDS = re.compile(r"(?<![\d.])(?<!\b\w)[.!?…](?=[\s»”“\"’)\]]+\S)|\n")
_CLAUSE = re.compile(r"[.!?;:,—–()\n]\s*[^.!?;:,—–()\n]*$")
_WORD = re.compile(r"\w+")


def sentence_around(text: str, start: int, end: int, furthest: int = 600) -> tuple[int, int]:
    """The sentence around a place, half-open; at most ``furthest`` characters to each side."""
    first, last = max(0, start - furthest), min(len(text), end + furthest)
    before = [match.end() for match in _ENDS.finditer(text, first, start + 1) if match.end() <= start]
    after = _ENDS.search(text, end, last)
    begin = before[-1] if before else first
    stop = (after.end() if after.group()[:1] != "\n" else after.start()) if after else last
    while begin < start and text[begin].isspace():
        begin += 1
    return begin, stop


def is_date_of_act(
    text: str, act: tuple[int, int], when: tuple[int, int], cue: tuple[int, int] | None, type_: str
) -> bool:
    """Whether a date is said of the act itself: "the Data Act, which applies from 2026", not "under the Data Act banks report from 2026".

    Next to the date stands nothing but the act and the verb (``cue``), and the act is what the clause begins with, or the date or a relative
    clause belongs to it. What is to be transposed is the act in any case.
    """
    if text[act[1] : act[1] + 1] in {"-", "‑"}:
        return False
    begin, end = (act[1], when[0]) if act[1] <= when[0] else (when[1], act[0])
    known = set(range(*cue)) if cue else set()
    words = [match for match in _WORD.finditer(text, begin, max(begin, end)) if match.start() not in known]
    if len(words) > _MOST_BETWEEN:
        return False
    if when[1] <= act[0] or type_ == FactType.TRANSPOSITION or text[act[1] : act[1] + 2] == ", ":
        return True
    opening = _CLAUSE.search(text, max(0, act[0] - 200), act[0])
    first = opening.start() + 1 if opening else max(0, act[0] - 200)
    return sum(match.start() not in known for match in _WORD.finditer(text, first, act[0])) <= 1


def tells_of(kind: str, sentence: str, language: str) -> bool:
    """Whether a sentence has words of a kind in a language: ``amended``, ``negation``, ``postponed``, or a step of a procedure."""
    pattern = procedure_pattern(language, kind)
    return pattern is not None and pattern.search(sentence) is not None


@dataclass(frozen=True, slots=True)
class Stated:
    """A claim of an article about one act, as far as others of that act tell what became of it.

    ``topic`` is what the date is of: a type of date, or the step of the procedure that is announced; empty where that is not known.
    """

    fact: str
    document: str
    day: str
    topic: str
    due: str


def find_moved(claims: Iterable[Stated]) -> dict[str, Stated]:
    """By fact the claims that a later article about the same thing replaces with another date, each with the latest of these articles.

    Args:
        claims: the claims of one act that are expected, or that may replace one.
    """
    found: dict[str, Stated] = {}
    ordered = sorted(claims, key=lambda claim: (claim.day, claim.fact))
    for number, claim in enumerate(ordered):
        later = [one for one in ordered[number + 1 :] if one.topic == claim.topic and one.day > claim.day]
        if not claim.topic or not later:
            continue
        last = later[-1]
        if last.document != claim.document and not (fits(claim.due, last.due) or fits(last.due, claim.due)):
            found[claim.fact] = last
    return found


def find_reported(claims: Iterable[Stated], reports: Sequence[Stated]) -> Iterator[tuple[str, ClaimState, Stated]]:
    """The announced steps that a later article reports: by fact, confirmed where it came in time, else moved, and the first such article.

    Args:
        claims: the claims of one act that are expected.
        reports: the steps of the act that articles report, each with its date.
    """
    ordered = sorted(reports, key=lambda report: (report.day, report.due, report.fact))
    for claim in claims:
        report = next((one for one in ordered if one.topic == claim.topic and one.day > claim.day), None)
        if report is not None:
            in_time = last_day_of(report.due) <= last_day_of(claim.due) or fits(claim.due, report.due)
            yield claim.fact, ClaimState.CONFIRMED if in_time else ClaimState.MOVED, report
