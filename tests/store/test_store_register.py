"""What is put into a register comes out again, once, and whole."""

from __future__ import annotations

import doctest
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from builders import HARBOUR, N, make_analysis, make_unreadable
from dutybook.errors import BadFilter, Defect, NotFound
from dutybook.reasons import reason_without_code
from dutybook.records import Amount, Analysis, Work
from dutybook.store import Filters, Register, open_register
from dutybook.store.documents.flatten import unreadable
from dutybook.store.search.facets import FACETS

REPORT = N(
    "Where an incident is serious, each harbour operator shall report it to the authority within 72 hours after noticing it.",
    place="Art 5(1)",
    bearer="harbour operator",
    action="report it",
    condition="Where an incident is serious",
    deadline="within 72 hours",
    anchor="after noticing it",
)
LOGS = N(
    "Die Betreiber müssen die Maßnahmen bis zum 2. August 2031 umsetzen.",
    place="§ 30 Abs. 2 Nr. 3",
    bearer="Betreiber",
    deadline="bis zum 2. August 2031",
    kind="fixed",
    value="2031-08-02",
    direction=None,
    due=date(2031, 8, 2),
    cites="Maßnahmen",
)
BAN = N("An operator may not sell mooring data.", place="Art 50", modality="prohibition", bearer="operator")
FINE = N(
    "A fine of EUR 40000 may be imposed.", place="Art 60", norm=False, penalty=("EUR 40000", Amount(40000.0, "EUR"))
)
FORCE = N(
    "This Act enters into force on 1 May 2030.", norm=False, fact=("entry_into_force", "1 May 2030", "2030-05-01")
)
DEEMED = N("A berth shall be considered safe.", place="Art 7", rejected="deeming")


@pytest.fixture
def register() -> Register:
    return open_register()


def filled(register: Register) -> Register:
    register.add(make_analysis([REPORT, LOGS, BAN, FINE, FORCE, DEEMED]), "1")
    return register


def test_everything_comes_back(register: Register) -> None:
    analysis = make_analysis([REPORT, LOGS, BAN, FINE, FORCE, DEEMED])
    assert register.add(analysis, "1")
    norms = list(register.norms())
    assert [n.place for n in norms] == ["Art 5(1)", "§ 30 Abs. 2 Nr. 3", "Art 50"]
    assert [n.id for n in norms] == [n.id for n in analysis.norms]
    first = norms[0]
    assert first.quote == REPORT.text
    assert first.bearer == "harbour operator"
    assert first.condition == REPORT.condition
    assert first.deadlines[0].anchor == "after noticing it"
    assert first.due is None
    assert first.deadlines[0].reason
    assert norms[1].due == date(2031, 8, 2)
    assert first.boxes[0]["page"] == 1
    text = register.text(analysis.document.id)
    assert " ".join(text[slice(*first.span)].split()) == first.quote
    assert [f.value for f in register.facts()] == ["2030-05-01"]
    (penalty,) = register.penalties()
    assert penalty.amounts[0].amount == 40000
    assert penalty.imposed is False
    (citation,) = register.citations()
    assert citation.norm == norms[1].id
    (rejected,) = register.rejected()
    assert (rejected.reason, rejected.place) == ("deeming", "Art 7")
    assert rejected.evidence
    assert rejected.evidence.cue == "shall"
    assert register.check() == []


def test_an_imposed_penalty_comes_back_as_one(register: Register) -> None:
    analysis = make_analysis([FINE])
    register.add(replace(analysis, penalties=tuple(replace(p, imposed=True) for p in analysis.penalties)), "1")
    (penalty,) = register.penalties()
    assert penalty.imposed is True


def test_detail_has_evidence_of_norm_and_deadline(register: Register) -> None:
    filled(register)
    norm = next(register.norms())
    detail = register.norm(norm.id[:6])
    assert detail.norm.id == norm.id
    assert detail.evidence
    assert detail.evidence.cue == "shall"
    assert detail.evidence.boxes
    assert detail.norm.deadlines[0].evidence
    assert detail.norm.deadlines[0].evidence.name == "period"
    assert detail.headings == ("Art 5(1) Duties",)
    register._connection.execute("UPDATE provisions SET number = '', place = 'Duties'")
    assert register.norm(norm.id).headings == ("Duties",), "the place of a heading without a number is its own text"


