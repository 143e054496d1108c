"""Versions that result from amendments, from the texts of a register; consolidated ones are compared with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import dutybook
from analysed import analysed
from dutybook.pipeline.amended import analyse_version, keep_versions, render_version
from dutybook.records.documents import Status
from dutybook.store import Register, open_register
from dutybook.store.versions.amended import amended_act, compare_consolidated, known_amendments

FOLDER = dutybook.samples().parent / "amended"
MOORING, HARBOUR = "32032R0140", "de:hafenrg"


def _fill(register: Register, pattern: str, *without: str) -> Register:
    for path in sorted(FOLDER.glob(pattern)):
        if not any(part in path.name for part in without):
            register.add(analysed(Path(path)))
    return register


@pytest.fixture
def register() -> Iterator[Register]:
    with open_register() as opened:
        yield opened


def test_a_version_is_made_for_each_day_on_which_something_changes(register: Register) -> None:
    act = amended_act(_fill(register, "regulation*", "-2035"), MOORING)
    assert act.language == "en"
    assert [version.day for version in act.versions] == ["2034-06-01", "2035-01-01", "2035-07-01"]
    first = act.versions[0]
    assert [(change.kind, change.places, change.at) for change in first.changes] == [
        ("insert", ("Art 2(4)",), "Art 1(1)"),
        ("insert", ("Art 4a",), "Art 1(2)"),
        ("replace", ("Art 5(1)(b)",), "Art 1(3)(a)"),
        ("insert", ("Art 5(1)(c)",), "Art 1(3)(b)"),
        ("replace", ("Art 5(2)",), "Art 1(3)(c)"),
        ("replace", ("Art 6(1)",), "Art 1(4)"),
        ("replace", ("Art 8(2)",), "Art 1(5)"),
    ]
    assert first.changes[-2].text == (
        "1. Operators shall report every mooring failure to the port authority within 24 hours."
    )
    assert not first.left


def test_what_could_not_be_applied_stays_with_every_version(register: Register) -> None:
    act = amended_act(_fill(register, "regulation*", "-2035"), MOORING)
    for version in act.versions[1:]:
        assert [(left.reason, left.at) for left in version.left] == [("no_place", "Art 1(3)")]


def test_an_act_that_only_its_name_names_is_amended(register: Register) -> None:
    act = amended_act(_fill(register, "hafen*", "-2035"), HARBOUR)
    assert [version.day for version in act.versions] == ["2033-04-01", "2035-01-01"]
    assert not any(version.left for version in act.versions)
    assert [known.title for known in act.amendments] == [
        "Erstes Gesetz zur Änderung des Hafenruhegesetzes",
        "Zweites Gesetz zur Änderung des Hafenruhegesetzes",
    ]


def test_an_amending_act_without_its_text_is_named(register: Register) -> None:
    _fill(register, "hafen*", "aenderung", "-2035")
    assert known_amendments(register, HARBOUR) == []
    consolidated = analysed(FOLDER / "regulation-mooring-2035.en.md")
    register.add(consolidated)
    register._connection.execute(
        "INSERT INTO work_relations (id, document, position, work, related, kind, place, quote, span_start, span_end)"
        " VALUES ('r', ?, 0, '32034R9999', ?, 'amends', '', 'amended by', 0, 1)",
        (consolidated.document.id, MOORING),
    )
    (known,) = known_amendments(register, MOORING)
    assert (known.work, known.here, known.included) == ("32034R9999", False, True)


def test_a_consolidated_version_has_what_applies_by_its_day(register: Register) -> None:
    act = amended_act(_fill(register, "regulation*"), MOORING)
    assert [version.day for version in act.versions] == ["2034-06-01", "2035-01-01"]
    assert [known.included for known in act.amendments] == [True, True]


def test_a_consolidated_version_is_compared_with_what_is_made(register: Register) -> None:
    _fill(register, "*")
    german = compare_consolidated(register, register.differences.document("hafenruhegesetz-2035").document)
    assert (german.same, german.differences, german.left) == (16, (), ())
    english = compare_consolidated(register, register.differences.document("regulation-mooring-2035").document)
    assert english.acts == ("32034R0902", "32034R1755")
    assert [each.place for each in english.differences] == ["Art 2(3)", "Annex(1)"]
    assert [left.at for left in english.left] == ["Art 1(3)"]


def test_versions_are_kept_like_texts_and_give_way_to_published_ones(register: Register) -> None:
    _fill(register, "regulation*", "-2035")
    kept, stale = keep_versions(register, MOORING)
    assert (len(kept), stale) == (3, [])
    versions = register.differences.versions(MOORING)
    assert [version.valid_from for version in versions] == ["2032-07-26", "2034-06-01", "2035-01-01", "2035-07-01"]
    difference = register.differences.between(versions[0], versions[1])
    assert ("Art 6(1)", "deadline moved") in {(change.place, change.kind) for change in difference.changes}
    _fill(register, "regulation-mooring-2035*")
    assert [v.document for v in register.differences.versions(MOORING)][-1] not in kept
    kept, stale = keep_versions(register, MOORING)
    assert (len(kept), len(stale)) == (2, 1)


def test_a_version_that_may_be_wrong_is_only_partly_read(register: Register) -> None:
    act = amended_act(_fill(register, "regulation*", "-2035"), MOORING)
    sure, unsure = (analyse_version(register, act, version).document for version in act.versions[:2])
    assert (sure.status, sure.version_kind, sure.work) == (Status.READ, "made", MOORING)
    assert unsure.status is Status.PARTLY_READ
    assert "1 instructions of amending acts could not be applied" in unsure.reason
    assert 'value="' + act.versions[0].base.document in render_version(act, act.versions[0])
