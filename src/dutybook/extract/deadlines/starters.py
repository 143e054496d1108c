"""Who starts a deadline: whoever brings about the event that its anchor names.

Three ways to say it, in every language the same: a clause with a subject ("as soon as *the customer* has paid"), a noun with
its agent or source ("receipt of the request from *the customer*"), and what only who must act can come to do ("having become
aware"). Everything else is left open: "receipt of the request" does not say whose request it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from dutybook.extract.deadlines.patterns import anywhere
from dutybook.extract.norms.actors import Actor, ActorFinder, part
from dutybook.extract.norms.clauses import Clauses
from dutybook.languages import LanguagePack
from dutybook.languages.sections.temporal import Temporal
from dutybook.records import BearerClass, Part, Sentence, StarterKind

Starter = tuple[StarterKind, Part]
_ALIKE = 6
_SHORT = 4
"""Adjectives have more letters than this; pronouns that end like one have not."""


class StarterFinder:
    """Finds who starts the deadlines of one document."""

    def __init__(self, text: str, sentences: Sequence[Sentence], pack_for: Callable[[str], LanguagePack]) -> None:
        self._text = text
        self._sentences = sentences
        self._pack_for = pack_for
        self._finders: dict[str, ActorFinder] = {}

    def find(self, anchor: Part, bearer: Part | None, language: str) -> Starter | None:
        """Who brings about what ``anchor`` names, with the words for it; None where the text does not say.

        ``bearer`` is who must act, where somebody is named.
        """
        pack = self._pack_for(language)
        words = anchor.span.of(self._text)
        trigger = _trigger(words, pack.temporal)
        if trigger is None:
            return None
        openings = _openings(words, trigger, pack.temporal)
        if openings:
            clauses = Clauses(self._text, anchor.span, pack)
            named = next(
                filter(None, (_named(at, clause, clauses, self._finder(pack)) for at, clause in openings)), None
            )
            if named is not None:
                return _kind(named, bearer, clauses), part(clauses, named.start, named.end)
        own = anywhere(pack.temporal.own_events).match(words, trigger)
        return (StarterKind.BEARER, bearer) if own is not None and bearer is not None else None

    def _finder(self, pack: LanguagePack) -> ActorFinder:
        if pack.code not in self._finders:
            self._finders[pack.code] = ActorFinder(self._text, self._sentences, pack)
        return self._finders[pack.code]


def _trigger(words: str, temporal: Temporal) -> int | None:
    """Where the event begins: after the longest trigger that opens the anchor, and white space."""
    ends = [m.end() for t in temporal.triggers if (m := anywhere(t.phrases).match(words))]
    return max(ends) + len(words[max(ends) :]) - len(words[max(ends) :].lstrip()) if ends else None


def _openings(words: str, trigger: int, temporal: Temporal) -> list[tuple[int, bool]]:
    """Where in an anchor somebody may be named, and whether as the subject of a clause, else after "by" or "from"."""
    clause = anywhere(temporal.clause_openers).match(words)
    # The trigger itself ("from the day …") is no source.
    sources = (m for m in anywhere(temporal.from_whom).finditer(words, trigger) if words[trigger : m.start()].strip())
    return [*([(clause.end(), True)] if clause else []), *((source.end(), False) for source in sources)]


def _named(at: int, clause: bool, clauses: Clauses, finder: ActorFinder) -> Actor | None:
    """The actor whose noun phrase begins right at a place in the anchor; in a clause, as its subject."""
    first = next((i for i in range(len(clauses)) if clauses.offset(i) - clauses.base >= at), len(clauses))
    actor = next(iter(finder.find(clauses, first)), None)
    if actor is None or not _begins(actor, first, clauses):
        return None
    if not clause:
        return actor
    # A clause goes on after its subject, with a verb at least; what was taken for the subject's complement may be that verb.
    end = actor.end if actor.end < len(clauses) else clauses.lower.index(actor.head, actor.start) + 1
    return replace(actor, end=end) if finder.nominative(actor) and end < len(clauses) else None


def _begins(actor: Actor, token: int, clauses: Clauses) -> bool:
    """Whether an actor's noun phrase begins at a token, with its determiners and adjectives."""
    actors = clauses.pack.actors
    determiners = {*actors.determiners, *actors.oblique_determiners, *actors.ambiguous_determiners}
    before = clauses.lower[token : actor.start]
    while before and before[0] in determiners:
        before = before[1:]
    return all(len(word) > _SHORT and word.endswith(actors.adjective_endings) for word in before)


def _kind(actor: Actor, bearer: Part | None, clauses: Clauses) -> StarterKind:
    if bearer is not None and _same(clauses.lower[actor.start : actor.end], bearer.text.casefold().split()):
        return StarterKind.BEARER
    return StarterKind.AUTHORITY if actor.kind is BearerClass.AUTHORITY else StarterKind.PARTY


def _same(words: Sequence[str], bearer: Sequence[str]) -> bool:
    """Whether two noun phrases are the same words, whatever their number and case."""
    return len(words) == len(bearer) and all(a[:_ALIKE] == b[:_ALIKE] for a, b in zip(words, bearer, strict=True))


__all__ = ["Starter", "StarterFinder"]
