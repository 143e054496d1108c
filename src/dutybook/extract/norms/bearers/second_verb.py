"""Where the verb is second: bearers that only the place beside it shows."""

from __future__ import annotations

from dutybook.extract.norms.actors import part
from dutybook.extract.norms.bearers import open_subjects
from dutybook.extract.norms.bearers.bearer import Bearer, unlisted
from dutybook.extract.norms.bearers.voice import passive_anywhere
from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.grammar.cue_patterns import Cue
from dutybook.records import BearerClass


def bearer(clauses: Clauses, cue: Cue | None, start: int, stop: int, found: Bearer | None) -> Bearer | None:
    """Where the verb is second: a clause that is the subject, or a noun beside the verb that no list holds."""
    words = clauses.pack.actors
    if not clauses.pack.norms.auxiliaries or not (words.free_relatives or words.agent_endings):
        return found
    end = open_subjects.free_relative(clauses, start, stop, clauses.pack) if words.free_relatives else None
    if end is not None and (cue is None or cue.start > end) and not passive_anywhere(clauses, cue, start, stop):
        return Bearer(part(clauses, start, end), BearerClass.ANY, "clause that is the subject")
    if cue is None or not words.agent_endings or (found is not None and found.part is None):
        return found
    if passive_anywhere(clauses, cue, start, stop) or set(clauses.pack.norms.oblique_cues) & set(
        clauses.lower[cue.start : cue.end]
    ):
        return found
    if set(clauses.pack.norms.complement_cues) & set(clauses.lower[cue.start : cue.end]):
        return found
    verb = clauses.span(cue.start, cue.end).start
    if found is not None and found.part is not None and found.part.span.start < verb:
        return found
    tokens = open_subjects.beside(clauses, cue, clauses.pack, behind=False)
    if tokens is None and found is None:
        tokens = open_subjects.beside(clauses, cue, clauses.pack, behind=True)
    if tokens is None:
        return found
    return unlisted(clauses, tokens)
