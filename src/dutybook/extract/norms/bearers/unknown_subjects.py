"""Who acts where no list knows the noun: the noun phrase before a command that only somebody can obey."""

from __future__ import annotations

from dutybook.extract.norms.actors import Actor, ActorFinder
from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.grammar.cue_patterns import Cue
from dutybook.records import BearerClass

# Words between a modal verb and its infinitive ("doivent donc également tenir").
_REACH = 5


def unknown_subject(actors: ActorFinder, clauses: Clauses, cue: Cue, start: int) -> Actor | None:
    """A noun phrase with its determiner at the clause's start, whose command names a right or duty ("sont tenus de"), or
    whose verb things do not do; its class is that of a business."""
    norms = clauses.pack.norms
    if not norms.personal_cues:
        return None
    low = cue.start
    if clauses.lower[low] not in norms.no_negations:
        low = max(clauses.segment_of(cue.start).start, start)
        light = {*norms.coordinators, *norms.between_verbs, *norms.complementizers}
        while low < cue.start and clauses.lower[low] in light:
            low += 1
    while low + 1 < cue.end and clauses.lower[low + 1] in clauses.pack.actors.determiners:
        low += 1
    if clauses.lower[low] not in clauses.pack.actors.determiners or not _somebody(clauses, low + 1):
        return None
    words = set(clauses.lower[cue.start : cue.end])
    if not words & set(norms.personal_cues) and not _acts(clauses, cue):
        return None
    return _phrase(actors, clauses, low + 1)


def unknown_addressee(actors: ActorFinder, clauses: Clauses, cue: Cue) -> Actor | None:
    """The noun behind a cue and its preposition, where what is to be done follows ("recommande aux guides de …")."""
    pack = clauses.pack
    if not pack.norms.personal_cues:
        return None
    noun = cue.end
    addressing = {*pack.actors.recipient_prepositions, *pack.actors.determiners}
    if clauses.lower[cue.end - 1] not in addressing:
        if noun >= len(clauses) or clauses.lower[noun] not in pack.actors.recipient_prepositions:
            return None
        noun += 1
    while noun < len(clauses) and clauses.lower[noun] in pack.actors.determiners:
        noun += 1
    if not _somebody(clauses, noun):
        return None
    found = _phrase(actors, clauses, noun)
    leads = {*pack.actors.complement_links, *pack.actors.recipient_prepositions, *pack.norms.complementizers}
    short = next((i for i in range(noun + 1, found.end + 1) if i < len(clauses) and clauses.lower[i] in leads), None)
    if short is None:
        return None
    verb = short + 1
    while verb < len(clauses) and clauses.lower[verb] in {
        *pack.norms.verb_clitics,
        *pack.norms.negations,
        *pack.norms.full_negations,
    }:
        verb += 1
    if verb >= len(clauses) or not clauses.lower[verb].endswith(pack.norms.infinitive_endings):
        return None
    return Actor(noun, short, found.kind, found.determiner, found.before, found.head)


def _somebody(clauses: Clauses, noun: int) -> bool:
    norms = clauses.pack.norms
    if noun >= len(clauses) or not clauses.doc[noun].is_alpha:
        return False
    word = clauses.lower[noun]
    known = {*norms.documents, *clauses.pack.actors.prepositions, *norms.relatives, *norms.coordinators}
    return len(word) > 2 and word not in known and not word.endswith(norms.thing_endings)


def _acts(clauses: Clauses, cue: Cue) -> bool:
    """Whether a verb that things do not do follows the modal one."""
    norms = clauses.pack.norms
    for word in clauses.lower[cue.end : cue.end + _REACH]:
        if word.endswith(norms.infinitive_endings) and len(word) > 3 and word not in norms.between_verbs:
            return word not in norms.thing_verbs
    return False


def _phrase(actors: ActorFinder, clauses: Clauses, noun: int) -> Actor:
    lower = clauses.lower
    end = actors.with_complement(clauses, noun + 1)
    return Actor(noun, end, BearerClass.BUSINESS, lower[noun - 1], "", lower[noun])
