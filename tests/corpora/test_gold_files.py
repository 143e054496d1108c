"""Every gold file of ours is well formed: quotes stand in the text, labels and values are those of the guidelines."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from together import check_each

CORPORA = Path(__file__).parents[2] / "corpora"
GOLD = sorted([*(CORPORA / "gold").glob("*.json"), *(CORPORA / "heldout").glob("*.json")])

KINDS = {"law", "circular", "news", "regulation", "other"}
MODALITIES = {"obligation", "prohibition", "permission", "exemption"}
CLASSES = {"business", "authority", "person", "any"}
FACTS = {"entry_into_force", "application", "transposition", "expiry", "transition", "review", "expected"}
DATE = r"\d{4}(-\d\d(-\d\d)?)?"
SPAN = r"P(\d+BD|\d+[YMWD]|T\d+[HM])"
# The form of a deadline's value, by kind.
VALUES = {
    "fixed": DATE,
    "period": SPAN,
    "recurring": rf"R/{SPAN}|--\d\d(-\d\d)?",
    "duration": SPAN,
    "immediate": "immediate",
    "vague": None,
}


# Shorter quotes, and formulas that every act of the Union has, may well stand elsewhere too.
SHORTEST_OWN_QUOTE = 40
FORMULAS = ("procedimiento de examen", "examination procedure", "procedimento de exame")


def squeeze(text: str) -> str:
    """Letters and digits only, as the scorer compares."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def well_formed(deadline: dict[str, Any]) -> bool:
    pattern = VALUES[deadline["kind"]]
    value = deadline["value"]
    return value is None if pattern is None else bool(re.fullmatch(pattern, value))


Gold = dict[str, Any]


@cache
def loaded() -> list[Gold]:
    """All gold files, each with the letters of its text and its path."""
    found = []
    for path in GOLD:
        text = squeeze(path.with_suffix(".txt").read_text(encoding="utf-8"))
        found.append({**json.loads(path.read_bytes()), "text": text, "path": path})
    return found


def names_the_document_it_is_of(gold: Gold) -> None:
    assert gold["doc"] == gold["path"].stem
    assert gold["doc"].endswith("." + gold["language"])
    assert gold["kind"] in KINDS
    assert (CORPORA / "samples" / gold["file"]).is_file() or (gold["path"].parent / gold["file"]).is_file()


def regions_stand_in_the_text_in_order(gold: Gold) -> None:
    at = 0
    for region in gold["regions"]:
        at = gold["text"].find(squeeze(region["from"]), at)
        assert at >= 0
        at = gold["text"].find(squeeze(region["to"]), at)
        assert at >= 0


def quotes_stand_in_the_text(gold: Gold) -> None:
    for finding in [*gold["norms"], *gold["facts"], *gold["penalties"]]:
        assert squeeze(finding["quote"])
        assert squeeze(finding["quote"]) in gold["text"]


def norms_use_the_labels_of_the_guidelines(gold: Gold) -> None:
    for norm in gold["norms"]:
        assert norm["place"]
        assert norm["modality"] in MODALITIES
        assert norm["strength"] in {"must", "should"}
        assert norm["bearer_class"] in CLASSES
        assert not norm["bearer"] or squeeze(norm["bearer"]) in gold["text"]


def deadlines_are_quoted_from_their_norm_and_well_formed(gold: Gold) -> None:
    for norm in gold["norms"]:
        for deadline in norm["deadlines"]:
            assert squeeze(deadline["quote"]) in squeeze(norm["quote"])
            assert well_formed(deadline), deadline
            assert deadline.get("direction") in {None, "before", "after"}


def facts_and_amounts_are_well_formed(gold: Gold) -> None:
    for fact in gold["facts"]:
        assert fact["type"] in FACTS
        assert re.fullmatch(rf"{DATE}|{SPAN}", fact["value"])
    for penalty in gold["penalties"]:
        assert penalty["amounts"]
        for amount in penalty["amounts"]:
            assert set(amount) in ({"amount", "currency"}, {"percent", "of"})


@pytest.mark.parametrize(
    "check",
    [
        names_the_document_it_is_of,
        regions_stand_in_the_text_in_order,
        quotes_stand_in_the_text,
        norms_use_the_labels_of_the_guidelines,
        deadlines_are_quoted_from_their_norm_and_well_formed,
        facts_and_amounts_are_well_formed,
    ],
    ids=lambda check: check.__name__,
)
def test_every_gold_file(check: Callable[[Gold], None]) -> None:
    check_each(loaded(), check, lambda gold: f"{gold['path'].parent.name}/{gold['path'].stem}")


def test_no_held_out_sentence_stands_where_rules_are_made(root: Path) -> None:
    folders = [root / "tests" / "specs", root / "src" / "dutybook" / "languages", root / "corpora" / "gold"]
    files = [f for folder in folders for f in sorted(folder.rglob("*")) if f.suffix in {".txt", ".toml"}]
    seen = squeeze("\n".join(re.sub(r"<[^>]*>", "", f.read_text(encoding="utf-8")) for f in files))
    for path in sorted((root / "corpora" / "heldout").glob("*.json")):
        for number, norm in enumerate(json.loads(path.read_bytes())["norms"]):
            quote = squeeze(norm["quote"])
            if len(quote) >= SHORTEST_OWN_QUOTE and not any(squeeze(f) in quote for f in FORMULAS):
                assert quote not in seen, f"norm {number} of {path.stem}"
