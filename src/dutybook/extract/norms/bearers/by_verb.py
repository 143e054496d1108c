"""The bearer next to its verb, in languages with clitics that may leave the subject out (Spanish)."""

from __future__ import annotations

from dutybook.extract.norms.actors import ActorFinder, part
from dutybook.extract.norms.bearers.addressees import oblique_bearer
from dutybook.extract.norms.bearers.agents import agent_of
from dutybook.extract.norms.bearers.bearer import ADDRESSED, ANTECEDENT, NOBODY, SUBJECT, Bearer, named
from dutybook.extract.norms.bearers.spoken import Spoken
from dutybook.extract.norms.bearers.verb_subjects import subject_of
from dutybook.extract.norms.bearers.voice import auxiliary_passive, reflexive, verb_start
from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.grammar.cue_patterns import Cue
from dutybook.records import BearerClass, Genre


def bearer(spoken: Spoken, clauses: Clauses, cue: Cue, start: int, stop: int) -> Bearer:
    """The subject next to its verb, the one addressed, the agent, or, of a verb without a subject, the one before."""
    oblique = _addresses(spoken, clauses, cue)
    if 0 < start < cue.start and clauses.segment_of(start).relative and _relates(clauses, start):
        return _antecedent_noun(spoken, clauses, start, stop)
    found = _named_behind(spoken.actors, clauses, cue, oblique=oblique)
    if found is None and oblique:
        found = oblique_bearer(spoken.actors, clauses, start, stop)
    passive = auxiliary_passive(clauses, cue)
    # "El Gobierno prohíbe fumar": who gives the rule does not bear it
    words = clauses.lower[cue.start : cue.end]
    participle = any(w.endswith(clauses.pack.norms.participle_endings) for w in words)
    perfect = clauses.lower[cue.start - 1] in clauses.pack.norms.perfect_auxiliaries if cue.start else False
    given = oblique and (not participle or perfect)
    seek = found is None and not passive and not given
    subject = subject_of(spoken.actors, clauses, cue, start) if seek else None
    if subject is not None and subject.actor is not None:
        found = Bearer(part(clauses, subject.start, subject.end), subject.actor.kind, SUBJECT)
    elif subject is not None and not oblique:
        found = _resumed(spoken, clauses, cue, start, dropped=subject.dropped)
    if found is None and (passive or reflexive(clauses, cue) or oblique):
        found = agent_of(spoken.actors, clauses, cue, start, stop)
    spoken.topic = found
    if found is None and clauses.lower[cue.start] in spoken.pack.actors.any:
        return Bearer(None, BearerClass.ANY, NOBODY)  # "Nadie podrá …"
    if found is None and oblique and cue.label in {"prohibition", "permission"} and not spoken.of_somebody:
        return Bearer(None, BearerClass.ANY, NOBODY)  # "Queda prohibido nadar"
    if found is None:
        return spoken.unnamed(clauses, start, stop, cue)
    spoken.last = found
    spoken.counted[found.kind] += 1
    return found


def _addresses(spoken: Spoken, clauses: Clauses, cue: Cue) -> bool:
    """Whether a cue says to whom it is addressed ("prohíbe a los bares"), not by its subject ("tienen prohibido")."""
    norms = clauses.pack.norms
    reported = spoken.genre is Genre.NEWS and clauses.lower[cue.start] in norms.reported_forms
    said = (not cue.form or reported) and clauses.lower[cue.start] not in norms.subject_cues
    return said and not set(norms.oblique_cues).isdisjoint(clauses.lower[cue.start : cue.end])


def _relates(clauses: Clauses, start: int) -> bool:
    """Whether the relative that begins a clause is its subject: no preposition before it."""
    return clauses.lower[start] not in clauses.pack.actors.prepositions


def _antecedent_noun(spoken: Spoken, clauses: Clauses, start: int, stop: int) -> Bearer:
    """The actor right before a relative ("a la consejería, que no podrá …")."""
    end = start - 1
    while end > 0 and not clauses.doc[end - 1].is_alpha:
        end -= 1
    nearby = spoken.actors.find(clauses, max(end - 8, 0), end)
    if nearby and nearby[-1].end == end:
        return Bearer(part(clauses, nearby[-1].start, end), nearby[-1].kind, ANTECEDENT)
    return spoken.unnamed(clauses, start, stop)


def _named_behind(actors: ActorFinder, clauses: Clauses, cue: Cue, *, oblique: bool) -> Bearer | None:
    """Whom the words right behind a cue name: "es obligación del titular", "se recomienda que las entidades …"."""
    norms, pack = clauses.pack.norms, clauses.pack.actors
    last = clauses.lower[cue.end - 1]
    at, opens = cue.end, last in norms.complementizers
    if not opens and at < len(clauses) and clauses.lower[at] in norms.complementizers:
        at, opens = at + 1, True
    led = last in pack.prepositions and (oblique or clauses.lower[cue.start] in norms.passive)
    if cue.form or not (led or opens):
        return None
    for actor in actors.find(clauses, at, min(at + 6, len(clauses))):
        if actor.start - at <= (1 if actor.determiner else 0):
            return named(clauses, actor, ADDRESSED)
    return None


def _resumed(spoken: Spoken, clauses: Clauses, cue: Cue, start: int, *, dropped: bool) -> Bearer | None:
    """Whom a pronoun, or a verb without a subject, stands for."""
    fronted = [s for s in clauses.segments if s.subordinate and start <= s.start and s.end <= cue.start]
    verb = verb_start(clauses, cue)
    pronoun = clauses.lower[verb - 1] if not dropped else ""
    if pronoun and fronted and clauses.segment_of(verb - 1).start == verb - 1:
        # "Cuando la suspensión, la restricción o el cierre sean acordados por *el armador*, este …": a row has commas
        fronted = [s for s in clauses.segments if fronted[0].start <= s.start and s.end < verb]
    for segment in fronted:
        found = [a for a in spoken.actors.find(clauses, segment.start, segment.end) if a.determiner]
        subject = next((a for a in found if spoken.actors.nominative(a)), None)
        if pronoun:
            agreeing = [a for a in found if a.determiner.endswith("s") == pronoun.endswith("s")]
            subject = subject if subject in agreeing else next(iter(agreeing), None)
        if subject is not None:
            return named(clauses, subject, ANTECEDENT)
    topic = None if fronted else spoken.last if pronoun else spoken.topic
    return Bearer(topic.part, topic.kind, ANTECEDENT) if topic is not None and topic.part is not None else None
