"""API operations on the whole register: counts, languages, health, diagnosis, export, and the API's description."""

from __future__ import annotations

from importlib import metadata
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dutybook.export import known_formats
from dutybook.languages.artefacts import measured
from dutybook.languages.reader import reader_languages
from dutybook.pipeline.capabilities import WHATS, languages, languages_as_json
from dutybook.store import exports
from dutybook.store.watches import watch_items
from dutybook.web.access import Role
from dutybook.web.api.documents import DocumentRow, with_address
from dutybook.web.api.models import Answer, Confidence, ModalityWord
from dutybook.web.api.openapi import document
from dutybook.web.api.parameters import Flag, Narrowing, OneOf, Reader, filters_of, given_filters
from dutybook.web.api.routing import operation, reading
from dutybook.web.pages.exports import TYPES, write_export
from dutybook.web.request_values import person_of, seeing


class ByModality(Answer):
    """How many norms of a kind there are in a language."""

    modality: ModalityWord
    language: str
    norms: int


class Meaning(Answer):
    """How far search by meaning has come; `model` is null where it was never set up, `problem` says why it cannot be used.

    `compared_by` says who finds the nearest vectors: `here` (this program), `server` (PostgreSQL with pgvector looks at each), `server index` (by its index).
    """

    model: str | None
    norms: int
    with_vector: int
    vectors: int
    behind: int | None
    problem: str | None
    compared_by: str


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


class Ability(Answer):
    """Something that is done in a language, or not."""

    what: Annotated[str, OneOf(WHATS)]
    says: str = Field(description="The same in words for the reader.")
    can: bool
    number: int | None = Field(description="How many cues, rules or words are behind it.")
    of: list[str] = Field(description="For what: genres, states, laws, algorithms; all or nothing if empty.")


class Scored(Answer):
    """Scores in one set of texts; `norms` of its gold are behind them."""

    texts: str = Field(description="`held out`: nobody tuned or trained on them. `open`: used in the making.")
    norms: int
    measures: dict[str, Confidence] = Field(description="F1; for the bearer and its class the share of right ones.")


class Cannot(Answer):
    """Something that is not done."""

    what: str
    of: list[str] = Field(description="Which kinds of it.")
    says: str = Field(description="The same in words for the reader.")


class Language(Answer):
    """One language; `others` stands for all that have no pack."""

    code: str
    name: str = Field(description="In English; empty for `others`.")
    abilities: list[Ability]
    scores: list[Scored] = Field(description="What is to be expected first; empty where nothing was measured.")
    examples: dict[str, int] = Field(description="How many examples specify it, by what they are about.")
    cannot: list[Cannot]


class Languages(Answer):
    """All languages, and the command that makes their scores."""

    languages: list[Language]
    command: str


_COUNTS = ("documents", "works", "pages", "norms", "deadlines", "dated", "rejected")
#: Formats of exports, without the dot.
FORMATS = tuple(name.removeprefix(".") for name in known_formats())

_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {
            TYPES.get(f".{name}", "application/octet-stream"): {
                # JSON and YAML are read as what they hold; all others are bytes.
                "schema": {"type": "object"} if name in ("json", "yaml") else {"type": "string", "format": "binary"}
            }
            for name in FORMATS
        },
    }
}


class Exporting(Narrowing, Reader):
    """The parameters of an export."""


@operation("GET /about", "getAbout", "about", "What is here", About)
def about(request: Request) -> dict[str, Any]:
    """Versions, counts, and what was not read."""
    person = person_of(request)
    with reading(request) as register:
        summary, facts = register.summary(), exports.about(register)
        came_from = watch_items.addresses(register)
    unread = (*summary.unreadable, *summary.partly_read)
    return {
        **{name: getattr(summary, name) for name in _COUNTS},
        "version": metadata.version("dutybook"),
        "format": facts.format,
        "register_id": facts.register,
        "history": f"{facts.history}:{facts.head}",
        "analysers": facts.analysers,
        "rules": facts.rules,
        "by_modality": [{"modality": m, "language": lang, "norms": n} for (m, lang), n in summary.by_modality.items()],
        "unread": [with_address(row, came_from.get(row.id, "")) for row in unread],
        "exports": FORMATS,
        "languages": reader_languages("web"),
        "you": {"name": person.name, "role": (Role.READER if person.reads_only else person.role).name.lower()},
    }


@operation("GET /health", "getHealth", "about", "Whether it works", Health)
def health(request: Request) -> dict[str, Any]:
    """Answers while the register can be read; otherwise 503 says why not."""
    with reading(request) as register:
        return {"status": "ok", "norms": register.count_texts()}


@operation("GET /doctor", "examine", "about", "Whether everything is in order", Doctor, 403)
def doctor(
    request: Request,
    deep: Annotated[Flag, Query(description="Look at all derived rows, however long it takes.")] = False,
) -> dict[str, Any]:
    """The installation, the language packs, the database and the disk, looked at. Needs the role admin."""
    from dutybook.pipeline.doctor import examine

    seeing(request, Role.ADMIN)
    with reading(request):
        pass
    found = list(examine(request.app.state.registers.database, deep=deep))
    return {"good": all(one.state != "bad" for one in found), "findings": found}


@operation("GET /index", "getIndex", "about", "How far search by meaning has come", Meaning)
def index(request: Request) -> Any:
    """Whether norms can be found by meaning, and how many."""
    from dutybook.searching import building

    with reading(request) as register:
        return building.status(register)


@operation(
    "GET /export/{format}",
    "export",
    "export",
    "Export what is filtered",
    None,
    404,
    501,
    responses=_FILE,
    response_class=Response,
)
def export(
    request: Request,
    format: Annotated[str, OneOf(FORMATS), Path(description="Of the file.")],
    asked: Annotated[Exporting, Query()],
) -> Response:
    """Exactly the norms that the filters leave, in one state of the register, as a file."""
    with reading(request) as register:
        filters_of(request, register, asked)
    reader = asked.reader.lower()
    return write_export(
        request, f".{format}", given_filters(asked), reader if reader in reader_languages("register") else "en"
    )


@operation(
    "GET /openapi.json",
    "getOpenApi",
    "about",
    "This document",
    responses={200: {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {"type": "object"}}}}},
    response_class=JSONResponse,
)
def openapi(request: Request) -> JSONResponse:
    """The description of all verbs."""
    return JSONResponse(document(request.app.state.settings.root_path, request.app.state.access.cookie))


@operation("GET /languages", "getLanguages", "about", "What is read in each language", Languages)
def list_languages(asked: Annotated[Reader, Query()]) -> dict[str, Any]:
    """All languages, the last row for those without a pack: what is read, how well it was measured, and what cannot be done."""
    return languages_as_json(languages(), measured().command, asked.reader.lower())
