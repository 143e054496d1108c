"""Finds facts: when an act enters into force, applies, must be transposed, is reviewed or expires, and what news announce; and the
dates that an amending act replaces with others.

Either the date itself is replaced ("in Article 113, point (b), '2 August 2026' is replaced by '…'"), or the text that contains it
("paragraph 2 is replaced by the following: ‘2. It shall apply from 1 June 2035.’").
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dutybook.document_view import DocumentView
from dutybook.extract.citations import find_citations_in_line
from dutybook.extract.deadlines.expressions import Masked
from dutybook.extract.deadlines.scanner import scanner_of
from dutybook.extract.facts.scope import DATED, ScopeReader, Subject
from dutybook.languages import LanguagePack
from dutybook.languages.patterns import (
    Pieces,
    alternatives,
    anywhere,
    at_end,
    at_start,
    cached_by_identity,
    find_needed_pieces,
    group,
    quoting,
)
from dutybook.languages.sections import FactFrame, Facts
from dutybook.records import (
    Citation,
    DateChange,
    Evidence,
    Fact,
    FactType,
    Family,
    Reach,
    Sentence,
    Span,
    Zone,
    content_id,
)
from dutybook.records.dates import is_partial_date, parse_day

WINDOW = 160
FAR = 10_000
"""The distance of a cue that stands in the list's stem."""
_DOT_OF_DATE = re.compile(r"(?<=\d)\.|(?<=\d[ \u00a0]\w)\.")
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


class Frames:
    """The fact frames of one language."""

    def __init__(self, facts: Facts) -> None:
        self._frames = [
            (frame, anywhere(frame.cue), quoting(frame.when), find_needed_pieces(frame.when)) for frame in facts.frames
        ]
        cues = tuple(dict.fromkeys(cue for frame in facts.frames for cue in frame.cue if not _slotted(cue)))
        sure = tuple(cue for cue in cues if find_needed_pieces((cue,)) is not None)
        self._any, self._any_pieces = anywhere(sure), find_needed_pieces(sure)
        self._any_other = anywhere(tuple(cue for cue in cues if cue not in sure))
        self._cited_before, self._cited_after = at_end(facts.cited_before), at_start(facts.cited_after)
        self._slotted = any(_slotted(cue) for frame in facts.frames for cue in frame.cue)

    def may_speak(self, text: str, family: Family) -> bool:
        """Whether ``text`` contains a cue: a quick check before the sentence is parsed."""
        if family is Family.NEWS or self._slotted:
            return True
        # The dots of dates ("30. Juni") are none of those that end a sentence, where the words of a cue may not go on.
        texts = (text, _DOT_OF_DATE.sub("", text)) if _DOT_OF_DATE.search(text) else (text,)
        if _has_any(self._any_pieces, text.lower()) and any(self._any.search(each) for each in texts):
            return True
        return any(self._any_other.search(each) for each in texts)

    def matches(self, line: str, stem: str, family: Family, *, labels_only: bool = False) -> Iterator[FrameMatch]:
        """Matches in ``line``; a frame's cue may stand in ``stem`` instead."""
        small = line.lower()
        for frame, cue, when, pieces in self._frames:
            if not _has_any(pieces, small):
                continue
            opening = family in frame.opening_families
            if (frame.families and family not in frame.families and not opening) or (labels_only and not frame.label):
                continue
            cues = [m.span() for m in cue.finditer(line)]
            above = cue.search(stem) is not None if stem else False
            if not (cues or above) or (frame.unless and anywhere(frame.unless).search(line)):
                continue
            for match in when.finditer(line):
                start, end = group(match, "q") or match.span()
                if self._vetoed(frame, line, start, end) or (opening and not _OPENING.fullmatch(line[:start])):
                    continue
                found = _near(frame, start, end, cues, above)
                if found:
                    yield found

    def _vetoed(self, frame: FactFrame, line: str, start: int, end: int) -> bool:
        before, after = line[max(0, start - WINDOW) : start], line[end : end + WINDOW]
        if self._cited_before.search(before) or self._cited_after.match(after):
            return True
        if frame.unless_before and at_end(frame.unless_before).search(before):
            return True
        return bool(frame.unless_after and at_start(frame.unless_after).match(after))


def _has_any(pieces: Pieces | None, small: str) -> bool:
    """Whether a lower-case text has one of the pieces that a pattern needs; they are found sooner than the pattern."""
    return pieces is None or any(piece in small for piece in pieces)


