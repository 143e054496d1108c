"""The dates of an act as assertions: publication and facts, with how they are known and whether they are sure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dutybook.records import PUBLICATION, STATED, Computation, Document, Evidence, Fact, FactType, Reach, Span, Status
from dutybook.resolve.act_dates import DateStatus, assert_dates, own_beginning

TEXT = "It shall apply from 3 March 2031."


def document(**fields: Any) -> Document:
    given = {"published": "2031-01-02", "published_by": "“OJ L, 2.1.2031”"} | fields
    return Document("d", None, "act.md", "0", "en", "Harbour Act", Status.READ, text=TEXT, **given)


def fact(kind: FactType = FactType.APPLICATION, **fields: Any) -> Fact:
    given = {"due": date(2031, 3, 3), "basis": Computation("2031-03-03", STATED)} | fields
    return Fact("f", kind, Span(15, 32), "2031-03-03", Evidence("rules", "1", None, 1.0), **given)


def test_publication_and_facts_are_assertions_with_their_words() -> None:
    published, applied = assert_dates(document(), [fact()])
    assert (published.kind, published.due, published.quote) == ("publication", date(2031, 1, 2), "“OJ L, 2.1.2031”")
    assert (applied.kind, applied.status, applied.quote, applied.sure) == (
        "application",
        "stated",
        "from 3 March 2031",
        True,
    )


def test_a_counted_day_is_computed_and_an_expected_one_announced() -> None:
    counted = fact(basis=Computation("P20D", "plain", date(2031, 2, 11), PUBLICATION))
    assert [a.status for a in assert_dates(document(published=None), [counted, fact(FactType.EXPECTED)])] == [
        DateStatus.COMPUTED,
        DateStatus.ANNOUNCED,
    ]


@pytest.mark.parametrize(
    "doubtful",
    [
        fact(due=None),
        fact(reach=Reach.UNREAD),
        fact(reach=Reach.SOME),
        fact(scope=("Art 2",)),
        fact(FactType.TRANSITION),
        fact(FactType.EXPECTED),
    ],
)
def test_what_is_not_a_day_of_the_whole_act_is_not_sure(doubtful: Fact) -> None:
    assert [a.sure for a in assert_dates(document(published=None), [doubtful])] == [False]


def test_of_several_days_on_which_an_act_begins_none_is_sure() -> None:
    later = fact(due=date(2032, 3, 3))
    assert [a.sure for a in assert_dates(document(published=None), [fact(), later])] == [False, False]
    assert [a.sure for a in assert_dates(document(published=None), [fact(), fact()])] == [True, True]
    parted = [fact(), fact(due=date(2032, 3, 3), scope=("Art 2",))]
    assert [a.sure for a in assert_dates(document(published=None), parted)] == [True, False]
    reviews = [fact(FactType.REVIEW), fact(FactType.REVIEW, due=date(2035, 3, 3))]
    assert [a.sure for a in assert_dates(document(published=None), reviews)] == [True, True]


def test_a_publication_long_after_the_act_began_is_not_sure() -> None:
    old, retroactive = date(2027, 3, 3), date(2030, 7, 1)
    begins = [
        assert_dates(document(), [fact(FactType.ENTRY_INTO_FORCE, due=due)])[0].sure for due in (old, retroactive)
    ]
    assert begins == [False, True]


def test_dates_of_other_acts_are_left_out() -> None:
    assert assert_dates(document(published=None), [fact(reach=Reach.OTHER)]) == ()


def test_metadata_state_what_the_text_does_not() -> None:
    stated = {"in_force_from": "2031-02-01", "in_force_until": "2035-12-31"}
    _, begins, ends = assert_dates(document(**stated), [])
    assert (begins.kind, begins.due, begins.source, begins.sure) == (
        "entry_into_force",
        date(2031, 2, 1),
        "metadata",
        True,
    )
    assert (ends.kind, ends.due, ends.status) == ("expiry", date(2035, 12, 31), DateStatus.STATED)
    other = fact(FactType.ENTRY_INTO_FORCE, due=date(2031, 6, 1))
    assert [a.source for a in assert_dates(document(**stated), [other])] == ["", "f", "metadata"]
    part = replace(other, scope=("Art 2",))
    assert [a.source for a in assert_dates(document(**stated), [part])] == ["", "f", "metadata", "metadata"]


@pytest.mark.parametrize(
    ("stated", "published", "kind", "kept"),
    [
        ("2031-02-01", "2031-01-02", "original", True),
        ("2036-02-01", "2031-01-02", "original", False),
        ("2030-02-01", "2031-01-02", "", False),
        ("2031-02-01", None, "", False),
        ("2031-02-01", "2031-01-02", "consolidated", False),
        (None, "2031-01-02", "", False),
    ],
)
def test_a_beginning_that_may_be_a_version_s_is_left_out(
    stated: str | None, published: str | None, kind: str, kept: bool
) -> None:
    assert own_beginning(stated, published, kind) == (stated if kept else None)
