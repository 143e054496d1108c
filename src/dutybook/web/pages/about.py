"""The page about Dutybook: what is in the register, scores, languages, versions and licences; and the choice of
language.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from threading import Lock

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook.languages.artefacts import measured
from dutybook.languages.reader import reader_languages
from dutybook.pipeline.capabilities import OTHERS, SECTION, describe_capability, languages
from dutybook.store import Summary
from dutybook.store.exports import act_details
from dutybook.web import components, render
from dutybook.web.registers import Registers
from dutybook.web.request_values import own_path

router = APIRouter()

_YEAR = 365 * 24 * 3600
_FIRST = Lock()
#: Measures that are shown, in this order.
MEASURES = ("norm", "modality", "bearer", "deadline", "fact", "penalty")
#: Documents that were not read and are named here.
_UNREAD = 30


@router.get("/about")
def about(request: Request) -> HTMLResponse:
    """The page with counts, scores, versions and licences."""
    from importlib import metadata

    registers: Registers = request.app.state.registers
    with registers.reading() as register:
        summary = registers.once("summary", register.summary)
        facts = registers.once("about", partial(act_details.about, register))
    # What never changes is read once, by whoever comes first: it takes seconds of the processor.
    with _FIRST:
        rows, models, vendored, libraries = (
            languages(),
            components.models(),
            components.vendored(),
            components.libraries(),
        )
    scores = measured()
    unread = summary.unreadable + summary.partly_read
    values = {
        "summary": summary,
        "facts": facts,
        "by_language": _by_language(summary),
        "unread": unread[:_UNREAD],
        "unread_more": max(len(unread) - _UNREAD, 0),
        "version": metadata.version("dutybook"),
        "licence": components.licence_of(components.PACKAGE),
        "database": str(registers.database.resolve()),
        "scores": scores.sets,
        "scores_command": scores.command,
        "language_rows": rows,
        "others": OTHERS,
        "describe": partial(describe_capability, language=render.language_of(request)),
        "language_words": render.words_of(request, SECTION),
        "measures": MEASURES,
        "models": models,
        "vendored": vendored,
        "libraries": libraries,
        "page_words": render.words_of(request, "about_page"),
    }
    return render.page(request, "about.html", values)


def _by_language(summary: Summary) -> list[tuple[str, dict[str, int], int]]:
    """Each language with its norms by modality and their sum, the language with most norms first."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for (modality, language), number in summary.by_modality.items():
        found[language][modality] = number
    rows = [(language, by, sum(by.values())) for language, by in found.items()]
    return sorted(rows, key=lambda row: (-row[2], row[0]))


@router.get("/language/{code}")
def language(code: str, back: str = "/") -> Response:
    """Set the reader's language and go back to the page."""
    answer = RedirectResponse(own_path(back), 303)
    if code in reader_languages("web"):
        answer.set_cookie(render.LANGUAGE, code, max_age=_YEAR, httponly=True, samesite="strict", path="/")
    return answer