def _near(frame: FactFrame, start: int, end: int, cues: list[tuple[int, int]], above: bool) -> FrameMatch | None:
    """A date with the nearest of a frame's cues, or without one where the stem has it; None where no cue belongs to it."""
    fitting = [cue for cue in cues if not frame.date_after_cue or cue[1] <= start]
    if fitting:
        best = min(fitting, key=lambda cue: _gap(cue, (start, end)))
        return FrameMatch(frame, start, end, _gap(best, (start, end)), best)
    return FrameMatch(frame, start, end, FAR, None) if above else None


def _gap(a: tuple[int, int], b: tuple[int, int]) -> int:
    return max(0, max(a[0], b[0]) - min(a[1], b[1]))


def _slotted(pattern: str) -> bool:
    return re.search(r"\{(?:quantity|date|year|day|month|ordinal|relative)\}", pattern) is not None


frames_of = cached_by_identity(Frames)
"""The frames of a pack's section, compiled once."""


VERSION = "2"
LABELLED = frozenset({Zone.PREAMBLE, Zone.TITLE, Zone.HEADING, Zone.SIGNATURE, Zone.FOOTNOTE})
"""Zones where only a line that names the day alone ("Entry into force: 1 May 2030") states a fact of this act."""
SILENT = frozenset({Zone.RECITAL, Zone.DEFINITION, Zone.AMENDMENT})
LONGEST_ABOUT = 400
_ACTS = frozenset({Family.EU_ACT, Family.STATUTE})
_MONTH = re.compile(r"\d{4}-\d\d")


def find_facts(view: DocumentView) -> tuple[Fact, ...]:
    """The facts of a document in text order, each (type, value, what it is about) once; ``due`` is left to ``resolve``.

    A list's item is read with the words of its stem. News are read relative to the day of publication ("by the end of the
    month") and may announce events; acts state from when which of their provisions apply.
    """
    found: list[Fact] = []
    seen: set[tuple[object, ...]] = set()
    scopes = ScopeReader(view)
    is_act = view.family is not Family.NEWS
    for number, sentence in enumerate(view.sentences):
        if sentence.zone in SILENT:
            continue
        stated, others = _find_stated(view, sentence)
        if not stated:
            if is_act and (kept := scopes.read_reservation(number, others)) is not None:
                found.append(_make_reservation(view, sentence, kept, others[0]))
            continue
        if any(fact.type is FactType.TRANSPOSITION for fact in stated):
            scopes.note_transposition(sentence)
            places = scopes.read_transposed(number)
            stated = [replace(f, scope=places) if f.type is FactType.TRANSPOSITION else f for f in stated]
        subjects = _read_subjects(scopes, number, sentence, stated, others) if is_act else {}
        for fact in stated:
            if subject := subjects.get(fact.span.start):
                about = Span(*subject.words).shift(sentence.span.start).of(view.text) if subject.words else ""
                about = " ".join(about.split())
                reach = subject.reach
                if sentence.zone is Zone.ANNEX and view.family in _ACTS and reach is Reach.WHOLE and not subject.places:
                    # What an annex contains (a treaty, terms for one territory) may have dates of its own.
                    reach, about = Reach.UNREAD, about or " ".join(sentence.span.of(view.text).split())[:LONGEST_ABOUT]
                fact = replace(fact, scope=subject.places, outside=subject.outside, reach=reach, about=about)
            key = (fact.type, fact.value, fact.scope, fact.outside, fact.reach, fact.about)
            if key not in seen:
                seen.add(key)
                found.append(fact)
    return tuple(found)


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
    scopes: ScopeReader, number: int, sentence: Sentence, stated: Sequence[Fact], others: Sequence[Span]
) -> dict[int, Subject]:
    """The subjects of the dates in a sentence, by the offset of the date."""
    dated = [fact for fact in stated if fact.type in DATED]
    if not dated:
        return {}
    dates = [fact.span.shift(-sentence.span.start) for fact in dated]
    apart = [span for span in others if not any(span.overlaps(day) for day in dates)]
    read = scopes.read_subjects(number, dates, apart)
    return {fact.span.start: subject for fact, subject in zip(dated, read, strict=True)}


