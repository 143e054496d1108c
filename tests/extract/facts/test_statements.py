"""Which dates news and guidance state without a word for it, and which not."""

from __future__ import annotations

import pytest

from dutybook.extract.facts import find_facts
from dutybook.records import FactType, Family
from views import view_of

LIST = "The registry of pilots publishes its list on {}."


def stated(
    text: str, family: Family = Family.NEWS, published: str | None = "2027-03-01"
) -> list[tuple[FactType, str | None]]:
    return [(fact.type, fact.value) for fact in find_facts(view_of(text, family=family, published=published))]


@pytest.mark.parametrize("day", ["12 April", "12 April 2027", "3 May 2029"])
def test_a_day_after_publication_is_announced(day: str) -> None:
    assert [kind for kind, _ in stated(LIST.format(day))] == [FactType.EXPECTED]


@pytest.mark.parametrize("day", ["12 January", "1 March 2027", "12 April 2026", "12 October"])
def test_a_day_before_it_or_in_doubt_is_not(day: str) -> None:
    assert stated(LIST.format(day)) == []


def test_without_a_day_of_publication_nothing_is_announced() -> None:
    assert stated(LIST.format("12 April 2027"), published=None) == []


def test_the_deadline_of_a_command_is_no_announcement() -> None:
    assert stated("Pilots must send their lists by 12 April 2027.") == []


def test_a_day_alone_says_nothing() -> None:
    assert stated("12 April 2027") == []


def test_a_period_of_one_expression_is_two_facts() -> None:
    text = "Förbudet gäller från den 1 maj till den 30 juni 2027."
    found = find_facts(view_of(text, language="sv", family=Family.GUIDANCE))
    assert [(f.type, f.value) for f in found] == [(FactType.APPLICATION, "2027-05-01"), (FactType.EXPIRY, "2027-06-30")]


def test_the_first_day_of_a_period_lies_before_its_last() -> None:
    text = "The reduced fee applies from 1 December to 28 February 2028."
    assert stated(text, Family.GUIDANCE, None) == [
        (FactType.APPLICATION, "2027-12-01"),
        (FactType.EXPIRY, "2028-02-28"),
    ]


def test_a_labels_date_is_no_other_labels() -> None:
    text = "In force since: 1 May 2031. Published: 2 April 2031."
    assert stated(text, Family.STATUTE, None) == [(FactType.ENTRY_INTO_FORCE, "2031-05-01")]
