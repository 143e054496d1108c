"""``dutybook due``: dates from events, kept, listed, forgotten; mistakes get a message."""

from __future__ import annotations

import csv
import json
import re
import shlex
from datetime import date
from pathlib import Path

import pytest

import dutybook
from builders import N, make_analysis
from dutybook.cli import run
from dutybook.errors import BadFilter, BadRequest
from dutybook.records import Genre
from dutybook.store import open_register
from dutybook.store.deadlines import events

Capture = pytest.CaptureFixture[str]

NORMS = [
    N("Each harbour operator shall report an incident within 72 hours after noticing it.", place="Art 5(1)", bearer="harbour operator", deadline="within 72 hours", anchor="after noticing it"),
    N("A permit must follow by 2 August 2031 under the Act.", place="Art 6", deadline="by 2 August 2031", kind="fixed", value="2031-08-02", direction=None, due=date(2031, 8, 2)),
    N("Pilots shall keep their logs for five years.", place="Art 7", bearer="Pilots", deadline="for five years", kind="duration", value="P5Y", direction=None),
    N("The authority shall report every year.", place="Art 8", deadline="every year", kind="recurring", value="R/P1Y", direction=None),
    N("An operator may not sell data.", place="Art 9", modality="prohibition", bearer="operator"),
]  # fmt: skip


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "some.db"
    with open_register(path) as register:
        register.add(make_analysis(NORMS), "1")
    return path


def ids(database: Path) -> list[str]:
    with open_register(database, read_only=True) as register:
        return [n.id for n in register.norms()]


def due(database: Path, *arguments: str) -> int:
    return run(["--database", str(database), "due", *arguments])


def test_an_event_gives_a_date_with_its_steps(database: Path, capsys: Capture) -> None:
    report = ids(database)[0]
    assert due(database, report[:8], "--event", "2026-03-27 14:10", "--place", "DE-BY") == 0
    out = capsys.readouterr().out
    assert re.search(r"Art 5\(1\)  obligation  harbour operator", out)
    assert re.search(r"step 1  the event: 2026-03-27 14:10 CET \(Friday\)", out)
    assert re.search(r"step \d  .*clocks change", out)
    assert re.search(r" due  2026-03-30 16:00 CEST \(Monday\)", out)
    assert due(database, report) == 0
    assert "no date: needs the date of: after noticing it" in capsys.readouterr().out
    assert due(database, report, "--event", "2026-03-27") == 0
    assert "72 hours need the time of the event" in capsys.readouterr().out


def test_other_kinds_of_deadlines(database: Path, capsys: Capture) -> None:
    _, permit, logs, yearly, ban = ids(database)
    assert due(database, permit) == 0
    assert "due  2031-08-02 (Saturday)" in capsys.readouterr().out
    assert due(database, logs, "--event", "2026-02-28") == 0
    assert "due  2031-02-28 (Friday)" in capsys.readouterr().out
    assert due(database, yearly, "--event", "2020-05-04", "--today", "2026-01-01") == 0
    out = capsys.readouterr().out
    assert "due  2026-05-04 (Monday)" in out
    assert re.search(r"then  2027-05-04 \(Tuesday\), 2028-05-04 \(Thursday\)", out)
    assert due(database, ban) == 0
    assert "sets no deadline" in capsys.readouterr().out


def test_a_day_of_every_year_needs_no_event_where_the_norm_knows_its_first(tmp_path: Path) -> None:
    from dataclasses import replace

    yearly = N("An operator shall report every year by 31 March.", deadline="every year by 31 March", kind="recurring", value="--03-31", direction=None)  # fmt: skip
    analysis = make_analysis([yearly])
    with open_register() as register:
        register.add(analysis)
        (made,) = dutybook.due(register, analysis.norms[0].id)
        assert made.reason == "it returns: needs a day from which to look on"
        register.add(replace(analysis, norms=(replace(analysis.norms[0], applies_from=date(2030, 5, 1)),)))
        (made,) = dutybook.due(register, analysis.norms[0].id)
        assert [str(day) for day in made.dates[:2]] == ["2031-03-31", "2032-03-31"]
        assert made.steps[0] == "it applies from 2030-05-01"
        (made,) = dutybook.due(register, analysis.norms[0].id, since=date(2040, 1, 1))
        assert str(made.due) == "2040-03-31"
        (made,) = dutybook.due(register, analysis.norms[0].id, "2035-01-01")
        assert str(made.due) == "2035-03-31"


