"""Passages that were annotated for training are laid over the text of their document, and over no other."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [p for p in (str(ROOT / "models"), str(ROOT / "benchmarks")) if p not in sys.path]

from reader.examples import FOLDS, Text, squeeze  # noqa: E402
from reader.passages import BLIND, PASSAGES, fingerprint, is_of_fold, place_passage  # noqa: E402

from dutybook.records import Family  # noqa: E402

WORDS = "Opening hours.\n\nThe harbour master shall lock the gate at dusk. Boats may moor for one night."


def mark(text: str, words: str) -> list[int]:
    """Where words stand in a text, counted in letters and digits."""
    squeezed, wanted = squeeze(text)[0], squeeze(words)[0]
    start = squeezed.index(wanted)
    return [start, start + len(wanted)]


@pytest.fixture
def marked() -> dict[str, object]:
    return {
        "document": "harbour.en",
        "file": "harbour.txt",
        "text": fingerprint(squeeze(WORDS)[0]),
        "regions": [mark(WORDS, WORDS)],
        "norms": [
            {
                "at": mark(WORDS, "The harbour master shall lock the gate at dusk."),
                "modality": "obligation",
                "strength": "must",
                "class": "authority",
                "bearer": mark(WORDS, "harbour master"),
                "action": mark(WORDS, "lock the gate at dusk"),
            },
            {
                "at": mark(WORDS, "Boats may moor for one night"),
                "modality": "permission",
                "strength": "must",
                "class": "any",
            },
        ],
    }


def text_of(words: str) -> Text:
    return Text("harbour.en", words, (), Family.GUIDANCE, "en")


def test_an_annotation_is_laid_over_its_text(marked: dict[str, object]) -> None:
    passage = place_passage(marked, text_of(WORDS))
    assert passage is not None
    first, second = passage.wanted
    assert first.span.of(WORDS) == "The harbour master shall lock the gate at dusk"
    assert (first.bearer, first.parts) == ("harbour master", {"action": "lock the gate at dusk"})
    assert (second.bearer, second.parts) == (None, {})
    assert passage.regions[0].of(WORDS) == WORDS.rstrip(".")


def test_white_space_may_change(marked: dict[str, object]) -> None:
    passage = place_passage(marked, text_of(WORDS.replace(" ", "\n  ")))
    assert passage is not None
    assert passage.wanted[0].bearer == "harbour\n  master"


def test_another_text_is_refused(marked: dict[str, object]) -> None:
    assert place_passage(marked, text_of(WORDS.replace("dusk", "dawn"))) is None


@pytest.mark.parametrize("file", [PASSAGES, BLIND], ids=lambda file: file.stem)
def test_a_file_holds_no_words_and_no_document_of_the_last_fold(file: Path) -> None:
    kinds = {"document", "file", "text", "regions", "norms"}
    norm = {"at", "modality", "strength", "class", "bearer", "action", "condition", "exception", "recipient"}
    for line in file.read_text(encoding="utf-8").splitlines():
        passage = json.loads(line)
        assert passage.keys() == kinds
        assert all(n.keys() <= norm for n in passage["norms"])
        assert all(isinstance(at, int) for region in passage["regions"] for at in region)
        assert not is_of_fold(passage["document"], FOLDS - 1), f"nobody reads the fold of {passage['document']}"
        assert "AIA_" not in passage["file"]
