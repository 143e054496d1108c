"""The calendar: days, stable identifiers, RFC 5545's form."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import icalendar
from export_fakes import document, hostile, mixed

from dutybook.export import export
from dutybook.records import Modality
from dutybook.store import Register, open_register


def events(tmp_path: Path, register: Register, filters: dict[str, object] | None = None) -> list[Any]:
    export(register, tmp_path / "a.ics", filters)
    return list(icalendar.Calendar.from_ical((tmp_path / "a.ics").read_bytes()).walk("VEVENT"))


def test_one_whole_day_a_computed_date(tmp_path: Path) -> None:
    found = events(tmp_path, mixed())
    days = [event.decoded("dtstart") for event in found]
    assert days == [date(2027, 5, 1)] * 2 + [date(2026, 6, 1)] * 2
    assert not any(isinstance(day, datetime) for day in days)
    assert all("dtend" not in event for event in found), "a date without an end is that day"


def test_what_an_event_says(tmp_path: Path) -> None:
    *_, event, _, _ = events(tmp_path, mixed())
    assert event["summary"].startswith("Betreiber: Der Betreiber führt")
    assert str(event["location"]) == "§ 1, FährV"
    lines = str(event["description"]).split("\n")
    assert "How the date was computed: written as a date" in lines
    assert "Place: § 1, FährV" in lines
    assert "Source: /akten/B.txt" in lines
    assert event["categories"].cats == ["obligation", "fixed"]


def test_identifiers_and_stamps_do_not_depend_on_the_clock(tmp_path: Path) -> None:
    first, second = events(tmp_path, mixed()), events(tmp_path, mixed())
    assert [str(e["uid"]) for e in first] == [str(e["uid"]) for e in second]
    assert len({str(e["uid"]) for e in first}) == len(first)
    stamps = {str(e["location"]): e.decoded("dtstamp") for e in first[:2]}
    assert stamps["§ 1, FährV"] == datetime(2026, 3, 1, tzinfo=UTC), "the publication's date"
    assert stamps["Art 3, Fährverordnung A"] == datetime(1970, 1, 1, tzinfo=UTC), "nothing is known"


def test_facts_only_where_the_filter_can_mean_them(tmp_path: Path) -> None:
    def facts(**filters: object) -> int:
        return sum(e["categories"].cats == ["entry_into_force"] for e in events(tmp_path, mixed(), filters))

    assert facts() == 2
    assert facts(language="en") == 1
    assert facts(work="FährV") == 1
    assert facts(document="/akten/B.txt", deadline_before="2026-12-31") == 1
    assert facts(deadline_after="2026-06-02") == 0
    assert facts(bearer="Betreiber") == facts(words="Logbuch") == facts(modality="obligation") == 0


def test_lines_are_folded_and_end_as_the_standard_asks(tmp_path: Path) -> None:
    events(tmp_path, hostile(long="Größte Sorgfalt ist geboten; " * 60))
    data = (tmp_path / "a.ics").read_bytes()
    assert data.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Dutybook//")
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_a_document_cannot_add_an_event(tmp_path: Path) -> None:
    register = open_register(":memory:")
    words = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:forged"
    register.add(document("A\r\nBEGIN:VEVENT", {"§ 1\r\nUID:1": (Modality.OBLIGATION, words)}))
    found = events(tmp_path, register)
    assert len(found) == 2
    assert not any(str(event["summary"]) == "forged" for event in found)


def test_the_last_day_there_is(tmp_path: Path) -> None:
    from dataclasses import replace

    analysis = document("A", {"§ 1": (Modality.OBLIGATION, "Ende aller Tage.")})
    late = tuple(replace(d, due=date.max) for d in analysis.deadlines)
    register = open_register(":memory:")
    register.add(replace(analysis, deadlines=late, facts=()))
    assert events(tmp_path, register)[0].decoded("dtstart") == date.max
