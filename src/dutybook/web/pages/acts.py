"""The list of acts, and the page of one act with its versions, dates, relations to other acts and news about it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from dutybook.errors import BadFilter, NotFound
from dutybook.export.timeline import Timeline, timeline_of
from dutybook.export.timeline_svg import svg_of
from dutybook.records import NAMED_ACT
from dutybook.store import FactRow, Register
from dutybook.store.documents.works import (
    ActRow,
    RelationRow,
    VersionRow,
    WorkRow,
    dates_of_file,
    short_names,
    titles,
    work,
)
from dutybook.store.documents.works import acts as act_rows
from dutybook.store.news.coming_acts import ComingAct, coming_act, coming_acts
from dutybook.store.news.entries import news
from dutybook.store.news.procedures import procedure_of
from dutybook.store.versions.amended import known_amendments
from dutybook.web import render
from dutybook.web.document_window import make_slug
from dutybook.web.reader import language_of
from dutybook.web.registers import Registers
from dutybook.web.request_values import offset_of, page_links, reading, registers_of, text_of

router = APIRouter()

#: Acts of a page, events of the news that an act's page shows, rows of its table of dates.
LIMIT, _NEWS, _DATES = 100, 10, 400


@dataclass(frozen=True, slots=True)
class Text:
    """A version of an act in one language, with its copies."""

    version: VersionRow
    copies: tuple[VersionRow, ...]

    @property
    def replaced_at_once(self) -> bool:
        """Whether it was never in force: another version replaced it on its first day."""
        since, until = self.version.valid_from, self.version.valid_until
        return bool(since and until and until < since)

    def stands_on(self, day: date) -> bool:
        """Whether it is the text in force on that day; None where its first day is not known."""
        since, until = self.version.valid_from, self.version.valid_until
        return bool(since and since <= day.isoformat() and (until is None or until >= day.isoformat()))


@dataclass(frozen=True, slots=True)
class Related:
    """What the act does to another one, or the other to it. ``label`` is the key of the words for it."""

    label: str
    work: str
    title: str
    here: bool
    row: RelationRow


@router.get("/acts")
def acts(request: Request) -> HTMLResponse:
    """The list of acts by title, or those that fit a number or a part of a title; ``named``: those that are known by name alone."""
    words, offset = text_of(request, "words"), offset_of(request)
    by_name = request.query_params.get("named") == "1"
    with reading(request) as register:
        found: list[ActRow] | list[ComingAct]
        if by_name:
            found, total = coming_acts(register, words, limit=LIMIT, offset=offset)
        else:
            found, total = act_rows(register, language_of(request), words, limit=LIMIT, offset=offset)
        named = 0 if by_name else coming_acts(register, words, limit=0)[1]
        names = short_names(register, [row.id for row in found], language_of(request))

    def page_at(at: int) -> str:
        return "/acts?" + urlencode(({"named": "1"} if by_name else {}) | {"words": words, "offset": at})

    values = {"words_sought": words, "acts": found, "names": names, "total": total, "named": named, "by_name": by_name}
    values |= page_links(offset, LIMIT, len(found), offset + len(found) < total, page_at)
    return render.page(request, "acts.html", values)


@router.get("/acts/{identity:path}/timeline.svg")
def picture(request: Request, identity: str) -> Response:
    """The timeline of an act in one of its languages as SVG.

    Opened on its own it is a document, so it has a content security policy of its own, which allows only our
    style, by its digest.
    """
    registers = registers_of(request)
    reader = language_of(request)
    with registers.reading() as register:
        row = work(register, identity)
        language = act_language(row, text_of(request, "language"), reader)
        timeline = timeline_in(registers, register, row.id, language, reader)
    if timeline is None:
        raise NotFound(f"the register has no text of {row.title or row.id} whose dates could be drawn")
    svg = svg_of(timeline, request.app.state.settings.today(), reader)
    headers = {
        "content-security-policy": f"default-src 'none'; style-src {style_source(svg)}; frame-ancestors 'none'; sandbox",
        "cache-control": "private, no-cache",
        "vary": "Accept-Language, Cookie",
    }
    return Response(svg, media_type="image/svg+xml", headers=headers)


def style_source(svg: str) -> str:
    """The source for a content security policy that allows the image's own style and no other: its digest."""
    # Safe to read: we wrote it a moment ago.
    styles = [element.text or "" for element in ET.fromstring(svg).iter(_STYLE)]  # noqa: S314
    digests = (base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in styles)
    return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"


