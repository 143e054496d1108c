"""Acts in the making in the register: steps that news report, the state on a day, and consultations that end soon."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from dutybook.alerts import management
from dutybook.alerts.collection import collect
from dutybook.cli import run
from dutybook.errors import BadFilter
from dutybook.pipeline.analyse import analyse
from dutybook.records import Evidence, Fact, FactType, Family, Genre, RawDocument, Span, Work, content_id
from dutybook.store import Filters, Flat, Register, flatten, open_register
from dutybook.store.maintenance.health import differing
from dutybook.store.news.claims import claims
from dutybook.store.news.procedures import procedure_of, procedures

BEACONS = "32031R0900"
PLAN = """Beacons: vote in February
Northport, 11 January 2031

Parliament is expected to adopt Regulation (EU) 2031/900 in February, its president said on Saturday.
"""
VOTE = """Parliament adopts rules on beacons
Northport, 4 March 2031

Parliament adopted Regulation (EU) 2031/900 on 3 March 2031, a spokesman of the harbours said on Tuesday.
"""
CHANGE = """More rules on beacons
Northport, 4 April 2031

Parliament adopted an amendment to Regulation (EU) 2031/900 on 3 April 2031, a spokesman of the harbours said.
"""
TWICE = """Beacons to be lit in February
Northport, 11 January 2031

Regulation (EU) 2031/900 is expected to keep ships safe in February, its president said on Saturday.

Parliament will adopt Regulation (EU) 2031/900 in February.
"""
PAPER = """Consultation paper: fees of pilots

The authority invites all pilots and ports to send comments on this paper.

Comments must be submitted by 30 April 2031.
"""


def read(text: str, name: str) -> Flat:
    return flatten(analyse(RawDocument(f"{name}.txt", text.encode())))


def paper() -> Flat:
    """Guidance that asks for comments until a day."""
    made = analyse(RawDocument("paper.txt", PAPER.encode()))
    document = replace(made.document, published="2031-03-01", genre=Genre.GUIDANCE, family=Family.GUIDANCE)
    start = document.text.index("by 30 April")
    span = Span(start, start + len("by 30 April 2031"))
    evidence = Evidence("facts/comment period", "1", None, 0.9)
    fact = Fact(content_id("paper"), FactType.COMMENT_PERIOD, span, "2031-04-30", evidence, due=date(2031, 4, 30))
    return flatten(replace(made, document=document, facts=(fact,)))


@pytest.fixture(scope="module")
def flats() -> dict[str, Flat]:
    return {"plan": read(PLAN, "plan"), "vote": read(VOTE, "vote"), "change": read(CHANGE, "change")}


@pytest.fixture
def register(flats: dict[str, Flat]) -> Iterator[Register]:
    with open_register(":memory:") as made:
        for flat in flats.values():
            made.write(flat)
        yield made


def test_news_move_an_act_in_the_making(flats: dict[str, Flat]) -> None:
    for order in permutations(flats):
        with open_register(":memory:") as register:
            for name in order:
                register.write(flats[name])
            (before,) = procedures(register, today=date(2031, 2, 1))
            assert (before.work, before.state, before.since) == (BEACONS, None, "")
            (row,) = procedures(register, today=date(2031, 5, 1))
            assert (row.state, row.since, row.title) == ("adopted", "2031-03-03", "Regulation (EU) 2031/900")
            # The change of the act is none of its steps.
            assert [(s.step, s.due, s.status) for s in row.dates] == [
                ("adopted", "2031-02", "superseded"),
                ("adopted", "2031-03-03", "reported"),
            ]
            assert row.dates[0].superseded_by == flats["vote"].document
            assert row.dates[1].quote.startswith("Parliament adopted Regulation (EU) 2031/900")
            # What was announced came, and later.
            states = {
                c.source: (c.state, c.actual) for c in claims(register, today=date(2031, 5, 1)) if c.type == "expected"
            }
            assert states["plan.txt"] == ("moved", "2031-03-03")
            register.remove(flats["vote"].document)
            states = {c.source: c.state for c in claims(register, today=date(2031, 5, 1)) if c.type == "expected"}
            assert states["plan.txt"] == "missed"
            assert differing(register._connection)[0] == []


def test_a_date_is_announced_once_and_another_sentence_says_of_which_step(flats: dict[str, Flat]) -> None:
    with open_register(":memory:") as register:
        register.write(read(TWICE, "twice"))
        (claim,) = (c for c in claims(register, today=date(2031, 2, 1)) if c.type == "expected")
        assert (claim.due, claim.topic, claim.state) == ("2031-02", "adopted", "expected")
        register.write(flats["vote"])
        (claim,) = (c for c in claims(register, today=date(2031, 5, 1)) if c.type == "expected")
        assert (claim.state, claim.actual) == ("moved", "2031-03-03")


def test_the_act_itself_ends_its_making(register: Register) -> None:
    text = "Beacon Regulation\n\nArticle 1\n\nPorts shall light beacons.\n\nArticle 2\n\nThis Regulation shall enter into force on 1 April 2031.\n"
    made = analyse(RawDocument("act.txt", text.encode()))
    work = Work(BEACONS, "regulation", "EU", BEACONS, "Beacon Regulation")
    document = replace(made.document, work=BEACONS, published="2031-03-20", genre=Genre.EU_ACT, family=Family.EU_ACT)
    register.write(flatten(replace(made, document=document, work=work)))
    (row,) = procedures(register, today=date(2031, 3, 25))
    assert (row.title, row.state, row.since) == ("Beacon Regulation", "published", "2031-03-20")
    (row,) = procedures(register, "beacon", today=date(2031, 4, 2))
    assert (row.state, row.since) == ("in_force", "2031-04-01")
    assert {s.status for s in row.dates} == {"stated", "reported", "superseded"}
    assert differing(register._connection)[0] == []


def test_a_document_that_asks_for_comments_is_listed_until_they_end(register: Register) -> None:
    register.write(paper())
    found = procedures(register, ends_within=30, today=date(2031, 4, 10))
    assert [(p.work, p.state, p.open_until) for p in found] == [(None, "consultation", "2031-04-30")]
    assert procedures(register, ends_within=10, today=date(2031, 4, 10)) == []
    assert procedures(register, ends_within=30, today=date(2031, 5, 1)) == []


def test_what_is_asked_for_in_vain(register: Register) -> None:
    with pytest.raises(BadFilter, match="Did you mean"):
        procedures(register, states=["adoptd"], today=date(2031, 4, 10))
    with pytest.raises(BadFilter):
        procedures(register, "no such act", today=date(2031, 4, 10))
    assert procedures(register, states=["trilogue"], today=date(2031, 5, 1)) == []


def test_an_alert_tells_of_steps_and_of_consultations_that_end(flats: dict[str, Flat]) -> None:
    with open_register(":memory:") as register:
        now = datetime(2031, 2, 20, 8, tzinfo=UTC)
        register.write(flats["plan"])
        wanted = management.Wanted("making", Filters(), (), frozenset({"procedures"}), (30, 7), only_here=True)
        management.add(register, wanted, now=now)
        register.write(flats["vote"])
        register.write(paper())
        collect(register, now=now + timedelta(days=14))
        collect(register, now=now + timedelta(days=15))
        assert procedure_alerts(register) == [("adopted", None, None)]
        collect(register, now=datetime(2031, 4, 5, 8, tzinfo=UTC))
        collect(register, now=datetime(2031, 4, 6, 8, tzinfo=UTC))
        assert procedure_alerts(register)[1:] == [("consultation", "2031-04-30", 30)]
        collect(register, now=datetime(2031, 4, 25, 8, tzinfo=UTC))
        assert procedure_alerts(register)[2:] == [("consultation", "2031-04-30", 7)]


def procedure_alerts(register: Register) -> list[tuple[str, str | None, int | None]]:
    rows = register._connection.execute("SELECT data FROM alert_events WHERE sort = 'procedure' ORDER BY seq")
    data = [json.loads(row[0]) for row in rows]
    return [(one["step"], one.get("due"), one.get("days")) for one in data]


def test_the_command(flats: dict[str, Flat], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "register.db"
    with open_register(path) as register:
        for flat in flats.values():
            register.write(flat)
    assert run(["--database", str(path), "procedures", "--today", "2031-05-01"]) == 0
    printed = capsys.readouterr().out
    assert "adopted since 2031-03-03" in printed
    assert "reported  adopted 2031-03-03 (before: 2031-02)" in printed
    assert printed.rstrip().endswith("1 procedure")
    assert (
        run(["--database", str(path), "procedures", BEACONS, "--state", "adopted", "--today", "2031-05-01", "--json"])
        == 0
    )
    assert json.loads(capsys.readouterr().out)[0]["state"] == "adopted"
    assert run(["--database", str(path), "procedures", "--ends-within", "30", "--today", "2031-05-01"]) == 0
    assert "0 procedures" in capsys.readouterr().out
    assert run(["--database", str(path), "procedures", "--state", "wrong"]) == 1


BILL = """Government presents bill on beacons
Northport, 11 January 2031

