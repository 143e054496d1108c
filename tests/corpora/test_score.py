"""Documents are grouped by genre for the score: what counts as an act of the Union and what as national law."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from score import Scored


@pytest.mark.parametrize(
    ("kind", "places", "genre"),
    [
        ("regulation", ["Art 3(1)", "Art 4"], "EU act"),
        ("directive", [], "EU act"),
        ("regulation", ["§ 7.12(a)", "§ 7.12(b)", "Annex"], "national law"),
        ("law", ["Art 3"], "national law"),
        ("circular", ["3 S 1"], "guidance"),
        ("news", ["S 1"], "news"),
        ("other", [], "other"),
    ],
)
def test_genres(kind: str, places: list[str], genre: str) -> None:
    assert Scored({"kind": kind, "norms": [{"place": p} for p in places]}).genre == genre
