"""Finds the subject where it stands before its verb and may be left out (Spanish): by the words next to the verb."""

from __future__ import annotations

from dataclasses import dataclass

from dutybook.extract.norms.actors import Actor, ActorFinder
from dutybook.extract.norms.bearers import open_subjects
from dutybook.extract.norms.bearers.voice import auxiliary_passive, reflexive, verb_start
from dutybook.extract.norms.clauses import Clauses, Segment
from dutybook.extract.norms.grammar.cue_patterns import Cue
from dutybook.records import BearerClass

# A subject with more words than this behind its noun holds a clause that was not told.
_LONGEST = 16
# Words between a verb and a subject behind it ("Deberán, además, los operadores").
_BEHIND = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """Tokens ``[start, end)`` of a subject. Without ``actor``: a pronoun, or (``dropped``) nothing at all."""

    start: int
    end: int
    actor: Actor | None = None
    dropped: bool = False


def has_subject(clauses: Clauses, start: int, cue: Cue) -> bool:
    """Whether a noun phrase or a pronoun stands between ``start`` and the verb."""
    verb = verb_start(clauses, cue)
    if verb > start and clauses.lower[verb - 1] in clauses.pack.actors.pronouns:
        return True
    following = clauses.lower[cue.end] if cue.end < len(clauses) else ""
    if reflexive(clauses, cue) and following in clauses.pack.actors.determiners:
        return True  # "y se permite el estacionamiento"
    return not _adverbial(clauses, start, verb) if verb > start else False


def subject_of(actors: ActorFinder, clauses: Clauses, cue: Cue, start: int) -> Subject | None:
    """The subject of ``cue`` within a statement that begins at ``start``; None where it is no actor."""
    norms = clauses.pack.norms
    verb = verb_start(clauses, cue)
    if clauses.lower[cue.start] in set(norms.negations) - set(norms.close_negations) and cue.end - cue.start > 2:
        verb = cue.end - 1  # "ningún operador podrá": the subject is inside the cue
    own = clauses.segment_of(max(cue.start, verb - 1) if verb > cue.start else cue.start)
    low = max(own.start, start)
    if verb > low:
        found = _in_region(actors, clauses, low, verb, verb) or _unlisted(clauses, low, verb, cue)
        if found is not None:
            return _with_earlier(actors, clauses, found, own, start)
        if not _adverbial(clauses, low, verb):
            return None
    for segment in reversed([s for s in clauses.segments if s.end <= own.start and s.end > start]):
        if segment.subordinate:
            continue
        low = max(segment.start, start)
        found = _in_region(actors, clauses, low, segment.end, verb)
        if found is not None:
            return _with_earlier(actors, clauses, found, segment, start)
        if not _adverbial(clauses, low, segment.end):
            return _first(actors, clauses, start, cue)
    behind = _behind(actors, clauses, cue)
    if behind is not None:
        return behind
    return Subject(verb, verb, dropped=True) if norms.pro_drop and not _is_thing(clauses, cue) else None


def _first(actors: ActorFinder, clauses: Clauses, start: int, cue: Cue) -> Subject | None:
    """An actor that begins the sentence, where only insertions stand between it and the verb."""
    main = next((s for s in clauses.segments if not s.subordinate and s.end > start), None)
    if main is None or main.end > cue.start or any(start <= c.start < cue.start for c in clauses.main_cues()):
        return None
    found = _in_region(actors, clauses, max(main.start, start), main.end, cue.start)
    return found if found is not None and found.actor is not None and found.start - main.start <= 1 else None


