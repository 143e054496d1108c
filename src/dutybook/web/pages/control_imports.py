"""The pages that import a list of controls: a file is uploaded, what it would add and change is displayed, and taken over once confirmed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook.errors import DutybookError
from dutybook.store.controls.list_import import ListReport, import_controls
from dutybook.web import render
from dutybook.web.error_responses import Wrong
from dutybook.web.request_values import Given, editing, writing
from dutybook.web.uploads.multipart import Arrived
from dutybook.web.uploads.receiving import receive_form
from dutybook.web.uploads.waiting import WaitingFile, WaitingFiles
from dutybook.workbook_import.control_files import read_control_file

router = APIRouter()

#: Lines of each list that are displayed.
_LINES = 300
_SUFFIXES = (".csv", ".xlsx", ".ods", ".yaml", ".yml", ".json")


@router.get("/control-import")
def form(request: Request) -> HTMLResponse:
    """The form to choose a list."""
    editing(request)
    return _form(request)


@router.post("/control-import")
async def send(request: Request) -> Response:
    """Receive a list."""

    def keep(arrived: Arrived, by: str) -> str:
        if len(arrived.files) != 1 or (part := arrived.files[0][1]) is None:
            raise Wrong("import.one_list")
        return f"/control-import/{_lists(request).add(part, _safe_name(arrived.files[0][0].name), by).key}"

    return await receive_form(request, keep, _form)


@router.get("/control-import/{key}")
def preview(request: Request, key: str) -> HTMLResponse:
    """What a list would add and change, or what it did."""
    person = editing(request)
    waiting = _lists(request).of(key, person.name)
    try:
        report = waiting.done or _import(request, waiting, dry_run=True)
    except DutybookError as error:
        return _form(request, str(error), 400)
    values = {"report": report, "lines": _LINES, "address": f"/control-import/{key}"}
    return render.page(request, "control_import_report.html", values, section="controls_page")


@router.post("/control-import/{key}")
def apply(request: Request, key: str, _: Given) -> Response:
    """Take over a list, in the name of the person who uploaded it."""
    person = editing(request)
    waiting = _lists(request).of(key, person.name)
    if waiting.done is None:
        try:
            waiting.done = _import(request, waiting, dry_run=False)
        except DutybookError as error:
            return _form(request, str(error), 400)
    return RedirectResponse(f"/control-import/{key}", 303)


def _lists(request: Request) -> WaitingFiles[ListReport]:
    lists: WaitingFiles[ListReport] = request.app.state.control_lists
    return lists


def _import(request: Request, waiting: WaitingFile[ListReport], *, dry_run: bool) -> ListReport:
    lines = read_control_file(waiting.path)
    # A dry run is done and taken back, so it needs a register that can be written.
    with writing(request) as register:
        return import_controls(register, lines, by=waiting.by, now=datetime.now(UTC), dry_run=dry_run)


def _form(request: Request, problem: str = "", status: int = 200) -> HTMLResponse:
    values = {"problem": problem, "accepted": ",".join(_SUFFIXES)}
    return render.page(request, "control_import.html", values, status, section="controls_page")


def _safe_name(name: str) -> str:
    """A name for the file on this machine; of the given name only the ending is kept."""
    ending = Path(name).suffix.lower()
    return f"controls{ending}" if ending in _SUFFIXES else "controls.csv"
