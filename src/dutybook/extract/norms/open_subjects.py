"""Subjects whose noun no list holds: "the *sponsor* shall notify", "each *berth holder* must insure".

No list of actors is complete. A noun before a verb of duty names somebody if it is made like one who acts ("holder",
"trustee", "applicant"), or if only somebody can do what the verb says ("notify", "ensure").
"""

from __future__ import annotations

from functools import cache

from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.matching import Cue
from dutybook.languages import LanguagePack

#: Words of the noun phrase, its determiner left out, that are looked at.
_LONGEST = 8
#: Words behind a cue among which its verb stands ("shall, where needed, promptly notify").
_WITHIN = 4


def subject(clauses: Clauses, first: int, last: int, cue: Cue, pack: LanguagePack) -> tuple[int, int] | None:
    """Tokens of the noun phrase right before the verb, if it names somebody; ``[first, last)`` is where it may stand."""
    actors, norms = pack.actors, pack.norms
    if not actors.agent_endings and not actors.personal_verbs:
        return None
    lower = clauses.lower
    start = first
    while start < last and (lower[start] in norms.coordinators or not clauses.doc[start].is_alpha):
        start += 1
    if start >= last or lower[start] in actors.prepositions:
        return None  # "In such cases …": no subject, or one behind it that the comma parts
    if lower[start] in _determiners(pack):
        start += 1
    stops = {*actors.prepositions, *norms.relatives, *norms.complementizers, *norms.subject_stops, *actors.pronouns}
    end = start
    while end < last and lower[end] not in stops and (clauses.doc[end].is_alpha or lower[end] in {"-", "’s", "'s"}):
        end += 1
    words = lower[start:end]
    if not words or len(words) > _LONGEST or words[-1] in actors.no_agents or words[0].endswith(actors.no_nouns):
        return None
    if any(c.start < end and start < c.end and c.start != cue.start for c in clauses.cues):
        return None
    acts = words[-1].endswith(actors.agent_endings) if actors.agent_endings else False
    return (start, end) if acts or personal(clauses, cue, pack) else None


def personal(clauses: Clauses, cue: Cue, pack: LanguagePack) -> bool:
    """Whether only somebody can do what the verb right behind the cue says."""
    norms = pack.norms
    behind = clauses.lower[cue.end : cue.end + _WITHIN]
    verb = next((w for w in behind if w not in norms.between_verbs and not w.endswith(norms.adverb_endings)), "")
    return verb in _verbs(pack)


@cache
def _verbs(pack: LanguagePack) -> frozenset[str]:
    return frozenset(pack.actors.personal_verbs)


@cache
def _determiners(pack: LanguagePack) -> frozenset[str]:
    return frozenset({*pack.actors.determiners, *pack.actors.oblique_determiners, *pack.actors.ambiguous_determiners})
