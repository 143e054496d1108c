"""For whom a pronoun stands, or a verb without a subject: somebody named before."""

from __future__ import annotations

from dutybook.extract.norms.actors import ActorFinder
from dutybook.extract.norms.bearers.bearer import ANTECEDENT, Bearer, named
from dutybook.extract.norms.bearers.spoken import Spoken
from dutybook.extract.norms.clauses import Clauses, Segment
from dutybook.extract.norms.declension import impersonal
from dutybook.extract.norms.lists import acts
from dutybook.extract.norms.grammar.cue_patterns import Cue


def _latter(actors: ActorFinder, clauses: Clauses) -> Bearer | None:
    """The actor named last before "quest'ultimo"."""
    two = set(clauses.pack.actors.latter)
    at = next((i for i in range(1, len(clauses) - 1) if " ".join(clauses.lower[i : i + 2]) in two), 0) if two else 0
    actor = next(reversed(actors.find(clauses, 0, at)), None) if at else None
    return named(clauses, actor, ANTECEDENT) if actor is not None else None


def antecedent(spoken: Spoken, clauses: Clauses, cue: Cue | None, start: int) -> Bearer | None:
    """A pronoun stands for the actor named before it in the sentence, else for the last bearer."""
    latter = _latter(spoken.actors, clauses)
    if latter is not None:
        return latter
    norms = clauses.pack.norms
    limit = cue.start if cue is not None and not norms.free_order else len(clauses)
    fronted = [s for s in clauses.segments if s.subordinate and start <= s.start < limit]
    for segment in fronted:
        found = spoken.actors.find(clauses, segment.start, min(segment.end, limit))
        subject = next((a for a in found if spoken.actors.nominative(a)), None)
        if subject is not None:
            return named(clauses, spoken.full(clauses, subject), ANTECEDENT)
    if norms.command_endings and cue is not None and not norms.clitics:
        before = spoken.actors.find(clauses, start, cue.start)
        told = (a for a in before if a.before in spoken.actors.pack.actors.agent_prepositions)
        agent = next(told, None)
        if agent is not None:  # "Agus an measúnú á dhéanamh ag an gCoimisiún, cuirfidh sé …"
            return named(clauses, agent, ANTECEDENT)
    if norms.verb_second and (meant := _only_one(spoken.actors, clauses, fronted)) is not None:
        return meant
    if norms.subjects_anywhere or spoken.actors.pack.actors.declensions:
        by = spoken.actors.pack.actors.agent_prepositions
        # a row goes on with the condition over its commas ("Hvis lejen, udlånet eller salget standses af ejeren, skal …")
        reach = [(s.start, max(s.end, limit if s.start == start else 0)) for s in fronted]
        agents = (a for low, high in reach for a in spoken.actors.find(clauses, low, high) if a.before in by)
        agent = next(agents, None)
        if agent is not None:  # "Hvis tilladelsen tilbagekaldes af udlejeren, skal vedkommende …"
            return named(clauses, agent, ANTECEDENT)
    same = bool(fronted) and not norms.free_order and _same_pronoun(clauses, fronted[0], limit)
    if fronted and fronted[0].start == 0 and fronted[0].opener not in norms.phrase_openers and not same:
        return None  # "Werden die Symbole angezeigt, müssen sie …": the pronoun stands for a thing
    if spoken.patient is not None:
        return spoken.patient
    if spoken.last is not None and spoken.last.part is not None:
        return Bearer(spoken.last.part, spoken.last.kind, ANTECEDENT)
    return None


def _only_one(actors: ActorFinder, clauses: Clauses, fronted: list[Segment]) -> Bearer | None:
    """The only actor of the clauses before the main one, in the dative ("Liegen *einem Betreiber* Hinweise vor, hat er")."""
    found = [a for s in fronted for a in actors.find(clauses, s.start, s.end)]
    words = clauses.pack.actors
    if (
        len(found) != 1
        or found[0].determiner not in words.recipient_prepositions
        or found[0].before in words.prepositions
    ):
        return None
    noun = clauses.doc[max(found[0].start - 2, 0)]
    return None if noun.is_title and noun.i else named(clauses, found[0], ANTECEDENT)