The government presented the Beacon Keepers Bill on 10 January 2031, the minister said. Parliament is expected to adopt the Beacon Keepers Bill in May.
"""
PASSED = """Beacon Keepers Bill passed
Northport, 21 May 2031

Parliament adopted the Beacon Keepers Bill on 20 May 2031, a spokesman of the harbours said on Wednesday.
"""


def test_an_act_that_is_known_by_name_alone_has_a_procedure() -> None:
    with open_register(":memory:") as register:
        register.write(read(BILL, "bill"))
        (row,) = procedures(register, today=date(2031, 2, 1))
        assert (row.title, row.state, row.since) == ("Beacon Keepers Bill", "proposed", "2031-01-10")
        assert row.work
        assert row.work.startswith("name:")
        (claim,) = (c for c in claims(register, today=date(2031, 2, 1)) if c.type == "expected")
        assert (claim.work, claim.topic, claim.state) == (row.work, "adopted", "expected")
        assert procedure_of(register, row.work, today=date(2031, 2, 1)) == row
        assert procedure_of(register, "name:en:nothing", today=date(2031, 2, 1)) is None
        register.write(read(PASSED, "passed"))
        (row,) = procedures(register, "beacon keepers", today=date(2031, 6, 1))
        assert (row.state, row.since) == ("adopted", "2031-05-20")
        (claim,) = (c for c in claims(register, states=["confirmed"], today=date(2031, 6, 1)) if c.type == "expected")
        assert (claim.actual, claim.by_title) == ("2031-05-20", "Beacon Keepers Bill passed")
        assert differing(register._connection)[0] == []
