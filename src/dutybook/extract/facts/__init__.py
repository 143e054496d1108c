"""Facts: when an act enters into force, applies, must be transposed, is reviewed, expires; what news announce."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dutybook.extract.deadlines import parse_day
from dutybook.extract.deadlines.expressions import Masked, scanner_of
from dutybook.extract.facts.frames import frames_of
from dutybook.extract.facts.reaching import DATED, Reaching
from dutybook.extract.facts.scope import Subject
from dutybook.languages import LanguagePack
from dutybook.records import (
    Evidence,
    Fact,
    FactType,
    Genre,
    Provision,
    Sentence,
    SentenceRole,
    Span,
    Zone,
    content_id,
)

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
LONGEST_SENTENCE = 20_000
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


def find_facts(
    text: str,
    sentences: Sequence[Sentence],
    pack_for: Callable[[str], LanguagePack],
    genre: Genre,
    published: str | None,
    document: str = "",
    provisions: Sequence[Provision] = (),
    work: str | None = None,
) -> tuple[Fact, ...]:
    """The facts of a document in text order, each (type, value, what it is about) once; ``due`` is left to ``resolve``.

    Args:
        text: the document's text.
        sentences: its sentences and list items; an item also hears its stem's words.
        pack_for: language code to pack.
        genre: news are read relative to ``published`` ("by the end of the month") and may announce events.
        published: publication date (ISO) or None.
        document: the document's id, part of each fact's id.
        provisions: the document's; they say in which article a sentence stands, and complete "paragraph 1".
        work: the document's work, so that its own name is not taken for another act's.
    """
    found: list[Fact] = []
    seen: set[tuple[object, ...]] = set()
    relative_to = published if genre is Genre.NEWS else None
    reaching = Reaching(text, sentences, pack_for, provisions, work, LONGEST_SENTENCE)
    for number, sentence in enumerate(sentences):
        if sentence.zone in SILENT - LABELLED:
            continue
        stem = sentences[sentence.stem] if sentence.stem is not None and sentence.role is SentenceRole.ITEM else None
        candidates, others = _in_sentence(text, sentence, stem, pack_for(sentence.language), genre, relative_to)
        if not candidates:
            if genre is not Genre.NEWS and (kept := reaching.reserved(number, others)) is not None:
                found.append(_reservation(text, sentence, kept, others[0], reaching.home(sentence).place, document))
            continue
        if any(candidate.type is FactType.TRANSPOSITION for candidate in candidates):
            reaching.note(sentence)
        about = _subjects(reaching, number, sentence, candidates, others) if genre is not Genre.NEWS else {}
        place = sentence.place or reaching.home(sentence).place
        for candidate in candidates:
            subject = about.get(candidate.start, Subject())
            words = subject.words
            said = (
                " ".join(text[sentence.span.start + words[0] : sentence.span.start + words[1]].split()) if words else ""
            )
            key = (candidate.type, candidate.value, subject.places, subject.outside, subject.reach, said)
            if key in seen:
                continue
            seen.add(key)
            evidence = Evidence(f"facts/{candidate.rule}", VERSION, candidate.cue, candidate.confidence)
            span = Span(candidate.start, candidate.end)
            identity = content_id("fact", document, candidate.type.value, candidate.value, span.start, span.end)
            found.append(
                Fact(
                    identity,
                    candidate.type,
                    span,
                    candidate.value,
                    evidence,
                    provision=sentence.provision,
                    place=place,
                    scope=subject.places,
                    outside=subject.outside,
                    reach=subject.reach,
                    about=said,
                )
            )
    return tuple(found)


def _reservation(text: str, sentence: Sentence, about: Subject, when: Span, place: str, document: str) -> Fact:
    """A fact without a value: these provisions apply in some cases, or from some time, that is no day."""
    span = when.shift(sentence.span.start)
    return Fact(
        content_id("fact", document, "reservation", span.start, span.end),
        FactType.APPLICATION,
        span,
        None,
        Evidence("facts/reservation", VERSION, None, 0.8),
        provision=sentence.provision,
        place=sentence.place or place,
        scope=about.places,
        reach=about.reach,
        about=" ".join(sentence.span.of(text).split())[:LONGEST_ABOUT],
    )


def _subjects(
    reaching: Reaching, number: int, sentence: Sentence, candidates: Sequence[_Candidate], others: Sequence[Span]
) -> dict[int, Subject]:
    """What the dates of a sentence are about, by where they begin."""
    dated = [candidate for candidate in candidates if candidate.type in DATED]
    if not dated:
        return {}
    start = sentence.span.start
    dates = [Span(candidate.start - start, candidate.end - start) for candidate in dated]
    apart = [span for span in others if not any(span.overlaps(day) for day in dates)]
    read = reaching.read(number, dates, apart)
    return {candidate.start: subject for candidate, subject in zip(dated, read, strict=True)}


def _in_sentence(
    text: str, sentence: Sentence, stem: Sentence | None, pack: LanguagePack, genre: Genre, relative_to: str | None
) -> tuple[list[_Candidate], list[Span]]:
    """The facts of a sentence, and where it speaks of time, from its start."""
    frames, span, head = frames_of(pack), sentence.span, sentence.zone in LABELLED
    line = text[span.start : min(span.end, span.start + LONGEST_SENTENCE)]
    above = text[stem.span.start : min(stem.span.end, stem.span.start + LONGEST_SENTENCE)] if stem else ""
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
    """What is announced lies ahead: "by December", said in January, is the next one, not the one a month ago."""
    if not _MONTH.match(value) or re.search(r"\d{4}", quote) or value >= published[: len(value)]:
        return value
    return f"{int(value[:4]) + 1}{value[4:]}"


def _one_a_date(candidates: list[_Candidate]) -> list[_Candidate]:
    """For words that several frames claim: the frame whose cue stands nearest."""
    kept: list[_Candidate] = []
    for candidate in sorted(candidates, key=lambda c: (c.distance, -(c.end - c.start))):
        if not any(candidate.start < k.end and k.start < candidate.end for k in kept):
            kept.append(candidate)
    return sorted(kept, key=lambda c: c.start)
