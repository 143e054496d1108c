"""Portals in whole runs: what they bring is kept, read, compared with the version before, and fetched once."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from portal_cases import CASES, CELLAR, SPARQL, cellar, graph
from portal_fakes import FOLDER, NOW, FakeResponse, Site, Store, file
from portal_jolux import fedlex, fedlex_file
from portal_ris import ris

from dutybook.pipeline.reading import ReadingOptions
from dutybook.pipeline.watching import runner
from dutybook.pipeline.watching.definition import WatchDefinition, add_watch
from dutybook.store import open_register

pytestmark = pytest.mark.usefixtures("reading_here")


def _add(database: Path, kind: str, target: str, **options: Any) -> None:
    add_watch(database, WatchDefinition(kind, target, name=kind, every="1h", options=options), by="anna", now=NOW)


def _run(database: Path, site: Site, at: datetime = NOW) -> Any:
    return runner.run(
        database, clock=lambda: at, reading=ReadingOptions(workers=0), fetcher=lambda _: nullcontext(site)
    )  # type: ignore[arg-type,return-value]


def _rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    with open_register(database, read_only=True) as register:
        return [tuple(row) for row in register._connection.execute(query)]


def test_an_amendment_is_noticed_by_the_consolidated_text(tmp_path: Path) -> None:
    database = tmp_path / "register.db"
    _add(database, "eurlex", "32031R0777", **{"with": "consolidated", "languages": "en"})
    site = cellar()
    for version in ("b2", "b3"):
        site.route(f"{CELLAR}{version}.0006.03/DOC_1", file("02031R0777-20320601.en.html", "application/xhtml+xml"))
    site.route(SPARQL, Store(graph().replace("act_consolidated_", "not_yet_consolidated_")))
    first = _run(database, site, datetime(2031, 3, 14, tzinfo=NOW.tzinfo))
    assert (first.watches[0].new, first.watches[0].unread) == (1, 0), first.watches[0].problems
    assert not _rows(database, "SELECT * FROM changes_overview")
    site.route(SPARQL, Store(graph()))
    second = _run(database, site)
    assert (second.watches[0].new, second.watches[0].unread) == (2, 0)
    assert _rows(database, "SELECT DISTINCT number FROM works WHERE number IS NOT NULL") == [("32031R0777",)]
    found = _rows(database, "SELECT kind, place, was, is_now FROM changes_overview")
    # Tightened, and for that its deadline was moved.
    assert {kind for kind, *_ in found} == {"tightened", "deadline moved"}
    for _, place, was, now in found:
        assert "2(2)" in place
        assert "72 hours" in was
        assert "24 hours" in now
    asked = len(site.asked("DOC_"))
    again = _run(database, site, NOW + timedelta(hours=2))
    assert not again.watches[0].new
    assert len(site.asked("DOC_")) == asked


def test_a_text_that_begins_to_apply_is_noticed_on_its_day(tmp_path: Path) -> None:
    """The store held both texts from the first day on: that the second applies is no change in it."""
    database = tmp_path / "register.db"
    _add(database, "fedlex", "747.777")
    site = fedlex()
    before = (FOLDER / "fedlex-act.xml").read_text()
    for new, old in (("24 Stunden", "72 Stunden"), ("2031-03-01", "2031-01-01"), ("20310301", "20310101")):
        before = before.replace(new, old)
    before = before.replace("1. März 2031", "1. Januar 2031")
    site.route(fedlex_file("eli/cc/2031/77/20310101", "de", "xml", "xml"), FakeResponse(before, type="application/xml"))
    first = _run(database, site, datetime(2031, 2, 20, tzinfo=NOW.tzinfo))
    assert (first.watches[0].new, first.watches[0].unread) == (1, 0), first.watches[0].problems
    second = _run(database, site, datetime(2031, 3, 1, 6, tzinfo=NOW.tzinfo))
    assert (second.watches[0].changed, second.watches[0].unread) == (1, 0), second.watches[0].problems
    assert _rows(database, "SELECT DISTINCT number FROM works WHERE number IS NOT NULL") == [("cc/2031/77",)]
    found = _rows(database, "SELECT kind, was, is_now FROM changes_overview")
    assert {kind for kind, *_ in found} == {"tightened", "deadline moved"}
    assert all("72 Stunden" in was and "24 Stunden" in now for _, was, now in found)


def test_a_section_that_begins_to_apply_is_noticed_on_its_day(tmp_path: Path) -> None:
    """An act of many documents is one; on the day of its new section it is put together again."""
    database = tmp_path / "register.db"
    _add(database, "ris", "20009777")
    site = ris()
    first = _run(database, site, datetime(2031, 2, 20, tzinfo=NOW.tzinfo))
    assert (first.watches[0].new, first.watches[0].unread) == (1, 0), first.watches[0].problems
    again = _run(database, site, datetime(2031, 2, 22, tzinfo=NOW.tzinfo))
    assert not again.watches[0].changed
    second = _run(database, site, datetime(2031, 3, 1, 6, tzinfo=NOW.tzinfo))
    assert (second.watches[0].changed, second.watches[0].unread) == (1, 0), second.watches[0].problems
    assert _rows(database, "SELECT DISTINCT number FROM works") == [("Gesetzesnummer 20009777",)]
    assert {version for (version,) in _rows(database, "SELECT version_date FROM documents")} == {
        "2031-01-01",
        "2031-03-01",
    }
    found = _rows(database, "SELECT kind, was, is_now FROM changes_overview")
    assert {kind for kind, *_ in found} >= {"deadline moved"}
    assert any("72 Stunden" in was and "24 Stunden" in now for _, was, now in found)


def test_what_portals_bring_is_read_and_not_fetched_again(tmp_path: Path) -> None:
    database = tmp_path / "register.db"
    cases = [case for case in CASES if case.kind not in ("eurlex", "oj")]
    site = Site()
    for case in cases:
        _add(database, case.kind, case.target, **case.options)
        site.routes |= case.site().routes
    at = datetime(2031, 4, 1, tzinfo=NOW.tzinfo)
    report = _run(database, site, at)
    for case, found in zip(
        cases, sorted(report.watches, key=lambda w: [c.kind for c in cases].index(w.name)), strict=True
    ):
        assert (found.error, found.new, found.unread) == ("", len(case.keys), 0), case.kind
    read = _rows(database, "SELECT DISTINCT number FROM works")
    assert {number for (number,) in read} == {
        "77/2030",
        "77/2031 Sb.",
        "BGBl. I Nr. 7/2031",
        "BWBR9900077",
        "BWBR9900079",
        "FR Doc. 2031-06431",
        "HafenDG",
        "SadAS",
        "legge 77/2031",
        "ley 7/2031",
        "ukpga/2031/7",
        "cc/2031/77",
        "loi/2031/03/01/a77",
    }
    before = len(site.log)
    second = _run(database, site, at + timedelta(hours=2))
    assert not any(found.new or found.changed for found in second.watches)
    again = [each.url for each in site.log[before:] if not any(each.url.startswith(case.lists) for case in cases)]
    # Only what has no stamp is asked for again, and answers that it is the same; the data about a Czech act are a list, too.
    assert again == [
        "https://e-sbirka.gov.cz/sbr-cache/dokumenty-sbirky/%2Fsb%2F2031%2F77",
        "https://www.gesetze-im-internet.de/hafendg/xml.zip",
    ]
