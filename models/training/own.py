"""Rows of our own texts: the marked-up lines of ``tests/specs`` and the annotated documents of ``corpora/gold``."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from dutybook.records import Sentence, SentenceRole
from training.recording import NONE, Record, judged, record
from training.rows import Row, rows_of
from training.units import OPEN, Text, in_language, read_text, seeks_norms

ROOT = Path(__file__).resolve().parents[2]


def spec_rows(specs: Path = ROOT / "tests" / "specs", only: str | None = None) -> Iterator[Row]:
    """Lines that a lawyer marked up, a group a language and file; of one language where ``only`` names it."""
    sys.path.insert(0, str(ROOT / "tests" / "extract" / "norms"))
    import norm_specs

    for file in sorted(specs.glob("*/norms.txt")):
        language = file.parent.name
        if only not in (None, language) or not seeks_norms(language):
            continue
        for spec in norm_specs.specs(language):
            text, offset, end, made = norm_specs.structured(spec)
            if made.genre != spec.genre:
                continue
            whole = Text(text, made.sentences, made.provisions, made.genre, language)
            wants = [(offset + w.start, w.modality) for w in spec.wants]
            yield from _rows(f"specs.{language}", record(whole), wants, [(offset, end)])


def gold_rows(folder: Path = ROOT / "corpora" / "gold") -> Iterator[Row]:
    """Annotated documents, each a group."""
    for file in sorted(folder.glob("*.json")):
        gold = json.loads(file.read_text(encoding="utf-8"))
        plain = file.with_suffix(".txt")
        if not seeks_norms(gold["language"]) or not plain.is_file():
            continue
        text = in_language(read_text(plain.name, plain.read_bytes(), gold["language"]), gold["language"])
        wants, regions = marked(text.text, gold)
        yield from _rows(gold["doc"], record(text), wants, regions)


def marked(text: str, gold: dict[str, Any]) -> tuple[list[tuple[int, str]], list[tuple[int, int]]]:
    """Where the norms of an annotation begin in a text, with their modality, and its regions."""
    squeezed, places = squeeze(text)
    wants: list[tuple[int, str]] = []
    at = 0
    for norm in gold["norms"]:
        quote, _ = squeeze(norm["quote"])
        found = squeezed.find(quote, at)
        found = squeezed.find(quote) if found < 0 else found
        if found >= 0:
            at = found
            wants.append((places[found], norm["modality"]))
    regions = []
    for region in gold["regions"]:
        if "from" not in region:
            regions.append((places[region["start"]], places[min(region["end"], len(places)) - 1] + 1))
            continue
        start = max(squeezed.find(squeeze(region["from"])[0]), 0)
        last, _ = squeeze(region["to"])
        end = squeezed.find(last, start)
        regions.append((places[start], places[end + len(last) - 1] + 1 if end >= 0 else len(text)))
    return wants, regions


def squeeze(text: str) -> tuple[str, list[int]]:
    """Letters and digits only, lower case, with the offset in ``text`` of each."""
    letters: list[str] = []
    places: list[int] = []
    for offset, character in enumerate(text):
        for plain in unicodedata.normalize("NFKC", character).lower():
            if plain.isalnum():
                letters.append(plain)
                places.append(offset)
    return "".join(letters), places


def _rows(group: str, made: Record, wants: list[tuple[int, str]], regions: list[tuple[int, int]]) -> Iterator[Row]:
    sentences = made.text.sentences
    inside, statements, lists = labelled(sentences, wants, regions)
    yield from rows_of(group, sentences[0].language, made, {n: n for n in inside}, statements, lists, verdict=True)


def labelled(
    sentences: Sequence[Sentence], wants: Iterable[tuple[int, str]], regions: Sequence[tuple[int, int]]
) -> tuple[list[int], dict[int, str], dict[int, str]]:
    """The sentences of open zones in ``regions`` (offsets), what each states, and what each list is.

    ``wants`` are where norms begin, with their modality.
    """
    own: dict[int, str] = {}
    for start, modality in wants:
        holder = next((n for n, s in enumerate(sentences) if s.span.start <= start < s.span.end), None)
        if holder is not None:
            own.setdefault(holder, modality)
    listed: dict[int, str] = {}
    for index, label in own.items():
        stem = sentences[index].stem
        while stem is not None and sentences[index].role in {SentenceRole.ITEM, SentenceRole.STEM}:
            listed.setdefault(stem, label)
            index, stem = stem, sentences[stem].stem
    inside = [
        n
        for n, s in enumerate(sentences)
        if s.zone in OPEN and any(a <= s.span.start and s.span.end <= b + 1 for a, b in regions)
    ]
    statements = {n: own.get(n) or listed.get(n) or NONE for n in inside if judged(sentences[n])}
    return inside, statements, {n: "items" if n in listed else "stem" for n in inside if n in listed or n in own}
