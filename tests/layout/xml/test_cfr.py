"""Federal regulations of the United States: nesting by markers, run-in headings, notes; three forms of file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.layout.xml import read_xml
from dutybook.layout.xml.cfr import Levels, Mark
from dutybook.records import BlockRole, Zone
from dutybook.structure.build import build_structure

FIXTURES = Path(__file__).parent / "fixtures"


def _read(name: str) -> tuple[dict[str, str], dict[str, Zone], list[str]]:
    layout = read_xml((FIXTURES / name).read_bytes())
    found = build_structure(layout, "test", "en")
    by_id = {p.id: p.place for p in found.provisions}
    places = {s.span.of(layout.text): by_id[s.provision] for s in found.sentences}
    zones = {s.span.of(layout.text): s.zone for s in found.sentences}
    notes = [b.span.of(layout.text) for b in layout.blocks if b.role is BlockRole.FOOTNOTE]
    return places, zones, notes


def test_annual_edition() -> None:
    places, zones, notes = _read("cfr.xml")
    assert places["A ferryman must ring the bell before casting off."] == "§ 77.2(a)"
    assert places["A ferryman must keep a log that states:"] == "§ 77.2(b)(1)"
    assert places["The cargo, in particular:"] == "§ 77.2(b)(1)(ii)"
    assert places["Number; and"] == "§ 77.2(b)(1)(ii)(A)(2)"
    assert places["Parcels."] == "§ 77.2(b)(1)(ii)(B)"
    assert places["The log must be kept for three years."] == "§ 77.2(b)(2)"
    assert places["Cable ferry means a ferry that runs on a cable."] == "§ 77.2(c)"
    assert places["Ninth."] == "§ 77.3a(i)"
    assert zones["(a) The model shows one voyage."] is Zone.ANNEX
    assert notes == ["1 Brass or bronze."]


def test_electronic_edition() -> None:
    places, _, _ = _read("ecfr.xml")
    assert places["A tug must carry two hawsers."] == "§ 78.4(a)"
    assert places["Paragraph (a) of this section does not apply to pilot boats."] == "§ 78.4(b)(1)"
    assert places["A harbour master may waive it."] == "§ 78.4(b)(2)"


def test_rule_of_the_federal_register() -> None:
    places, _, notes = _read("federal-rule.xml")
    assert places["A ferryman must ring the bell twice."] == "§ 77.2(a)"
    assert "The Bureau corrects its rule on bells." in places
    assert notes == ["2 The Bureau is part of the Department of Quays."]


def _depths(markers: str) -> list[int | None]:
    marks = [Mark(each.strip("*"), "*" in each) for each in markers.split()]
    levels = Levels()
    return [levels.place(mark, marks[index + 1 :]) for index, mark in enumerate(marks)]


@pytest.mark.parametrize(
    ("markers", "depths"),
    [
        ("a 1 i ii A B 2 b", [0, 1, 2, 2, 3, 3, 1, 0]),
        ("a b c d e f g h i j", [0] * 10),
        ("a b c d e f g h 1 2 i ii 3 i j", [0] * 8 + [1, 1, 2, 2, 1, 0, 0]),
        ("a 1 i A *1* *2* *i* *ii* B ii 2 b", [0, 1, 2, 3, 4, 4, 5, 5, 3, 2, 1, 0]),
    ],
)
def test_what_stands_around_tells_a_letter_from_a_numeral(markers: str, depths: list[int | None]) -> None:
    assert _depths(markers) == depths


_FORMS = (
    [chr(c) for c in range(ord("a"), ord("i"))],
    [str(n) for n in range(1, 30)],
    ["i", "ii", "iii", "iv", "v", "vi"],
    [chr(c) for c in range(ord("A"), ord("Z"))],
)


@given(st.recursive(st.just([]), lambda inner: st.lists(inner, max_size=5), max_leaves=30))
def test_any_tree_is_read_back_from_its_markers(tree: list[object]) -> None:
    def marks(children: list[object], depth: int) -> list[tuple[str, int]]:
        made = []
        for form, child in zip(_FORMS[depth], children, strict=False):
            made.append((form, depth))
            if depth + 1 < len(_FORMS):
                made += marks(child, depth + 1)  # type: ignore[arg-type]
        return made

    wanted = marks(tree, 0)
    assert _depths(" ".join(m for m, _ in wanted)) == [d for _, d in wanted]
