"""The pages of watches: which sources are watched, their states, and a form for each kind of source."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook.errors import BadRequest
from dutybook.ingest import sources
from dutybook.pipeline.watching import definition
from dutybook.pipeline.watching.definition import OPTIONS, WatchDefinition
from dutybook.pipeline.watching.item_fetcher import folder_of
from dutybook.pipeline.watching.runner import may_be_alive
from dutybook.records.dates import utc_text
from dutybook.store import Register
from dutybook.store.documents.view import documents_from
from dutybook.store.watches import watch_items
from dutybook.store.watches import watches as kept
from dutybook.store.watches.watches import Watch
from dutybook.web import render
from dutybook.web.error_responses import Denied, Wrong, text_of
from dutybook.web.jobs import Jobs, Outcome
from dutybook.web.reader import Reader, language_of, reader_of
from dutybook.web.request_limits import check_watch
from dutybook.web.request_values import Given, administering, clean, offset_of, page_links, reading, writing

router = APIRouter()

#: Items of a watch on one page.
LIMIT = 50


@router.get("/watches")
def watches(request: Request) -> HTMLResponse:
    """All watches with their state."""
    administering(request)
    with reading(request) as register:
        found = kept.watches(register)
    rows = [(watch, _state(request, watch), _next(watch)) for watch in found]
    return render.page(
        request,
        "watches.html",
        {"rows": rows, "words_of": definition.format_interval, "going": any(s == "running" for _, s, _ in rows)},
    )


@router.get("/watches/add")
def add(request: Request) -> HTMLResponse:
    """Choose a kind of source, or show its form."""
    administering(request)
    kind = request.query_params.get("kind", "")
    if kind:
        return _form(request, watch_form_of(kind, dict(request.query_params)))
    reader = reader_of(request)
    words = reader.section("watching")
    kinds = []
    for name in sources.kinds():
        try:
            says = sources.source_of(name).help
        except BadRequest:
            continue
        if name == "folder" and not request.app.state.settings.watch_roots:
            continue
        kinds.append((name, words.get(f"kind.{name}", name), words.get(f"kind_help.{name}", says)))
    return render.page(request, "watch_kinds.html", {"kinds": kinds})


@router.post("/watches")
def save(request: Request, given: Given) -> Response:
    """Try the watch that the form describes, or save it."""
    person = administering(request)
    settings = request.app.state.settings
    works: Jobs = request.app.state.jobs
    form = watch_form_of(given.get("kind", ""), given)
    try:
        wanted = watch_from_form(form, settings.watch_roots)
        if given.get("do") == "try":
            key = secrets.token_hex(8)
            # Impossible values are reported now and not by the worker.
            definition.check_watch(form.kind, wanted.target, wanted.options, allow_private=False)
            order = {
                "verb": "look",
                "database": str(settings.database),
                "kind": form.kind,
                "target": wanted.target,
                "options": dict(wanted.options),
            }
            kept_fields = {name: value for name, value in given.items() if name.startswith(KEPT)}
            works.start(f"look:{key}", order, kept_fields)
            return RedirectResponse(f"/watches/tries/{key}", 303)
        watch = definition.add_watch(settings.database, wanted, by=person.name, now=datetime.now(UTC))
    except BadRequest as error:
        return _form(request, form, text_of(error, language_of(request)), 400)
    return RedirectResponse(f"/watches/of/{watch.name}", 303)


@router.get("/watches/tries/{key}")
def tried(request: Request, key: str) -> HTMLResponse:
    """What a watch would fetch, once its source has answered."""
    administering(request)
    works: Jobs = request.app.state.jobs
    outcome = works.outcome(f"look:{key}")
    if outcome is None:
        raise Denied(404, "watch.forgotten")
    form = watch_form_of(str(outcome.given.get("kind", "")), outcome.given)
    return render.page(request, "watch_try.html", {"outcome": outcome, "form": form, "key": key})


@router.get("/watches/of/{name}")
def show(request: Request, name: str) -> HTMLResponse:
    """The page of a watch: its options, its runs, and its items with their documents."""
    administering(request)
    works: Jobs = request.app.state.jobs
    offset = offset_of(request)
    with reading(request) as register:
        watch = kept.named(register, name)
        items = watch_items.items(register, watch.id)
        files = watch_items.files(register, watch.id)
        runs = kept.runs(register, watch.id)
        visible = items[offset : offset + LIMIT]
        newest = {file.key: file for file in reversed(files)}
        documents = _documents(register, [newest[one.listed.key] for one in visible if one.listed.key in newest])
    state = _state(request, watch)
    folder = folder_of(request.app.state.settings.database, watch.name)
    more = offset + LIMIT < len(items)
    outcome: Outcome | None = works.outcome(f"watch:{name}")
    values: dict[str, Any] = {
        "watch": watch,
        "state": state,
        "next_run": _next(watch),
        "asked": _describe_options(watch, reader_of(request)),
        "runs": runs,
        "rows": [(one, newest.get(one.listed.key), documents.get(one.listed.key)) for one in visible],
        "outcome": outcome,
        "going": state == "running",
        "every": reader_of(request).interval(watch.every),
        "has_files": folder.is_dir(),
        **page_links(offset, LIMIT, len(visible), more, lambda at: f"/watches/of/{name}?offset={at}"),
    }
    return render.page(request, "watch.html", values)


@router.post("/watches/of/{name}/{verb}")
def change(request: Request, name: str, verb: str, _: Given) -> Response:
    """Pause, resume, run or remove a watch."""
    administering(request)
    settings = request.app.state.settings
    works: Jobs = request.app.state.jobs
    if verb == "run":
        with reading(request) as register:
            kept.named(register, name)
        works.start(f"watch:{name}", {"verb": "watch", "database": str(settings.database), "names": [name]})
    elif verb in ("pause", "resume", "remove"):
        with writing(request) as register:
            if verb == "remove":
                kept.remove(register, name)
            else:
                kept.pause(register, name, paused=verb == "pause")
    else:
        raise Denied(404, "page")
    return RedirectResponse("/watches" if verb == "remove" else f"/watches/of/{name}", 303)


def _form(request: Request, form: WatchForm, problem: str = "", status: int = 200) -> HTMLResponse:
    settings = request.app.state.settings
    values = {
        "form": form,
        "problem": problem,
        "roots": [str(root) for root in settings.watch_roots],
        "every": definition.format_interval(form.every),
    }
    return render.page(request, "watch_add.html", values, status)


def _documents(register: Register, files: list[watch_items.WatchFile]) -> dict[str, Any]:
    """The document of each item, by its newest file."""
    found = {row.sha256: row for row in documents_from(register, [], [file.sha256 for file in files if file.sha256])}
    return {file.key: found[file.sha256] for file in files if file.sha256 in found}


def _state(request: Request, watch: Watch) -> str:
    works: Jobs = request.app.state.jobs
    outcome = works.outcome(f"watch:{watch.name}")
    claimed = watch.holder and watch.claimed_until and watch.claimed_until > utc_text(datetime.now(UTC))
    if (outcome is not None and outcome.going) or (claimed and may_be_alive(watch.holder or "")):
        return "running"
    if watch.paused:
        return "paused"
    if watch.error:
        return "failed"
    return "ok" if watch.last_run else "new"


def _next(watch: Watch) -> str:
    """When the watch is due next (UTC, ISO); empty if it is paused or due now."""
    if watch.paused:
        return ""
    due = datetime.fromisoformat(watch.last_run) + timedelta(seconds=watch.every) if watch.last_run else None
    later = datetime.fromisoformat(watch.not_before) if watch.not_before else None
    moment = max((one for one in (due, later) if one), default=None)
    return moment.isoformat() if moment and moment > datetime.now(UTC) else ""


def _describe_options(watch: Watch, reader: Reader) -> list[tuple[str, str]]:
    """The options of a watch, formatted for people."""
    options: Mapping[str, Any] = {**watch.options, **watch.fetch_options, **watch.reading}
    described = []
    for name, value in sorted(options.items()):
        if name in ("url", "folder") or value in ("", None, [], ()):
            continue
        if isinstance(value, list):
            described.append((name, ", ".join(map(str, value))))
        else:
            described.append((name, reader.number(value) if isinstance(value, float) else str(value)))
    return described


#: The fetch options that a form offers. Proxies and private machines are for the command line.
FETCH_OPTIONS = ("max_mb", "pause", "contact")
#: Beginnings of the fields that are carried from a try to the watch.
KEPT = ("kind", "target", "name", "every", "language", "option.", "fetch.")


@dataclass(frozen=True, slots=True)
class WatchForm:
    """The form for a kind of source.

    ``options`` are those of the kind and ``fetch_options`` those for every kind, each with a description; ``given``
    is what was filled in, by field.
    """

    kind: str
    help: str
    written: str
    every: int
    options: Mapping[str, str]
    fetch_options: Mapping[str, str]
    given: Mapping[str, str]


def watch_form_of(kind: str, given: Mapping[str, str]) -> WatchForm:
    """The form for a kind of source; BadRequest if there is no such kind."""
    source = sources.source_of(kind)
    return WatchForm(
        kind=kind,
        help=source.help,
        written=str(getattr(source, "written", "")),
        every=sources.default_interval(source),
        options=dict(getattr(source, "options", {})),
        fetch_options={name: OPTIONS[name] for name in FETCH_OPTIONS},
        given={name: clean(value) for name, value in given.items() if name.startswith(KEPT)},
    )


def watch_from_form(form: WatchForm, roots: tuple[Path, ...]) -> WatchDefinition:
    """The watch that a form describes; BadRequest if a form may not make it or a value is impossible."""
    given = form.given
    target = given.get("target", "")
    if not target:
        raise Wrong("watch.target")
    options = {name: value for name in form.options if (value := given.get(f"option.{name}", ""))}
    options |= {name: value for name in form.fetch_options if (value := given.get(f"fetch.{name}", ""))}
    check_watch(form.kind, target, roots)
    language = given.get("language", "")
    if language and not (len(language) in (2, 3) and language.isascii() and language.isalpha()):
        raise Wrong("watch.language", text=language[:40])
    return WatchDefinition(
        form.kind,
        target,
        name=given.get("name") or None,
        every=given.get("every") or None,
        options=options,
        reading={"language": language} if language else {},
    )