def _same_pronoun(clauses: Clauses, fronted: Segment, limit: int) -> bool:
    """Whether a clause before the main one has its pronoun for a subject ("Where *they* sell crates, they shall")."""
    at = fronted.start + len(fronted.opener.split())
    word = clauses.lower[at] if at < len(clauses) else ""
    return word in clauses.pack.actors.pronouns and clauses.lower[limit - 1] == word


def dropped(spoken: Spoken, clauses: Clauses, cue: Cue | None, start: int, stop: int) -> Bearer | None:
    """Where a verb needs no subject, that of the clause before it goes on ("Jeżeli armator …, zawiadamia port")."""
    norms = clauses.pack.norms
    if not norms.pro_drop or not (norms.clauses_need_verbs or norms.commanding_verbs) or impersonal(clauses):
        return None
    said = clauses.lower[cue.start : cue.end] if cue is not None else []
    if clauses.pack.actors.personal_infinitives and set(norms.oblique_cues) & set(said):
        return None  # "javasolt a felvételeket megőrizni": an infinitive without a person
    verb = cue.start if cue is not None else _first_verb(clauses, start, stop)
    if (
        verb is None and not clauses.pack.actors.prepositions
    ):  # no list holds every verb of a language that needs no order
        verb = next((s.start for s in clauses.segments if not s.subordinate and s.start > start), None)
    if verb is None:
        return None
    if norms.verb_clitics and set(norms.reflexives) & set(clauses.lower[max(verb - 1, 0) : verb + 1]):
        return None  # "non si potranno usare": nobody is meant
    main = clauses.segment_of(verb)
    if cue is None and set(norms.passive_reflexives) & set(clauses.lower[main.start : main.end]):
        return None  # "Uz zahtjev se prilaže dokaz": a passive
    light = {
        *norms.verb_clitics,
        *norms.between_verbs,
        *norms.negations,
        *norms.only,
        *norms.resumptives,
        *norms.main_openers,
        *norms.coordinators,
    }
    first = next((i for i in range(max(main.start, start), main.end) if clauses.lower[i] not in light), verb)
    named_between = any(
        spoken.actors.nominative(a) and a.before not in clauses.pack.actors.prepositions
        for a in (spoken.actors.find(clauses, first, verb) if clauses.pack.actors.declensions else ())
    )
    if first != verb and cue is None and not named_between and _led_by_phrase(clauses, first, verb):
        first = verb
    led = clauses.pack.actors.prepositions  # none: adverbials of every form stand before the verb
    if first != verb and (main.start == start or (led and clauses.lower[first] not in led)):
        return None
    fronted = [s for s in clauses.segments if s.subordinate and start <= s.start < verb]
    for segment in fronted:
        if segment.relative:
            continue
        subject = next((a for a in spoken.actors.find(clauses, segment.start, segment.end) if a.subject), None)
        if subject is not None and spoken.actors.nominative(subject):
            return named(clauses, subject, ANTECEDENT)
    if _led_by_subject(spoken.actors, clauses, start, main):
        return None
    known = bool(norms.commanding_verbs) and not set(norms.passive) & set(clauses.lower[main.start : main.end])
    if fronted or (cue is None and not known) or first != verb or spoken.last is None or spoken.last.part is None:
        return None
    return Bearer(spoken.last.part, spoken.last.kind, ANTECEDENT)


def resumed(spoken: Spoken, clauses: Clauses, start: int, stop: int) -> Bearer | None:
    """The subject of a condition, whose main clause begins with an object ("Kadar *ponudnik* …, ladjarja znova vključi").

    The verb agrees with it in number, and nothing before the verb looks like somebody who acts.
    """
    pack = clauses.pack
    norms, actors = pack.norms, pack.actors
    verb = _first_verb(clauses, start, stop) if norms.pro_drop and actors.declensions else None
    if verb is None or impersonal(clauses):
        return None
    main = clauses.segment_of(verb)
    said = clauses.lower[main.start : main.end]
    if main.start == start or verb == main.start or set(said) & {*norms.passive_reflexives, *norms.passive}:
        return None
    if any(spoken.actors.nominative(a) for a in spoken.actors.find(clauses, main.start, main.end)):
        return None
    before = clauses.lower[main.start : verb]
    if any(w.endswith(actors.agent_endings) and w not in actors.no_agents for w in before if actors.agent_endings):
        return None
    for segment in clauses.segments:
        if segment.opener not in norms.conditions or segment.relative or not start <= segment.start < main.start:
            continue
        subject = next((a for a in spoken.actors.find(clauses, segment.start, segment.end) if a.subject), None)
        if subject is None or not spoken.actors.nominative(subject):
            continue
        if "sg.nom" in subject.cases or clauses.lower[verb].endswith(norms.plural_verb_endings or "\0"):
            return named(clauses, subject, ANTECEDENT)
    return None


