"""Signing in and one's own account in a real browser, below a path, with and without JavaScript."""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from web_office import PASSWORD, Office

from dutybook.store.accounts import people

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
if CHROMIUM is None:
    pytest.skip("there is no Chromium", allow_module_level=True)

PICTURES = os.environ.get("DUTYBOOK_SCREENSHOTS")
ROOT = "/dutybook"
PATHS = ("/sign-in", "/join?key=none", "/join?key={key}", "/account", "/people", "/people/log")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def served(database: Path) -> Iterator[SimpleNamespace]:
    import uvicorn

    office = Office(database, root_path=ROOT)
    office.now = datetime.now(UTC)
    for name, role in (("Ada Administrator", "admin"), ("Emil", "editor"), ("Anna", "reader")):
        office.account(name, role)
    people.disable(office.accounts, "Emil", office.now)
    key = people.add(office.accounts, "Nora Neumann-Oberhausen", "editor", office.now, by="Ada Administrator")[1]
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(office.app, log_level="error", proxy_headers=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield SimpleNamespace(address=f"http://127.0.0.1:{bound.getsockname()[1]}{ROOT}", key=key, office=office)
    server.should_exit = True
    thread.join()
    bound.close()


class Tab:
    """A page of a browser, with what its console said and what it could not get."""

    def __init__(self, browser: Any, served: SimpleNamespace, **more: Any) -> None:
        self.served = served
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **more})
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("response", lambda r: self.said.append(r.url) if r.status >= 400 and "/static/" in r.url else None)

    def go(self, path: str) -> Any:
        self.page.goto(self.served.address + path.format(key=self.served.key))
        return self.page

    def sign_in(self, name: str) -> Any:
        page = self.go("/sign-in")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{ROOT}/")
        return page

    def picture(self, name: str) -> None:
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES, f"{name}.png"), full_page=True)


@pytest.mark.parametrize("script", [True, False])
def test_from_an_invitation_to_signing_out(browser: Any, served: SimpleNamespace, script: bool) -> None:
    tab = Tab(browser, served, java_script_enabled=script)
    page = tab.go("/join?key={key}")
    for label in ("New password", "The same once more"):
        page.get_by_label(label).fill("a sentence that nobody knows")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{ROOT}/")
    # Searching works below the path, by script or form.
    page.fill("#words", "tamper-evident")
    page.press("#words", "Enter")
    page.wait_for_url(f"**{ROOT}/?words=tamper-evident*")
    page.click(".hit .law a")
    page.fill("input[name=owner]", "Nora herself")
    page.click("button.primary")
    page.wait_for_url("**#work")
    assert "Nora Neumann-Oberhausen" in page.locator("#work details").last.text_content()
    page.click(".languages a.own")
    page.get_by_label("What for").fill("my calendar")
    page.select_option("select[name=scope]", "feed")
    page.get_by_role("button", name="Make a token").click()
    assert re.fullmatch(r"dutybook_[\w-]{43}", page.inner_text(".secret code"))
    tab.picture("account-token")
    page.get_by_role("button", name="Revoke the token my calendar").click()
    page.wait_for_url("**/account#tokens")
    assert page.get_by_text("my calendar").count() == 0
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in")
    page.go_back()
    page.goto(served.address + "/account")
    assert "/sign-in?next=%2Faccount" in page.url
    assert tab.said == []
    tab.context.close()


def test_an_administrator_adds_somebody(browser: Any, served: SimpleNamespace) -> None:
    tab = Tab(browser, served)
    tab.sign_in("Ada Administrator")
    page = tab.go("/people")
    page.get_by_label("Name").fill("Otto <b>Olsen</b>")
    page.locator("section select[name=role]").select_option("editor")
    page.get_by_role("button", name="Add a person").click()
    link = page.inner_text(".secret code")
    assert link.startswith(f"{served.address}/join?key=")
    tab.picture("people-link")
    other = Tab(browser, served)
    other.page.goto(link)
    assert "This is the account of Otto <b>Olsen</b>." in other.page.inner_text("main")
    other.context.close()
    row = page.locator(".held > li", has_text="Otto")
    row.locator("summary").click()
    tab.picture("people-open")
    row.get_by_label("Forget this person").check()
    row.get_by_role("button", name="Remove").click()
    page.wait_for_url("**/people")
    assert page.locator(".held > li", has_text="Otto").count() == 0
    assert tab.said == []
    tab.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier(browser: Any, served: SimpleNamespace, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    tab = Tab(browser, served, color_scheme=scheme, bypass_csp=True)
    for path in PATHS:
        if path == "/account":
            tab.sign_in("Ada Administrator")
        page = tab.go(path)
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        rules = {"runOnly": ["color-contrast"]} if scheme == "dark" else None
        found_by = axe.run(page, options=rules).response["violations"]
        violations = [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found_by]
        assert violations == [], path
        if scheme == "dark":
            tab.picture(f"dark{path.partition('?')[0].replace('/', '-')}")
    tab.context.close()


@pytest.mark.parametrize(("width", "locale"), [(320, "de-DE"), (768, "fr-FR"), (1440, "en-GB")])
def test_nothing_runs_out_of_the_page(browser: Any, served: SimpleNamespace, width: int, locale: str) -> None:
    tab = Tab(browser, served, viewport={"width": width, "height": 800})
    for number, path in enumerate(PATHS):
        if path == "/account":
            tab.sign_in("Ada Administrator")
            tab.go(f"/language/{locale[:2]}")
        page = tab.go(path)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, path
        tab.picture(f"accounts-{number}-{width}")
    tab.context.close()
