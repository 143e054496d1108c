"""The page behind the one-time link: it starts the session of a person who works alone."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from dutybook.web.access import Access

router = APIRouter()


@router.get("/enter")
def enter(request: Request, key: str = "") -> Response:
    """Start a session with the right key."""
    access: Access = request.app.state.access
    session = access.enter(key)
    if session is None:
        return PlainTextResponse(
            "This link was used already, or is not from here. `dutybook serve` prints the next one in its terminal.",
            401,
        )
    answer = RedirectResponse("/", 303)
    answer.set_cookie(
        access.cookie, session, httponly=True, samesite="strict", path="/", secure=request.url.scheme == "https"
    )
    return answer
