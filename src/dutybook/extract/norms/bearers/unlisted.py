"""Subjects that no list of actors holds, where words stand in any order: by their form, their verb or their clause."""

from __future__ import annotations

from dutybook.extract.norms.actors import ActorFinder, part
from dutybook.extract.norms.bearers import open_subjects
from dutybook.extract.norms.bearers.addressees import addressed
from dutybook.extract.norms.bearers.bearer import SUBJECT, Bearer, unlisted
from dutybook.extract.norms.bearers.spoken import Spoken
from dutybook.extract.norms.bearers.unknown_subjects import unknown_subject
from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.declension import impersonal
from dutybook.extract.norms.lists import acts
from dutybook.extract.norms.grammar.cue_patterns import Cue
from dutybook.records import BearerClass

#: Words that a stem without a verb has at most.
_LONE = 3


def declined_subject(actors: ActorFinder, clauses: Clauses, cue: Cue | None, start: int, stop: int) -> Bearer | None:
    """A declined subject that no list of actors holds ("bartnik okurza barć", "sternik obowiązany jest")."""
    if not clauses.pack.actors.declensions or impersonal(clauses):
        return None
    main = (s for s in clauses.segments if not s.subordinate and start <= s.start < stop)
    acting = (i for s in main for i in range(s.start, s.end) if acts(clauses.lower[i], clauses.pack))
    verb = cue.start if cue is not None else next(acting, None)
    if verb is None:
        return None
    own = clauses.segment_of(verb)
    low = max(own.start, start)
    first = clauses.segment_of(start)
    spans = [(low, verb)]
    if own.start > start and low == verb and not first.subordinate and clauses.segment_of(first.end).relative:
        spans.append((start, first.end))  # "Ověřující, který …, vyrozumí úřad"
    for begin, end in spans:
        tokens = open_subjects.declined_subject(
            clauses, (begin, end), verb, cue, clauses.pack, lambda at: actors.apart(clauses, at)
        )
        if tokens is not None:
            return unlisted(clauses, tokens)
    return None


def subject_behind(actors: ActorFinder, clauses: Clauses, start: int, stop: int) -> Bearer | None:
    """The declined noun phrase that ends a clause whose object stands before its verb ("Potvrdu izdaje *ispitna kuća*").

    Only somebody can do what the verb says, and what stands first is a document or an accusative by its ending.
    """
    pack = clauses.pack
    if not pack.actors.object_endings or impersonal(clauses):
        return None
    main = next((s for s in clauses.segments if not s.subordinate and start <= s.start < stop), None)
    if main is None or set(pack.norms.passive_reflexives) & set(clauses.lower[main.start : main.end]):
        return None
    first = clauses.lower[main.start]
    verb = next((t for t in range(main.start + 1, main.end) if acts(clauses.lower[t], pack)), None)
    if (
        verb is None
        or acts(first, pack)
        or not (first in pack.norms.documents or first.endswith(pack.actors.object_endings))
    ):
        return None
    if clauses.lower[verb] not in {*pack.norms.commanding_verbs} - {*pack.norms.binding_verbs}:
        return None
    at = verb + 1
    for actor in actors.find(clauses, at, main.end):
        if actor.start == at and not actors.nominative(actor):
            at = actor.end  # "Číslo prideľuje *rejdárovi* ústav"
    while at < main.end and clauses.lower[at] in pack.norms.between_verbs:
        at += 1
    tokens = open_subjects.noun_phrase(clauses, at, main.end, pack, lambda token: actors.apart(clauses, token))
    return unlisted(clauses, tokens) if tokens is not None else None


def lone_subject(clauses: Clauses) -> tuple[int, int] | None:
    """The tokens of a stem that is nothing but a noun or two, which no list holds ("Prokazující: a) zachází s …")."""
    pack = clauses.pack
    if not pack.actors.declensions or not pack.actors.agent_endings:
        return None
    end = next((t for t in range(len(clauses)) if not clauses.doc[t].is_alpha), len(clauses))
    named = 0 < end <= _LONE and open_subjects.may_act(clauses.lower[0], pack)
    signs = all(not clauses.doc[t].is_alpha and not clauses.doc[t].like_num for t in range(end, len(clauses)))
    return (0, end) if named and signs else None


def open_subject(clauses: Clauses, cue: Cue | None, start: int, verb: int | None) -> Bearer | None:
    """A noun phrase at the clause's start that no list holds, where its form or its verb shows that somebody is meant."""
    words = clauses.pack.actors
    if not words.agent_endings or words.declensions or not clauses.pack.norms.pro_drop or verb is None:
        return None
    low = max(clauses.segment_of(verb).start, start)
    tokens = open_subjects.leading(clauses, low, verb, cue, clauses.pack)
    if tokens is None:
        return None
    return unlisted(clauses, tokens)


def beside_verb(clauses: Clauses, cue: Cue | None, start: int) -> Bearer | None:
    """A noun beside a verb that stands second, in languages where only the main clause is told by that."""
    if cue is None or not clauses.pack.norms.subjects_anywhere:
        return None
    tokens = open_subjects.verb_second(clauses, cue, start, clauses.pack)
    return unlisted(clauses, tokens) if tokens is not None else None


def not_listed(actors: ActorFinder, clauses: Clauses, cue: Cue | None, start: int) -> Bearer | None:
    """A subject that no list holds."""
    unknown = unknown_subject(actors, clauses, cue, start) if cue is not None else None
    return addressed(actors, clauses, unknown) if unknown is not None else None


def free_relative(spoken: Spoken, clauses: Clauses, cue: Cue | None, start: int) -> Bearer | None:
    """Somebody told by a clause alone, right before the verb ("Wer ein Boot vermietet, muss es versichern")."""
    words = clauses.pack.norms.free_relatives
    if not words or cue is None or clauses.lower[start] not in words:
        return None
    own = clauses.segment_of(cue.start)
    lead = clauses.lower[own.start : cue.start]
    if own.start == start or own.subordinate or lead not in ([], [","]):
        return None
    end = own.start
    while end > start and not clauses.doc[end - 1].is_alpha:
        end -= 1
    kind = spoken.unnamed(clauses, start, end).kind
    return Bearer(part(clauses, start, end), kind, "a clause that names the bearer")


def before_personal_verb(clauses: Clauses, low: int, high: int) -> Bearer | None:
    """Somebody whom the pack does not know, before a verb that only somebody can be the subject of."""
    pack = clauses.pack
    verb = next((i for i in range(low + 2, min(low + 5, high)) if clauses.lower[i] in pack.norms.item_verbs), None)
    if verb is None or clauses.lower[verb] not in pack.norms.personal_verbs:
        return None
    if clauses.lower[verb - 1].endswith(pack.norms.documents) or clauses.lower[low] in pack.norms.relatives:
        return None
    return Bearer(part(clauses, low + 1, verb), BearerClass.BUSINESS, SUBJECT)
