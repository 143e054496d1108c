"""Several cues in one sentence: which of them begin a norm of their own, and where."""

from __future__ import annotations

from dutybook.extract.norms.bearers.verb_subjects import has_subject
from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.grammar.cue_patterns import Cue
from dutybook.records import Modality


def new_subject(clauses: Clauses, before: Cue, cue: Cue, start: int) -> bool:
    """Whether words stand between the joining word and the cue: a clause with a subject of its own."""
    begins = boundary(clauses, cue, start)
    if clauses.pack.norms.clitics:
        return begins > before.start and has_subject(clauses, begins, cue)
    return begins > before.start and cue.start - begins >= 1


def separate(clauses: Clauses, before: Cue, cue: Cue, old: Modality, new: Modality, start: int) -> bool:
    """Whether a cue begins a norm of its own behind the one before: another subject, or another modality."""
    begins = boundary(clauses, cue, start)
    if begins <= before.end:
        return False
    own_subject = cue.start > begins
    if clauses.pack.norms.clitics and own_subject:
        own_subject = has_subject(clauses, begins, cue)
    if own_subject and new is old and _same_person(clauses, begins, cue):
        return False
    return own_subject if new is old else (own_subject or new is not old) and begins > before.end


def _same_person(clauses: Clauses, begins: int, cue: Cue) -> bool:
    """Whether an infinitive that says who acts goes on with the subject before ("…, és ezeket közzé kell tenni*ük*")."""
    endings = clauses.pack.actors.personal_infinitives
    beside = clauses.lower[cue.end : cue.end + 1]
    lead = range(begins, cue.start)
    definite = any(clauses.lower[t] in clauses.pack.actors.determiners for t in lead)
    return bool(endings) and any(w.endswith(endings) for w in beside) and not definite


def resumes(clauses: Clauses, before: Cue, cue: Cue) -> bool:
    """A predicate that an insertion parts from its modal verb ("shall, under national law, have the right to")."""
    norms = clauses.pack.norms
    if clauses.pack.norms.verb_final or before.end >= len(clauses) or clauses.lower[before.end] != ",":
        return False
    segment = clauses.segment_of(cue.start)
    lead = clauses.lower[segment.start : cue.start]
    bare = len(lead) <= 1 and not set(lead) & {*norms.coordinators, *clauses.pack.actors.pronouns}
    return bare and not set(clauses.lower[cue.start : cue.end]) & set(norms.hard)


def boundary(clauses: Clauses, cue: Cue, start: int) -> int:
    """The first token of the clause that the cue stands in: after the last comma, semicolon or joining word."""
    norms = clauses.pack.norms
    segment = clauses.segment_of(cue.start)
    floor = max(segment.start, start)
    for token in range(cue.start - 1, floor - 1, -1):
        if clauses.lower[token] in norms.coordinators and _joins_clauses(clauses, token, cue):
            return token + 1
    while floor < cue.start and clauses.lower[floor] in norms.coordinators:
        floor += 1
    return floor


def _joins_clauses(clauses: Clauses, token: int, cue: Cue) -> bool:
    """A joining word before a subject joins clauses, unless what it joins are two nouns of that subject."""
    earlier = [c for c in clauses.cues if c.end <= token and c.start >= clauses.segment_of(cue.start).start]
    return bool(earlier) or token == cue.start - 1
