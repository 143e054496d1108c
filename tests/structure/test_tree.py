"""The provision tree of acts, statutes, circulars, news: zones, lists, sentences' roles."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import CIRCULAR, CONTENTS, EU_ACT, FRENCH_ACT, STATUTE, US_RULE, layout, places, sentence_places, structure

from dutybook.records import ProvisionKind, SentenceRole, Zone
from dutybook.structure.build import build_structure


def _zones(text: str, language: str = "en") -> dict[str, Zone]:
    made, found = structure(text, language)
    return {s.span.of(made.text)[:28]: s.zone for s in found.sentences}


def test_recitals_definitions_amendments_signature_and_notes_are_told_apart() -> None:
    zones = _zones(EU_ACT)
    assert zones["Harbours should share their "] is Zone.RECITAL
    assert zones["Carriers must not be burdene"] is Zone.RECITAL
    assert zones["(a) short, or"] is Zone.RECITAL
    assert zones["‘berth’ means a place where "] is Zone.DEFINITION
    assert zones["owns a vessel; or"] is Zone.DEFINITION
    assert zones["keep a log that states:"] is Zone.ENACTING
    assert zones["Carriers shall keep two logs"] is Zone.AMENDMENT
    assert zones["(1) OJ L 7, 1.2.2030, p. 3."] is Zone.FOOTNOTE
    assert zones["Done at Seaport, 3 May 2031."] is Zone.SIGNATURE
    assert zones["The President"] is Zone.SIGNATURE
    assert zones["The log shall be written in "] is Zone.ANNEX


def test_headings_belong_to_their_provisions_and_are_no_sentences() -> None:
    made, found = structure(EU_ACT)
    headings = {p.place: p.heading for p in found.provisions if p.heading}
    assert headings["Chapter I"] == "General provisions"
    assert headings["Art 3"] == "Duties of carriers"
    assert headings["Annex II"] == "Correlation table"
    sentence_texts = {s.span.of(made.text) for s in found.sentences}
    assert not sentence_texts & set(headings.values())
    log = next(s for s in found.sentences if s.span.of(made.text) == "seal the hold.")
    assert log.heading == "Duties of carriers"


def test_a_paragraph_in_which_a_sentence_ends_is_no_title() -> None:
    text = """
    HAVE ADOPTED THIS REGULATION:
    Article 1
    Duties of carriers
    Carriers shall pay.
    Article 2
    Start This decree has effect from its publication in the harbour gazette of the state. The harbour master shall print it. Seaport, 3 May 2031
    """
    _, found = structure(text)
    assert {p.place: p.heading for p in found.provisions if p.place in {"Art 1", "Art 2"}} == {
        "Art 1": "Duties of carriers",
        "Art 2": "",
    }


def test_a_footnote_between_two_paragraphs_parts_no_list() -> None:
    text = """
    HAVE ADOPTED THIS REGULATION:
    # Article 1
    1. Carriers shall:
    (a) keep a log;
    ^ (1) OJ L 7, 1.2.2030, p. 3.
    (b) seal the hold.
    # Article 2
    Carriers shall pay.
    """
    _, found = structure(text)
    assert [p.place for p in found.provisions if p.place.startswith("Art 1")] == [
        "Art 1",
        "Art 1(1)",
        "Art 1(1)(a)",
        "Art 1(1)(b)",
    ]


def test_roles_and_stems() -> None:
    made, found = structure(EU_ACT)
    at = {s.span.of(made.text): (i, s) for i, s in enumerate(found.sentences)}
    outer, stem = at["Carriers shall:"]
    inner, nested = at["keep a log that states:"]
    assert stem.role is SentenceRole.STEM
    assert (nested.role, nested.stem, nested.depth) == (SentenceRole.STEM, outer, 1)
    assert (at["the berth;"][1].role, at["the berth;"][1].stem, at["the berth;"][1].depth) == (
        SentenceRole.ITEM,
        inner,
        2,
    )
    assert at["seal the hold."][1].stem == outer
    tail = at["The log shall be kept for five years."][1]
    assert (tail.role, tail.stem) == (SentenceRole.TAIL, outer)
    second, _ = at["Carriers shall also:"]
    assert at["train the crew;"][1].stem == second  # the list that begins anew has its own stem


def test_only_the_first_sentence_of_a_provision_is_marked_first() -> None:
    made, found = structure(EU_ACT)
    first = {s.span.of(made.text): s.first for s in found.sentences}
    assert first["Paragraph 1 shall not apply to ferries."]
    assert not first["It shall not apply to tugs."]


def test_a_tables_rows_are_no_articles() -> None:
    _, found = structure(EU_ACT)
    assert [p.number for p in found.provisions if p.kind is ProvisionKind.ARTICLE] == ["1", "2", "3", "4", "5"]


def test_table_of_contents_holds_no_articles() -> None:
    _, found = structure(CONTENTS)
    assert [(p.number, p.heading) for p in found.provisions if p.kind is ProvisionKind.ARTICLE] == [
        ("1", "Subject matter"),
        ("2", "Duties"),
    ]
    assert sum(p.kind is ProvisionKind.CONTENTS for p in found.provisions) == 3


def test_title_of_an_act_is_put_together_from_its_lines() -> None:
    assert (
        structure(EU_ACT)[1].title == "REGULATION (EU) 2031/777 OF THE HARBOUR PARLIAMENT of 3 May 2031 on harbour data"
    )
    assert structure(FRENCH_ACT, "fr")[1].title == "RÈGLEMENT (UE) 2031/777 relatif aux données portuaires"


def test_news_is_prose_under_its_headline() -> None:
    made, found = structure("# Port news\nThe port closes. It opens again.\nAll is well.", published="2031-05-20")
    assert [s.span.of(made.text) for s in found.sentences] == ["The port closes.", "It opens again.", "All is well."]
    assert {s.zone for s in found.sentences} == {Zone.PROSE}
    assert {s.heading for s in found.sentences} == {"Port news"}


@pytest.mark.parametrize(
    ("text", "language"),
    [(EU_ACT, "en"), (STATUTE, "de"), (FRENCH_ACT, "fr"), (CIRCULAR, "de"), (US_RULE, "en"), (CONTENTS, "en")],
    ids=["eu", "statute", "french", "circular", "us", "contents"],
)
def test_invariants_on_every_text(text: str, language: str) -> None:
    _check(layout(text), language)


def _check(made, language: str) -> None:  # type: ignore[no-untyped-def]
    found = build_structure(made, "test", language)
    by_id = {p.id: p for p in found.provisions}
    assert len(by_id) == len(found.provisions)
    for provision in found.provisions:
        if provision.parent is not None:
            assert by_id[provision.parent].span.contains(provision.span)
    end = 0
    for number, sentence in enumerate(found.sentences):
        assert sentence.span.start >= end, "sentences are in order and do not overlap"
        end = sentence.span.end
        assert sentence.span == sentence.span.strip(made.text)
        assert by_id[sentence.provision].span.contains(sentence.span)
        assert sentence.stem is None or sentence.stem < number
    assert build_structure(made, "test", language) == found


_MARKS = [
    "1. ",
    "2. ",
    "3. ",
    "(1) ",
    "(2) ",
    "(a) ",
    "(b) ",
    "(i) ",
    "(ii) ",
    "(aa) ",
    "— ",
    "",
    "# ",
    "^ ",
    "| ",
    "~ ",
]
_WORDS = [
    "Article 1",
    "Article 2 Duties",
    "§ 5 Pflichten",
    "CHAPTER II",
    "ANNEX I",
    "Whereas:",
    "HAVE ADOPTED THIS REGULATION:",
    "Done at Seaport",
    "Carriers shall:",
    "keep a log; and",
    "The log is kept. It is shown.",
    "Contents",
    "Definitions",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(_MARKS), st.sampled_from(_WORDS)), min_size=1, max_size=30))
def test_any_order_of_headings_and_lists_keeps_the_invariants(lines: list[tuple[str, str]]) -> None:
    _check(layout("\n".join(mark + words for mark, words in lines)), "en")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(string.printable + "§éß—•", min_size=1, max_size=60), max_size=12))
def test_any_text_is_built_without_error(lines: list[str]) -> None:
    made = layout("\n".join(line.replace("\n", " ").replace("\r", " ") for line in lines))
    _check(made, "de")


def test_a_sentence_behind_its_section_sign_is_no_title() -> None:
    text = (
        "UCHWAŁA NR 4/2031\n\nRADY GMINY MEWOWO\n\nUchwala się, co następuje:\n\n"
        "§ 1. Przystań jest czynna od świtu do zmierzchu.\n\n"
        "§ 2. Łodzie cumuje się tylko przy pomostach.\n\n"
        "§ 3. Uchwała wchodzi w życie z dniem podpisania."
    )
    made, found = structure(text, "pl")
    at = sentence_places(made, found)
    assert at["Uchwała wchodzi w życie z dniem podpisania."[:24]] == "§ 3"
    assert at["Łodzie cumuje się tylko przy pomostach."[:24]] == "§ 2"


@pytest.mark.parametrize(
    ("day", "language"),
    [("1. Januar 2032 in Kraft", "de"), ("15. Mai 2032 zu melden", "de"), ("12 March 2032 and ends in May", "en")],
)
def test_a_line_that_goes_on_with_a_day_is_no_item(day: str, language: str) -> None:
    text = f"The harbour office says what applies.\n\n{day}.\n\nThe cranes are old.\n"
    _, found = structure(text, language)
    assert not any(p.kind in (ProvisionKind.MARGIN_NUMBER, ProvisionKind.POINT) for p in found.provisions)


POLISH_LIST = """
Art. 5. 1. Gdy młyn stoi na terenie:
1) parku,
2) rezerwatu{stop}
– młynarz zawiadamia wójta.
2. Wójt wydaje zgodę.
"""


def test_a_dash_ends_a_polish_list() -> None:
    made, found = structure(POLISH_LIST.format(stop=""), "pl")
    at = {s.span.of(made.text): s for s in found.sentences}
    tail = at["młynarz zawiadamia wójta."]
    assert tail.role is SentenceRole.TAIL
    assert {p.id: p.place for p in found.provisions}[tail.provision] == "Art 5(1)"
    assert "Art 5(2)" in places(found)


def test_a_dash_behind_a_colon_begins_a_list_of_its_own() -> None:
    _, found = structure(POLISH_LIST.format(stop=", w tym:"), "pl")
    assert "Art 5(1)(2) indent 1" in places(found)
