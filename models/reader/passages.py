"""Passages of real documents that were annotated for training, without a word of their text.

``models/reader/passages.jsonl`` has a line for each passage: which document of ``../shared/docs`` it is of, and where its norms and
their parts stand in it, counted in letters and digits alone (:func:`reader.examples.squeeze`), so that white space may change. A
passage of a document of ``../shared/gold/real`` lies outside of what is annotated there, and belongs to the fold of its document.

``worksheets.py`` makes them. The annotation follows ``../shared/gold/GUIDELINES.md``. No document of the last fold, which nobody reads, has a passage.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from reader.examples import PART_KINDS, Text, Wanted, fold_of, read_text, squeeze

from dutybook.records import Span

PASSAGES = Path(__file__).with_name("passages.jsonl")
#: Parts of the gold, annotated once more by those who annotated the passages and did not see it: to measure, never to learn from.
BLIND = Path(__file__).with_name("passages-blind.jsonl")


@dataclass(frozen=True, slots=True)
class Passage:
    """An annotated passage: the document, its norms, and the parts that were annotated exhaustively."""

    text: Text
    wanted: tuple[Wanted, ...]
    regions: tuple[Span, ...]


def is_of_fold(document: str, fold: int | None) -> bool:
    """Whether a document belongs to a fold; one without gold, which is named by its path, belongs to none."""
    return "/" not in document and fold_of(document) == fold


def fingerprint(squeezed: str) -> str:
    """What tells that a document is read as it was when it was annotated."""
    return sha256(squeezed.encode()).hexdigest()[:16]


def read_passages(shared: Path, file: Path = PASSAGES) -> Iterator[Passage]:
    """The annotated passages; one whose document is read otherwise today is left out, and named."""
    texts: dict[str, Text | None] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        marked = json.loads(line)
        name, path = marked["document"], shared / "docs" / marked["file"]
        if name not in texts:
            texts[name] = read_text(path, name) if path.is_file() else None
        text = texts[name]
        passage = place_passage(marked, text) if text else None
        if passage is None:
            print(f"left out: {marked['document']} is missing, or its text is not what was annotated")
        else:
            yield passage


def place_passage(marked: dict[str, Any], text: Text) -> Passage | None:
    """The annotation laid over the text; None where the text is another one."""
    squeezed, places = squeeze(text.text)
    if fingerprint(squeezed) != marked["text"]:
        return None

    def span_of(at: list[int]) -> Span:
        return Span(places[at[0]], places[at[1] - 1] + 1)

    def words_of(at: list[int] | None) -> str | None:
        return span_of(at).of(text.text) if at else None

    wanted = tuple(
        Wanted(
            span_of(norm["at"]),
            norm["modality"],
            norm["strength"],
            words_of(norm.get("bearer")),
            norm["class"],
            {kind: str(words_of(norm[kind])) for kind in PART_KINDS if kind in norm},
        )
        for norm in marked["norms"]
    )
    return Passage(text, wanted, tuple(span_of(region) for region in marked["regions"]))
