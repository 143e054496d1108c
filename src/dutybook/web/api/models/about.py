"""Models of the register as a whole: its counts, its health, and the description of the API."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dutybook.web.api.models.base import Answer, ModalityWord
from dutybook.web.api.models.documents import DocumentRow
from dutybook.web.api.parameters import OneOf


class ByModality(Answer):
    """How many norms of a kind there are in a language."""

    modality: ModalityWord
    language: str
    norms: int


class Meaning(Answer):
    """How far search by meaning has come; `model` is null where it was never set up, `problem` says why it cannot be used."""

    model: str | None
    norms: int
    with_vector: int
    vectors: int
    behind: int | None
    problem: str | None


class You(Answer):
    """Whom the request is for."""

    name: str
    role: Annotated[str, OneOf(("reader", "editor", "admin"))]


class About(Answer):
    """Versions, counts and what was not read."""

    version: str = Field(description="Of Dutybook.")
    format: int = Field(description="Of the register.")
    register_id: str
    history: str = Field(description="Head of the history, to be kept elsewhere: rows:hash.")
    analysers: list[str]
    rules: list[str] = Field(description="Rules and models that found norms, each with its version.")
    documents: int
    works: int
    pages: int
    norms: int
    deadlines: int
    dated: int
    rejected: int
    by_modality: list[ByModality]
    unread: list[DocumentRow]
    exports: list[str] = Field(description="Formats of exports.")
    languages: list[str] = Field(description="Languages of names and headings for readers.")
    you: You


class Health(Answer):
    """The register can be read."""

    status: Annotated[str, OneOf(("ok",))]
    norms: int


class Finding(Answer):
    """One thing that was looked at."""

    what: str
    state: Annotated[str, OneOf(("ok", "note", "bad"))]
    says: str


class Doctor(Answer):
    """Whether everything is in order on this machine."""

    good: bool = Field(description="Nothing is bad.")
    findings: list[Finding]


class Verdict(Answer):
    """Whether the history of reviews is intact; `broken` is the first row that was altered."""

    rows: int
    head: str
    broken: int | None
    says: str
