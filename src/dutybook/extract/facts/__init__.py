"""Finds facts: when an act enters into force, applies, must be transposed, is reviewed or expires, and what news announce; and the
dates that an amending act replaces with others.

Either the date itself is replaced ("in Article 113, point (b), '2 August 2026' is replaced by '…'"), or the text that contains it
("paragraph 2 is replaced by the following: ‘2. It shall apply from 1 June 2035.’").
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dutybook.document_view import DocumentView
from dutybook.extract.citations import find_citations_in_line
from dutybook.extract.deadlines.scanner import scanner_of
from dutybook.extract.facts.frames import FrameMatch, frames_of
from dutybook.extract.facts.scope import DATED, ScopeReader, Subject
from dutybook.extract.facts.statements import Line
from dutybook.languages import LanguagePack
from dutybook.languages.patterns import alternatives, anywhere
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
from dutybook.records.dates import parse_day

VERSION = "2"
LABELLED = frozenset({Zone.PREAMBLE, Zone.TITLE, Zone.HEADING, Zone.SIGNATURE, Zone.FOOTNOTE})
"""Zones where only a line that names the day alone ("Entry into force: 1 May 2030") states a fact of this act."""
SILENT = frozenset({Zone.RECITAL, Zone.DEFINITION, Zone.AMENDMENT})
LONGEST_ABOUT = 400
_ACTS = frozenset({Family.EU_ACT, Family.STATUTE})


def find_facts(view: DocumentView, cited: Iterable[Span] = ()) -> tuple[Fact, ...]:
    """The facts of a document in text order, each (type, value, what it is about) once; ``due`` is left to ``resolve``.

    A list's item is read with the words of its stem. News are read relative to the day of publication ("by the end of the
    month") and may announce events; acts state from when which of their provisions apply.

    Args:
        view: the document.
        cited: where acts are cited or named in it; a date in such a name is none of a fact.
    """
    names = sorted(cited, key=lambda span: span.start)
    starts = [span.start for span in names]
    found: list[Fact] = []
    seen: set[tuple[object, ...]] = set()
    scopes = ScopeReader(view)
    is_act = view.family is not Family.NEWS
    for number, sentence in enumerate(view.sentences):
        if sentence.zone in SILENT:
            continue
        named = names[bisect_left(starts, sentence.span.start) : bisect_left(starts, sentence.span.end)]
        stated, others = _find_stated(view, sentence, named)
        if not stated:
            if is_act and (kept := scopes.read_reservation(number, others)) is not None:
                found.append(_make_reservation(view, sentence, kept, others[0]))
            continue
        if any(fact.type is FactType.TRANSPOSITION for fact in stated):
            scopes.note_transposition(sentence)
            transposed = scopes.read_transposed(number)
            stated = [
                replace(f, scope=transposed.places, reach=transposed.reach) if f.type is FactType.TRANSPOSITION else f
                for f in stated
            ]
        subjects = _read_subjects(scopes, number, sentence, stated, others) if is_act else {}
        for fact in stated:
            if subject := subjects.get(fact.span.start):
                fact = _with_subject(view, sentence, fact, subject)
            elif fact.type is FactType.REVIEW and is_act and not _names_its_act(view, sentence):
                # A report to the legislature may be on one matter alone.
                fact = replace(fact, reach=Reach.UNREAD, about=_about(view, sentence))
            key = (fact.type, fact.value, fact.scope, fact.outside, fact.reach, fact.about)
            if key not in seen:
                seen.add(key)
                found.append(fact)
    return tuple(found)


def _with_subject(view: DocumentView, sentence: Sentence, fact: Fact, subject: Subject) -> Fact:
    """A fact with what it is about: the provisions, the words that limit it, and how far it reaches."""
    about = Span(*subject.words).shift(sentence.span.start).of(view.text) if subject.words else ""
    about, reach = " ".join(about.split()), subject.reach
    if sentence.zone is Zone.ANNEX and view.family in _ACTS and reach is Reach.WHOLE and not subject.places:
        # What an annex contains (a treaty, terms for one territory) may have dates of its own.
        reach, about = Reach.UNREAD, about or _about(view, sentence)
    return replace(fact, scope=subject.places, outside=subject.outside, reach=reach, about=about)


def _about(view: DocumentView, sentence: Sentence) -> str:
    return " ".join(sentence.span.of(view.text).split())[:LONGEST_ABOUT]


def _names_its_act(view: DocumentView, sentence: Sentence) -> bool:
    """Whether a sentence, or the stem of its list, names the act that it stands in: "this Regulation"."""
    pack, stem = view.pack_of(sentence), view.stem_of_item(sentence)
    lines = (view.line_of(each) for each in (sentence, stem) if each is not None)
    named = anywhere((*pack.citations.this_act, *pack.facts.scope.act))
    return any(named.search(line) for line in lines)


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
        about=_about(view, sentence),
    )


def _read_subjects(
    scopes: ScopeReader, number: int, sentence: Sentence, stated: Sequence[Fact], others: Sequence[Span]
) -> dict[int, Subject]:
    """The subjects of the dates in a sentence, by the offset of the date."""
    dates = list(dict.fromkeys(f.span.shift(-sentence.span.start) for f in stated if f.type in DATED))
    if not dates:
        return {}
    apart = [span for span in others if not any(span.overlaps(day) for day in dates)]
    read = scopes.read_subjects(number, dates, apart)
    return {at.shift(sentence.span.start).start: subject for at, subject in zip(dates, read, strict=True)}


def _find_stated(view: DocumentView, sentence: Sentence, named: Sequence[Span]) -> tuple[list[Fact], list[Span]]:
    """The facts of a sentence, whatever they are about, and its expressions of time, with offsets into it.

    ``named``: the names of acts in it.
    """
    pack, family, begin = view.pack_of(sentence), view.family, sentence.span.start
    frames, head = frames_of(pack.facts), sentence.zone in LABELLED
    stem, line = view.stem_of_item(sentence), view.line_of(sentence)
    above = view.line_of(stem) if stem else ""
    relative_to = view.published if family is Family.NEWS else None
    if not frames.may_speak(line + "\n" + above, family):
        return [], []
    masked = scanner_of(pack.temporal).mask(line, parse_day(relative_to), weekdays=True)
    read = Line(line, masked, pack, relative_to, tuple(span.shift(-begin) for span in named))
    found: list[tuple[FrameMatch, Fact]] = []
    matches = frames.matches(masked.text, above, family, heading=sentence.heading, labels_only=head)
    for match, statements in read.stated(matches):
        for kind, value, at in statements:
            cue = Span(*masked.origin(*match.cue)).shift(begin) if match.cue is not None else None
            span = at.shift(begin)
            fact = Fact(
                content_id("fact", view.document_id, kind.value, value, span.start, span.end),
                kind,
                span,
                value,
                Evidence(f"facts/{match.frame.name}", VERSION, cue, match.frame.confidence),
                provision=sentence.provision,
                place=view.place_of(sentence),
            )
            found.append((match, fact))
    days = [Span(e.start, e.end) for e in masked.expressions.values()]
    return _one_a_date(found), [] if head else days


def _one_a_date(found: list[tuple[FrameMatch, Fact]]) -> list[Fact]:
    """One fact for each date, two for a time with both its ends: of several frames, the one whose cue is nearest; but
    that something is expected is said only where no cue says what.
    """
    kept: list[tuple[FrameMatch, Fact]] = []
    specific = [fact.span for match, fact in found if match.is_specific]
    for match, fact in sorted(found, key=lambda row: (row[0].distance, -len(row[1].span))):
        if fact.type is FactType.EXPECTED and any(fact.span.overlaps(span) for span in specific):
            continue
        if not any(fact.span.overlaps(other.span) and by is not match for by, other in kept):
            kept.append((match, fact))
    return sorted((fact for _, fact in kept), key=lambda fact: fact.span.start)


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
