"""The page of a norm: the sentence with its parts, the evidence, and what people recorded about it; and the review queue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook.errors import BadRequest, NotFound
from dutybook.export.columns import norm_lines
from dutybook.languages.proposal_words import describe_reason, verdict_words
from dutybook.pipeline.due_dates import recount_events
from dutybook.records.norm_fields import NORM_FIELDS
from dutybook.resolve.identity.records import word_diff
from dutybook.store import Filters, NormRow, Register
from dutybook.store.documents.interpretation import guidance_on, recitals_of
from dutybook.store.documents.norm_context import PageSize, TextRow, followed, page_size, parts_of, penalty_place, texts
from dutybook.store.documents.view import stretch
from dutybook.store.documents.works import short_names
from dutybook.store.judgements import reviews
from dutybook.store.judgements.approval_rule import same_person
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.record import APPLICABILITIES, DEADLINE, STATUSES, Record
from dutybook.store.judgements.review_queue import judged, least_sure
from dutybook.store.judgements.review_queue import number as number_of
from dutybook.store.news.entries import of_norm
from dutybook.store.profiles.proposals import proposals_of
from dutybook.store.versions.amended import is_made
from dutybook.web import render
from dutybook.web.document_window import make_slug
from dutybook.web.pages.changes import Piece, shorten_pieces
from dutybook.web.pages.controls import UnknownControl, controls_on, link_control
from dutybook.web.pages.events import PLACES, asked_of, count, starts_with_event
from dutybook.web.reader import language_of, words_of
from dutybook.web.request_values import (
    Given,
    editing,
    number,
    person_of,
    reading,
    registers_of,
    text_of,
    writing,
)
from dutybook.web.search_address import given_filters

router = APIRouter()

_HISTORY = 30


@dataclass(frozen=True, slots=True)
class Version:
    """A text of the norm, compared with the one before in ``pieces`` (``follows``: there is one; ``same``: equal)."""

    text: TextRow
    pieces: tuple[Piece, ...]
    follows: bool
    same: bool
    old_place: str


@router.get("/norms/{identity}")
def show(request: Request, identity: str) -> HTMLResponse:
    """The page of a norm."""
    return _show(request, identity)


@router.post("/norms/{identity}/review")
def judge(request: Request, identity: str, given: Given) -> Response:
    """Record a judgement about a norm. A record that somebody else changed meanwhile is not overwritten."""
    by = editing(request).name
    try:
        with writing(request) as register:
            norm = register.norm(identity).norm
            if given.get("judge") == UNDO:
                reviews.undo(register, norm.id, by=by)
            elif wanted := changes_of(norm, reviews.record(register, norm.id), given):
                since = given.get("since", "")
                unchanged = since if since.isdigit() else None
                reviews.change(register, [norm.id], wanted, by=by, unchanged_since=unchanged)
                if any(DEADLINE in change.correct for change in wanted):
                    recount_events(register, norm.id)
    except (BadRequest, NotFound) as error:
        if isinstance(error, NotFound) and given.get("judge") != UNDO:
            raise
        return _show(request, identity, problem=str(error), given=given)
    return RedirectResponse(_next(given, norm.id), 303)


@router.post("/norms/{identity}/controls")
def link(request: Request, identity: str, given: Given) -> Response:
    """Link a control to a norm, a new one of this name where it is to be made; or unlink one."""
    by = editing(request).name
    try:
        with writing(request) as register:
            norm = register.norm(identity).norm.id
            unknown = link_control(register, norm, given, by)
    except NotFound:
        raise
    except BadRequest as error:
        return _show(request, identity, problem=str(error))
    if unknown:
        return _show(request, identity, unknown=unknown)
    return RedirectResponse(f"/norms/{norm}#controls", 303)


def _next(given: dict[str, str], norm: str) -> str:
    """The page to go on to: the queue for somebody who came from there, with an offer to undo; else the norm."""
    wanted = given.get("next", "")
    if not re.fullmatch(r"/review(?:\?[\w=&%+.-]{0,500})?", wanted):
        return f"/norms/{norm}#work"
    if given.get("judge") not in ("confirmed", "rejected", "corrected"):
        return wanted
    return f"{wanted}{'&' if '?' in wanted else '?'}done={norm}"


def _show(
    request: Request,
    identity: str,
    problem: str = "",
    given: dict[str, str] | None = None,
    unknown: UnknownControl | None = None,
) -> HTMLResponse:
    language, by = language_of(request), person_of(request).name
    with reading(request) as register:
        kind, full = register.kind_of(identity)
        if kind != "norms":
            raise NotFound(f"{identity} is no norm but was rejected: dutybook show {full[:12]}")
        detail = register.norm(full)
        norm = detail.norm
        parts = parts_of(register, full)
        written = texts(register, full)
        values = {
            "detail": detail,
            "norm": norm,
            "act_name": act_name(register, norm),
            "doubts": {doubt.field: doubt for doubt in detail.doubts},
            "parts": parts,
            "lines": norm_lines,
            # A title is no heading above its own text.
            "crumbs": [h for h in detail.headings if h.strip() not in (norm.document_title, norm.work_title or "")],
            "kinds": list(dict.fromkeys(name for name, _, _ in parts)),
            "evidence": evidence_of(register, norm),
            "deviations": register.differences.deviations(norm=full),
            "versions": _versions([t for t in written if t.language == norm.language]),
            "language_versions": _languages(register, norm, written),
            "made": is_made(register, norm.document),
            "citations": followed(register, detail.citations, norm.document, norm.language),
            "recitals": recitals_of(register, norm),
            "guidance": guidance_on(register, norm),
            "penalties": [(p, penalty_place(register, p.id)) for p in detail.penalties],
            "news": of_norm(register, full),
            "counted": count(register, norm, asked_of(request)),
            "starting": [d for d in norm.deadlines if starts_with_event(d)],
            "places": PLACES,
            "kept_events": [(deadline, event) for deadline in norm.deadlines for event in deadline.events],
            "statuses": STATUSES,
            "applicabilities": APPLICABILITIES,
            "proposed": [
                (one, verdict_words(one.proposal.verdict, language), describe_reason(one.proposal.reason, language))
                for one in proposals_of(register, [full]).get(full, ())
            ],
            "fields": fields_of(norm),
            **_list_recorded(register, full, detail.review, by),
            "problem": problem,
            "given": given or {},
            "correcting": request.query_params.get("correct") == "1",
            "slug": make_slug,
            "on_controls": controls_on(register, full),
            "control_problem": unknown,
        }
    return render.page(request, "norm.html", values, 409 if problem or unknown else 200, section="norm_page")


def _list_recorded(register: Register, norm: str, review: Record | None, by: str) -> dict[str, Any]:
    """What people recorded about a norm: its history with the newest change first, its corrections, and whether others proposed a change.

    ``since`` is the number of the newest change: a form sends it back, so that what came after it is not overwritten.
    """
    if review is None:
        return {"history": [], "since": "", "corrections": [], "others_proposed": False}
    history = reviews.history_of(register, norm)[1]
    return {
        "history": history[::-1][:_HISTORY],
        "since": str(history[-1].seq) if history else "",
        "corrections": [c for c in review.corrections if c.norm == norm],
        "others_proposed": any(not same_person(one.by, by) for one in review.proposals),
    }


def act_name(register: Register, norm: NormRow) -> str:
    """What the act of a norm is called in the norm's language, else the title of its document."""
    names = short_names(register, [norm.work], norm.language) if norm.work else {}
    return names.get(norm.work or "") or norm.document_title


