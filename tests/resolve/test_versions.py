"""Versions of an act in one language follow each other without overlap or gap, whatever the order of arrival."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.resolve.versions import Copy, Standing, compared, stand

NORMS = frozenset(f"norm {n}" for n in range(20))


def original(document: str = "o", **more: object) -> Copy:
    made = Copy(document, "en", "original", None, "2031-05-12", "2031-06-01", format="html", count=20, norms=NORMS)
    return replace(made, **more)  # type: ignore[arg-type]


def consolidated(document: str, day: str, **more: object) -> Copy:
    made = Copy(document, "en", "consolidated", day, "2031-05-12", format="html", count=20, norms=NORMS)
    return replace(made, **more)  # type: ignore[arg-type]


def by_id(copies: list[Copy]) -> dict[str, Standing]:
    return {s.document: s for s in stand("32031R0777", copies)}


def test_a_version_stands_until_the_next_one() -> None:
    found = by_id([consolidated("b", "2033-01-20"), original(), consolidated("c", "2035-07-01")])
    assert [(found[d].valid_from, found[d].valid_until) for d in "obc"] == [
        ("2031-06-01", "2033-01-19"),
        ("2033-01-20", "2035-06-30"),
        ("2035-07-01", None),
    ]
    assert [(found[d].previous, found[d].next, found[d].current) for d in "obc"] == [
        (None, "b", False),
        ("o", "c", False),
        ("b", None, True),
    ]


def test_the_original_stands_from_entry_into_force_else_from_publication() -> None:
    assert by_id([original(in_force=None)])["o"].valid_from == "2031-05-12"
    # Another language of the act knows it, or most of its copies do.
    versions = by_id([original(in_force=None, published=None), original("d", language="de")])
    assert versions["o"].valid_from == "2031-06-01"
    most = by_id([original(in_force="2031-06-02"), original("p"), original("q")])
    assert most["o"].valid_from == "2031-06-01"
    assert by_id([original(in_force=None, published=None)])["o"].valid_from is None


def test_a_corrected_text_of_the_first_day_replaces_the_original_from_then_on() -> None:
    found = by_id([original(), consolidated("b", "2031-05-12")])
    assert (found["o"].valid_from, found["o"].valid_until) == ("2031-05-12", "2031-05-11"), "it stood on no day"
    assert (found["b"].valid_from, found["b"].valid_until) == ("2031-05-12", None)


@pytest.mark.parametrize(
    ("copies", "preferred"),
    [
        ([original("a", format="pdf"), original("b", format="html"), original("c", format="text")], "b"),
        ([original("a", format="html"), original("b", format="xml")], "b"),
        # an excerpt in a better format, a text that was not read whole
        ([original("a", format="pdf"), original("b", format="xml", count=4, norms=frozenset(list(NORMS)[:4]))], "a"),
        ([original("a", format="xml", read=False), original("b", format="text")], "b"),
        ([original("a", count=20), original("b", count=21)], "b"),
        ([original("a"), original("b")], "a"),
        # contents without a single norm
        ([original("a", format="text"), original("b", format="html", count=0, norms=frozenset())], "a"),
    ],
)
def test_of_copies_one_is_preferred(copies: list[Copy], preferred: str) -> None:
    found = stand("w", copies)
    assert len({s.expression for s in found}) == 1
    assert [s.document for s in found if s.preferred] == [preferred]


def test_parts_of_an_act_in_files_of_their_own_are_all_kept() -> None:
    annex = original("x", norms=frozenset({"x", "y", "z"}), count=3)
    found = by_id([original(), annex])
    assert found["o"].expression != found["x"].expression
    assert found["o"].preferred
    assert found["x"].preferred
    assert found["o"].valid_from == found["x"].valid_from


def test_an_undated_text_is_the_version_whose_norms_it_has_or_stands_alone() -> None:
    new = frozenset({*list(NORMS)[:15], "n1", "n2", "n3", "n4", "n5"})
    versions = [original(), consolidated("b", "2033-01-20", norms=new)]
    undated = Copy("u", "en", format="text", count=20, norms=new)
    found = by_id([*versions, undated])
    assert found["u"].expression == found["b"].expression
    assert not found["u"].preferred
    other = by_id([*versions, replace(undated, norms=frozenset({*list(NORMS)[:10], "m"}))])
    assert (other["u"].valid_from, other["u"].valid_until) == (None, None)
    assert other["u"].preferred
    assert other["u"].current


def test_guidance_without_versions_is_told_by_its_day() -> None:
    old, new = Copy("a", "en", published="2031-01-01"), Copy("b", "en", published="2032-01-01")
    assert [(s.valid_from, s.valid_until) for s in stand("w", [new, old])] == [
        ("2031-01-01", "2031-12-31"),
        ("2032-01-01", None),
    ]


def test_each_language_has_its_own_chain() -> None:
    found = by_id([original(), consolidated("b", "2033-01-20"), original("f", language="fr")])
    assert found["f"].valid_until is None
    assert found["f"].current
    assert found["f"].expression not in (found["o"].expression, found["b"].expression)


_days = st.dates(date(2031, 1, 1), date(2034, 1, 1)).map(lambda day: day.isoformat())
_copies = st.builds(
    Copy,
    document=st.just(""),
    language=st.sampled_from(["en", "de"]),
    kind=st.sampled_from(["original", "consolidated", ""]),
    version_date=st.none() | _days,
    published=st.none() | _days,
    in_force=st.none() | _days,
    read=st.booleans(),
    format=st.sampled_from(["xml", "html", "pdf", "text", "nobody's"]),
    count=st.integers(0, 5),
    norms=st.frozensets(st.sampled_from("abcdefg"), max_size=5),
)


@given(st.lists(_copies, max_size=10), st.randoms(use_true_random=False))
def test_chains_have_no_overlap_and_no_gap_in_any_order(drawn: list[Copy], chance: random.Random) -> None:
    copies = [replace(copy, document=f"d{n}") for n, copy in enumerate(drawn)]
    found = stand("w", copies)
    assert [s.document for s in found] == sorted(c.document for c in copies), "each document once"
    shuffled = list(copies)
    chance.shuffle(shuffled)
    assert stand("w", shuffled) == found
    for expression in {s.expression for s in found}:
        own = [s for s in found if s.expression == expression]
        assert sum(s.preferred for s in own) == 1
        assert len({(s.language, s.valid_from, s.valid_until) for s in own}) == 1
    for language in ("en", "de"):
        dated = {(s.valid_from, s.valid_until) for s in found if s.language == language and s.valid_from}
        chain = sorted(dated, key=lambda days: (days[0], days[1] is None, days[1] or ""))
        for (_, until), (start, _) in pairwise(chain):
            assert until is not None
            assert date.fromisoformat(until) + timedelta(days=1) == date.fromisoformat(start)
        assert not chain or chain[-1][1] is None


@given(st.lists(_copies, max_size=10))
def test_only_norms_that_are_compared_are_needed(drawn: list[Copy]) -> None:
    copies = [replace(copy, document=f"d{n}") for n, copy in enumerate(drawn)]
    looked = compared(copies)
    without = [copy if copy.document in looked else replace(copy, norms=frozenset()) for copy in copies]
    assert stand("w", without) == stand("w", copies)


def test_of_two_versions_no_norms_are_compared_of_two_copies_they_are() -> None:
    assert compared([original(), consolidated("b", "2033-01-20"), original("f", language="fr")]) == set()
    assert compared([original(), original("p"), original("f", language="fr")]) == {"o", "p"}
