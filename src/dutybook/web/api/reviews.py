"""API operations on what people record about norms: the queue, records, their history, changes and undoing them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Header, Query
from pydantic import Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from dutybook.errors import ChangedSince, NotFound
from dutybook.store import Register
from dutybook.store.judgements import approvals, reviews
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.record import FIELDS
from dutybook.store.judgements.record import Record as StoredRecord
from dutybook.store.judgements.review_queue import queue as queue_of
from dutybook.store.judgements.reviews import Done
from dutybook.web.api.models import (
    Answer,
    ApplicabilityWord,
    Body,
    HistoryRow,
    Mention,
    NormRow,
    PriorityWord,
    Proposal,
    Record,
    StatusWord,
    page_of,
)
from dutybook.web.api.norms import NormId, find_full_id
from dutybook.web.api.parameters import (
    Day,
    Narrowing,
    OneOf,
    Paged,
    Paging,
    Text,
    filters_of,
    make_page,
    make_refusal,
    slice_page,
)
from dutybook.web.api.problems import Refusal
from dutybook.web.api.routing import changing_as_editor, operation, reading, writing
from dutybook.web.last_seen import mentions_for


class Verdict(Answer):
    """Whether the history of reviews is intact; `broken` is the first row that was altered."""

    rows: int
    head: str
    broken: int | None
    says: str


Long = Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00]*$")]


HistoryPage = page_of("HistoryPage", HistoryRow, "A page of a history, the newest change first.")
MentionPage = page_of("MentionPage", Mention, "A page of notes, the latest first.")


class RecordState(Answer):
    """The review record of a norm; null if there is none yet. The header ETag is its tag."""

    norm: str = Field(description="Id of the norm that was asked for.")
    record: Record | None


class Changed(Answer):
    """A change that was made. The header ETag is the record's new tag."""

    norm: str
    changed: bool = Field(description="False: the record had these values already.")
    record: Record


class Queued(Answer):
    """A norm that is still to be reviewed, and its record."""

    norm: NormRow
    record: Record | None


Queue = page_of("Queue", Queued, "A page of the queue, the least sure findings first.")


class NewLink(Body):
    """A link to evidence of one's own."""

    label: Text = ""
    target: Annotated[str, StringConstraints(min_length=1, max_length=2_000, pattern=r"^[^\x00-\x1f\x7f]+$")] = Field(
        description="A path or address; never opened."
    )


class ReviewChange(Body):
    """A change of a record. Fields that are left out stay as they are; an empty text removes a value."""

    status: StatusWord | None = None
    owner: Text | None = None
    reviewer: Text | None = None
    due: Day | Annotated[str, OneOf(("",))] | None = Field(None, description="A day of one's own.")
    review_date: Day | Annotated[str, OneOf(("",))] | None = None
    priority: PriorityWord | None = Field(None, description="How urgent it is.")
    applicability: ApplicabilityWord | None = Field(None, description="partly and no need a reason.")
    reason: Long | None = Field(None, description="Why: of applicability, of a rejection, of a correction.")
    control: Long | None = None
    tags: Text | None = Field(None, description="Tags, parted by commas, in place of those that there are.")
    add_tag: Text | None = Field(None, description="One more tag.")
    note: Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=r"^[^\x00]*\S[^\x00]*$")] | None = (
        Field(None, description="A note to add.")
    )
    links: list[NewLink] = Field([], max_length=20)
    finding: Annotated[str, OneOf(("", "confirmed", "rejected"))] | None = Field(
        None, description="rejected needs a reason; empty takes either back."
    )
    correct: dict[Annotated[str, OneOf(FIELDS)], Text] = Field(
        {}, description="Fields and what they should be, with a reason; an empty text: nothing."
    )
    deadline: Text | None = Field(
        None, description="Which deadline is corrected, by its words or id, where a norm has several."
    )


IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of the record as it was read: nothing is written if somebody else changed it since (412). "
        "Without it, or with *, it is written in any case.",
        pattern=r'^(\*|(W/)?"[0-9]{1,12}")$',
        examples=['"0"'],
    ),
]


class Queueing(Narrowing, Paging):
    """The parameters of the review queue."""


@operation("GET /review", "getReviewQueue", "review", "What is left to look at", Queue)
def queue(request: Request, asked: Annotated[Queueing, Query()]) -> dict[str, Any]:
    """The findings to review, the least certain first; without status, owner or review_state only those that nobody has judged."""
    with reading(request) as register:
        filters = filters_of(request, register, asked)
        found, total = queue_of(register, filters, limit=asked.limit, offset=asked.offset)
        records = reviews.records(register, [norm.id for norm in found])
    items = [{"norm": norm, "record": records.get(norm.id)} for norm in found]
    return make_page(request, asked, items, total)


@operation("GET /norms/{id}/review", "getReview", "review", "The review record of a norm", RecordState, 404)
def record(request: Request, response: Response, id: NormId) -> dict[str, Any]:
    """The review record of a norm, which its other versions, copies and languages share. Send its ETag as If-Match with a change."""
    with reading(request) as register:
        norm = find_full_id(register, id)
        found = reviews.record(register, norm)
    response.headers["etag"] = _tag(found)
    return {"norm": norm, "record": found}


@operation("GET /norms/{id}/history", "getHistory", "review", "The history of a norm's record", HistoryPage, 404)
def history(request: Request, id: NormId, asked: Paged) -> dict[str, Any]:
    """The history of a norm's record, the newest change first; also for a norm that is no longer in the register."""
    with reading(request) as register:
        try:
            rows = reviews.history_of(register, id)[1][::-1]
        except NotFound:
            # The empty history of an existing norm is not the history of a missing one.
            find_full_id(register, id)
            rows = []
    return slice_page(request, asked, rows)