def test_adding_again_changes_nothing(register: Register) -> None:
    filled(register)
    before = list(register.content())
    assert not register.add(make_analysis([REPORT, LOGS, BAN, FINE, FORCE, DEEMED]), "1")
    assert list(register.content()) == before
    analysis = make_analysis([REPORT, LOGS, BAN, FINE, FORCE, DEEMED])
    assert register.has(analysis.document.sha256, "1")
    assert not register.has(analysis.document.sha256, "2")
    assert not register.has("0" * 64, "1")


def test_new_findings_replace_old_ones_also_in_the_index(register: Register) -> None:
    old = make_analysis([REPORT, BAN])
    register.add(old, "1")
    kept = replace(old, norms=old.norms[1:], deadlines=())
    assert register.add(kept, "2")
    assert [n.place for n in register.norms()] == ["Art 50"]
    assert register.count(Filters(words="incident")) == 0
    assert register.check() == []


def test_order_of_arrival_does_not_matter() -> None:
    documents = [
        make_analysis([REPORT, BAN], salt="1"),
        make_analysis(
            [LOGS], language="de", title="Hafendatengesetz", work=replace(HARBOUR, short_title="Hafendatengesetz")
        ),
        make_unreadable(),
    ]
    registers = [open_register(), open_register()]
    for register, order in zip(registers, (documents, documents[::-1]), strict=True):
        for document in order:
            register.add(document, "1")
    assert list(registers[0].content()) == list(registers[1].content())
    # A document that came and went leaves no trace.
    extra = make_analysis([REPORT], salt="extra", work=replace(HARBOUR, short_title="AAA"), language="aa")
    registers[0].add(extra, "1")
    assert list(registers[0].content()) != list(registers[1].content())
    assert registers[0].remove(extra.document.id)
    assert not registers[0].remove(extra.document.id)
    assert list(registers[0].content()) == list(registers[1].content())
    assert registers[0].check() == []


def test_a_file_that_became_readable_is_no_longer_listed(register: Register) -> None:
    register.write(unreadable("harbour.txt", "a" * 64, reason_without_code("cut off").of_kind("broken"), "1"))
    assert [d.reason for d in register.summary().unreadable] == ["broken: cut off"]
    register.add(make_analysis([BAN], source="harbour.txt"), "1")
    assert register.summary().unreadable == ()
    assert register.summary().documents == 1


def test_summary_counts(register: Register) -> None:
    filled(register)
    register.write(unreadable("scan.pdf", "b" * 64, reason_without_code("images").of_kind("no text"), "1"))
    summary = register.summary()
    assert (summary.documents, summary.works, summary.norms, summary.deadlines, summary.dated) == (2, 1, 3, 2, 1)
    assert summary.by_modality == {("obligation", "en"): 2, ("prohibition", "en"): 1}
    assert [d.source for d in summary.unreadable] == ["scan.pdf"]
    ((deadline, norm),) = register.upcoming(date(2031, 1, 1))
    assert (deadline.due, norm.place) == (date(2031, 8, 2), "§ 30 Abs. 2 Nr. 3")
    assert register.upcoming(date(2031, 8, 3)) == []


def test_views_read_well(register: Register) -> None:
    filled(register)
    rows = register._connection.execute("SELECT place, modality FROM obligations ORDER BY place").fetchall()
    assert rows == [("Art 5(1)", "obligation"), ("Art 50", "prohibition"), ("§ 30 Abs. 2 Nr. 3", "obligation")]
    register.write(unreadable("scan.pdf", "b" * 64, reason_without_code("images").of_kind("no text"), "1"))
    assert register._connection.execute("SELECT source, reason FROM unreadable_documents").fetchall() == [
        ("scan.pdf", "no text: images")
    ]
    names = [c[0] for c in register._connection.execute("SELECT * FROM upcoming_deadlines").description]
    assert names[:3] == ["due", "days_left", "deadline"]


