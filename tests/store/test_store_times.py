"""When norms apply, as the register keeps it: columns, the filter, and dates that a later act moves."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from builders import HARBOUR, N, make_analysis
from dutybook.errors import BadFilter
from dutybook.export import export
from dutybook.records import Analysis, Computation, DateChange, Fact, FactType, Span, Work, content_id
from dutybook.searching import Filters, search
from dutybook.store import Register, open_register
from dutybook.store.versions.in_force import plain

AMENDING = Work("32033R0012", "regulation", "EU", "32033R0012", "Harbour Data Amendment")


def act(published: str = "2031-05-12", version: str | None = None, salt: str = "") -> Analysis:
    """Two norms; the second applies from a day of its own and ends."""
    made = make_analysis(
        [
            N("Operators shall keep a log.", place="Art 1", bearer="Operators"),
            N("Operators shall weigh crates.", place="Art 2", bearer="Operators"),
            N("Ports may wait.", place="Art 3", bearer="Ports", modality="permission"),
            N("It applies from 1 June 2032.", norm=False, fact=("application", "from 1 June 2032", "2032-06-01")),
            N(
                "Article 2 applies from 1 June 2034.",
                norm=False,
                fact=("application", "from 1 June 2034", "2034-06-01"),
            ),
            N("Article 2 ends on 1 June 2040.", norm=False, fact=("expiry", "on 1 June 2040", "2040-06-01")),
        ],
        salt=salt,
    )
    places = {"2032-06-01": "Art 9(2)", "2034-06-01": "Art 9(2) subpara 2(b)", "2040-06-01": "Art 9(3)"}
    facts = [
        replace(
            f,
            due=date.fromisoformat(f.value or ""),
            place=places[f.value or ""],
            scope=("Art 2",) if f.value != "2032-06-01" else (),
            steps=(f"“{f.value}” is a fixed date",),
            basis=Computation(f.value or "", "stated"),
        )
        for f in made.facts
    ]
    begins, later, ends = facts
    first, second, third = made.norms
    norms = (
        replace(first, applies_from=begins.due, applies_by=(begins.id,), applies_why=("as the act",)),
        replace(
            second,
            applies_from=later.due,
            applies_until=date(2040, 5, 31),
            applies_by=(later.id, ends.id),
            applies_why=("Art 2",),
        ),
        replace(third, applies_why=("the day is not fixed",)),
    )
    document = replace(made.document, published=published, published_by="“L 77/1”", version_date=version)
    return replace(made, document=document, norms=norms, facts=tuple(facts))


def amendment(
    *changes: tuple[str | None, str, str], published: str | None = "2033-01-20", language: str = "en", salt: str = "a"
) -> Analysis:
    made = make_analysis(
        ["The day is replaced."], title="Amending Act", work=AMENDING, language=language, source="a.txt", salt=salt
    )
    found = [
        DateChange(
            *(content_id(salt, language, n), "", "Art 1(2)", Span(0, 12), HARBOUR.id, target),
            *(date.fromisoformat(day) if day else None for day in (old, new)),
        )
        for n, (target, old, new) in enumerate(changes)
    ]
    return replace(made, document=replace(made.document, published=published), date_changes=tuple(found))


MOVE = ("Art 9(2)(b)", "2034-06-01", "2035-12-01")


def days(register: Register) -> list[str]:
    return [str(n.applies_from) for n in register.norms(Filters(work=HARBOUR.id))]


def test_what_applies_is_stored_and_read() -> None:
    with open_register() as register:
        register.add(act())
        first, second, third = register.norms()
        assert (first.applies_from, first.applies_until, first.applies_why) == (date(2032, 6, 1), None, ("as the act",))
        assert (second.applies_from, second.applies_until) == (date(2034, 6, 1), date(2040, 5, 31))
        assert (third.applies_from, third.applies_why) == (None, ("the day is not fixed",))
        begins, later, _ = register.facts()
        assert (begins.place, begins.scope, later.scope, later.reach) == ("Art 9(2)", (), ("Art 2",), "whole")
        detail = register.norm(second.id)
        assert [f.quote for f in detail.dates] == ["from 1 June 2034", "on 1 June 2040"]
        assert detail.dates[0].evidence is not None
        assert register.documents()[0].published_by == "“L 77/1”"
        basis = register._connection.execute("SELECT basis FROM facts ORDER BY position LIMIT 1").fetchone()[0]
        assert (json.loads(basis)["value"], json.loads(basis)["law"]) == ("2032-06-01", "stated")
        assert register.check() == []


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2032-05-31", []),
        ("2032-06-01", ["Art 1"]),
        ("2034-06-01", ["Art 1", "Art 2"]),
        ("2040-05-31", ["Art 1", "Art 2"]),
        ("2040-06-01", ["Art 1"]),
    ],
)
def test_what_binds_on_a_day(day: str, found: list[str]) -> None:
    with open_register() as register:
        register.add(act())
        assert [h.place for h in search(register, Filters(applies_on=day))] == found
        assert register.count(Filters(applies_on=date.fromisoformat(day))) == len(found)


def test_a_day_must_be_one() -> None:
    with pytest.raises(BadFilter, match="applies on"):
        Filters(applies_on="next week")


def test_a_later_act_moves_a_date_whichever_arrives_first() -> None:
    contents = []
    for order in ((act(), amendment(MOVE)), (amendment(MOVE), act())):
        with open_register() as register:
            for analysis in order:
                register.add(analysis)
            assert days(register) == ["2032-06-01", "2035-12-01", "None"]
            assert [h.place for h in search(register, Filters(applies_on="2035-01-01"))] == ["Art 1"]
            second = list(register.norms(Filters(work=HARBOUR.id)))[1]
            assert second.applies_why[-1] == "moved to 2035-12-01 by Amending Act, Art 1(2): “Amending Act”"
            assert [str(f.due) for f in register.facts(act().document.id)] == ["2032-06-01", "2035-12-01", "2040-06-01"]
            contents.append(list(register.content()))
            assert register.check() == []
    assert contents[0] == contents[1]


def test_new_words_of_a_place_move_the_one_day_that_it_held() -> None:
    with open_register() as register:
        register.add(act())
        register.add(amendment(("Art 9(2)", "", "2033-06-01")))
        assert days(register) == ["2033-06-01", "2034-06-01", "None"]  # the day of point (b) stays


def test_new_words_of_a_place_with_two_days_leave_none_of_them_sure() -> None:
    made = act()
    crowded = replace(made, facts=tuple(replace(f, place="Art 9(2)") for f in made.facts))
    with open_register() as register:
        register.add(crowded)
        register.add(amendment(("Art 9(2)", "", "2033-06-01")))
        assert days(register) == ["None", "None", "None"]


def test_without_the_later_act_the_date_is_as_it_was() -> None:
    with open_register() as register:
        register.add(act())
        register.add(amendment(MOVE))
        register.remove(amendment(MOVE).document.id)
        assert days(register) == ["2032-06-01", "2034-06-01", "None"]
        register.add(amendment(MOVE))
        register.add(amendment(salt="a"))  # the same file, read again without the change
        assert days(register) == ["2032-06-01", "2034-06-01", "None"]


def test_an_end_moves_by_as_much_as_its_date() -> None:
    with open_register() as register:
        register.add(act())
        register.add(amendment(("Art 9(3)", "2040-06-01", "2041-06-01")))
        assert [str(n.applies_until) for n in register.norms(Filters(work=HARBOUR.id))] == [
            "None",
            "2041-05-31",
            "None",
        ]
        assert [h.place for h in search(register, Filters(applies_on="2041-05-31"))] == ["Art 1", "Art 2"]


@pytest.mark.parametrize(
    "change",
    [
        ("Art 9(2)(a)", "2034-06-01", "2035-12-01"),
        ("Art 99", "2034-06-01", "2035-12-01"),
        ("Art 9(2)(b)", "2034-06-02", "2035-12-01"),
    ],
)
def test_other_places_and_days_move_nothing(change: tuple[str, str, str]) -> None:
    with open_register() as register:
        register.add(act())
        register.add(amendment(change))
        assert days(register) == ["2032-06-01", "2034-06-01", "None"]


def test_changes_follow_each_other_and_count_once_in_all_languages() -> None:
    with open_register() as register:
        register.add(act())
        register.add(amendment(("Art 9", "2035-12-01", "2036-12-01"), published="2034-01-01", salt="b"))
        register.add(amendment(MOVE))
        register.add(amendment(MOVE, language="de", salt="c"))
        assert days(register)[1] == "2036-12-01"
        moved = [f for f in register.facts(act().document.id) if f.place == "Art 9(2) subpara 2(b)"]
        assert len(moved[0].steps) == 3


def test_a_text_newer_than_the_change_has_it_already() -> None:
    with open_register() as register:
        register.add(act(version="2033-06-01"))
        register.add(amendment(MOVE))
        assert days(register)[1] == "2034-06-01"


def test_the_timeline_of_an_act_is_that_of_its_newest_text() -> None:
    with open_register() as register:
        register.add(act())
        register.add(act(version="2032-12-01", salt="consolidated"))
        register.add(amendment(MOVE))
        found = [(str(f.due), f.type) for f in register.timeline(HARBOUR.id)]
        assert found == [("2032-06-01", "application"), ("2035-12-01", "application"), ("2040-06-01", "expiry")]
        assert {f.document for f in register.timeline(HARBOUR.id)} == {act(salt="consolidated").document.id}
        assert register.timeline("nothing") == []


def test_places_are_compared_without_counted_subparagraphs() -> None:
    assert plain("Art 113 subpara 3(b)") == "Art 113(b)"
    assert plain("§ 7 Abs. 2 Satz 1") == "§ 7 Abs. 2"


def test_exports_say_from_when_a_norm_applies(tmp_path: Path) -> None:
    with open_register() as register:
        register.add(act())
        register.add(amendment(MOVE))
        assert export(register, tmp_path / "a.jsonl", {"applies_on": "2035-12-01", "work": HARBOUR.id}) == 2
        rows = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]
        assert [(r["applies_from"], r["applies_until"]) for r in rows] == [
            ("2032-06-01", None),
            ("2035-12-01", "2040-05-31"),
        ]
        export(register, tmp_path / "a.csv", {"work": HARBOUR.id})
        head = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()[0]
        assert "applies_from" in head or "Applies from" in head


def test_facts_without_a_day_are_kept() -> None:
    made = act()
    bare = Fact(
        "bare", FactType.APPLICATION, Span(3, 9), None, made.facts[0].evidence, about="cranes", scope=("Art 3",)
    )
    with open_register() as register:
        register.add(replace(made, facts=(*made.facts, bare)))
        assert [(f.value, f.about) for f in register.facts() if f.due is None] == [(None, "cranes")]


@pytest.mark.parametrize("target", ["Art 9", "Art 9(2)", "Art 9(2)(b)", "Art 9(2)(b)(i)"])
def test_a_day_that_a_later_act_changes_without_one_is_not_shown_as_sure(tmp_path: Path, target: str) -> None:
    with open_register(tmp_path / "r.db") as register:
        register.add(act())
        register.add(amendment((target, "", "")))
        [moved] = [f for f in register.facts() if f.scope == ("Art 2",) and f.type == "application"]
        assert (moved.status, moved.due, str(moved.supersedes)) == ("changed", None, "2034-06-01")
        assert moved.steps[-1].startswith("changed by Amending Act, Art 1(2), see there")
        assert moved.by_document == amendment((target, "", "")).document.id
        assert days(register)[1] == "None"
        [norm] = [n for n in register.norms(Filters(work=HARBOUR.id)) if n.place == "Art 2"]
        assert "see there" in norm.applies_why[-1]


def test_a_change_elsewhere_leaves_the_days_as_they_are(tmp_path: Path) -> None:
    with open_register(tmp_path / "r.db") as register:
        register.add(act())
        register.add(amendment(("Art 8", "", ""), ("Art 9(4)", "", "")))
        assert {f.status for f in register.facts()} == {"stated"}
        assert days(register) == ["2032-06-01", "2034-06-01", "None"]


def test_dates_of_acts_are_assertions(tmp_path: Path) -> None:
    with open_register(tmp_path / "r.db") as register:
        register.add(act())
        register.add(amendment(MOVE))
        found = register._select(
            "SELECT kind, due, status, supersedes FROM act_dates WHERE work = ? ORDER BY due, kind", HARBOUR.id
        )
        assert [tuple(row) for row in found] == [
            ("publication", "2031-05-12", "stated", None),
            ("application", "2032-06-01", "stated", None),
            ("application", "2035-12-01", "derived", "2034-06-01"),
            ("expiry", "2040-06-01", "stated", None),
        ]
