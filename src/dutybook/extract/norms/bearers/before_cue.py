"""The bearer in languages whose subject stands before the cue (English)."""

from __future__ import annotations

from dutybook.extract.norms.actors import Actor, ActorFinder, part
from dutybook.extract.norms.bearers import open_subjects
from dutybook.extract.norms.bearers.addressees import addressed_behind, addressed_within
from dutybook.extract.norms.bearers.antecedents import antecedent
from dutybook.extract.norms.bearers.bearer import ABBREVIATION, ANTECEDENT, SUBJECT, Bearer, unlisted
from dutybook.extract.norms.bearers.spoken import Spoken
from dutybook.extract.norms.bearers.voice import auxiliary_passive
from dutybook.extract.norms.clauses import Clauses, Segment
from dutybook.extract.norms.grammar.cue_patterns import Cue
from dutybook.records import BearerClass

# Words at most between an actor's noun and the end of the phrase in which it only describes a thing.
_DESCRIBED = 3


def bearer(spoken: Spoken, clauses: Clauses, cue: Cue, start: int) -> Bearer | None:
    """The subject before the cue; whom the words behind it name, where the cue speaks to somebody."""
    words = clauses.lower[cue.start : cue.end]
    if _oblique(clauses, words) or words[0] in clauses.pack.actors.pronouns:
        # "it is the duty of the operator to"
        within = addressed_within(spoken.actors, clauses, cue)
        return within or addressed_behind(spoken.actors, clauses, cue) or _spoken_to(spoken, clauses, cue)
    if auxiliary_passive(clauses, cue):
        return None
    region = _region(spoken.actors, clauses, cue, start)
    if region is None:
        # "On no account may firms …": verb first
        return addressed_behind(spoken.actors, clauses, cue) if len(words) > 2 and cue.start == start else None
    first, last = region
    joined = clauses.lower[cue.start - 1] in clauses.pack.norms.coordinators and first + 2 < last
    if joined and clauses.lower[first] in clauses.pack.actors.pronouns:
        return antecedent(spoken, clauses, cue, start)  # "It approves the plan and is responsible for …"
    if _is_pronoun(clauses, first, last):
        return antecedent(spoken, clauses, cue, start) or _bare_pronoun(spoken, clauses, first, cue)
    found, last = _subjects(spoken.actors, clauses, region, start)
    if not found and _upright(spoken.actors, clauses, *region):
        return None  # an actor only describes the thing that is the subject
    if not found:
        return _abbreviated(clauses, first, last, cue) or _unlisted(clauses, first, last, cue)
    return _extend(clauses, _reported(clauses, found, last) or found, last)


def _oblique(clauses: Clauses, words: list[str]) -> bool:
    """Whether a cue says who must act by its object ("the law *gives* residents the right"), not "is to give"."""
    norms = clauses.pack.norms
    infinitives = set(norms.item_verbs) - set(norms.negations)
    oblique = (at for at, word in enumerate(words) if word in norms.oblique_cues)
    return any(at == 0 or words[at - 1] not in infinitives for at in oblique)


def _is_pronoun(clauses: Clauses, first: int, last: int) -> bool:
    """Whether a subject is a pronoun, or more than one ("he or she")."""
    pronouns, joins = clauses.pack.actors.pronouns, clauses.pack.norms.coordinators
    words = clauses.lower[first:last]
    return " ".join(words) in pronouns or (
        len(words) == 3 and words[1] in joins and words[0] in pronouns and words[2] in pronouns
    )


def _spoken_to(spoken: Spoken, clauses: Clauses, cue: Cue) -> Bearer | None:
    """For whom a pronoun right behind a cue stands ("work done by *members of the crew* shall entitle them to rest")."""
    if cue.end >= len(clauses) or clauses.lower[cue.end] not in clauses.pack.actors.object_pronouns:
        return None
    before = spoken.actors.find(clauses, 0, cue.start)
    if before:
        first = len(before) - 1
        while first and before[first].start - bool(before[first].determiner) - 1 == before[first - 1].end:
            first -= 1  # "members of the crew"
        return Bearer(part(clauses, before[first].start, before[-1].end), before[first].kind, ANTECEDENT)
    last = spoken.last
    return Bearer(last.part, last.kind, ANTECEDENT) if last is not None and last.part is not None else None


def subjects(actors: ActorFinder, clauses: Clauses, cue: Cue, start: int = 0) -> list[Actor]:
    """The actors that the cue's clause has as its subject, whatever the voice of its verb ("the *port* shall be deemed …")."""
    region = _region(actors, clauses, cue, start)
    return [] if region is None else _subjects(actors, clauses, region, start)[0]


