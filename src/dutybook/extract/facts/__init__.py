"""Finds facts: when an act enters into force, applies, must be transposed, is reviewed or expires, and what news
announce.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dutybook.document_view import DocumentView
from dutybook.extract.deadlines.expressions import Masked
from dutybook.extract.deadlines.scanner import scanner_of
from dutybook.extract.facts.frames import frames_of
from dutybook.extract.facts.scope import DATED, ScopeReader, Subject
from dutybook.records import (
    Evidence,
    Fact,
    FactType,
    Genre,
    Sentence,
    Span,
    Zone,
    content_id,
)
from dutybook.records.dates import parse_day

__all__ = ["find_facts"]

VERSION = "2"
SILENT = frozenset(
    {
        Zone.RECITAL,
        Zone.DEFINITION,
        Zone.FOOTNOTE,
        Zone.AMENDMENT,
        Zone.PREAMBLE,
        Zone.TITLE,
        Zone.HEADING,
        Zone.SIGNATURE,
    }
)
"""Zones that state no facts of this act."""
LABELLED = frozenset({Zone.PREAMBLE, Zone.TITLE, Zone.HEADING, Zone.SIGNATURE})
"""Of these, the zones where a line may name the day alone ("Entry into force: 1 May 2030")."""
LONGEST_ABOUT = 400
_MONTH = re.compile(r"\d{4}-\d\d")


@dataclass(frozen=True, slots=True)
class _Candidate:
    type: FactType
    rule: str
    start: int
    end: int
    value: str
    distance: int
    cue: Span | None
    confidence: float


def find_facts(view: DocumentView) -> tuple[Fact, ...]:
    """The facts of a document in text order, each (type, value, what it is about) once; ``due`` is left to ``resolve``.

    A list's item is read with the words of its stem. News are read relative to the day of publication ("by the end of the
    month") and may announce events; acts state from when which of their provisions apply.
    """
    found: list[Fact] = []
    seen: set[tuple[object, ...]] = set()
    scopes = ScopeReader(view)
    is_act = view.genre is not Genre.NEWS
    for number, sentence in enumerate(view.sentences):
        if sentence.zone in SILENT - LABELLED:
            continue
        candidates, others = _find_candidates(view, sentence)
        if not candidates:
            if is_act and (kept := scopes.read_reservation(number, others)) is not None:
                found.append(_make_reservation(view, sentence, kept, others[0]))
            continue
        if any(candidate.type is FactType.TRANSPOSITION for candidate in candidates):
            scopes.note_transposition(sentence)
        about = _read_subjects(scopes, number, sentence, candidates, others) if is_act else {}
        for candidate in candidates:
            fact = _make_fact(view, sentence, candidate, about.get(candidate.start, Subject()))
            key = (fact.type, fact.value, fact.scope, fact.outside, fact.reach, fact.about)
            if key not in seen:
                seen.add(key)
                found.append(fact)
    return tuple(found)


def _make_fact(view: DocumentView, sentence: Sentence, candidate: _Candidate, subject: Subject) -> Fact:
    span = Span(candidate.start, candidate.end)
    about = Span(*subject.words).shift(sentence.span.start).of(view.text) if subject.words else ""
    return Fact(
        content_id("fact", view.document_id, candidate.type.value, candidate.value, span.start, span.end),
        candidate.type,
        span,
        candidate.value,
        Evidence(f"facts/{candidate.rule}", VERSION, candidate.cue, candidate.confidence),
        provision=sentence.provision,
        place=view.place_of(sentence),
        scope=subject.places,
        outside=subject.outside,
        reach=subject.reach,
        about=" ".join(about.split()),
    )


def _make_reservation(view: DocumentView, sentence: Sentence, about: Subject, when: Span) -> Fact:
    """A fact without a value: these provisions apply in some cases, or from a time that is no day."""
    span = when.shift(sentence.span.start)
    return Fact(
        content_id("fact", view.document_id, "reservation", span.start, span.end),
        FactType.APPLICATION,
        span,
        None,
        Evidence("facts/reservation", VERSION, None, 0.8),
        provision=sentence.provision,
        place=view.place_of(sentence),
        scope=about.places,
        reach=about.reach,
        about=" ".join(sentence.span.of(view.text).split())[:LONGEST_ABOUT],
    )


def _read_subjects(
    scopes: ScopeReader, number: int, sentence: Sentence, candidates: Sequence[_Candidate], others: Sequence[Span]
) -> dict[int, Subject]:
    """The subjects of the dates in a sentence, by the offset of the date."""
    dated = [candidate for candidate in candidates if candidate.type in DATED]
    if not dated:
        return {}
    start = sentence.span.start
    dates = [Span(candidate.start - start, candidate.end - start) for candidate in dated]
    apart = [span for span in others if not any(span.overlaps(day) for day in dates)]
    read = scopes.read_subjects(number, dates, apart)
    return {candidate.start: subject for candidate, subject in zip(dated, read, strict=True)}


def _find_candidates(view: DocumentView, sentence: Sentence) -> tuple[list[_Candidate], list[Span]]:
    """The facts of a sentence, and its expressions of time, with offsets into it."""
    pack, genre, span = view.pack_of(sentence), view.genre, sentence.span
    frames, head = frames_of(pack), sentence.zone in LABELLED
    stem, line = view.stem_of_item(sentence), view.line_of(sentence)
    above = view.line_of(stem) if stem else ""
    relative_to = view.published if genre is Genre.NEWS else None
    if not frames.may_speak(line + "\n" + above, genre):
        return [], []
    masked = scanner_of(pack.temporal).mask(line, parse_day(relative_to))
    best: list[_Candidate] = []
    for match in frames.matches(masked.text, above, genre, labels_only=head):
        value = match.value if match.value is not None else _value(masked, match.start, match.end)
        if value is None:
            continue
        start, end = masked.origin(match.start, match.end)
        if match.frame.type is FactType.EXPECTED and relative_to:
            value = _ahead(value, line[start:end], relative_to)
        cue = None
        if match.cue is not None:
            cue = Span(*masked.origin(*match.cue)).shift(span.start)
        best.append(
            _Candidate(
                match.frame.type,
                match.frame.name,
                span.start + start,
                span.start + end,
                value,
                match.distance,
                cue,
                match.frame.confidence,
            )
        )
    days = [Span(e.start, e.end) for e in masked.expressions.values()]
    return _one_a_date(best), [] if head else days


def _value(masked: Masked, start: int, end: int) -> str | None:
    expression = masked.inside(start, end)
    if expression is None or expression.value.startswith("--"):
        return None
    return expression.value


def _ahead(value: str, quote: str, published: str) -> str:
    """An announced date is in the future: "by December", written in January, is the next December, not the one a
    month ago.
    """
    if not _MONTH.match(value) or re.search(r"\d{4}", quote) or value >= published[: len(value)]:
        return value
    return f"{int(value[:4]) + 1}{value[4:]}"


def _one_a_date(candidates: list[_Candidate]) -> list[_Candidate]:
    """One candidate for each date: of several frames, the one whose cue is nearest."""
    kept: list[_Candidate] = []
    for candidate in sorted(candidates, key=lambda c: (c.distance, -(c.end - c.start))):
        if not any(candidate.start < k.end and k.start < candidate.end for k in kept):
            kept.append(candidate)
    return sorted(kept, key=lambda c: c.start)
