"""The result of analysing one file: everything the database stores of it."""

from __future__ import annotations

from dataclasses import dataclass

from dutybook.records.dates import DateChange
from dutybook.records.documents import Document, Work
from dutybook.records.findings import Citation, Deadline, Definition, Fact, Norm, Penalty, Rejection
from dutybook.records.layout import Layout
from dutybook.records.provisions import Provision
from dutybook.records.spans import Box, Span
from dutybook.records.works import Relation, WorkNumber


@dataclass(frozen=True, slots=True)
class Analysis:
    """A document with all that was found in it; ``layout`` is None where nothing could be read."""

    document: Document
    work: Work | None
    layout: Layout | None
    provisions: tuple[Provision, ...] = ()
    norms: tuple[Norm, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    facts: tuple[Fact, ...] = ()
    penalties: tuple[Penalty, ...] = ()
    citations: tuple[Citation, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    definitions: tuple[Definition, ...] = ()
    date_changes: tuple[DateChange, ...] = ()
    numbers: tuple[WorkNumber, ...] = ()
    relations: tuple[Relation, ...] = ()

    def boxes_for(self, span: Span) -> tuple[Box, ...]:
        """Boxes of a span on the pages; empty for formats without pages."""
        return self.layout.boxes_for(span) if self.layout else ()

    def page_of(self, span: Span) -> int | None:
        """The page on which a span begins; None for formats without pages."""
        return self.layout.page_of(span.start) if self.layout else None

    def quote(self, span: Span) -> str:
        """The words of a span, white space made single."""
        return " ".join(span.of(self.document.text).split())
