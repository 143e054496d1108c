"""API operations on norms: search, facets, one norm with all about it, its explanation, and its page as an image."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from dutybook.errors import NotFound
from dutybook.records import Box as PageBox
from dutybook.records.norm_fields import PARTS
from dutybook.searching import WITHOUT_MEANING, searching, without_text
from dutybook.store import NormDetail, Register
from dutybook.store.documents import interpretation, norm_context
from dutybook.store.documents.interpretation import guidance_on, recitals_of
from dutybook.store.documents.norm_context import Followed, followed, identity_of, page_size, parts_of, texts
from dutybook.store.documents.view import source_of
from dutybook.store.folders import hide_folder_in
from dutybook.store.judgements import reviews
from dutybook.store.news.entries import of_norm
from dutybook.store.watches import watch_items
from dutybook.web.api.models import (
    Answer,
    Box,
    Citation,
    Definition,
    Deviation,
    Evidence,
    Fact,
    HistoryRow,
    MaybeDay,
    NormRow,
    Page,
    PageNumber,
    Penalty,
    Period,
    Record,
    Rejected,
    of_row,
)
from dutybook.web.api.parameters import OneOf, Search, Whole, filters_of, make_page, make_refusal
from dutybook.web.api.routing import operation, reading
from dutybook.web.registers import SearchPool


@of_row(searching.Hit)
class Hit(Answer):
    """One norm that was found, over its languages and versions."""

    rank: float = Field(description="Lower is better; 0 where no words were asked for.")
    marks: list[tuple[int, int]] = Field(description="Half-open ranges of the quote that the words met.")
    identity: str = Field(description="Ties its texts in all languages and versions.")
    others: list[tuple[str, str]] = Field(description="Its other texts: language and id.")
    found_by: list[str] = Field(
        description="words, article (its whole article has them) or meaning; empty where only filters were given."
    )
    similarity: float | None = Field(description="How near it is in meaning, where that found it.")
    due: MaybeDay


class Counted(Answer):
    """A value of a facet and how many norms have it."""

    value: str
    label: str
    norms: int


class NoText(Answer):
    """An act of which no text that stood on the day is here; `from` is the day from which on there is one."""

    work: str
    title: str
    since: str = Field(alias="from")


class Hits(Page):
    """A page of results, the best first; without words in the order of the register."""

    items: list[Hit]
    more: bool = Field(
        description="There are more than `total`: the first 15,000 are looked at. Narrow the search, or export."
    )
    facets: dict[str, list[Counted]] = Field(
        description="The facets that were asked for, the most frequent value first."
    )
    without_text: list[NoText] = Field(description="With as_of: acts of which no text that stood then is here.")
    loosened: bool = Field(description="No norm has all the words: these have all but one.")
    did_you_mean: str = Field(
        description="Where no norm has the words and some are in none: the words with the nearest ones that norms have; else empty."
    )
    without_meaning: Annotated[str, OneOf(("", *WITHOUT_MEANING))] = Field(
        description="Why meaning was not searched although `semantic` is auto: the register is not_indexed, its encoder is"
        " not_installed or outdated (`GET /index`); else empty."
    )


class Facets(Answer):
    """Counts of facets over what the filters leave; a facet leaves its own filter out."""

    total: int
    more: bool
    facets: dict[str, list[Counted]]


class Part(Answer):
    """A part of the sentence: a half-open range of characters of the quote."""

    name: str = Field(description=f"{', '.join(PARTS)} or deadline.")
    start: int
    end: int


@of_row(norm_context.TextRow)
class NormText(Answer):
    """A text of the norm: in a language, of a version."""

    valid_from: str | None = Field(description="The day from which its version stands; null where not known.")
    valid_until: str | None = Field(description="The last day of its version; null while it stands.")
    current: bool = Field(description="Of the newest version in its language.")


class Target(Answer):
    """Where a citation leads: to a norm, a place in a document, or an act; what is not known is empty."""

    norm: str
    document: str
    place: str
    work: str
    title: str
    quote: str


class Cited(Citation):
    """What the norm cites, followed."""

    target: Target | None = Field(description="Where it leads in the register; null where it leads out of it.")


class NewsOfNorm(Answer):
    """What the news say of the norm."""

    document: str
    day: str | None
    title: str
    quote: str


@of_row(interpretation.RecitalRow)
class Recital(Answer):
    """A recital that speaks of what the norm says: recognised by its words, so not surely."""

    likeness: float = Field(
        ge=0, le=1, description="The cosine of its words with those of the norm and of its article."
    )


@of_row(interpretation.GuidanceRow)
class Guidance(Answer):
    """Words of a guidance that cite the place of the norm, or one around or within it."""

    cited: str = Field(description="The citation as it is written.")
    norm: str | None = Field(description="The id of the norm that these words are, if they are one.")


class PageImage(Answer):
    """The picture of a page with words of the norm, and where on it they are outlined."""

    number: PageNumber
    width: float = Field(description="Points.")
    height: float = Field(description="Points.")
    address: str = Field(description="Address of the picture with the norm's words outlined.")
    plain: str = Field(description="Address of the picture without them.")
    boxes: list[Box]


class Norm(Answer):
    """Everything that is known of one norm."""

    norm: NormRow
    identity: str
    parts: list[Part]
    evidence: Evidence | None
    images: list[PageImage]
    citations: list[Cited]
    headings: list[str] = Field(description="Headings above it, the outermost first.")
    definitions: list[Definition]
    recitals: list[Recital] = Field(description="Recitals of its act that speak of the same, the most like it first.")
    guidance: list[Guidance] = Field(description="Guidance that cites its place, the newest first.")
    penalties: list[Penalty]
    dates: list[Fact] = Field(description="What says from when and until when it applies.")
    times: list[Period] = Field(
        description="From when it may apply, where that is not one day for all cases; else empty."
    )
    texts: list[NormText] = Field(description="Its texts in all languages and versions, its own among them.")
    deviations: list[Deviation] = Field(description="Where its languages say different things.")
    news: list[NewsOfNorm]
    address: str = Field(description="Where its document came from, if a watch fetched it; else empty.")
    review: Record | None = Field(description="Its review record.")
    history: list[HistoryRow] = Field(description="The last changes of that, the newest first.")


class Explained(Answer):
    """Why something was found (`kind` norm), or was judged to be no norm (`kind` rejected)."""

    kind: str
    norm: NormRow | None
    rejected: Rejected | None
    evidence: Evidence | None
    headings: list[str]
    dates: list[Fact]
    definitions: list[Definition] = Field(description="Of terms that it uses.")
    recitals: list[Recital] = Field(description="Recitals of its act that speak of the same, the most like it first.")
    guidance: list[Guidance] = Field(description="Guidance that cites its place, the newest first.")


NormId = Annotated[
    str,
    Path(description="Id of a norm; its first four characters are enough where no other begins so.", examples=["3fa9"]),
]
#: Changes of the record that a norm shows; all of them have an address of their own.
_HISTORY = 30


@operation("GET /norms", "searchNorms", "norms", "Find norms", Hits, 501)
def search(request: Request, asked: Annotated[Search, Query()]) -> dict[str, Any]:
    """Norms by words and filters, the best match first. A norm in several languages is one result."""
    with reading(request) as register:
        filters = filters_of(request, register, asked)
        finder: SearchPool = request.app.state.search_pool
        found = finder.page(
            register,
            filters,
            limit=asked.limit,
            offset=asked.offset,
            reader=asked.reader if "reader" in request.query_params else None,
            facets=tuple(asked.facet),
            semantic=asked.semantic,
        )
        missing = without_text(register, filters)
    return make_page(
        request,
        asked,
        found.hits,
        found.total,
        more=found.more,
        facets=_counted(found.facets),
        without_text=[{"work": work, "title": title, "from": since} for work, title, since in missing],
        loosened=found.loosened,
        did_you_mean=found.did_you_mean,
        without_meaning=found.without_meaning,
    )


@operation("GET /facets", "countNorms", "norms", "Count norms", Facets, 501)
def facets(request: Request, asked: Annotated[Search, Query()]) -> dict[str, Any]:
    """How many norms the filters leave, and how many of them have each value of the facets that are asked for (all, if none is)."""
    from dutybook.searching import FACETS

    with reading(request) as register:
        filters = filters_of(request, register, asked)
        finder: SearchPool = request.app.state.search_pool
        counted = tuple(asked.facet) or tuple(FACETS)
        found = finder.page(register, filters, limit=0, facets=counted, semantic=asked.semantic)
    return {"total": found.total, "more": found.more, "facets": _counted(found.facets)}


@operation("GET /norms/{id}", "getNorm", "norms", "Read a norm", Norm, 404)
def norm(request: Request, id: NormId) -> dict[str, Any]:
    """Everything about a norm: its parts, its evidence, its citations, deadlines, texts and review record."""
    with reading(request) as register:
        detail = register.norm(find_full_id(register, id))
        return describe_norm(register, detail) | {
            "images": _images(register, detail, request.app.state.settings.root_path)
        }


def describe_norm(register: Register, detail: NormDetail) -> dict[str, Any]:
    """The fields of a norm as its model takes them, but for the addresses of images."""
    full = detail.norm.id
    news_items = of_norm(register, full)
    history = reviews.history_of(register, full)[1] if detail.review else []
    return {
        **_detail(detail, "norm", "evidence", "headings", "definitions", "penalties", "dates", "times", "review"),
        "identity": identity_of(register, full),
        "parts": [{"name": name, "start": start, "end": end} for name, start, end in parts_of(register, full)],
        "citations": [
            _citation(found)
            for found in followed(register, detail.citations, detail.norm.document, detail.norm.language)
        ],
        "texts": texts(register, full),
        **_interpretation(register, detail),
        "deviations": register.differences.deviations(norm=full),
        "news": [{"document": i.document, "day": i.day, "title": i.title, "quote": m.quote} for i, m in news_items],
        "address": watch_items.address(register, detail.norm.document),
        "history": history[: -_HISTORY - 1 : -1],
    }


@operation("GET /norms/{id}/explain", "explain", "norms", "Explain a finding", Explained, 404)
def explain(request: Request, id: NormId) -> dict[str, Any]:
    """Which rule or model spoke, on which words, how surely, and how each date was computed; of a rejected candidate why it is no norm."""
    with reading(request) as register:
        return describe_finding(register, id)


def describe_finding(register: Register, identity: str) -> dict[str, Any]:
    """Why something was found, or rejected, as the model takes it; the id may be the beginning of one.

    Raises:
        NotFound: nothing has this id, or several findings have ids that begin so.
    """
    kind, full = register.kind_of(identity)
    if kind == "rejected":
        found = register.rejection(full)
        empty: dict[str, Any] = {"norm": None}
        empty |= {name: [] for name in ("headings", "dates", "definitions", "recitals", "guidance")}
        return empty | {"kind": kind, "rejected": found, "evidence": found.evidence}
    detail = register.norm(full)
    return {
        **_detail(detail, "norm", "evidence", "headings", "dates", "definitions"),
        **_interpretation(register, detail),
        "kind": "norm",
        "rejected": None,
    }


def _interpretation(register: Register, detail: NormDetail) -> dict[str, Any]:
    """What helps to read a norm, as its models take it."""
    return {"recitals": recitals_of(register, detail.norm), "guidance": guidance_on(register, detail.norm)}


class _Png(Response):
    media_type = "image/png"


@operation("GET /norms/{id}/image", "getNormImage", "norms", "Look at the evidence", None, 404, response_class=_Png)
def image(
    request: Request,
    id: NormId,
    page: Annotated[
        Whole | None,
        Query(ge=1, le=100_000, description="One of the pages that the norm stands on; the first if not given."),
    ] = None,
) -> Response:
    """The page on which a norm stands, with its words outlined. The norm has the size of the page in points and the boxes."""
    with reading(request) as register:
        found = register.norm(find_full_id(register, id)).norm
    pages = {int(box["page"]) for box in found.boxes} | ({found.page} if found.page else set())
    if not pages:
        raise NotFound("this norm stands in a document without pages, so there is none to look at")
    number = page or found.page or min(pages)
    if number not in pages:
        raise make_refusal("page", f"the norm stands on {', '.join(map(str, sorted(pages)))}")
    boxes = tuple(
        PageBox(int(b["page"]), b["x0"], b["top"], b["x1"], b["bottom"]) for b in found.boxes if b["page"] == number
    )
    return draw_page(request, found.document, number, boxes)


def draw_page(request: Request, document: str, number: int, boxes: tuple[PageBox, ...] = ()) -> Response:
    """A page of a document as a PNG image; NotFound if it cannot be drawn. Only the document's own file is opened."""
    with reading(request) as register:
        row = source_of(register, document)
    if row is None:
        raise NotFound(f"there is no document {document!r} in the register")
    from dutybook.errors import DutybookError

    source = request.app.state.settings.folder / row[0]
    try:
        data = request.app.state.drawer.page(source, row[1], number, boxes)
    except DutybookError as error:
        raise NotFound(hide_folder_in(str(error), str(source))) from error
    return _Png(data, headers={"cache-control": "private, max-age=86400"})