def test_beginnings_of_ids(register: Register) -> None:
    norms = [N(f"Operator number {n} shall wait.", place=f"Art {n}") for n in range(1200)]
    register.add(make_analysis(norms), "1")
    ids = [n.id for n in register.norms()]
    with pytest.raises(NotFound, match="at least 4"):
        register.norm(ids[0][:3])
    with pytest.raises(NotFound, match="no norm"):
        register.norm("zzzzzz")
    beginnings: dict[str, list[str]] = {}
    for identity in ids:
        beginnings.setdefault(identity[:4], []).append(identity)
    shared = next((found for found in beginnings.values() if len(found) > 1), None)
    assert shared, "1200 ids of which no two begin alike"
    with pytest.raises(NotFound, match=shared[0]):
        register.norm(shared[0][:4])
    assert register.norm(shared[0]).norm.id == shared[0]


@pytest.mark.parametrize(
    ("filters", "places"),
    [
        ({"words": "massnahmen"}, ["§ 30 Abs. 2 Nr. 3"]),
        ({"words": "MAẞNAHMEN"}, ["§ 30 Abs. 2 Nr. 3"]),
        ({"words": "§ 30"}, ["§ 30 Abs. 2 Nr. 3"]),
        ({"words": "§30"}, ["§ 30 Abs. 2 Nr. 3"]),
        ({"words": "incident -mooring"}, ["Art 5(1)"]),
        ({"words": "-incident"}, ["§ 30 Abs. 2 Nr. 3", "Art 50"]),
        ({"words": "*"}, []),
        ({"bearer": "OPERATOR"}, ["Art 5(1)", "Art 50"]),
        ({"bearer": "harbour op"}, ["Art 5(1)"]),
        ({"modality": "prohibition"}, ["Art 50"]),
        ({"place": "Art 5"}, ["Art 5(1)"]),
        ({"place": "§ 30"}, ["§ 30 Abs. 2 Nr. 3"]),
        ({"place": "art 5%"}, []),
        ({"work": "32031r0777", "modality": "prohibition"}, ["Art 50"]),
        ({"work": "harbour"}, ["Art 5(1)", "§ 30 Abs. 2 Nr. 3", "Art 50"]),
        ({"document": "harbour.txt", "strength": "should"}, []),
        ({"deadline_before": "2031-08-02"}, ["§ 30 Abs. 2 Nr. 3"]),
        ({"deadline_before": date(2031, 8, 1)}, []),
        ({"deadline_after": "2031-08-02"}, ["§ 30 Abs. 2 Nr. 3"]),
        ({"deadline_after": "2031-08-03"}, []),
        ({"bearer_class": "authority"}, []),
        ({"language": "EN", "bearer": "betreiber"}, ["§ 30 Abs. 2 Nr. 3"]),
    ],
)
def test_filters(register: Register, filters: dict[str, str], places: list[str]) -> None:
    filled(register)
    made = Filters(**filters)  # type: ignore[arg-type]
    assert [n.place for n in register.norms(made)] == places
    assert register.count(made) == len(places)
    assert made.narrows
    seen = register.look(made, FACETS)
    for most in (1, 10):
        assert len(seen.identities(most)) == len(register.find_identities(made, most)) == min(most, len(places))
    assert set(seen.identities(10)) == set(register.find_identities(made, 10))
    assert [i for i, _ in register.rank(made, limit=10)] == [
        i for i in [n.id for n in register.norms(made)] if i in {x for x, _ in register.rank(made, limit=10)}
    ] or made.words


@pytest.mark.parametrize(
    "wrong",
    [
        {"modality": "duty"},
        {"bearer_class": "firm"},
        {"strength": "perhaps"},
        {"language": "English"},
        {"deadline_before": "tomorrow"},
        {"deadline_after": "2031-02-30"},
    ],
)
def test_filters_that_cannot_be_meant(wrong: dict[str, str]) -> None:
    with pytest.raises(BadFilter, match=next(iter(wrong.values()))):
        Filters(**wrong)  # type: ignore[arg-type]


