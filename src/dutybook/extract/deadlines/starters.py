"""Finds who starts a deadline: the one who causes the event that its anchor names.

There are three ways to name that person, the same in every language: a clause with a subject ("as soon as *the
customer* has paid"), a noun with its agent or source ("receipt of the request from *the customer*"), and a verb whose
subject can only be the bearer ("having become aware"). Everything else is left open: "receipt of the request" does
not say whose request it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dutybook.document_view import DocumentView
from dutybook.languages import LanguagePack
from dutybook.languages.pack import actor_stems, stems
from dutybook.languages.patterns import anywhere
from dutybook.languages.temporal import Temporal
from dutybook.records import BearerClass, Part, Span, StarterKind

Starter = tuple[StarterKind, Part]
_WORD = re.compile(r"\w+(?:['’](?=\w))?")
#: Adjectives have more letters than this; pronouns that end like one have not.
_SHORT = 4
#: Words that a noun phrase has at most, from its determiner to its noun.
_LONGEST = 6
#: Letters that a bearer's words share with those of an actor if they are the same.
_ALIKE = 6


def find_starter(view: DocumentView, anchor: Part, bearer: Part | None, language: str) -> Starter | None:
    """Who causes the event that ``anchor`` names, with the words for it; None if the text does not say.

    ``bearer`` is the bearer of the norm, if one is named; ``language`` is that of the anchor.
    """
    pack, words = view.pack_for(language), anchor.span.of(view.text)
    trigger = _trigger(words, pack.temporal)
    if trigger is None:
        return None
    for at, clause in _openings(words, trigger, pack.temporal):
        named = _named(words, at, clause, pack)
        if named is not None:
            start, end, actor = named
            who = Part(words[start:end], Span(anchor.span.start + start, anchor.span.start + end))
            return _kind(who, actor, bearer), who
    own = anywhere(pack.temporal.own_events).match(words, trigger)
    return (StarterKind.BEARER, bearer) if own is not None and bearer is not None else None


def _trigger(words: str, temporal: Temporal) -> int | None:
    """The offset at which the event begins: after the longest trigger that opens the anchor, and white space."""
    ends = [m.end() for t in temporal.triggers if (m := anywhere(t.phrases).match(words))]
    return max(ends) + len(words[max(ends) :]) - len(words[max(ends) :].lstrip()) if ends else None


def _openings(words: str, trigger: int, temporal: Temporal) -> Iterator[tuple[int, bool]]:
    """The offsets in an anchor at which somebody may be named, and whether as the subject of a clause or after "by"
    or "from".
    """
    clause = anywhere(temporal.clause_openers).match(words)
    if clause:
        yield clause.end(), True
    for source in anywhere(temporal.from_whom).finditer(words, trigger):
        # The trigger itself ("from the day …") is no source.
        if words[trigger : source.start()].strip():
            yield source.end(), False


def _named(words: str, at: int, clause: bool, pack: LanguagePack) -> tuple[int, int, BearerClass] | None:
    """The actor whose noun phrase begins at an offset in the anchor (start, end, class); in a clause, as its subject."""
    actors = pack.actors
    determiners = {*actors.determiners, *actors.ambiguous_determiners, *actors.oblique_determiners}
    found = list(_WORD.finditer(words, at))
    start = first = 0
    while first < min(_LONGEST, len(found)):
        word, text = found[first].group().casefold(), found[first].group()
        length, kind = _longest([m.group() for m in found[first:]], pack)
        if kind is not None:
            end = first + length
            # A clause goes on after its subject, with a verb at least.
            if clause and end == len(found):
                return None
            return found[start].start(), found[end - 1].end(), kind
        if start == first and (word in determiners or len(text) == 1):
            # A subject stands in no other case ("nachdem *dem* Kunden …").
            if clause and word in actors.oblique_determiners and word not in actors.determiners:
                return None
            start = first + 1
        elif len(word) <= _SHORT or not word.endswith(actors.adjective_endings or ("",)):
            return None
        elif actors.by_capitals and text[0].isupper():
            start = first + 1
        first += 1
    return None


def _longest(words: Sequence[str], pack: LanguagePack) -> tuple[int, BearerClass | None]:
    """How many words name an actor, and its class. The noun that others describe comes last."""
    nouns = actor_stems(pack)
    for length in range(min(_LONGEST, len(words)), 0, -1):
        kind = nouns.get(stems(" ".join(words[:length]), pack))
        if kind is None and length == 1 and pack.actors.compounds:
            kind = _compound(words[0], pack)
        if kind is None or (length == 1 and pack.actors.by_capitals and not words[0][0].isupper()):
            continue
        if pack.definitions.head_last and length < len(words):
            more, last = _longest(words[length:], pack)
            return (length + more, last) if last is not None else (length, kind)
        return length, kind
    return 1, None


def _compound(word: str, pack: LanguagePack) -> BearerClass | None:
    """The class of the longest noun that a word ends in ("*Hafen*behörde")."""
    (stem,) = stems(word, pack) or ("",)
    ends = (n for n in actor_stems(pack) if len(n) == 1 and len(n[0]) > _SHORT and stem.endswith(n[0]))
    return actor_stems(pack).get(max(ends, key=len, default=()))


def _kind(who: Part, actor: BearerClass, bearer: Part | None) -> StarterKind:
    if bearer is not None and _same(who.text.casefold().split(), bearer.text.casefold().split()):
        return StarterKind.BEARER
    return StarterKind.AUTHORITY if actor is BearerClass.AUTHORITY else StarterKind.PARTY


def _same(words: Sequence[str], bearer: Sequence[str]) -> bool:
    """Whether two noun phrases are the same words, whatever their number and case."""
    return len(words) == len(bearer) and all(a[:_ALIKE] == b[:_ALIKE] for a, b in zip(words, bearer, strict=True))


__all__ = ["Starter", "find_starter"]
