"""Agents of passives: "by the operator"."""

from __future__ import annotations

from dutybook.extract.norms.actors import Actor, ActorFinder, part
from dutybook.extract.norms.bearers import open_subjects
from dutybook.extract.norms.bearers.bearer import ABBREVIATION, AGENT, Bearer, named, unlisted
from dutybook.extract.norms.bearers.voice import auxiliary_passive, has_passive_form, is_passive
from dutybook.extract.norms.clauses import Clauses, Segment
from dutybook.extract.norms.declension import genitive_complement
from dutybook.extract.norms.grammar.cue_patterns import Cue
from dutybook.records import BearerClass


def agent_of(actors: ActorFinder, clauses: Clauses, cue: Cue | None, start: int, stop: int) -> Bearer | None:
    """Who a passive says acts ("by the operator"); before the verb such a phrase belongs to a noun."""
    verb = cue.start if cue is not None else _auxiliary(clauses, start, stop)
    if verb is None or (cue is not None and clauses.pack.norms.subjects_anywhere and not is_passive(clauses, cue)):
        return None  # "skal omfatte foranstaltninger *truffet af* udlejeren"
    ordered = not clauses.pack.norms.free_order
    of_noun = cue is not None and _of_conduct(clauses, cue)
    for segment in clauses.segments:
        own = cue is not None and segment.start <= cue.start < segment.end  # ", which shall be kept by the operator"
        if (segment.subordinate and not own) or segment.end <= start or segment.start >= stop:
            continue
        if ordered and segment.start > verb and _other_deed(clauses, segment):
            continue
        for actor in actors.find(clauses, max(segment.start, start), min(segment.end, stop)):
            if of_noun and cue is not None:
                if actor.start >= verb:
                    break  # what is behind a ban says of what: "is prohibited on berths used by the operator"
            elif (
                actor.start < verb
                or _agent_of_noun(clauses, actor, verb)
                or (not ordered and _described_thing(clauses, segment, actor, verb))
                or (ordered and _told_of_noun(clauses, actor.start - (2 if actor.determiner else 1), actor.start, verb))
                or (ordered and _in_condition(clauses, actor, max(segment.start, verb)))
            ):
                continue
            if actor.kind is BearerClass.ANY and not actor.determiner and clauses.pack.norms.commanding_verbs:
                continue  # "un gilet par personne"
            if _responsible(clauses, actor):
                return named(clauses, actor, AGENT)
            by = actor.start - (2 if actor.determiner else 1)
            words = clauses.pack.actors
            articles = {*words.oblique_determiners, *words.ambiguous_determiners} if words.by_capitals else set()
            if by > 0 and clauses.lower[by - 1] in {*words.determiners, *articles}:
                continue  # "een door de autoriteit aangewezen instelling"
            if actor.before in clauses.pack.actors.agent_prepositions or (
                not actor.before and actor.determiner in clauses.pack.actors.agent_prepositions
            ):
                return named(clauses, actor, AGENT)
    if not ordered:
        return _instrumental(actors, clauses, verb, stop) or _behind_phrase(actors, clauses, verb, stop)
    return _abbreviated(clauses, cue) if cue is not None else None


def _instrumental(actors: ActorFinder, clauses: Clauses, verb: int, stop: int) -> Bearer | None:
    """The agent that a case names, right behind the participle ("musí být vyhotoven *inspektorem*")."""
    norms = clauses.pack.norms
    if not clauses.pack.actors.instrumental_agents:
        return None
    for segment in clauses.segments:
        if segment.subordinate or segment.end <= verb or segment.start >= stop:
            continue
        for actor in actors.find(clauses, max(segment.start, verb), min(segment.end, stop)):
            before = clauses.lower[actor.start - 1] if actor.start else ""
            cases = {c for c in actor.cases if not c.endswith((".dat", ".loc"))}
            if cases and all(c.endswith(".ins") for c in cases) and before.endswith(norms.participle_endings):
                return named(clauses, actor, AGENT)
    return None


def _behind_phrase(actors: ActorFinder, clauses: Clauses, verb: int, stop: int) -> Bearer | None:
    """An agent in no list, behind words that lead to nobody else ("potpisan *od strane* voditelja gradilišta")."""
    for phrase in clauses.pack.actors.agent_phrases if clauses.pack.actors.declensions else ():
        words = phrase.split()
        for at in range(verb, min(stop, len(clauses)) - len(words)):
            noun = at + len(words)
            if clauses.lower[at:noun] != words or clauses.segment_of(at).subordinate:
                continue
            if not open_subjects.may_stand(clauses.lower[noun], clauses.pack):
                continue
            end = genitive_complement(clauses, noun + 1, lambda token: actors.apart(clauses, token))
            return unlisted(clauses, (noun, end))
    return None


