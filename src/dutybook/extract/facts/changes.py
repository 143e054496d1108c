"""Finds dates that an amending act replaces with others.

Either the date itself is replaced ("in Article 113, point (b), '2 August 2026' is replaced by '…'"), or the text
that contains it ("paragraph 2 is replaced by the following: ‘2. It shall apply from 1 June 2035.’").
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dutybook.document_view import DocumentView
from dutybook.extract.citations import find_citations_in_line
from dutybook.extract.deadlines.scanner import scanner_of
from dutybook.extract.facts import frames_of
from dutybook.languages import LanguagePack
from dutybook.languages.patterns import alternatives, anywhere
from dutybook.records import (
    Citation,
    DateChange,
    FactType,
    Genre,
    Sentence,
    Span,
    Zone,
    content_id,
)
from dutybook.records.dates import parse_day

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
        """The only day that new text gives in place of the old text. Inserted text replaces nothing."""
        sentence = self._sentences[number]
        inner = _NEW_TEXT.search(self._view.place_of(sentence))
        days = self._own_days(sentence) if inner else set()
        if inner is None or len(days) != 1:
            return None
        announcing = next(
            (n for n in range(number - 1, -1, -1) if "“" not in self._view.place_of(self._sentences[n])), None
        )
        if announcing is None:
            return None
        words = self._view.line_of(self._sentences[announcing])
        if not anywhere(self._view.pack_of(sentence).facts.scope.replaced).search(words):
            return None
        target = self._target(announcing, len(words))
        place = _within(target.place, inner[1])
        if target.work is None or target.work == self._own or place is None:
            return None
        new, span = days.pop(), sentence.span
        identity = self._identify(span, target.work, place, "", new)
        return DateChange(
            identity, sentence.provision, self._view.place_of(sentence), span, target.work, place, None, new
        )

    def _own_days(self, sentence: Sentence) -> set[date]:
        """The days on which the act that a sentence of new text belongs to begins or ceases to bind."""
        pack, line = self._view.pack_of(sentence), self._view.line_of(sentence)
        frames = frames_of(pack)
        if not frames.may_speak(line, Genre.EU_ACT):
            return set()
        masked = scanner_of(pack.temporal).mask(line, None)
        days = set()
        for match in frames.matches(masked.text, "", Genre.EU_ACT):
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
