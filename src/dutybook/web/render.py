"""Renders pages: templates, the links of the header, static files, and marked text. Text of documents is always escaped."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from os import PathLike, stat_result
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from dutybook.languages.reader import reader_languages, reader_words
from dutybook.languages.reader.places import write_heading, write_place
from dutybook.searching import Hit
from dutybook.web.access import Person, Role
from dutybook.web.last_seen import count_unseen
from dutybook.web.reader import reader_of
from dutybook.web.request_values import own_path


@cache
def environment() -> Environment:
    """The Jinja environment with all templates. Text is escaped, and undefined names are errors."""
    made = Environment(
        loader=PackageLoader("dutybook.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Templates change only with the program: no page looks at the dates of a dozen files.
        auto_reload=False,
    )
    made.filters |= {"truncate": truncate, "place": write_place, "heading": write_heading}
    return made


def truncate(text: str, length: int) -> str:
    """The beginning of a text, cut between two words, with an ellipsis where it goes on.

    >>> truncate("The operator shall report it", 20)
    'The operator shall…'
    """
    if len(text) <= length:
        return text
    return (text[:length].rpartition(" ")[0] or text[:length]).rstrip(" ,;:–-") + "…"


def marked(text: str, ranges: Iterable[tuple[str, int, int]]) -> Markup:
    """``text`` with ranges of it marked by class; ranges may nest, and one that crosses another is cut at its end.

    >>> marked("a <b> c", [("bearer", 2, 5)])
    Markup('a <mark class="bearer">&lt;b&gt;</mark> c')
    """
    made: list[Markup] = []
    open_until: list[int] = []
    at = 0

    def close(until: int) -> None:
        nonlocal at
        while open_until and open_until[-1] <= until:
            end = open_until.pop()
            made.append(escape(text[at:end]) + Markup("</mark>"))
            at = end

    for name, start, end in sorted(ranges, key=lambda r: (r[1], -r[2], r[0])):
        close(start)
        if open_until:
            end = min(end, open_until[-1])
        if start < at or start >= end:
            continue
        made.append(escape(text[at:start]) + Markup('<mark class="{}">').format(name))
        at = start
        open_until.append(end)
    close(len(text))
    made.append(escape(text[at:]))
    return Markup("").join(made)


def hit_marks(hit: Hit) -> list[tuple[str, int, int]]:
    """The ranges of a result that match the searched words, for :func:`marked`."""
    return [("sought", start, end) for start, end in hit.marks]


def _here(request: Request) -> str:
    """The address to come back to: that of the page, or of the page whose form led to it."""
    if request.method in ("GET", "HEAD"):
        return request.url.path + (f"?{request.url.query}" if request.url.query else "")
    came = urlsplit(request.headers.get("referer", ""))
    path = came.path.removeprefix(request.scope.get("root_path", "")) if came.netloc == request.url.netloc else ""
    return own_path(path + (f"?{came.query}" if came.query else ""))


def page(
    request: Request, template: str, values: Mapping[str, Any], status: int = 200, section: str = ""
) -> HTMLResponse:
    """Render a whole page in the reader's language; ``section`` is that of the page's own texts."""
    reader = reader_of(request)
    access = request.app.state.access
    session: str | None = request.state.session
    person: Person | None = request.state.person
    html = (
        environment()
        .get_template(template)
        .render(
            reader=reader,
            words=reader.words,
            marked=marked,
            static=static_address,
            hit_marks=hit_marks,
            token=access.token(session) if session else "",
            person=person,
            unseen=count_unseen(request) if person else 0,
            several_people=access.several,
            frame=reader_words("frame", reader.language),
            navigation=write_navigation(request.url.path, reader.language, person) if person else "",
            keys_dialog=_write_keys(reader.language),
            languages=reader_languages("web"),
            here=_here(request),
            page_words=reader.section(section) if section else None,
            approval_words=reader.section("approvals"),
            **values,
        )
    )
    return HTMLResponse(html, status, {"vary": "Accept-Language, Cookie"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation: its address, the key of its name in a section of texts, and the role that it needs."""

    address: str
    key: str
    section: str = "web"
    role: Role = Role.READER


