"""API operations on acts: the list, one act with its versions, changes between two versions, and dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import Field
from starlette.requests import Request

from dutybook.errors import BadFilter, NotFound
from dutybook.export import timeline as timelines
from dutybook.resolve.identity.changes import ChangeKind
from dutybook.store import Register
from dutybook.store.documents import works
from dutybook.store.documents.works import WorkRow
from dutybook.store.news import coming_acts as coming
from dutybook.store.versions import differences
from dutybook.store.versions.differences import ChangeRow, CorrectionRow, VersionRow
from dutybook.web.api.models import Answer, Deviation, Fact, Page, of_row, page_of
from dutybook.web.api.parameters import (
    Code,
    Flag,
    OneOf,
    Paged,
    Paging,
    Reader,
    Text,
    make_page,
    make_refusal,
    refusing,
    slice_page,
    slice_rows,
)
from dutybook.web.api.routing import operation, reading
from dutybook.web.pages.changes import find_pair, language_for

KINDS = tuple(kind.value for kind in ChangeKind)


KindOfChange = OneOf(KINDS)


@of_row(works.ActRow)
class ActRow(Answer):
    """An act of the register, whatever languages and versions it has."""

    number: str = Field(description="Its official number; empty where none is known.")
    title: str = Field(description="In the reader's language, else English, else any.")
    newest: str | None = Field(description="The day from which the newest version stands.")
    norms: int = Field(description="Norms of the newest version, in the language that has most of them.")


Acts = page_of("Acts", ActRow, "A page of acts, by title.")


@of_row(coming.ComingAct)
class ComingAct(Answer):
    """An act that is known by name alone: a bill, or an act of which no text is here."""

    draft: bool = Field(description="A document says that it is not adopted yet.")
    since: str | None = Field(description="The first day of a document that names it.")
    documents: int = Field(description="How many documents name it.")
    work: str | None = Field(
        description="The act of the register that is called so; null while there is none, or several."
    )


ComingActs = page_of("ComingActs", ComingAct, "A page of acts that are known by name alone, the newest first.")


@of_row(works.VersionRow)
class Version(Answer):
    """A document as a version of its act; `valid_until` is its last day, null while it stands."""

    expression: str = Field(description="Shared by copies of one text.")
    preferred: bool = Field(description="Of copies the one that searches read.")
    current: bool = Field(description="It is the newest one in its language.")


@of_row(works.RelationRow)
class Relation(Answer):
    """The act `work` does `kind` (amends, corrects, repeals …) to `related`; `quote` says so."""


@of_row(works.WorkRow)
class Act(Answer):
    """An act with all that the register knows of it."""

    languages: list[str]
    numbers: dict[str, list[str]] = Field(description="Official numbers by scheme: celex, eli, oj, national.")
    facts: list[Fact] = Field(description="Dates of the newest text, the earliest first.")
    deviations: list[Deviation] = Field(description="Where its languages say different things.")


Versions = page_of("Versions", Version, "A page of the versions of an act, by language and time.")


@of_row(differences.VersionRow)
class Compared(Answer):
    """A version that is compared."""


@of_row(differences.ChangeRow)
class Change(Answer):
    """One change; `identity` is the norm's through all versions."""

    place: str
    detail: dict[str, Any] = Field(
        description="What changed: `words` pairs of old and new words, `why` reasons, `old` and `new` values."
    )


@of_row(differences.CorrectionRow)
class Corrected(Answer):
    """Words that a corrigendum puts right."""


class Changes(Page):
    """What changed from one version of an act to another: a page of changes, and what corrigenda put right."""

    old: Compared | None = Field(description="Null where there are only corrigenda.")
    new: Compared | None
    items: list[Change]
    corrections: list[Corrected]


@of_row(timelines.Item)
class TimelineItem(Answer):
    """One date of an act or of one of its norms."""

    kind: str = Field(description="act, a modality, or event.")
    id: str = Field(description="Id of the norm; empty for dates of the act itself.")
    label: str


@of_row(timelines.Timeline)
class Timeline(Answer):
    """The dates of an act and of its norms in one of its languages, by day."""

    undated: int = Field(description="Deadlines without a date of their own.")


Work = Annotated[
    str,
    Path(
        description="Id of an act, or any official number or part of its short title that names one alone. Encode a slash as %2F.",
        examples=["32031R0777"],
    ),
]


class Listing(Paging, Reader):
    """The parameters that select acts."""

    words: Text = ""


class Coming(Paging):
    """The parameters that select acts known by name alone."""

    words: Text = ""
    all: Flag = Field(False, description="Also those of which the register has the act by now.")


class Comparing(Paging):
    """The parameters that select two versions."""

    language: Code | None = None
    since: Annotated[
        Text,
        Query(
            description="A day on which the older version stood, or its document's id; the last but one if not given."
        ),
    ] = ""
    until: Annotated[
        Text,
        Query(description="A day on which the newer version stands, or its document's id; the last one if not given."),
    ] = ""
    kind: list[Annotated[str, KindOfChange]] = Field([], description="Only such changes.")