def _led_by_subject(actors: ActorFinder, clauses: Clauses, start: int, main: Segment) -> bool:
    """Whether an insertion parts the verb from its subject ("Лица, навършили 65 години, се освобождават")."""
    lead = clauses.segment_of(start)
    if lead.subordinate or lead.start == main.start:
        return False
    row = actors.find(clauses, start, lead.end)
    if not row or row[0].start - start > 1 or not actors.nominative(row[0]):
        return False
    end = row[0].end
    for actor in row[1:]:
        if actor.before not in clauses.pack.norms.coordinators or actor.start - bool(actor.determiner) != end + 1:
            break
        end = actor.end  # "Οργανώσεις και ενώσεις που …, έχουν"
    return clauses.lower[end] == "," or clauses.lower[end] in clauses.pack.norms.relatives


def _led_by_phrase(clauses: Clauses, first: int, verb: int) -> bool:
    """Whether only a prepositional phrase stands before a verb that the pack knows ("a tal fine adottano …")."""
    actors, norms, lower = clauses.pack.actors, clauses.pack.norms, clauses.lower
    if not norms.commanding_verbs or lower[first] not in actors.prepositions or lower[verb] in norms.binding_verbs:
        return False
    return not any(
        lower[t] in actors.determiners and lower[t - 1] not in actors.prepositions for t in range(first + 1, verb)
    )


def _first_verb(clauses: Clauses, start: int, stop: int) -> int | None:
    inside = [s for s in clauses.segments if not s.subordinate and start <= s.start < stop]
    if clauses.pack.norms.commanding_verbs:
        return next((i for s in inside for i in range(s.start, s.end) if clauses.is_verb(i)), None)
    return next((i for s in inside for i in range(s.start, s.end) if acts(clauses.lower[i], clauses.pack)), None)


def is_pronoun(clauses: Clauses, index: int) -> bool:
    """A subject pronoun; before a noun the same word is a determiner ("diese Dokumentation")."""
    word = clauses.lower[index]
    if word in clauses.pack.actors.demonstrative_pronouns:
        return _stands_alone(clauses, index)
    if word not in clauses.pack.actors.pronouns:
        two = " ".join(clauses.lower[index : index + 2])
        return " " in two and two in clauses.pack.actors.pronouns
    determiners = clauses.pack.actors.determiners
    if index > 1 and word in determiners and clauses.lower[index - 2] in determiners:
        return False  # "οι λόγοι αυτοί"
    return (
        not clauses.pack.actors.capital_nouns
        or index + 1 >= len(clauses)
        or not clauses.doc[index + 1].text[:1].isupper()
    )


def _stands_alone(clauses: Clauses, index: int) -> bool:
    """Whether a verb, a determiner or a preposition follows a demonstrative: it is then no determiner."""
    following = clauses.lower[index + 1] if index + 1 < len(clauses) else ""
    actors, norms = clauses.pack.actors, clauses.pack.norms
    if clauses.lower[index] in actors.determiners and clauses.lower[index] not in norms.relatives:
        if norms.subjects_anywhere and any(c.start == index - 1 for c in clauses.cues):
            return following in {
                *norms.item_verbs,
                *actors.personal_verbs,
                *actors.prepositions,
                *norms.between_verbs,
            }  # "ska *denne* utan …"
        # "het kan", but "het is verboden" speaks of nobody
        return any(c.start == index + 1 and c.end - c.start == 1 for c in clauses.cues)
    if following in {*norms.item_verbs, *norms.passive, *actors.determiners, *actors.prepositions}:
        return True
    return any(c.start == index + 1 for c in clauses.cues)
