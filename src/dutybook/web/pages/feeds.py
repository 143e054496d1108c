"""Feeds that other programs of the reader fetch again and again. They contain what an export would."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import APIRouter, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from dutybook.export import export
from dutybook.store import open_register
from dutybook.web import render
from dutybook.web.pages.search import given_filters
from dutybook.web.settings import Settings

router = APIRouter()


@router.get("/feeds/calendar.ics")
def calendar(request: Request) -> FileResponse:
    """The dates of the norms that match the filters in the address, as ``dutybook export x.ics`` writes them.

    ``lang`` is the reader's language, since a calendar program sends none.
    """
    settings: Settings = request.app.state.settings
    folder = TemporaryDirectory(prefix="dutybook-feed-")
    target = Path(folder.name, "dutybook.ics")
    asked = [(n, v) for n, v in request.query_params.multi_items() if n not in ("token", "lang")]
    try:
        # A register of its own, opened for reading: it remembers nothing of the feed, and holds one state for as long as it takes.
        with open_register(settings.database, read_only=True, create=False) as register:
            export(register, target, given_filters(asked), reader=render.chosen_language(request))
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(
        target,
        media_type="text/calendar; charset=utf-8",
        filename="dutybook.ics",
        headers={"cache-control": "private, no-cache"},
        background=BackgroundTask(folder.cleanup),
    )
