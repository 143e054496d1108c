"""Calendars over time: what changed, what was taken back, what returns, what rings, what leads to the source."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
from export_fakes import hostile, mixed

from builders import HARBOUR, N, make_analysis
from dutybook.errors import BadFilter
from dutybook.export import export
from dutybook.export.content import link_to
from dutybook.export.ics import ALARMS, Calendar, alarms_of
from dutybook.languages.reader import reader_words
from dutybook.pipeline.due_dates import EventDetails, due
from dutybook.records import Analysis, Genre
from dutybook.store import Register, open_register
from dutybook.store.deadlines import events

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)

PERMIT = N("A permit must follow by 2 August 2031.", place="Art 6", deadline="by 2 August 2031", kind="fixed", value="2031-08-02", direction=None, due=date(2031, 8, 2))  # fmt: skip
LOGS = N("Logs must be kept by 1 May 2032.", place="Art 7", bearer="Logs", deadline="by 1 May 2032", kind="fixed", value="2032-05-01", direction=None, due=date(2032, 5, 1))  # fmt: skip
REPORT = N("Each harbour operator shall report an incident within 72 hours after noticing it.", place="Art 5(1)", bearer="harbour operator", deadline="within 72 hours", anchor="after noticing it")  # fmt: skip
YEARLY = N("An operator shall report every year by 31 March.", place="Art 8", bearer="operator", deadline="every year by 31 March", kind="recurring", value="--03-31", direction=None)  # fmt: skip
REVIEW = N("An operator must test its cranes every month.", place="Art 9", bearer="operator", deadline="every month", kind="recurring", value="R/P1M", direction=None)  # fmt: skip
APPLIES = N("It shall apply from 1 May 2030.", norm=False, fact=("application", "1 May 2030", "2030-05-01"))


def act(*norms: N, salt: str = "", **more: Any) -> Analysis:
    made = make_analysis(norms, salt=salt, **more)
    known = {f.value: date.fromisoformat(f.value) for f in made.facts if f.value}
    facts = tuple(replace(f, due=known[f.value or ""]) for f in made.facts)
    # As the pipeline does: where the act says from when it applies, its norms know.
    return replace(
        made, facts=facts, norms=tuple(replace(n, applies_from=facts[0].due if facts else None) for n in made.norms)
    )


def exported(
    register: Register, path: Path, now: datetime | None = MONDAY, filters: dict[str, object] | None = None, **more: Any
) -> dict[str, Any]:
    """The events in the file by their identifier."""
    count = export(register, path, filters, calendar=Calendar(now=now, **more))
    found = list(icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT"))
    assert count == len(found)
    made = {str(event["uid"]): event for event in found}
    assert len(made) == len(found)
    return made


def by_place(found: dict[str, Any]) -> dict[str, Any]:
    return {str(event.get("location", "")).split(",")[0]: event for event in found.values()}


def test_nothing_changes_while_nothing_changes(tmp_path: Path) -> None:
    register = mixed()
    exported(register, tmp_path / "a.ics", MONDAY)
    exported(register, tmp_path / "b.ics", TUESDAY)
    assert (tmp_path / "a.ics").read_bytes() == (tmp_path / "b.ics").read_bytes()


def test_identifiers_outlive_new_ids_and_other_words_elsewhere(tmp_path: Path) -> None:
    one, two = open_register(), open_register()
    one.add(act(PERMIT, LOGS))
    two.add(act(replace(PERMIT, text="Before all that, a permit must follow by 2 August 2031."), LOGS, salt="x"))
    first, second = exported(one, tmp_path / "a.ics"), exported(two, tmp_path / "a.ics")
    (shared,) = first.keys() & second.keys()
    assert str(first[shared]["location"]) == "Art 7, Harbour Data Act"


def test_a_change_counts_and_keeps_the_identifier(tmp_path: Path) -> None:
    register = open_register()
    old = act(PERMIT, LOGS)
    register.add(old)
    before = by_place(exported(register, tmp_path / "a.ics", MONDAY))
    later = replace(PERMIT, text="A permit must follow by 2 December 2032.", deadline="by 2 December 2032", value="2032-12-02", due=date(2032, 12, 2))  # fmt: skip
    register.remove(old.document.id)
    register.add(act(later, LOGS))
    after = by_place(exported(register, tmp_path / "a.ics", TUESDAY))
    assert after["Art 6"]["uid"] == before["Art 6"]["uid"]
    assert [e["Art 6"]["sequence"] for e in (before, after)] == [0, 1]
    assert after["Art 6"].decoded("dtstart") == date(2032, 12, 2)
    assert after["Art 6"].decoded("last-modified") == TUESDAY
    assert after["Art 6"].decoded("dtstamp") == TUESDAY
    assert after["Art 7"].to_ical() == before["Art 7"].to_ical(), "it did not change"


def test_what_is_gone_is_cancelled_and_may_come_back(tmp_path: Path) -> None:
    register = open_register()
    analysis = act(PERMIT, LOGS)
    register.add(analysis)
    before = by_place(exported(register, tmp_path / "a.ics", MONDAY))
    register.add(replace(analysis, norms=analysis.norms[1:], deadlines=analysis.deadlines[1:]))
    for now in (TUESDAY, TUESDAY + timedelta(days=9)):
        found = exported(register, tmp_path / "a.ics", now)
        gone = found[str(before["Art 6"]["uid"])]
        assert (gone["status"], gone["sequence"]) == ("CANCELLED", 1)
        assert gone.decoded("dtstart") == date(2031, 8, 2)
        assert gone.decoded("last-modified") == TUESDAY
        assert not gone.walk("VALARM")
    register.add(analysis)
    back = by_place(exported(register, tmp_path / "a.ics", TUESDAY + timedelta(days=10)))["Art 6"]
    assert back["uid"] == before["Art 6"]["uid"]
    assert back["sequence"] == 2
    assert "status" not in back


def test_a_filter_cancels_nothing(tmp_path: Path) -> None:
    register = open_register()
    analysis = act(PERMIT, LOGS)
    register.add(analysis)
    exported(register, tmp_path / "a.ics")
    narrow = exported(register, tmp_path / "b.ics", filters={"place": "Art 7"})
    assert list(by_place(narrow)) == ["Art 7"]
    assert len(exported(register, tmp_path / "a.ics")) == 2
    # What a feed never showed, it need not take back.
    register.add(replace(analysis, norms=analysis.norms[1:], deadlines=analysis.deadlines[1:]))
    assert list(by_place(exported(register, tmp_path / "b.ics", filters={"place": "Art 7"}))) == ["Art 7"]
    assert len(exported(register, tmp_path / "a.ics")) == 2


def test_what_moves_out_of_a_window_is_told_once_more(tmp_path: Path) -> None:
    register = open_register()
    old = act(PERMIT)
    register.add(old)
    window: dict[str, object] = {"deadline_before": "2031-12-31"}
    (uid,) = exported(register, tmp_path / "a.ics", filters=window)
    later = replace(PERMIT, text="A permit must follow by 2 December 2032.", deadline="by 2 December 2032", value="2032-12-02", due=date(2032, 12, 2))  # fmt: skip
    register.remove(old.document.id)
    register.add(act(later))
    moved = exported(register, tmp_path / "a.ics", filters=window)
    assert moved[uid].decoded("dtstart") == date(2032, 12, 2)
    assert exported(register, tmp_path / "a.ics", filters=window) == {}


def test_the_same_change_has_the_same_number_in_every_feed(tmp_path: Path) -> None:
    register = open_register()
    old = act(PERMIT, LOGS)
    register.add(old)
    narrow: dict[str, object] = {"place": "Art 6"}
    exported(register, tmp_path / "a.ics")
    exported(register, tmp_path / "b.ics", filters=narrow)
    register.remove(old.document.id)
    register.add(act(replace(PERMIT, text="A licence must follow by 2 August 2031."), LOGS))
    whole = by_place(exported(register, tmp_path / "a.ics"))["Art 6"]
    part = by_place(exported(register, tmp_path / "b.ics", filters=narrow))["Art 6"]
    assert (whole["uid"], whole["sequence"]) == (part["uid"], part["sequence"])
    assert whole["sequence"] == 1


def test_copies_of_an_act_are_one_event(tmp_path: Path) -> None:
    register = open_register()
    register.add(act(PERMIT))
    register.add(act(PERMIT, salt="copy", source="copy.txt"))
    assert len(exported(register, tmp_path / "a.ics")) == 1


def test_a_register_that_cannot_be_written_remembers_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    analysis = act(PERMIT, LOGS)
    with open_register(path) as register:
        register.add(analysis)
        first = exported(register, tmp_path / "a.ics", MONDAY)
        register.add(replace(analysis, norms=analysis.norms[1:], deadlines=analysis.deadlines[1:]))
    with open_register(path, read_only=True) as register:
        second = exported(register, tmp_path / "a.ics", TUESDAY)
        assert second.keys() == first.keys()
        assert {str(e.get("status", "")) for e in second.values()} == {"", "CANCELLED"}
        assert register._connection.execute("SELECT sum(cancelled) FROM calendar_entries").fetchone() == (0,)


def test_a_failed_export_is_not_remembered(tmp_path: Path) -> None:
    register = open_register()
    register.add(act(PERMIT))
    with pytest.raises(Exception, match="does not exist"):
        export(register, tmp_path / "no" / "a.ics")
    assert register._connection.execute("SELECT count(*) FROM calendar_entries").fetchone() == (0,)
    assert not register._connection.in_transaction


def test_hours_end_at_a_moment(tmp_path: Path) -> None:
    register = open_register()
    analysis = act(REPORT)
    register.add(analysis)
    assert exported(register, tmp_path / "a.ics") == {}
    (made,) = due(
        register, analysis.norms[0].id, "2026-03-27 14:10", place="DE", store=EventDetails("Incident A17", MONDAY)
    )
    (event,) = exported(register, tmp_path / "a.ics").values()
    assert event.decoded("dtstart") == datetime(2026, 3, 30, 14, 0, tzinfo=UTC)
    assert b"DTSTART:20260330T140000Z" in (tmp_path / "a.ics").read_bytes()
    assert made.stored is not None
    assert event["uid"] == f"{made.stored.id}@dutybook"
    assert (
        event["summary"]
        == "harbour operator: Each harbour operator shall report an incident within 72 hours after noticing it. (Incident A17)"
    )
    assert "Counted from the event of 2026-03-27 14:10 (Incident A17)" in event["description"]
    assert event["categories"].cats == ["obligation", "period"]
    events.forget(register, made.stored.id)
    (event,) = exported(register, tmp_path / "a.ics", TUESDAY).values()
    assert event["status"] == "CANCELLED"
    assert event.decoded("dtstart") == datetime(2026, 3, 30, 14, 0, tzinfo=UTC)


def test_a_note_cannot_add_an_event(tmp_path: Path) -> None:
    register = open_register()
    analysis = act(REPORT)
    register.add(analysis)
    note = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:forged\x00"
    due(register, analysis.norms[0].id, "2026-03-02 14:10", store=EventDetails(note))
    (event,) = exported(register, tmp_path / "a.ics").values()
    assert str(event["summary"]).endswith("(x END:VEVENT BEGIN:VEVENT SUMMARY:forged)")


def test_hours_without_a_place_float(tmp_path: Path) -> None:
    register = open_register()
    analysis = act(REPORT)
    register.add(analysis)
    due(register, analysis.norms[0].id, "2026-03-02 14:10", store=EventDetails())
    (event,) = exported(register, tmp_path / "a.ics").values()
    assert event.decoded("dtstart") == datetime(2026, 3, 5, 15, 0)


def test_a_day_of_every_year_returns_from_when_the_act_applies(tmp_path: Path) -> None:
    register = open_register()
    analysis = act(YEARLY, APPLIES)
    (norm,) = analysis.norms
    register.add(replace(analysis, norms=(replace(norm, applies_until=date(2040, 1, 1)),)))
    event = by_place(exported(register, tmp_path / "a.ics"))["Art 8"]
    assert event.decoded("dtstart") == date(2031, 3, 31)
    assert event["rrule"] == {"FREQ": ["YEARLY"], "INTERVAL": [1], "UNTIL": [date(2040, 1, 1)]}
    assert "it applies from 2030-05-01" in event["description"]


def test_no_start_is_invented(tmp_path: Path) -> None:
    register = open_register()
    register.add(act(YEARLY, REVIEW))
    assert exported(register, tmp_path / "a.ics") == {}


def test_what_returns_after_an_event(tmp_path: Path) -> None:
    register = open_register()
    analysis = act(REVIEW)
    register.add(analysis)
    due(register, analysis.norms[0].id, "2026-01-31", store=EventDetails(), since=date(2026, 1, 1))
    (event,) = exported(register, tmp_path / "a.ics").values()
    assert event.decoded("dtstart") == date(2026, 2, 28)
    assert event["rrule"] == {"FREQ": ["MONTHLY"], "INTERVAL": [1], "BYMONTHDAY": [28, 29, 30, 31], "BYSETPOS": [-1]}
    assert "Due by that count: 2026-03-02, 2026-03-31, 2026-04-30" in event["description"]


@pytest.mark.parametrize(("value", "happened"), [("R/P20BD", "2026-03-02"), ("R/PT4H", "2026-03-02 10:20")])
def test_what_no_plain_rule_says(value: str, happened: str, tmp_path: Path) -> None:
    register = open_register()
    analysis = act(replace(REVIEW, value=value))
    register.add(analysis)
    (made,) = due(register, analysis.norms[0].id, happened, store=EventDetails())
    found = list(exported(register, tmp_path / "a.ics").values())
    days = [event.decoded("dtstart") for event in found]
    if "T" in value:
        assert days == [made.due] == [datetime(2026, 3, 2, 15, 0)], "the first full hour after the event counts"
        assert found[0]["rrule"]["FREQ"] == ["HOURLY"]
    else:
        assert days == list(made.dates)
        assert len(days) == 24


def test_alarms(tmp_path: Path) -> None:
    register = open_register()
    register.add(act(PERMIT, LOGS))

    def triggers(**more: Any) -> list[timedelta]:
        event = by_place(exported(register, tmp_path / "a.ics", **more))["Art 6"]
        return [alarm.decoded("trigger") for alarm in event.walk("VALARM")]

    assert triggers() == [-before for before in ALARMS] == [timedelta(days=-14), timedelta(days=-1)]
    assert triggers(alarms=alarms_of(["30d", "2w", "12h"])) == [
        timedelta(days=-30),
        timedelta(days=-14),
        timedelta(hours=-12),
    ]
    assert triggers(alarms=alarms_of(["none"])) == []
    assert triggers(now=datetime(2031, 8, 3, tzinfo=UTC)) == [], "it is over"
    assert triggers(now=None) == [timedelta(days=-14), timedelta(days=-1)], "nobody knows what day it is"


@pytest.mark.parametrize("word", ["", "d", "5", "-5d", "0d", "5m", "none ever", "99999d", "½d"])
def test_what_is_no_alarm(word: str) -> None:
    with pytest.raises(BadFilter, match="30d"):
        alarms_of([word])


@pytest.mark.parametrize(
    "source", ["/acts/a b.pdf", "acts/all.zip!/a.pdf", "javascript:alert(1)", "data:text/html,x", ""]
)
def test_links_lead_to_the_web_or_the_register_and_never_to_a_file(source: str) -> None:
    assert link_to(source) is None
    assert link_to(source, "https://duties.example.org", "/norms/5") == "https://duties.example.org/norms/5"
    assert (
        link_to("https://example.org/a.html", "https://duties.example.org", "/norms/5") == "https://example.org/a.html"
    )
    assert link_to("http://example.org/a b") is None


def test_dates_link_to_the_pages_of_the_register(tmp_path: Path) -> None:
    register = open_register()
    register.add(act(PERMIT))
    (event,) = exported(register, tmp_path / "a.ics", address="https://duties.example.org").values()
    assert str(event["url"]).startswith("https://duties.example.org/norms/")
    (event,) = exported(register, tmp_path / "a.ics").values()
    assert "url" not in event


def full(tmp_path: Path) -> Register:
    """A register whose calendar has everything that a calendar can have."""
    register = hostile()
    analysis = act(
        PERMIT, LOGS, REPORT, YEARLY, REVIEW, APPLIES, genre=Genre.EU_ACT, work=HARBOUR, source="/acts/a.pdf"
    )
    register.add(analysis)
    places = {n.place: n.id for n in analysis.norms}
    due(register, places["Art 5(1)"], "2026-03-27 14:10", place="DE", store=EventDetails("Störfall; „17“, \\n"))
    due(register, places["Art 9"], "2026-01-31", store=EventDetails())
    exported(register, tmp_path / "a.ics")
    register.add(replace(analysis, norms=analysis.norms[1:], deadlines=analysis.deadlines[1:]))
    return register


def test_a_second_program_reads_the_same(tmp_path: Path) -> None:
    import vobject

    ours = exported(full(tmp_path), tmp_path / "a.ics", TUESDAY)
    theirs = vobject.readOne((tmp_path / "a.ics").read_text(encoding="utf-8"))
    assert {e.uid.value for e in theirs.vevent_list} == ours.keys()
    for event in theirs.vevent_list:
        mine = ours[event.uid.value]
        assert event.summary.value == str(mine["summary"])
        assert event.dtstart.value == mine.decoded("dtstart")
        assert event.sequence.value == str(mine["sequence"])
        cancelled = hasattr(event, "status") and event.status.value == "CANCELLED"
        assert len(getattr(event, "valarm_list", [])) == (0 if cancelled else 2)
        if "description" in mine:
            assert event.description.value == str(mine["description"])
        if "rrule" in mine:
            assert len(list(zip(event.rruleset, range(3), strict=False))) == 3
    kinds = {("rrule" in e, isinstance(e.decoded("dtstart"), datetime), "status" in e) for e in ours.values()}
    assert kinds == {(False, False, False), (True, False, False), (False, True, False), (False, False, True)}


def test_the_standard_s_own_rules(tmp_path: Path) -> None:
    exported(full(tmp_path), tmp_path / "a.ics", TUESDAY)
    data = (tmp_path / "a.ics").read_bytes()
    lines = data.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines), "3.1: octets, not characters"
    data.decode("utf-8")
    assert b"\n" not in data.replace(b"\r\n", b"")
    calendar = icalendar.Calendar.from_ical(data)
    assert calendar.walk("VCALENDAR")[0].errors == []
    for event in calendar.walk("VEVENT"):
        assert event.errors == []
        assert len([e for e in ("uid", "dtstamp", "dtstart", "sequence", "summary") if e in event]) == 5
        for alarm in event.walk("VALARM"):
            # 3.6.6: a DISPLAY alarm has a description and a trigger
            assert {"ACTION", "DESCRIPTION", "TRIGGER"} <= set(alarm.keys())


def test_the_reader_is_spoken_to_and_the_law_speaks_for_itself(tmp_path: Path) -> None:
    register = open_register()
    register.add(act(PERMIT, APPLIES))
    export(register, tmp_path / "a.ics", reader="de")
    calendar = icalendar.Calendar.from_ical((tmp_path / "a.ics").read_bytes())
    assert str(calendar["x-wr-calname"]) == "Dutybook-Fristen"
    permit, applies = calendar.walk("VEVENT")
    lines = str(permit["description"]).split("\n")
    assert "Wortlaut: A permit must follow by 2 August 2031." in lines
    assert "Wer: kein Adressat genannt" in lines
    assert str(applies["summary"]) == "Geltungsbeginn: Harbour Data Act"
    assert (
        reader_words("calendar", "de").own == reader_words("calendar", "fr").own == reader_words("calendar", "en").own
    )


def test_steps_of_application_can_be_told_apart(tmp_path: Path) -> None:
    made = act(APPLIES)
    (fact,) = made.facts
    later = replace(fact, id="e" * 16, due=date(2032, 1, 1), scope=("Art 5", "Art 6"), outside=("Art 5(2)",))
    register = open_register()
    register.add(replace(made, facts=(fact, later)))
    said = {str(event["summary"]) for event in exported(register, tmp_path / "a.ics").values()}
    assert said == {"Application: Harbour Data Act", "Application (Art 5, Art 6, – Art 5(2)): Harbour Data Act"}
