"""The import pages: a workbook that was exported and edited is uploaded, its changes are displayed cell by cell, and applied once confirmed."""

from __future__ import annotations

import secrets
import shutil
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook.errors import DutybookError
from dutybook.web import render
from dutybook.web.error_responses import Denied, Wrong
from dutybook.web.reader import language_of
from dutybook.web.request_values import Given, editing, reading, writing
from dutybook.web.uploads.multipart import Arrived
from dutybook.web.uploads.receiving import receive_form
from dutybook.workbook_import.importer import Wanted, import_workbook
from dutybook.workbook_import.records import Report, Take

router = APIRouter()

#: Workbooks that are kept at most, and for how many seconds.
_MOST, _SECONDS = 20, 3600
#: Lines of each list that are displayed.
LINES = 300


@dataclass(slots=True)
class WaitingWorkbook:
    """An uploaded workbook, the person who uploaded it, and what its import changed (None: it was not applied yet)."""

    key: str
    name: str
    by: str
    folder: Path
    done: Report | None = None
    started: float = field(default_factory=time.monotonic)

    @property
    def path(self) -> Path:
        return self.folder / self.name


class WaitingWorkbooks:
    """The uploaded workbooks whose changes nobody has confirmed yet. They are deleted after an hour."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[str, WaitingWorkbook] = OrderedDict()

    def add(self, part: Path, name: str, by: str) -> WaitingWorkbook:
        """Keep a file that arrived."""
        folder = Path(mkdtemp(prefix="dutybook-import-"))
        made = WaitingWorkbook(secrets.token_urlsafe(16), name, by, folder)
        shutil.move(part, made.path)  # the folder of uploads may be on another disk
        with self._lock:
            self._known[made.key] = made
            old = [key for key, one in self._known.items() if time.monotonic() - one.started > _SECONDS]
            for key in [*old, *list(self._known)[: max(0, len(self._known) - _MOST)]]:
                self._forget(key)
        return made

    def of(self, key: str, by: str) -> WaitingWorkbook:
        """The workbook of a person.

        Raises:
            Denied: there is none, or it waited too long (404).
        """
        found = self._known.get(key)
        if found is None or found.by != by:
            raise Denied(404, "import.gone")
        return found

    def close(self) -> None:
        """Delete all files."""
        with self._lock:
            for key in list(self._known):
                self._forget(key)

    def _forget(self, key: str) -> None:
        if found := self._known.pop(key, None):
            shutil.rmtree(found.folder, ignore_errors=True)


@router.get("/import")
def form(request: Request) -> HTMLResponse:
    """The form to choose a workbook."""
    editing(request)
    return _form(request)


@router.post("/import")
async def send(request: Request) -> Response:
    """Receive a workbook."""
    workbooks: WaitingWorkbooks = request.app.state.workbooks

    def keep(arrived: Arrived, by: str) -> str:
        if len(arrived.files) != 1 or (part := arrived.files[0][1]) is None:
            raise Wrong("import.one_workbook")
        return f"/import/{workbooks.add(part, _safe_name(arrived.files[0][0].name), by).key}"

    return await receive_form(request, keep, _form)


@router.get("/import/{key}")
def preview(request: Request, key: str) -> HTMLResponse:
    """What a workbook would change, cell by cell, or what it changed."""
    person = editing(request)
    workbooks: WaitingWorkbooks = request.app.state.workbooks
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
    workbooks: WaitingWorkbooks = request.app.state.workbooks
    workbook = workbooks.of(key, person.name)
    if workbook.done is None:
        wanted = Wanted(take=_take(given.get("take", "")), reader=language_of(request))
        try:
            with writing(request) as register:
                workbook.done = import_workbook(register, workbook.path, wanted, by=person.name, now=datetime.now(UTC))
        except DutybookError as error:
            return _form(request, str(error), 400)
    return RedirectResponse(f"/import/{key}", 303)


def _planned(request: Request, workbook: WaitingWorkbook, take: Take | None) -> Report:
    with reading(request) as register:
        return import_workbook(register, workbook.path, Wanted(take=take, dry_run=True, reader=language_of(request)))


def _form(request: Request, problem: str = "", status: int = 200) -> HTMLResponse:
    return render.page(request, "imports.html", {"problem": problem}, status, section="import_page")


def _report(request: Request, workbook: WaitingWorkbook, report: Report, take: Take | None) -> HTMLResponse:
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