@pytest.mark.parametrize(
    ("day", "says"),
    [("2030-04-30", "only from 2030-05-01"), ("2030-05-01", ""), ("2033-01-02", "only until 2033-01-01")],
)
def test_an_event_out_of_force_is_said_to_be(day: str, says: str) -> None:
    from dataclasses import replace

    analysis = make_analysis(NORMS[:1])
    (norm,) = analysis.norms
    with open_register() as register:
        register.add(
            replace(analysis, norms=(replace(norm, applies_from=date(2030, 5, 1), applies_until=date(2033, 1, 1)),))
        )
        (made,) = dutybook.due(register, norm.id, f"{day} 10:00")
    assert made.due is not None
    assert bool(says) == ("check whether it binds" in made.steps[-1])
    assert says in made.steps[-1]


def test_json(database: Path, capsys: Capture) -> None:
    assert due(database, ids(database)[0], "--event", "2026-03-02 14:00", "--json") == 0
    (made,) = json.loads(capsys.readouterr().out)
    assert made["due"] == "2026-03-05T15:00:00"
    assert made["law"] == "reg1182"
    assert made["deadline"]["value"] == "PT72H"
    assert made["steps"]


def test_stored_events_are_seen_everywhere(database: Path, tmp_path: Path, capsys: Capture) -> None:
    report = ids(database)[0]
    stored = ["--event", "2026-03-02 14:00", "--store", "--note", "incident 17"]
    assert due(database, report, *stored) == 0
    assert "from event of 2026-03-02 14:00 (incident 17)" in capsys.readouterr().out
    base = ["--database", str(database)]
    assert run([*base, "search", "--deadline-before", "2026-12-31"]) == 0
    out = capsys.readouterr().out
    assert "→ 2026-03-05 15:00 from event of 2026-03-02 14:00 (incident 17)" in out
    assert out.endswith("1 norm\n")
    assert run([*base, "search", "incident", "--json"]) == 0
    (hit,) = json.loads(capsys.readouterr().out)["hits"]
    assert hit["due"] == "2026-03-05"
    assert hit["deadlines"][0]["events"][0]["note"] == "incident 17"
    for command in (["summary", "--today", "2026-03-01"], ["show", report], ["explain", report]):
        assert run([*base, *command]) == 0
        assert "from event of 2026-03-02 14:00 (incident 17)" in " ".join(capsys.readouterr().out.split())
    assert run([*base, "summary", "--today", "2026-03-01", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["upcoming"][0]["event"]["note"] == "incident 17"
    assert run([*base, "export", str(tmp_path / "a.csv"), "--deadline-before", "2026-12-31"]) == 0
    lines = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()
    (row,) = csv.DictReader(lines, delimiter=";")
    assert (row["due"], row["events"]) == (
        "2026-03-05",
        "2026-03-05 15:00 from event of 2026-03-02 14:00 (incident 17)",
    )
    assert row["undated"] == ""
    assert run([*base, "export", str(tmp_path / "a.jsonl"), "--deadline-before", "2026-12-31"]) == 0
    assert json.loads((tmp_path / "a.jsonl").read_text())["deadlines"][0]["events"][0]["dates"] == ["2026-03-05T15:00"]


def test_a_stored_event_in_the_workbook(database: Path, tmp_path: Path) -> None:
    import openpyxl

    due(database, ids(database)[0], "--event", "2026-03-02 14:00", "--store")
    assert run(["--database", str(database), "export", str(tmp_path / "a.xlsx")]) == 0
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Deadlines"]
    header, *rows = sheet.iter_rows(values_only=True)
    (row,) = (r for r in (dict(zip(header, r, strict=True)) for r in rows) if r["Deadline"] == "within 72 hours")
    assert row["Due"].date() == date(2026, 3, 5)
    assert row["Counted from"] == "after noticing it\nfrom event of 2026-03-02 14:00"
    assert "72 hours end at" in row["How computed, or why not"]


def test_list_and_forget(database: Path, capsys: Capture) -> None:
    report = ids(database)[0]
    assert due(database, "--list") == 0
    assert capsys.readouterr().out.endswith("0 events stored\n")
    for day in ("02", "03"):
        assert due(database, report, "--event", f"2026-03-{day} 14:00", "--store", "--note", f"no {day}") == 0
    capsys.readouterr()
    assert due(database, "--list") == 0
    out = capsys.readouterr().out
    assert "within 72 hours after noticing it" in out
    assert out.endswith("2 events stored\n")
    assert due(database, report, "--forget") == 2
    assert "2 stored events belong" in capsys.readouterr().err
    assert due(database, report, "--forget", "--event", "2026-03-02 15:00") == 2
    assert due(database, report, "--forget", "--event", "2026-03-02 14:00") == 0
    assert due(database, report, "--forget") == 0
    assert capsys.readouterr().out.endswith("1 event forgotten\n")
    assert due(database, report, "--forget") == 2
    assert "no stored event" in capsys.readouterr().err


def test_an_orphan_is_said_to_be_one(database: Path, capsys: Capture) -> None:
    report = ids(database)[0]
    assert due(database, report, "--event", "2026-03-02 14:00", "--store") == 0
    with open_register(database) as register:
        register.remove(next(iter(register.documents())).id)
    capsys.readouterr()
    assert due(database, "--list") == 0
    out = capsys.readouterr().out
    assert "(orphaned)" in out
    assert "1 is orphaned" in out
    assert due(database, "--list", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["orphan"] is True


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 1, "name a norm"),
        (["{id}", "--list"], 1, "name a norm"),
        (["{id}", "--store"], 1, "say when"),
        (["{id}", "--forget", "--store"], 1, "name a norm"),
        (["{id}", "--event", "soon"], 1, "Write year-month-day"),
        (["{id}", "--event", "2026-02-30"], 1, "Write year-month-day"),
        (["{id}", "--event", "2026-03-29 02:30", "--place", "DE"], 1, "summer time"),
        (["{id}", "--event", "2026-03-02 14:00", "--place", "US"], 1, "region"),
        (["{id}", "--event", "2026-03-02 14:00", "--place", "Bavaria"], 2, "no place is known"),
        (["{id}", "--event", "2026-03-02 14:00", "--place", "DE-BX"], 2, "DE-B"),
        (["{id}", "--event", "2026-03-02 14:00", "--law", "custom"], 2, "reg1182"),
        (["{id}", "--event", "2026-03-02", "--store"], 2, "nothing was stored"),
        (["{id}", "--event", "2026-03-02 14:00", "--today", "now"], 1, "no date"),
        (["abc"], 2, "at least 4"),
        (["zzzzz"], 2, "no norm or deadline"),
    ],
)
def test_mistakes_get_a_message_and_a_code(
    arguments: list[str], code: int, says: str, database: Path, capsys: Capture
) -> None:
    report = ids(database)[0]
    assert due(database, *(a.replace("{id}", report) for a in arguments)) == code
    captured = capsys.readouterr()
    assert says in captured.err
    assert captured.out == ""
    assert "Traceback" not in captured.err


