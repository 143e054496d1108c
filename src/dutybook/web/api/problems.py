"""Turns errors into problem details (RFC 9457): a JSON object that says what happened and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from dutybook.errors import (
    BadRequest,
    ChangedSince,
    Conflict,
    DeliveryError,
    DutybookError,
    MissingExtra,
    NotFound,
    RegisterBusy,
    RegisterError,
    RegisterUnreachable,
    SourceError,
)
from dutybook.web.request_limits import NotAllowedRemotely

MEDIA_TYPE = "application/problem+json"

#: Each status that the API answers with: the end of the problem's type, its title, what it means.
PROBLEMS: dict[int, tuple[str, str, str]] = {
    400: ("bad-json", "The body is no JSON", "The body of the request cannot be read as JSON."),
    401: ("not-signed-in", "Not signed in", "There is no session and no token, or they are not known here."),
    403: (
        "not-allowed",
        "Not allowed",
        "Whom the request is for may not do that, or the request lacks the session's own token.",
    ),
    404: ("not-found", "Not found", "There is nothing at this address."),
    405: (
        "method-not-allowed",
        "Method not allowed",
        "The address does not take this method; the header Allow says which it takes.",
    ),
    409: ("conflict", "Conflict", "It does not go with what is there: a name is taken, or something rests on it."),
    412: ("changed-since", "Changed meanwhile", "Somebody else was faster; `current` is what stands there now."),
    413: ("too-large", "Too large", "The body is larger than any request needs."),
    415: (
        "not-json",
        "Not JSON",
        "The body has to be sent as application/json, or as multipart/form-data where files are sent.",
    ),
    421: ("wrong-host", "Not served here", "The request names a host that is not this one."),
    422: (
        "invalid-request",
        "Invalid request",
        "A parameter or a field of the body is unknown, missing or invalid; `errors` says which.",
    ),
    429: (
        "too-many",
        "Too many requests",
        "There were too many requests; the header Retry-After says when to try again.",
    ),
    500: ("defect", "Internal error", "Something that should not happen. Please report it."),
    501: ("not-installed", "Not installed", "It needs a part that is not installed here."),
    502: ("not-reached", "Not reached", "Something outside of this machine could not be reached."),
    503: (
        "register-unavailable",
        "The register cannot be used now",
        "It is locked, absent or damaged; the detail says which.",
    ),
}
_PREFIX = "urn:dutybook:problem:"


class Refusal(HTTPException):
    """An error with more than a status: ``errors`` name parameters, ``more`` are members of the problem."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.errors = errors
        self.more = more


def describe_field_error(where: str, name: str, detail: str) -> dict[str, str]:
    """Describe what is wrong with one parameter (``where``: query, path, header) or one field of the body."""
    return {"in": where, "name": name, "detail": replace_unencodable(detail)}


def problem(status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> JSONResponse:
    """An answer with a problem as its body."""
    end, title, _ = PROBLEMS.get(status, ("http", _phrase(status), ""))
    made = {"type": _PREFIX + end, "title": title, "status": status, "detail": replace_unencodable(detail)}
    return JSONResponse(made | more, status, dict(headers or {}), MEDIA_TYPE)


def problem_of_refusal(error: HTTPException) -> JSONResponse:
    """The problem for an error that the framework or an operation raised."""
    more: dict[str, Any] = dict(getattr(error, "more", {}))
    if errors := getattr(error, "errors", ()):
        more["errors"] = list(errors)
    if error.status_code == HTTPStatus.NOT_FOUND and error.detail == _phrase(404):
        return problem(404, "there is nothing at this address: GET /api/v1/openapi.json lists all that there is")
    return problem(error.status_code, str(error.detail), headers=error.headers, **more)


def problem_of_error(error: DutybookError) -> JSONResponse:
    """The problem for one of Dutybook's own errors, by its class."""
    headers = {"retry-after": "5"} if isinstance(error, (RegisterBusy, RegisterUnreachable)) else {}
    more: dict[str, Any] = (
        {"errors": [describe_field_error("body", error.field, str(error))]}
        if isinstance(error, NotAllowedRemotely)
        else {}
    )
    return problem(status_of(error), str(error), headers=headers, **more)


def status_of(error: DutybookError) -> int:
    """The HTTP status for one of Dutybook's own errors."""
    for kinds, status in _STATUSES:
        if isinstance(error, kinds):
            return status
    return 500


_STATUSES: tuple[tuple[type[DutybookError] | tuple[type[DutybookError], ...], int], ...] = (
    (ChangedSince, 412),
    (Conflict, 409),
    (NotFound, 404),
    (MissingExtra, 501),
    (NotAllowedRemotely, 403),
    (BadRequest, 422),
    (RegisterError, 503),
    ((SourceError, DeliveryError), 502),
)


def problem_of_validation(error: RequestValidationError) -> JSONResponse:
    """The problem for parameters and bodies that do not fit, each by its name. It does not repeat what was sent."""
    found = list(error.errors())
    if any(one["type"] == "json_invalid" for one in found):
        return problem(400, f"the body cannot be read as JSON: {_describe_validation_error(found[0])}")
    errors = [
        describe_field_error(str(one["loc"][0]), ".".join(map(str, one["loc"][1:])), _describe_validation_error(one))
        for one in found[:20]
    ]
    return problem(422, "; ".join(f"{e['name'] or e['in']}: {e['detail']}" for e in errors), errors=errors)


def _describe_validation_error(one: Mapping[str, Any]) -> str:
    if one["type"] == "extra_forbidden":
        return "there is no such field"
    if one["type"] == "json_invalid":
        return str(one.get("ctx", {}).get("error", one["msg"]))
    return str(one["msg"]).removeprefix("Value error, ")


def replace_unencodable(text: str) -> str:
    """The text with everything replaced that UTF-8 cannot encode."""
    return text.encode("utf-8", "replace").decode()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
