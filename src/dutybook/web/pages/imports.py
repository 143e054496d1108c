"""The import pages: a workbook that was exported and edited is uploaded, its changes are displayed cell by cell, and applied once confirmed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook.errors import DutybookError
from dutybook.web import render
from dutybook.web.error_responses import Wrong
from dutybook.web.reader import language_of
from dutybook.web.request_values import Given, editing, reading, writing
from dutybook.web.uploads.multipart import Arrived
from dutybook.web.uploads.receiving import receive_form
from dutybook.web.uploads.waiting import WaitingFile, WaitingFiles
from dutybook.workbook_import.importer import Wanted, import_workbook
from dutybook.workbook_import.records import Report, Take

router = APIRouter()

#: Lines of each list that are displayed.
LINES = 300


@router.get("/import")
def form(request: Request) -> HTMLResponse:
    """The form to choose a workbook."""
    editing(request)
    return _form(request)


@router.post("/import")
async def send(request: Request) -> Response:
    """Receive a workbook."""
    workbooks: WaitingFiles[Report] = request.app.state.workbooks

    def keep(arrived: Arrived, by: str) -> str:
        if len(arrived.files) != 1 or (part := arrived.files[0][1]) is None:
            raise Wrong("import.one_workbook")
        return f"/import/{workbooks.add(part, _safe_name(arrived.files[0][0].name), by).key}"

    return await receive_form(request, keep, _form)


@router.get("/import/{key}")
def preview(request: Request, key: str) -> HTMLResponse:
    """What a workbook would change, cell by cell, or what it changed."""
    person = editing(request)
    workbooks: WaitingFiles[Report] = request.app.state.workbooks
    workbook = workbooks.of(key, person.name)
    take = _take(request.query_params.get("take", ""))
    try:
        report = workbook.done or _planned(request, workbook, take)
    except DutybookError as error:
        return _form(request, str(error), 400)
    return _report(request, workbook, report, take)


@router.post("/import/{key}")
def apply(request: Request, key: str, given: Given) -> Response:
    """Apply the changes of a workbook, in the name of the person who uploaded it."""
    person = editing(request)
    workbooks: WaitingFiles[Report] = request.app.state.workbooks
    workbook = workbooks.of(key, person.name)
    if workbook.done is None:
        wanted = Wanted(take=_take(given.get("take", "")), reader=language_of(request))
        try:
            with writing(request) as register:
                workbook.done = import_workbook(register, workbook.path, wanted, by=person.name, now=datetime.now(UTC))
        except DutybookError as error:
            return _form(request, str(error), 400)
    return RedirectResponse(f"/import/{key}", 303)


def _planned(request: Request, workbook: WaitingFile[Report], take: Take | None) -> Report:
    with reading(request) as register:
        return import_workbook(register, workbook.path, Wanted(take=take, dry_run=True, reader=language_of(request)))


def _form(request: Request, problem: str = "", status: int = 200) -> HTMLResponse:
    return render.page(request, "imports.html", {"problem": problem}, status, section="import_page")


def _report(request: Request, workbook: WaitingFile[Report], report: Report, take: Take | None) -> HTMLResponse:
    values = {
        "workbook": workbook,
        "report": report,
        "take": take.value if take else "",
        "lines": LINES,
        "address": f"/import/{workbook.key}",
    }
    return render.page(request, "import_report.html", values, section="import_page")


def _take(text: str) -> Take | None:
    return Take(text) if text in (Take.MINE.value, Take.THEIRS.value) else None


def _safe_name(name: str) -> str:
    """A name for the file on this machine; of the given name only the ending is kept."""
    ending = Path(name).suffix.lower()
    return f"workbook{ending}" if ending in (".xlsx", ".ods") else "workbook.xlsx"
