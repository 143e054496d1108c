"""The matching that the notebook uses: small cases, and agreement with the scorer beside the repository."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from loading import script


@pytest.fixture(scope="module")
def quality(root: Path) -> ModuleType:
    return script(root / "benchmarks" / "quality.py")


TEXT = "Bakers shall weigh the bread. Bakers shall weigh the bread. Nobody may sell stones. The oven is old."


def _document(quality: ModuleType, quotes: list[tuple[str, str]]) -> Any:
    gold = {
        "kind": "law",
        "language": "en",
        "file": "x.txt",
        "regions": [{"from": "Bakers shall", "to": "oven is old."}],
        "norms": [{"quote": quote, "modality": modality} for quote, modality in quotes],
    }
    return quality.Document("x", gold, TEXT, Path("x.txt"))


def test_each_gold_norm_and_each_finding_counts_once(quality: ModuleType) -> None:
    bread = ("Bakers shall weigh the bread.", "obligation")
    document = _document(quality, [bread, bread, ("Nobody may sell stones.", "prohibition")])
    found = [
        {"quote": "Bakers shall weigh the bread", "modality": "obligation"},
        {"quote": "may sell stones", "modality": "permission"},
        {"quote": "The oven is old.", "modality": "obligation"},
    ]
    made = list(quality.pairs(document, found))
    norms = quality.count(made)
    assert (norms.hits, norms.gold, norms.found) == (2, 3, 3)
    assert quality.count(made, modality=True).hits == 1
    assert quality.count(made, label="prohibition").hits == 0
    assert [p.found["quote"] for p in made if p.gold is None] == ["The oven is old."]


def test_what_shares_less_than_half_does_not_meet(quality: ModuleType) -> None:
    document = _document(quality, [("Nobody may sell stones. The oven is old.", "prohibition")])
    assert quality.count(quality.pairs(document, [{"quote": "Nobody", "modality": "prohibition"}])).hits == 0


def test_nothing_found_and_nothing_there_is_right(quality: ModuleType) -> None:
    assert quality.count([]).f1 == 1.0


@pytest.mark.shared
@pytest.mark.parametrize("name", ["seehafendatengesetz.de", "news-crane-control.de", "circular-outsourcing.en"])
def test_it_counts_as_the_scorer_does(quality: ModuleType, root: Path, shared: Path, name: str) -> None:
    scorer = script(shared / "gold" / "score.py", "gold_scorer")
    document = next(d for d in quality.documents(root) if d.name == name)
    found = quality.read(document)
    tallies: dict[str, Any] = defaultdict(scorer.Tally)
    prediction = json.loads(json.dumps({"norms": found, "facts": [], "penalties": []}))
    scorer.score(document.gold, document.text, prediction, tallies, [])
    made = list(quality.pairs(document, found))
    ours = quality.count(made)
    assert (ours.hits, ours.gold, ours.found) == (tallies["norm"].hit, tallies["norm"].gold, tallies["norm"].pred)
    assert quality.count(made, modality=True).hits == tallies["modality"].hit