def test_the_examples_of_the_help_run(database: Path, capsys: Capture) -> None:
    assert run(["due", "--help"]) == 0
    examples = re.findall(r": dutybook (due (?!\[).*)", capsys.readouterr().out)
    assert len(examples) == 4
    for example in examples:
        words = shlex.split(example.replace("3fa9", ids(database)[0][:8]))
        assert run(["--database", str(database), *words]) == 0, example


def test_the_verb_of_the_library(database: Path) -> None:
    report = ids(database)[0]
    with open_register(database) as register:
        (made,) = dutybook.due(register, report, "2026-03-02 14:00", store=dutybook.EventDetails("x"))
        assert made.stored == events.stored(register)[0]
        assert str(made.due) == "2026-03-05 15:00:00"
        with pytest.raises(BadFilter):
            dutybook.due(register, report, "soon")
        with pytest.raises(BadRequest, match="nothing was stored"):
            dutybook.due(register, ids(database)[1], "2026-03-02", store=dutybook.EventDetails())


def test_one_event_does_not_start_two_different_deadlines(tmp_path: Path) -> None:
    from dataclasses import replace

    words = "Operators shall warn within 24 hours after noticing it and report within 72 hours after the warning."
    one = make_analysis([N(words, deadline="within 24 hours", value="PT24H", anchor="after noticing it")])
    two = make_analysis([N(words, deadline="within 72 hours", anchor="after the warning.")])
    both = (one.deadlines[0], replace(two.deadlines[0], norm=one.norms[0].id))
    with open_register() as register:
        register.add(replace(one, deadlines=both))
        made = dutybook.due(register, one.norms[0].id, "2026-03-02 14:00")
        assert [m.due for m in made] == [None, None]
        assert both[0].id in made[0].reason
        (single,) = dutybook.due(register, both[1].id, "2026-03-02 14:00")
        assert single.due is not None


