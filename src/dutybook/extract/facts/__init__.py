"""Finds facts: when an act enters into force, applies, must be transposed, is reviewed or expires, and what news
announce.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dutybook.document_view import DocumentView
from dutybook.extract.deadlines.expressions import Masked
from dutybook.extract.deadlines.scanner import scanner_of
from dutybook.extract.facts.scope import DATED, ScopeReader, Subject
from dutybook.languages import LanguagePack
from dutybook.languages.patterns import anywhere, at_end, at_start, group, quoting
from dutybook.languages.sections import FactFrame, Facts
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

WINDOW = 160
FAR = 10_000
"""The distance of a cue that stands in the list's stem."""
_OPENING = re.compile(r"\W*(?:\w{1,4}[.)]\W*)?")
"""What may stand before a date that opens a sentence: a number or letter of its own."""


@dataclass(frozen=True, slots=True)
class FrameMatch:
    """The position of a frame's date in the masked sentence, and its distance from the cue; ``cue`` is None in a
    stem.
    """

    frame: FactFrame
    start: int
    end: int
    distance: int
    cue: tuple[int, int] | None
    value: str | None


class Frames:
    """The fact frames of one language."""

    def __init__(self, facts: Facts) -> None:
        self._frames = [(frame, anywhere(frame.cue), quoting(frame.when)) for frame in facts.frames]
        self._any = anywhere(tuple(cue for frame in facts.frames for cue in frame.cue if not _slotted(cue)))
        self._cited_before, self._cited_after = at_end(facts.cited_before), at_start(facts.cited_after)
        self._slotted = any(_slotted(cue) for frame in facts.frames for cue in frame.cue)

    def may_speak(self, text: str, genre: Genre) -> bool:
        """Whether ``text`` contains a cue: a quick check before the sentence is parsed."""
        return genre is Genre.NEWS or self._slotted or self._any.search(text) is not None

    def matches(self, line: str, stem: str, genre: Genre, *, labels_only: bool = False) -> Iterator[FrameMatch]:
        """Matches in ``line``; a frame's cue may stand in ``stem`` instead."""
        for frame, cue, when in self._frames:
            opening = genre in frame.opening_genres
            if (frame.genres and genre not in frame.genres and not opening) or (labels_only and not frame.label):
                continue
            cues = [m.span() for m in cue.finditer(line)]
            above = cue.search(stem) is not None if stem else False
            if not (cues or above):
                continue
            if frame.unless and anywhere(frame.unless).search(line):
                continue
            for match in when.finditer(line):
                start, end = group(match, "q") or match.span()
                if self._vetoed(frame, line, start, end) or (opening and not _OPENING.fullmatch(line[:start])):
                    continue
                near = [c for c in cues if not frame.date_after_cue or c[1] <= start]
                if near:
                    best = min(near, key=lambda c: _gap(c, (start, end)))
                    yield FrameMatch(frame, start, end, _gap(best, (start, end)), best, frame.value)
                elif above:
                    yield FrameMatch(frame, start, end, FAR, None, frame.value)

    def _vetoed(self, frame: FactFrame, line: str, start: int, end: int) -> bool:
        before, after = line[max(0, start - WINDOW) : start], line[end : end + WINDOW]
        if self._cited_before.search(before) or self._cited_after.match(after):
            return True
        if frame.unless_before and at_end(frame.unless_before).search(before):
            return True
        return bool(frame.unless_after and at_start(frame.unless_after).match(after))


def _gap(a: tuple[int, int], b: tuple[int, int]) -> int:
    return max(0, max(a[0], b[0]) - min(a[1], b[1]))


def _slotted(pattern: str) -> bool:
    return re.search(r"\{(?:quantity|date|year|day|month|ordinal|relative)\}", pattern) is not None


_CACHE: dict[int, tuple[Facts, Frames]] = {}


def frames_of(pack: LanguagePack) -> Frames:
    """The frames of a pack, compiled once."""
    known = _CACHE.get(id(pack.facts))
    if known is None or known[0] is not pack.facts:
        known = _CACHE[id(pack.facts)] = (pack.facts, Frames(pack.facts))
    return known[1]


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