@operation("GET /mentions", "listMentions", "review", "Notes that mention the person who asks", MentionPage)
def mentions(request: Request, asked: Paged) -> dict[str, Any]:
    """The notes of others in which the person whose token it is is mentioned, the latest first."""
    with reading(request) as register:
        return slice_page(request, asked, mentions_for(request, register))


@operation("PATCH /norms/{id}/review", "changeReview", "review", "Say something of a norm", Changed, 403, 404, 412)
def change(
    request: Request, response: Response, id: NormId, body: ReviewChange, if_match: IfMatch = None
) -> dict[str, Any]:
    """Confirm, reject or correct a finding; set status, owner, dates, applicability; add notes and links. Needs the role editor."""
    person = changing_as_editor(request)
    wanted = wanted_change(body)
    with writing(request) as register:
        norm = find_full_id(register, id)
        if wanted.says_nothing:
            raise Refusal(
                422, "say what to change: status, owner, finding, note … (reason and deadline alone change nothing)"
            )
        since = _since(if_match)
        with _refusing_late_changes(register, norm):
            (made,) = reviews.change(
                register, [norm], wanted, by=person.name, now=datetime.now(UTC), unchanged_since=since
            )
    return _done(response, made)


@operation(
    "POST /norms/{id}/review/undo", "undoReview", "review", "Undo the last change of a record", Changed, 403, 404, 412
)
def undo(request: Request, response: Response, id: NormId, if_match: IfMatch = None) -> dict[str, Any]:
    """Undo the last change of a norm's record that was not undone yet. Needs the role editor."""
    person = changing_as_editor(request)
    with writing(request) as register:
        norm = find_full_id(register, id)
        with _refusing_late_changes(register, norm):
            made = reviews.undo(register, norm, by=person.name, now=datetime.now(UTC), unchanged_since=_since(if_match))
    return _done(response, made)


class Decision(Body):
    """Approval or refusal of what awaits the approval of a second person."""

    approve: bool = Field(description="false refuses it, which needs a reason.")
    reason: Long = Field("", description="Why.")
    proposal: Text | None = Field(None, description="Id of one proposal; without it all that others proposed.")


class AwaitingItem(Answer):
    """A proposal, and the record that it is about as it is now."""

    proposal: Proposal
    record: Record


Approvals = page_of("Approvals", AwaitingItem, "A page of what awaits approval, by record, the longest first.")


@operation("GET /approvals", "listApprovals", "review", "What awaits the approval of a second person", Approvals)
def list_approvals(request: Request, asked: Paged) -> dict[str, Any]:
    """Changes that one person proposed and a second one has neither approved nor refused."""
    with reading(request) as register:
        items, total = approvals.awaiting(register, limit=asked.limit, offset=asked.offset)
    return make_page(request, asked, items, total)


@operation(
    "POST /norms/{id}/review/decision", "decideReview", "review", "Approve or refuse a change", Changed, 403, 404
)
def decide(request: Request, response: Response, id: NormId, body: Decision) -> dict[str, Any]:
    """Approve or refuse what somebody else proposed for a norm. Needs the role editor."""
    person = changing_as_editor(request)
    with writing(request) as register:
        norm = find_full_id(register, id)
        made = approvals.decide(
            register, norm, approve=body.approve, by=person.name, reason=body.reason, proposal=body.proposal
        )
    return _done(response, made)


@operation("GET /audit/verify", "verifyHistory", "review", "Check the history", Verdict)
def verify(
    request: Request,
    head: Annotated[
        str | None,
        Query(
            pattern=r"^[0-9]{1,12}:[0-9a-f]{64}$",
            description="A head that was kept from earlier: it must still be there.",
        ),
    ] = None,
) -> dict[str, Any]:
    """Whether no row of the history was changed, taken out or put in."""
    with reading(request) as register:
        found = reviews.verify_history(register, head)
    return {"rows": found.rows, "head": found.head, "broken": found.broken, "says": found.says}


def wanted_change(body: ReviewChange) -> Change:
    """The change that a request asks for.

    Raises:
        BadRequest: something in it cannot be meant.
    """
    given = body.model_dump(exclude_unset=True, include=set(ReviewChange.model_fields) - {"links"})
    for name in ("due", "review_date"):
        if given.get(name) is not None:
            given[name] = str(given[name])
    return Change(**given, links=tuple((link.label, link.target) for link in body.links))


def _since(if_match: str | None) -> str | None:
    found = re.fullmatch(r'(?:W/)?"([0-9]+)"', if_match or "")
    if if_match is not None and not found and if_match != "*":
        raise make_refusal("If-Match", 'give the ETag as it was read, such as "17", or *', "header")
    return found[1] if found else None


def _tag(record: StoredRecord | None) -> str:
    return f'"{record.revision if record else 0}"'


@contextmanager
def _refusing_late_changes(register: Register, norm: str) -> Iterator[None]:
    try:
        yield
    except ChangedSince as error:
        now = reviews.record(register, norm)
        current = Record.model_validate(now).model_dump(mode="json") if now else None
        raise Refusal(412, str(error), headers={"etag": _tag(now)}, current=current) from error


def _done(response: Response, made: Done) -> dict[str, Any]:
    response.headers["etag"] = _tag(made.after)
    return {"norm": made.norm, "changed": made.before != made.after, "record": made.after}
