"""Signing in and one's own account in a real browser, below a path, with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import browsing
import pytest
from browsing import faults, listening, looked_at
from web_office import PASSWORD, Office

from dutybook.store.accounts import people

pytestmark = pytest.mark.browser
ROOT = "/dutybook"
PATHS = ("/sign-in", "/join?key=none", "/join?key={key}", "/account", "/people", "/people/log")


@pytest.fixture
def served(database: Path) -> Iterator[SimpleNamespace]:
    office = Office(database, root_path=ROOT)
    office.now = datetime.now(UTC)
    for name, role in (("Ada Administrator", "admin"), ("Emil", "editor"), ("Anna", "reader")):
        office.account(name, role)
    people.disable(office.accounts, "Emil", office.now)
    key = people.add(office.accounts, "Nora Neumann-Oberhausen", "editor", office.now, by="Ada Administrator")[1]
    with listening(office.app) as address:
        yield SimpleNamespace(address=f"{address}{ROOT}", key=key, office=office)


class Tab(browsing.Tab):
    """A page of a browser that came in by no link; what it could not get counts as said, too."""

    def __init__(self, browser: Any, served: SimpleNamespace, **more: Any) -> None:
        super().__init__(browser, (served.address, None), **more)
        self.key = served.key
        self.page.on(
            "response", lambda r: self.errors.append(r.url) if r.status >= 400 and "/static/" in r.url else None
        )

    def go(self, path: str) -> Any:
        return super().go(path.format(key=self.key))

    def sign_in(self, name: str) -> Any:
        page = self.go("/sign-in")
        page.fill("input[name=name]", name)
        page.fill("input[name=password]", PASSWORD)
        self.press("Enter")
        page.wait_for_url(f"**{ROOT}/")
        return page


@pytest.mark.parametrize("script", [True, False])
def test_from_an_invitation_to_signing_out(browser: Any, served: SimpleNamespace, script: bool) -> None:
    tab = Tab(browser, served, java_script_enabled=script)
    page = tab.go("/join?key={key}")
    for label in ("New password", "Repeat it"):
        page.get_by_label(label).fill("a sentence that nobody knows")
    tab.press("Enter")
    page.wait_for_url(f"**{ROOT}/")
    # Searching works below the path, by script or form.
    page.fill("#words", "tamper-evident")
    page.press("#words", "Enter")
    page.wait_for_url(f"**{ROOT}/search?words=tamper-evident*")
    page.click(".hit .law a")
    page.fill("input[name=owner]", "Nora herself")
    page.click("button.primary")
    page.wait_for_url("**#work")
    assert "Nora Neumann-Oberhausen" in page.locator("#work details").last.text_content()
    page.click(".account a")
    page.get_by_label("Purpose").fill("my calendar")
    page.select_option("select[name=scope]", "feed")
    with page.expect_navigation():
        page.get_by_role("button", name="Create a token").click()
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
    assert tab.errors == []
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
    row = page.locator(".entries > li", has_text="Otto")
    row.locator("summary").click()
    tab.picture("people-open")
    row.get_by_label("Delete this person").check()
    row.get_by_role("button", name="Remove").click()
    page.wait_for_url("**/people")
    assert page.locator(".entries > li", has_text="Otto").count() == 0
    assert tab.errors == []
    tab.context.close()


def test_no_page_has_a_barrier_or_runs_out_of_itself(browser: Any, served: SimpleNamespace) -> None:
    tab = Tab(browser, served, bypass_csp=True)
    seen = looked_at(tab, PATHS[:3])
    tab.page.set_viewport_size({"width": 1280, "height": 900})
    tab.sign_in("Ada Administrator")
    seen |= looked_at(tab, PATHS[3:])
    # A link that is used up is told with a status that the console repeats.
    assert faults(seen, expected=["/join?key=none"]) == []
    tab.context.close()


@pytest.mark.parametrize("locale", ["de-DE", "fr-FR"])
def test_nothing_runs_out_of_the_page(browser: Any, served: SimpleNamespace, locale: str) -> None:
    """In the languages whose words are longer than those that the test before looks at."""
    tab = Tab(browser, served, locale=locale)
    over = {}
    for path in PATHS:
        if path == "/account":
            tab.page.set_viewport_size({"width": 1280, "height": 900})
            tab.sign_in("Ada Administrator")
        tab.go(path)
        over |= {(path, width): wide for width in browsing.WIDTHS if (wide := browsing.over(tab, path, width)) > 0}
    assert over == {}
    tab.context.close()
