"""Finds defined terms: what a word means in an act, and whether it names somebody who acts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from dutybook.document_view import DocumentView
from dutybook.languages import LanguagePack
from dutybook.records import BearerClass, Definition, Evidence, Part, Sentence, SentenceRole, Span, Zone, content_id

__all__ = ["actor_class", "defined_terms", "find_definitions", "noun_class", "quoted_terms"]

VERSION = "1"
#: As much of a definition as can introduce terms.
LONGEST = 2_000
#: The first term stands within so many characters; what follows later is a term only in brackets ("(‘data subject’)").
_LEAD = 60
#: Characters after a term within which its definition must name a person ("‘controller’ means the natural or legal …").
_DEFINED_WITHIN = 45
# Each opening sign with its own closing one: an apostrophe inside a term ("service d’accès") closes nothing.
_PAIRS = (("«", "»"), ("„", "“”"), ("“", "”"), ("‘", "’"), ('"', '"'), ("»", "«"))
_INSIDE = "|".join(rf"{o}\s?([^{o}{c}()]{{2,80}}?)\s?[{c}](?!\w)" for o, c in _PAIRS)
_QUOTED = re.compile(_INSIDE)
_BRACKETED = re.compile(rf"\(\s?[^()‘“„«\"]{{0,40}}(?:{_INSIDE})\s?\)")
# "Skipper: every person who …", "[operador]: la persona que …"
_LABEL = re.compile(r"\[?(?P<term>[^\W\d_][^:;.,()\[\]]{1,59}?)\]?\s?:\s")
_BETWEEN = re.compile(r"[\s,/]*(?:\w{1,4}[\s,/]+){0,2}")


def quoted_terms(piece: str) -> Iterator[tuple[int, int]]:
    """The ranges of the quoted terms of a definition: first the defined one, then the name that its brackets give to
    something.
    """
    first = _QUOTED.search(piece, 0, _LEAD + 90)
    if first is None or first.start() > _LEAD:
        return
    taken = set()
    at: re.Match[str] | None = first
    while at is not None:
        taken.add(_inside(at)[0])
        yield _inside(at)
        # "‘producer’ or ‘manufacturer’ means": only joining words stand between the terms
        link = _BETWEEN.match(piece, at.end())
        at = _QUOTED.match(piece, link.end()) if link else None
    for match in _BRACKETED.finditer(piece):
        if _inside(match)[0] not in taken:
            yield _inside(match)


def _inside(match: re.Match[str]) -> tuple[int, int]:
    """Where the words between the quotation marks stand."""
    return match.span(match.lastindex or 0)


def actor_class(term: str, pack: LanguagePack) -> BearerClass | None:
    """The class of what a definition describes, by its first words; None if it describes nobody who acts."""
    folded = term.casefold()
    heads = [(head.casefold(), kind) for kind, words in pack.actors.definition_heads.items() for head in words]
    places = [(folded.find(head), len(head), kind) for head, kind in heads]
    hits = sorted(hit for hit in places if 0 <= hit[0] < _DEFINED_WITHIN)
    if not hits:
        return None
    # "une personne physique" lies in front of "personne physique ou morale": what ends later says more
    at, length, _ = hits[0]
    meeting = [hit for hit in hits if hit[0] < at + length]
    return BearerClass(max(meeting, key=lambda hit: hit[0] + hit[1])[2])


def noun_class(term: str, pack: LanguagePack) -> BearerClass | None:
    """The class of an actor's noun at the head of a term ("cloud service *provider*", "*fournisseur* de services")."""
    words = term.casefold().split()
    cut = next((i for i, w in enumerate(words) if i and w in pack.actors.prepositions), len(words))
    return _nouns(pack, tuple(words[:cut]))


@lru_cache(10_000)
def _nouns(pack: LanguagePack, words: tuple[str, ...]) -> BearerClass | None:
    for kind in BearerClass:
        for noun in getattr(pack.actors, kind.value):
            *lead, last = noun.casefold().split()
            for ending in pack.actors.inflections:
                known = (*lead, last + ending)
                if pack.definitions.head_last:
                    here = words[-len(known) :]
                    if here == known or (pack.actors.compounds and len(known) == 1 and here[-1:][0].endswith(known[0])):
                        return kind
                elif words[: len(known)] == known:
                    return kind
    return None


