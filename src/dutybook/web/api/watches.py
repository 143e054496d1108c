"""API operations on watches: list, add, pause and remove watches, and show what their sources listed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Path
from pydantic import Field
from starlette.requests import Request

from dutybook.errors import BadRequest
from dutybook.ingest import sources
from dutybook.pipeline.watching import definition
from dutybook.store.watches import watch_items
from dutybook.store.watches import watches as kept
from dutybook.web.access import Role
from dutybook.web.api.models import Answer, Body, of_row, page_of
from dutybook.web.api.parameters import Name, Paged, TargetText, Text, make_page, slice_page, slice_rows
from dutybook.web.api.routing import changing_as_admin, operation, reading, writing
from dutybook.web.request_limits import check_watch
from dutybook.web.request_values import seeing


@of_row(kept.Watch, without=("cursor", "fetch_options", "claimed_until", "holder", "id", "reading"))
class Watch(Answer):
    """A source that is looked at again and again; counts are of its items and files."""

    every: int = Field(description="Seconds.")


Watches = page_of("Watches", Watch, "A page of watches, by name.")


@of_row(kept.WatchRun)
class WatchRun(Answer):
    """A run of a watch; `finished` is null while it runs and where it was cut off."""


class WatchItem(Answer):
    """What a source listed, and what became of it."""

    key: str
    url: str
    title: str
    published: str | None
    state: str
    error: str
    first_seen: str
    last_seen: str
    gone: str | None


class WatchDetail(Answer):
    """A watch with its last runs."""

    watch: Watch
    runs: list[WatchRun]


WatchItems = page_of("WatchItems", WatchItem, "A page of what a watch's source listed.")


class WatchKind(Answer):
    """A kind of source."""

    kind: str
    every: str = Field(description="The default interval.")
    help: str
    target: str
    options: dict[str, str]


WatchKinds = page_of("WatchKinds", WatchKind, "A page of the kinds of sources.")


class NewWatch(Body):
    """A source to watch: of any kind but folders of the machine; machines of the local network are not asked."""

    kind: Name = Field(examples=["feed"])
    target: TargetText = Field(examples=["https://authority.example/news.xml"])
    name: Name | None = None
    every: Text | None = Field(None, description="30m, 1h, 1d …", examples=["1h"])
    options: dict[Name, Text] = Field({}, max_length=30)


class Pause(Body):
    """Let a watch rest, or go on."""

    paused: bool


WatchName = Annotated[str, Path(description="Name of a watch.")]
#: How far a source has come, who is at it and how its files are read is its own business.
_HIDDEN = frozenset({"id", "cursor", "holder", "claimed_until", "fetch_options", "reading"})


@operation("GET /watches", "listWatches", "watches", "List watches", Watches, 403)
def watches(request: Request, asked: Paged) -> dict[str, Any]:
    """Sources that are looked at again and again: when each was last, what it has, what failed. Needs the role admin."""
    seeing(request, Role.ADMIN)
    with reading(request) as register:
        found = kept.watches(register)
    return make_page(request, asked, [_plain(one) for one in slice_rows(found, asked)], len(found))


@operation("GET /watch-kinds", "listWatchKinds", "watches", "Kinds of sources", WatchKinds)
def kinds(request: Request, asked: Paged) -> dict[str, Any]:
    """The kinds of sources that can be watched, and the options of each."""
    found = []
    for kind in sources.kinds():
        try:
            source = sources.source_of(kind)
        except BadRequest as error:
            found.append({"kind": kind, "every": "", "help": str(error), "target": "", "options": {}})
            continue
        about = {
            "kind": kind,
            "every": definition.format_interval(sources.default_interval(source)),
            "help": source.help,
        }
        found.append(
            about | {"target": str(getattr(source, "written", "")), "options": dict(getattr(source, "options", {}))}
        )
    return slice_page(request, asked, found)


@operation("GET /watches/{name}", "getWatch", "watches", "Read a watch", WatchDetail, 403, 404)
def watch(request: Request, name: WatchName) -> dict[str, Any]:
    """A watch with its last runs. Needs the role admin."""
    seeing(request, Role.ADMIN)
    with reading(request) as register:
        found = kept.named(register, name)
        return {"watch": _plain(found), "runs": kept.runs(register, found.id)}


@operation("GET /watches/{name}/items", "listWatchItems", "watches", "What a watch has seen", WatchItems, 403, 404)
def items(request: Request, name: WatchName, asked: Paged) -> dict[str, Any]:
    """What the source listed, with what became of it. Needs the role admin."""
    seeing(request, Role.ADMIN)
    with reading(request) as register:
        found = watch_items.items(register, kept.named(register, name).id)
    rows = [
        {
            **{name: getattr(item.listed, name) for name in ("key", "url", "title", "published")},
            **{name: getattr(item, name) for name in ("state", "error", "first_seen", "last_seen", "gone")},
        }
        for item in slice_rows(found, asked)
    ]
    return make_page(request, asked, rows, len(found))


@operation("POST /watches", "addWatch", "watches", "Watch a source", Watch, 403, 409, 501, status_code=201)
def add(request: Request, body: NewWatch) -> dict[str, Any]:
    """Watch a source from now on; nothing is fetched before the next run. Needs the role admin: it has the machine ask others."""
    person = changing_as_admin(request)
    check_watch(body.kind, body.target, request.app.state.settings.watch_roots, body.options)
    with writing(request) as register:
        database = register.path
    wanted = definition.WatchDefinition(body.kind, body.target, name=body.name, every=body.every, options=body.options)
    made = definition.add_watch(database, wanted, by=person.name, now=datetime.now(UTC))
    return _plain(made)


@operation("PATCH /watches/{name}", "pauseWatch", "watches", "Let a watch rest, or go on", Watch, 403, 404)
def change(request: Request, name: WatchName, body: Pause) -> dict[str, Any]:
    """Let a watch rest until it is to go on; then it is due at once. Needs the role admin."""
    changing_as_admin(request)
    with writing(request) as register:
        return _plain(kept.pause(register, name, paused=body.paused))


@operation("DELETE /watches/{name}", "removeWatch", "watches", "Remove a watch", None, 403, 404)
def remove(request: Request, name: WatchName) -> None:
    """Remove a watch; documents and files that came from it stay. Needs the role admin."""
    changing_as_admin(request)
    with writing(request) as register:
        kept.remove(register, name)


def _plain(watch: kept.Watch) -> dict[str, Any]:
    return {name: getattr(watch, name) for name in watch.__dataclass_fields__ if name not in _HIDDEN}
