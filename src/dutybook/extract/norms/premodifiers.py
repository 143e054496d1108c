"""What stands before a declined noun and belongs to it: "verkossa toimivien palvelujen *tarjoajien*"."""

from __future__ import annotations

from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.lists import acts

_LONGEST = 7


def with_premodifiers(clauses: Clauses, start: int, floor: int) -> int:
    """Where the noun phrase begins whose noun begins at token ``start``; not before ``floor`` or its clause.

    It goes back over words with one of the pack's ``premodifier_endings``, up to a determiner, a verb, a cue or one of
    ``premodifier_stops``.
    """
    actors, norms = clauses.pack.actors, clauses.pack.norms
    if not actors.premodifier_endings:
        return start
    stops = {*actors.premodifier_stops, *actors.determiners, *actors.prepositions, *actors.pronouns}
    stops |= {*norms.coordinators, *norms.subordinators, *norms.relatives, *norms.negations}
    cues = {t for c in clauses.cues for t in range(c.start, c.end)}
    low = max(floor, clauses.segment_of(start).start, start - _LONGEST)
    while start > low:
        word = clauses.lower[start - 1]
        if word in stops or start - 1 in cues or acts(word, clauses.pack) or not word.rpartition("-")[2].isalpha():
            break
        if not word.endswith(actors.premodifier_endings):
            break
        start -= 1
    return start
