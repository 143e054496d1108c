"""How good the findings are on our own gold: matching, tables, and a modal-verb baseline, for ``notebooks/02-quality.ipynb``.

The official numbers come from the scorer that lies beside the repository (``benchmarks/score.py``). This module needs nothing
but the repository; ``tests/benchmarks/test_quality.py`` holds the two together where both are there.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from dutybook.languages import LanguagePack, load
from dutybook.pipeline.analyse import analyse
from dutybook.pipeline.as_json import analysis_to_dict
from dutybook.records import Analysis, Zone
from dutybook.structure.splitting import split_sentences

#: Share of common characters (F1) from which a finding meets a gold norm.
MEETS = 0.5
GENRES = {"law": "national law", "circular": "guidance", "news": "news", "other": "other"}
MODALITIES = ("obligation", "prohibition", "permission", "exemption")


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold norm with what was found of it (None: missed), or a finding without a gold norm (None: invented)."""

    document: str
    language: str
    genre: str
    gold: dict[str, Any] | None
    found: dict[str, Any] | None


@dataclass(slots=True)
class Counts:
    """Hits among gold norms and findings."""

    hits: int = 0
    gold: int = 0
    found: int = 0

    @property
    def precision(self) -> float:
        return self.hits / self.found if self.found else float(self.gold == 0)

    @property
    def recall(self) -> float:
        return self.hits / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        p, r = self.precision, self.recall
        return 2 * p * r / (p + r) if p + r else 0.0


@dataclass(slots=True)
class Document:
    """A gold document: its annotations, its reference text, and the file that is read."""

    name: str
    gold: dict[str, Any]
    text: str
    source: Path
    analysis: Analysis | None = field(default=None, repr=False)

    @property
    def genre(self) -> str:
        return GENRES.get(self.gold["kind"], "EU act")


def documents(root: Path) -> Iterator[Document]:
    """Our own gold documents in a checkout, by name."""
    for file in sorted((root / "corpora" / "gold").glob("*.json")):
        gold = json.loads(file.read_text(encoding="utf-8"))
        places = (root / "corpora" / "samples" / gold["file"], file.parent / gold["file"])
        source = next(place for place in places if place.is_file())
        yield Document(file.stem, gold, file.with_suffix(".txt").read_text(encoding="utf-8"), source)


def read(document: Document) -> list[dict[str, Any]]:
    """The norms that Dutybook finds."""
    document.analysis = analyse(document.source)
    norms: list[dict[str, Any]] = analysis_to_dict(document.analysis)["norms"]
    return norms


def baseline(document: Document) -> list[dict[str, Any]]:
    """What a regular expression for modal verbs finds in the same sentences: the first single word of a cue decides."""
    analysis = document.analysis or analyse(document.source)
    found = []
    pack = load(analysis.document.language)
    words = _modals(pack)
    silent = [p.span for p in analysis.provisions if p.zone in {Zone.RECITAL, Zone.TITLE, Zone.CONTENTS}]
    for block in analysis.layout.blocks if analysis.layout else ():
        for span in split_sentences(analysis.document.text, block.span, pack):
            if any(zone.contains(span) for zone in silent):
                continue
            line = span.of(analysis.document.text)
            hit = words[0].search(line)
            if hit:
                found.append({"quote": line, "modality": words[1][hit.group().casefold()], "bearer": None})
    return found


@cache
def _modals(pack: LanguagePack) -> tuple[re.Pattern[str], dict[str, str]]:
    known: dict[str, str] = {}
    for label in MODALITIES:
        for pattern in getattr(pack.norms.cues, label):
            if " " not in pattern and not pattern.startswith("/"):
                known.update(dict.fromkeys((w.casefold() for w in pattern.split("|")), label))
    modals = "|".join(re.escape(w) for w in sorted(known, key=len, reverse=True)) or "(?!)"
    return re.compile(rf"(?<!\w)(?:{modals})(?!\w)", re.IGNORECASE), known


def pairs(document: Document, found: Sequence[dict[str, Any]]) -> Iterator[Pair]:
    """Gold norms and findings, each once: the pairs that share most characters first, then what is left over."""
    text = squeeze(document.text)
    gold = document.gold["norms"]
    wanted, have = _places(text, gold), _places(text, found)
    inside = _inside(text, document.gold["regions"])
    have = [place if place and inside(place) else None for place in have]
    ranked = sorted(
        (-_shared(w, h), i, j)
        for i, w in enumerate(wanted)
        if w
        for j, h in enumerate(have)
        if h and _shared(w, h) >= MEETS
    )
    match: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in ranked:
        if i not in match and j not in taken:
            match[i] = j
            taken.add(j)

    def pair(g: dict[str, Any] | None, f: dict[str, Any] | None) -> Pair:
        return Pair(document.name, document.gold["language"], document.genre, g, f)

    yield from (pair(norm, found[match[i]] if i in match else None) for i, norm in enumerate(gold))
    yield from (pair(None, found[j]) for j, place in enumerate(have) if place and j not in taken)


def count(made: Iterable[Pair], *, modality: bool = False, label: str | None = None) -> Counts:
    """Norms that meet; with ``modality`` those of the same modality; with ``label`` of one modality alone."""
    counts = Counts()
    for pair in made:
        gold = pair.gold is not None and (label is None or pair.gold["modality"] == label)
        found = pair.found is not None and (label is None or pair.found["modality"] == label)
        both = pair.gold is not None and pair.found is not None
        same = both and pair.gold["modality"] == pair.found["modality"]  # type: ignore[index]
        counts.gold += gold
        counts.found += found
        counts.hits += bool(gold and found and both and (same or not (modality or label)))
    return counts


def squeeze(text: str) -> str:
    """Letters and digits alone, in small letters."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def _places(text: str, norms: Sequence[dict[str, Any]]) -> list[tuple[int, int] | None]:
    """Where the quotes stand, in order: a quote that occurs twice stands behind the one before it."""
    places: list[tuple[int, int] | None] = []
    after = 0
    for norm in norms:
        quote = squeeze(norm["quote"])
        at = text.find(quote, after) if quote else -1
        at = text.find(quote) if at < 0 and quote else at
        places.append((at, at + len(quote)) if at >= 0 else None)
        if at >= 0:
            after = at
    return places


def _inside(text: str, regions: Sequence[dict[str, Any]]) -> Any:
    bounds = []
    for region in regions:
        start = max(text.find(squeeze(region["from"])), 0)
        last = squeeze(region["to"])
        bounds.append((start, text.find(last, start) + len(last)))
    return lambda place: any(a <= sum(place) / 2 <= b for a, b in bounds)


def _shared(one: tuple[int, int], other: tuple[int, int]) -> float:
    common = min(one[1], other[1]) - max(one[0], other[0])
    return 2 * common / (one[1] - one[0] + other[1] - other[0]) if common > 0 else 0.0
