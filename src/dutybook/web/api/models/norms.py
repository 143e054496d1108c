"""Norms: as a result of a search, and with everything that is known of one."""

from __future__ import annotations

from pydantic import Field

from dutybook.records.norm_fields import PARTS
from dutybook.searching import searching
from dutybook.store.documents import norm_context
from dutybook.web.api.models.base import (
    Answer,
    Box,
    MaybeDay,
    Page,
    PageNumber,
)
from dutybook.web.api.models.parts import (
    Citation,
    Definition,
    Deviation,
    Evidence,
    Fact,
    NormRow,
    Penalty,
    Rejected,
)
from dutybook.web.api.models.reviews import HistoryRow, Record
from dutybook.web.api.models.rows import of_row


@of_row(searching.Hit)
class Hit(Answer):
    """One norm that was found, over its languages and versions."""

    rank: float = Field(description="Lower is better; 0 where no words were asked for.")
    marks: list[tuple[int, int]] = Field(description="Half-open ranges of the quote that the words met.")
    identity: str = Field(description="Ties its texts in all languages and versions.")
    others: list[tuple[str, str]] = Field(description="Its other texts: language and id.")
    found_by: list[str] = Field(description="words or meaning; empty where only filters were given.")
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
    penalties: list[Penalty]
    dates: list[Fact] = Field(description="What says from when and until when it applies.")
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
