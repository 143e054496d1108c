"""What is particular about the e-Sbírka."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from portal_esbirka import NAME, about, address, esbirka, fragments, reply, text, version
from portal_fakes import FakeResponse, Site

from dutybook.errors import SourceError
from dutybook.ingest.sources.esbirka import SOURCE
from dutybook.ingest.sources.interface import Item, Known, Listing

NOW = datetime(2031, 4, 5, 6, tzinfo=UTC)
MISSING = SourceError("the service does not take the request [400]", lasting=True)


def _listed(site: Site, target: str = "new", cursor: Any = None, now: datetime = NOW, **options: str) -> Listing:
    return SOURCE.list(SOURCE.check(target, options), cursor or {}, site, now)


def _numbers(found: Listing) -> list[str]:
    return [item.key.rpartition("/")[0] for item in found.items]


def _promulgated(*numbers: int, year: int = 2031) -> Site:
    """A year in which an act is promulgated each day; the first, on 2 January, has the number 1."""
    return Site({
        address(f"/sb/{year}/{number}"): about(
            number, (datetime(year, 1, 1) + timedelta(days=number)).date().isoformat(), year
        )
        for number in numbers
    })  # fmt: skip


def _item() -> tuple[Site, Item]:
    site = esbirka()
    return site, _listed(site, "77/2031").items[0]


def _histories(*versions: dict[str, Any]) -> Site:
    return Site({
        f"{address('/sb/2031/77')}/historie": reply({"historie": versions}),
        address("/sb/2031/77"): about(77, "2031-04-01"),
    })  # fmt: skip


# Acts by their numbers


def test_versions_in_force_and_to_come() -> None:
    site = esbirka()
    found = _listed(site, "77/2031 Sb.")
    first, second = found.items
    assert (first.title, first.published, first.stamp) == (NAME, "2031-02-10", "1 /sb/2031/90")
    assert (second.key, second.url) == ("2031/77/2032-01-01", "https://e-sbirka.gov.cz/sb/2031/77/2032-01-01")
    assert {each.accept for each in site.log} == {"application/json"}


def test_an_act_that_is_not_there_or_not_in_force() -> None:
    site = _histories(version("2031-02-20", "MINULE"))
    found = _listed(site, "77/2031,9999/2031")
    assert not found.items
    assert ["may be repealed" in found.problems[0], "look at its number" in found.problems[1]] == [True, True]


def test_an_act_that_was_only_promulgated() -> None:
    found = _listed(_histories(version("0000-00-00", "VYHLASENE")), "77/2031")
    assert [item.key for item in found.items] == ["2031/77/0000-00-00"]


@pytest.mark.parametrize(
    "path", ["https://evil.example/sb/2031/77/2031-04-01", "/sb/2031/78/2031-04-01", "/sb/2031/77/../../x", "", None]
)
def test_versions_that_cannot_be_used(path: Any) -> None:
    found = _listed(_histories({**version("2031-04-01", "AKTUALNI"), "staleUrl": path}), "77/2031")
    assert not found.items
    assert "no address that is known" in found.problems[0]


def test_an_answer_of_another_kind() -> None:
    site = _histories(version("2031-04-01", "AKTUALNI"))
    site.route(address("/sb/2031/77"), reply({"chyby": []}))
    with pytest.raises(SourceError, match="no address of the act"):
        _listed(site, "77/2031")


# What is promulgated


def test_the_first_number_of_the_last_week_is_searched_and_the_last_is_found() -> None:
    site = _promulgated(*range(1, 94))
    found = _listed(site, now=datetime(2031, 4, 5, tzinfo=UTC))
    assert _numbers(found) == [f"2031/{number}" for number in range(87, 94)]
    assert found.items[0].published == "2031-03-29"
    assert found.cursor == {"year": 2031, "number": 94}
    assert len(site.log) < 30
    later = _listed(_promulgated(*range(1, 96)), cursor=found.cursor)
    assert (_numbers(later), later.cursor) == (["2031/94", "2031/95"], {"year": 2031, "number": 96})


def test_a_number_that_is_not_there_yet_is_waited_for() -> None:
    cursor = {"year": 2031, "number": 50}
    found = _listed(_promulgated(50, 52, 53), cursor=cursor)
    assert (_numbers(found), found.cursor) == (["2031/50", "2031/52", "2031/53"], {"year": 2031, "number": 51})
    later = _listed(_promulgated(50, *range(52, 63)), cursor=found.cursor)
    assert later.cursor == {"year": 2031, "number": 63}


def test_the_turn_of_the_year() -> None:
    both = Site()
    for each in (_promulgated(500, 501, year=2030), _promulgated(1, 2)):
        both.routes |= each.routes
    cursor = {"year": 2030, "number": 501}
    early = _listed(both, cursor=cursor, now=datetime(2031, 1, 3, tzinfo=UTC))
    assert (_numbers(early), early.cursor) == (["2030/501", "2031/1", "2031/2"], {"year": 2030, "number": 502})
    late = _listed(both, cursor=early.cursor, now=datetime(2031, 1, 9, tzinfo=UTC))
    assert (_numbers(late), late.cursor) == (["2031/1", "2031/2"], {"year": 2031, "number": 3})


def test_words_of_titles_and_a_limit() -> None:
    cursor = {"year": 2031, "number": 50}
    assert not _listed(_promulgated(50, 51), cursor=cursor, title="banky").items
    cut = _listed(_promulgated(50, 51), cursor=cursor, limit="1")
    assert (_numbers(cut), cut.cursor) == (["2031/50"], {"year": 2031, "number": 51})


def test_a_service_that_knows_every_number_or_breaks_off() -> None:
    def any_act(asked: Any) -> FakeResponse:
        return about(int(asked.url.rpartition("%2F")[2]), "2031-04-02")

    site = Site({address(f"/sb/2031/{number}"): any_act for number in range(1, 5000)})
    found = _listed(site, title="banky")
    assert found.cursor == {"year": 2031, "number": 1001}
    broken = _promulgated(50)
    broken.route(address("/sb/2031/51"), SourceError("the service does not answer [503]"))
    cut = _listed(broken, cursor={"year": 2031, "number": 50})
    assert (cut.cursor, "broke off" in cut.problems[0]) == ({"year": 2031, "number": 51}, True)


def test_status_400_is_no_such_act() -> None:
    site = _promulgated(50)
    for number in range(51, 55):
        site.route(address(f"/sb/2031/{number}"), MISSING)
    assert _numbers(_listed(site, cursor={"year": 2031, "number": 50})) == ["2031/50"]


# Texts


def test_pages_are_put_together_and_have_no_validator() -> None:
    site, item = _item()
    for page in range(3):
        site.route(fragments("/sb/2031/77/2031-04-01", page), text(page, 3))
    fetched = SOURCE.fetch(item, {}, Known('"cs of another day"'), site)
    whole = json.loads(fetched.data or b"")
    assert [each["xhtml"] for each in whole["seznam"][-2:]] == ["Strana 1.", "Strana 2."]
    assert (whole["pocetStranek"], fetched.etag) == (1, None)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (text(number=78), "its ELI is another"),
        (text(pages=5000), "more than are read"),
        (reply({"seznam": [], "pocetStranek": 1}), "no fragments"),
        (reply({"seznam": [{"kodTypuFragmentu": "x"}, 5], "pocetStranek": 1}), "no fragments"),
        (reply({"chyby": [{"kod": "NEOCEKAVANA_CHYBA"}]}), "no fragments"),
    ],
)
def test_texts_that_cannot_be_had(answer: FakeResponse, message: str) -> None:
    site, item = _item()
    site.route(fragments("/sb/2031/77/2031-04-01"), answer)
    with pytest.raises(SourceError, match=message):
        SOURCE.fetch(item, {}, Known(), site)
