"""Scores against annotated documents, with their own scorer: rules, model and both, by models that never saw them."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dutybook.extract.norms import find_norms
from dutybook.extract.norms.judging import Judge
from dutybook.structure.build import pack_for
from training.units import Text, in_language, read_text, seeks_norms

#: Documents of the measuring gold that are versions of an act in training.
_ACTS = {"gdpr": "GDPR", "p2b": "P2B"}


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """An annotated document. ``group`` is what models must not have seen."""

    name: str
    group: str
    language: str
    gold: dict[str, Any]
    reference: str
    text: Text


def group_of(doc: str) -> str:
    """Translations of one document are one group: "regulation-harbour-data.de" and ".fr"."""
    stem = doc.rpartition(".")[0]
    return _ACTS.get(stem, stem)


def documents(folder: Path, source_of: Callable[[Path], Path | None]) -> Iterator[GoldDocument]:
    """The annotated documents of a folder in languages whose norms are sought."""
    for file in sorted(folder.glob("*.json")):
        gold = json.loads(file.read_text(encoding="utf-8"))
        source = source_of(file)
        if source is None or not seeks_norms(gold["language"]):
            continue
        text = in_language(read_text(source.name, source.read_bytes(), gold["language"]), gold["language"])
        reference = file.with_suffix(".txt").read_text(encoding="utf-8")
        yield GoldDocument(gold["doc"], group_of(gold["doc"]), gold["language"], gold, reference, text)


def scorer(shared: Path) -> Any:
    """The scorer that lies beside the gold, as a module."""
    spec = importlib.util.spec_from_file_location("gold_score", shared / "gold" / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(shared / "gold" / "score.py")
    made = importlib.util.module_from_spec(spec)
    sys.modules["gold_score"] = made
    spec.loader.exec_module(made)
    return made


def score(scoring: Any, document: GoldDocument, judge: Judge | None) -> tuple[float, float]:
    """F1 of norms and of their modality."""
    text = document.text
    norms, _ = find_norms(text.text, text.sentences, text.provisions, pack_for, text.genre, "0", judge)
    found = [
        {
            "quote": n.span.of(text.text),
            "modality": n.modality.value,
            "bearer": None,
            "bearer_class": "any",
            "place": n.place,
        }
        for n in norms
    ]
    tallies: dict[str, Any] = defaultdict(scoring.Tally)
    scoring.score(document.gold, document.reference, {"norms": found}, tallies, [])
    return tallies["norm"].prf[2], tallies["modality"].prf[2]


def plain_source(file: Path) -> Path | None:
    """The annotated text itself."""
    plain = file.with_suffix(".txt")
    return plain if plain.is_file() else None
