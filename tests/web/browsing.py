"""A real browser for tests: one Chromium for all of them, servers on a port of their own, and what is looked at on every page.

Pictures: ``DUTYBOOK_SCREENSHOTS=DIR python -m pytest -m browser tests/web`` writes one of every page at three widths, by light and in
the dark.

Races: ``DUTYBOOK_DELAY_MS=500 python -m pytest -m browser tests/web`` answers every request so much later. A test that fails then
acts on a page before it is there, and fails by chance on a machine that is slow at the wrong moment.
"""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dutybook.store import open_register
from dutybook.web.access import COOKIE, Access
from dutybook.web.app import create_app
from dutybook.web.settings import Settings

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
if CHROMIUM is None:
    pytest.skip("there is no Chromium", allow_module_level=True)

#: Where pictures of the pages are put, if somebody wants some.
PICTURES = os.environ.get("DUTYBOOK_SCREENSHOTS")
WIDTHS = (320, 768, 1440)
#: Milliseconds: a machine that does other things is slow, and nothing that appears in the end may fail for it.
TIMEOUT_MS = 120_000
#: How much later than it could a server answers.
DELAY_S = float(os.environ.get("DUTYBOOK_DELAY_MS", "0")) / 1000


def _blank() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (60, 85), "white").save(made, "PNG")
    return made.getvalue()


BLANK = _blank()


def delayed(app: Any) -> Any:
    """An application that answers ``DELAY_S`` later, and then sends the second half of what it says as late again."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        async def slowly(message: Any) -> None:
            body = message.get("body", b"")
            if len(body) > 1:
                await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
                await asyncio.sleep(DELAY_S)
                message = {**message, "body": body[len(body) // 2 :]}
            await send(message)

        if scope["type"] == "http":
            await asyncio.sleep(DELAY_S)
        await app(scope, receive, slowly if scope["type"] == "http" else send)

    return answer if DELAY_S else app


@contextmanager
def listening(app: Any) -> Iterator[str]:
    """Serve an application on a free port; its address."""
    import uvicorn

    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(delayed(app), log_level="error", proxy_headers=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    bound.close()


@contextmanager
def serving(database: Path, **more: Any) -> Iterator[tuple[str, Access]]:
    """The application of one person over a register."""
    access = Access()
    with listening(create_app(Settings(database, "anna", Path.cwd(), **more), access)) as address:
        yield address, access


class Tab:
    """A page of the browser, with the errors of its console. It signs in by the link where there is one."""

    def __init__(self, browser: Any, served: tuple[str, Access | None], drawn: bool = False, **more: Any) -> None:
        self.address, access = served
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **more})
        self.context.set_default_timeout(TIMEOUT_MS)
        if not drawn:
            # Drawing pages takes long; what they look like is a test of its own.
            self.context.route("**/pages/*.png", lambda route: route.fulfill(content_type="image/png", body=BLANK))
        self.page = self.context.new_page()
        if DELAY_S:
            # What a page needs comes late for each page, not for the first alone.
            self.context.new_cdp_session(self.page).send("Network.setCacheDisabled", {"cacheDisabled": True})
        self.errors: list[str] = []
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        if access is not None:
            # What the link does; following it is tested elsewhere, and would load the start page for each test.
            session = {"name": COOKIE, "value": access.enter(access.key), "url": self.address}
            self.context.add_cookies([session])

    def go(self, path: str) -> Any:
        self.page.goto(self.address + path)
        return self.page

    def follow(self, what: str) -> None:
        """Click what leads to another page, and wait until all of it is there, its scripts too."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.click(what)

    def press(self, key: str) -> None:
        """Press a key on a page that is there with its scripts: one that comes earlier is lost."""
        self.page.wait_for_load_state("load")
        self.page.keyboard.press(key)

    def picture(self, name: str, whole: bool = False) -> None:
        if PICTURES:
            self.page.evaluate("document.querySelectorAll('details[name=menu]').forEach((d) => { d.open = false; })")
            self.page.screenshot(path=Path(PICTURES, f"{name}.png"), full_page=whole)


def found(database: Path, sql: str) -> str:
    with open_register(database, read_only=True) as register:
        return str(register._connection.execute(sql).fetchone()[0])