def test_a_day_of_each_month_is_no_anniversary() -> None:
    from dataclasses import replace

    analysis = make_analysis([N("The levy must be paid by the tenth day of each month.", deadline="by the tenth day of each month", kind="recurring", value="R/P1M", direction=None)])  # fmt: skip
    (deadline,) = analysis.deadlines
    for rule, counts in (("en-a day of every month", False), ("en-monthly", True), ("en-no such rule", True)):
        with_rule = replace(deadline, evidence=replace(deadline.evidence, version=rule))
        with open_register() as register:
            register.add(replace(analysis, deadlines=(with_rule,)))
            (made,) = dutybook.due(register, deadline.id, "2026-05-05")
        assert (made.due is not None) is counts, rule


def test_an_extension_counts_from_the_end_of_what_it_extends() -> None:
    from dataclasses import replace

    analysis = make_analysis([N("That period may be extended by two further months.", modality="permission", deadline="by two further months", value="P2M")])  # fmt: skip
    (deadline,) = analysis.deadlines
    extension = replace(deadline, evidence=replace(deadline.evidence, version="en-extension"))
    with open_register() as register:
        register.add(replace(analysis, deadlines=(extension,)))
        (made,) = dutybook.due(register, analysis.norms[0].id, "2026-03-02")
        assert made.due is None
        assert deadline.id in made.reason
        (made,) = dutybook.due(register, deadline.id, "2026-04-02")
        assert str(made.due) == "2026-06-02"
        assert "that one's last day" in made.steps[0]


def test_no_law_is_guessed(tmp_path: Path) -> None:
    with open_register() as register:
        analysis = make_analysis(NORMS[:1], genre=Genre.GUIDANCE, work=None)
        register.add(analysis)
        (made,) = dutybook.due(register, analysis.norms[0].id, "2026-03-02 14:00")
        assert made.due is None
        assert "name the law" in made.reason
        (made,) = dutybook.due(register, analysis.norms[0].id, "2026-03-02 14:00", law="bgb", place="DE")
        assert made.due is not None


def test_a_calendar_has_alarms_and_a_memory(database: Path, tmp_path: Path, capsys: Capture) -> None:
    import icalendar

    base = ["--database", str(database), "export"]
    assert run([*base, str(tmp_path / "a.ics"), "--alarm", "30d", "--alarm", "12h"]) == 0
    assert capsys.readouterr().out.endswith("a.ics: 1 event\n")
    (event,) = icalendar.Calendar.from_ical((tmp_path / "a.ics").read_bytes()).walk("VEVENT")
    assert [alarm["trigger"].to_ical() for alarm in event.walk("VALARM")] == [b"-P30D", b"-PT12H"]
    with open_register(database) as register:
        register.remove(next(iter(register.documents())).id)
    assert run([*base, str(tmp_path / "a.ics")]) == 0
    (event,) = icalendar.Calendar.from_ical((tmp_path / "a.ics").read_bytes()).walk("VEVENT")
    assert (event["status"], event["sequence"]) == ("CANCELLED", 1)


@pytest.mark.parametrize(
    ("arguments", "says"), [(["a.ics", "--alarm", "soon"], "30d"), (["a.csv", "--alarm", "1d"], "only calendars")]
)
def test_alarms_that_cannot_be(
    arguments: list[str], says: str, database: Path, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["--database", str(database), "export", *arguments]) == 1
    assert says in capsys.readouterr().err
    assert not (tmp_path / arguments[0]).exists()
