"""The page about Dutybook: what is in the register, scores, languages, versions and licences; and the choice of language."""

from __future__ import annotations

import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib import metadata, resources
from pathlib import Path
from threading import Lock

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook.languages.artefacts import measured
from dutybook.languages.reader import reader_languages
from dutybook.pipeline.capabilities import OTHERS, SECTION, describe_capability, languages
from dutybook.store import Summary, exports
from dutybook.web import render
from dutybook.web.reader import LANGUAGE, language_of, words_of
from dutybook.web.request_values import own_path, registers_of

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
    registers = registers_of(request)
    with registers.reading() as register:
        summary = registers.once("summary", register.summary)
        facts = registers.once("about", partial(exports.about, register))
    # What never changes is read once, by whoever comes first: it takes seconds of the processor.
    with _FIRST:
        rows, models, vendored, libraries = languages(), list_models(), list_vendored(), list_libraries()
    scores = measured()
    unread = summary.unreadable + summary.partly_read
    values = {
        "summary": summary,
        "facts": facts,
        "by_language": _by_language(summary),
        "unread": unread[:_UNREAD],
        "unread_more": max(len(unread) - _UNREAD, 0),
        "version": metadata.version("dutybook"),
        "licence": licence_of(PACKAGE),
        "database": f"{registers.database.resolve()}" if registers.folders else registers.database.name,
        "scores": scores.sets,
        "scores_command": scores.command,
        "language_rows": rows,
        "others": OTHERS,
        "describe": partial(describe_capability, language=language_of(request)),
        "language_words": words_of(request, SECTION),
        "measures": MEASURES,
        "models": models,
        "vendored": vendored,
        "libraries": libraries,
    }
    return render.page(request, "about.html", values, section="about_page")


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
        answer.set_cookie(LANGUAGE, code, max_age=_YEAR, httponly=True, samesite="strict", path="/")
    return answer


PACKAGE = "dutybook"
_NAME = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A shipped or installed component. ``licence`` is empty where it has none; ``of`` is what it was made from."""

    name: str
    version: str
    licence: str
    of: str = ""


def models_folder() -> Path:
    """The folder with the shipped models: in the installed package, or in the checkout."""
    installed = Path(__file__).parents[2] / "_data" / "models"
    return installed if installed.is_dir() else Path(__file__).parents[4] / "models"


@cache
def list_models() -> tuple[Part, ...]:
    """The shipped models that have a model card, each with its title and version."""
    made = []
    for card in sorted(models_folder().glob("*/card.md")):
        with card.open(encoding="utf-8") as file:
            title = file.readline().lstrip("# ").strip()
        config = card.with_name("config.json")
        version = str(json.loads(config.read_text("utf-8")).get("version", "")) if config.is_file() else ""
        name = card.parent.name
        made.append(Part(name, version, licence_of(PACKAGE), title if title.partition(" ")[0] != name else ""))
    return tuple(made)


@cache
def list_vendored() -> tuple[Part, ...]:
    """The files of other projects that are shipped with this one."""
    listed = tomllib.loads((resources.files("dutybook.web") / "vendored.toml").read_text("utf-8"))
    return tuple(Part(p["name"], p["version"], p["licence"], p.get("from", "")) for p in listed["part"])


@cache
def list_libraries() -> tuple[Part, ...]:
    """The installed libraries that Dutybook needs directly or indirectly, by name."""
    waiting, seen = [PACKAGE], {PACKAGE}
    found: dict[str, Part] = {}
    while waiting:
        name = waiting.pop()
        try:
            needs = metadata.requires(name) or []
            if name != PACKAGE:
                found[name] = Part(name, metadata.version(name), licence_of(name))
        except metadata.PackageNotFoundError:
            continue
        for need in _names(needs):
            if need not in seen:
                seen.add(need)
                waiting.append(need)
    return tuple(found[name] for name in sorted(found))


def _names(needs: list[str]) -> Iterator[str]:
    for need in needs:
        name = _NAME.match(need)
        if name:
            yield re.sub(r"[-_.]+", "-", name[0]).lower()


def licence_of(name: str) -> str:
    """The licence of an installed distribution, shortened from its metadata."""
    try:
        package = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    if "License-Expression" in package:
        return package["License-Expression"]
    classified = [c.rpartition(" :: ")[2] for c in package.get_all("Classifier") or [] if c.startswith("License :: ")]
    written = str(package.json.get("license", "")).strip().partition("\n")[0]
    return written if 0 < len(written) <= 60 else ", ".join(classified)