def _find_stated(view: DocumentView, sentence: Sentence) -> tuple[list[Fact], list[Span]]:
    """The facts of a sentence, whatever they are about, and its expressions of time, with offsets into it."""
    pack, family, begin = view.pack_of(sentence), view.family, sentence.span.start
    frames, head = frames_of(pack.facts), sentence.zone in LABELLED
    stem, line = view.stem_of_item(sentence), view.line_of(sentence)
    above = view.line_of(stem) if stem else ""
    relative_to = view.published if family is Family.NEWS else None
    if not frames.may_speak(line + "\n" + above, family):
        return [], []
    masked = scanner_of(pack.temporal).mask(line, parse_day(relative_to))
    found: list[tuple[int, Fact]] = []
    for match in frames.matches(masked.text, above, family, labels_only=head):
        frame = match.frame
        value = frame.value if frame.value is not None else _value(masked, match.start, match.end)
        if value is None:
            continue
        at = Span(*masked.origin(match.start, match.end))
        if frame.inflected and not at_end(frame.inflected).search(at.of(line)):
            continue
        if frame.type is FactType.EXPECTED and relative_to:
            value = _ahead(value, at.of(line), relative_to)
            if is_partial_date(value) and value < relative_to[: len(value)]:
                # What lies behind the article is no announcement, whatever else its sentence announces.
                continue
        cue = Span(*masked.origin(*match.cue)).shift(begin) if match.cue is not None else None
        span = at.shift(begin)
        fact = Fact(
            content_id("fact", view.document_id, frame.type.value, value, span.start, span.end),
            frame.type,
            span,
            value,
            Evidence(f"facts/{frame.name}", VERSION, cue, frame.confidence),
            provision=sentence.provision,
            place=view.place_of(sentence),
        )
        found.append((match.distance, fact))
    days = [Span(e.start, e.end) for e in masked.expressions.values()]
    return _one_a_date(found), [] if head else days


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


def _one_a_date(found: list[tuple[int, Fact]]) -> list[Fact]:
    """One fact for each date: of several frames, the one whose cue is nearest."""
    kept: list[Fact] = []
    for _, fact in sorted(found, key=lambda row: (row[0], -len(row[1].span))):
        if not any(fact.span.overlaps(other.span) for other in kept):
            kept.append(fact)
    return sorted(kept, key=lambda fact: fact.span.start)


LONGEST_QUOTE = 400
_DEEPEST = 12
_SPEAKING = frozenset({Zone.AMENDMENT, Zone.ENACTING})
_NEW_TEXT = re.compile("“([^”]+)”")
_FIRST_STEP = re.compile(r"(\([^()]*\))(.*)")
# Days of the act itself; what somebody has to do by a day is no fact of it.
_OWN_DAYS = frozenset(
    {FactType.ENTRY_INTO_FORCE, FactType.APPLICATION, FactType.EXPIRY, FactType.TRANSPOSITION, FactType.TRANSITION}
)


@dataclass(frozen=True, slots=True)
class _Target:
    """The act that is being amended, and the place in it that was named last."""

    work: str | None = None
    place: str | None = None


def find_date_changes(view: DocumentView) -> tuple[DateChange, ...]:
    """The changes in text order, without those whose act or days are not clear.

    The sentence, the stem of its list, its article or else the title names the amended act, which is never the
    document's own.
    """
    finder = _ChangeFinder(view)
    return tuple(change for number in range(len(view.sentences)) for change in finder.find(number))


