"""Answers of the guard itself: plain text for people, problem+json (RFC 9457) for programs."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import PlainTextResponse, Response

API = "/api/"


def refused(path: str, status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """``message`` as the answer to a request of ``path``."""
    if path.startswith(API):
        # The API is not read by applications that are made without it.
        from dutybook.web.api.problems import problem

        return problem(status, message, headers=headers)
    return PlainTextResponse(message, status, headers)
