"""What is particular about the search service of overheid.nl."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from portal_bwb import REPOSITORY, SEARCH, answer, bwb, record, text_of
from portal_fakes import FakeResponse, Site, asked_of

from dutybook.errors import SourceError
from dutybook.ingest.sources.bwb import SOURCE
from dutybook.ingest.sources.interface import Known, Listing

NOW = datetime(2031, 3, 15, tzinfo=UTC)


def _listed(*answers: FakeResponse, **options: str) -> Listing:
    return SOURCE.list(SOURCE.check("all", options), {}, Site({SEARCH: list(answers)}), NOW)


def test_the_service_is_asked_for_what_changed_as_it_is_seen_today() -> None:
    site = bwb()
    options = SOURCE.check("all", {"from": "2031-03-01"})
    found = SOURCE.list(options, {}, site, NOW)
    assert [(given["startRecord"], given["query"]) for given in map(asked_of, site.log)] == [
        (start, "dcterms.modified>=2031-03-01 and overheidbwb.zichtdatum=2031-03-15") for start in ("1", "3")
    ]
    assert {each.accept for each in site.log} == {"application/xml"}
    assert found.cursor == {"since": "2031-03-13"}


def test_a_limit_goes_on_behind_the_last_record() -> None:
    site = bwb()
    options = SOURCE.check("all", {"from": "2031-03-01", "limit": "1"})
    first = SOURCE.list(options, {}, site, NOW)
    assert first.cursor == {"since": "2031-03-01", "started": "2031-03-15", "next": 3}
    assert "goes on from record 3" in first.problems[0]
    second = SOURCE.list(options, first.cursor, site, datetime(2031, 3, 16, tzinfo=UTC))
    assert [item.key for item in second.items] == ["BWBR9900079/2031-02-01"]
    # What changed while the list was read is listed again.
    assert second.cursor == {"since": "2031-03-13"}


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        ({"type": "Ministeriele-regeling"}, ["BWBR9900079/2031-02-01"]),
        ({"title": "havengegevens"}, ["BWBR9900077/2031-01-01", "BWBR9900077/2031-04-01"]),
        ({"ministry": "Financiën"}, []),
        ({"subject": "goederenrecht", "title": "loodsen"}, ["BWBR9900079/2031-02-01"]),
    ],
)
def test_what_is_wanted(options: dict[str, str], keys: list[str]) -> None:
    found = SOURCE.list(SOURCE.check("all", {"from": "2031-03-01", **options}), {}, bwb(), NOW)
    assert [item.key for item in found.items] == keys


def test_an_act_by_its_number_is_the_version_in_force_and_those_to_come() -> None:
    versions = answer(
        record("BWBR9900077", "2030-01-01_0", ends="2030-12-31"),
        record("BWBR9900077", "2031-01-01_1", ends="2031-03-31", replaced="2031-03-10"),
        record("BWBR9900077", "2031-01-01_2", ends="2031-03-31"),
        record("BWBR9900077", "2031-04-01_0"),
        # A search that the service does not understand may have other acts.
        record("BWBR9900078", "2031-04-01_0"),
    )
    site = Site({SEARCH: [versions, answer()]})
    found = SOURCE.list(SOURCE.check("BWBR9900077,BWBR9900001", {}), {}, site, NOW)
    assert [(item.key, item.stamp, item.url) for item in found.items] == [
        ("BWBR9900077/2031-01-01", "2 2031-03-10", "https://wetten.overheid.nl/BWBR9900077/2031-01-01"),
        ("BWBR9900077/2031-04-01", "0 2031-03-10", "https://wetten.overheid.nl/BWBR9900077/2031-04-01"),
    ]
    assert found.problems == ("BWBR9900001 has no version in force or to come; look at its number",)
    assert "identifier%3D%3DBWBR9900077" in site.log[0].url


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"place": ""}, "a version without a text"),
        ({"place": "https://evil.example/bwb/BWBR9900077/2031-04-01_0/xml/x.xml"}, "without a text"),
        ({"place": f"{REPOSITORY}/BWBR9900001/2031-04-01_0/xml/x.xml"}, "a version without a text"),
        ({"place": f"{REPOSITORY}/BWBR9900077/../../x.xml"}, "a version without a text"),
    ],
)
def test_records_that_cannot_be_used(wrong: dict[str, Any], message: str) -> None:
    found = _listed(answer(record("BWBR9900077", "2031-04-01_0", **wrong)))
    assert not found.items
    assert message in found.problems[0]
    assert _listed(answer(record("../../etc", "2031-04-01_0"))).problems == ("a version without a number was left out",)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<numberOfRecords>0</numberOfRecords><diagnostics><diagnostic><message>Unsupported index</message></diagnostic></diagnostics>", "Unsupported index"),
        ("<numberOfRecords>7</numberOfRecords>", "none of the 7 records"),
        ("<numberOfRecords>many</numberOfRecords>", "number of its records"),
        ("", "number of its records"),
    ],
)  # fmt: skip
def test_faults_of_the_service(body: str, message: str) -> None:
    text = f'<searchRetrieveResponse xmlns="http://docs.oasis-open.org/ns/search-ws/sruResponse">{body}</searchRetrieveResponse>'
    with pytest.raises(SourceError, match=message):
        _listed(FakeResponse(text))


def test_a_list_that_breaks_off_goes_on_next_time() -> None:
    found = _listed(answer(record("BWBR9900077", "2031-04-01_0"), total=2), FakeResponse(b"<html>", status=503))
    assert found.cursor == {"since": "2031-03-08", "started": "2031-03-15", "next": 2}
    assert "broke off" in found.problems[0]


def test_another_text_than_that_of_the_act_is_refused() -> None:
    site = bwb()
    item = SOURCE.list(SOURCE.check("all", {"from": "2031-03-01"}), {}, site, NOW).items[0]
    site.route(item.more["file"], text_of("BWBR9900001", "2031-01-01_2"))
    with pytest.raises(SourceError, match="its number is not in it"):
        SOURCE.fetch(item, {}, Known(), site)
    site.route(item.more["file"], FakeResponse(b"<wti/>", type="application/xml"))
    with pytest.raises(SourceError, match="its root is <wti>"):
        SOURCE.fetch(item, {}, Known(), site)