def _subjects(actors: ActorFinder, clauses: Clauses, region: tuple[int, int], start: int) -> tuple[list[Actor], int]:
    """The actors among the tokens of a subject, and where the clause with it ends."""
    first, last = region
    found = _upright(actors, clauses, first, last)
    found = [a for a in found if not _names_thing(clauses, a, found, last)]
    if not found and _cites(clauses, first):
        return _before_citation(actors, clauses, first, start)
    return found, last


def _bare_pronoun(spoken: Spoken, clauses: Clauses, token: int, cue: Cue) -> Bearer | None:
    """A pronoun that stands for somebody whom the text before it does not name."""
    if clauses.lower[token] in clauses.pack.norms.demonstratives:
        return None  # "This shall ensure": a thing
    if not clauses.pack.actors.personal_verbs or not open_subjects.personal(clauses, cue, clauses.pack):
        return None
    return Bearer(part(clauses, token, token + 1), spoken.unnamed(clauses, 0, token).kind, "pronoun without its noun")


def _unlisted(clauses: Clauses, first: int, last: int, cue: Cue) -> Bearer | None:
    """A subject that no list of actors holds, by its form or its verb."""
    tokens = open_subjects.subject(clauses, first, last, cue, clauses.pack)
    if tokens is None:
        return None
    start, end = tokens
    end = max(end, _complement(clauses, end, last))
    return unlisted(clauses, (start, end))


def _upright(actors: ActorFinder, clauses: Clauses, first: int, last: int) -> list[Actor]:
    """The actors among some tokens but for those that a preposition or a gerund governs, or that are joined to such a one."""
    found: list[Actor] = []
    formulas = [c for c in clauses.cues if c.constitutive and c.end <= last]  # "the *delegation of power* shall"
    governed = -1
    for actor in actors.find(clauses, first, last):
        before = actor.start - (2 if actor.determiner else 1)
        joined = governed == before and actor.before in clauses.pack.norms.coordinators  # "by the agent or the *port*"
        gerund = bool(actor.determiner) and actor.before.endswith(clauses.pack.actors.no_nouns)
        formula = any(c.start <= actor.start < c.end for c in formulas)
        if joined or gerund or formula or not actors.nominative(actor):
            governed = actor.end
        else:
            found.append(actor)
    return found


def _names_thing(clauses: Clauses, actor: Actor, found: list[Actor], last: int) -> bool:
    """Whether the actor's noun only describes a thing, whose noun stands behind it.

    "The Partnership *Instrument* shall", "the port's *tariffs* shall", "port-wide *rules* shall", "port and local *law* shall".
    """
    words, norms, lower = clauses.pack.actors, clauses.pack.norms, clauses.lower
    things = {*words.thing_heads, *norms.documents}
    stops = {*words.prepositions, *words.determiners, *norms.coordinators, *norms.relatives, *norms.subject_stops}
    end = _noun_end(clauses, actor.end, last, stops)
    if end > actor.end and lower[end - 1] in things:
        return True
    people = [a for a in found if a.start >= end and a.head not in things]
    owned = next((t for t in range(actor.end, last) if lower[t] in words.possessives), last)
    if owned + 1 < last and not people and lower[_noun_end(clauses, owned + 1, last, stops) - 1] in things:
        return True  # "the member of the crew's *contribution*"
    if end == actor.end and end < last and lower[end] in {*words.possessives, *words.hyphens}:
        return not people
    if end + 1 >= last or lower[end] not in norms.coordinators or lower[end + 1] in words.determiners:
        return False
    more = _noun_end(clauses, end + 1, last, stops)
    return not people and lower[more - 1] in things


def _noun_end(clauses: Clauses, start: int, last: int, stops: set[str]) -> int:
    end, verbal = (
        start,
        clauses.pack.actors.no_nouns,
    )  # "carriers *giving* advice": what a gerund governs is not described
    while end < min(last, start + _DESCRIBED) and clauses.lower[end] not in stops and clauses.doc[end].is_alpha:
        if clauses.lower[end].endswith(verbal):
            return start
        end += 1
    return end


def _abbreviated(clauses: Clauses, first: int, last: int, cue: Cue) -> Bearer | None:
    """A subject that is an abbreviation and nothing else ("The AACC shall …"): what acts under such a name is a body."""
    word = clauses.doc[last - 1].text
    if set(clauses.lower[cue.end : cue.end + 1]) & set(clauses.pack.norms.content_verbs):
        return None  # "The VTSR shall contain": what has contents is a thing
    leads = all(w in clauses.pack.actors.determiners for w in clauses.lower[first : last - 1])
    if not leads or last - first > 2 or not ABBREVIATION.fullmatch(word):
        return None
    return Bearer(part(clauses, last - 1, last), BearerClass.AUTHORITY, SUBJECT)


def _reported(clauses: Clauses, found: list[Actor], last: int) -> list[Actor]:
    """ "The ministry said that carriers must …": the actor between the complementizer and the verb is meant."""
    for position in range(len(found) - 1, 0, -1):
        opener = found[position].start - (1 if found[position].determiner else 0) - 1
        if found[-1].end == last and clauses.lower[opener] in clauses.pack.norms.complementizers:
            # right after an actor the same word begins a relative clause ("the carrier that …")
            return [] if found[position - 1].end == opener else found[position:]
    return []


