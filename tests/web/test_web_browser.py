"""The application in a real browser. Skipped where there is no Chromium; `.ci/run` installs one where it can."""

from __future__ import annotations

import io
import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dutybook.store import open_register, reviews
from dutybook.web.access import Access
from dutybook.web.app import create_app
from dutybook.web.settings import Settings

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
if CHROMIUM is None:
    pytest.skip("there is no Chromium", allow_module_level=True)

#: Where pictures of the pages are put, if somebody wants some.
PICTURES = os.environ.get("DUTYBOOK_SCREENSHOTS")
PATHS = (
    "/",
    "/?words=logs&more=1",
    "/?words=nosuchword",
    "/review",
    "/documents",
    "/about",
    "/nothing",
    "/norms/{norm}",
    "/documents/{document}",
    "/acts",
    "/acts/32031R0418",
    "/acts/32031R0888",
    "/acts/32031R0888/changes",
    "/acts/32031R0888/changes?from=2031-06-01&to=2032-12-31",
    "/calendar?year=2033&month=3",
    "/news?all=1",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def served(database: Path) -> Iterator[tuple[str, Access]]:
    import socket

    import uvicorn

    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    access = Access()
    server = uvicorn.Server(
        uvicorn.Config(create_app(Settings(database, "anna", Path.cwd()), access), log_level="error")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{bound.getsockname()[1]}", access
    server.should_exit = True
    thread.join()
    bound.close()


class Tab:
    """A page of the browser that came in by the link, with what its console said."""

    def __init__(self, browser: Any, served: tuple[str, Access], **more: Any) -> None:
        self.address, access = served
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **more})
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.goto(f"{self.address}/enter?key={access.key}")

    def go(self, path: str) -> Any:
        self.page.goto(self.address + path)
        return self.page

    def picture(self, name: str) -> None:
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES, f"{name}.png"))


@pytest.fixture
def tab(browser: Any, served: tuple[str, Access]) -> Iterator[Tab]:
    made = Tab(browser, served)
    yield made
    made.context.close()


def found(database: Path, sql: str) -> str:
    with open_register(database, read_only=True) as register:
        return str(register.connection.execute(sql).fetchone()[0])


def pixels(page: Any) -> np.ndarray[Any, Any]:
    """The sheet as shades of grey, rows of columns."""
    return np.asarray(Image.open(io.BytesIO(page.locator(".sheet").screenshot())).convert("L"), dtype=float)


LOGS = "SELECT id FROM norms WHERE place = 'Art 6(2)' AND language = 'en' ORDER BY position LIMIT 1"


def test_results_follow_what_is_typed(tab: Tab) -> None:
    page = tab.go("/")
    page.keyboard.press("/")
    page.keyboard.type("tamper-evident")
    page.wait_for_url("**/?words=tamper-evident*")
    playwright.expect(page.locator(".hit")).to_have_count(1)
    tab.picture("search")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/norms/*")
    assert "Art 6(1)" in page.inner_text("h1")
    page.go_back()
    assert page.input_value("#words") == "tamper-evident"
    assert tab.said == []


def test_the_box_lies_over_the_words(tab: Tab, database: Path) -> None:
    page = tab.go(f"/norms/{found(database, LOGS)}")
    page.locator(".sheet").scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    tab.picture("norm")
    box = page.locator(".sheet rect").first.bounding_box()
    with_box = pixels(page)
    sheet = page.locator(".sheet").bounding_box()
    page.evaluate("document.querySelector('.sheet svg').remove()")
    without = pixels(page)
    left, top = round(box["x"] - sheet["x"]), round(box["y"] - sheet["y"])
    right, bottom = round(left + box["width"]), round(top + box["height"])
    # Ink under the box, nearly as dark as letters are, on most of its width; above it the paper between the lines.
    darkest = without[top:bottom, left:right].min(axis=0)
    assert (np.minimum.reduceat(darkest, range(0, len(darkest), 4)) < 160).mean() > 0.8
    assert without[top - 2 : top - 1, left:right].mean() > 225
    # What the box changes on the page is the box and nothing else.
    rows = np.flatnonzero((np.abs(with_box - without) > 8).any(axis=1))
    assert rows.min() >= top - 3
    assert rows.max() <= bottom + 40
    assert tab.said == []


def test_a_review_is_kept(tab: Tab, database: Path) -> None:
    norm = found(database, LOGS)
    page = tab.go(f"/norms/{norm}")
    page.select_option("select[name=status]", "applicable")
    page.fill("input[name=owner]", "Berta")
    page.click("button.primary")
    page.wait_for_url("**#work")
    assert page.input_value("input[name=owner]") == "Berta"
    page.click("button[value=confirmed]")
    page.wait_for_selector("button[value='taken back']")
    with open_register(database, read_only=True) as register:
        record = reviews.record(register, norm)
        assert record
        assert (record.status, record.owner, record.finding) == ("applicable", "Berta", "confirmed")
    assert tab.said == []


def test_without_javascript_the_same_can_be_done(browser: Any, served: tuple[str, Access], database: Path) -> None:
    tab = Tab(browser, served, java_script_enabled=False)
    page = tab.go("/")
    page.fill("#words", "tamper-evident")
    page.press("#words", "Enter")
    page.wait_for_url("**/?words=tamper-evident*")
    assert page.locator(".hit").count() == 1
    page.click(".languages a[lang=de]")
    assert page.inner_text(".top nav a[aria-current]") == "Suche"
    page.click(".hit .law a")
    page.fill("textarea[name=note]", "ohne Skript")
    page.click("button.primary")
    assert "ohne Skript" in page.inner_text(".notes")
    tab.context.close()