#: What most people open every day: these stand in the header itself.
MAIN = (
    Entry("/", "nav", "home_page"),
    Entry("/search", "nav.search"),
    Entry("/acts", "nav.acts"),
    Entry("/review", "nav.review"),
    Entry("/calendar", "nav.calendar"),
    Entry("/changes", "nav", "changes_page"),
    Entry("/news", "nav.news"),
)
#: What brings something in: a menu of its own, on every page.
ADD = (
    Entry("/upload", "nav.upload", "watching", Role.EDITOR),
    Entry("/import", "nav", "import_page", Role.EDITOR),
    Entry("/watches/add", "watch.add", "watching", Role.ADMIN),
)
#: What is opened now and then: these stand in the header's menu.
MORE = (
    Entry("/tasks", "nav", "tasks"),
    Entry("/assessments", "nav", "assessments"),
    Entry("/approvals", "nav", "approvals"),
    Entry("/incidents", "nav", "incidents"),
    Entry("/documents", "nav.documents"),
    Entry("/controls", "nav", "controls_page"),
    Entry("/profiles", "nav", "profile_page"),
    Entry("/evidence", "evidence", "controls_page"),
    Entry("/export", "nav", "export_page"),
    Entry("/searches", "nav.searches", "watching"),
    Entry("/upload", "nav.upload", "watching", Role.EDITOR),
    Entry("/alerts", "nav.alerts", "watching", Role.EDITOR),
    Entry("/watches", "nav.watches", "watching", Role.ADMIN),
    Entry("/account", "account.title", "accounts"),
    Entry("/api", "name", "api_page"),
    Entry("/about", "nav.about"),
)


def write_navigation(here: str, language: str, person: Person) -> Markup:
    """The links of the header that a person gets on the page with the path ``here``."""
    current = tuple(
        (entry.address, state) for entry in (*MAIN, *ADD, *MORE) if (state := _current(entry.address, here))
    )
    return _write_navigation(language, person.role, person.may_edit, current)


# There are few of them: one for each language, role and page with a link.
@lru_cache(1024)
def _write_navigation(language: str, role: Role, may_edit: bool, current: tuple[tuple[str, str], ...]) -> Markup:
    states = dict(current)

    def links(entries: Iterable[Entry]) -> list[dict[str, str]]:
        return [
            {
                "address": entry.address,
                "name": reader_words(entry.section, language)(entry.key),
                "current": states.get(entry.address, ""),
            }
            for entry in entries
            if role >= entry.role
        ]

    values = {
        "words": reader_words("web", language),
        "frame": reader_words("frame", language),
        "main": links(MAIN),
        "more": links(MORE),
        "add": links(ADD) if may_edit else (),
    }
    return Markup(environment().get_template("navigation.html").render(values))  # noqa: S704 - of our own template, escaped there


@cache
def _write_keys(language: str) -> Markup:
    """The dialog that says what the keyboard does."""
    template = environment().get_template("keys_dialog.html")
    return Markup(template.render(frame=reader_words("frame", language)))  # noqa: S704 - of our own template, escaped there


def _current(address: str, here: str) -> str:
    """Whether a link leads to the page with the path ``here`` ("page"), or to one above it ("true")."""
    if here == address:
        return "page"
    return "true" if address != "/" and here.startswith(f"{address}/") else ""


FOLDER = Path(__file__).parent / "static"
#: Seconds that a browser keeps a file whose address names what is in it.
_LONG = 365 * 24 * 3600


def static_files() -> ASGIApp:
    """The application for ``/static``. Only these files are compressed: a page has a token next to text from the
    address, and compressing both together would let an attacker guess the token.
    """
    return GZipMiddleware(_Static(directory=FOLDER), minimum_size=500)


def static_address(name: str) -> str:
    """The address of a static file, with a digest of its content."""
    return f"/static/{name}?v={_digest(name, (FOLDER / name).stat().st_mtime_ns)}"


@cache
def _digest(name: str, _: int) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]


class _Static(StaticFiles):
    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        answer = super().file_response(full_path, stat_result, scope, status_code)
        named = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("v", [""])[0]
        path = Path(full_path)
        known = bool(named) and named == _digest(path.name, stat_result.st_mtime_ns)
        answer.headers["cache-control"] = f"private, max-age={_LONG}, immutable" if known else "private, no-cache"
        return answer
