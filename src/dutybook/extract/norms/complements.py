"""What follows a noun and belongs to it, where capitals tell nouns: "Anbieter *von Diensten*", "Leiter *des Hafenamts*"."""

from __future__ import annotations

from dutybook.extract.norms.clauses import Clauses

_LONGEST = 4
# Shorter words that end like an adjective in the genitive are none ("der", "über").
_ADJECTIVE = 5


def noun_complement(clauses: Clauses, end: int) -> int:
    """Where the noun phrase ends whose noun ends at ``end``.

    Taken along are a bare noun behind one of the pack's ``noun_links``, one behind ``genitive_determiners``, and one behind
    adjectives with ``genitive_adjectives`` ("Betreiber *wesentlicher Dienste*"), each with its adjectives.
    """
    actors = clauses.pack.actors
    if end >= len(clauses):
        return end
    noun = None
    if clauses.lower[end] in {*actors.noun_links, *actors.genitive_determiners}:
        noun = _noun(clauses, end + 1, actors.adjective_endings)
    elif _genitive_adjective(clauses, end):
        noun = _noun(clauses, end + 1, actors.genitive_adjectives)
    return end if noun is None else noun + 1


def _noun(clauses: Clauses, at: int, endings: tuple[str, ...]) -> int | None:
    """The first noun from ``at`` on, behind nothing but adjectives."""
    for token in range(at, min(at + _LONGEST, len(clauses))):
        word = clauses.doc[token]
        if word.text[:1].isupper():
            return token
        if not word.is_alpha or not word.lower_.endswith(endings) or word.lower_ in _stops(clauses):
            return None
    return None


def _genitive_adjective(clauses: Clauses, token: int) -> bool:
    word, endings = clauses.lower[token], clauses.pack.actors.genitive_adjectives
    ends = bool(endings) and len(word) >= _ADJECTIVE and word.endswith(endings)
    return ends and clauses.doc[token].is_lower and word not in _stops(clauses)


def _stops(clauses: Clauses) -> frozenset[str]:
    actors, norms = clauses.pack.actors, clauses.pack.norms
    words = (actors.determiners, actors.ambiguous_determiners, actors.oblique_determiners, actors.prepositions)
    return frozenset({*norms.subordinators, *norms.coordinators, *norms.negations}.union(*words))
