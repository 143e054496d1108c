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
    ordered = not clauses.pack.norms.free_order
    of_noun = cue is not None and _of_conduct(clauses, cue)
    for segment in clauses.segments:
        own = cue is not None and segment.start <= cue.start < segment.end  # ", which shall be kept by the operator"
        if (segment.subordinate and not own) or segment.end <= start or segment.start >= stop:
            continue
        for actor in actors.find(clauses, max(segment.start, start), min(segment.end, stop)):
            if of_noun and cue is not None:
                if actor.start >= verb:
                    break  # what is behind a ban says of what: "is prohibited on berths used by the operator"
            elif (
                actor.start < verb
                or _agent_of_noun(clauses, actor, verb)
                or (ordered and _told_of_noun(clauses, actor, verb))
                or (ordered and _in_condition(clauses, actor, max(segment.start, verb)))
            ):
                continue
            if _responsible(clauses, actor):
                return named(clauses, actor, AGENT)
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


def _of_conduct(clauses: Clauses, cue: Cue) -> bool:
    """A cue whose subject is conduct, so that the agent stands with that noun ("the sale of crates by *carriers* is banned")."""
    words = clauses.pack.norms.conduct_cues
    return bool(words) and bool(set(words) & set(clauses.lower[cue.start : cue.end]))


def _told_of_noun(clauses: Clauses, actor: Actor, verb: int) -> bool:
    """Where the verb stands before its agent: whether another participle does, too, or the verb is no passive.

    "shall list the risks *reported* by carriers", "shall be kept with the papers *issued* by the port"; what a joining word
    adds to the verb is a verb ("shall be drawn up and *signed* by the master").
    """
    norms, lower = clauses.pack.norms, clauses.lower
    participles = [
        t
        for t in range(verb, actor.start)
        if lower[t].endswith(norms.participle_endings) and lower[t] not in norms.passive and clauses.doc[t].is_alpha
    ]
    auxiliary = next((t for t in range(verb, actor.start) if lower[t] in norms.passive), None)
    if auxiliary is None:
        return True
    by = actor.start - (2 if actor.determiner else 1)
    between = (*norms.coordinators, ",", *norms.between_verbs)
    if not participles or by - 1 not in participles:
        return False
    main = participles[0]
    if set(lower[main + 1 : by - 1]) & set(clauses.pack.actors.agent_prepositions):
        return True  # "shall be accompanied by a plan and, if any, a chart, *drawn* by the pilot"
    lead = by - 2
    while lead > main and lower[lead].endswith(norms.adverb_endings):
        lead -= 1
    return lead > main and lower[lead] not in between


def _in_condition(clauses: Clauses, actor: Actor, start: int) -> bool:
    """Whether a condition without a comma tells of the agent ("shall be valid only *if* signed by the port")."""
    norms, words = clauses.pack.norms, clauses.lower[start : actor.start]
    at = next((i for i, w in enumerate(words) if w in norms.conditions and w in norms.subordinators), None)
    return at is not None and not set(words[at:]) & set(norms.passive)


def _responsible(clauses: Clauses, actor: Actor) -> bool:
    """Whose responsibility a passive names ("shall be carried out under the responsibility of the *operator*")."""
    at = actor.start - (1 if actor.determiner else 0)
    return any(clauses.lower[max(at - len(p.split()), 0) : at] == p.split() for p in clauses.pack.actors.agent_phrases)


def _auxiliary(clauses: Clauses, start: int, stop: int) -> int | None:
    return next((i for i in range(start, stop) if clauses.lower[i] in clauses.pack.norms.passive), None)