def _versions(written: list[TextRow]) -> list[Version]:
    """The texts of a norm in one language, the newest first, each compared with the one before it."""
    made = []
    for at, text in enumerate(written):
        before = written[at - 1] if at else None
        words = [(p.old, p.new) for p in word_diff(before.quote, text.quote)] if before else []
        same = all(old == new for old, new in words)
        made.append(Version(text, tuple(shorten_pieces(words)), bool(before), same, before.place if before else ""))
    return made[::-1]


def _languages(
    register: Register, norm: NormRow, written: list[TextRow]
) -> list[tuple[TextRow, list[tuple[str, int, int]]]]:
    """The norm in all of its languages with its parts, this one first.

    Of each other language it takes the text that was in force together with this one, else the newest.
    """
    own = next((t for t in written if t.norm == norm.id), None)
    chosen: dict[str, TextRow] = {}
    for text in written:
        if text.language != norm.language and (
            text.language not in chosen or not own or text.valid_from == own.valid_from or text.current
        ):
            kept = chosen.get(text.language)
            if not (kept and own and kept.valid_from == own.valid_from):
                chosen[text.language] = text
    if not chosen or own is None:
        return []
    return [(text, parts_of(register, text.norm)) for text in (own, *(chosen[code] for code in sorted(chosen)))]