@router.get("/acts/{identity:path}")
def act(request: Request, identity: str) -> HTMLResponse:
    """The page of an act. Its route has to come after all others below ``/acts``, since ids may have slashes."""
    if identity.startswith(NAMED_ACT):
        return _coming_act(request, identity)
    registers = registers_of(request)
    reader = language_of(request)
    with registers.reading() as register, register.translated_errors():
        row = work(register, identity)
        names = short_names(register, _related_works(row), reader)
        name, title = names.get(row.id) or row.title or row.id, titles(register, [row.id], reader).get(row.id, "")
        language = act_language(row, text_of(request, "language"), reader)
        document = _text_of(row, language)
        facts = _in_order(register.facts(document)) if document else []
        timeline = timeline_in(registers, register, row.id, language, reader) if row.versions else None
        values = {
            "act": row,
            "slug": make_slug,
            "names": names,
            "title": name,
            "whole_title": _whole_title(register, document, title)
            or (title if title.casefold() != name.casefold() else ""),
            "address": act_address(row.id),
            "language": language,
            "today": request.app.state.settings.today(),
            "texts": {code: _texts(row, code) for code in row.languages},
            "relations": [_related(row, relation, names) for relation in row.relations if not _amends(relation, row)],
            # The instructions of each amending act are read: once until somebody writes.
            "amendments": registers.once(("amendments", row.id), lambda: known_amendments(register, row.id)),
            "language_of": {v.document: v.language for v in row.versions},
            "facts": facts,
            "file_dates": dates_of_file(register, document) if document else [],
            "application": [f for f in facts if f.type in _APPLYING],
            "timeline": timeline,
            "procedure": procedure_of(register, row.id, today=request.app.state.settings.today()),
            "items": timeline.items[:_DATES] if timeline else (),
            "deviations": register.differences.deviations(row.id),
            "comparable": len(register.differences.versions(row.id)) > len(row.languages)
            or bool(register.differences.corrections(row.id)),
            "entries": news(register, row.id, today=request.app.state.settings.today(), limit=_NEWS) if row.id else [],
        }
    return render.page(request, "act.html", values)


def _coming_act(request: Request, identity: str) -> HTMLResponse:
    """The page of an act that is known by name alone."""
    with reading(request) as register:
        found, called, mentions = coming_act(register, identity)
        today = request.app.state.settings.today()
        entries = news(register, identity, today=today, limit=_NEWS)
        procedure = procedure_of(register, identity, today=today)
        works = {m.work for entry in entries for item in entry.items for m in item.mentions}
        names = short_names(register, sorted(works), language_of(request))
    values = {"act": found, "called": called, "mentions": mentions[:_DATES], "entries": entries, "names": names}
    values["procedure"] = procedure
    return render.page(request, "coming_act.html", values)


def act_address(identity: str) -> str:
    """The address of an act's page."""
    return "/acts/" + quote(identity, safe="")


def act_language(row: WorkRow, asked: str, reader: str) -> str:
    """The language to show an act in: the one asked for, else the reader's, else English, else the first."""
    languages = row.languages
    return next((code for code in (asked, reader, "en") if code in languages), languages[0] if languages else "")


def timeline_in(registers: Registers, register: Register, identity: str, language: str, reader: str) -> Timeline | None:
    """The timeline of an act, cached until somebody writes; None if no text in the language can be identified."""

    def build() -> Timeline | None:
        try:
            return timeline_of(register, {"work": identity, "language": language}, reader)
        except BadFilter:
            return None

    return registers.once(("timeline", identity, language, reader), build)


def _texts(row: WorkRow, language: str) -> list[Text]:
    """The versions in a language, the newest first, each with its copies."""
    own = [v for v in row.versions if v.language == language]
    found = [Text(v, tuple(c for c in own if c.expression == v.expression and c is not v)) for v in own if v.preferred]
    return found[::-1]


def _text_of(row: WorkRow, language: str) -> str | None:
    """The document whose dates are shown: the preferred copy of the newest version in a language."""
    own = [v for v in row.versions if v.language == language and v.preferred]
    standing = [v for v in own if v.current] or own
    return standing[-1].document if standing else None


def _whole_title(register: Register, document: str | None, short: str) -> str:
    """The title from the document, where the short title was only cut off; empty where the short title is a name."""
    if document is None or not short.endswith("…"):
        return ""
    return next((d.title for d in register.documents(document) if d.id == document), "")


#: What says from when and until when provisions of an act apply.
_APPLYING = frozenset({"entry_into_force", "application", "expiry"})


def _in_order(facts: list[FactRow]) -> list[FactRow]:
    return sorted(facts, key=lambda f: (f.due is None, f.due.isoformat() if f.due else ""))


def _related_works(row: WorkRow) -> list[str]:
    return [row.id, *(r.related if r.work == row.id else r.work for r in row.relations)]


def _amends(relation: RelationRow, row: WorkRow) -> bool:
    """Whether a relation is an amendment of the act, which the page lists apart."""
    return relation.kind == "amends" and relation.related == row.id


def _related(row: WorkRow, relation: RelationRow, names: dict[str, str]) -> Related:
    active = relation.work == row.id
    other, title = (relation.related, relation.related_title) if active else (relation.work, relation.work_title)
    here = other in names or bool(title)
    label = f"relation.{'does' if active else 'done'}.{relation.kind}"
    return Related(label, other, names.get(other) or title, here, relation)


_STYLE = "{http://www.w3.org/2000/svg}style"
