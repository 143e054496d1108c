"""Finds the steps of acts in the making that news report or announce: proposed, under consultation, adopted and so on, with their dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from dutybook.document_view import DocumentView
from dutybook.extract.deadlines.scanner import scanner_of
from dutybook.languages import LanguagePack
from dutybook.languages.patterns import anywhere, cached_by_identity
from dutybook.languages.procedures import STEPS, ends_on, procedure_pattern
from dutybook.records import Evidence, FactType, Family, ProcedureStep, Sentence, Span, Step, Zone, content_id
from dutybook.records.dates import is_partial_date, parse_day

VERSION = "1"
_SILENT = frozenset({Zone.RECITAL, Zone.DEFINITION, Zone.AMENDMENT})
# A clause ends where another one may begin; a comma inside a number or before a relative clause of the same step does no harm.
_CLAUSE = re.compile(r"[;:–—]|,\s|\s\(|\)")
_CONFIDENCE = 0.7
_WORD = re.compile(r"\w+")
#: So many words may stand between an act and a step of it.
_MOST_BETWEEN = 12


class _Plans:
    """Words of a language with which it announces what is to come: those of the frame ``expected`` of its facts."""

    def __init__(self, pack: LanguagePack) -> None:
        cues = [cue for f in pack.facts.frames if f.type is FactType.EXPECTED for cue in f.cue]
        self.pattern = anywhere(tuple(cues))


_plans_of = cached_by_identity(_Plans)


def find_procedure_steps(view: DocumentView, acts: Iterable[Span]) -> tuple[ProcedureStep, ...]:
    """The steps that an article reports or announces, in text order.

    Args:
        view: the document.
        acts: where it names acts. A step counts only next to one of them; which act it is of is left to the register, which knows more names.
    """
    if view.family is not Family.NEWS:
        return ()
    named = sorted(acts)
    found: list[ProcedureStep] = []
    for sentence in view.sentences:
        own = [act for act in named if sentence.span.start <= act.start < sentence.span.end]
        if own and sentence.zone not in _SILENT:
            found += _find_in_sentence(view, sentence, [act.shift(-sentence.span.start) for act in own])
    return tuple(found)


def _find_in_sentence(view: DocumentView, sentence: Sentence, acts: Sequence[Span]) -> Iterator[ProcedureStep]:
    line, language = view.line_of(sentence), sentence.language
    told = [
        (step, cue)
        for step in STEPS
        if (pattern := procedure_pattern(language, step)) is not None and (cue := _nearest_cue(pattern, line, acts))
    ]
    if not told:
        return
    pack = view.pack_of(sentence)
    masked = scanner_of(pack.temporal).mask(line, parse_day((view.published or "")[:10]))
    dates = [(e.start, e.end, e.value) for e in masked.expressions.values() if is_partial_date(e.value)]
    denied = procedure_pattern(language, "negation")
    made: list[ProcedureStep] = []
    for step, cue in told:
        clause = _clause_around(line, *cue)
        if denied is not None and denied.search(line, *clause):
            continue
        value = _date_of(line, step, cue, clause, dates, language)
        is_planned = _plans_of(pack).pattern.search(line, *clause) is not None
        is_reached = step is Step.CONSULTATION or _is_reached(value, view.published, is_planned=is_planned)
        span = Span(*cue).shift(sentence.span.start)
        made.append(
            ProcedureStep(
                content_id("step", view.document_id, step.value, span.start),
                step,
                span,
                sentence.span,
                value,
                is_reached,
                Evidence(f"procedures/{step}", VERSION, span, _CONFIDENCE),
            )
        )
    # "Members adopted the bill on 5 May": the bill is what was adopted, and no proposal of that day.
    others = {one.value for one in made if one.step is not Step.PROPOSED and one.value}
    yield from (one for one in made if one.step is not Step.PROPOSED or one.value not in others)


def _nearest_cue(pattern: re.Pattern[str], line: str, acts: Sequence[Span]) -> tuple[int, int] | None:
    """The words of a step that stand nearest to an act; None where none is near enough, or they are part of an act's name."""
    found: list[tuple[int, tuple[int, int]]] = []
    for match in pattern.finditer(line):
        if any(act.start <= match.start() and match.end() <= act.end for act in acts):
            continue
        between = (line[min(act.end, match.end()) : max(act.start, match.start())] for act in acts)
        found.append((min(len(_WORD.findall(words)) for words in between), match.span()))
    return min(found)[1] if found and min(found)[0] <= _MOST_BETWEEN else None


def _clause_around(line: str, start: int, end: int) -> tuple[int, int]:
    before = [match.end() for match in _CLAUSE.finditer(line, 0, start)]
    after = _CLAUSE.search(line, end)
    return (before[-1] if before else 0), (after.start() if after else len(line))


def _date_of(
    line: str,
    step: Step,
    cue: tuple[int, int],
    clause: tuple[int, int],
    dates: list[tuple[int, int, str]],
    language: str,
) -> str | None:
    """The date of a step: the nearest one of its clause, else of its sentence; of a consultation only a last day."""
    if step is Step.CONSULTATION:
        last = [date for date in dates if ends_on(line, date[0], date[1], language)]
        return last[0][2] if last else None
    own = [date for date in dates if clause[0] <= date[0] < clause[1]]
    chosen = own or dates
    nearest = min(chosen, key=lambda date: max(date[0] - cue[1], cue[0] - date[1]), default=None)
    return nearest[2] if nearest else None


def _is_reached(value: str | None, published: str | None, *, is_planned: bool) -> bool:
    """Whether a step has been taken when the text was written: its date says so, else the tense of the clause."""
    if value is None or not published:
        return not is_planned
    day = published[: len(value)]
    return value < day or (value == day and not is_planned)
