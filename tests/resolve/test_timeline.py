"""From when and until when norms apply: facts resolved to provisions, and days that replay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from dutybook.document_view import DocumentView
from dutybook.records import (
    PLAIN,
    PUBLICATION,
    STATED,
    BearerClass,
    Computation,
    Evidence,
    Fact,
    FactType,
    Family,
    Modality,
    Norm,
    Provision,
    ProvisionKind,
    Reach,
    Span,
    Strength,
    Zone,
)
from dutybook.resolve.deadlines import replay, resolve_facts
from dutybook.resolve.timeline import Places, act_dates, apply_dates
from views import view_of

TEXT = "x" * 400
ELSEWHERE = Span(300, 310)
EVIDENCE = Evidence("rule", "1", None, 0.9)
KINDS = {
    "Chapter": ProvisionKind.CHAPTER,
    "Section": ProvisionKind.SECTION,
    "Annex": ProvisionKind.ANNEX,
    "Art": ProvisionKind.ARTICLE,
}


def act(*places: str) -> list[Provision]:
    """Provisions in a tree: two spaces of indentation a level, identifiers by their number."""
    found: list[Provision] = []
    open_: list[tuple[int, str]] = []
    for number, line in enumerate(places):
        depth = (len(line) - len(line.lstrip())) // 2
        place = line.strip()
        open_ = [row for row in open_ if row[0] < depth]
        kind = KINDS.get(place.split()[0], ProvisionKind.ARTICLE)
        if kind is ProvisionKind.ARTICLE and ("(" in place or "subpara" in place):
            kind = ProvisionKind.PARAGRAPH
        parent = open_[-1][1] if open_ else None
        found.append(Provision(f"p{number}", parent, kind, "", "", Span(0, 400), place, Zone.ENACTING))
        open_.append((depth, f"p{number}"))
    return found


ACT = act(
    "Chapter I",
    "  Art 1",
    "  Art 2",
    "    Art 2(1)",
    "    Art 2(2)",
    "      Art 2(2) subpara 2",
    "Chapter II",
    "  Section 1",
    "    Art 3",
    "  Section 2",
    "    Art 4",
    "    Art 5",
    "Chapter III",
    "  Section 1",
    "    Art 6",
    "  Art 20",
    "    Art 20(1)",
    "    Art 20(2)",
    "Annex I",
)
IDS = {p.place: p.id for p in ACT if p.place != "Section 1"}


def norm(place: str) -> Norm:
    return Norm(
        id=f"n {place}",
        provision=IDS[place],
        place=place,
        span=Span(10, 60),
        modality=Modality.OBLIGATION,
        strength=Strength.MUST,
        bearer=None,
        bearer_class=BearerClass.BUSINESS,
        action=None,
        recipient=None,
        condition=None,
        exception=None,
        evidence=EVIDENCE,
        language="en",
    )


def fact(
    day: str | None,
    scope: Sequence[str] = (),
    outside: Sequence[str] = (),
    *,
    kind: FactType = FactType.APPLICATION,
    reach: Reach = Reach.WHOLE,
    at: str = "Art 20(2)",
    span: Span = ELSEWHERE,
    about: str = "",
) -> Fact:
    due = date.fromisoformat(day) if day else None
    basis = Computation(day, STATED) if day else None
    where = (IDS[at], at, tuple(scope), tuple(outside), reach, about, basis)
    return Fact(f"f {day} {scope} {kind} {outside}", kind, span, day, EVIDENCE, due, (), *where)


def act_view(
    family: Family = Family.EU_ACT, text: str = TEXT, provisions: Sequence[Provision] = tuple(ACT)
) -> DocumentView:
    return view_of(text, family=family, provisions=provisions)


def times(facts: Sequence[Fact], *places: str, family: Family = Family.EU_ACT, text: str = TEXT) -> list[str]:
    dated = apply_dates(act_view(family, text), [norm(p) for p in places], facts)
    return [str(n.applies_from) for n in dated]


GENERAL = fact("2027-06-01")


def test_a_norm_applies_from_the_day_of_the_act() -> None:
    assert (
        times([GENERAL, fact("2026-01-01", kind=FactType.ENTRY_INTO_FORCE)], "Art 1", "Annex I") == ["2027-06-01"] * 2
    )
    assert times([fact("2026-01-01", kind=FactType.ENTRY_INTO_FORCE)], "Art 1") == ["2026-01-01"]
    assert times([], "Art 1") == ["None"]


def test_the_smallest_provision_decides() -> None:
    facts = [GENERAL, fact("2028-01-01", ["Chapter I"]), fact("2029-01-01", ["Art 2(2)"])]
    found = times(facts, "Art 1", "Art 2(1)", "Art 2(2)", "Art 2(2) subpara 2", "Art 3")
    assert found == ["2028-01-01", "2028-01-01", "2029-01-01", "2029-01-01", "2027-06-01"]


def test_sections_belong_to_their_chapter_and_ranges_hold_what_lies_between() -> None:
    facts = [GENERAL, fact("2028-01-01", ["Chapter III Section 1"]), fact("2029-01-01", ["Art 3-5"])]
    assert times(facts, "Art 3", "Art 4", "Art 6", "Art 20") == ["2029-01-01", "2029-01-01", "2028-01-01", "2027-06-01"]


def test_what_is_left_out_takes_the_acts_own_day_or_none() -> None:
    facts = [GENERAL, fact("2028-01-01", ["Chapter II"], ["Art 5"])]
    assert times(facts, "Art 4", "Art 5") == ["2028-01-01", "2027-06-01"]
    assert times([fact("2027-06-01", (), ["Art 5"])], "Art 4", "Art 5") == ["2027-06-01", "None"]


def test_what_could_not_be_found_or_read_leaves_norms_without_a_day() -> None:
    assert times([GENERAL, fact("2028-01-01", ["Art 2(9)"])], "Art 2(1)", "Art 3") == ["None", "2027-06-01"]
    assert times([GENERAL, fact("2028-01-01", ["Art 3"], reach=Reach.SOME)], "Art 3", "Art 4") == ["None", "2027-06-01"]
    fees_fact = fact("2028-01-01", reach=Reach.UNREAD, about="the fees")
    [dated] = apply_dates(act_view(), [norm("Art 1")], [GENERAL, fees_fact])
    assert dated.applies_from is None
    assert "“the fees”" in dated.applies_why[0]
    far = replace(fees_fact, provision=IDS["Art 3"])
    assert times([GENERAL, far], "Art 1", "Art 3") == ["2027-06-01", "None"]
    assert times([GENERAL, replace(fees_fact, reach=Reach.OTHER)], "Art 1") == ["2027-06-01"]


def test_a_day_for_some_persons_is_a_note() -> None:
    some = fact("2029-01-01", reach=Reach.SOME, about="in relation to coal")
    [dated] = apply_dates(act_view(), [norm("Art 1")], [GENERAL, some])
    assert (str(dated.applies_from), dated.applies_by) == ("2027-06-01", (GENERAL.id,))
    assert dated.applies_why[1] == "not for all: application 2029-01-01 (in relation to coal), Art 20(2)"


def test_two_days_are_none() -> None:
    facts = [fact("2027-06-01"), fact("2028-06-01")]
    assert act_dates(facts).application is None
    [dated] = apply_dates(act_view(), [norm("Art 1")], facts)
    assert dated.applies_why[0].startswith("the act names more than one day of application")
    same = [fact("2028-01-01", ["Art 1"]), fact("2029-01-01", ["Art 1"])]
    assert times([GENERAL, *same], "Art 1") == ["None"]


def test_a_directive_binds_through_national_law() -> None:
    due = fact("2026-10-17", kind=FactType.TRANSPOSITION)
    in_force = fact("2025-01-01", kind=FactType.ENTRY_INTO_FORCE)

    def first(*facts: Fact, directive: bool = True) -> Norm:
        return apply_dates(act_view(), [norm("Art 1")], facts, directive=directive)[0]

    assert first(in_force, due).applies_from is None
    assert "it is due: transposition 2026-10-17" in first(in_force, due).applies_why[0]
    assert str(first(in_force, due, fact("2026-10-18")).applies_from) == "2026-10-18"
    assert str(first(in_force, due, directive=False).applies_from) == "2025-01-01"


def test_an_application_for_some_alone_is_not_the_entry_into_force_for_all() -> None:
    in_force = fact("2025-01-01", kind=FactType.ENTRY_INTO_FORCE)
    some = fact("2027-06-01", reach=Reach.SOME, about="for coal")
    assert times([in_force, some], "Art 1") == ["None"]


def test_what_a_later_version_inserted_has_no_day_of_the_act() -> None:
    later = act("Art 1", "  Art 1(1)", "  Art 1(1a)", "Art 1a", "Art 2 bis", "Art 3")
    ids = {p.place: p.id for p in later}
    given = [
        replace(norm("Art 1"), provision=ids[p], place=p)
        for p in ("Art 1(1)", "Art 1(1a)", "Art 1a", "Art 2 bis", "Art 3")
    ]

    def dated(facts: Sequence[Fact], version: str | None) -> list[str]:
        found = apply_dates(act_view(provisions=later), given, facts, version=version)
        return [str(n.applies_from) for n in found]

    assert dated([GENERAL], None) == ["2027-06-01"] * 5
    assert dated([GENERAL], "2030-01-01") == ["2027-06-01", "None", "None", "None", "2027-06-01"]
    own = fact("2029-01-01", ["Art 1a"])
    assert dated([GENERAL, own], "2030-01-01")[2] == "2029-01-01"
    [first, *_] = apply_dates(act_view(provisions=later), given, [GENERAL], version="2030-01-01")
    assert "version of 2030-01-01" in first.applies_why[-1]


def test_an_application_without_a_day_is_not_the_entry_into_force() -> None:
    later = fact(None)
    assert times([later, fact("2025-01-01", kind=FactType.ENTRY_INTO_FORCE)], "Art 1") == ["None"]


@pytest.mark.parametrize(
    ("words", "family", "until"),
    [
        ("until 31 December 2031", Family.EU_ACT, "2031-12-31"),
        ("at the end of 31 December 2031", Family.STATUTE, "2031-12-31"),
        ("on 31 December 2031", Family.EU_ACT, "2031-12-31"),
        ("on 31 December 2031", Family.STATUTE, "None"),
        ("with effect from 31 December 2031", Family.EU_ACT, "2031-12-30"),
    ],
)
def test_the_last_day_is_the_one_that_the_words_mean(words: str, family: Family, until: str) -> None:
    ends = fact("2031-12-31", ["Art 3"], kind=FactType.EXPIRY, span=Span(0, len(words)))
    dated = apply_dates(act_view(family, words + TEXT), [norm("Art 3"), norm("Art 4")], [GENERAL, ends])
    assert [str(n.applies_until) for n in dated] == [until, "None"]
    if until != "None":
        assert dated[0].applies_by == (GENERAL.id, ends.id)


def test_in_german_statutes_the_day_itself_is_over() -> None:
    words = "am 1. Januar 2032"
    ends = fact("2032-01-01", kind=FactType.EXPIRY, span=Span(0, len(words)))
    german = replace(norm("Art 3"), language="de")
    [dated] = apply_dates(act_view(Family.STATUTE, words + TEXT), [german], [ends])
    assert str(dated.applies_until) == "2031-12-31"


def test_news_date_the_norm_in_whose_words_the_day_stands() -> None:
    within = fact("2027-01-01", span=Span(20, 30))
    assert times([within], "Art 1", family=Family.NEWS) == ["2027-01-01"]
    assert times([fact("2027-01-01")], "Art 1", family=Family.NEWS) == ["None"]


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("Chapter II", ["Chapter II"]),
        ("Chapter I-III", ["Chapter I", "Chapter II", "Chapter III"]),
        ("Chapter II Section 2", ["Section 2"]),
        ("Section 1", None),
        ("Art 2(1-2)", ["Art 2(1)", "Art 2(2)"]),
        ("Art 4-6", ["Art 4", "Art 5", "Art 6"]),
        ("Art 6-4", None),
        ("Art 99", None),
        ("Annex I", ["Annex I"]),
    ],
)
def test_places_are_found(place: str, found: list[str] | None) -> None:
    provisions = Places(ACT).find(place)
    assert (provisions and [p.place for p in provisions]) == found


def test_around_a_place_that_is_not_there_lies_what_is() -> None:
    places = Places(ACT)
    assert [p.place for p in places.within("Art 2(2)(z)(i)")] == ["Art 2(2)"]
    assert [p.place for p in places.within("Art 2(2) part")] == ["Art 2(2)"]
    assert places.within("Art 77(1)") == ()


# days that replay


def _in_force(value: str, words: str, language: str = "en", published: str | None = "2031-05-12") -> Fact:
    given = replace(fact(None, kind=FactType.ENTRY_INTO_FORCE, span=Span(0, len(words))), value=value)
    view = view_of(words, [], language=language, family=Family.STATUTE, published=published)
    [found] = resolve_facts(view, [given], "“L 77/1 12.5.2031”")
    return found


def test_entry_into_force_says_what_it_was_computed_from_and_replays() -> None:
    found = _in_force("P20D", "on the twentieth day following that of its publication")
    assert str(found.due) == "2031-06-01"
    assert found.steps[0] == "published on 2031-05-12: “L 77/1 12.5.2031”"
    assert found.basis == Computation("P20D", PLAIN, date(2031, 5, 12), PUBLICATION)
    assert replay(found.basis) == found.due
    assert _in_force("P20D", "", published=None).due is None


def test_weeks_are_counted_and_what_a_later_act_changed_is_not() -> None:
    weeks = "Diese Satzung tritt zwei Wochen nach ihrer Bekanntmachung in Kraft."
    changed = "§ 4 in der Fassung des Hafengesetzes 2033 tritt zwei Wochen nach der Verkündung in Kraft."
    assert str(_in_force("P2W", weeks, "de", "2031-05-12").due) == "2031-05-26"
    given = replace(fact(None, kind=FactType.ENTRY_INTO_FORCE, span=Span(40, 50)), value="P2W")
    view = view_of(changed, language="de", family=Family.STATUTE, published="2031-05-12")
    assert resolve_facts(view, [given])[0].due is None


def test_what_is_not_the_acts_own_has_no_day_from_its_publication() -> None:
    decision = replace(fact(None, kind=FactType.ENTRY_INTO_FORCE, reach=Reach.UNREAD), value="P1D")
    [found] = resolve_facts(view_of(TEXT, family=Family.EU_ACT, published="2031-05-12"), [decision])
    assert found == decision


def test_a_period_that_must_run_out_first_is_a_day_more_where_that_is_the_law() -> None:
    polish = _in_force("P14D", "po upływie 14 dni od dnia ogłoszenia", "pl")
    assert str(polish.due) == "2031-05-27"
    assert polish.basis is not None
    assert replay(polish.basis) == polish.due
    assert "have run out" in polish.steps[1]
    assert _in_force("P15D", "decorsi quindici giorni dalla pubblicazione", "it").due is None


def test_news_read_days_as_seen_from_their_own() -> None:
    words = "on 1 January"
    given = replace(fact("2027-01-01", span=Span(0, len(words))), due=None, basis=None)
    [seen] = resolve_facts(view_of(words, family=Family.NEWS, published="2026-11-20"), [given])
    assert seen.steps == ("“on 1 January”, as seen from the day of publication, 2026-11-20, is 2027-01-01",)
    assert seen.basis == Computation("2027-01-01", STATED, date(2026, 11, 20), PUBLICATION)
    [bare] = resolve_facts(view_of(words, family=Family.NEWS), [given])
    assert bare.due is None


@pytest.mark.parametrize(
    ("basis", "day"),
    [
        (Computation("2027-08-02", STATED), "2027-08-02"),
        (Computation("P6M", "reg1182", date(2026, 1, 5), "f"), "2026-07-06"),
        (Computation("P14D", "bgb", date(2026, 3, 2), "f"), "2026-03-16"),
        (Computation("P2W", PLAIN, date(2026, 3, 2), PUBLICATION), "2026-03-16"),
    ],
)
def test_a_computation_replays(basis: Computation, day: str) -> None:
    assert str(replay(basis)) == day


@pytest.mark.parametrize(
    "basis", [Computation("P6M", "reg1182"), Computation("PT6H", PLAIN, date(2026, 1, 5), PUBLICATION)]
)
def test_a_computation_that_lacks_something_does_not(basis: Computation) -> None:
    with pytest.raises(ValueError, match=r"not given|no number"):
        replay(basis)
