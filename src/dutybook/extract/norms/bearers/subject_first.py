"""The bearer in languages whose subject stands first or is left out (pack key ``subject_first``)."""

from __future__ import annotations

from dutybook.extract.norms.actors import part
from dutybook.extract.norms.bearers.bearer import ADDRESSED, AGENT, ANTECEDENT, SUBJECT, Bearer, named
from dutybook.extract.norms.bearers.joined import described, with_joined
from dutybook.extract.norms.bearers.leading_subjects import Subject, SubjectFinder
from dutybook.extract.norms.bearers.spoken import Spoken
from dutybook.extract.norms.bearers.voice import passive_anywhere
from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.grammar.cue_patterns import Cue


def bearer(
    spoken: Spoken, subjects: SubjectFinder, clauses: Clauses, cue: Cue | None, start: int, stop: int
) -> Bearer | None:
    """The subject, the addressee or the agent; else who was named in the clause or the command before."""
    verb = subjects.verb(clauses, cue, start, stop)
    if cue is not None and subjects.oblique(clauses, cue):
        addressee = subjects.addressee(clauses, cue, start, stop)
        if addressee is None:
            return None
        return Bearer(with_joined(spoken.actors, clauses, addressee, stop).part, addressee.kind, ADDRESSED)
    actor = subjects.reported(clauses, cue, stop)
    if actor is not None:
        return with_joined(spoken.actors, clauses, actor, stop)
    active = cue is None and verb is not None and clauses.lower[verb] not in clauses.pack.norms.passive
    if not active and passive_anywhere(clauses, cue, start, stop):
        agent = subjects.agent(clauses, verb, start, stop)
        return named(clauses, agent, AGENT) if agent else None
    kind, actor = subjects.subject(clauses, verb, start, stop)
    if kind is Subject.NOTHING:
        actor = subjects.after(clauses, cue, verb, stop)
    if actor is not None and actor.head in clauses.pack.actors.described:
        return described(clauses, actor, cue)
    if actor is not None:
        return with_joined(spoken.actors, clauses, actor, stop if verb is None else max(verb, actor.end))
    inside = _inside(spoken, clauses, cue)
    if inside is not None:
        return inside
    if kind is Subject.THING:
        return None
    if kind is Subject.NOTHING and start > 0:
        # "… deve registar a carga, podendo pedir a guia": one subject, two commands
        return None if subjects.impersonal(clauses, cue) or subjects.thing_behind(clauses, cue) else spoken.last
    before = subjects.antecedent(clauses, verb, start)
    if before is Subject.THING:
        return None
    if before is not None:
        return named(clauses, before, ANTECEDENT)
    if kind is Subject.PRONOUN and spoken.last is not None and spoken.last.part is not None:
        return Bearer(spoken.last.part, spoken.last.kind, ANTECEDENT)
    return None


def _inside(spoken: Spoken, clauses: Clauses, cue: Cue | None) -> Bearer | None:
    """The subject that a cue encloses ("fica *o município* autorizado a …")."""
    if cue is None or "…" not in cue.pattern:
        return None
    actor = next((a for a in spoken.actors.find(clauses, cue.start, cue.end) if a.start == cue.start + 2), None)
    if actor is None or not actor.determiner:
        return None
    endings = clauses.pack.norms.participle_endings
    said = (t for t in range(actor.start + 1, actor.end) if clauses.lower[t].endswith(endings))
    end = min([actor.end, *(t for t in said if clauses.lower[t] in cue.pattern)])
    return Bearer(part(clauses, actor.start, end), actor.kind, SUBJECT)
