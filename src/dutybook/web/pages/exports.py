"""Downloads of the filtered norms, in every format that the command line writes, and the feeds of other programs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, HTMLResponse

from dutybook.errors import BadFilter, NotFound
from dutybook.export import export, known_formats
from dutybook.export.exporting import options_of_format
from dutybook.store import Filters, open_register
from dutybook.web import render
from dutybook.web.pages.search import FILTERS, given_filters
from dutybook.web.reader import chosen_language, language_of
from dutybook.web.request_values import registers_of
from dutybook.web.settings import Settings

router = APIRouter()

TYPES = {
    ".csv": "text/csv",
    ".html": "application/octet-stream",  # a report is saved, never shown as a page of ours
    ".ics": "text/calendar",
    ".jsonl": "application/jsonl",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml",
}


@router.get("/export")
def formats(request: Request) -> HTMLResponse:
    """The page with all formats for the filters in the address."""
    asked = [(n, v) for n, v in request.query_params.multi_items() if n in FILTERS and v.strip()]
    given = given_filters(asked)
    registers = registers_of(request)
    problem, total = "", 0
    with registers.reading() as register:
        try:
            filters = Filters(today=request.app.state.settings.today(), **given)
            total = registers.once(("number", filters), lambda: register.number(filters))
        except BadFilter as error:
            problem = str(error)
    query = urlencode(asked)
    values = {
        "formats": [(f[1:], f"/export/register{f}" + (f"?{query}" if query else "")) for f in known_formats()],
        "asked": asked,
        "search_address": "/" + (f"?{query}" if query else ""),
        "total": total,
        "problem": problem,
    }
    return render.page(request, "exports.html", values, 400 if problem else 200, section="export_page")


@router.get("/export/{name}")
def download(request: Request, name: str) -> FileResponse:
    """The norms that match the filters in the address, in the format that the name's extension says."""
    extension = Path(name).suffix.lower()
    if extension not in known_formats():
        raise NotFound(f"cannot export to {extension or name}; there are: {', '.join(known_formats())}")
    return write_export(request, extension, given_filters(request.query_params.multi_items()), language_of(request))


def write_export(request: Request, extension: str, filters: Mapping[str, object], reader: str) -> FileResponse:
    """Export the norms that match the filters in the format of an extension, with headings in the reader's language."""
    settings: Settings = request.app.state.settings
    name = f"dutybook-{settings.today().isoformat()}{extension}"
    here = {"today": settings.today(), "now": datetime.now(UTC), "base": settings.folder}
    options = {key: value for key, value in here.items() if key in options_of_format(Path(name))}
    return _send(request, name, filters, reader, options)


@router.get("/feeds/calendar.ics")
def calendar(request: Request) -> FileResponse:
    """The dates of the filtered norms, as ``dutybook export x.ics`` writes them, in the language ``lang``."""
    asked = [(n, v) for n, v in request.query_params.multi_items() if n not in ("token", "lang")]
    answer = _send(request, "dutybook.ics", given_filters(asked), chosen_language(request), {})
    answer.headers["cache-control"] = "private, no-cache"
    return answer


def _send(
    request: Request, name: str, filters: Mapping[str, object], reader: str, options: Mapping[str, object]
) -> FileResponse:
    folder = TemporaryDirectory(prefix="dutybook-export-")
    target = Path(folder.name, name)
    try:
        # A register of its own: an export holds one state of it for as long as it takes.
        with open_register(request.app.state.settings.database, read_only=True, create=False) as register:
            export(register, target, filters, reader=reader, options=options)
    except BaseException:
        folder.cleanup()
        raise
    kind = TYPES.get(target.suffix, "application/octet-stream")
    return FileResponse(target, media_type=kind, filename=name, background=BackgroundTask(folder.cleanup))
