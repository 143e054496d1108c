"""The page of a norm: the sentence with its parts, the evidence, and what people recorded about it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook.errors import BadRequest, NotFound
from dutybook.export.columns import norm_lines
from dutybook.resolve.identity.records import word_diff
from dutybook.store import NormRow, Register
from dutybook.store.documents.norm_context import TextRow, followed, parts_of, penalty_place, texts
from dutybook.store.judgements import reviews
from dutybook.store.judgements.record import APPLICABILITIES, STATUSES
from dutybook.store.news.entries import of_norm
from dutybook.web import render
from dutybook.web.evidence import evidence_of
from dutybook.web.forms import UNDO, changes_of, fields_of
from dutybook.web.pages.changes import Piece, shorten_pieces
from dutybook.web.provision_tree import make_slug
from dutybook.web.registers import Registers
from dutybook.web.request_values import changing, editing

router = APIRouter()

_HISTORY = 30


@dataclass(frozen=True, slots=True)
class Version:
    """A text of the norm. ``pieces`` compare it with the version before, ``follows``: there is one before, ``same``:
    both say the same.
    """

    text: TextRow
    pieces: tuple[Piece, ...]
    follows: bool
    same: bool
    old_place: str


@dataclass(frozen=True, slots=True)
class LanguageVersion:
    """The norm in one language, with its parts."""

    text: TextRow
    parts: list[tuple[str, int, int]]


@router.get("/norms/{identity}")
def show(request: Request, identity: str) -> HTMLResponse:
    """The page of a norm."""
    return _page(request, identity)


@router.post("/norms/{identity}/review")
async def judge(request: Request, identity: str) -> Response:
    """Record a judgement about a norm. A record that somebody else changed meanwhile is not overwritten."""
    from starlette.concurrency import run_in_threadpool

    editing(request)
    given = await changing(request, fields=60)
    return await run_in_threadpool(_say, request, identity, given)


def _say(request: Request, identity: str, given: dict[str, str]) -> Response:
    registers: Registers = request.app.state.registers
    by = editing(request).name
    try:
        with registers.writing() as register:
            norm = register.norm(identity).norm
            if given.get("judge") == UNDO:
                reviews.undo(register, norm.id, by=by)
            elif wanted := changes_of(norm, reviews.record(register, norm.id), given):
                since = given.get("since", "")
                unchanged = since if since.isdigit() else None
                reviews.change(register, [norm.id], wanted, by=by, unchanged_since=unchanged)
    except (BadRequest, NotFound) as error:
        if isinstance(error, NotFound) and given.get("judge") != UNDO:
            raise
        return _page(request, identity, problem=str(error), given=given)
    return RedirectResponse(_next(given, norm.id), 303)


def _next(given: dict[str, str], norm: str) -> str:
    """The page to go on to: the queue for somebody who came from there, with an offer to undo; else the norm."""
    wanted = given.get("next", "")
    if not re.fullmatch(r"/review(?:\?[\w=&%+.-]{0,500})?", wanted):
        return f"/norms/{norm}#work"
    if given.get("judge") not in ("confirmed", "rejected", "corrected"):
        return wanted
    return f"{wanted}{'&' if '?' in wanted else '?'}done={norm}"


def _page(request: Request, identity: str, problem: str = "", given: dict[str, str] | None = None) -> HTMLResponse:
    registers: Registers = request.app.state.registers
    with registers.reading() as register:
        kind, full = register.kind_of(identity)
        if kind != "norms":
            raise NotFound(f"{identity} is no norm but was rejected: dutybook show {full[:12]}")
        detail = register.norm(full)
        norm = detail.norm
        parts = parts_of(register, full)
        history = []
        if detail.review:
            history = reviews.history_of(register, full)[1]
        written = texts(register, full)
        values = {
            "detail": detail,
            "norm": norm,
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
            "citations": followed(register, detail.citations, norm.document, norm.language),
            "penalties": [(p, penalty_place(register, p.id)) for p in detail.penalties],
            "news": of_norm(register, full),
            "history": list(reversed(history))[:_HISTORY],
            "since": str(history[-1].seq) if history else "",
            "statuses": STATUSES,
            "applicabilities": APPLICABILITIES,
            "fields": fields_of(norm),
            "corrections": [c for c in detail.review.corrections if c.norm == full] if detail.review else [],
            "problem": problem,
            "given": given or {},
            "slug": make_slug,
            "page_words": render.words_of(request, "norm_page"),
        }
    return render.page(request, "norm.html", values, 409 if problem else 200)


def _versions(written: list[TextRow]) -> list[Version]:
    """The texts of a norm in one language, the newest first, each compared with the one before it."""
    made = []
    for number, text in enumerate(written):
        before = written[number - 1] if number else None
        words = [(p.old, p.new) for p in word_diff(before.quote, text.quote)] if before else []
        same = all(old == new for old, new in words)
        made.append(Version(text, tuple(shorten_pieces(words)), bool(before), same, before.place if before else ""))
    return made[::-1]


def _languages(register: Register, norm: NormRow, written: list[TextRow]) -> list[LanguageVersion]:
    """The norm in all of its languages, this one first.

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
    return [
        LanguageVersion(text, parts_of(register, text.norm))
        for text in (own, *(chosen[code] for code in sorted(chosen)))
    ]
