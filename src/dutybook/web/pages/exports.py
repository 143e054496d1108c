"""Downloads of the filtered norms, in every format that the command line writes, and the feeds of other programs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from dutybook.errors import BadFilter, NotFound
from dutybook.export import known_formats
from dutybook.export.exporting import extension_of, options_of_format
from dutybook.public_address import public_address
from dutybook.store import Filters
from dutybook.web import render
from dutybook.web.export_jobs import ExportJob, ExportJobs
from dutybook.web.reader import chosen_language, language_of, reader_of
from dutybook.web.request_values import Given, registers_of
from dutybook.web.search_address import FILTERS, acts_of, given_filters, parts_of
from dutybook.web.settings import Settings

router = APIRouter()

_BYTES = "application/octet-stream"
#: Seconds that a browser waits before it gets a page with the progress.
_PROMPT = 3.0

#: Formats by what they are used for; formats that others add are for programs.
USES: Mapping[str, tuple[str, ...]] = {
    "work": (".xlsx", ".csv"),
    "report": (".pdf", ".html", ".md", ".soa.xlsx", ".soa.pdf"),
    "calendar": (".ics",),
}

TYPES = {
    ".csv": "text/csv",
    ".html": "application/octet-stream",  # a report is saved, never shown as a page of ours
    ".ics": "text/calendar",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".ttl": "text/turtle",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml",
    ".zip": "application/zip",
}


@router.get("/export")
def formats(request: Request) -> HTMLResponse:
    """The page with all formats for the filters in the address."""
    asked = [(n, v) for n, v in request.query_params.multi_items() if n in FILTERS and v.strip()]
    given = given_filters(asked)
    registers = registers_of(request)
    reader, parts = reader_of(request), list[tuple[str, str]]()
    problem, total = "", 0
    with registers.reading() as register:
        try:
            filters = Filters(today=request.app.state.settings.today(), **given)
            total = registers.once(("number", filters), lambda: register.number(filters))
            parts = parts_of(reader, filters, acts_of(register, filters, reader.language))
        except BadFilter as error:
            problem = str(error)
    query = urlencode(asked)
    values = {
        "uses": [
            (use, [(f[1:], f"/export/register{f}" + (f"?{query}" if query else "")) for f in its])
            for use, its in formats_by_use()
        ],
        "asked": asked,
        "parts": parts,
        "search_address": "/search" + (f"?{query}" if query else ""),
        "total": total,
        "problem": problem,
    }
    return render.page(request, "exports.html", values, 400 if problem else 200, section="export_page")


def formats_by_use() -> list[tuple[str, list[str]]]:
    """The extensions of all formats, grouped by what they are used for, those of most readers first."""
    known = known_formats()
    made = [(use, [each for each in theirs if each in known]) for use, theirs in USES.items()]
    named = {each for _, theirs in made for each in theirs}
    return [*made, ("programs", [each for each in known if each not in named])]


@router.get("/export/{name}")
def download(request: Request, name: str) -> Response:
    """The norms that match the filters in the address, in the format that the name's extension says."""
    extension = extension_of(Path(name))
    if extension not in known_formats():
        raise NotFound(f"cannot export to {extension or name}; there are: {', '.join(known_formats())}")
    return write_export(request, extension, given_filters(request.query_params.multi_items()), language_of(request))


def write_export(request: Request, extension: str, filters: Mapping[str, object], reader: str) -> Response:
    """Export the norms that match the filters in the format of an extension, with headings in the reader's language."""
    settings: Settings = request.app.state.settings
    name = f"dutybook-{settings.today().isoformat()}{extension}"
    here = {"today": settings.today(), "now": datetime.now(UTC), "address": _address(request)}
    taken = {"address"} if extension == ".ics" else options_of_format(Path(name))
    options = {key: value for key, value in here.items() if key in taken}
    return _send(request, name, filters, reader, options)


def _address(request: Request) -> str:
    """The address of the register's pages, to which what is exported links."""
    return public_address() or str(request.base_url).rstrip("/")


@router.get("/export/making/{key}")
def show_progress(request: Request, key: str) -> HTMLResponse:
    """The page of a file that is being made."""
    return render.page(request, "export_making.html", {"job": _job(request, key)}, section="export_page")


@router.get("/export/making/{key}/file")
def send_made(request: Request, key: str) -> FileResponse:
    """The file that was made."""
    job = _job(request, key)
    if job.state != "done":
        raise NotFound("the file is not there yet, or was not made")
    return FileResponse(job.path, media_type=TYPES.get(job.path.suffix, _BYTES), filename=job.name)


@router.post("/export/making/{key}/cancel")
def cancel(request: Request, key: str, given: Given) -> RedirectResponse:  # noqa: ARG001 - whose form it is counts
    """Stop making a file."""
    exports: ExportJobs = request.app.state.exports
    exports.cancel(_job(request, key))
    return RedirectResponse(f"/export/making/{key}", 303)


def _job(request: Request, key: str) -> ExportJob:
    exports: ExportJobs = request.app.state.exports
    job = exports.job(key)
    if job is None:
        raise NotFound("there is no such file any more: export it again")
    return job


@router.get("/feeds/calendar.ics")
def calendar(request: Request) -> Response:
    """The dates of the filtered norms, as ``dutybook export x.ics`` writes them, in the language ``lang``."""
    asked = [(n, v) for n, v in request.query_params.multi_items() if n not in ("token", "lang")]
    options = {"address": _address(request)}
    answer = _send(request, "dutybook.ics", given_filters(asked), chosen_language(request), options)
    answer.headers["cache-control"] = "private, no-cache"
    return answer


def _send(
    request: Request, name: str, filters: Mapping[str, object], reader: str, options: Mapping[str, object]
) -> Response:
    """The file, as soon as it is made; a browser that would have to wait for it gets a page with its progress instead."""
    exports: ExportJobs = request.app.state.exports
    job = exports.start(name, filters, reader, options)
    browser = request.headers.get("sec-fetch-mode") == "navigate"
    job.over.wait(_PROMPT if browser else None)
    if job.going:
        exports.keep(job)
        return RedirectResponse(f"/export/making/{job.key}", 303)
    sent = BackgroundTask(exports.release, job)
    if job.error is not None:
        exports.release(job)
        raise job.error
    return FileResponse(job.path, media_type=TYPES.get(job.path.suffix, _BYTES), filename=name, background=sent)
