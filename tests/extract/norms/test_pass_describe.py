"""The pass ``describe``: which sentences become units, where they stand, and what goes before them."""

from __future__ import annotations

import pytest
from scripted import Written, write

from dutybook.extract.norms.unit import Unit


def described(script: str, genre: str = "eu_act") -> tuple[Written, tuple[Unit, ...]]:
    written = write(script, genre)
    return written, written.run("describe")


def before(written: Written, unit: Unit) -> list[str]:
    return [span.of(written.text) for span in unit.input.before]


@pytest.mark.parametrize("zone", ["title", "contents", "preamble", "recital", "definition", "amendment", "heading"])
def test_zones_that_hold_no_norms_give_no_unit(zone: str) -> None:
    written, units = described(f"""
        [{zone}] Der Imker meldet jedes Volk.
        [enacting] Der Imker meldet jedes Volk.
    """)
    assert [u.index for u in units] == [1]
    assert before(written, units[0]) == [], "the sentence before stands in another part of the document"


@pytest.mark.parametrize("zone", ["enacting", "annex", "prose"])
def test_zones_that_hold_norms_are_named_to_the_network(zone: str) -> None:
    _, (unit,) = described(f'[{zone} under="Obowiązki  flisaka"] Flisak prowadzi dziennik spływu.', "statute")
    assert unit.input.where == f"statute {zone} sentence |  | Obowiązki flisaka |"


def test_new_text_for_another_act_is_read_as_its_terms() -> None:
    written, units = described("""
        [amendment stem] In Article 4 the following paragraph is added:
        [amendment quoted] The beekeeper reports each swarm.
        [amendment quoted] He may keep a log.
    """)
    assert [u.input.where.split(" |")[0] for u in units] == ["eu_act enacting sentence"] * 2
    assert before(written, units[0]) == [], "the instruction is no part of what is inserted"
    assert before(written, units[1]) == ["The beekeeper reports each swarm."]


def test_new_text_that_an_opinion_quotes_is_law() -> None:
    _, (own, new) = described(
        """
        [prose] The chamber welcomes the plan.
        [amendment quoted] The beekeeper reports each swarm.
    """,
        "guidance",
    )
    assert own.input.where.startswith("guidance prose")
    assert new.input.where.startswith("statute enacting")


def test_what_is_too_short_gives_no_unit_but_goes_before_the_next() -> None:
    written, units = described("""
        [enacting] Article 7
        [enacting] The beekeeper reports each swarm.
    """)
    assert [u.index for u in units] == [1]
    assert before(written, units[0]) == ["Article 7"]


def test_the_previous_sentence_goes_before() -> None:
    written, units = described("""
        [] De brugwachter bedient de brug.
        [] Hij houdt een logboek bij.
    """)
    assert [before(written, u) for u in units] == [[], ["De brugwachter bedient de brug."]]


def test_stems_go_before_their_items_the_outermost_first() -> None:
    written, units = described("""
        [stem] Le gardien du phare doit:
        [stem of=0] pendant une tempête:
        [item=1] allumer le second feu;
        [item=0] tenir un journal;
        [tail=0] sous peine d'amende.
    """)
    stem, inner, nested, item, tail = units
    assert before(written, stem) == []
    assert before(written, inner) == ["Le gardien du phare doit:"]
    assert before(written, nested) == ["Le gardien du phare doit:", "pendant une tempête:"]
    assert before(written, item) == before(written, tail) == ["Le gardien du phare doit:"]


def test_of_many_nested_stems_the_inner_three_go_before() -> None:
    written, units = described("""
        [stem] In the outer harbour:
        [stem of=0] in the cold season:
        [stem of=1] whenever ice forms:
        [stem of=2] on each drawbridge:
        [item=3] salt shall be strewn.
    """)
    assert len(before(written, units[-1])) == 3
    assert before(written, units[-1])[-1] == "on each drawbridge:"


def test_a_stem_is_shown_how_its_first_item_begins() -> None:
    written, units = described("""
        [stem] Il guardiano del faro:
        [item=0] tiene un registro delle lampade cambiate, con la data, l'ora, il nome di chi le ha cambiate e il motivo;
        [item=0] accende la lampada al tramonto.
    """)
    following = written.words(units[0].input.following)
    assert following is not None
    assert following.startswith("tiene un registro")
    assert len(following) == 80
    assert [u.input.following for u in units[1:]] == [None, None]


def test_a_tail_is_no_first_item() -> None:
    _, units = described("""
        [stem] Färjevakten ska:
        [tail=0] utan dröjsmål och på egen bekostnad.
    """)
    assert units[0].input.following is None


def test_a_long_heading_is_cut() -> None:
    _, (unit,) = described(f'[under="{"Rope " * 40}"] The rope maker tests each rope.')
    assert len(unit.input.where) < 120