def _in_region(actors: ActorFinder, clauses: Clauses, low: int, high: int, verb: int) -> Subject | None:
    """The first actor in the nominative among tokens ``[low, high)``, or a pronoun right before the verb."""
    pack = clauses.pack
    low = _reported_from(clauses, low, high)
    for actor in actors.find(clauses, low, high):
        if not actors.nominative(actor) or not _determined(clauses, actor, low):
            continue
        if set(pack.norms.relatives) & set(clauses.lower[low : actor.start]) and not _adverbial(clauses, low, high):
            continue  # "las cuotas que la comunidad fije serán …": the subject of a clause inside the subject
        end = _extended(clauses, actor, high)
        if end == high < verb and clauses.lower[high - 1] in pack.norms.coordinators and verb - high < _LONGEST:
            end = verb  # "el responsable y, en su caso, su representante llevarán"
        return Subject(actor.start, _trimmed(clauses, actor.end, end), actor)
    if high == verb and clauses.lower[verb - 1] in pack.actors.pronouns:
        before = clauses.lower[verb - 2] if verb - 2 >= low else ""
        if before not in pack.actors.prepositions and before not in pack.actors.determiners:
            return Subject(verb - 1, verb)
    return None


def _unlisted(clauses: Clauses, low: int, verb: int, cue: Cue) -> Subject | None:
    """A subject that no list of actors holds, told by its form or by its verb ("el guía de montaña informará")."""
    low = _reported_from(clauses, low, verb)
    if low < verb and clauses.lower[low] not in clauses.pack.actors.determiners:
        return None
    tokens = open_subjects.head_first(clauses, low, verb, cue, reflexive=reflexive(clauses, cue))
    if tokens is None:
        return None
    start, end = tokens
    actor = Actor(start, end, BearerClass.BUSINESS, clauses.lower[low], "", clauses.lower[start])
    return Subject(start, _trimmed(clauses, end, _extended(clauses, actor, verb)), actor)


def _reported_from(clauses: Clauses, low: int, high: int) -> int:
    """Where what is reported begins, behind the complementizer of "anunció que"; ``low`` where nothing is."""
    norms = clauses.pack.norms
    for token in range(high - 1, low, -1):
        if clauses.lower[token] in norms.complementizers and clauses.lower[token - 1] in norms.reporting:
            return token + 1
    return low


def _determined(clauses: Clauses, actor: Actor, low: int) -> bool:
    if actor.determiner or not clauses.pack.actors.articles_required:
        return True
    return all(w in clauses.pack.norms.coordinators for w in clauses.lower[low : actor.start])


def _extended(clauses: Clauses, actor: Actor, limit: int) -> int:
    """The noun phrase goes on to its verb, or up to a clause or a reference ("los proveedores de servicios de pago")."""
    norms, actors = clauses.pack.norms, clauses.pack.actors
    stops = {*norms.relatives, *norms.conditions, *norms.subject_stops, *norms.negations}
    end = actor.end
    while end < limit and end - actor.end < _LONGEST and clauses.lower[end] not in stops:
        end += 1
    if end < limit and end - actor.end >= _LONGEST:
        return actor.end
    while end < limit and end > actor.end and clauses.lower[end - 1] in {*actors.prepositions, *actors.determiners}:
        end -= 1  # "a [que se refiere]"
    return end


def _trimmed(clauses: Clauses, floor: int, end: int) -> int:
    """Without adverbs, joining words and punctuation at the end."""
    norms = clauses.pack.norms
    loose = {*norms.clitics, *norms.close_negations, *norms.coordinators, *norms.between_verbs, ","}
    while end > floor and (clauses.lower[end - 1] in loose or clauses.lower[end - 1].endswith(norms.adverb_endings)):
        end -= 1
    return end


