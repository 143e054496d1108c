"""Dates that an amending act puts in place of others.

Either the date itself is replaced ("in Article 113, point (b), '2 August 2026' is replaced by '…'"), or the words that hold it
("paragraph 2 is replaced by the following: ‘2. It shall apply from 1 June 2035.’").
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dutybook.extract.citations import find_citations
from dutybook.extract.deadlines.expressions import scanner_of
from dutybook.extract.deadlines.patterns import alternatives, anywhere
from dutybook.extract.facts.frames import frames_of
from dutybook.languages import LanguagePack
from dutybook.records import (
    Citation,
    DateChange,
    FactType,
    Genre,
    Provision,
    ProvisionKind,
    Sentence,
    Span,
    Zone,
    content_id,
)

LONGEST_SENTENCE = 20_000
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


def find_date_changes(
    text: str,
    sentences: Sequence[Sentence],
    pack_for: Callable[[str], LanguagePack],
    provisions: Iterable[Provision] = (),
    title: str = "",
    own: str | None = None,
    document: str = "",
) -> tuple[DateChange, ...]:
    """The changes in text order; one whose act or days are not clear is left out.

    Args:
        text: the document's text.
        sentences: its sentences; an item's stem, or its article, may name the act and the article.
        pack_for: language code to pack.
        provisions: the document's.
        title: the document's title: what it amends where no sentence says so.
        own: the document's own work, which it does not amend.
        document: the document's id, part of each change's id.
    """
    reader = _Reader(text, sentences, pack_for, provisions, title, own)
    return tuple(change for number in range(len(sentences)) for change in reader.changes(number, document))


class _Reader:
    def __init__(
        self,
        text: str,
        sentences: Sequence[Sentence],
        pack_for: Callable[[str], LanguagePack],
        provisions: Iterable[Provision],
        title: str,
        own: str | None,
    ) -> None:
        self._text = text
        self._sentences = sentences
        self._pack_for = pack_for
        self._provisions = {p.id: p for p in provisions}
        self._title = title
        self._own = own

    def changes(self, number: int, document: str) -> Iterator[DateChange]:
        sentence = self._sentences[number]
        if sentence.zone not in _SPEAKING:
            return
        if sentence.zone is Zone.AMENDMENT and (made := self._rewritten(number, document)):
            yield made
            return
        pack = self._pack_for(sentence.language)
        line = self._line(sentence)
        if not anywhere(pack.facts.scope.replaced).search(line):
            return
        for old, new, span in _pairs(line, pack):
            target = self._target(number, span.start)
            if target.work is None or target.work == self._own:
                continue
            # The whole sentence says what happens; of a very long one the days and what stands between them.
            at = sentence.span if len(line) <= LONGEST_QUOTE else span.shift(sentence.span.start)
            yield DateChange(
                content_id("date change", document, at.start, at.end, span.start, target.work, target.place, old, new),
                sentence.provision,
                self._place(sentence),
                at,
                target.work,
                target.place,
                old,
                new,
            )

    def _rewritten(self, number: int, document: str) -> DateChange | None:
        """The one day that new text gives to what it replaces; inserted text replaces nothing."""
        sentence = self._sentences[number]
        inner = _NEW_TEXT.search(self._place(sentence))
        days = self._own_days(sentence) if inner else set()
        if inner is None or len(days) != 1:
            return None
        announcing = next((n for n in range(number - 1, -1, -1) if "“" not in self._place(self._sentences[n])), None)
        if announcing is None:
            return None
        words = self._line(self._sentences[announcing])
        if not anywhere(self._pack_for(sentence.language).facts.scope.replaced).search(words):
            return None
        target = self._target(announcing, len(words))
        place = _within(target.place, inner[1])
        if target.work is None or target.work == self._own or place is None:
            return None
        new, span = days.pop(), sentence.span
        identity = content_id("date change", document, span.start, span.end, target.work, place, "", new)
        return DateChange(identity, sentence.provision, self._place(sentence), span, target.work, place, None, new)

    def _own_days(self, sentence: Sentence) -> set[date]:
        """The days on which the act that a sentence of new text belongs to begins or ceases to bind."""
        pack, line = self._pack_for(sentence.language), self._line(sentence)
        frames = frames_of(pack)
        if not frames.may_speak(line, Genre.EU_ACT):
            return set()
        masked = scanner_of(pack.temporal).mask(line, None)
        days = set()
        for match in frames.matches(masked.text, "", Genre.EU_ACT):
            said = masked.inside(match.start, match.end)
            if match.frame.type in _OWN_DAYS and said is not None:
                try:
                    days.add(date.fromisoformat(said.value))
                except ValueError:
                    continue
        return days

    def _place(self, sentence: Sentence) -> str:
        provision = self._provisions.get(sentence.provision)
        return sentence.place or (provision.place if provision else "")

    def _line(self, sentence: Sentence) -> str:
        return self._text[sentence.span.start : min(sentence.span.end, sentence.span.start + LONGEST_SENTENCE)]

    def _target(self, number: int, until: int, depth: int = 0) -> _Target:
        """What the words of a sentence before ``until`` name, completed by its stem, its article and the title."""
        sentence = self._sentences[number]
        above = self._above(number, depth)
        work, place = above.work, above.place
        for citation in self._cited(sentence, above):
            if citation.span.start >= sentence.span.start + until or citation.work == self._own:
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
        article = self._article(sentence.provision)
        for earlier in range(number - 1, max(-1, number - 200), -1):
            if self._article(self._sentences[earlier].provision) != article:
                break
            works = {c.work for c in self._cited(self._sentences[earlier], _Target()) if c.work} - {self._own}
            if works:
                return _Target(works.pop()) if len(works) == 1 else _Target()
        return _Target(self._titled())

    def _titled(self) -> str | None:
        """The one other act that the document's title names."""
        language = self._sentences[0].language if self._sentences else "en"
        span = Span(0, len(self._title))
        cited = find_citations(self._title, [Sentence(span, "", Zone.ENACTING, language)], self._pack_for)
        works = {c.work for c in cited if c.work} - {self._own}
        return works.pop() if len(works) == 1 else None

    def _cited(self, sentence: Sentence, above: _Target) -> tuple[Citation, ...]:
        one = replace(sentence, zone=Zone.ENACTING, stem=None)
        return find_citations(self._text, [one], self._pack_for, above.work, lambda _: above.place)

    def _article(self, identity: str) -> str:
        provision = self._provisions.get(identity)
        while provision is not None and provision.kind is not ProvisionKind.ARTICLE:
            provision = self._provisions.get(provision.parent or "")
        return provision.id if provision is not None else identity


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
    """Days with what replaces them, and the words from the one to the other."""
    masked = scanner_of(pack.temporal).mask(line, None)
    days = sorted((e for e in masked.expressions.values() if e.slot == "date"), key=lambda e: e.start)
    between = re.compile(rf"\W*(?:{alternatives(pack.facts.scope.replaced)})(?:\W+\w+){{0,3}}\W+", re.IGNORECASE)
    for old, new in itertools.pairwise(days):
        if between.fullmatch(line, old.end, new.start):
            try:
                pair = date.fromisoformat(old.value), date.fromisoformat(new.value)
            except ValueError:
                continue
            yield *pair, Span(old.start, new.end)
