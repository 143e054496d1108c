"""Models of documents: what was read, how completely, and the findings in it."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from dutybook.store import rows
from dutybook.store.documents import view
from dutybook.web.api.models.base import Answer, Page, ReadWord
from dutybook.web.api.models.parts import Fact, Penalty, Rejected
from dutybook.web.api.models.rows import of_row


class Reason(Answer):
    """Why something was not read, or not wholly."""

    code: str = Field(
        description="The same for the same cause, whatever the sentence says: needs_password, part.page …"
    )
    kind: str = Field(
        description="What sort of failure it is where nothing was read: encrypted, too large …; else empty."
    )
    values: dict[str, Any] = Field(description="What stands in the sentence: numbers, names, reasons of their own.")
    text: str = Field(description="The sentence, in English.")


@of_row(rows.DocumentRow)
class DocumentRow(Answer):
    """A document; `reason` says why it is unreadable or only partly read, `reasons` the same by code."""

    status: ReadWord
    problems: list[str] = Field(description="What was not read in it, and what to know of it.")
    reasons: list[Reason]
    address: str = Field(description="Where it came from, if a watch fetched it; else empty.")


class Documents(Page):
    """A page of documents, by title."""

    items: list[DocumentRow]


@of_row(view.ProvisionRow)
class Provision(Answer):
    """A provision; `parent` is the id of the one that it stands in. `norms` are the ids of norms in it, in order."""

    zone: str = Field(description="enacting terms, recitals, annex …")
    start: int = Field(description="Half-open range of characters of the document's text.")
    depth: int = Field(ge=0, description="How many provisions it stands in.")


class Document(Answer):
    """A document with how many of each finding it has."""

    document: DocumentRow
    provisions: int
    facts: int
    penalties: int
    rejected: int


class Provisions(Page):
    """A page of the provisions of a document, in its order: a tree, described by `parent` and `depth`."""

    items: list[Provision]


class TextOf(Answer):
    """The text of a document that all spans count in; a part of it from `start` to `end`."""

    document: str
    characters: int
    start: int
    end: int
    text: str


class RejectedPage(Page):
    """A page of what looked like a norm and was none."""

    items: list[Rejected]


class FactsPage(Page):
    """A page of dates of acts."""

    items: list[Fact]


class PenaltiesPage(Page):
    """A page of penalties."""

    items: list[Penalty]