def pixels(page: Any) -> np.ndarray[Any, Any]:
    """The sheet as shades of grey, rows of columns."""
    return np.asarray(Image.open(io.BytesIO(page.locator(".sheet").screenshot())).convert("L"), dtype=float)


#: Bytes that came over the network for a page, pictures of documents aside.
_SIZE = """() => performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))
    .filter((e) => !e.name.includes('.png')).reduce((sum, e) => sum + e.transferSize, 0)"""


#: Of rows that are made of the same elements, classes, attributes and languages two stay: axe takes long for each, and says the same of all.
_FEWER = """() => {
    const made = (e) => `${e.tagName} ${e.getAttributeNames().map((n) => ['class', 'lang', 'role'].includes(n) ? n + e.getAttribute(n) : n)}`;
    for (const parent of document.querySelectorAll('main :not(dl, select, datalist)')) {
        if (parent.childElementCount < 5) continue;
        const known = new Map();
        for (const child of [...parent.children]) {
            const is = [child, ...child.querySelectorAll('*')].map(made).join();
            known.set(is, (known.get(is) ?? 0) + 1);
            if (known.get(is) > 2) child.remove();
        }
    }
}"""


def looked_at(tab: Tab, paths: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What is seen on pages, each opened once: barriers by light and in the dark, how much wider than the window it is, and more.

    The context of ``tab`` must have been made with ``bypass_csp``, so that axe can be put into the pages. Nothing is kept by the
    browser meanwhile: each page is as large as for somebody who comes for the first time.
    """
    tab.context.new_cdp_session(tab.page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    seen: dict[str, dict[str, Any]] = {}
    for path in paths:
        page = tab.go(path)
        size = page.evaluate(_SIZE)
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        wide = {width: over(tab, path, width) for width in WIDTHS}
        bring_axe(page)
        # The colours are all that differs in the dark.
        by_scheme = {
            scheme: barriers(page, scheme, {} if scheme == "light" else {"runOnly": ["color-contrast"]})
            for scheme in ("light", "dark")
        }
        page.emulate_media(color_scheme="light")
        seen[path] = {
            "barriers": by_scheme,
            "over": wide,
            "size": size,
            "errors": [*tab.errors],
            "headings": page.locator("main h1").count(),
        }
        tab.errors.clear()
    return seen


def faults(seen: dict[str, dict[str, Any]], expected: Iterable[str] = ()) -> list[str]:
    """All that is wrong with pages that were looked at; the consoles of ``expected`` may have errors."""
    wrong = []
    for path, what in seen.items():
        wrong += [f"{path}: {scheme}: {barrier}" for scheme in what["barriers"] for barrier in what["barriers"][scheme]]
        wrong += [f"{path}: {over} pixels too wide at {width}" for width, over in what["over"].items() if over > 0]
        if what["headings"] != 1:
            wrong.append(f"{path}: {what['headings']} headings")
        if path not in expected:
            wrong += [f"{path}: {error}" for error in what["errors"]]
    return wrong


def bring_axe(page: Any) -> None:
    """Put axe into a page, and leave two of each kind of rows in it."""
    page.evaluate(_FEWER)
    page.evaluate(pytest.importorskip("axe_playwright_python.sync_playwright").Axe().axe_script)


def barriers(page: Any, scheme: str = "light", options: dict[str, Any] | None = None) -> list[Any]:
    """What axe finds on a page, each rule with the elements that break it."""
    page.emulate_media(color_scheme=scheme)
    found_by = page.evaluate(
        "(options) => axe.run(document, options).then((found) => found.violations)",
        {**(options or {}), "resultTypes": ["violations"]},
    )
    return [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found_by]


def over(tab: Tab, path: str, width: int) -> int:
    """By how many pixels a page is wider than a window of ``width``."""
    page = tab.page
    page.set_viewport_size({"width": width, "height": 800})
    wider = int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
    if PICTURES:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            tab.picture(f"{name_of(path)}-{width}-{scheme}", whole=True)
        page.emulate_media(color_scheme="light")
    return wider


def name_of(path: str) -> str:
    """What the picture of a page is called."""
    kept = "".join(sign if sign.isalnum() else "-" for sign in path).strip("-")
    return kept[:40].strip("-") or "start"
