"""What all API operations share.

Changes are refused to whoever may only read, before anything else is looked at; unknown parameters are refused, bodies must
be JSON, and answers have entity tags.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from fastapi import APIRouter, params
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from dutybook.store import Register
from dutybook.web.access import Person
from dutybook.web.api.problems import PROBLEMS, Refusal, describe_field_error
from dutybook.web.registers import Registers
from dutybook.web.request_values import administering, editing

TOKEN_HEADER = "X-Dutybook-Token"  # noqa: S105 - the name of a header
#: Methods that change nothing. All others are for editors.
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_CACHE = "private, no-cache"


class ApiRoute(APIRoute):
    """The route of one API operation."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        once, several = _query_of(self.endpoint)
        takes_body = self.body_field is not None

        async def handler(request: Request) -> Response:
            if request.method not in SAFE_METHODS:
                # Whoever may only read learns nothing of the parameters and the body that a change would need.
                changing_as_editor(request)
            _check_query(request, once, several)
            if takes_body:
                _check_body(request)
            response = await handle(request)
            if link := getattr(request.state, "link", ""):
                response.headers["link"] = link
            return conditional(request, response)

        return handler


F = TypeVar("F", bound=Callable[..., Any])
#: All verbs, in the order in which their modules are read.
verbs = APIRouter(route_class=ApiRoute)


def operation(
    call: str, id: str, tag: str, summary: str, answer: Any = None, *failures: int, **more: Any
) -> Callable[[F], F]:
    """A decorator for the function that does an operation of the API.

    Args:
        call: method and address: "GET /norms/{id}".
        answer: the model of its answer.
        failures: statuses of error responses that it may give in addition to those that all may give.
        more: further arguments of :meth:`fastapi.APIRouter.api_route`.
    """
    method, _, path = call.partition(" ")
    if method == "DELETE":
        more |= {"status_code": 204, "response_class": Response}
    responses = {status: {"description": PROBLEMS[status][2]} for status in failures} | more.pop("responses", {})
    about = {"operation_id": id, "tags": [tag], "summary": summary, "response_model": answer, "responses": responses}
    return verbs.api_route(path, methods=[method], **about, **more)


def _query_of(endpoint: Callable[..., Any]) -> tuple[frozenset[str], frozenset[str]]:
    """The names of the parameters that an operation takes once, and of those that it takes several times."""
    once, several = set[str](), set[str]()
    for name, hint in get_type_hints(endpoint, include_extras=True).items():
        if not any(isinstance(m, params.Query) for m in getattr(hint, "__metadata__", ())):
            continue
        kind = get_args(hint)[0]
        if inspect.isclass(kind) and issubclass(kind, BaseModel):
            for field, info in kind.model_fields.items():
                (several if _is_list(info.annotation) else once).add(info.alias or field)
        else:
            (several if _is_list(kind) else once).add(name)
    return frozenset(once), frozenset(several)


def _is_list(kind: Any) -> bool:
    return get_origin(kind) in (list, tuple) or any(get_origin(part) in (list, tuple) for part in get_args(kind))


def _check_query(request: Request, once: frozenset[str], several: frozenset[str]) -> None:
    given = [name for name, _ in request.query_params.multi_items()]
    known = sorted(once | several)
    errors = [
        describe_field_error("query", name, f"there is no such parameter; there are: {', '.join(known) or 'none'}")
        for name in dict.fromkeys(given)
        if name not in known
    ]
    errors += [
        describe_field_error("query", name, "give it once")
        for name in dict.fromkeys(given)
        if name in once and given.count(name) > 1
    ]
    if errors:
        raise Refusal(422, "; ".join(f"{e['name']}: {e['detail']}" for e in errors[:5]), errors=errors[:20])


def _check_body(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refusal(415, f"the body is sent as {kind or 'nothing'}: send Content-Type: application/json")


def conditional(request: Request, response: Response) -> Response:
    """The answer with its entity tag, or 304 if the request sent this tag already."""
    body = getattr(response, "body", None)
    if request.method != "GET" or response.status_code != 200 or not isinstance(body, bytes):
        return response
    if "etag" not in response.headers:
        response.headers["etag"] = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    response.headers.setdefault("cache-control", _CACHE)
    asked = _tags(request.headers.get("if-none-match", ""))
    if response.headers["etag"] not in asked and "*" not in asked:
        return response
    kept = {n: v for n, v in response.headers.items() if n in ("etag", "cache-control", "vary", "link")}
    return Response(status_code=304, headers=kept)


def _tags(header: str) -> frozenset[str]:
    """The entity tags of a header. Whether they are weak does not matter for the weak comparison."""
    return frozenset(tag.strip().removeprefix("W/") for tag in header.split(","))


@contextmanager
def reading(request: Request) -> Iterator[Register]:
    """The register, opened for reading; Refusal if there is none, RegisterError if it cannot be used."""
    registers = _registers(request)
    with registers.reading() as register, register.translated_errors():
        yield register


@contextmanager
def writing(request: Request) -> Iterator[Register]:
    """The register, opened for writing; raises what :func:`reading` raises."""
    registers = _registers(request)
    with registers.writing() as register:
        yield register


def _registers(request: Request) -> Registers:
    registers: Registers = request.app.state.registers
    if not registers.database.exists():
        raise Refusal(
            503,
            f"there is no register at {registers.database.name}: `dutybook ingest FOLDER` makes it",
            headers={"retry-after": "60"},
        )
    return registers


def api_changing(request: Request) -> None:
    """Check that a change was intended by the person whose request it is.

    A browser with a session has to send the session's own token in a header; a program with a token of its own does not.

    Raises:
        Refusal: 403, the header is missing or belongs to another session.
    """
    session: str | None = request.state.session
    if session is None:
        return
    if not request.app.state.access.may_change(session, request.headers.get(TOKEN_HEADER)):
        raise Refusal(
            403, f"a change with a browser's session needs the header {TOKEN_HEADER} with the session's token"
        )


def changing_as_editor(request: Request) -> Person:
    """The person who makes a change that editors may make."""
    person = editing(request)
    api_changing(request)
    return person


def changing_as_admin(request: Request) -> Person:
    """The person who makes a change that only administrators may make: one by which this machine contacts others."""
    person = administering(request)
    api_changing(request)
    return person