def _region(actors: ActorFinder, clauses: Clauses, cue: Cue, start: int) -> tuple[int, int] | None:
    """Tokens of the subject: what stands before the cue in its clause, or in the main clause before an insertion."""
    # A gap or "no …" pattern may begin before the verb: the subject is then inside it, up to its last word.
    at = cue.end - 1 if clauses.lower[cue.start] in clauses.pack.norms.no_negations else cue.start
    segment = clauses.segment_of(max(at - 1, 0))
    if segment.start < at and at - max(segment.start, start) > 0 and segment.end >= at:
        return max(segment.start, start), at
    earlier = [s for s in clauses.segments if start <= s.start and s.end <= at and not s.subordinate]
    for before in reversed(earlier):
        if _adverbial(actors, clauses, before):
            continue
        return before.start, before.end
    return None


def _cites(clauses: Clauses, first: int) -> bool:
    """Whether what stands before the verb goes on with a citation: "…, of Regulation No 5 shall", "… (EU) 2031/5 shall"."""
    after_bracket = first > 0 and clauses.lower[first - 1] == ")"
    return after_bracket or clauses.lower[first] in clauses.pack.actors.prepositions


def _before_citation(actors: ActorFinder, clauses: Clauses, first: int, start: int) -> tuple[list[Actor], int]:
    """The subject that a citation parts from its verb, and where the clause with it ends."""
    before = [s for s in clauses.segments if start <= s.start and s.end < first and not s.subordinate]
    for segment in reversed(before):
        if clauses.lower[segment.start] in clauses.pack.actors.prepositions or _inserted(clauses, segment):
            continue
        found = _upright(actors, clauses, segment.start, segment.end)
        if not found:
            continue
        leads = [a for a in found if a.start - segment.start <= 1 + (a.determiner != "")]
        return _owned(clauses, leads[:1], found), segment.end
    return [], first


def _owned(clauses: Clauses, leads: list[Actor], found: list[Actor]) -> list[Actor]:
    """With the actors that belong to the last one ("the *port's crew*")."""
    for actor in found:
        if (
            leads
            and actor.start == leads[-1].end + 1
            and clauses.lower[actor.start - 1] in clauses.pack.actors.possessives
        ):
            leads = [*leads, actor]
    return leads


def _adverbial(actors: ActorFinder, clauses: Clauses, segment: Segment) -> bool:
    words = clauses.lower[segment.start : segment.end]
    while words and words[0] in clauses.pack.norms.coordinators:
        words = words[1:]
    return (
        not words
        or _inserted(clauses, segment)
        or words[0] in clauses.pack.actors.prepositions
        or not actors.find(clauses, segment.start, segment.end)
    )


def _inserted(clauses: Clauses, segment: Segment) -> bool:
    """Whether a segment only adds to the subject before it or takes from it (", *other than* ferries,")."""
    words = clauses.lower[segment.start : segment.end]
    while words and words[0] in clauses.pack.norms.coordinators:
        words = words[1:]
    return any(words[: len(w.split())] == w.split() for w in clauses.pack.actors.subject_insertions)


def _extend(clauses: Clauses, found: list[Actor], limit: int) -> Bearer:
    """From the first subject to the last one joined to it, with a complement ("of the Member State") up to a relative."""
    first = found[0]
    end = first.end
    norms, led = clauses.pack.norms, clauses.pack.actors.prepositions
    for token in range(first.end, limit):
        word = clauses.lower[token]
        if word in norms.relatives or clauses.doc[token].text in {";", ":"} or word in norms.subject_stops:
            break
        if word == "," and token + 1 < limit and clauses.lower[token + 1] in norms.relatives:
            break
        end = token + 1
    if first.end < end < limit and clauses.lower[end] in norms.relatives and clauses.lower[end - 1] in led:
        end -= 1  # "the port *in* which the cargo lies"
    joined = [a for a in found if a.end <= end]
    after = joined[-1].end if joined else first.end
    if after < end and clauses.lower[after] in norms.coordinators:
        after = end  # joined to a noun that is no known actor
    end = max(after, _complement(clauses, first.end, end))
    while end > first.end and clauses.lower[end - 1] in {",", *norms.coordinators}:
        end -= 1
    return Bearer(part(clauses, first.start, end), first.kind, SUBJECT)


def _complement(clauses: Clauses, start: int, end: int) -> int:
    """A prepositional phrase right after the noun stays with it ("provider of a port service")."""
    goes_on = {*clauses.pack.actors.prepositions, *clauses.pack.norms.complement_openers}
    return end if start < end and clauses.lower[start] in goes_on else start
