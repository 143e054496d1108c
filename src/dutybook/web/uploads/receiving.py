"""Receives forms with files: from the pages, which are answered with a redirect or the form and its problem, and in the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import RedirectResponse, Response

from dutybook.errors import BadRequest
from dutybook.web.error_responses import Denied, text_of
from dutybook.web.reader import language_of
from dutybook.web.request_values import editing
from dutybook.web.uploads.multipart import Arrived, Receiver, Unacceptable, boundary_of
from dutybook.web.uploads.queue import QuotaExceeded, UploadQueue
from dutybook.web.uploads.storage import NoSpace

T = TypeVar("T")

#: So many bytes are written to the disk at once.
_BLOCK = 1 << 20
#: Bytes of a form that need not be those of its files.
_FORM = 64 << 10


async def receive_form(
    request: Request,
    keep: Callable[[Arrived, str], str],
    refuse: Callable[[Request, str, int], Response],
    expect: Callable[[str, int], None] = lambda *_: None,
) -> Response:
    """Receive the token first, then each file straight to the disk.

    Args:
        request: the request whose body is the form.
        keep: keeps what arrived from the person with a name, and returns the address of the next page.
        refuse: returns the page with the form, a problem and a status.
        expect: called with the person's name and the declared bytes before anything is received; may raise what refuses it.
    """
    person = editing(request)
    session: str | None = request.state.session
    if session is None:
        raise Denied(403, "upload.by_token")
    try:
        address = await receive_files(
            request,
            lambda arrived: keep(arrived, person.name),
            allowed=lambda token: request.app.state.access.may_change(session, token),
            expect=lambda declared: expect(person.name, declared),
        )
    except (Unacceptable, NoSpace, QuotaExceeded, BadRequest) as error:
        return await run_in_threadpool(refuse, request, text_of(error, language_of(request)), status_of(error))
    except ClientDisconnect:
        return Response(status_code=400)
    return RedirectResponse(address, 303)


async def receive_files(
    request: Request,
    keep: Callable[[Arrived], T],
    *,
    allowed: Callable[[str], bool] | None,
    expect: Callable[[int], None] = lambda _: None,
) -> T:
    """Write the files of a form to the disk as they arrive, and return what ``keep`` makes of them. They are deleted afterwards.

    Args:
        request: the request whose body is the form.
        keep: is called in a thread with what arrived.
        allowed: whether the first field of the form is a token that allows the change; None: that was established otherwise.
        expect: called with the declared bytes before anything is received; may raise what refuses it.

    Raises:
        Unacceptable: the form is refused, by its size or its parts.
        NoSpace: the disk is full, or would be.
        ClientDisconnect: the sender is gone.
    """
    uploads: UploadQueue = request.app.state.uploads
    boundary = boundary_of(request.headers.get("content-type", ""))
    declared = int(request.headers.get("content-length", "0"))
    await run_in_threadpool(expect, max(0, declared - _FORM))
    await run_in_threadpool(uploads.shelf.free, declared)
    with uploads.shelf.incoming() as folder:
        most = request.app.state.settings.max_upload
        receiver = Receiver(boundary, folder, uploads.shelf, allowed, most=most)
        try:
            await _feed(receiver, request)
            return await run_in_threadpool(keep, receiver.end())
        finally:
            receiver.close()


async def _feed(receiver: Receiver, request: Request) -> None:
    waiting = bytearray()
    async for chunk in request.stream():
        waiting += chunk
        if len(waiting) >= _BLOCK:
            await run_in_threadpool(receiver.feed, bytes(waiting))
            waiting.clear()
    await run_in_threadpool(receiver.feed, bytes(waiting))


def status_of(error: Exception) -> int:
    """The HTTP status of a form that is refused."""
    if isinstance(error, Unacceptable):
        return error.status
    return 507 if isinstance(error, NoSpace) else 429 if isinstance(error, QuotaExceeded) else 400
