"""Subjects whose noun no list holds: "the *sponsor* shall notify", "each *berth holder* must insure".

No list of actors is complete. A noun before a verb of duty names somebody if it is made like one who acts ("holder",
"trustee", "applicant"), or if only somebody can do what the verb says ("notify", "ensure").
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.declension import genitive_complement
from dutybook.extract.norms.lists import acts
from dutybook.extract.norms.grammar.cue_patterns import Cue
from dutybook.languages import LanguagePack

#: Words of the noun phrase, its determiner left out, that are looked at.
_LONGEST = 8
#: Words behind a cue among which its verb stands ("shall, where needed, promptly notify").
_WITHIN = 4
#: Words of a clause that is a subject.
_CLAUSE = 30
#: Letters that a word has at least whose ending tells that it names somebody.
_SHORTEST = 5


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
    joins = {*actors.hyphens, *actors.possessives}
    end = start
    while end < last and lower[end] not in stops and (clauses.doc[end].is_alpha or lower[end] in joins):
        end += 1
    words = lower[start:end]
    if not words or len(words) > _LONGEST or words[-1] in actors.no_agents or words[0].endswith(actors.no_nouns):
        return None
    if any(c.start < end and start < c.end and c.start != cue.start for c in clauses.cues):
        return None
    if words[-1].endswith(actors.agent_endings) and actors.agent_endings:
        return start, end
    acts = personal(clauses, cue, pack) or _binds_somebody(clauses, cue, pack)
    return (start, end) if acts and not _thing(words, pack) else None


def _binds_somebody(clauses: Clauses, cue: Cue, pack: LanguagePack) -> bool:
    """Whether the cue leads from somebody to what they do ("are *required* to keep", "are *banned* from selling")."""
    said = f" {' '.join(clauses.lower[cue.start : cue.end + 1])} "
    led = next((words.split()[-1] for words in pack.actors.personal_cues if f" {words} " in said), None)
    after = next(iter(clauses.lower[cue.end + 1 :]), "")
    return led in pack.norms.item_verbs or (led is not None and after.endswith(pack.actors.no_nouns or "\0"))


def _thing(words: list[str], pack: LanguagePack) -> bool:
    """Whether a noun phrase names a thing, a participle behind its noun or not ("the *tariffs* published")."""
    heads = words[-2:] if words[-1].endswith(pack.norms.participle_endings) else words[-1:]
    return any(w in {*pack.actors.thing_heads, *pack.norms.documents} for w in heads) or words[-1].endswith(
        pack.actors.abstract_endings
    )


def beside(clauses: Clauses, cue: Cue, pack: LanguagePack, *, behind: bool) -> tuple[int, int] | None:
    """Where the verb is second, the tokens of a noun like one who acts, right before the cue or ``behind`` its verb."""
    actors, lower = pack.actors, clauses.lower
    segment = clauses.segment_of(cue.start)
    first, last = (cue.start + 1, min(cue.start + 6, segment.end)) if behind else (segment.start, cue.start)
    start = first + (first < last and lower[first] in actors.determiners)
    named = start > first
    for at in range(start, last):
        word = lower[at]
        if not clauses.doc[at].is_alpha or word in actors.prepositions or word in actors.determiners:
            return None
        if not word.endswith(actors.agent_endings) or word.endswith(actors.no_agents):
            continue
        plural = word.endswith(("s", "n"))
        following = lower[at + 1] if at + 1 < len(lower) else ""
        complete = behind or at + 1 == last or following in actors.complement_links
        return (start, at + 1) if complete and (named or plural) else None
    return None


def free_relative(clauses: Clauses, start: int, stop: int, pack: LanguagePack) -> int | None:
    """Where a clause ends that is the subject of what follows its comma: "*Wie een put slaat*, meldt dit"."""
    words = " ".join(clauses.lower[start : start + 2]) + " "
    if not words.startswith(tuple(f"{w} " for w in pack.actors.free_relatives)):
        return None
    norms = pack.norms
    verbs = {*norms.auxiliaries, *norms.item_verbs}
    commas = (i for i in range(start, min(start + _CLAUSE, stop - 1)) if clauses.lower[i] == ",")
    return next((i for i in commas if clauses.lower[i + 1] in verbs), None)


def head_first(clauses: Clauses, first: int, last: int, cue: Cue, *, reflexive: bool) -> tuple[int, int] | None:
    """The noun after the determiner at ``first``, if it names somebody, in a language whose nouns come first.

    What a ``reflexive`` verb says may be done to things ("los rótulos se redactarán").
    """
    pack = clauses.pack
    actors = pack.actors
    if not actors.agent_endings and not actors.personal_verbs:
        return None
    noun = first + 1
    if noun >= last or not clauses.doc[noun].is_alpha or last - noun > _LONGEST:
        return None
    word = clauses.lower[noun]
    if word in actors.no_agents or word.endswith(actors.no_nouns) or word in pack.norms.documents:
        return None
    if any(c.start < last and noun < c.end and c.start != cue.start for c in clauses.cues):
        return None
    acts = word.endswith(actors.agent_endings) and len(word) > _SHORTEST
    verb = clauses.lower[cue.start] in _verbs(pack) if cue.form else personal(clauses, cue, pack)
    return (noun, noun + 1) if acts or (verb and not reflexive) else None


def declined_subject(
    clauses: Clauses,
    span: tuple[int, int],
    verb: int,
    cue: Cue | None,
    pack: LanguagePack,
    apart: Callable[[int], bool],
) -> tuple[int, int] | None:
    """Tokens of a subject in no list where nouns are declined; ``span`` is where it may stand, from its clause's first token.

    Somebody's noun has the ending of one, or stands before a verb or a cue whose subject is somebody. ``apart`` says
    of a token whether an actor in another case than the genitive begins there.
    """
    actors, norms = pack.actors, pack.norms
    if not actors.agent_endings:
        return None
    start, stop = span
    lower = clauses.lower
    lead = {*norms.coordinators, *norms.between_verbs, *norms.main_openers, *norms.complementizers, *actors.determiners}
    while start < stop and (lower[start] in lead or not clauses.doc[start].is_alpha):
        start += 1
    if start >= stop or not may_act(lower[start], pack):
        return None
    end = min(genitive_complement(clauses, start + 1, apart), stop)
    words = lower[start : start + 2] if lower[start].endswith(actors.adjective_endings) else lower[start : start + 1]
    acting = any(w.endswith(actors.agent_endings) and w not in actors.no_agents for w in words[: end - start])
    said = set(lower[verb : cue.end] if cue is not None else lower[verb : verb + 1])
    near = {*said, *lower[verb : verb + 1 + _WITHIN]} if cue is not None else said
    sure = said & set(actors.personal_cues) or near & _verbs(pack)
    if cue is not None and set(norms.neuter_cues) & said:
        sure = set()  # "Pritužbe bi *trebalo* riješiti"
    if set(norms.passive_reflexives) & set(lower[start : verb + 1 + _WITHIN]):
        sure = set()  # "žalba se može podnijeti" speaks of a thing
    return (start, end) if acting or sure else None


def noun_phrase(
    clauses: Clauses, start: int, stop: int, pack: LanguagePack, apart: Callable[[int], bool]
) -> tuple[int, int] | None:
    """Tokens of the declined noun phrase that begins at ``start`` and may name somebody, unless it looks like an object."""
    if stop - start < 1 or not may_act(clauses.lower[start], pack):
        return None
    end = min(genitive_complement(clauses, start + 1, apart), stop)
    words = clauses.lower[start:end]
    things = pack.actors.object_endings or ("\0",)
    barred = any(w in pack.norms.documents for w in words) or words[0].endswith(things) or acts(words[0], pack)
    noun = words[1] if len(words) > 1 and words[0].endswith(pack.actors.adjective_endings) else words[0]
    return None if barred or noun.endswith((*things, *pack.actors.no_nouns)) else (start, end)


def may_act(word: str, pack: LanguagePack) -> bool:
    """Whether a word may be the noun of somebody: no function word, document, verb, nor one with the ending of a thing."""
    actors, norms = pack.actors, pack.norms
    barred = {*actors.prepositions, *actors.pronouns, *norms.relatives, *norms.negations, *norms.only}
    barred |= {*norms.impersonal, *norms.documents, *actors.no_agents, *norms.item_verbs}
    return len(word) > 2 and word not in barred and not word.endswith(actors.no_nouns)


def may_stand(word: str, pack: LanguagePack) -> bool:
    """Whether a word may be the noun of somebody in any case: no function word, document, nor verb."""
    actors, norms = pack.actors, pack.norms
    barred = {*actors.prepositions, *actors.pronouns, *norms.relatives, *norms.negations, *norms.documents}
    return len(word) > 2 and word.isalpha() and word not in barred and not acts(word, pack)


def leading(clauses: Clauses, low: int, verb: int, cue: Cue | None, pack: LanguagePack) -> tuple[int, int] | None:
    """The noun phrase that begins a clause, where nouns stand first in it ("il *curatore* della mostra deve")."""
    actors, norms, lower = pack.actors, pack.norms, clauses.lower
    start = low
    while start < verb and lower[start] in norms.coordinators:
        start += 1
    if start >= verb or lower[start] not in _determiners(pack):
        return None
    while start < verb and (lower[start] in _determiners(pack) or lower[start] in actors.premodifiers):
        start += 1
    stops = {
        *actors.prepositions,
        *norms.relatives,
        *norms.complementizers,
        *actors.pronouns,
        *norms.negations,
        *norms.verb_clitics,
    }
    stops -= {*actors.complement_links, *_determiners(pack)}
    end = start
    while end < verb and lower[end] not in stops and (clauses.doc[end].is_alpha or lower[end].endswith(("'", "’"))):
        end += 1
    while end > start and (lower[end - 1].endswith(norms.adverb_endings) or lower[end - 1] in norms.between_verbs):
        end -= 1
    if not start < end <= start + _LONGEST or lower[start] in actors.no_agents:
        return None
    acts = lower[start].endswith(actors.agent_endings)
    does = cue is not None and personal(clauses, cue, pack)
    return (start, end) if acts or does else None


def verb_second(clauses: Clauses, cue: Cue, start: int, pack: LanguagePack) -> tuple[int, int] | None:
    """The noun phrase before or right behind a finite verb that stands second ("*Slussvakten* ska underrätta hamnen").

    Before the verb it names somebody by its ending, or by what follows it; behind it by its ending, or where nothing else
    stands before the verb than a phrase with a preposition.
    """
    actors, norms, lower = pack.actors, pack.norms, clauses.lower
    own = clauses.segment_of(cue.start)
    if own.subordinate or not actors.agent_endings:
        return None
    first = max(own.start, start)
    while first < cue.start and lower[first] in {*norms.coordinators, *norms.between_verbs}:
        first += 1
    sure = bool(set(lower[cue.start : cue.end]) & set(actors.personal_cues)) or personal(clauses, cue, pack)
    before = _bare_phrase(clauses, first, cue.start, sure, pack) if first < cue.start else None
    if before is not None or 0 < first == cue.start == start:
        return before
    led = first == cue.start or lower[first] in actors.prepositions
    behind = cue.start + 1
    says = set(lower[behind + 1 : behind + 1 + _WITHIN]) & _verbs(pack)
    return _bare_phrase(clauses, behind, min(behind + _WITHIN, own.end), led and bool(says), pack)


def _bare_phrase(clauses: Clauses, first: int, last: int, sure: bool, pack: LanguagePack) -> tuple[int, int] | None:
    """The noun phrase that begins at ``first``, if it names somebody: by its noun's ending, or ``sure`` and no thing."""
    actors, norms, lower = pack.actors, pack.norms, clauses.lower
    start = first + (first < last and lower[first] in actors.determiners)
    noun = start
    while noun + 1 < last and noun < start + 3 and lower[noun].endswith(actors.adjective_endings[:1]):
        if not lower[noun + 1].isalpha() or lower[noun + 1] in {*actors.prepositions, *norms.relatives}:
            break
        noun += 1
    if noun >= last or not clauses.doc[noun].is_alpha or len(lower[noun]) < _SHORTEST:
        return None
    barred = {*actors.prepositions, *actors.pronouns, *norms.relatives, *norms.subordinators, *norms.negations}
    barred |= {*norms.only, *norms.documents, *norms.between_verbs, *norms.item_verbs, *actors.no_agents}
    if barred & set(lower[start : noun + 1]):
        return None
    if lower[noun].endswith(actors.agent_endings):
        return start, noun + 1
    definite = noun > first or lower[noun].endswith(actors.definite_endings)
    return (start, noun + 1) if sure and definite and not lower[noun].endswith(actors.abstract_endings) else None


