"""The sentences of ``tests/specs/<language>/penalties.txt``, and where penalties are not looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from dutybook.extract.penalties import find_penalties
from dutybook.languages import load
from dutybook.records import Amount, Sentence, SentenceRole, Span, Zone

SPECS = Path(__file__).resolve().parents[2] / "specs"
LINES = [
    pytest.param(path.parent.name, *line.split(" => "), id=f"{path.parent.name}/penalties.txt:{number}")
    for path in sorted(SPECS.glob("*/penalties.txt"))
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    if line.strip() and not line.startswith("#")
]


def written(amount: Amount) -> str:
    if amount.percent is not None:
        return f"{amount.percent:g}% {amount.of or ''}".strip()
    return f"{amount.amount:.0f} {amount.currency}"


@pytest.mark.parametrize(("language", "text", "wanted"), LINES)
def test_a_sentence_states_these_amounts(language: str, text: str, wanted: str) -> None:
    found = find_penalties(text, [Sentence(Span(0, len(text)), "p", Zone.ENACTING, language)], load)
    if wanted == "none":
        assert not found
        return
    assert [p.span.of(text) for p in found] == [text]
    amounts = "; ".join(written(a) for a in found[0].amounts)
    assert amounts == ("" if wanted == "custody" else wanted)


def test_items_hear_the_fine_of_their_stem() -> None:
    stem, item = "The office shall impose fines of up to:", "EUR 5 million for undertakings;"
    text = f"{stem}\n{item}"
    rows = [
        Sentence(Span(0, len(stem)), "p", Zone.ENACTING, "en", SentenceRole.STEM),
        Sentence(Span(len(stem) + 1, len(text)), "p", Zone.ENACTING, "en", SentenceRole.ITEM, 0),
    ]
    [penalty] = find_penalties(text, rows, load)
    assert penalty.span.of(text) == item
    assert penalty.amounts == (Amount(amount=5_000_000.0, currency="EUR"),)


def test_recitals_state_no_penalties() -> None:
    text = "Fines should reach EUR 5 million."
    assert find_penalties(text, [Sentence(Span(0, len(text)), "p", Zone.RECITAL, "en")], load) == ()
