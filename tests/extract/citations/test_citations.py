"""What the marked-up sentences cannot show: several sentences, zones, resolution, hostile text."""

from __future__ import annotations

import time

import pytest

from dutybook.extract.citations import find_citations
from dutybook.records import Citation, Family, Sentence, SentenceRole, Span, Zone
from views import view_of


def _sentences(*parts: tuple[str, str], zone: Zone = Zone.ENACTING) -> tuple[str, list[Sentence]]:
    text, made = "", []
    for provision, part in parts:
        made.append(Sentence(Span(len(text), len(text) + len(part)), provision, zone, "en"))
        text += part + "\n"
    return text, made


def _find(*parts: tuple[str, str], zone: Zone = Zone.ENACTING, own: str | None = "own") -> tuple[Citation, ...]:
    text, sentences = _sentences(*parts, zone=zone)
    return find_citations(view_of(text, sentences, work=own))


def test_an_act_cited_before_is_of_the_same_provision_and_kind() -> None:
    first = "Ports apply Regulation (EU) 2019/1150 and Directive (EU) 2016/1148."
    then = "Article 4 of that Regulation covers quays."
    assert _find(("p", first), ("p", then))[-1].work == "32019R1150"
    assert _find(("p", first), ("q", then))[-1].work is None
    assert not _find(("p", first), ("q", then))[-1].resolved


def test_a_list_item_leans_on_its_stem() -> None:
    text, [stem, item] = _sentences(
        ("p", "Under Directive (EU) 2016/1148:"), ("q", "Article 5 of that Directive binds")
    )
    item = Sentence(item.span, "q", Zone.ENACTING, "en", SentenceRole.ITEM, stem=0, depth=1)
    assert find_citations(view_of(text, [stem, item], work="own"))[-1].work == "32016L1148"


@pytest.mark.parametrize("zone", [Zone.HEADING, Zone.CONTENTS, Zone.TITLE])
def test_headings_and_contents_cite_nothing(zone: Zone) -> None:
    assert _find(("p", "Article 5"), zone=zone) == ()


@pytest.mark.parametrize("zone", [Zone.RECITAL, Zone.FOOTNOTE, Zone.ANNEX, Zone.PROSE, Zone.DEFINITION])
def test_all_other_zones_cite(zone: Zone) -> None:
    assert [c.work for c in _find(("p", "See Directive 2002/58/EC."), zone=zone)] == ["32002L0058"]


def test_resolved_says_that_work_and_place_are_known() -> None:
    line = "See Article 5, Directive 2002/58/EC and Article 9 of the Harbour Act 1999."
    assert [c.resolved for c in _find(("p", line))] == [True, True, False]
    assert [c.resolved for c in _find(("p", line), own=None)] == [False, True, False]


def test_parts_without_a_provision_need_their_own_place() -> None:
    text, sentences = _sentences(("p", "The log in paragraph 2 and point (b) is kept."))
    assert find_citations(view_of(text, sentences, work="own")) == ()
    found = find_citations(view_of(text, sentences, work="own", place="Art 8(1)"))
    assert [c.place for c in found] == ["Art 8(2)", "Art 8(1)(b)"]


def test_ids_differ_by_document_and_runs_agree() -> None:
    text, sentences = _sentences(("p", "Articles 5 and 6 apply."))
    one = find_citations(view_of(text, sentences, work="own", document_id="a"))
    assert one == find_citations(view_of(text, sentences, work="own", document_id="a"))
    two = find_citations(view_of(text, sentences, work="own", document_id="b"))
    assert not {c.id for c in one} & {c.id for c in two}
    assert all(c.evidence.cue == c.span for c in one)


@pytest.mark.parametrize(
    "unit",
    [
        "Article 5, and, and, and, and ",
        "Regulation (EU) 2019/1, and, and, and ",
        "Council Council Commission ",
        "Regulation (EU, EU, EU, ",
        "Article 5 " + "A" * 900 + "-",
        "§ 5 ",
        "Article " + " " * 500,
        "points (a), (b), (c) and ",
        "((((",
    ],
)
def test_hostile_text_is_read_in_bounded_time(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    began = time.process_time()
    _find(("p", text))
    assert time.process_time() - began < 2


def test_no_more_than_the_bound_is_found_in_a_sentence() -> None:
    assert len(_find(("p", "Article 5; " * 2_000))) <= 800


def test_the_words_of_an_amendment_do_not_cite_this_act() -> None:
    line = "In Article 5 of Directive 2002/58/EC, the words of Article 9 are replaced."
    found = _find(("p", line), zone=Zone.AMENDMENT)
    assert [(c.work, c.place, c.resolved) for c in found] == [("32002L0058", "Art 5", True), (None, "Art 9", False)]


_AUSTRIAN = "Der Nationalrat hat beschlossen, BGBl. I Nr. 12/2031 zu ändern. "


def _german(text: str, own: str | None = None, state: str = "") -> list[tuple[str | None, str | None]]:
    sentence = Sentence(Span(0, len(text)), "p", Zone.ENACTING, "de")
    view = view_of(text, [sentence], language="de", work=own)
    return [(c.work, c.place) for c in find_citations(view, state)]


def test_a_name_means_the_act_of_the_state_whose_law_the_text_is() -> None:
    text = "Nach § 7 StGB und § 3 des Strafgesetzbuches ist der Lotse zu bestrafen."
    assert _german(text) == [("de:stgb", "§ 7"), ("de:stgb", "§ 3")]
    assert _german(text, state="AT") == [(None, "§ 7"), (None, "§ 3")]
    assert _german(_AUSTRIAN + text) == [(None, "§ 7"), (None, "§ 3")]
    # An act that the text names but for its own name is no act that could be named again.
    assert _german("Das Strafgesetzbuch gilt.", state="AT") == []


def test_an_act_knows_its_own_name_where_another_state_has_one_of_that_name() -> None:
    text = "Die Gebühr nach § 7 TKG ist dem Amt zu entrichten."
    assert _german(text, own="at:tkg", state="AT") == [("at:tkg", "§ 7")]


def test_acts_of_other_states_are_known_where_the_language_is_no_language_of_theirs() -> None:
    text = "Ports apply section 7 of the BGB; the Oireachtas of the Republic of Ireland and Irish Statute Book say so."
    assert any(c.work == "de:bgb" for c in find_citations(view_of(text, language="en", work=None), "IE"))


@pytest.mark.parametrize("family", [Family.NEWS, Family.GUIDANCE])
def test_a_text_that_is_no_act_has_only_provisions_that_it_shows(family: Family) -> None:
    line = "Under Article 5 and § 12 ferries carry a lamp; Section 3 of this Part is clear."
    found = find_citations(view_of(line, work="own", family=family))
    assert [(c.as_written, c.work) for c in found][:2] == [("Article 5", None), ("§ 12", None)]
    with_place = find_citations(view_of(line, work="own", family=family, place="Art 7"))
    assert [(c.as_written, c.work) for c in with_place][:2] == [("Article 5", "own"), ("§ 12", None)]
    assert {c.work for c in find_citations(view_of(line, work="own", family=Family.STATUTE))} == {"own"}
