"""The import pages: an exported workbook comes back, its changes are shown cell by cell, and taken over if they are right."""

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
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook.errors import BadRequest, DutybookError, NotFound
from dutybook.web import render
from dutybook.web.error_responses import Denied, text_of
from dutybook.web.reader import language_of
from dutybook.web.request_values import Given, editing, reading, writing
from dutybook.web.uploads.multipart import Receiver, Unacceptable, boundary_of
from dutybook.web.uploads.queue import UploadQueue
from dutybook.web.uploads.storage import NoSpace
from dutybook.workbook_import.importer import Wanted, import_workbook
from dutybook.workbook_import.records import Report, Take

router = APIRouter()

#: So many workbooks wait for their confirmation, and for so many seconds.
_MOST, _SECONDS = 20, 3600
#: So many lines of each list are shown.
LINES = 300
_BLOCK = 1 << 20


@dataclass(slots=True)
class WaitingWorkbook:
    """A workbook that came back, whose it is, and what its import changed once it is done."""

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
    """The workbooks that wait for somebody to confirm what they change. They are deleted after an hour."""

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
            NotFound: there is none, or it waited too long.
        """
        found = self._known.get(key)
        if found is None or found.by != by:
            raise NotFound("this workbook is not here any more: send it again")
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
    """Receive a workbook: the token first, then the file straight to the disk."""
    person = editing(request)
    session: str | None = request.state.session
    if session is None:
        raise Denied(403, "upload.by_token")
    uploads: UploadQueue = request.app.state.uploads
    workbooks: WaitingWorkbooks = request.app.state.workbooks
    try:
        with uploads.shelf.incoming() as folder:
            receiver = Receiver(
                boundary_of(request.headers.get("content-type", "")),
                folder,
                uploads.shelf,
                lambda token: request.app.state.access.may_change(session, token),
                most=request.app.state.settings.max_upload,
            )
            try:
                async for chunk in request.stream():
                    await run_in_threadpool(receiver.feed, chunk)
                files = receiver.end().files
            finally:
                receiver.close()
            if len(files) != 1 or files[0][1] is None:
                raise BadRequest("choose one workbook")
            sent, part = files[0]
            assert part is not None
            kept = await run_in_threadpool(workbooks.add, part, _safe_name(sent.name), person.name)
    except (Unacceptable, NoSpace, BadRequest) as error:
        status = error.status if isinstance(error, Unacceptable) else 507 if isinstance(error, NoSpace) else 400
        return await run_in_threadpool(_form, request, text_of(error, language_of(request)), status)
    except ClientDisconnect:
        return Response(status_code=400)
    return RedirectResponse(f"/import/{kept.key}", 303)


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
    """Take over what a workbook changes, in the name of the person who sent it."""
    person = editing(request)
    workbooks: WaitingWorkbooks = request.app.state.workbooks
    workbook = workbooks.of(key, person.name)
    if workbook.done is None:
        wanted = Wanted(take=_take(given.get("take", "")))
        try:
            with writing(request) as register:
                workbook.done = import_workbook(register, workbook.path, wanted, by=person.name, now=datetime.now(UTC))
        except DutybookError as error:
            return _form(request, str(error), 400)
    return RedirectResponse(f"/import/{key}", 303)


def _planned(request: Request, workbook: WaitingWorkbook, take: Take | None) -> Report:
    with reading(request) as register:
        return import_workbook(register, workbook.path, Wanted(take=take, dry_run=True))


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
    """A name for the file on this machine; only how it ends is the sender's."""
    ending = Path(name).suffix.lower()
    return f"workbook{ending}" if ending in (".xlsx", ".ods") else "workbook.xlsx"
