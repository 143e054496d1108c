"""Which dates news and guidance state without a word for it, and which not."""

from __future__ import annotations

import pytest

from dutybook.extract.facts import find_facts
from dutybook.languages.sections import Facts
from dutybook.records import FactType, Family, Reach, Sentence, Span, Zone
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


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("The rules take effect on Friday.", ["2027-03-05"]),
        ("The rules take effect on Monday.", ["2027-03-08"]),  # published on a Monday: a week later
        ("The rules took effect on Friday.", []),
        ("The rules take effect last Friday.", []),
        ("The minister spoke on Friday.", []),
    ],
)
def test_a_weekday_beside_what_begins_is_the_coming_one(words: str, days: list[str]) -> None:
    assert stated(words) == [(FactType.ENTRY_INTO_FORCE, day) for day in days]


def test_without_a_day_of_publication_a_weekday_is_none() -> None:
    assert stated("The rules take effect on Friday.", published=None) == []


def test_what_is_expected_is_named_where_a_cue_says_it() -> None:
    text = "The crane rules are expected by the port, and will probably enter into force on 1 May 2028."
    assert stated(text) == [(FactType.ENTRY_INTO_FORCE, "2028-05-01")]


def test_a_period_that_is_told_of_is_no_rule() -> None:
    period = "From 1 May 2031 to 30 June 2031 the crane {}."
    assert stated(period.format("was idle"), Family.GUIDANCE, None) == []
    assert len(stated(period.format("must be idle"), Family.GUIDANCE, None)) == 2


def test_a_date_in_the_name_of_an_act_is_no_fact() -> None:
    text = "The order enters into force on 1 May 2031 (Quay Notice on 3 June 2030)."
    at = text.index("Quay Notice")
    view = view_of(text, family=Family.STATUTE)
    name = Span(at, len(text) - 2)
    assert [fact.value for fact in find_facts(view, [name])] == ["2031-05-01"]


def test_of_several_dates_a_cue_has_the_nearest_and_those_joined_to_it() -> None:
    text = "On 3 June 2030 the port signed the order, which enters into force on 1 May 2031{}."
    assert [day for _, day in stated(text.format(""), Family.STATUTE)] == ["2031-05-01"]
    more = text.format(" for ships and on 1 July 2031 for boats")
    assert [day for _, day in stated(more, Family.STATUTE)] == ["2031-05-01", "2031-07-01"]


def test_a_consultation_that_is_over_is_no_news() -> None:
    text = "Comments may be submitted until {}."
    assert stated(text.format("12 April 2027")) == [(FactType.COMMENT_PERIOD, "2027-04-12")]
    assert stated(text.format("12 February 2027")) == []


def test_without_a_day_of_publication_what_is_expected_stands_in_one_clause_with_its_day() -> None:
    assert stated("The port will open a lock on 3 May 2031.", published=None) == [(FactType.EXPECTED, "2031-05-03")]
    assert stated("The port will open a lock, it said on 3 May 2031.", published=None) == []


def test_frames_share_lexemes() -> None:
    section = Facts.model_validate(
        {
            "lexemes": {"begins": ["starts", "opens"]},
            "frames": [
                {"name": "a", "type": "application", "cue": ["{begins}", "runs"], "when": ["{begins} «{date}»"]}
            ],
        }
    )
    assert section.frames[0].cue == ("starts", "opens", "runs")
    assert section.frames[0].when == ("(?:starts|opens) «{date}»",)


@pytest.mark.parametrize(
    ("of", "reach"), [("on the functioning of this Act", Reach.WHOLE), ("on cranes", Reach.UNREAD)]
)
def test_a_report_to_the_legislature_is_a_review_of_the_act_only_where_it_names_it(of: str, reach: Reach) -> None:
    text = f"By 24 April 2033, the Commission shall submit a report {of} to the European Parliament."
    [fact] = find_facts(view_of(text, family=Family.EU_ACT))
    assert (fact.type, fact.value, fact.reach) == (FactType.REVIEW, "2033-04-24", reach)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fi", "Säännöt tulevat voimaan 1.7.2032, eivätkä 1.5.2032."),
        ("fi", "Säännöt tulevat voimaan 1.7.2032 eli 1.5.2032 sijaan."),
        ("et", "Reeglid jõustuvad 1. mai 2032 asemel 1. juulil 2032."),
        ("hu", "A szabályok 2032. május 1-je helyett 2032. július 1-jén lépnek hatályba."),
    ],
)
def test_a_day_that_is_denied_is_none_of_a_fact(language: str, text: str) -> None:
    sentence = Sentence(Span(0, len(text)), "p", Zone.ENACTING, language)
    found = find_facts(view_of(text, [sentence], family=Family.NEWS, published="2031-06-15"))
    assert [(f.type, f.value) for f in found] == [(FactType.ENTRY_INTO_FORCE, "2032-07-01")]
