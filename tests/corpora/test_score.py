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


def test_the_report_has_a_row_for_every_document_and_group(root: Path) -> None:
    sys.path.insert(0, str(root / "benchmarks"))
    try:
        from score_report import markdown
    finally:
        sys.path.pop(0)
    row = {m: {"p": 1.0, "r": 0.5, "f": 2 / 3, "gold": 4, "pred": 2} for m in ("norm", "modality", "obligation")}
    made = {"documents": {"a.en": row, "b.de": row}, "genres": {"news": row}, "languages": {"en": row}, "all": row}
    page = markdown({"open": made, "held out": made}, ["b.de"], "command")
    assert "| a.en | 4 | 0.667 | 0.667 | – |" in page
    assert (
        page.index("## Public, document") < page.index("| a.en") < page.index("## Own, document") < page.index("| b.de")
    )
    assert "| obligation | 1.000 | 0.500 | 0.667 | 4 |" in page
    assert page.count("| news |") == 2
