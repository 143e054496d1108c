"""The scope of the facts in one document: sentence by sentence, since "it" goes on about what an earlier one named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dutybook.document_view import DocumentView
from dutybook.extract.facts.scope import Subject, named_in, places_in, subjects
from dutybook.extract.facts.tokens import Kind, Token, tokens_of
from dutybook.records import FactType, Reach, Sentence, SentenceRole, Span

DATED = frozenset({FactType.ENTRY_INTO_FORCE, FactType.APPLICATION, FactType.EXPIRY})
"""The facts that say from when, or until when, provisions apply."""

_ACT = Subject(act=True)


class Reaching:
    """Reads what dates are about; fed with a document's sentences in their order."""

    def __init__(self, view: DocumentView) -> None:
        self._view = view
        self._about_the_act: set[str] = set()
        self._items: dict[int, list[int]] = {}
        for number, sentence in enumerate(view.sentences):
            if sentence.stem is not None and sentence.role is SentenceRole.ITEM:
                self._items.setdefault(sentence.stem, []).append(number)

    def note(self, sentence: Sentence) -> None:
        """An article that asks for transposition speaks of the directive: "those measures" are all of it."""
        self._about_the_act.add(self._view.article_of(sentence.provision))

    def read(self, number: int, dates: Sequence[Span], others: Sequence[Span]) -> list[Subject]:
        """What the dates of a sentence are about; spans count from the sentence's start, in order."""
        sentence = self._view.sentences[number]
        article = self._view.article_of(sentence.provision)
        known = _ACT if article in self._about_the_act else None
        found = subjects(self._tokens(number, dates, others), self._above(sentence), known)
        if sentence.role is SentenceRole.STEM and number in self._items:
            found = [self._listed(number, subject) for subject in found]
        if any(subject.act for subject in found):
            self._about_the_act.add(article)
        return found

    def reserved(self, number: int, times: Sequence[Span]) -> Subject | None:
        """What a sentence beside the act's own dates says of some provisions with a time that is no day of application.

        "The duty under Article 3(1) shall apply to vessels launched after 12 September 2026": when it applies is not one day.
        """
        sentence = self._view.sentences[number]
        if not times or self._view.article_of(sentence.provision) not in self._about_the_act:
            return None
        tokens = self._tokens(number, (), times)
        if not any(token.kind in (Kind.VERB, Kind.DESPITE) for token in tokens):
            return None
        places = tuple(dict.fromkeys(places_in(tokens)))
        return Subject(places, reach=Reach.SOME, words=(0, len(sentence.span))) if places else None

    def _tokens(self, number: int, dates: Sequence[Span] = (), others: Sequence[Span] = ()) -> list[Token]:
        sentence = self._view.sentences[number]
        place = self._view.places.get(sentence.provision, "")
        return tokens_of(
            self._view.line_of(sentence), dates, others, self._view.pack_of(sentence), place, self._view.work
        )

    def _above(self, sentence: Sentence) -> Subject | None:
        if sentence.stem is None or sentence.role is not SentenceRole.ITEM:
            return None
        return named_in(self._tokens(sentence.stem))

    def _listed(self, number: int, subject: Subject) -> Subject:
        """A date in a list's stem: the items name the provisions, or those left out, or they narrow what the stem says."""
        items = [self._tokens(item) for item in self._items[number]]
        last = next((t.kind for t in reversed(self._tokens(number)) if t.kind is not Kind.NOTHING), None)
        if last is Kind.EXCEPT:
            outside = tuple(dict.fromkeys(place for tokens in items for place in places_in(tokens)))
            clear = all(places_in(tokens) for tokens in items)
            return replace(subject, outside=outside, reach=subject.reach if clear else Reach.UNREAD)
        read = [named_in(tokens) for tokens in items]
        if all(r.places and r.reach is Reach.WHOLE for r in read) and (subject.following or not subject.named):
            places = tuple(dict.fromkeys(place for r in read for place in r.places))
            outside = tuple(dict.fromkeys(place for r in read for place in (*subject.outside, *r.outside)))
            return replace(subject, places=places, outside=outside, reach=Reach.WHOLE, named=True)
        return replace(subject, reach=Reach.SOME if subject.named and not subject.following else Reach.UNREAD)
