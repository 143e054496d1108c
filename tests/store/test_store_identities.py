"""Identities, changes, deviations and corrections as documents of a fictional act come and go, in any order."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from dutybook.records import content_id
from dutybook.store import Register, open_register
from dutybook.store.documents.flatten import Flat, flatten
from dutybook.store.versions import changes, identities
from quay import FIRST, GERMAN, QUAY, corrigendum_of_the_act, flats, read


@pytest.fixture(scope="module")
def acts() -> list[Flat]:
    return flats()


@pytest.fixture
def register(acts: list[Flat]) -> Register:
    made = open_register()
    for flat in acts:
        made.write(flat)
    return made


def rows(register: Register, sql: str) -> list[tuple[object, ...]]:
    return register._connection.execute(sql).fetchall()


def test_a_norm_is_one_through_versions_and_languages(register: Register) -> None:
    found = rows(
        register,
        """SELECT n.language, n.place FROM norm_identities i JOIN norms n ON n.id = i.norm LEFT JOIN versions v ON v.document = n.document
        WHERE i.identity = (SELECT i.identity FROM norm_identities i JOIN norms n ON n.id = i.norm WHERE n.quote LIKE '%within five days%')
        ORDER BY n.language DESC, v.valid_from""",
    )
    assert found == [("en", "Art 1(2)"), ("en", "Art 1(3)"), ("en", "Art 1(3)"), ("de", "Art 1(2)")]


def test_an_identity_is_the_first_norm(register: Register) -> None:
    for identity, language, version in rows(
        register,
        "SELECT i.identity, n.language, d.version_date FROM norm_identities i JOIN norms n ON n.id = i.identity"
        " JOIN documents d ON d.id = n.document WHERE i.norm <> i.identity",
    ):
        assert identity
        assert language == "en"
        assert version in {None, "2032-03-01"}


def test_changes_between_versions(register: Register) -> None:
    found = rows(
        register,
        "SELECT c.kind, c.old_place, c.new_place FROM changes c JOIN documents d ON d.id = c.new_document ORDER BY d.version_date, c.position, c.kind",
    )
    assert found == [
        ("added", None, "Art 1(2)"),
        ("renumbered", "Art 1(2)", "Art 1(3)"),
        ("tightened", "Art 1(2)", "Art 1(3)"),
        ("deadline moved", "Art 1(2)", "Art 1(3)"),
        ("bearer changed", "Art 2", "Art 2"),
        ("renumbered", "Art 3", "Art 4"),
    ]
    ((detail,),) = rows(register, "SELECT detail FROM changes WHERE kind = 'deadline moved'")
    change_detail = json.loads(str(detail))
    assert (change_detail["old"][0]["value"], change_detail["new"][0]["value"]) == ("P5D", "P2D")
    assert ["five", "two"] in change_detail["words"]


def test_another_period_in_another_language_is_flagged(register: Register) -> None:
    (found,) = register.differences.deviations(QUAY.id)
    assert (found.kind, found.language, found.other_language, found.place) == ("deadline", "en", "de", "Art 1(2)")
    assert register.differences.deviations(norm=found.other) == [found]


def test_the_order_of_arrival_does_not_matter(acts: list[Flat]) -> None:
    contents = set()
    for order in permutations(acts):
        with open_register() as register:
            for flat in order:
                register.write(flat)
            contents.add("\n".join(register.content()))
            assert register.check() == []
    assert len(contents) == 1


def test_what_went_leaves_nothing_behind(acts: list[Flat]) -> None:
    with open_register() as without, open_register() as back:
        for flat in (acts[0], acts[2], acts[3]):
            without.write(flat)
        for flat in acts:
            back.write(flat)
        back.remove(acts[1].document)
        assert list(back.content()) == list(without.content())


def test_a_document_costs_its_own_pairs(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    versions, languages = identities.align_versions, identities.align_languages
    monkeypatch.setattr(identities, "align_versions", lambda *a: made.append("version") or versions(*a))
    monkeypatch.setattr(identities, "align_languages", lambda *a: made.append("language") or languages(*a))
    register.write(flatten(read(GERMAN.replace("neun", "zwei"), "de", version="2032-03-01")))
    # With the German version before it, and with the English one of its own day.
    assert sorted(made) == ["language", "version"]


def test_documents_without_a_work_stand_alone() -> None:
    made = read(FIRST)
    loose = replace(made, work=None, document=replace(made.document, work=None, id=content_id("loose")))
    with open_register() as register:
        register.write(flatten(loose))
        found = rows(register, "SELECT norm, identity, basis FROM norm_identities")
    assert found
    assert all(norm == identity and basis == "first" for norm, identity, basis in found)


def test_a_corrigendum_corrects_the_act_whichever_comes_first() -> None:
    act = flatten(read(FIRST))
    corrigendum = corrigendum_of_the_act()
    contents = set()
    for order in ((act, corrigendum), (corrigendum, act)):
        with open_register() as register:
            for flat in order:
                register.write(flat)
            (change,) = rows(register, "SELECT kind, old_place, new_norm, new_document FROM changes")
            assert change == ("corrected", "Art 3", None, corrigendum.document)
            (found,) = register.differences.corrections(QUAY.id)
            assert (found.place, found.wrong, found.right) == ("Art 3", "a moored vessel", "any moored vessel")
            assert found.act == act.document
            contents.add("\n".join(register.content()))
    assert len(contents) == 1


def test_a_corrigendum_alone_is_kept_for_later() -> None:
    with open_register() as register:
        register.write(corrigendum_of_the_act())
        (found,) = register.differences.corrections(QUAY.id)
        assert found.act is None
        assert register.differences.work("32031R0888") == QUAY.id
        assert rows(register, "SELECT count(*) FROM changes") == [(0,)]


def test_versions_that_do_not_follow_each_other_are_compared_when_asked(register: Register) -> None:
    versions = [v for v in register.differences.versions(QUAY.id) if v.language == "en"]
    found = register.differences.between(versions[0], versions[2])
    assert {c.kind for c in found.changes} == {"added", "renumbered", "deadline moved", "tightened", "bearer changed"}


def test_counts_for_the_summary_of_an_ingest(register: Register, acts: list[Flat]) -> None:
    counts = register.differences.counts([acts[1].document])
    assert [(v.valid_from, kinds) for v, kinds in counts] == [
        ("2032-03-01", {"added": 1, "deadline moved": 1, "renumbered": 1, "tightened": 1}),
        ("2033-04-01", {"bearer changed": 1, "renumbered": 1}),
    ]


def test_reading_again_changes_nothing(register: Register, acts: list[Flat], tmp_path: Path) -> None:
    before = list(register.content())
    for flat in acts:
        register.remove(flat.document)
        register.write(flat)
    assert list(register.content()) == before


def test_only_norms_that_are_tied_to_an_earlier_one_have_a_row(register: Register) -> None:
    tied = rows(register, "SELECT norm, identity, document, basis FROM norm_ties ORDER BY norm")
    view_query = "SELECT norm, identity, document, basis FROM norm_identities WHERE identity <> norm ORDER BY norm"
    assert tied
    assert tied == rows(register, view_query)
    assert (
        len(tied)
        < len(rows(register, "SELECT id FROM norms"))
        == len(rows(register, "SELECT norm FROM norm_identities"))
    )
    assert {row[0] for row in rows(register, "SELECT basis FROM norm_identities WHERE identity = norm")} == {"first"}
    assert rows(register, "SELECT norm, identity FROM norm_facets ORDER BY norm") == rows(
        register, "SELECT norm, identity FROM norm_identities ORDER BY norm"
    )


def test_a_kept_text_is_what_the_register_holds(acts: list[Flat]) -> None:
    changes._KEPT.clear()
    for order in (acts, acts[::-1]):
        register = open_register()
        for flat in order:
            register.write(flat)
            assert len(changes._KEPT) <= changes._MOST_KEPT
            for (document,) in rows(register, "SELECT id FROM documents WHERE norms > 0"):
                kept = changes.kept_text(register._connection, str(document))
                assert kept == changes.version_text(register._connection, str(document))
