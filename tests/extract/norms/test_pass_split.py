"""The pass ``split``: where norms begin and end, and what becomes of a sentence that states several."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import Written, write

from dutybook.extract.norms.passes.split import trim
from dutybook.extract.norms.unit import Unit
from dutybook.records import Span


def split(script: str) -> tuple[Written, tuple[Unit, ...]]:
    written = write(script)
    return written, written.run("split")


def quotes(written: Written, units: tuple[Unit, ...]) -> list[str | None]:
    return [written.words(u.span) for u in units]


def test_one_norm_in_a_sentence_is_the_sentence() -> None:
    written, units = split("[obligation] Lodivod vede plavební deník.")
    assert quotes(written, units) == ["Lodivod vede plavební deník."]
    assert units[0].part == -1
    assert len(written.reader.asked) == 1, "nothing is asked about anew"


def test_a_lone_norm_is_quoted_with_its_whole_sentence() -> None:
    written, units = split(
        "[obligation] The moor being wet in spring, <norm>walkers shall keep to the path</norm>, it was said."
    )
    assert [q.rstrip(".") for q in quotes(written, units)] == [
        "The moor being wet in spring, walkers shall keep to the path, it was said"
    ]


def test_each_of_several_norms_becomes_a_unit_that_is_asked_about_anew() -> None:
    written, units = split("""
        [obligation] <norm obligation>Der Fährmann führt ein Fahrtenbuch</norm>, <norm permission>er darf es abends schließen</norm>.
        [none] Die Fähre wurde 1911 gebaut.
    """)
    assert quotes(written, units)[:2] == ["Der Fährmann führt ein Fahrtenbuch", "er darf es abends schließen"]
    assert [(u.index, u.part) for u in units] == [(0, 0), (0, 1), (1, -1)]
    assert [u.trace[-1].code for u in units[:2]] == ["several_norms", "several_norms"]
    whole, anew = written.reader.asked
    assert len(whole) == 2
    assert [i.span for i in anew] == [u.span for u in units[:2]]
    assert [int(u.answer.heads["statement"].argmax()) for u in units[:2] if u.answer] == [1, 3]


def test_what_stands_before_a_part_goes_before_it() -> None:
    written, units = split(
        "[obligation] <norm obligation>El farero enciende la lámpara</norm> y <norm obligation>cierra la puerta al alba</norm>."
    )
    assert units[0].input.before == ()
    assert [s.of(written.text) for s in units[1].input.before] == ["El farero enciende la lámpara y "]


def test_parts_of_an_item_keep_its_stem_before_the_first() -> None:
    written, units = split("""
        [stem obligation list=items] Majakavahi peab:
        [item=0 obligation] <norm obligation>süütama tule õhtul</norm> ja <norm obligation>kustutama selle hommikul</norm>;
    """)
    assert [s.of(written.text) for s in units[1].input.before] == ["Majakavahi peab:"]
    assert [s.of(written.text) for s in units[2].input.before] == ["süütama tule õhtul ja "]


def test_a_beginning_that_the_network_is_not_sure_of_is_none() -> None:
    script = "[obligation] <norm>Bonden märker varje får</norm> och <norm p=0.45>för anteckningar över flocken</norm>."
    written, units = split(script)
    assert quotes(written, units) == ["Bonden märker varje får och för anteckningar över flocken."]
    surer = script.replace("<norm p=0.45>", "<norm obligation p=0.55>").replace("<norm>", "<norm obligation>")
    _, units = split(surer)
    assert len(units) == 2


def test_a_cut_that_leaves_a_part_without_a_norm_is_not_made() -> None:
    written, units = split(
        "[obligation] <norm none>The harbour master shall</norm> <norm obligation>ring the bell at dusk, every day</norm>."
    )
    assert [q.rstrip(".") for q in quotes(written, units)] == ["The harbour master shall ring the bell at dusk, every day"]


@pytest.mark.parametrize("short", ["go home", "stop"])
def test_a_norm_has_some_pieces_at_least(short: str) -> None:
    _, units = split(f"[obligation] <norm>The beekeeper shall mark each hive</norm> or <norm>{short}</norm>.")
    assert len(units) == 1


@pytest.mark.parametrize(
    ("body", "quote"),
    [
        ("keep the lamp lit;", "keep the lamp lit"),
        ("– keep the lamp lit, and,", "keep the lamp lit, and"),
        ("* keep the lamp lit |", "keep the lamp lit"),
        ("The keeper shall, each evening:", "The keeper shall, each evening:"),
        ("The keeper shall, each evening :", "The keeper shall, each evening"),
        ("keep the lamp lit.", "keep the lamp lit."),
    ],
)
def test_signs_of_a_list_are_no_part_of_a_quote_but_a_stem_keeps_its_colon(body: str, quote: str) -> None:
    written, units = split(f"[obligation] {body}")
    assert quotes(written, units) == [quote]


def test_a_quote_without_known_extents_is_trimmed_as_well() -> None:
    written, units = split("[item=0 none] keep the lamp lit and the door shut;")
    assert quotes(written, units) == ["keep the lamp lit and the door shut"]


def test_of_a_sentence_that_is_read_in_part_the_rest_belongs_to_its_norm() -> None:
    written, units = split("[obligation cut] <norm>Der Wirt meldet jeden Gast</norm> am Tag der Anreise beim Amt an.")
    assert quotes(written, units) == ["Der Wirt meldet jeden Gast am Tag der Anreise beim Amt an."]


@given(st.text(" ,;:.–ab*", max_size=12), st.integers(0, 5))
def test_trimming_leaves_a_span_within_the_span(text: str, start: int) -> None:
    whole = Span(min(start, len(text)), len(text))
    made = trim(text, whole)
    assert whole.contains(made)
    assert trim(text, made) == made or made.of(text).endswith(":")