@operation("GET /acts", "listActs", "acts", "List acts", Acts)
def acts(request: Request, asked: Annotated[Listing, Query()]) -> dict[str, Any]:
    """All acts by title, or those that a number or part of a title (`words`) names."""
    with reading(request) as register:
        found, total = works.acts(register, asked.reader.lower(), asked.words, limit=asked.limit, offset=asked.offset)
        if not found and asked.offset:
            total = works.acts(register, asked.reader.lower(), asked.words, limit=1)[1]
    return make_page(request, asked, found, total)


@operation("GET /coming-acts", "listComingActs", "acts", "List acts that are known by name alone", ComingActs)
def coming_acts(request: Request, asked: Annotated[Coming, Query()]) -> dict[str, Any]:
    """Acts that news and guidance name and the register has no text of, such as bills; `words` is part of a name."""
    with reading(request) as register:
        found, total = coming.coming_acts(
            register, asked.words, every=asked.all, limit=asked.limit, offset=asked.offset
        )
    return make_page(request, asked, found, total)


@operation("GET /acts/{work:path}/versions", "listVersions", "acts", "List versions of an act", Versions, 404)
def versions(request: Request, work: Work, asked: Paged) -> dict[str, Any]:
    """The documents of an act as its versions, by language and time."""
    with reading(request) as register:
        found = find_act(register, work).versions
    return slice_page(request, asked, found)


@operation("GET /acts/{work:path}/changes", "compareVersions", "acts", "Compare versions of an act", Changes, 404)
def changes(request: Request, work: Work, asked: Annotated[Comparing, Query()]) -> dict[str, Any]:
    """What changed between two versions in one language, and what corrigenda put right. What only looks different is no change."""
    with reading(request) as register:
        found = compare(register, work, asked)
    rows = slice_rows(found.changes, asked)
    more: dict[str, Any] = {"old": found.old, "new": found.new, "corrections": found.corrections}
    return make_page(request, asked, rows, len(found.changes), **more)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one version of an act to another; without versions, what corrigenda put right."""

    old: VersionRow | None
    new: VersionRow | None
    changes: Sequence[ChangeRow]
    corrections: Sequence[CorrectionRow]


def _language_of(versions: Sequence[VersionRow], asked: str) -> str:
    language = language_for(versions, asked, "en")
    if asked and language != asked:
        there = ", ".join(sorted({v.language for v in versions})) or "none"
        raise make_refusal("language", f"the register has no versions in it; it has {there}")
    return language


def compare(register: Register, work: str, asked: Comparing) -> Comparison:
    """Compare two versions of an act in one language.

    Raises:
        NotFound: there is no such act, or there are no two versions of it.
        Refusal: the language, a day or an id makes no sense.
    """
    row = find_act(register, work)
    found_in = register.differences
    every = found_in.versions(row.id)
    language = _language_of(every, (asked.language or "").lower())
    of_language = [v for v in every if v.language == language]
    with refusing("since or until"):
        old, new = find_pair(of_language, asked.since, asked.until)
    difference = found_in.between(old, new) if old and new else None
    corrections = [c for c in found_in.corrections(row.id) if c.language == language or not of_language]
    if difference is None and not corrections:
        raise NotFound(f"there are no two versions of {row.id} in {language or 'any language'} to compare")
    kept = [c for c in difference.changes if not asked.kind or c.kind in asked.kind] if difference else []
    return Comparison(old, new, kept, corrections if not asked.kind or "corrected" in asked.kind else [])


@operation("GET /acts/{work:path}/timeline", "getTimeline", "acts", "Dates of an act", Timeline, 404)
def timeline(
    request: Request,
    work: Work,
    language: Annotated[
        Code | None, Query(description="In this language; English if there is such a text, else the first.")
    ] = None,
    reader: Annotated[Code, Query(description="Call dates of the act as readers of this language do.")] = "en",
) -> Any:
    """The dates of an act and of its norms in order."""
    with reading(request) as register:
        wanted = {"work": find_act(register, work).id} | ({"language": language.lower()} if language else {})
        try:
            return timelines.timeline_of(register, wanted, reader.lower())
        except BadFilter as error:
            raise NotFound(str(error)) from error


@operation("GET /acts/{work:path}", "getAct", "acts", "Read an act", Act, 404)
def act(request: Request, work: Work) -> dict[str, Any]:
    """An act with its numbers, versions, relations to others, dates, and where its languages say different things."""
    with reading(request) as register:
        return describe_act(register, find_act(register, work))


def describe_act(register: Register, row: WorkRow) -> dict[str, Any]:
    """The fields of an act as its model takes them."""
    names = ("id", "kind", "jurisdiction", "title", "languages", "numbers", "versions", "relations")
    return {
        **{name: getattr(row, name) for name in names},
        "facts": register.timeline(row.id),
        "deviations": register.differences.deviations(row.id),
    }


def find_act(register: Register, identity: str) -> WorkRow:
    """The act with this id, or the only one whose number or title fits; NotFound for none or several."""
    try:
        return works.work(register, identity)
    except NotFound:
        try:
            found = works.works(register, identity)
        except BadFilter as error:
            raise NotFound(str(error)) from error
        if len(found) > 1:
            raise NotFound(
                f"{len(found)} acts are named so: {', '.join(row.id for row in found[:10])}. Give the id of one."
            ) from None
        return found[0]
