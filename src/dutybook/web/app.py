"""The application put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles

from dutybook.errors import DutybookError, NotFound, RegisterError
from dutybook.web import render
from dutybook.web.access import Access, Door
from dutybook.web.api import PREFIX, ProblemEdge, create_api
from dutybook.web.guard import Guard
from dutybook.web.pages import (
    about,
    acts,
    all_changes,
    calendar,
    changes,
    document,
    documents,
    entering,
    exports,
    feeds,
    images,
    news,
    norm,
    review,
    search,
    timeline,
    upload,
    year,
)
from dutybook.web.registers import Registers
from dutybook.web.settings import Settings
from dutybook.web.uploads.desk import Desk
from dutybook.web.work.works import Works


def create_app(settings: Settings, access: Door) -> FastAPI:
    """The application over one register. It has no pages of FastAPI's own: they would load scripts from elsewhere."""
    access.serve(settings)
    drawer = images.Drawer()
    desk, works = Desk(settings.database), Works()

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        yield
        drawer.close()
        desk.close()
        works.close()

    app = FastAPI(
        title="Dutybook",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=running,
        middleware=[
            Middleware(ProblemEdge),
            Middleware(Guard, door=access, settings=settings, bodies={"/upload": settings.max_upload}),
        ],
    )
    app.state.settings = settings
    app.state.access = access
    app.state.registers = Registers(settings.database)
    app.state.drawer = drawer
    app.state.desk = desk
    app.state.works = works
    # Acts come after what else is below their addresses.
    for pages in (
        *(search, norm, review, all_changes, changes, timeline, acts, year, calendar, feeds),
        *(news, documents, document, exports, images, about, upload),
    ):
        app.include_router(pages.router)
    if isinstance(access, Access):
        app.include_router(entering.router)
    app.mount(PREFIX, create_api(app.state), name="api")
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")

    @app.exception_handler(DutybookError)
    def _failed(request: Request, error: DutybookError) -> Response:
        status = 404 if isinstance(error, NotFound) else 503 if isinstance(error, RegisterError) else 400
        return _said(request, str(error), status)

    @app.exception_handler(HTTPException)
    def _refused(request: Request, error: HTTPException) -> Response:
        return _said(request, str(error.detail), error.status_code)

    return app


def _said(request: Request, message: str, status: int) -> Response:
    if getattr(request.state, "session", None) is None:
        return PlainTextResponse(message, status)
    page: HTMLResponse = render.page(request, "problem.html", {"message": message, "status": status}, status)
    return page