def find_full_id(register: Register, identity: str) -> str:
    """The full id of a norm; NotFound for none, several, or a rejected candidate."""
    kind, full = register.kind_of(identity)
    if kind != "norms":
        raise NotFound(f"{full} is no norm but was rejected: GET /api/v1/norms/{full}/explain says why")
    return full


def _detail(detail: NormDetail, *names: str) -> dict[str, Any]:
    return {name: getattr(detail, name) for name in names}


def _images(register: Register, detail: NormDetail, root: str) -> list[dict[str, Any]]:
    norm = detail.norm
    numbers = sorted({int(box["page"]) for box in norm.boxes} | ({norm.page} if norm.page else set()))
    sizes = [size for number in numbers if (size := page_size(register, norm.document, number))]
    return [
        {
            "number": size.number,
            "width": size.width,
            "height": size.height,
            "address": f"{root}/api/v1/norms/{norm.id}/image?page={size.number}",
            "plain": f"{root}/api/v1/documents/{norm.document}/pages/{size.number}.png",
            "boxes": [box for box in norm.boxes if box["page"] == size.number],
        }
        for size in sizes
    ]


def _citation(found: Followed) -> dict[str, Any]:
    """A citation with where it leads in the register."""
    own = {name: getattr(found.citation, name) for name in found.citation.__dataclass_fields__}
    names = ("norm", "document", "place", "work", "title", "quote")
    return own | {"target": {name: getattr(found, name) for name in names} if found.here else None}


def _counted(facets: dict[str, list[tuple[str, str, int]]]) -> dict[str, Any]:
    return {n: [{"value": v, "label": label, "norms": k} for v, label, k in counts] for n, counts in facets.items()}