def personal(clauses: Clauses, cue: Cue, pack: LanguagePack) -> bool:
    """Whether only somebody can do what the verb right behind the cue says; so can they what a list behind it says."""
    norms, at = pack.norms, cue.end
    if clauses.lower[at:] == [":"]:
        return True
    if at < len(clauses) and clauses.lower[at] == ",":  # "shall, within a month, adopt"
        at = next((t + 1 for t in range(at + 1, len(clauses)) if clauses.lower[t] == ","), at)
    behind = clauses.lower[at : at + _WITHIN]
    verb = next((w for w in behind if w not in norms.between_verbs and not w.endswith(norms.adverb_endings)), "")
    return verb in _verbs(pack)


def around(clauses: Clauses, cue: Cue, start: int, stop: int) -> tuple[int, int] | None:
    """The same where a capital tells a noun and the subject may follow its verb ("Ab Mai müssen Winzer … melden")."""
    actors = clauses.pack.actors
    if not actors.by_capitals or not (actors.agent_endings or actors.personal_verbs):
        return None
    own = clauses.segment_of(cue.start)
    if own.subordinate:
        return None
    first = max(own.start, start)
    if first == cue.start and first > start and not clauses.segment_of(start).subordinate:
        first = start  # "Winzer, die …, müssen": a clause stands between
    if 0 < start == cue.start:
        return None  # "… müssen absteigen und dürfen …": the subject goes on
    says = _says(clauses, own.end, stop)
    for at in (first, cue.start + 1):
        found = _phrase(clauses, at, min(own.end if at != start else stop, len(clauses)))
        if found is None or at == cue.start or at < cue.start < found[1]:
            continue
        if at > cue.start and _phrase(clauses, first, stop) is not None:
            return None  # "Autos müssen einen Filter tragen": what stands behind the verb is no subject
        head = clauses.lower[found[1] - 1]
        acts = bool(actors.agent_endings) and head.endswith(actors.agent_endings)
        if head.endswith(actors.no_agents) or not (
            says or (acts and cue.label in {"obligation", "prohibition", "recommendation"})
        ):
            continue
        if head.endswith(clauses.pack.norms.documents):
            continue
        return found
    return None