def test_an_act_is_read_along_its_versions(browser: Any, served: tuple[str, Access]) -> None:
    """By links and plain forms alone."""
    tab = Tab(browser, served, java_script_enabled=False)
    page = tab.go("/acts")
    page.click("text=Quay Safety Act")
    page.click(".doors a[href$='/changes']")
    page.select_option("select[name=from]", index=0)
    page.select_option("select[name=to]", index=1)
    page.click(".narrow button")
    changed = page.locator(".changed", has=page.locator("del", has_text="five"))
    assert changed.locator(".diff ins").inner_text() == "two"
    before = page.locator(".changed").count()
    page.click(".chips a.added")
    assert 0 < page.locator(".changed").count() < before
    page.click(".changed .where a")
    assert "/norms/" in page.url
    tab.context.close()


def test_the_picture_of_dates_is_drawn(tab: Tab) -> None:
    page = tab.go("/acts/32031R0418")
    image = page.locator(".picture img")
    image.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.picture img').naturalWidth > 0")
    tab.picture("act")
    page.goto(f"{tab.address}/acts/32031R0418/timeline.svg")
    # Opened by itself it has its colours: its policy knows its own style.
    assert page.evaluate("getComputedStyle(document.querySelector('.paper')).fill") != "rgb(0, 0, 0)"
    assert tab.said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier(browser: Any, served: tuple[str, Access], database: Path, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    tab = Tab(browser, served, color_scheme=scheme, bypass_csp=True)
    document = found(database, "SELECT document FROM norms WHERE place = 'Art 6(2)' AND language = 'en'")
    for path in PATHS:
        page = tab.go(path.format(norm=found(database, LOGS), document=document))
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        # The colours are all that differs in the dark.
        rules = {"runOnly": ["color-contrast"]} if scheme == "dark" else None
        found_by = axe.run(page, options=rules).response["violations"]
        violations = [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found_by]
        assert violations == [], path
    tab.context.close()


@pytest.mark.parametrize("width", [320, 768, 1440])
def test_nothing_runs_out_of_the_page(browser: Any, served: tuple[str, Access], database: Path, width: int) -> None:
    tab = Tab(browser, served, viewport={"width": width, "height": 800})
    document = found(database, "SELECT document FROM norms WHERE place = 'Art 6(2)' AND language = 'en'")
    for path in PATHS:
        page = tab.go(path.format(norm=found(database, LOGS), document=document))
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, path
        name = path.partition("?")[0].partition("/{")[0].strip("/").replace("/", "-")
        tab.picture(f"{name or 'start'}-{width}")
    tab.context.close()


def test_the_queue_is_worked_by_keys(tab: Tab, database: Path) -> None:
    page = tab.go("/review")
    tab.picture("review")
    first = page.get_attribute("form.judge", "action")
    page.keyboard.press("s")
    page.wait_for_url("**/review?later=1")
    page.go_back()
    page.wait_for_load_state()
    page.keyboard.press("c")
    playwright.expect(page.locator("form.judge")).not_to_have_attribute("action", first)
    page.wait_for_load_state()
    page.keyboard.press("r")
    page.keyboard.type("a heading")
    second = page.get_attribute("form.judge", "action")
    page.click("button[value=rejected]")
    playwright.expect(page.locator("form.judge")).not_to_have_attribute("action", second)
    with open_register(database, read_only=True) as register:
        found = [reviews.record(register, path.split("/")[2]) for path in (first, second)]
        assert [record.finding for record in found if record] == ["confirmed", "rejected"]
    assert tab.said == []
