"""What this is, what is in it, and the reader's language."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook.languages.reader import reader_languages
from dutybook.web import render
from dutybook.web.asking import own_path
from dutybook.web.registers import Registers

router = APIRouter()

_YEAR = 365 * 24 * 3600


@router.get("/about")
def about(request: Request) -> HTMLResponse:
    """Versions and counts."""
    from importlib import metadata

    registers: Registers = request.app.state.registers
    with registers.reading() as register:
        summary = register.summary()
    values = {"summary": summary, "version": metadata.version("dutybook"), "database": str(registers.database)}
    return render.page(request, "about.html", values)


@router.get("/language/{code}")
def language(code: str, back: str = "/") -> Response:
    """Choose the reader's language and go back to a page of ours."""
    answer = RedirectResponse(own_path(back), 303)
    if code in reader_languages("web"):
        answer.set_cookie(render.LANGUAGE, code, max_age=_YEAR, httponly=True, samesite="strict", path="/")
    return answer