def _with_earlier(actors: ActorFinder, clauses: Clauses, found: Subject, own: Segment, start: int) -> Subject:
    """ "Los fabricantes, los importadores y los distribuidores": the subject begins with the first of a row."""
    joiners = set(clauses.pack.norms.coordinators)
    joins = bool(set(clauses.lower[found.start : found.end]) & joiners)
    first = found
    for segment in reversed([s for s in clauses.segments if s.end <= own.start and s.start >= start]):
        if segment.subordinate or _adverbial(clauses, segment.start, segment.end):
            continue  # "el titular y, en su caso, su representante"
        joins = joins or clauses.lower[segment.end - 1] in joiners
        row = actors.find(clauses, segment.start, segment.end) if joins and not segment.subordinate else []
        if not row or row[0].start - segment.start > 1 or not actors.nominative(row[0]) or segment.end - row[0].end > 6:
            break
        if first.start - own.start > 1 and not joiners & set(clauses.lower[own.start : first.start]):
            break
        first, own = Subject(row[0].start, found.end, row[0]), segment
    return first


def _adverbial(clauses: Clauses, low: int, high: int) -> bool:
    """Whether the words before a verb are no subject: no noun phrase, which would begin with a determiner."""
    norms = clauses.pack.norms
    light = {*norms.coordinators, *norms.between_verbs}
    words = list(clauses.lower[low:high])
    while words and (words[0] in light or words[0].endswith(norms.adverb_endings)):
        words.pop(0)
    return not words or words[0] not in clauses.pack.actors.determiners or words[0] in norms.negations


def _behind(actors: ActorFinder, clauses: Clauses, cue: Cue) -> Subject | None:
    """A subject right behind its verb ("Resolverá el ministro"): an actor that is meant definitely."""
    found = actors.find(clauses, cue.end, min(cue.end + _BEHIND + 6, len(clauses)))
    exempted = _exempted(actors, clauses, cue)
    if exempted is not None:
        return exempted
    if not found or not found[0].determiner or not actors.nominative(found[0]):
        return None
    first = found[0]
    indefinite = first.determiner in clauses.pack.temporal.numbers
    plural = clauses.lower[cue.end - 1].endswith("n") or clauses.lower[cue.start].endswith("n")
    agrees = plural == first.determiner.endswith("s")
    near = first.start - 1 - cue.end < _BEHIND
    lead = clauses.lower[cue.end : first.start - 1]
    plain = all(
        w in {",", *clauses.pack.norms.between_verbs} or w.endswith(clauses.pack.norms.adverb_endings) for w in lead
    )
    # "Quedan exentas las barcas de la escuela": nothing but the subject follows a verb without an object
    alone = cue.label == "exemption" and not cue.form
    end = _extended(clauses, first, clauses.segment_of(first.start).end) if alone else first.end
    return Subject(first.start, end, first) if near and plain and agrees and not indefinite else None


def _exempted(actors: ActorFinder, clauses: Clauses, cue: Cue) -> Subject | None:
    """Who is exempt, behind what from: "no precisan autorización *los clubes*", "están exentas de la tasa *las peñas*"."""
    own = clauses.segment_of(cue.end - 1)
    if cue.label != "exemption" or cue.form or cue.start != own.start or cue.end >= own.end:
        return None
    first = clauses.lower[cue.end]
    if first in clauses.pack.actors.determiners or not clauses.doc[cue.end].is_alpha:
        return None
    plural = clauses.lower[cue.end - 1].endswith(("n", "s"))
    for actor in actors.find(clauses, cue.end + 1, own.end):
        led = clauses.lower[actor.start - 2] in clauses.pack.actors.prepositions
        if actor.determiner and not led and actor.before not in clauses.pack.actors.prepositions:
            if plural is actor.determiner.endswith("s") and actors.nominative(actor):
                return Subject(actor.start, _extended(clauses, actor, own.end), actor)
            return None
    return None


def _is_thing(clauses: Clauses, cue: Cue) -> bool:
    """A verb without a subject whose subject is what was spoken of, not who acts: reflexives and passives."""
    after = clauses.lower[cue.end] if cue.end < len(clauses) else ""
    norms = clauses.pack.norms
    copula = bool(set(clauses.lower[cue.start : cue.end]) & set(norms.passive))
    return copula or reflexive(clauses, cue) or auxiliary_passive(clauses, cue) or after in norms.passive