#: Characters of the text that are shown on either side of a norm.
_AROUND = 400


@dataclass(frozen=True, slots=True)
class Evidence:
    """The place of a norm.

    ``size`` is that of the page (None where the source has no pages) and ``boxes`` those on it; ``before``, ``words``
    and ``after`` are the text around and in the norm.
    """

    document: str
    size: PageSize | None
    boxes: tuple[dict[str, float], ...]
    before: str
    words: str
    after: str


def evidence_of(register: Register, norm: NormRow) -> Evidence:
    """The place of a norm in its source."""
    size = page_size(register, norm.document, norm.page) if norm.page else None
    if size:
        boxes = tuple(box for box in norm.boxes if box["page"] == size.number)
        return Evidence(norm.document, size, boxes, "", "", "")
    start, end = norm.span
    first = max(start - _AROUND, 0)
    text = stretch(register, norm.document, first, end + _AROUND)
    before, after = text[: start - first], text[end - first :]
    # Words that are cut off in the middle are left out.
    if first:
        before = "… " + before.partition(" ")[2]
    if len(after) == _AROUND:
        after = after.rpartition(" ")[0] + " …"
    return Evidence(norm.document, None, (), before, text[start - first : end - first], after)


#: So far one may look into the queue without judging.
_FURTHEST = 500


@router.get("/review")
def review(request: Request) -> HTMLResponse:
    """The next finding. ``later`` counts those that were put off; ``done`` is the norm that was judged last."""
    registers = registers_of(request)
    settings = request.app.state.settings
    later = number(request.query_params.get("later"), 0, 0, _FURTHEST)
    given = given_filters(request.query_params.multi_items())
    given.pop("words", None)
    by = person_of(request).name
    with registers.reading() as register:
        filters = Filters(today=settings.today(), **given)
        total = registers.once(("to review", filters), lambda: number_of(register, filters))

        def found() -> list[NormRow]:
            return least_sure(register, filters, limit=1, offset=later, total=total)

        norm = next(iter(registers.once(("queue", filters, later), found)), None)
        detail = register.norm(norm.id) if norm else None
        nothing = not total and not given and not register.summary().documents
        values: dict[str, Any] = {
            "norm": norm,
            "act_name": act_name(register, norm) if norm else "",
            "detail": detail,
            "doubts": {doubt.field: doubt for doubt in detail.doubts} if detail else {},
            "parts": parts_of(register, norm.id) if norm else [],
            "evidence": evidence_of(register, norm) if norm else None,
            "fields": fields_of(detail.norm) if detail else [],
            "done": _done(register, text_of(request, "done")),
            "today": judged(register, settings.today().isoformat(), by),
        }
    kept = [(n, v) for n, v in request.query_params.multi_items() if n not in ("later", "done")]
    values |= {
        "total": total,
        "later": later,
        "here_again": _queue_address(kept, later),
        "next_address": _queue_address(kept, later + 1),
        "first_address": _queue_address(kept, 0),
        "nothing": nothing,
        "norm_words": words_of(request, "norm_page"),
    }
    return render.page(request, "review.html", values, section="review_page")


