"""Finds the steps of acts in the making that news report or announce: proposed, under consultation, adopted and so on, with their dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dutybook.document_view import DocumentView
from dutybook.extract.deadlines.scanner import scanner_of
from dutybook.extract.procedure_ties import Tie, Ties
from dutybook.languages import LanguagePack
from dutybook.languages.patterns import anywhere, cached_by_identity
from dutybook.languages.procedures import STEPS, ends_on, find_main_act, procedure_pattern
from dutybook.records import Evidence, FactType, Family, ProcedureStep, Sentence, Span, Step, Zone, content_id
from dutybook.records.dates import is_partial_date, parse_day

VERSION = "1"
_SILENT = frozenset({Zone.RECITAL, Zone.DEFINITION, Zone.AMENDMENT})
_CONFIDENCE = 0.7
_HEADLINES = frozenset({Zone.TITLE, Zone.HEADING})
#: A date of so many letters is a year alone.
_YEAR = 4


class _Plans:
    """Words of a language with which it announces what is to come: those of the frame ``expected`` of its facts."""

    def __init__(self, pack: LanguagePack) -> None:
        cues = [cue for f in pack.facts.frames if f.type is FactType.EXPECTED for cue in f.cue]
        self.pattern = anywhere(tuple(cues))


_plans_of = cached_by_identity(_Plans)


@dataclass(frozen=True, slots=True)
class _Date:
    span: Span
    value: str


def find_procedure_steps(view: DocumentView, acts: Mapping[Span, str]) -> tuple[ProcedureStep, ...]:
    """The steps that an article reports or announces, in text order.

    Args:
        view: the document.
        acts: where it names acts, and which. A step counts only where it is said of one of them, or of "the law" where the title, or else the whole
            article, names only one; which act it is of is left to the register, which knows more names.
    """
    if view.family is not Family.NEWS:
        return ()
    is_about_one = find_main_act(view.title, [(act, span.of(view.text)) for span, act in acts.items()]) is not None
    named = sorted(acts)
    found: list[ProcedureStep] = []
    for sentence in view.sentences:
        if sentence.zone in _SILENT:
            continue
        own = [act for act in named if sentence.span.start <= act.start < sentence.span.end]
        places = [act.shift(-sentence.span.start) for act in own]
        if not own and is_about_one:
            pattern = procedure_pattern(sentence.language, "this_act")
            places = [Span(*m.span()) for m in pattern.finditer(view.line_of(sentence))] if pattern else []
        if places:
            steps = _find_in_sentence(view, sentence, places)
            # Beside an act that is not named, "consultation" may be of anything.
            found += [one for one in steps if own or one.value or one.step is not Step.CONSULTATION]
    return tuple(found)


def _find_in_sentence(view: DocumentView, sentence: Sentence, acts: Sequence[Span]) -> Iterator[ProcedureStep]:
    line, pack = view.line_of(sentence), view.pack_of(sentence)
    masked = scanner_of(pack.temporal).mask(line, parse_day((view.published or "")[:10]))
    dates = [_Date(Span(e.start, e.end), e.value) for e in masked.expressions.values() if is_partial_date(e.value)]
    ties = Ties(line, pack, acts, [date.span for date in dates], is_headline=sentence.zone in _HEADLINES)
    dates = [date for date in dates if not ties.is_in_name(date.span)]
    made: dict[Step, ProcedureStep] = {}
    step_ties = [tie for step in STEPS if (tie := ties.find(step)) is not None]
    for tie in step_ties:
        own = [date for date in dates if not any(_is_of_another(date, tie, other) for other in step_ties)]
        found = _read_step(view, sentence, ties, tie, own)
        if found is not None and (tie.step not in made or made[tie.step].value is None):
            made[tie.step] = found
    # "Members adopted the bill on 5 May": the bill is what was adopted, and no proposal of that day.
    others = {one.value for one in made.values() if one.step is not Step.PROPOSED and one.value}
    yield from (one for one in made.values() if one.step is not Step.PROPOSED or one.value not in others)


def _read_step(
    view: DocumentView, sentence: Sentence, ties: Ties, tie: Tie, dates: Sequence[_Date]
) -> ProcedureStep | None:
    """The step that words say of an act, with its date and whether it has been taken; None where it is denied, or may never be."""
    line, pack = view.line_of(sentence), view.pack_of(sentence)
    clause = ties.clause_around(tie.cue.start, tie.cue.end)
    value = _date_of(line, tie, clause, dates, sentence.language)
    is_owed = ties.has("duty", Span(clause.start, tie.cue.start))
    # "if Parliament adopts the Act", "the law asks for a consultation": without a day nothing of it happens.
    is_supposed = anywhere(pack.temporal.conditions).search(line, clause.start, tie.cue.start) is not None
    is_unsure = is_supposed or (is_owed and tie.step is Step.CONSULTATION)
    if ties.has("negation", clause) or (is_unsure and value is None):
        return None
    is_planned = is_owed or _plans_of(pack).pattern.search(line, clause.start, clause.end) is not None
    is_reached = tie.step is Step.CONSULTATION or _is_reached(value, view.published, is_planned=is_planned)
    span = tie.cue.shift(sentence.span.start)
    evidence = Evidence(f"procedures/{tie.step}", VERSION, span, _CONFIDENCE)
    identity = content_id("step", view.document_id, tie.step.value, span.start)
    return ProcedureStep(identity, tie.step, span, sentence.span, value, is_reached, evidence)


def _is_of_another(date: _Date, tie: Tie, other: Tie) -> bool:
    """Whether a date stands before the verb of another step, which is joined to this one ("in March tabled and later adopted")."""
    is_before = date.span.end <= other.cue.start and other.cue.end <= tie.cue.start
    return is_before and not other.cue.end <= tie.act.start <= tie.cue.start


def _date_of(line: str, tie: Tie, clause: Span, dates: Sequence[_Date], language: str) -> str | None:
    """The date of a step: the nearest one of its clause, else of its sentence, a day before a bare year; of a consultation only a last day."""
    if tie.step is Step.CONSULTATION:
        last = [date for date in dates if ends_on(line, date.span.start, date.span.end, language)]
        return last[0].value if last else None
    own = [date for date in dates if clause.start <= date.span.start < clause.end]

    def rank(date: _Date) -> tuple[bool, int]:
        return len(date.value) == _YEAR, max(date.span.start - tie.cue.end, tie.cue.start - date.span.end)

    nearest = min(own or dates, key=rank, default=None)
    return nearest.value if nearest else None


def _is_reached(value: str | None, published: str | None, *, is_planned: bool) -> bool:
    """Whether a step has been taken when the text was written: its date says so, else the tense of the clause."""
    if value is None or not published:
        return not is_planned
    day = published[: len(value)]
    return value < day or (value == day and not is_planned)