def test_unknown_work_and_document_are_said(register: Register) -> None:
    filled(register)
    with pytest.raises(BadFilter, match="Harbour Data Act"):
        register.check_filters(Filters(work="pilotage"))
    with pytest.raises(BadFilter, match="no document"):
        register.check_filters(Filters(document="pilotage"))
    register.check_filters(Filters(work="harbour", document="harbour"))


def test_a_work_answers_to_its_name_in_every_language(register: Register) -> None:
    register.add(make_analysis([REPORT, BAN], salt="1"), "1")
    german = replace(HARBOUR, short_title="Hafendatengesetz")
    register.add(make_analysis([LOGS], language="de", title="Hafendatengesetz", work=german), "1")
    assert register.count(Filters(work="harbour data act")) == register.count(Filters(work="hafendatengesetz")) == 3


def test_hostile_text_is_stored(register: Register) -> None:
    norm = N("An operator shall \x00 \ud800 'quote\"; DROP TABLE norms;-- 𝔘", bearer="operator")
    register.add(make_analysis([norm], title="\x00<b>\ud83d", work=Work("w", "act", "", None, "\udfff")), "1")
    (found,) = register.norms()
    assert "DROP TABLE norms" in found.quote
    assert len(register.text(found.document)) >= found.span[1]
    assert register.check() == []


def test_findings_that_contradict_each_other_are_a_defect(register: Register) -> None:
    analysis = make_analysis([REPORT])
    broken = replace(analysis, norms=())
    with pytest.raises(Defect):
        register.add(broken)
    assert register.summary().documents == 0
    assert not register._connection.in_transaction


def test_runs_are_a_diary(register: Register) -> None:
    run = register.begin_run("1", ["folder"])
    assert register.runs()[0].finished is None
    register.end_run(run, files=3, added=1, unchanged=1, problems=["x.pdf: broken"])
    (row,) = register.runs()
    assert (row.files, row.added, row.unread, row.paths, row.problems) == (3, 1, 1, ("folder",), ("x.pdf: broken",))
    assert row.finished


def test_json_columns_are_json(register: Register) -> None:
    filled(register)
    for table, column in [("norms", "boxes"), ("norms", "parts"), ("deadlines", "steps"), ("evidence", "boxes")]:
        for (value,) in register._connection.execute(f"SELECT {column} FROM {table}"):
            json.loads(value)


@pytest.mark.parametrize("module", ["search.terms", "search.query", "register"])
def test_examples_in_docstrings(module: str) -> None:
    import importlib

    result = doctest.testmod(importlib.import_module(f"dutybook.store.{module}"))
    assert result.attempted
    assert not result.failed


def test_a_norm_in_two_languages_is_due_once() -> None:
    def text(words: str, deadline: str, language: str) -> Analysis:
        norm = N(words, place="Art 1", deadline=deadline, kind="fixed", value="2031-08-02", due=date(2031, 8, 2))
        return make_analysis([norm], language=language, source=f"{language}.txt")

    with open_register() as register:
        register.add(text("Betreiber müssen bis 2. August 2031 wiegen.", "bis 2. August 2031", "de"))
        register.add(text("Operators shall weigh by 2 August 2031.", "by 2 August 2031", "en"))
        ((deadline, norm),) = register.upcoming(date(2031, 1, 1))
        assert (norm.language, deadline.quote) == ("en", "by 2 August 2031")


@pytest.mark.sqlite_only
def test_what_is_forgotten_is_not_in_the_file_any_more(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    secret = "The keeper of the northern lamp shall whisper the password. " * 200
    with open_register(path) as register:
        register.add(make_analysis([REPORT]))
        register.add(make_analysis([N(secret)], salt="secret", source="secret.txt"))
        (gone,) = (row.id for row in register.documents() if row.source == "secret.txt")
        register._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert b"northern lamp" in path.read_bytes()
        assert register.remove(gone)
        assert register._connection.execute("PRAGMA secure_delete").fetchone()[0] == 2, "as before"
    assert b"northern lamp" not in path.read_bytes()
