"""Which defined terms a norm uses, and which of them is its bearer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from dutybook.document_view import DocumentView
from dutybook.languages import LanguagePack
from dutybook.languages.stems import stems
from dutybook.records import Definition, Norm, Span

#: Terms of more words than this are descriptions, not terms.
_LONGEST = 8
#: Definitions a norm is linked to at most.
_MOST = 12


class Terms:
    """The defined terms of one document in one language, to be found in its sentences."""

    def __init__(self, definitions: Iterable[Definition], pack: LanguagePack) -> None:
        self.pack = pack
        self._by_first: dict[str, list[tuple[tuple[str, ...], Definition]]] = {}
        for definition in definitions:
            words = stems(definition.term.text, pack)
            if 0 < len(words) <= _LONGEST:
                self._by_first.setdefault(words[0], []).append((words, definition))
        for known in self._by_first.values():
            known.sort(key=lambda row: (-len(row[0]), row[1].span.start))

    def __bool__(self) -> bool:
        return bool(self._by_first)

    def find(self, words: str) -> Iterator[tuple[Definition, int]]:
        """The defined terms in ``words``, longest first where they overlap, in order, each with its first word's number."""
        found = stems(words, self.pack)
        at = 0
        while at < len(found):
            known = self._by_first.get(found[at], ())
            hit = next((row for row in known if found[at : at + len(row[0])] == row[0]), None)
            if hit is None:
                at += 1
                continue
            yield hit[1], at
            at += len(hit[0])


def link_terms(view: DocumentView, norms: Sequence[Norm], definitions: Sequence[Definition]) -> tuple[Norm, ...]:
    """The norms, each with the definitions that its words (its stem's included) use, in order, each once.

    The bearer's definition is the first term in it that is defined as somebody who acts.
    """
    known: dict[str, Terms] = {}
    made: list[Norm] = []
    for norm in norms:
        terms = known.get(norm.language)
        if terms is None:
            mine = [d for d in definitions if d.language == norm.language]
            terms = known[norm.language] = Terms(mine, view.pack_for(norm.language))
        if not terms:
            made.append(norm)
            continue
        bearer = None
        if norm.bearer is not None:
            bearer = next((d.id for d, _ in terms.find(norm.bearer.text) if d.actor is not None), None)
        used = dict.fromkeys([bearer] if bearer else [])
        for span in (norm.span, norm.stem):
            used.update(dict.fromkeys(d.id for d, _ in terms.find(_words_of(span, view.text))))
        made.append(replace(norm, definitions=tuple(used)[:_MOST], bearer_definition=bearer))
    return tuple(made)


def _words_of(span: Span | None, text: str) -> str:
    return span.of(text) if span is not None else ""
