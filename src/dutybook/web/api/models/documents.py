"""Documents: what was read, how far, and what stands in them."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from dutybook.web.api.models.base import Answer, Page, PageNumber, ReadWord
from dutybook.web.api.models.parts import Fact, Penalty, Rejected


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


class DocumentRow(Answer):
    """A document; `reason` says why it is unreadable or only partly read, `reasons` the same by code."""

    id: str
    work: str | None
    work_title: str | None
    title: str
    language: str
    genre: str
    status: ReadWord
    reason: str
    version_date: str | None
    published: str | None
    pages: int
    characters: int
    norms: int
    problems: list[str] = Field(description="What was not read in it, and what to know of it.")
    source: str
    sha256: str
    analyser: str
    published_by: str
    reasons: list[Reason]
    address: str = Field(description="Where it came from, if a watch fetched it; else empty.")


class Documents(Page):
    """A page of documents, by title."""

    items: list[DocumentRow]


class Provision(Answer):
    """A provision; `parent` is the id of the one that it stands in. `norms` are the ids of norms in it, in order."""

    id: str
    parent: str | None
    kind: str
    number: str
    heading: str
    place: str
    zone: str = Field(description="enacting terms, recitals, annex …")
    page: PageNumber | None
    start: int = Field(description="Half-open range of characters of the document's text.")
    end: int
    depth: int = Field(ge=0, description="How many provisions it stands in.")
    norms: list[str]


class Document(Answer):
    """A document with how many of each finding it has."""

    document: DocumentRow
    provisions: int
    facts: int
    penalties: int
    rejected: int


class Provisions(Page):
    """A page of the provisions of a document, in its order: a tree, told by `parent` and `depth`."""

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
