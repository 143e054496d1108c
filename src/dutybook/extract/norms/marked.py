"""The parts of a norm that a model marked, where no rule of the language cuts them."""

from __future__ import annotations

from dutybook.extract.norms.actors import ActorFinder
from dutybook.extract.norms.bearers.bearer import Bearer
from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.statement import Marks
from dutybook.records import BearerClass, Part, Span

MARKED = "marked by the model"


def bearer_of(marks: Marks | None, text: str, clauses: Clauses, actors: ActorFinder) -> Bearer | None:
    """The marked bearer; of the class of the actor that its words name, else a business, as most are."""
    part = part_of(marks.bearer if marks else None, text)
    if part is None:
        return None
    known = next((a for a in actors.find(clauses) if clauses.span(a.start, a.end).overlaps(part.span)), None)
    return Bearer(part, known.kind if known is not None else BearerClass.BUSINESS, MARKED)


def part_of(span: Span | None, text: str) -> Part | None:
    """A marked span as a part."""
    return Part(span.of(text), span) if span is not None else None
