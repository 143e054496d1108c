"""The upload pages: a form, the queue, and the state of each file while it is read and afterwards."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook import samples
from dutybook.errors import BadRequest, DutybookError
from dutybook.ingest.files import MAX_BYTES, PICTURES, READABLE
from dutybook.languages import available
from dutybook.store.documents.view import documents_from
from dutybook.web import render
from dutybook.web.error_responses import Denied, Wrong, text_of
from dutybook.web.reader import Reader, language_of, reader_of
from dutybook.web.request_values import Given, editing, reading
from dutybook.web.uploads.multipart import MAX_FILES, Arrived
from dutybook.web.uploads.queue import INTERRUPTED, QuotaExceeded, UploadQueue
from dutybook.web.uploads.receiving import receive_form, status_of
from dutybook.web.uploads.storage import OPEN, Batch, NoSpace, Sent

router = APIRouter()

#: So many letters of a pasted text's first line become the name of its file.
_LONGEST_NAME = 80


@router.get("/upload")
def form(request: Request) -> HTMLResponse:
    """The form to choose files, above a list of the last uploads."""
    editing(request)
    if request.app.state.settings.prepares_uploads:
        request.app.state.uploads.warm_up()
    return _form(request)


@router.post("/upload")
async def send(request: Request) -> Response:
    """Receive files and queue them."""
    uploads: UploadQueue = request.app.state.uploads
    return await receive_form(
        request, lambda arrived, by: f"/upload/{uploads.take(arrived, by).id}", _form, uploads.check_quota
    )


@router.post("/upload/text")
def send_text(request: Request, given: Given) -> Response:
    """Receive a text that was pasted, and keep it as a text file that is called like its first line."""
    person = editing(request)
    uploads: UploadQueue = request.app.state.uploads
    text = given.get("text", "").replace("\r\n", "\n").strip()
    if not text:
        return _form(request, _describe_error(request, Wrong("upload.no_text")), 400)
    data = f"{text}\n".encode("utf-8", "replace")
    name = " ".join(text.split("\n", 1)[0].split())[:_LONGEST_NAME] + ".txt"
    try:
        uploads.shelf.free(len(data))
        with uploads.shelf.incoming() as folder:
            file = folder / "pasted.txt"
            file.write_bytes(data)
            sent = Sent(name, len(data), sha256=hashlib.sha256(data).hexdigest())
            fields = {name: given.get(name, "") for name in ("language", "published")}
            batch = uploads.take(Arrived(fields, [(sent, file)]), person.name)
    except (NoSpace, QuotaExceeded, BadRequest) as error:
        return _form(request, _describe_error(request, error), status_of(error))
    return RedirectResponse(f"/upload/{batch.id}", 303)


@router.get("/upload/{identity}")
def progress(request: Request, identity: str) -> HTMLResponse:
    """The progress of a batch."""
    editing(request)
    return _progress(request, identity)


@router.post("/upload/{identity}/{verb}")
def change(request: Request, identity: str, verb: str, _: Given) -> Response:
    """Cancel or resume a batch."""
    editing(request)
    uploads: UploadQueue = request.app.state.uploads
    doing = {"cancel": uploads.cancel, "resume": uploads.resume}.get(verb)
    if doing is None:
        raise Denied(404, "page")
    try:
        doing(identity)
    except BadRequest as error:
        return _progress(request, identity, _describe_error(request, error))
    return RedirectResponse(f"/upload/{identity}", 303)


def _form(request: Request, problem: str = "", status: int = 200) -> HTMLResponse:
    uploads: UploadQueue = request.app.state.uploads
    batches = [(batch, uploads.state(batch)) for batch in uploads.shelf.batches()]
    values = {**_form_values(request), "problem": problem, "batches": batches}
    return render.page(request, "upload.html", values, status)


def start_page(request: Request) -> HTMLResponse:
    """The page with which an empty register begins: files to drop, the sample, folders and sources to connect."""
    values = {
        **_form_values(request),
        "problem": "",
        "samples": len(_sample_files()),
        "folders": bool(request.app.state.settings.watch_roots),
    }
    return render.page(request, "start.html", values)


def _form_values(request: Request) -> dict[str, Any]:
    """What the form to choose files needs."""
    return {
        "accepted": ",".join(sorted(READABLE | PICTURES)),
        "languages_of_text": _languages(reader_of(request)),
        "most": request.app.state.settings.max_upload,
        "most_a_file": MAX_BYTES,
        "most_files": MAX_FILES,
    }


@router.post("/start/samples")
def read_samples(request: Request, _: Given) -> RedirectResponse:
    """Read the sample documents that Dutybook brings, as if they had been uploaded."""
    person = editing(request)
    uploads: UploadQueue = request.app.state.uploads
    arrived = Arrived()
    with uploads.shelf.incoming() as folder:
        for sample in _sample_files():
            copy = folder / sample.name
            shutil.copyfile(sample, copy)
            digest = hashlib.sha256(copy.read_bytes()).hexdigest()
            arrived.files.append((Sent(sample.name, copy.stat().st_size, sha256=digest), copy))
        batch = uploads.take(arrived, person.name)
    return RedirectResponse(f"/upload/{batch.id}", 303)


def _sample_files() -> list[Path]:
    """The sample documents; none if the installation lacks them."""
    folder = samples()
    return sorted(path for path in folder.iterdir() if path.suffix in READABLE) if folder.is_dir() else []


def _describe_error(request: Request, error: Exception) -> str:
    return text_of(error, language_of(request))


def _languages(reader: Reader) -> list[tuple[str, str]]:
    """The languages whose norms can be extracted, by their names in the reader's language."""
    names = [(code, reader.language_name(code)) for code in available()]
    return sorted(((code, name[:1].upper() + name[1:]) for code, name in names), key=lambda pair: pair[1])


def _progress(request: Request, identity: str, problem: str = "") -> HTMLResponse:
    uploads: UploadQueue = request.app.state.uploads
    batch = uploads.shelf.read(identity)
    state = uploads.state(batch)
    values: dict[str, Any] = {
        "batch": batch,
        "state": state,
        "problem": problem,
        "going": state in OPEN,
        "resumable": state in (INTERRUPTED, "cancelled", "failed"),
        "before": uploads.before(batch) if state == "waiting" else 0,
        "documents": _documents(request, uploads, batch),
        "ended": sum(1 for sent in batch.files if sent.state != "waiting"),
    }
    return render.page(request, "upload_progress.html", values, 409 if problem else 200)


def _documents(request: Request, uploads: UploadQueue, batch: Batch) -> dict[str, Any]:
    """The documents of the register that came from these files: by digest, and inside archives by file and name."""
    from dutybook.ingest.containers import SEPARATOR

    sources = {}
    for sent in batch.kept:
        path = str(uploads.shelf.path(sent.file))
        sources[path] = sent.file
        sources |= {f"{path}{SEPARATOR}{part.name}": f"{sent.file}{SEPARATOR}{part.name}" for part in sent.parts}
    digests = {sent.sha256: sent.file for sent in batch.kept}
    try:
        with reading(request) as register:
            found = documents_from(register, list(sources), list(digests))
    except DutybookError:
        # The very first batch makes the register.
        return {}
    by_digest = {digests[row.sha256]: row for row in found if row.sha256 in digests}
    return by_digest | {sources[row.source]: row for row in found if row.source in sources}
