"""Proposals of what applies: from the scope of an act, from bearers, sizes and exemptions; "ask" where words do not decide."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dutybook.records.profiles import Answer, Profile, Size, Verdict
from dutybook.resolve.applicability.interview import MOST, Topic, interview
from dutybook.resolve.applicability.proposing import ActProposer
from dutybook.resolve.applicability.scope import parse_scope
from harbour_act import NORMS, act, norm


def profile(
    *terms: str, complete: bool = True, employees: int | None = 900, countries: tuple[str, ...] = ("DE",)
) -> Profile:
    """A profile with these terms, of a size that is known."""
    answers = tuple(Answer(term, True) for term in terms)
    money = None if employees is None else float(employees) / 10
    return Profile("p", "Quay Ltd", countries, (), employees, money, money, complete, answers)


PAYMENT, CLOUD, BAKER = "payment institution", "cloud computing service provider", "bakery"


def verdicts(who: Profile, text: str | None = None) -> dict[str, str]:
    proposer = ActProposer(act(text) if text else act())
    return {p.norm: p.verdict.value for p in proposer.propose(who, NORMS)}


def test_the_scope_is_read_with_its_list_its_group_and_what_it_leaves_out() -> None:
    scope = parse_scope(act())
    assert [item.basis.place for item in scope.includes] == ["Art 1(1)(a)", "Art 1(1)(b)", "Art 1(1)(c)"]
    assert [item.label for item in scope.groups["money houses"]] == ["a", "b"]
    assert [item.basis.place for item in scope.excludes] == ["Art 1(3)"]
    assert [(e.item.basis.place, e.places, e.conditional) for e in scope.exemptions] == [("Art 3(1)", ("Art 2",), True)]


@pytest.mark.parametrize(
    ("who", "verdict", "code", "place"),
    [
        (profile(PAYMENT), "applies", "in_scope", "Art 1(1)(a)"),
        (profile(BAKER), "no", "not_in_scope", "Art 1(1)(a)"),
        (profile(BAKER, complete=False), "ask", "ask_role", "Art 1(1)(a)"),
        (profile("insurance undertaking", employees=5), "no", "excluded", "Art 1(3)"),
        (profile("insurance undertaking", employees=None), "ask", "perhaps_excluded", "Art 1(3)"),
        (profile(PAYMENT, countries=("US",)), "no", "elsewhere", "Art 1(1)(a)"),
        (profile(PAYMENT, countries=()), "ask", "countries_unknown", "Art 1(1)(a)"),
    ],
)
def test_an_act_is_proposed_by_its_scope(who: Profile, verdict: str, code: str, place: str) -> None:
    made = ActProposer(act()).propose_act(who)
    assert made.reason.basis is not None
    assert (made.verdict.value, made.reason.code, made.reason.basis.place) == (verdict, code, place)


def test_norms_are_proposed_by_whom_they_address() -> None:
    assert verdicts(profile(PAYMENT)) == {
        "Art 2(1)": "applies",
        "Art 2(2)": "applies",
        "Art 2(3)": "no",
        # Its neighbours do not agree on whom they mean.
        "Art 2(4)": "ask",
        "Art 2(5)": "no",
        "Art 2(6)": "applies",
        "Art 2(7)": "applies",
        "Art 2(8)": "no",
    }
    cloud = verdicts(profile(CLOUD))
    # "Major" ones are some of them, and nobody said which.
    assert (cloud["Art 2(1)"], cloud["Art 2(3)"], cloud["Art 2(8)"]) == ("no", "applies", "ask")


def test_what_addresses_anybody_is_asked_outside_the_scope_of_the_act() -> None:
    baker = verdicts(profile(BAKER))
    assert baker.pop("Art 2(6)") == "ask"
    assert set(baker.values()) == {"no"}


def test_every_proposal_has_its_reason_and_the_words_behind_it() -> None:
    for who in (profile(PAYMENT), profile(CLOUD, complete=False), profile(BAKER, employees=None, countries=())):
        for made in ActProposer(act()).propose(who, NORMS):
            assert made.reason.code
            assert made.reason.basis
            assert made.reason.basis.quote


def test_who_is_left_out_by_size_is_left_out_and_asked_where_the_size_is_not_known() -> None:
    small = profile(PAYMENT, employees=5)
    proposer = ActProposer(act())
    by_place = {p.norm: p for p in proposer.propose(small, NORMS)}
    assert (by_place["Art 2(2)"].verdict, by_place["Art 2(2)"].reason.code) == (Verdict.NO, "excepted")
    # Article 3 frees those with fewer than 250 employees, unless …
    assert (by_place["Art 2(1)"].verdict, by_place["Art 2(1)"].reason.code) == (Verdict.ASK, "perhaps_exempt")
    unknown = {p.norm: p for p in proposer.propose(profile(PAYMENT, employees=None), NORMS)}
    assert unknown["Art 2(2)"].verdict is Verdict.ASK


def test_a_member_of_a_group_is_shown_by_the_list_that_makes_the_group() -> None:
    first = next(iter(ActProposer(act()).propose(profile(PAYMENT), NORMS)))
    assert first.reason.basis is not None
    assert (first.reason.code, first.reason.basis.place) == ("member", "Art 1(1)(a)")
    assert dict(first.reason.values)["term"] == PAYMENT


def test_one_kind_of_what_a_profile_is_is_asked_by_its_definition() -> None:
    keepers = [norm("Art 5", "Harbour keepers shall light the quay.", "Harbour keepers")]
    text = act().text.replace("(c) cloud", "(c) investment firms;\n(d) cloud")
    proposer = ActProposer(act(text))
    made = next(iter(proposer.propose(profile("investment firm"), keepers)))
    assert (made.verdict, made.reason.code) == (Verdict.ASK, "ask_role")
    other = next(iter(proposer.propose(profile(PAYMENT), keepers)))
    assert other.verdict is Verdict.NO
    answered = replace(
        profile("investment firm"),
        answers=(Answer("investment firm", True), Answer("harbour keeper", True, "32031R0777")),
    )
    assert next(iter(proposer.propose(answered, keepers))).verdict is Verdict.APPLIES


def test_an_act_in_a_language_without_words_of_scope_is_asked_but_for_known_roles() -> None:
    text = "Artikel 1\nGiltighet\n1. Hamnar.\n"
    proposer = ActProposer(act(text, language="sv"))
    norms = [
        norm("Art 1(1)", "Kreditinstitut ska …", "Kreditinstitut", role="credit institution"),
        norm("Art 1(2)", "Lotsar ska …", "Lotsar", role="pilot"),
    ]
    assert [p.verdict.value for p in proposer.propose(profile("credit institution"), norms)] == ["applies", "ask"]
    assert proposer.propose_act(profile("credit institution")).reason.code == "scope_unknown"


GERMAN = """\
Artikel 1
Anwendungsbereich
1. Diese Verordnung gilt für folgende Unternehmen:
(a) Zahlungsinstitute;
(b) Versicherungsunternehmen.
2. Diese Verordnung gilt nicht für Versicherungsunternehmen, die Kleinstunternehmen sind.
"""
FRENCH = """\
Article 1
Champ d'application
1. Le présent règlement s'applique aux entités suivantes:
(a) les établissements de paiement;
(b) les entreprises d'assurance.
2. Le présent règlement ne s'applique pas aux entreprises d'assurance qui sont des microentreprises.
"""


@pytest.mark.parametrize(("language", "text"), [("de", GERMAN), ("fr", FRENCH)])
def test_german_and_french_acts_state_their_scope_too(language: str, text: str) -> None:
    proposer = ActProposer(act(text, language=language))
    assert proposer.propose_act(profile(PAYMENT)).verdict is Verdict.APPLIES
    assert proposer.propose_act(profile("insurance undertaking", employees=4)).verdict is Verdict.NO
    assert proposer.propose_act(profile("insurance undertaking")).verdict is Verdict.APPLIES
    assert proposer.propose_act(profile(BAKER)).verdict is Verdict.NO


@pytest.mark.parametrize(
    ("employees", "turnover", "verdict"),
    [(1200, 500.0, "applies"), (900, 500.0, "no"), (1200, 300.0, "no"), (1200, None, "ask"), (None, None, "ask")],
)
def test_numbers_are_compared_where_the_act_states_them(
    employees: int | None, turnover: float | None, verdict: str
) -> None:
    text = (
        "Article 1\nScope\n1. This Directive shall apply to companies which have more than 1 000 employees"
        " and a net turnover of more than EUR 450 000 000.\n"
    )
    who = replace(profile(), employees=employees, turnover=turnover)
    assert ActProposer(act(text)).propose_act(who).verdict.value == verdict


def test_sizes_follow_the_recommendation() -> None:
    def sizes(**known: float) -> set[Size]:
        return set(Profile("p", "A", **known).sizes)  # type: ignore[arg-type]

    assert sizes(employees=9, turnover=2, balance=30) == {Size.MICRO}
    assert sizes(employees=9, turnover=3, balance=3) == {Size.SMALL}
    assert sizes(employees=250) == {Size.LARGE}
    assert sizes(employees=60) == {Size.MEDIUM, Size.LARGE}
    assert sizes() == set(Size)


def test_an_interview_asks_little_and_only_what_is_not_known() -> None:
    proposer = ActProposer(act())
    asked = interview(proposer, Profile("p", "A"), NORMS)
    assert [q.topic for q in asked] == [Topic.COUNTRIES, Topic.SIZE, Topic.SCOPE, Topic.COMPLETE]
    assert len(asked) <= MOST
    assert {c.term for c in asked[2].choices} == {PAYMENT, "insurance undertaking", CLOUD}
    assert all(c.basis for c in asked[2].choices)
    assert interview(proposer, profile(PAYMENT), NORMS) == []


BY_SIZE = """\
Article 1
Scope
1. This Directive shall apply to companies which fulfil one of the following conditions:
(a) the company has more than 1 000 employees;
(b) the company is the ultimate parent company of a group that has them.
2. This Directive shall no longer apply to a company referred to in paragraph 1 where it shrinks.
"""


@pytest.mark.parametrize(("employees", "verdict"), [(1200, "applies"), (900, "no"), (None, "ask")])
def test_an_act_for_firms_of_a_size_is_about_the_company_whatever_its_neighbours_say(
    employees: int | None, verdict: str
) -> None:
    norms = [
        norm("Art 2(1)", "An SME shall be helped.", "SME"),
        norm("Art 2(1)", "Companies shall map their quays.", "Companies"),
    ]
    proposer = ActProposer(act(BY_SIZE))
    who = profile(employees=employees)
    assert proposer.propose_act(who).verdict.value == verdict
    assert [p.verdict.value for p in proposer.propose(who, norms)][1] == verdict
