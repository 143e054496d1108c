"""The application in a real browser. Skipped where there is no Chromium; `.ci/run` installs one where it can."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from browsing import Tab, faults, found, looked_at, pixels, playwright, serving

from dutybook.store import open_register
from dutybook.store.judgements import reviews
from dutybook.web.access import Access

pytestmark = pytest.mark.browser
PATHS = (
    "/",
    "/search",
    "/search/values?facet=bearer_role",
    "/search?words=logs&review_state=unreviewed&applies=unknown",
    "/search?words=nosuchword",
    "/review",
    "/review?later=400",
    "/documents",
    "/documents?words=nosuch",
    "/about",
    "/nothing",
    "/norms/{norm}",
    "/norms/{changed}",
    "/documents/{document}",
    "/documents/{document}?page=4&kind=obligation",
    "/documents/{document}?view=text&at=Art-6",
    "/documents/{text}",
    "/acts",
    "/acts/32031R0418",
    "/acts/32031R0888",
    "/acts/32031R0888/changes",
    "/acts/32031R0888/changes?from=2031-06-01&to=2032-12-31",
    "/changes",
    "/calendar?year=2033&month=3",
    "/calendar/year?year=2033",
    "/export?modality=obligation",
    "/news?all=1",
    "/upload",
    "/controls",
    "/coverage?state=unassessed",
    "/control-suggestions",
    "/control-import",
    "/evidence",
)


@pytest.fixture(scope="module")
def read_only(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Access]]:
    """A server for all tests that change nothing."""
    copy = tmp_path_factory.mktemp("served") / "register.db"
    copy.write_bytes(filled.read_bytes())
    with serving(copy) as running:
        yield running


@pytest.fixture(scope="module")
def paths(filled: Path) -> list[str]:
    """The addresses of all kinds of pages."""
    ids = {
        "norm": found(filled, LOGS),
        "changed": found(filled, CHANGED),
        "document": found(filled, "SELECT document FROM norms WHERE place = 'Art 6(2)' AND language = 'en'"),
        "text": found(filled, "SELECT id FROM documents WHERE source LIKE 'quay<%'"),
    }
    return [path.format(**ids) for path in PATHS]


CHANGED = "SELECT new_norm FROM changes WHERE kind = 'deadline moved' LIMIT 1"
LOGS = "SELECT id FROM norms WHERE place = 'Art 6(2)' AND language = 'en' ORDER BY position LIMIT 1"


def test_results_follow_what_is_typed(tab: Tab) -> None:
    page = tab.go("/search")
    tab.press("/")
    page.keyboard.type("tamper-evident")
    page.wait_for_url("**/search?words=tamper-evident*")
    playwright.expect(page.locator(".hit")).to_have_count(1)
    tab.picture("search")
    tab.press("Escape")
    tab.press("j")
    tab.press("Enter")
    page.wait_for_url("**/norms/*")
    assert "Art 6(1)" in page.inner_text("h1")
    page.go_back()
    assert page.input_value("#words") == "tamper-evident"
    assert tab.errors == []


def test_the_box_lies_over_the_words(browser: Any, served: tuple[str, Access], database: Path) -> None:
    tab = Tab(browser, served, drawn=True)
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
    assert tab.errors == []
    tab.context.close()


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
    assert tab.errors == []


def test_without_javascript_the_same_can_be_done(browser: Any, served: tuple[str, Access], database: Path) -> None:
    tab = Tab(browser, served, java_script_enabled=False)
    page = tab.go("/search")
    page.fill("#words", "tamper-evident")
    page.press("#words", "Enter")
    page.wait_for_url("**/search?words=tamper-evident*")
    assert page.locator(".hit").count() == 1
    page.click(".languages a[lang=de]")
    assert page.inner_text(".top nav a[aria-current]") == "Suche"
    page.click(".hit .law a")
    page.fill("textarea[name=note]", "ohne Skript")
    page.click("button.primary")
    assert "ohne Skript" in page.inner_text(".notes")
    tab.context.close()


def save(page: Any, link: str, path: Path, script: bool) -> None:
    """Export by a link, and keep what comes. A file that takes longer than a moment has a page, whose link somebody without scripts follows."""
    with page.expect_download() as coming:
        page.locator(link).click()
        while not script and not coming.is_done():
            made = page.locator("a[data-made]")
            if made.count():
                made.click()
                break
            page.wait_for_timeout(100)
    coming.value.save_as(path)


@pytest.mark.parametrize("script", [True, False])
def test_from_a_search_by_facet_and_review_to_a_file(
    browser: Any, served: tuple[str, Access], tmp_path: Path, script: bool
) -> None:
    """What is exported is what was narrowed to, with what was just said of it, and opens again."""
    tab = Tab(browser, served, java_script_enabled=script, accept_downloads=True)
    page = tab.go("/search")
    page.fill("#words", "operator")
    page.press("#words", "Enter")
    page.wait_for_url("**/search?words=operator*")
    page.locator(".facet a[href*='modality=prohibition']").click()
    page.wait_for_url("**modality=prohibition*")
    playwright.expect(page.locator(".facet a.chosen")).to_have_count(1)
    narrowed = page.url
    total = int(re.findall(r"\d+", page.inner_text(".total"))[0])
    assert page.locator(".hit .badge.prohibition").count() == min(total, page.locator(".hit").count()) > 0
    page.locator(".hit .law a").first.click()
    page.wait_for_url("**/norms/*")
    quote = page.inner_text(".law.large").strip()
    page.fill("input[name=owner]", "Berta Weiß")
    page.click("button.primary")
    page.wait_for_url("**#work")
    page.goto(narrowed)
    page.locator(".save a[href^='/export?']").click()
    page.wait_for_url("**/export?*modality=prohibition*")
    formats = page.url
    save(page, ".formats a[href*='/register.xlsx?']", tmp_path / "register.xlsx", script)
    book = openpyxl.load_workbook(tmp_path / "register.xlsx", read_only=True)
    cells = [[str(cell) for cell in row if cell is not None] for row in book["Register"].iter_rows(values_only=True)]
    mine = [row for row in cells if "Berta Weiß" in row]
    assert len(mine) == 1
    assert any(cell and cell in quote for cell in mine[0] if len(cell) > 40), "the sentence stands beside its owner"
    # An export that takes longer than a moment has a page of its own, which the browser may be on now.
    page.goto(formats)
    save(page, ".formats a[href*='.jsonl?']", tmp_path / "register.jsonl", script)
    lines = [json.loads(line) for line in (tmp_path / "register.jsonl").read_text("utf-8").splitlines()]
    assert len([line for line in lines if line.get("modality") == "prohibition"]) == total
    assert [line for line in lines if line.get("modality", "prohibition") != "prohibition"] == []
    assert tab.errors == []
    tab.context.close()


def test_an_act_is_read_along_its_versions(browser: Any, read_only: tuple[str, Access]) -> None:
    """By links and plain forms alone."""
    tab = Tab(browser, read_only, java_script_enabled=False)
    page = tab.go("/acts")
    page.click("text=Quay Safety Act")
    page.click(".doors a[href$='/changes']")
    page.select_option("select[name=from]", index=0)
    page.select_option("select[name=to]", index=1)
    tab.follow(".narrow button")
    changed = page.locator(".changed", has=page.locator("del", has_text="five"))
    assert changed.locator(".diff ins").inner_text() == "two"
    before = page.locator(".changed").count()
    tab.follow(".chips a.added")
    assert 0 < page.locator(".changed").count() < before
    tab.follow(".changed .where a")
    assert "/norms/" in page.url
    tab.context.close()


#: Labels of a picture that lie over each other or leave it, in the fonts of the browser.
_OVERLAPPING = """() => {
    const right = document.documentElement.viewBox.baseVal.width, found = [];
    const boxes = [...document.querySelectorAll('text:not(.count)')].map((t) => [t.textContent, t.getBBox()]);
    boxes.forEach(([words, a], i) => {
        if (a.x < 0 || a.x + a.width > right) found.push(words);
        for (const [other, b] of boxes.slice(i + 1))
            if (a.x < b.x + b.width - 1 && b.x < a.x + a.width - 1 && a.y < b.y + b.height - 4 && b.y < a.y + a.height - 4) found.push(`${words} / ${other}`);
    });
    return found;
}"""


def test_the_picture_of_dates_is_drawn(tab: Tab) -> None:
    page = tab.go("/acts/32031R0418")
    image = page.locator(".picture img")
    image.scroll_into_view_if_needed()
    # Not by wait_for_function: it asks again by eval, which the page's policy forbids.
    image.evaluate("drawn => drawn.decode()")
    assert image.evaluate("drawn => drawn.naturalWidth") > 0
    tab.picture("act")
    page.goto(f"{tab.address}/acts/32031R0418/timeline.svg")
    assert page.evaluate(_OVERLAPPING) == []
    # Opened by itself it has its colours: its policy knows its own style.
    assert page.evaluate("getComputedStyle(document.querySelector('.paper')).fill") != "rgb(0, 0, 0)"
    assert tab.errors == []


@pytest.fixture(scope="module")
def seen(browser: Any, read_only: tuple[str, Access], paths: list[str]) -> dict[str, dict[str, Any]]:
    """What all kinds of pages look like, looked at once for the tests that ask."""
    tab = Tab(browser, read_only, bypass_csp=True)
    found = looked_at(tab, paths)
    tab.context.close()
    return found


@pytest.mark.slow
def test_no_page_has_a_barrier_or_runs_out_of_itself(seen: dict[str, dict[str, Any]]) -> None:
    """axe by light and in the dark, three widths, one heading, nothing said in the console."""
    # The page that is not there is the one that the console speaks of.
    assert faults(seen, expected=["/nothing"]) == []


@pytest.mark.slow
def test_a_cold_page_is_small(seen: dict[str, dict[str, Any]]) -> None:
    """All that a browser fetches which has nothing yet, pictures of pages aside."""
    sizes = {path: what["size"] for path, what in seen.items()}
    assert {path: size for path, size in sizes.items() if not 20_000 < size <= 100_000} == {}


def test_a_stranger_and_somebody_with_nothing_to_read_are_looked_after(browser: Any, tmp_path: Path) -> None:
    """The page that refuses, and those of a register without any document, are pages like all others."""
    with open_register(tmp_path / "empty.db"):
        pass
    with serving(tmp_path / "empty.db") as (address, access):
        tab = Tab(browser, (address, None), bypass_csp=True, locale="de-DE")
        refused = looked_at(tab, ["/"])
        assert faults(refused, expected=["/"]) == []
        assert "Öffnen Sie den Link" in tab.page.inner_text("main")
        tab.page.goto(f"{address}/enter?key={access.key}")
        tab.errors.clear()
        assert faults(looked_at(tab, ["/", "/review"])) == []
        tab.page.click(".blank a[href='/upload']")
        tab.page.wait_for_url("**/upload")
        tab.context.close()


def test_the_way_is_gone_by_keys_alone(tab: Tab, database: Path) -> None:
    """Search, open, see the evidence and the place, review, take it back."""
    page = tab.go("/search")
    tab.press("/")
    page.keyboard.type("tamper-evident")
    page.wait_for_url("**/search?words=tamper-evident*")
    playwright.expect(page.locator(".hit")).to_have_count(1)
    tab.press("Escape")
    tab.press("j")
    tab.press("Enter")
    page.wait_for_url("**/norms/*")
    assert page.locator(".sheet rect").count() >= 1
    tab.press("d")
    page.wait_for_url("**/documents/*#Art-6-1")
    assert page.locator('.tree [aria-current="location"]').inner_text() == "(1)"
    tab.picture("document")
    page.locator('.tree [aria-current="location"]').focus()
    tab.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.slug") == "Art-6-2"
    tab.press("Enter")
    page.wait_for_url("**#Art-6-2")
    tab.press("?")
    assert page.locator("dialog#keys").is_visible()
    tab.picture("keys")
    tab.press("Escape")
    assert not page.locator("dialog#keys").is_visible()
    tab.press("g")
    tab.press("r")
    page.wait_for_url("**/review")
    first = page.get_attribute("form.judge", "action")
    tab.press("c")
    page.wait_for_url("**/review?done=*")
    tab.press("u")
    page.wait_for_url("**/review")
    assert page.get_attribute("form.judge", "action") == first
    with open_register(database, read_only=True) as register:
        record = reviews.record(register, (first or "").split("/")[2])
        assert record
        assert record.finding == ""
    assert tab.errors == []


def test_a_finding_is_corrected_by_keys(tab: Tab, database: Path) -> None:
    page = tab.go("/review")
    action = page.get_attribute("form.judge", "action") or ""
    tab.press("e")
    page.select_option("select[name='fix:modality']", "exemption")
    page.fill(".correct input[name=reason]", "nobody has to")
    tab.press("Enter")
    page.wait_for_url("**/review?done=*")
    assert "1 judged today" in page.inner_text(".day-progress")
    with open_register(database, read_only=True) as register:
        norm = register.norm(action.split("/")[2]).norm
        assert norm.modality == "exemption"
    assert tab.errors == []


def test_a_document_comes_window_by_window(tab: Tab, database: Path) -> None:
    document = found(database, "SELECT document FROM norms WHERE place = 'Art 6(2)' AND language = 'en'")
    page = tab.go(f"/documents/{document}")
    first = page.locator(".leaf").count()
    page.locator(".pages.after").scroll_into_view_if_needed()
    playwright.expect(page.locator(".leaf").nth(first)).to_be_attached()
    # A note stands as high as its words.
    note = page.locator(".leaf").nth(2).locator(".note").first
    box = page.locator(f'.sheet a[href="#{note.get_attribute("id")}"] rect').first
    assert abs(note.bounding_box()["y"] - box.bounding_box()["y"]) < 12
    note.hover()
    assert "lit" in (box.get_attribute("class") or "")
    # A branch of the tree is fetched when it is opened.
    closed = page.locator(".tree details:not([open]) > summary").last
    closed.click()
    playwright.expect(page.locator(".tree details[open]").last.locator("li a[data-slug]").first).to_be_visible()
    assert tab.errors == []


def test_a_place_that_is_not_in_the_window_is_gone_to(tab: Tab, database: Path) -> None:
    document = found(database, "SELECT document FROM norms WHERE place = 'Art 6(2)' AND language = 'en'")
    page = tab.go(f"/documents/{document}#Art-21-2")
    page.wait_for_url("**?at=Art-21-2#Art-21-2")
    assert page.locator("#Art-21-2").count() == 1


def test_panes_are_tabs_on_a_small_screen(browser: Any, read_only: tuple[str, Access], paths: list[str]) -> None:
    tab = Tab(browser, read_only, viewport={"width": 320, "height": 700}, java_script_enabled=False)
    page = tab.go(next(path for path in paths if path.endswith("?page=4&kind=obligation")))
    assert not page.locator(".tree").is_visible()
    assert page.locator(".sheet").first.is_visible()
    page.get_by_text("Contents", exact=True).click()
    assert page.locator(".tree").is_visible()
    assert not page.locator(".sheet").first.is_visible()
    page.get_by_text("Norms", exact=True).click()
    assert page.locator(".note").first.is_visible()
    assert not page.locator(".sheet").first.is_visible()
    page.click("summary:has-text('Menu')")
    page.click(".menu a[href='/calendar']")
    assert "/calendar" in page.url
    tab.context.close()


def test_the_queue_is_worked_by_keys(tab: Tab, database: Path) -> None:
    page = tab.go("/review")
    tab.picture("review")
    first = page.get_attribute("form.judge", "action")
    tab.press("s")
    page.wait_for_url("**/review?later=1")
    page.go_back()
    page.wait_for_load_state()
    tab.press("c")
    playwright.expect(page.locator("form.judge")).not_to_have_attribute("action", first)
    page.wait_for_load_state()
    tab.press("r")
    page.keyboard.type("a heading")
    second = page.get_attribute("form.judge", "action")
    tab.press("Enter")
    playwright.expect(page.locator("form.judge")).not_to_have_attribute("action", second)
    page.wait_for_load_state()
    third = page.get_attribute("form.judge", "action")
    tab.press("x")
    playwright.expect(page.locator("form.judge")).not_to_have_attribute("action", third)
    with open_register(database, read_only=True) as register:
        found = [reviews.record(register, path.split("/")[2]) for path in (first, second, third)]
        assert [record.finding for record in found if record] == ["confirmed", "rejected", "rejected"]
        assert [record.finding_reason for record in found if record] == ["", "a heading", "not a norm"]
    assert tab.errors == []


def test_a_rejected_sentence_becomes_a_norm(tab: Tab, database: Path) -> None:
    document = found(database, "SELECT document FROM rejected ORDER BY id LIMIT 1")
    page = tab.go(f"/documents/{document}#rejected")
    form = page.locator("form.take-in").first
    quote = page.locator("#rejected li:has(form.take-in) p.law").first.inner_text()
    form.locator("select").select_option("prohibition")
    form.get_by_role("button").click()
    page.wait_for_url("**/norms/*")
    assert quote[:60] in page.inner_text("main")
    with open_register(database, read_only=True) as register:
        assert [r.quote for r in register.rejected(document) if r.quote.startswith(quote[:60])] == []