class _ChangeFinder:
    def __init__(self, view: DocumentView) -> None:
        self._view = view
        self._sentences = view.sentences
        self._own = view.work

    def find(self, number: int) -> Iterator[DateChange]:
        """The changes that the sentence with this number makes."""
        sentence = self._sentences[number]
        if sentence.zone not in _SPEAKING:
            return
        if sentence.zone is Zone.AMENDMENT and (made := self._rewritten(number)):
            yield made
            return
        pack, line = self._view.pack_of(sentence), self._view.line_of(sentence)
        if not anywhere(pack.facts.scope.replaced).search(line):
            return
        for old, new, span in _pairs(line, pack):
            target = self._target(number, span.start)
            if target.work is None or target.work == self._own:
                continue
            # The whole sentence says what happens; of a very long one the days and what stands between them.
            at = sentence.span if len(line) <= LONGEST_QUOTE else span.shift(sentence.span.start)
            yield DateChange(
                self._identify(at, span.start, target.work, target.place, old, new),
                sentence.provision,
                self._view.place_of(sentence),
                at,
                target.work,
                target.place,
                old,
                new,
            )

    def _rewritten(self, number: int) -> DateChange | None:
        """The change that new text with days of the act makes. Its day is the only one that replaces the old text, else None.

        Inserted text replaces nothing, and of several days nobody can tell which takes whose place; both may mean that
        the days named before no longer hold for all that they were about.
        """
        sentence = self._sentences[number]
        inner = _NEW_TEXT.search(self._view.place_of(sentence))
        days = self._own_days(sentence) if inner else set()
        if inner is None or not days:
            return None
        announcing = next(
            (n for n in range(number - 1, -1, -1) if "“" not in self._view.place_of(self._sentences[n])), None
        )
        if announcing is None:
            return None
        words = self._view.line_of(self._sentences[announcing])
        target = self._target(announcing, len(words))
        if target.work is None or target.work == self._own or target.place is None:
            return None
        place = _within(target.place, inner[1])
        replaced = anywhere(self._view.pack_of(sentence).facts.scope.replaced).search(words) is not None
        new = days.pop() if replaced and place is not None and len(days) == 1 else None
        where, span = place or target.place, sentence.span
        identity = self._identify(span, target.work, where, "", new or "")
        return DateChange(
            identity, sentence.provision, self._view.place_of(sentence), span, target.work, where, None, new
        )

    def _own_days(self, sentence: Sentence) -> set[date]:
        """The days on which the act that a sentence of new text belongs to begins or ceases to bind."""
        pack, line = self._view.pack_of(sentence), self._view.line_of(sentence)
        frames = frames_of(pack.facts)
        if not frames.may_speak(line, Family.EU_ACT):
            return set()
        masked = scanner_of(pack.temporal).mask(line, None)
        days = set()
        for match in frames.matches(masked.text, "", Family.EU_ACT):
            expression = masked.inside(match.start, match.end)
            if match.frame.type in _OWN_DAYS and expression is not None and (day := parse_day(expression.value)):
                days.add(day)
        return days

    def _identify(self, at: Span, *what: object) -> str:
        return content_id("date change", self._view.document_id, at.start, at.end, *what)

    def _target(self, number: int, until: int, depth: int = 0) -> _Target:
        """The act and place that a sentence names before ``until``, completed from its stem, its article and the
        title.
        """
        sentence = self._sentences[number]
        above = self._above(number, depth)
        work, place = above.work, above.place
        for citation in self._cited(sentence, above):
            if citation.span.start >= until or citation.work == self._own:
                continue
            if citation.work != work:
                work, place = citation.work, None
            place = citation.place or place
        return _Target(work, place)

    def _above(self, number: int, depth: int) -> _Target:
        sentence = self._sentences[number]
        if sentence.stem is not None and depth < _DEEPEST:
            stem = self._sentences[sentence.stem]
            return self._target(sentence.stem, len(stem.span), depth + 1)
        article = self._view.article_of(sentence.provision)
        for earlier in range(number - 1, max(-1, number - 200), -1):
            if self._view.article_of(self._sentences[earlier].provision) != article:
                break
            works = {c.work for c in self._cited(self._sentences[earlier], _Target()) if c.work} - {self._own}
            if works:
                return _Target(works.pop()) if len(works) == 1 else _Target()
        return _Target(self._titled())

    def _titled(self) -> str | None:
        """The only other act in the document's title."""
        language = self._sentences[0].language if self._sentences else "en"
        cited = find_citations_in_line(self._view.title, self._view.pack_for(language))
        works = {c.work for c in cited if c.work} - {self._own}
        return works.pop() if len(works) == 1 else None

    def _cited(self, sentence: Sentence, above: _Target) -> tuple[Citation, ...]:
        line, pack = self._view.line_of(sentence), self._view.pack_of(sentence)
        return find_citations_in_line(line, pack, work=above.work, place=above.place)


def _within(announced: str | None, inner: str) -> str | None:
    """The place in the amended act of new text: "(2)(b)" of what was announced as "Art 3(2)" is "Art 3(2)(b)".

    >>> _within("Art 3(2)", "(2)(b)"), _within("Art 4", "Art 4(1)"), _within("Art 3(2)", "(5)")
    ('Art 3(2)(b)', 'Art 4(1)', None)
    """
    if announced is None:
        return None
    if inner.startswith(announced):
        return inner
    step = _FIRST_STEP.fullmatch(inner)
    return announced + step[2] if step and announced.endswith(step[1]) else None


def _pairs(line: str, pack: LanguagePack) -> Iterator[tuple[date, date, Span]]:
    """Days with their replacements, and the words between them."""
    masked = scanner_of(pack.temporal).mask(line, None)
    days = sorted((e for e in masked.expressions.values() if e.slot == "date"), key=lambda e: e.start)
    between = re.compile(rf"\W*(?:{alternatives(pack.facts.scope.replaced)})(?:\W+\w+){{0,3}}\W+", re.IGNORECASE)
    for old, new in itertools.pairwise(days):
        if between.fullmatch(line, old.end, new.start):
            before, after = parse_day(old.value), parse_day(new.value)
            if before and after:
                yield before, after, Span(old.start, new.end)
