"""Assembles the web application."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from dutybook.errors import DutybookError, NotFound, RegisterError
from dutybook.web import render
from dutybook.web.access import Access, Door, Guard
from dutybook.web.alert_service import AlertService
from dutybook.web.api import PREFIX, create_api
from dutybook.web.drawing import Drawer
from dutybook.web.error_responses import TranslatedError, error_response, text_for, title_for
from dutybook.web.export_jobs import ExportJobs
from dutybook.web.jobs import Jobs
from dutybook.web.last_seen import LastSeen
from dutybook.web.middleware import (
    ProblemMiddleware,
    ProxyHeadersMiddleware,
    RootPathMiddleware,
    SecurityHeadersMiddleware,
)
from dutybook.web.monitoring import Health, HealthMiddleware, ObservedMiddleware
from dutybook.web.pages import (
    about,
    accounts,
    acts,
    alerts,
    amended,
    api,
    approvals,
    assessments,
    bulk,
    calendar,
    changes,
    control_imports,
    controls,
    documents,
    events,
    evidence,
    exports,
    home,
    imports,
    incidents,
    news,
    norms,
    profiles,
    saved_searches,
    search,
    tasks,
    upload,
    watches,
)
from dutybook.web.reader import language_of
from dutybook.web.registers import Registers, SearchPool
from dutybook.web.render import static_files
from dutybook.web.settings import Settings
from dutybook.web.uploads.queue import UploadQueue
from dutybook.web.uploads.waiting import WaitingFiles

if TYPE_CHECKING:
    from dutybook.store.controls.list_import import ListReport
    from dutybook.web.metrics import Metrics
    from dutybook.workbook_import.records import Report

_LOG = logging.getLogger(__name__)


def create_app(settings: Settings, access: Door) -> FastAPI:
    """Make the application over one register, without FastAPI's documentation pages, which load foreign scripts."""
    access.serve(settings)
    drawer = Drawer()
    registers = Registers(settings.database, folders=not access.several)
    finder = SearchPool(registers, settings.searchers)
    uploads, works, made = (
        UploadQueue(settings.database, quota=settings.upload_quota),
        Jobs(),
        ExportJobs(settings.database, folders=not access.several),
    )
    workbooks: WaitingFiles[Report] = WaitingFiles()
    control_lists: WaitingFiles[ListReport] = WaitingFiles()

    alert_service = AlertService(registers, works, settings.address)
    metrics = _metrics_of(registers) if settings.metrics else None

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        stop_metrics = metrics.serve(*settings.metrics) if metrics and settings.metrics else None
        finder.start()
        if settings.sends_alerts:
            alert_service.start()
        yield
        alert_service.close()
        finder.close()
        drawer.close()
        uploads.close()
        works.close()
        made.close()
        workbooks.close()
        control_lists.close()
        if stop_metrics:
            stop_metrics()

    app = FastAPI(
        title="Dutybook",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=running,
        middleware=[Middleware(HealthMiddleware, health=Health(registers)), *_around(settings, access)],
    )
    app.state.settings = settings
    app.state.access = access
    app.state.registers = registers
    app.state.search_pool = finder
    app.state.drawer = drawer
    app.state.uploads = uploads
    app.state.jobs = works
    app.state.exports = made
    app.state.workbooks = workbooks
    app.state.control_lists = control_lists
    app.state.alert_service = alert_service
    app.state.last_seen = LastSeen(settings.database)
    # Acts come after what else is below their addresses.
    pages = (
        home,
        search,
        bulk,
        saved_searches,
        norms,
        control_imports,
        controls,
        evidence,
        events,
        changes,
        amended,
        acts,
        calendar,
        news,
        documents,
        exports,
        imports,
        about,
        upload,
        profiles,
        api,
        watches,
        alerts,
        incidents,
        assessments,
        approvals,
        tasks,
    )
    routers = [*(page.router for page in pages), accounts.router]
    if isinstance(access, Access):
        routers.append(accounts.alone)
    if access.several:
        routers.append(accounts.several)
    for router in routers:
        # As they are: ``include_router`` would make each route anew for each application, on its first request.
        app.router.routes.extend(router.routes)
    app.mount(PREFIX, create_api(app.state), name="api")
    app.mount("/static", static_files(), name="static")
    paths = (route.path for router in routers for route in router.routes if isinstance(route, Route))
    areas = frozenset(path.split("/")[1] for path in (PREFIX, "/static", *paths))
    # Added last, it is the outermost: it counts refusals, too.
    app.add_middleware(ObservedMiddleware, metrics=metrics, areas=areas)

    @app.exception_handler(DutybookError)
    def _failed(request: Request, error: DutybookError) -> Response:
        status = 404 if isinstance(error, NotFound) else 503 if isinstance(error, RegisterError) else 400
        if status == 503 and getattr(request.state, "person", None) is None:
            _LOG.error("%s", error)
            return error_response(request.scope, status, "unusable")
        if isinstance(error, TranslatedError):
            return _problem_page(request, error.code, status, error.values)
        return _problem_page(request, {404: "gone", 503: "register"}.get(status, "unmeant"), status, detail=str(error))

    @app.exception_handler(HTTPException)
    def _refused(request: Request, error: HTTPException) -> Response:
        if isinstance(error, TranslatedError):
            return _problem_page(request, error.code, error.status_code, error.values)
        if error.detail == HTTPStatus.NOT_FOUND.phrase:
            return _problem_page(request, "page", 404)
        return _problem_page(
            request, {405: "method"}.get(error.status_code, "unmeant"), error.status_code, detail=str(error.detail)
        )

    return app


def _metrics_of(registers: Registers) -> Metrics:
    # Few want figures, and what makes them takes a quarter of a second to load.
    from dutybook.web.metrics import Metrics

    return Metrics(registers)


def _around(settings: Settings, access: Door) -> list[Middleware]:
    """The middleware that a request passes on its way in, outermost first."""
    passed = [Middleware(SecurityHeadersMiddleware, root=settings.root_path)]
    if settings.proxies:
        passed.append(Middleware(ProxyHeadersMiddleware, trusted=settings.proxies, root=settings.root_path))
    if settings.root_path:
        passed.append(Middleware(RootPathMiddleware, root=settings.root_path))
    bodies = dict.fromkeys(
        ("/upload", "/import", "/control-import", "/evidence", f"{PREFIX}/evidence/files"), settings.max_upload
    )
    return [*passed, Middleware(ProblemMiddleware), Middleware(Guard, door=access, settings=settings, bodies=bodies)]


def _problem_page(
    request: Request, code: str, status: int, values: Mapping[str, object] | None = None, detail: str = ""
) -> Response:
    """A page that says what is wrong. ``detail`` is in English, whatever the reader's language."""
    if getattr(request.state, "session", None) is None:
        return (
            PlainTextResponse(detail, status) if detail else error_response(request.scope, status, code, values=values)
        )
    language = language_of(request)
    context = {
        "title": title_for(status, language),
        "message": text_for(code, language, **(values or {})),
        "detail": detail,
    }
    page: HTMLResponse = render.page(request, "problem.html", context, status)
    return page