def _other_deed(clauses: Clauses, segment: Segment) -> bool:
    """Whether a clause tells with a gerund of what else is done (", without hindering inspection *by* the port")."""
    actors, first = clauses.pack.actors, segment.start
    if clauses.lower[first] not in actors.prepositions or not actors.no_nouns:
        return False
    verb = first + 1
    while verb < segment.end and clauses.lower[verb].endswith(clauses.pack.norms.adverb_endings):
        verb += 1
    return verb < segment.end and clauses.lower[verb].endswith(actors.no_nouns)


def _abbreviated(clauses: Clauses, cue: Cue) -> Bearer | None:
    """A body known by its abbreviation, right behind the participle of a passive ("shall be adopted by the *HMCC*")."""
    words, end = clauses.pack.actors, min(clauses.segment_of(cue.start).end, len(clauses))
    by = next((t for t in range(cue.end, end) if clauses.lower[t] in words.agent_prepositions), None)
    if by is None or not auxiliary_passive(clauses, cue) or _told_of_noun(clauses, by, by, cue.start):
        return None
    name = by + 1 + (by + 1 < end and clauses.lower[by + 1] in words.determiners)
    if name >= end or not ABBREVIATION.fullmatch(clauses.doc[name].text):
        return None
    if name + 1 < end and clauses.lower[name + 1] not in {*words.prepositions, *clauses.pack.norms.coordinators}:
        return None  # "by the *VTS* log"
    return Bearer(part(clauses, name, name + 1), BearerClass.AUTHORITY, AGENT)


def _agent_of_noun(clauses: Clauses, actor: Actor, verb: int) -> bool:
    """Whether the agent belongs to a participle that only describes a noun ("muniti di caschi forniti dal gestore")."""
    endings = clauses.pack.norms.participle_endings
    if not clauses.pack.norms.commanding_verbs or not endings:
        return False
    at = actor.start - (2 if actor.determiner else 1) - 1
    main = next((t for t in range(verb, at) if clauses.lower[t].endswith(endings)), at)
    return main < at and clauses.lower[at].endswith(endings) and at - main > 1


def _described_thing(clauses: Clauses, segment: Segment, actor: Actor, verb: int) -> bool:
    """Whether a comma's participle behind the verb describes a thing ("мерките, *предприети* от доставчика")."""
    opens = clauses.lower[segment.start]
    behind = verb < segment.start and clauses.lower[segment.start - 1] == ","
    return behind and actor.start - segment.start <= 3 and opens.endswith(clauses.pack.norms.participle_endings or "\0")


def _of_conduct(clauses: Clauses, cue: Cue) -> bool:
    """A cue whose subject is conduct, so that the agent stands with that noun ("the sale of crates by *carriers* is banned")."""
    words = clauses.pack.norms.conduct_cues
    return bool(words) and bool(set(words) & set(clauses.lower[cue.start : cue.end]))


def _told_of_noun(clauses: Clauses, by: int, noun: int, verb: int) -> bool:
    """Where the verb stands before its agent, "by" and its noun: whether another participle does, or it is no passive.

    "shall list the risks *reported* by carriers", "shall be kept with the papers *issued* by the port", "shall be in a
    language *understood* by pilots"; what a joining word adds to the verb is a verb ("shall be drawn up and *signed* by
    the master").
    """
    norms, lower = clauses.pack.norms, clauses.lower
    participles = [
        t
        for t in range(verb, noun)
        if lower[t].endswith(norms.participle_endings) and lower[t] not in norms.passive and clauses.doc[t].is_alpha
    ]
    auxiliary = next((t for t in range(verb, noun) if lower[t] in norms.passive), None)
    if auxiliary is None:
        return True
    if clauses.lower[auxiliary + 1] in clauses.pack.actors.prepositions:
        return True
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
    passives = {*clauses.pack.norms.passive, *clauses.pack.norms.passive_reflexives}
    return next((i for i in range(start, stop) if clauses.lower[i] in passives or has_passive_form(clauses, i)), None)
