"""The sentences of ``tests/specs/<language>/penalties.txt``, and where penalties are not looked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dutybook.extract.penalties import find_penalties
from dutybook.records import Amount, Sentence, SentenceRole, Span, Zone
from spec_lines import SPECS, Line, spec_lines
from together import check_each
from views import view_of

FILES = sorted(SPECS.glob("*/penalties.txt"))
WITHOUT_AMOUNT = {"custody": "custody", "fine": "no-amount"}


def written(amount: Amount) -> str:
    if amount.percent is not None:
        return f"{amount.percent:g}% {amount.of or ''}".strip()
    return f"{amount.amount:.0f} {amount.currency}"


def states_these_amounts(line: Line) -> None:
    marked, wanted = line.marked.split(" => ")
    text = marked.removeprefix("[news] ")
    zone = Zone.ENACTING if text == marked else Zone.PROSE
    found = find_penalties(view_of(text, language=line.language, zone=zone))
    if wanted == "none":
        assert not found
        return
    assert [p.span.of(text) for p in found] == [text]
    amounts = "; ".join(written(a) for a in found[0].amounts)
    wanted, _, word = wanted.partition(" (")
    assert amounts == ("" if wanted in WITHOUT_AMOUNT else wanted)
    assert found[0].evidence.name == f"penalties/{WITHOUT_AMOUNT.get(wanted, 'fine')}"
    assert found[0].imposed == (word == "imposed)")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_every_sentence_states_its_amounts(path: Path) -> None:
    check_each(spec_lines(path), states_these_amounts)


def test_items_hear_the_fine_of_their_stem() -> None:
    stem, item = "The office shall impose fines of up to:", "EUR 5 million for undertakings;"
    text = f"{stem}\n{item}"
    rows = [
        Sentence(Span(0, len(stem)), "p", Zone.ENACTING, "en", SentenceRole.STEM),
        Sentence(Span(len(stem) + 1, len(text)), "p", Zone.ENACTING, "en", SentenceRole.ITEM, 0),
    ]
    [penalty] = find_penalties(view_of(text, rows))
    assert penalty.span.of(text) == item
    assert penalty.amounts == (Amount(amount=5_000_000.0, currency="EUR"),)


@pytest.mark.parametrize("item", ["a fine of EUR 500;", "the loss of the mooring."])
def test_a_stem_states_a_fine_unless_its_items_state_the_amounts(item: str) -> None:
    stem = "Whoever breaches Article 4 is liable to a fine, namely:"
    text = f"{stem}\n{item}"
    rows = [
        Sentence(Span(0, len(stem)), "p", Zone.ENACTING, "en", SentenceRole.STEM),
        Sentence(Span(len(stem) + 1, len(text)), "p", Zone.ENACTING, "en", SentenceRole.ITEM, 0),
    ]
    found = [(p.span.of(text), p.evidence.name) for p in find_penalties(view_of(text, rows))]
    assert found == [(item, "penalties/fine") if "EUR" in item else (stem, "penalties/no-amount")]


def test_a_fine_without_an_amount_is_less_sure_than_one_with_it() -> None:
    [plain] = find_penalties(view_of("Whoever breaches Article 4 is liable to a fine."))
    [stated] = find_penalties(view_of("Whoever breaches Article 4 is liable to a fine of EUR 500."))
    assert plain.amounts == ()
    assert plain.evidence.confidence <= 0.75 < stated.evidence.confidence


def test_recitals_state_no_penalties() -> None:
    text = "Fines should reach EUR 5 million."
    assert find_penalties(view_of(text, zone=Zone.RECITAL)) == ()


def test_a_page_that_shows_a_sentence_twice_states_its_fine_once() -> None:
    line = "You risk a fine of EUR 450."
    text = f"{line}\n{line}"
    rows = [
        Sentence(Span(0, len(line)), "p1", Zone.PROSE, "en"),
        Sentence(Span(len(line) + 1, len(text)), "p2", Zone.PROSE, "en"),
    ]
    assert len(find_penalties(view_of(text, rows))) == 1
    assert len(find_penalties(view_of(text, [replace(row, zone=Zone.ENACTING) for row in rows]))) == 2


def test_a_fine_without_a_currency_is_in_that_of_the_other_fines() -> None:
    lines = ["The ferry line paid a fine of 3 million.", "The shipyard paid a fine of €5 million."]
    text = "\n".join(lines)
    rows = [
        Sentence(Span(0, len(lines[0])), "p", Zone.PROSE, "en"),
        Sentence(Span(len(lines[0]) + 1, len(text)), "p", Zone.PROSE, "en"),
    ]
    found = find_penalties(view_of(text, rows))
    assert [p.amounts for p in found] == [
        (Amount(amount=3_000_000.0, currency="EUR"),),
        (Amount(amount=5_000_000.0, currency="EUR"),),
    ]


def test_only_what_is_told_of_a_fine_can_undo_it() -> None:
    text = "A fine of EUR 500 applies; it was revoked, or reduced to EUR 200, for boats."
    [law] = find_penalties(view_of(text))
    assert [a.amount for a in law.amounts] == [500.0, 200.0]
    assert find_penalties(view_of(text, zone=Zone.PROSE)) == ()
