"""Uploads, alerts, watches and saved searches in a real browser, with and without JavaScript."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from browsing import TIMEOUT_MS, Tab, faults, looked_at, playwright

from dutybook.reasons import Why, because
from dutybook.store import open_register
from dutybook.store.alerts import alerts as kept
from dutybook.store.watches import watches
from dutybook.web.access import Access
from dutybook.web.uploads import storage

pytestmark = pytest.mark.browser
SAMPLES = Path(__file__).resolve().parents[2] / "corpora" / "samples"


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[1] / "pipeline"))
    monkeypatch.setattr(storage, "KEPT_FREE", 0)


@pytest.fixture
def fake_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    from dutybook.web.uploads.queue import UploadQueue

    made = UploadQueue.__init__

    def init(self: UploadQueue, *given: Any, **named: Any) -> None:
        made(self, *given, **named, more={"analyse": "batch_fakes:analyse", "version": "fake"})

    monkeypatch.setattr(UploadQueue, "__init__", init)


@pytest.mark.usefixtures("true_workers")
def test_a_pdf_is_sent_and_its_norms_are_seen(tab: Tab, tmp_path: Path) -> None:
    page = tab.go("/upload")
    act = tmp_path / "harbour tariff.pdf"
    act.write_bytes(_pdf())
    page.set_input_files("#files", [str(act), str(SAMPLES / "regulation-harbour-data.en.pdf")])
    playwright.expect(page.locator("#chosen-files li")).to_have_count(2)
    page.click("#chosen-files li:nth-child(2) button")
    playwright.expect(page.locator("#chosen-files li")).to_have_count(1)
    page.click("#upload button[type=submit]")
    page.wait_for_url("**/upload/2*")
    # Nobody reloads: the page asks itself.
    playwright.expect(page.locator(".batch-state .state.done")).to_be_visible(timeout=TIMEOUT_MS)
    assert page.inner_text(".sent-file .name") == "harbour tariff.pdf read", page.inner_text(".files")
    page.click(".sent-file .quiet a")
    assert "shall pay the harbour dues" in page.inner_text(".hit .law")
    page.click(".hit .law a")
    playwright.expect(page.locator(".sheet rect").first).to_be_attached(timeout=TIMEOUT_MS)
    assert tab.errors == []


def _pdf() -> bytes:
    """A page with one duty, written by hand."""
    lines = ["Article 1", "The master of a vessel shall pay the harbour dues within ten days of arrival."]
    text = " ".join(f"1 0 0 1 72 {720 - 30 * n} Tm ({line}) Tj" for n, line in enumerate(lines))
    stream = f"BT /F1 12 Tf {text} ET".encode()
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    made, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(bodies, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    at = len(made)
    made += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(made + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % at)


@pytest.mark.usefixtures("fake_reading")
def test_files_are_sent_without_javascript(plain: Tab, tmp_path: Path) -> None:
    page = plain.go("/upload")
    for name, text in (("a.txt", "ok one two"), ("b.txt", "scan")):
        (tmp_path / name).write_text(text)
    page.set_input_files("#files", [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")])
    page.click("#upload button[type=submit]")
    assert "/upload/2" in page.url
    # The page loads itself again until all is done.
    page.wait_for_selector(".batch-state .state.done", timeout=TIMEOUT_MS)
    assert page.locator(".sent-file .state.read").count() == 1
    assert "There is no text in it" in page.inner_text(".files")
    page.click(".sent-file .name a >> nth=0")
    assert "/documents/" in page.url


def test_what_is_too_much_is_said_before_it_is_sent(tab: Tab) -> None:
    page = tab.go("/upload")
    page.evaluate("document.getElementById('upload').dataset.mostAFile = '10'")
    page.set_input_files("#files", [{"name": "big.txt", "mimeType": "text/plain", "buffer": b"x" * 100}])
    assert "larger than" in page.inner_text("#upload-problem")
    page.click("#upload button[type=submit]")
    assert page.url.endswith("/upload")
    assert tab.errors == []


def _an_alert(page: Any, address: str) -> None:
    page.goto(f"{address}/search?words=crate")
    page.click(".keep summary")
    page.fill(".keep input[name=name]", "Crates")
    page.click(".keep button")
    page.wait_for_url("**/searches?saved=Crates")
    page.click("text=Notify me of changes")
    page.select_option("select[name=every]", "weekly")
    page.select_option("select[name=weekday]", "fri")
    page.fill("input[name=at]", "16:00")
    page.fill("input[name=zone]", "Europe/Berlin")
    page.uncheck("input[name='kind.news']")
    page.click(".alert-form button.primary")
    page.wait_for_url("**/alerts/of/*")


def test_an_alert_is_set_up_without_javascript(plain: Tab, database: Path) -> None:
    page = plain.page
    _an_alert(page, plain.address)
    with open_register(database, read_only=True) as register:
        alert = kept.alert_named(register, "Crates")
    assert (alert.schedule, alert.zone, alert.search.filters.words) == ("weekly fri 16:00", "Europe/Berlin", "crate")
    assert "news" not in alert.kinds
    page.click("text=Pause")
    page.wait_for_selector(".batch-state .state.paused")
    page.click(".verbs .keep summary")
    page.click(".verbs .keep button")
    page.wait_for_url("**/alerts")
    with open_register(database, read_only=True) as register:
        assert kept.all_alerts(register) == []


@pytest.fixture
def filled_pages(database: Path) -> None:
    """Something to see on every page."""
    from dutybook.alerts.collection import collect
    from dutybook.alerts.management import Wanted, add
    from dutybook.ingest.sources.interface import Item
    from dutybook.store import Filters
    from dutybook.store.watches import watch_items
    from quay import flats

    now = datetime.now(UTC)
    with open_register(database) as register:
        for flat in flats()[1:]:
            row = register.document_with(flat.sha256)
            assert row
            register.remove(row.id)
        search = kept.SavedSearch(
            "Duties of operators", Filters(words="operator", modality=("obligation", "prohibition"))
        )
        kept.save_search(register, search, now=now, by="anna")
        kept.save_search(
            register, kept.SavedSearch("Quay Safety Act", Filters(work=("32031R0888",))), now=now, by="anna"
        )
        add(register, Wanted("Quay Safety Act", Filters(), (), search="Quay Safety Act", every="weekly fri 16:00", zone="Europe/Berlin", only_here=True), now=now, by="anna")  # fmt: skip
        for flat in flats()[1:]:
            register.write(flat)
        collect(register, now=now)
        feed = watches.add(register, watches.WatchSettings("feed-authority-example", "feed", "https://authority.example/news.xml", options={"url": "https://authority.example/news.xml", "take": "auto", "limit": 500, "title": ["fee"]}, fetch_options={"pause": 2.0}, reading={}, every=3600), by="anna", now=now)  # fmt: skip
        items = [Item(f"k{n}", f"https://authority.example/circulars/{n}", f"Circular {n}: fees for berths and the storage of goods", f"2031-0{n}-01", "en", "x", ".pdf", None, {}) for n in range(1, 6)]  # fmt: skip
        watch_items.record(register, feed.id, items, {}, gone=("k5",), complete=False, now=now)
        watch_items.failed(register, feed.id, "k2", error="https://authority.example/circulars/2 answered 404: it is not there (any more)", next_try=None)  # fmt: skip
        run = watches.begin_run(register, feed.id, now=now)
        watches.end_run(register, run, counts={"listed": 5, "fetched": 0, "read": 0, "unread": 0}, problems=["the host authority.example is not known"], error="the host authority.example is not known (Name or service not known). Check its name, and that this machine is connected", not_before=now, now=now)  # fmt: skip
        watches.add(register, watches.WatchSettings("folder-regulations", "folder", "/srv/regulations", options={"folder": "/srv/regulations", "settle": 2.0}, fetch_options={}, reading={}, every=15), by="anna", now=now)  # fmt: skip
        watches.pause(register, "folder-regulations", paused=True)


def _paths(database: Path, batch: str) -> tuple[str, ...]:
    with open_register(database, read_only=True) as register:
        alert = kept.alert_named(register, "Quay Safety Act").id
    return (
        *("/upload", f"/upload/{batch}", "/searches", "/watches", "/watches/add", "/watches/add?kind=feed"),
        *("/watches/add?kind=eurlex", "/watches/of/feed-authority-example", "/alerts", "/alerts/add", f"/alerts/of/{alert}"),
        *("/alerts/outbox", "/notices", "/search?words=operator"),
    )  # fmt: skip


def _batch(database: Path) -> str:
    """A batch of which everything became something else."""
    from dutybook.web.uploads.storage import Part, Sent, UploadStorage

    made = UploadStorage(database)
    batch = made.new("anna", datetime.now(UTC))
    batch.state, batch.norms, batch.done, batch.total = "done", 31, 5, 5
    page = because(Why.PART_PAGE, "page {page} is damaged and was not read", page=2)
    same = because(Why.SAME_BYTES, "the same bytes as {name}", name="Harbour tariff 2031.pdf")
    large = because(Why.OVER, "it has more than {limit} MB: split it", limit=200).of_kind("too large")
    locked = because(Why.NEEDS_PASSWORD, "it needs a password").of_kind("encrypted")
    other = because(Why.LEFT_KIND, "files of its kind in folders are not read ({kind})", kind=".exe")
    parts = [
        Part("annex-1.pdf", "read", 12),
        Part("annex-2.pdf", "unreadable", 0, [locked.plain()]),
        Part("setup.exe", "left out", 0, [other.plain()]),
    ]
    batch.files = [
        Sent("Harbour tariff 2031.pdf", 1_234_567, state="read", norms=19, sha256="0" * 64),
        Sent("consultation.zip", 45_000_000, file="files/0/x.zip", state="unreadable", parts=parts, norms=12),
        Sent(
            "scan-of-a-letter-whose-name-is-rather-long-and-has-no-blanks.tiff",
            900,
            state="partly read",
            reasons=[page.plain()],
        ),
        Sent("again.pdf", 1_234_567, state="duplicate", reasons=[same.plain()]),
        Sent("video.mp4", 300_000_000, state="refused", reasons=[large.plain()]),
    ]
    made.write(batch)
    return batch.id


@pytest.mark.slow
@pytest.mark.usefixtures("filled_pages")
def test_no_page_of_these_has_a_barrier_or_runs_out_of_itself(
    browser: Any, served: tuple[str, Access], database: Path
) -> None:
    tab = Tab(browser, served, bypass_csp=True)
    assert faults(looked_at(tab, _paths(database, _batch(database)))) == []
    tab.context.close()
