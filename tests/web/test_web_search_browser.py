"""The search in a real browser: filters by mouse and on a telephone, the table by keys and by mouse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browsing import Tab, faults, looked_at, playwright

from dutybook.store import Filters, open_register
from dutybook.store.judgements import reviews
from dutybook.store.judgements.record import Record
from dutybook.web.access import Access

pytestmark = pytest.mark.browser
TABLE = "/search?view=table&language=en"


def record(database: Path, norm: str) -> Record:
    with open_register(database, read_only=True) as register:
        return reviews.record(register, norm) or Record("")


def test_filters_are_taken_away(tab: Tab) -> None:
    page = tab.go("/search?modality=obligation&bearer_role=operator&applies_on=2033-02-01")
    assert page.locator(".chosen-filters li").count() == 4
    page.click(".chosen-filters li:first-child a")
    page.wait_for_url(lambda url: "modality" not in url)
    page.click(".chosen-filters .reset")
    page.wait_for_url("**/search")
    assert tab.errors == []


def test_typing_makes_no_history(tab: Tab) -> None:
    page = tab.go("/")
    page.click("nav.main a[href='/search']")
    page.wait_for_url("**/search")
    page.fill("#words", "tamper")
    page.wait_for_url("**words=tamper*")
    page.fill("#words", "tamper-evident")
    page.wait_for_url("**words=tamper-evident*")
    playwright.expect(page.locator(".hit")).to_have_count(1)
    page.go_back()
    page.wait_for_url(lambda url: url.rstrip("/") == tab.address)


def test_all_values_of_a_filter_are_searched_in_their_place(tab: Tab) -> None:
    page = tab.go("/search")
    page.click(".facet:has(h2:text('Language')) summary")
    page.wait_for_selector(".facet a[href*='language=de']")
    page.click(".facet .every[href*='facet=bearer_role']")
    page.fill(".facet:has(h2:text-is('Bearer')) .find input[type=search]", "holder")
    playwright.expect(page.locator(".facet a[href*='bearer_role=operator']")).to_have_count(0)
    page.click(".facet a[href*='bearer_role=data+holder']")
    page.wait_for_url("**bearer_role=data+holder*")
    assert tab.errors == []


def test_filters_are_there_on_a_telephone(browser: Any, served: tuple[str, Access]) -> None:
    tab = Tab(browser, served, viewport={"width": 390, "height": 800})
    page = tab.go("/search?modality=obligation")
    assert not page.is_visible("#facets")
    page.mouse.wheel(0, 2000)
    page.click("text=Filters (1)")
    page.click("#facets a[href*='bearer_class=business']")
    page.wait_for_url("**bearer_class=business*")
    assert page.inner_text(".bar button.sheet-only") == "Filters (2)"
    page.click(".bar button.sheet-only")
    page.click(".sheet-head button")
    assert not page.is_visible("#facets")
    tab.context.close()


def test_the_table_is_gone_through_by_keys(tab: Tab, database: Path) -> None:
    """Rows are walked through, selected, and a cell is edited, without the mouse."""
    page = tab.go(TABLE)
    tab.page.set_viewport_size({"width": 1440, "height": 900})
    rows = page.locator("table.norms tbody tr")
    assert sum(1 for row in rows.all() if row.bounding_box()["y"] + row.bounding_box()["height"] <= 900) >= 25
    tab.press("j")
    tab.press("Space")
    tab.press("j")
    tab.press("Space")
    assert page.inner_text("[data-count]") == "2"
    tab.press("e")
    page.locator("td.status select").select_option("applicable")
    playwright.expect(rows.nth(1).locator("td.status .cell")).to_have_text("applicable")
    norm = rows.nth(1).get_attribute("data-norm")
    assert record(database, norm).status == "applicable"
    tab.press("Tab")
    tab.press("Enter")
    page.keyboard.type("Berta")
    tab.press("Enter")
    playwright.expect(rows.nth(1).locator("td.owner .cell")).to_have_text("Berta")
    rows.nth(1).locator("td.duty a").focus()
    tab.press("Enter")
    page.wait_for_url(f"**/norms/{norm}")
    assert tab.errors == []


def test_several_norms_are_changed_at_once_and_back(tab: Tab, database: Path) -> None:
    page = tab.go(TABLE)
    chosen = page.locator("input[name=norm]")
    norms = [chosen.nth(at).get_attribute("value") for at in range(3)]
    assert not page.is_visible(".bulk")
    for at in range(3):
        chosen.nth(at).check()
    page.fill(".bulk input[name=add_tag]", "harbour")
    tab.follow(".bulk button.primary")
    page.wait_for_selector(".last-judgement")
    assert [record(database, norm).tags for norm in norms] == ["harbour"] * 3
    tab.press("u")
    page.wait_for_url(lambda url: "done" not in url)
    assert record(database, norms[0]).tags == ""
    page.check("[data-all]")
    assert page.inner_text("[data-count]") == "50"


def test_columns_order_and_view_are_saved(tab: Tab) -> None:
    page = tab.go(TABLE)
    page.click("summary:text('Columns')")
    page.check("input[name=columns][value=tags]")
    page.uncheck("input[name=columns][value=place]")
    page.click(".checks-list button")
    page.wait_for_url("**columns=tags*")
    page.click("th.deadline a")
    page.wait_for_selector("th.deadline[aria-sort=ascending]")
    page.click(".keep summary")
    page.fill(".keep input[name=name]", "My table")
    page.click(".keep button")
    page.wait_for_url("**/searches?*")
    page.click(".name a:text-is('My table')")
    page.wait_for_selector("th.deadline[aria-sort=ascending]")
    assert page.locator("th.tags").count() == 1
    assert page.locator("th.place").count() == 0


def test_a_cell_says_why_it_was_not_saved(tab: Tab, database: Path) -> None:
    page = tab.go(TABLE)
    row = page.locator("table.norms tbody tr").first
    with open_register(database) as register:
        from dutybook.store.judgements.change import Change

        reviews.change(register, [row.get_attribute("data-norm")], Change(owner="Late"), by="berta")
        reviews.change(register, [row.get_attribute("data-norm")], Change(owner="Later"), by="berta")
    page.reload()
    with open_register(database) as register:
        reviews.change(register, [row.get_attribute("data-norm")], Change(owner="Latest"), by="berta")
    row.locator("td.owner .cell").click()
    tab.press("Control+a")
    page.keyboard.type("Anna")
    tab.press("Enter")
    page.wait_for_selector(".cell-problem")
    assert "changed since" in page.inner_text(".cell-problem")
    tab.press("Escape")
    assert record(database, row.get_attribute("data-norm")).owner == "Latest"


@pytest.mark.slow
def test_the_table_and_the_overview_have_no_barrier(browser: Any, served: tuple[str, Access], database: Path) -> None:
    with open_register(database) as register:
        from dutybook.store.judgements.change import Change

        first = [norm.id for norm in register.norms(Filters(language="en")) if norm.deadlines][:3]
        reviews.change(register, first, Change(owner="anna", due="2999-01-01", add_tag="harbour"), by="berta")
    tab = Tab(browser, served, bypass_csp=True)
    paths = ["/", TABLE, f"{TABLE}&sort=owner&columns=duty&columns=owner&columns=tags&columns=applicability"]
    assert faults(looked_at(tab, paths)) == []
    tab.context.close()
