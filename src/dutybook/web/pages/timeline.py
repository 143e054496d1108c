"""The timeline of an act as an SVG image."""

from __future__ import annotations

import base64
import hashlib
from xml.etree import ElementTree as ET

from fastapi import APIRouter, Request
from starlette.responses import Response

from dutybook.errors import NotFound
from dutybook.export.timeline_picture import svg_of
from dutybook.store.documents.works import work
from dutybook.web import render
from dutybook.web.pages.acts import chosen_language, timeline_in
from dutybook.web.registers import Registers
from dutybook.web.request_values import text_of

router = APIRouter()

_STYLE = "{http://www.w3.org/2000/svg}style"


@router.get("/acts/{identity:path}/timeline.svg")
def picture(request: Request, identity: str) -> Response:
    """The timeline of an act in one of its languages as SVG.

    Opened on its own it is a document, so it has a content security policy of its own, which allows only our
    style, by its digest.
    """
    registers: Registers = request.app.state.registers
    reader = render.language_of(request)
    with registers.reading() as register:
        row = work(register, identity)
        language = chosen_language(row, text_of(request, "language"), reader)
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