def find_definitions(view: DocumentView) -> tuple[Definition, ...]:
    """The terms that a document defines, in text order: in its lists of definitions, and where a pattern of the pack
    matches.

    ``nth`` counts the terms of one place from 1, so that language versions of an act can be compared term by term.
    """
    text = view.text
    found: list[Definition] = []
    count: dict[str, int] = {}
    for sentence, start, end, rule in defined_terms(view):
        pack = view.pack_of(sentence)
        piece = view.line_of(sentence, LONGEST)
        place = view.place_of(sentence)
        start = _without_article(piece, start, end, pack)
        count[place] = nth = count.get(place, 0) + 1
        span = Span(sentence.span.start + start, sentence.span.start + end)
        kind = actor_class(piece[end : end + 160], pack) if rule == "term" else None
        kind = kind or noun_class(piece[start:end], pack)
        found.append(
            Definition(
                id=content_id("definition", view.document_id, place, nth, span.of(text)),
                provision=sentence.provision,
                place=place,
                nth=nth,
                span=sentence.span,
                term=Part(span.of(text), span),
                actor=kind,
                language=sentence.language,
                evidence=Evidence(f"definitions/{rule}", VERSION, span, 0.9 if rule != "pattern" else 0.8),
            )
        )
    return tuple(found)


def defined_terms(view: DocumentView) -> Iterator[tuple[Sentence, int, int, str]]:
    """Each term with the sentence that defines it, its range in that sentence, and the rule that found it."""
    defining: set[int] = set()
    for index, sentence in enumerate(view.sentences):
        if sentence.zone not in {Zone.DEFINITION, Zone.ENACTING}:
            continue
        pack = view.pack_of(sentence)
        piece = view.line_of(sentence, LONGEST)
        # The items of "X in this Act is: …" say what X is; those of "In this Act" alone are terms of their own.
        stem = view.sentences[sentence.stem] if sentence.stem is not None and sentence.stem not in defining else None
        listed = stem is not None and _introduces(stem.span.of(view.text), pack)
        for start, end, rule in _terms(piece, sentence, pack, listed):
            defining.add(index)
            yield sentence, start, end, rule


def _introduces(stem: str, pack: LanguagePack) -> bool:
    folded = stem[:LONGEST].casefold()
    return any(words in folded for words in pack.structure.definition_stems)


def _terms(piece: str, sentence: Sentence, pack: LanguagePack, listed: bool) -> Iterator[tuple[int, int, str]]:
    # an item whose own list explains it is a stem, too
    nested = sentence.stem is not None and sentence.role is SentenceRole.STEM
    item = nested or sentence.role is SentenceRole.ITEM
    if sentence.zone is Zone.DEFINITION and (item or sentence.role is not SentenceRole.STEM):
        number = 0
        for start, end in quoted_terms(piece):
            yield start, end, "term" if number == 0 or start < _LEAD else "bracket"
            number += 1
        if number:
            return
        if item:
            for pattern in (_LABEL, *(_patterns(pack.definitions.items) if listed else ())):
                label = pattern.match(piece)
                if label:
                    yield *label.span("term"), "term"
                    return
    for pattern in _patterns(pack.definitions.patterns):
        match = pattern.match(piece)
        if match:
            yield *match.span("term"), "pattern"
            return


def _without_article(piece: str, start: int, end: int, pack: LanguagePack) -> int:
    """The offset of the term after its article ("el interesado", "the data subject")."""
    term = piece[start:end]
    first, _, rest = term.partition(" ")
    if rest and first.casefold() in {*pack.actors.determiners, *pack.actors.oblique_determiners}:
        return start + len(first) + 1
    return start


@cache
def _patterns(sources: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p, re.IGNORECASE) for p in sources)
