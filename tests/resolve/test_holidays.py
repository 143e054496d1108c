"""A place has its holidays and its clock; what is not known is said, and nothing is made up."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dutybook.errors import NotFound
from dutybook.languages.period_laws import institutions, zones
from dutybook.resolve.holidays import (
    HolidaysAt,
    holidays_for,
    known_place,
    moment_at,
    zone_of,
)


def holidays_of(place: str, first_year: int, last_year: int, *, statutory_only: bool = False) -> dict[date, str]:
    """All holidays of a place in some years."""
    known = HolidaysAt(place, statutory_only=statutory_only)
    days = (
        date.fromordinal(n) for n in range(date(first_year, 1, 1).toordinal(), date(last_year, 12, 31).toordinal() + 1)
    )
    return {day: known[day] for day in days if day in known}


def unknown_years(place: str, *years: int) -> tuple[int, ...]:
    """Those of some years whose holidays are not known."""
    known = HolidaysAt(place)
    for year in years:
        known.get(date(year, 1, 1))
    return known.unknown()


@pytest.mark.parametrize(
    ("place", "day", "named"),
    [
        ("DE", date(2026, 10, 3), "German Unity Day"),
        ("DE-BY", date(2026, 6, 4), "Corpus Christi"),
        ("FR-57", date(2026, 12, 26), "Saint Stephen's Day"),
        ("ES-MD", date(2026, 5, 2), "Madrid Day"),
        ("GB-SCT", date(2026, 11, 30), "Saint Andrew's Day"),
        ("US", date(2026, 7, 3), "Independence Day (observed)"),
        ("EU-COM", date(2026, 12, 28), "end of the year"),
        ("EU-EP", date(2024, 12, 23), "end of the year"),
    ],
)
def test_holidays_have_their_place(place: str, day: date, named: str) -> None:
    assert holidays_of(place, day.year, day.year)[day] == named


@pytest.mark.parametrize(
    ("state", "region", "day"),
    [
        ("DE", "DE-BY", date(2026, 1, 6)),
        ("FR", "FR-57", date(2026, 4, 3)),
        ("ES", "ES-MD", date(2026, 5, 2)),
        ("GB-ENG", "GB-SCT", date(2026, 1, 2)),
    ],
)
def test_regions_have_days_of_their_own(state: str, region: str, day: date) -> None:
    assert day not in holidays_of(state, 2026, 2026)
    assert day in holidays_of(region, 2026, 2026)


def test_only_the_years_asked_for() -> None:
    days = holidays_of("DE", 2025, 2027)
    assert {day.year for day in days} == {2025, 2026, 2027}
    assert len(days) == 27


def test_statutory_holidays_are_without_substitutes_and_decrees() -> None:
    bulgaria = {str(day) for day in holidays_of("BG", 2026, 2026)} - {
        str(day) for day in holidays_of("BG", 2026, 2026, statutory_only=True)
    }
    assert {"2026-01-02", "2026-12-28"} <= bulgaria
    assert date(2026, 7, 3) not in holidays_of("US", 2026, 2026, statutory_only=True)
    assert holidays_of("DE", 2026, 2026, statutory_only=True) == holidays_of("DE", 2026, 2026)
    assert holidays_of("EU-COM", 2026, 2026, statutory_only=True) == holidays_of("EU-COM", 2026, 2026)


def test_a_law_may_know_listed_holidays_only() -> None:
    assert holidays_for("reg1182", "DE").statutory_only
    assert not holidays_for("bgb", "DE").statutory_only
    assert not holidays_for(None, "DE").statutory_only
    with pytest.raises(NotFound, match="reg1182"):
        holidays_for("brussels", "DE")


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("de-by", "DE-BY"),
        (" DE ", "DE"),
        ("DEU", "DE"),
        ("ECU", "EC"),
        ("EL", "GR"),
        ("UK-SCT", "GB-SCT"),
        ("EP", "EU-EP"),
        ("eu-com", "EU-COM"),
        ("FR-Alsace", "FR-6AE"),
        ("DE-Augsburg", "DE-Augsburg"),
        ("de-augsburg", "DE-Augsburg"),
        ("au-nsw western", "AU-NSW Western"),
    ],
)
def test_a_place_may_be_written_otherwise(written: str, place: str) -> None:
    assert known_place(written)
    assert HolidaysAt(written).place == place


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("DE-BX", "DE-BY"),
        ("GER", "GR"),
        ("EU", "EU-COM, EU-EP"),
        ("EC", "European Commission"),
        ("EU-XX", "EU-COM"),
        ("Bayern", "near are: DE-BY"),
        ("Bayem", "DE-BY"),
        ("germany", "near are: DE,"),
        ("Untied Kingdom", "GB"),
        ("Deutschland", "such as DE"),
        ("", "such as DE"),
        ("DE-", "such as DE"),
        ("DE\x00", "DE"),
    ],
)
def test_an_unknown_place_is_refused_with_near_ones(written: str, near: str) -> None:
    assert not known_place(written)
    for ask in (lambda: zone_of(written), lambda: HolidaysAt(written)):
        with pytest.raises(NotFound) as error:
            ask()
        assert near in str(error.value)


def test_years_without_a_list_are_unknown_and_empty() -> None:
    assert unknown_years("EU-COM", 2024, 2025, 2026, 2027) == (2024, 2027)
    assert not holidays_of("EU-COM", 2027, 2027)
    assert unknown_years("DE", 1990, 2000, 2101) == (1990, 2101)
    assert unknown_years("DE", 2026, 2030) == ()


def test_holidays_are_looked_up_as_they_are_needed() -> None:
    off = HolidaysAt("EU-COM")
    assert off
    assert len(off) == 0
    assert date(2026, 1, 2) in off
    assert date(2031, 1, 2) not in off
    assert off.unknown() == (2031,)
    assert {day.year for day in off} == {2026}
    assert off.get(date(2026, 5, 14)) == "Ascension Day"


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        ("DE", "Europe/Berlin"),
        ("DE-BY", "Europe/Berlin"),
        ("ES", "Europe/Madrid"),
        ("ES-CN", "Atlantic/Canary"),
        ("PT-20", "Atlantic/Azores"),
        ("EL", "Europe/Athens"),
        ("FR-974", "Indian/Reunion"),
        ("FR-PF", None),
        ("US", None),
        ("US-NY", "America/New_York"),
        ("US-TX", None),
        ("EU-EP", "Europe/Brussels"),
    ],
)
def test_places_have_a_clock(place: str, zone: str | None) -> None:
    assert zone_of(place) == zone


def test_every_zone_is_one_of_the_database_and_of_a_known_place() -> None:
    for place, zone in zones().items():
        assert known_place(place), place
        if zone:
            assert ZoneInfo(zone).key == zone


def test_the_union_has_a_clock_everywhere_and_names_its_institutions() -> None:
    states = "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEITLTLULVMTNLPLPTROSESISK"
    assert all(zone_of(states[at : at + 2]) for at in range(0, len(states), 2))
    for code, institution in institutions().items():
        assert code == institution.id
        assert institution.source
        for year in institution.years:
            assert {day.year for day in institution.of_year(year)} == {year}


def test_clocks_of_a_place() -> None:
    assert moment_at(datetime(2026, 7, 1, 12), "DE").utcoffset() == timedelta(hours=2)
    twice = moment_at(datetime(2026, 10, 25, 2, 30), "DE")
    assert twice.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    with pytest.raises(ValueError, match="skip 2026-03-29 02:30"):
        moment_at(datetime(2026, 3, 29, 2, 30), "DE")
    with pytest.raises(ValueError, match="name a region"):
        moment_at(datetime(2026, 3, 29, 2, 30), "US")
    with pytest.raises(ValueError, match="already"):
        moment_at(datetime(2026, 3, 29, 2, 30, tzinfo=UTC), "DE")


def test_the_library_is_loaded_only_where_it_is_needed() -> None:
    code = (
        "import sys; import dutybook.pipeline.analyse, dutybook.resolve.due, dutybook.resolve.holidays; "
        "import datetime; dutybook.resolve.holidays.HolidaysAt('EU-COM').get(datetime.date(2026, 5, 1)); "
        "sys.exit('holidays' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
