"""Duties to notify are found in an act by their words, stored with an incident, reported on and counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from icalendar import Calendar

from dutybook.errors import BadFilter, BadRequest, NotFound
from dutybook.export.incident_calendar import incident_calendar
from dutybook.pipeline.incidents import IncidentQuery, find_duties, incident_change, search_again, store_incident
from dutybook.store import Register, open_register
from dutybook.store.incidents import incidents as kept
from dutybook.store.incidents.counting import count_incident
from dutybook.store.incidents.incidents import IncidentChange, ReportChange
from dutybook.store.judgements import reviews
from dutybook.store.profiles.profiles import ProfileChange, add_profile
from dutybook.store.profiles.proposals import proposals_of
from incident_acts import fill_incident_acts

NOW = datetime(2031, 6, 10, 12, tzinfo=UTC)
NOTICED = {"aware": "2031-06-10 09:30", "place": "BE", "title": "gate 3"}


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    fill_incident_acts(tmp_path / "register.db")
    with open_register(tmp_path / "register.db") as opened:
        yield opened


def test_the_duties_of_a_cybersecurity_incident_are_those_of_the_operator(register: Register) -> None:
    found = {duty.place: duty for duty in find_duties(register, IncidentQuery(("cybersecurity",)))}
    assert {"Art 7(1)(a)", "Art 7(1)(b)", "Art 7(1)(c)"} <= set(found)
    assert not {"Art 7(3)", "Art 7(4)", "Art 8"} & set(found), "an authority's, a yearly one, one of another kind"
    final = found["Art 7(1)(c)"]
    assert final.recipient == "the competent authority" or final.recipient == "competent authority"
    assert (final.stage, final.contents) == ("final", ())
    assert final.clocks[-1].after == found["Art 7(1)(b)"].id
    assert found["Art 7(1)(b)"].contents == ("the lock concerned;", "the vessels that wait.")


def test_a_personal_data_breach_has_its_own_duty(register: Register) -> None:
    [duty] = find_duties(register, IncidentQuery(("personal-data",)))
    assert (duty.place, duty.clocks[-1].moment, duty.law) == ("Art 8", "aware", "reg1182")


def test_filters_narrow_where_duties_are_searched(register: Register) -> None:
    assert find_duties(register, IncidentQuery((), {"bearer_class": "authority"})) == ()
    with pytest.raises(BadFilter):
        find_duties(register, IncidentQuery((), {"colour": "blue"}))


def test_an_incident_is_stored_reported_on_and_closed_with_its_history(register: Register) -> None:
    change = incident_change(NOTICED | {"kinds": ("cybersecurity",)})
    one = store_incident(register, change, by="anna", now=NOW)
    rows = {row.duty.place: row for row in count_incident(register, one, now=NOW)}
    assert str(rows["Art 7(1)(a)"].due)[:16] == "2031-06-11 10:00"
    assert rows["Art 7(1)(c)"].state == "waiting"
    kept.report_duty(
        register, one.id, "Art 7(1)(b)", ReportChange(submitted="2031-06-12T15:00", evidence="receipt.pdf"), by="ben"
    )
    rows = {row.duty.place: row for row in count_incident(register, one, now=NOW)}
    assert (str(rows["Art 7(1)(c)"].due), rows["Art 7(1)(c)"].state) == ("2031-07-14", "open")
    kept.change_incident(register, one.id, IncidentChange(status="closed"), by="anna")
    assert [i.status for i in kept.incidents(register)] == ["closed"]
    assert [row.by for row in kept.incident_history(register, one.id)][-3:] == ["ben", "ben", "anna"]
    assert reviews.verify_history(register).broken is None
    assert register.check() == []


def test_searching_again_adds_only_what_is_new(register: Register) -> None:
    one = store_incident(register, incident_change(NOTICED), by="anna", now=NOW)
    assert search_again(register, one, by="anna") == 0
    assert len(kept.duties_of(register, one.id)) >= 4


def test_a_calendar_keeps_identifiers_and_cancels_what_is_met(register: Register) -> None:
    one = store_incident(register, incident_change(NOTICED), by="anna", now=NOW)
    first, number = incident_calendar(register, [one], now=NOW)
    before = {str(e["uid"]): e for e in Calendar.from_ical(first).walk("VEVENT")}
    assert number == len(before) > 0
    kept.report_duty(register, one.id, "Art 7(1)(a)", ReportChange(submitted="2031-06-10T15:00"), by="ben")
    second, fewer = incident_calendar(register, [one], now=NOW)
    after = {str(e["uid"]): e for e in Calendar.from_ical(second).walk("VEVENT")}
    assert after.keys() == before.keys()
    assert fewer == number - 1
    assert [str(e.get("status", "")) for e in after.values()].count("CANCELLED") == 1
    assert all(after[uid]["sequence"] > before[uid]["sequence"] for uid in before)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"aware": "yesterday"}, BadFilter),
        ({"aware": "2031-06-10", "place": "Atlantis"}, NotFound),
        ({"aware": "2031-06-10", "law": "salic"}, NotFound),
        ({"aware": "2031-06-10", "kinds": ("earthquake",)}, BadRequest),
        ({"aware": "2031-06-10", "title": "x" * 301}, BadRequest),
        ({"aware": "2031-06-10", "note": "a\0b"}, BadRequest),
    ],
)
def test_what_cannot_be_meant_is_refused(fields: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        incident_change(fields)


def test_nobody_drops_a_duty_without_a_reason_or_an_unknown_one(register: Register) -> None:
    one = store_incident(register, incident_change(NOTICED), by="anna", now=NOW)
    with pytest.raises(BadRequest):
        ReportChange(dropped=True)
    with pytest.raises(NotFound, match="The duties:"):
        kept.report_duty(register, one.id, "Art 99", ReportChange(note="x"), by="anna")
    with pytest.raises(BadRequest):
        kept.change_incident(register, one.id, IncidentChange(aware=""), by="anna")
    with pytest.raises(NotFound):
        kept.incident_named(register, "ffff")


def test_a_profile_leaves_out_what_is_proposed_not_to_apply_to_it(register: Register) -> None:
    with pytest.raises(NotFound):
        find_duties(register, IncidentQuery((), {"profile": "Harbour Ltd"}))
    add_profile(register, ProfileChange(name="Harbour Ltd"), by="anna")
    asked = find_duties(register, IncidentQuery((), {"profile": "Harbour Ltd"}))
    assert {duty.place for duty in asked} <= {duty.place for duty in find_duties(register, IncidentQuery())}
    verdicts = {
        one.proposal.verdict for found in proposals_of(register, [d.norm for d in asked]).values() for one in found
    }
    assert "no" not in verdicts
    assert all("applies" in duty.doubts for duty in asked) is ("applies" not in verdicts)
