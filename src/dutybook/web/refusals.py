"""Answers of the guard itself: plain text for people, problem+json (RFC 9457) for programs."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import JSONResponse, PlainTextResponse, Response

API = "/api/"


def refused(path: str, status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """``message`` as the answer to a request of ``path``."""
    if path.startswith(API):
        told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": message}
        return JSONResponse(told, status, headers, media_type="application/problem+json")
    return PlainTextResponse(message, status, headers)
