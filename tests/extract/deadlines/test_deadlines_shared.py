"""Measured on the gold norms beside the repository: kind and value of the deadlines in each norm's quote."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from dutybook.extract.deadlines import find_deadlines
from dutybook.languages import load
from dutybook.records import Span


def f1(folder: Path, language: str) -> float:
    hit = gold = found = 0
    for path in sorted(folder.glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["language"] != language:
            continue
        lines = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
        day = lines[1].strip() if document["kind"] == "news" else None
        for norm in document["norms"]:
            quote = norm["quote"]
            have = Counter(
                (d.kind.value, d.value) for d in find_deadlines(quote, Span(0, len(quote)), load(language), day)
            )
            want = Counter((d["kind"], d["value"]) for d in norm["deadlines"])
            hit += sum((have & want).values())
            gold += sum(want.values())
            found += sum(have.values())
    return 2 * hit / (gold + found)


@pytest.mark.shared
@pytest.mark.parametrize("language", ["en", "de", "fr", "it", "es"])
def test_deadlines_of_gold_norms(shared: Path, language: str) -> None:
    assert f1(shared / "gold", language) >= 0.9
