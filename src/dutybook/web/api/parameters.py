"""Declares and checks the parameters of API operations, strictly, so that a typing error never widens a search; and cuts lists into
pages with links between them (RFC 8288)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, Field, StringConstraints
from pydantic_core import CoreSchema, core_schema
from starlette.requests import Request

from dutybook.errors import BadFilter
from dutybook.searching import FACETS, MODES
from dutybook.store import Filters, Register
from dutybook.web.api.problems import Refusal, describe_field_error

#: The default number of rows of a page, the most, and the greatest offset.
LIMIT, MOST, FURTHEST = 50, 200, 1_000_000


@dataclass(frozen=True)
class OneOf:
    """The type of a parameter that takes one of a few words."""

    values: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.literal_schema(list(self.values))


def _parse_day(value: object) -> object:
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return date.fromisoformat(value)
    raise ValueError("this is no day: write year-month-day, such as 2026-08-02")


def _whole(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,12}", value):
        raise ValueError("this is no whole number")
    return value


def _flag(value: object) -> object:
    if isinstance(value, str):
        if value not in ("true", "false"):
            raise ValueError("write true or false")
        return value == "true"
    return value


Day = Annotated[date, BeforeValidator(_parse_day)]
Whole = Annotated[int, BeforeValidator(_whole)]
Flag = Annotated[bool, BeforeValidator(_flag)]
#: Text without NUL, which no document has.
Text = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00]*$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}$")]
TargetText = Annotated[str, StringConstraints(min_length=1, max_length=2_000, pattern=r"^[^\x00-\x1f\x7f]+$")]
#: Values of one filter.
_MANY = 30


def facet_values(facet: str) -> OneOf:
    """The values of a facet that has a fixed list of them."""
    return OneOf(tuple(FACETS[facet].labels or ()))


class Paging(BaseModel):
    """Which part of a list."""

    limit: Whole = Field(LIMIT, ge=1, le=MOST, description="Rows of a page.")
    offset: Whole = Field(
        0, ge=0, le=FURTHEST, description="Rows before it; the links `next` and `previous` say the right ones."
    )


#: The parameters of an operation that takes no others.
Paged = Annotated[Paging, Query()]


class Reader(BaseModel):
    """The parameter for the language of names."""

    reader: Code = Field(
        "en",
        description="Show names, and norms that are there in several languages, in this language where there is one.",
    )


def _several(description: str) -> Any:
    return Field([], max_length=_MANY, description=description)


class Narrowing(BaseModel):
    """The filters of a search (all must hold; of several values of one, one must)."""

    words: Text = Field(
        "",
        description='Words in any form, "exact words", begin*, one OR other, -without, bearer:…, a citation.',
        examples=["incident report"],
    )
    bearer: Text | None = Field(None, description="Part of the party that must act.")
    modality: list[Annotated[str, facet_values("modality")]] = _several("Kind of norm.")
    language: list[Code] = _several("Language of the text (ISO 639-1).")
    work: list[Text] = _several(
        "The act: any official number (CELEX, ELI, OJ, national) or part of its short title.",
    )
    document: Text | None = Field(None, description="Id of a document or its beginning, part of its title or source.")
    place: Text | None = Field(None, description='A place in the act and all below it: "Art 5".')
    deadline_before: Day | None = Field(None, description="With a computed date up to this day.")
    deadline_after: Day | None = Field(None, description="With a computed date from this day on.")
    bearer_class: list[Annotated[str, facet_values("bearer_class")]] = _several("What the bearer is.")
    strength: Annotated[str, OneOf(("must", "should"))] | None = Field(
        None, description="Binding (must) or recommended (should)."
    )
    role: Text | None = Field(None, description="Part of the bearer's English name, whatever the text's language.")
    applies_on: Day | None = Field(None, description="Applies on this day, or may (`depends_on`).")
    bearer_role: list[Text] = _several("The bearer's whole English name.")
    jurisdiction: list[Text] = _several("Whose law it is: EU, DE, FR …")
    topic: list[Annotated[str, facet_values("topic")]] = _several("What it is about.")
    due_window: list[Annotated[str, facet_values("due_window")]] = _several("When something is due, from today.")
    applies: list[Annotated[str, facet_values("applies")]] = _several("Whether it applies today.")
    new_text: list[Annotated[str, facet_values("new_text")]] = _several(
        "Whether it is the act's own, or new text for another act that it quotes."
    )
    legal_status: list[Annotated[str, facet_values("legal_status")]] = _several("What news reports it as.")
    amends: Text | None = Field(None, description="Part of the name or number of the act that new text belongs to.")
    status: Annotated[str, facet_values("status")] | None = Field(None, description="What people made of it.")
    owner: Text | None = Field(None, description="Part of the name of who looks after it.")
    applicability: list[Annotated[str, facet_values("applicability")]] = _several("Whether it applies to us.")
    tag: list[Text] = _several("A tag that people gave it.")
    for_us: list[Annotated[str, facet_values("for_us")]] = _several(
        "Whether it is for us: as people confirmed, else as is proposed for the profiles."
    )
    profile: list[Text] = _several("The name of a profile that it is for, confirmed or proposed.")
    review_state: Annotated[str, facet_values("review_state")] | None = Field(
        None, description="What people think of the finding; rejected ones are hidden unless asked for."
    )
    as_of: Day | None = Field(None, description="As the law stood on this day.")
    all_versions: Flag = Field(False, description="Norms of every version and copy, not of the newest version alone.")


class Search(Narrowing, Paging, Reader):
    """A search: filters, how it is done, and which page."""

    semantic: Annotated[str, OneOf(MODES)] = Field(
        "auto",
        description="Search by meaning in addition to words, across languages; off: only words, only: only meaning.",
    )
    facet: list[Annotated[str, OneOf(tuple(FACETS))]] = _several("Count the norms by these.")


NAMES = tuple(Narrowing.model_fields)


def given_filters(asked: Narrowing) -> dict[str, Any]:
    """The filters that were given, by name, in the form that the store takes."""
    given = {name: getattr(asked, name) for name in NAMES}
    return {name: tuple(v) if isinstance(v, list) else v for name, v in given.items() if v not in (None, [], "", False)}


def filters_of(request: Request, register: Register, asked: Narrowing) -> Filters:
    """The filters of a request; Refusal names the parameter that contradicts others or names nothing that exists."""
    with refusing("as_of"):
        made = Filters(today=request.app.state.settings.today(), **given_filters(asked))
    for name, alone in (("work", Filters(work=made.work)), ("document", Filters(document=made.document))):
        with refusing(name):
            register.check_filters(alone)
    return made


def make_refusal(name: str, error: Exception | str, where: str = "query") -> Refusal:
    """An error that says that a parameter makes no sense."""
    return Refusal(422, f"{name}: {error}", errors=[describe_field_error(where, name, str(error))])


@contextmanager
def refusing(name: str) -> Iterator[None]:
    """Turn a BadFilter into a refusal that names this parameter."""
    try:
        yield
    except BadFilter as error:
        raise make_refusal(name, error) from error


def make_page(request: Request, asked: Paging, items: Sequence[Any], total: int, **more: Any) -> dict[str, Any]:
    """A page of a list that has ``total`` rows in all, with links to the other pages in the body and in the header."""
    links: dict[str, str] = {}
    if asked.offset + len(items) < total and items and asked.offset + asked.limit <= FURTHEST:
        links["next"] = _address(request, asked.offset + asked.limit)
    if asked.offset:
        links["prev"] = _address(request, max(asked.offset - asked.limit, 0))
        links["first"] = _address(request, 0)
    if links:
        request.state.link = ", ".join(f'<{address}>; rel="{rel}"' for rel, address in links.items())
    return {
        "items": list(items),
        "total": total,
        "limit": asked.limit,
        "offset": asked.offset,
        "next": links.get("next"),
        "previous": links.get("prev"),
        **more,
    }


def slice_rows(rows: Sequence[Any], asked: Paging) -> Sequence[Any]:
    """The requested rows of a list whose rows are all known."""
    return rows[asked.offset : asked.offset + asked.limit]


def slice_page(request: Request, asked: Paging, rows: Sequence[Any], **more: Any) -> dict[str, Any]:
    """The requested page of a list whose rows are all known."""
    return make_page(request, asked, slice_rows(rows, asked), len(rows), **more)


def _address(request: Request, offset: int) -> str:
    rest = [(n, v) for n, v in request.query_params.multi_items() if n != "offset"]
    path = request.scope["path"].encode("utf-8", "replace")
    root: str = request.app.state.settings.root_path
    query = urlencode([*rest, *([("offset", str(offset))] if offset else [])])
    return root + quote(path, safe="/:") + (f"?{query}" if query else "")
