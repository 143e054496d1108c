"""Norms in clauses behind a comma: "…, which shall …", "…, was auch … kann"."""

from __future__ import annotations

from dutybook.extract.norms.bearers.voice import verb_start
from dutybook.extract.norms.clauses import Clauses, Segment
from dutybook.extract.norms.polarity import modality as modality_of
from dutybook.extract.norms.statement import Statement, until


def with_tails(clauses: Clauses, statements: list[Statement]) -> list[Statement]:
    """Clauses after a comma with a deontic predicate of their own ("…, which shall …", "…, was auch … kann")."""
    tails = clauses.pack.norms.tails
    made: list[Statement] = []
    for statement in statements:
        made.append(statement)
        for segment in clauses.segments:
            if not statement.start < segment.start < statement.end or segment.bracketed:
                continue
            words = " ".join(clauses.lower[segment.start : segment.start + 3]) + " "
            if not words.startswith(tuple(t + " " for t in tails)) and not _relative_command(clauses, segment):
                continue
            if _asked(clauses, segment):
                continue
            cue = next(
                (c for c in clauses.cues if segment.start <= c.start < statement.end and not c.constitutive), None
            )
            if cue is None or (statement.cue is not None and cue.start == statement.cue.start):
                continue
            modality, strength, why = modality_of(clauses, cue, segment.start, statement.end)
            if modality is statement.modality and _subjectless(clauses, segment.start):
                continue
            made[-1] = until(made[-1], segment.start)
            made.append(
                Statement(segment.start, statement.end, modality, strength, cue, why + " in a tail clause", 0.7)
            )
            break
    return made


def _asked(clauses: Clauses, segment: Segment) -> bool:
    """Whether a verb of asking before the segment makes it a question ("um zu *erfahren*, was zu beachten ist")."""
    norms = clauses.pack.norms
    asks = clauses.lower[segment.start] in norms.question_words
    return asks and not set(norms.question_verbs).isdisjoint(clauses.lower[max(segment.start - 3, 0) : segment.start])


def lone_tail(clauses: Clauses) -> list[Statement]:
    """The tail of an item that is a noun ("(e) contact details, which shall include a telephone number")."""
    norms = clauses.pack.norms
    for segment in clauses.segments:
        words = " ".join(clauses.lower[segment.start : segment.start + 3]) + " "
        if not segment.start or segment.bracketed or not words.startswith(tuple(t + " " for t in norms.tails)):
            continue
        inside = [c for c in clauses.cues if segment.start <= c.start < segment.end and not c.constitutive]
        if inside and set(clauses.lower[inside[0].start : inside[0].end]) & set(norms.hard):
            modality, strength, why = modality_of(clauses, inside[0], segment.start, len(clauses))
            why += " in a tail clause"
            return [Statement(segment.start, len(clauses), modality, strength, inside[0], why, 0.7)]
    return []


def _subjectless(clauses: Clauses, token: int) -> bool:
    """A tail that goes on with the subject before it ("…, podendo ainda pedir …")."""
    norms, word = clauses.pack.norms, clauses.lower[token]
    return bool(norms.clause_endings) and word.endswith(norms.clause_endings) and word not in norms.oblique_cues


def _relative_command(clauses: Clauses, segment: Segment) -> bool:
    """Whether a relative and a verb that commands by its form open the segment ("…, que informará …")."""
    if not segment.relative or not clauses.pack.norms.command_endings:
        return False
    return any(
        c.label != "permission"
        and not c.constitutive
        and verb_start(clauses, c) == segment.start + len(segment.opener.split())
        and clauses.lower[c.start].endswith(clauses.pack.norms.command_endings)
        for c in clauses.cues
        if segment.start < c.start < segment.end
    )
