"""Agents of passives: "by the operator"."""

from __future__ import annotations

from dutybook.extract.norms.actors import Actor, ActorFinder
from dutybook.extract.norms.bearers.bearer import AGENT, Bearer, named
from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.matching import Cue


def agent_of(actors: ActorFinder, clauses: Clauses, cue: Cue | None, start: int, stop: int) -> Bearer | None:
    """Who a passive says acts ("by the operator"); before the verb such a phrase belongs to a noun."""
    verb = cue.start if cue is not None else _auxiliary(clauses, start, stop)
    if verb is None:
        return None
    for segment in clauses.segments:
        if segment.subordinate or segment.end <= start or segment.start >= stop:
            continue
        for actor in actors.find(clauses, max(segment.start, start), min(segment.end, stop)):
            if actor.start < verb or _agent_of_noun(clauses, actor, verb):
                continue
            by = actor.start - (2 if actor.determiner else 1)
            if by > 0 and clauses.lower[by - 1] in clauses.pack.actors.determiners:
                continue  # "een door de autoriteit aangewezen instelling"
            if actor.before in clauses.pack.actors.agent_prepositions or (
                not actor.before and actor.determiner in clauses.pack.actors.agent_prepositions
            ):
                return named(clauses, actor, AGENT)
    return None


def _agent_of_noun(clauses: Clauses, actor: Actor, verb: int) -> bool:
    """Whether the agent belongs to a participle that only describes a noun ("muniti di caschi forniti dal gestore")."""
    endings = clauses.pack.norms.participle_endings
    if not clauses.pack.norms.commanding_verbs or not endings:
        return False
    at = actor.start - (2 if actor.determiner else 1) - 1
    main = next((t for t in range(verb, at) if clauses.lower[t].endswith(endings)), at)
    return main < at and clauses.lower[at].endswith(endings) and at - main > 1


def _auxiliary(clauses: Clauses, start: int, stop: int) -> int | None:
    return next((i for i in range(start, stop) if clauses.lower[i] in clauses.pack.norms.passive), None)