def _says(clauses: Clauses, end: int, stop: int) -> bool:
    """Whether the infinitive that closes the clause, or the sentence, is something only somebody can do."""
    verbs = _verbs(clauses.pack)
    for last in (end, stop):
        words = [w for w in clauses.lower[max(last - 4, 0) : last] if w.isalpha()][-2:]
        if any(w in verbs or w.replace("zu", "", 1) in verbs for w in words):
            return True
    return False


def _phrase(clauses: Clauses, at: int, stop: int) -> tuple[int, int] | None:
    """A noun phrase in the nominative that begins at ``at``, without its determiner."""
    actors, norms, lower = clauses.pack.actors, clauses.pack.norms, clauses.lower
    while at < stop and (lower[at] in {*norms.coordinators, *actors.subject_leads} or clauses.doc[at].is_punct):
        at += 1
    if at >= stop or lower[at] in {*actors.prepositions, *actors.oblique_determiners}:
        return None
    determiner = lower[at] in {*actors.determiners, *actors.ambiguous_determiners}
    ambiguous = lower[at] in actors.ambiguous_determiners
    begin = at = at + determiner
    while (
        at < stop
        and at - begin < 3
        and clauses.doc[at].text[:1].islower()
        and lower[at].endswith(actors.adjective_endings)
    ):
        at += 1
    first_of_sentence = begin == 0 and not determiner and lower[begin].endswith(actors.adjective_endings)
    if first_of_sentence and at == begin and at + 1 < stop and clauses.doc[at + 1].text[:1].isupper():
        at += 1  # "Kleine Winzer müssen …"
    if at >= stop or not clauses.doc[at].is_alpha or not clauses.doc[at].text[:1].isupper():
        return None
    if lower[at] in {*actors.pronouns, *actors.prepositions, *norms.only, *norms.negations, *norms.subordinators}:
        return None
    if any(c.start <= at < c.end and c.end - c.start == 1 for c in clauses.cues):
        return None
    if ambiguous and lower[at].endswith(actors.feminine):
        return None
    return begin, at + 1


@cache
def _verbs(pack: LanguagePack) -> frozenset[str]:
    return frozenset(pack.actors.personal_verbs)


@cache
def _determiners(pack: LanguagePack) -> frozenset[str]:
    return frozenset({*pack.actors.determiners, *pack.actors.oblique_determiners, *pack.actors.ambiguous_determiners})