def _queue_address(kept: list[tuple[str, str]], later: int) -> str:
    query = [*kept, *([("later", str(later))] if later else [])]
    return "/review" + (f"?{urlencode(query)}" if query else "")


def _done(register: Register, identity: str) -> tuple[NormRow, str] | None:
    """The norm that was judged last, and the judgement; None if it was undone."""
    if not identity:
        return None
    try:
        norm = register.norm(identity).norm
    except NotFound:
        return None
    record = reviews.record(register, norm.id)
    return (norm, record.finding) if record and record.finding else None


JUDGED = ("confirmed", "rejected", "taken back")
UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a norm that can be corrected. ``choices``: empty for any text; ``long``: of more than one line."""

    name: str
    label: str
    value: str
    choices: tuple[str, ...] = ()
    about: str = ""
    long: bool = False


def fields_of(norm: NormRow) -> list[Field]:
    """The fields of a norm that can be corrected, deadlines last."""
    made = [
        Field(f"fix:{field.name}", field.name, getattr(norm, field.name) or "", field.choices, long=field.is_long)
        for field in NORM_FIELDS
        if field.about.correctable
    ]
    made.insert(0, Field("fix:quote", "quote", norm.quote, long=True))
    for deadline in norm.deadlines:
        due = deadline.due.isoformat() if deadline.due else ""
        made.append(Field(f"fix:deadline:{deadline.id}", "deadline", deadline.value or "", about=deadline.quote))
        made.append(Field(f"fix:due:{deadline.id}", "due", due, about=deadline.quote))
    return made


def changes_of(norm: NormRow, before: Record | None, given: Mapping[str, str]) -> list[Change]:
    """The changes that a form makes to a norm and its record; BadRequest if a value is impossible."""
    reason = given.get("reason", "").strip()
    if given.get("judge") in JUDGED:
        finding = "" if given["judge"] == "taken back" else given["judge"]
        # The queue rejects with one key. Its form has the default reason for when none was typed.
        otherwise = given.get("otherwise", "").strip() if finding == "rejected" else ""
        return [Change(finding=finding, reason=reason or otherwise or None)]
    if given.get("judge") == "corrected":
        return _corrections(norm, given, reason)
    made = _work(before, given, reason)
    return [] if made.says_nothing else [made]


def _corrections(norm: NormRow, given: Mapping[str, str], reason: str) -> list[Change]:
    plain: dict[str, str] = {}
    dated: dict[str, dict[str, str]] = {}
    for field in fields_of(norm):
        value = given.get(field.name)
        # A field of several lines is sent with line ends of its own.
        if value is None or _same(value, field.value):
            continue
        _, name, *deadline = field.name.split(":")
        if deadline:
            dated.setdefault(field.about, {})[name] = value.strip()
        else:
            plain[name] = value.strip()
    made = [Change(correct=plain, reason=reason or None)] if plain else []
    return made + [Change(correct=fixed, deadline=which, reason=reason or None) for which, fixed in dated.items()]


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()) == " ".join(other.split())


def _work(before: Record | None, given: Mapping[str, str], reason: str) -> Change:
    plain = {}
    for name in ("status", "owner", "due", "applicability"):
        value = given.get(name)
        current = getattr(before or Record(""), name)
        if value is not None and value.strip() != current:
            plain[name] = value.strip()
    if "applicability" not in plain and reason and before and reason != before.applicability_reason:
        plain["applicability"] = before.applicability
    note = given.get("note", "").strip()
    return Change(**plain, reason=reason or None, note=note or None)  # type: ignore[arg-type]
