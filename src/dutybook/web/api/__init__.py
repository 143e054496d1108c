"""The JSON API below ``/api/v1``: an application of its own, mounted in the one that serves the pages."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from dutybook.errors import DutybookError

# Their operations are in `verbs`. The order is that of the addresses: /acts/{work} takes whatever is left below it.
from dutybook.web.api import (  # noqa: F401
    about,
    acts,
    alerts,
    assessments,
    controls,
    dates,
    documents,
    evidence,
    incidents,
    norms,
    problems,
    profiles,
    reviews,
    searches,
    tasks,
    watches,
)
from dutybook.web.api.openapi import PREFIX
from dutybook.web.api.routing import verbs

__all__ = ["PREFIX", "create_api"]


def create_api(state: State) -> FastAPI:
    """Make the API, to be mounted at :data:`PREFIX`, over what ``state`` has: settings, access, registers, drawer."""
    api = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    api.state = state
    api.router.routes.extend(verbs.routes)

    @api.exception_handler(DutybookError)
    def _failed(_: Request, error: DutybookError) -> Response:
        return problems.problem_of_error(error)

    @api.exception_handler(RequestValidationError)
    def _not_meant(_: Request, error: RequestValidationError) -> Response:
        return problems.problem_of_validation(error)

    @api.exception_handler(HTTPException)
    def _refused(request: Request, error: HTTPException) -> Response:
        if error.status_code == 405:
            return _no_such_method(api, request)
        return problems.problem_of_refusal(error)

    @api.exception_handler(Exception)
    def _defect(_: Request, __: Exception) -> Response:
        return problems.problem(
            500, "something that should not happen; what it was stands in the log of the server: please report it"
        )

    return api


def _no_such_method(api: FastAPI, request: Request) -> Response:
    """Say which methods the address takes: those of all operations there, not of the first alone."""
    takes: set[str] = set()
    for route in api.router.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            takes |= route.methods or set()
    if "GET" in takes:
        takes.add("HEAD")
    allow = ", ".join(sorted(takes))
    return problems.problem(405, f"{request.method} is not possible here; there are: {allow}", headers={"allow": allow})
