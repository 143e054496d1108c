"""Examples to learn from: units of annotated documents with everything that is to be learned of them.

An annotated norm is laid over the units of its document by its quote. A unit that holds one norm is one example; one that holds
several is an example of where they begin, and each of its norms is an example of its own, as the reader will ask for it.
"""

from __future__ import annotations

import json
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from dutybook.extract.norms.model.inputs import (
    UnitInput,
    can_hold_norms,
    describe_part,
    describe_unit,
    find_first_items,
)
from dutybook.layout.document_dates import with_dates
from dutybook.layout.formats import read_layout
from dutybook.pipeline.unpacking import decompress
from dutybook.records import Family, Layout, RawDocument, Sentence, SentenceRole, Span
from dutybook.structure.build import build_structure

FOLDS = 5
PART_KINDS = ("action", "recipient", "condition", "exception")
#: A norm belongs to a unit that holds so much of it.
_LEAST_SHARE = 0.5
#: Two annotations are of one norm where they share so much of their letters.
MATCHED = 0.5


@dataclass(frozen=True, slots=True)
class Text:
    """A document with its sentences, before norms are sought."""

    name: str
    text: str
    sentences: tuple[Sentence, ...]
    genre: Family
    language: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An annotated norm where it stands; ``parts`` are spans by kind, None where the annotation does not mark parts."""

    span: Span
    modality: str
    strength: str
    bearer: str | None
    bearer_class: str
    parts: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class Example:
    """A unit with its labels; an empty label is not known.

    ``tags`` are (kind, start, end) as offsets into the document's text; ``known`` are the kinds of part that the annotation
    marks: what is not among them is neither right nor wrong. ``extents`` are the norms' spans, None where they are not known.
    """

    source: str
    document: str
    language: str
    genre: str
    unit: UnitInput
    text: str = field(repr=False)
    statement: str = ""
    list: str = ""
    strength: str = ""
    bearer_class: str = ""
    tags: tuple[tuple[str, int, int], ...] = ()
    known: frozenset[str] = frozenset()
    extents: tuple[Span, ...] | None = None
    index: int = -1
    part: int = -1


def fold_of(document: str) -> int:
    """The fold of an annotated document, as `../shared/README.md` says."""
    return int(sha256(document.encode()).hexdigest(), 16) % FOLDS


def fold_of_file(name: str) -> int:
    """The fold of a file by its path below ``docs``: of an act by its number, of news by its outlet, of others as of its annotation."""
    folder, _, file = name.partition("/")
    stem = file.rpartition("/")[2]
    if folder == "eu":
        stem = stem.split("_")[0]
    elif folder == "news-general":
        stem = "_".join(stem.split("_")[:2])
    else:
        stem = stem.partition(".")[0] if folder == "national" else stem.removesuffix(Path(stem).suffix)
    return fold_of(stem)


def read_dated_layout(path: Path) -> Layout:
    """The layout of a file, with the dates that its text states.

    Raises:
        BadDocument: it cannot be read.
    """
    return with_dates(read_layout(decompress(RawDocument(str(path), path.read_bytes()))))


def read_text(path: Path, name: str, language: str | None = None, *, quoted: bool = False) -> Text:
    """Layout and structure of a file, as the pipeline reads them.

    ``quoted``: new text that an amending act quotes is annotated, too; else it is no example of anything.
    """
    layout = read_dated_layout(path)
    made = build_structure(layout, "0", language)
    sentences = made.sentences if quoted else tuple(replace(s, quoted=False) for s in made.sentences)
    return Text(name, layout.text, sentences, made.family, made.language, made.title)


def overlap(a: Span, b: Span) -> float:
    """The F1 of shared characters."""
    shared = min(a.end, b.end) - max(a.start, b.start)
    return 0.0 if shared <= 0 else 2 * shared / (a.end - a.start + b.end - b.start)


def match_spans(some: Sequence[Span], others: Sequence[Span]) -> dict[int, int]:
    """Pairs of spans by their numbers, the best first and each once, that share at least half of their characters."""
    pairs = [(overlap(a, b), i, j) for i, a in enumerate(some) for j, b in enumerate(others) if a.overlaps(b)]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for value, i, j in sorted(pairs, reverse=True):
        if value >= MATCHED and i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    return found


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


class GoldReader:
    """Lays annotations over documents; ``scorer`` is the module `../shared/gold/score.py`, so that both place quotes alike."""

    def __init__(self, scorer: Any) -> None:
        self.scorer = scorer

    def read(self, gold: dict[str, Any], text: Text) -> tuple[list[Wanted], list[Span], list[dict[str, Any]]]:
        """The annotated norms that stand in the text, the regions that were annotated exhaustively, and those norms as annotated."""
        squeezed, places = squeeze(text.text)
        quotes = [self.scorer.locate(squeezed, norm["quote"]) for norm in gold["norms"]]
        regions = [self._region(region, squeezed) for region in gold["regions"]]

        def inside(place: tuple[int, int]) -> bool:
            return any(a <= (place[0] + place[1]) / 2 <= b for a, b in regions)

        wanted, kept = [], []
        for norm, place in zip(gold["norms"], self.scorer.in_order(quotes, inside), strict=True):
            if place is None:
                continue
            parts = {k: norm[k] for k in PART_KINDS if norm.get(k)} if "action" in norm else None
            kept.append(norm)
            span = Span(places[place[0]], places[place[1] - 1] + 1)
            wanted.append(Wanted(span, norm["modality"], norm["strength"], norm["bearer"], norm["bearer_class"], parts))
        return wanted, [Span(places[a], places[min(b, len(places)) - 1] + 1) for a, b in regions if a < b], kept

    def _region(self, region: dict[str, Any], squeezed: str) -> tuple[int, int]:
        if "start" in region:
            return region["start"], region["end"]
        start = max(squeezed.find(self.scorer.squeeze(region["from"])), 0)
        words = self.scorer.squeeze(region["to"])
        end = squeezed.find(words, start)
        return start, end + len(words) if end >= 0 else len(squeezed)


def examples_of(
    text: Text, wanted: Sequence[Wanted], regions: Sequence[Span], source: str, *, classes: bool = True
) -> Iterator[Example]:
    """The examples of an annotated document, in its order."""
    sentences = text.sentences
    inside = [
        n
        for n, s in enumerate(sentences)
        if can_hold_norms(s) and any(r.start <= s.span.start and s.span.end <= r.end + 2 for r in regions)
    ]
    norms_by_unit = _assign(sentences, inside, wanted)
    carried = _carried_by_items(sentences, norms_by_unit)
    items = find_first_items(sentences)
    for index in inside:
        unit = describe_unit(sentences, index, text.genre, items.get(index), text.title)
        own = norms_by_unit.get(index, [])
        listed = carried.get(index) if not own else None
        is_stem = sentences[index].role is SentenceRole.STEM
        about = {"source": source, "document": text.name, "language": text.language, "genre": text.genre.value}
        base = Example(**about, unit=unit, text=text.text, index=index)
        if listed is not None:
            yield _labelled(base, [listed], "items", classes, carried=True)
            continue
        if not own:
            yield replace(base, statement="none", extents=(), list="")
            continue
        yield _labelled(base, own, "stem" if is_stem else "", classes)
        if len(own) > 1:
            for number, norm in enumerate(own):
                span = Span(max(norm.span.start, unit.span.start), min(norm.span.end, unit.span.end))
                part = replace(base, unit=describe_part(unit, span), part=number)
                yield _labelled(part, [norm], "stem" if is_stem and number == len(own) - 1 else "", classes)


def _assign(sentences: Sequence[Sentence], inside: Sequence[int], wanted: Iterable[Wanted]) -> dict[int, list[Wanted]]:
    """The norms of each unit: a norm belongs to the unit that holds most of it."""
    norms_by_unit: dict[int, list[Wanted]] = {}
    starts = [sentences[n].span.start for n in inside]
    for norm in sorted(wanted, key=lambda w: (w.span.start, w.span.end)):
        at = max(bisect_left(starts, norm.span.start + 1) - 1, 0)
        best, most = -1, 0
        for n in inside[at : at + 12]:
            span = sentences[n].span
            shared = min(span.end, norm.span.end) - max(span.start, norm.span.start)
            if shared > most:
                best, most = n, shared
        whole = norm.span.end - norm.span.start
        if best >= 0 and (
            most >= _LEAST_SHARE * whole or most >= 0.8 * (sentences[best].span.end - sentences[best].span.start)
        ):
            there = norms_by_unit.setdefault(best, [])
            if not any(w.span == norm.span for w in there):
                there.append(norm)
    return norms_by_unit


def _carried_by_items(sentences: Sequence[Sentence], norms_by_unit: dict[int, list[Wanted]]) -> dict[int, Wanted]:
    """The first norm among the items of each stem: such a stem carries its items' modality."""
    carried: dict[int, Wanted] = {}
    for index in sorted(norms_by_unit):
        stem = sentences[index].stem
        if sentences[index].role is SentenceRole.TAIL:
            continue
        while stem is not None:
            carried.setdefault(stem, norms_by_unit[index][0])
            stem = sentences[stem].stem
    return carried


def _labelled(base: Example, norms: Sequence[Wanted], kind: str, classes: bool, *, carried: bool = False) -> Example:
    first = norms[0]
    unit = base.unit
    tags: list[tuple[str, int, int]] = []
    known = frozenset({"bearer"}) if first.parts is None else frozenset({"bearer", *PART_KINDS})
    for norm in norms:
        tags += _tags_of(base, norm, carried)
    if carried:
        known = frozenset({"bearer"})
        tags = [t for t in tags if t[0] == "bearer"]
    extents = (
        tuple(Span(max(n.span.start, unit.span.start), min(n.span.end, unit.span.end)) for n in norms)
        if not carried
        else (unit.span,)
    )
    return replace(
        base,
        statement=first.modality,
        list=kind,
        strength=first.strength,
        bearer_class=first.bearer_class if classes else "",
        tags=tuple(tags),
        known=known,
        extents=extents,
    )


def _tags_of(base: Example, norm: Wanted, carried: bool) -> Iterator[tuple[str, int, int]]:
    """Where a norm's parts stand: in its own words first, then in its unit, then (the bearer) in what goes before."""
    span = base.unit.span
    own = Span(max(norm.span.start, span.start), min(norm.span.end, span.end)) if not carried else span
    places = [own, span, *reversed(base.unit.before)]
    for kind, words in (("bearer", norm.bearer), *(norm.parts or {}).items()):
        if not words:
            continue
        for place in places:
            at = find_words(base.text[place.start : place.end], words)
            if at is not None:
                yield kind, place.start + at[0], place.start + at[1]
                break


def find_words(text: str, words: str) -> tuple[int, int] | None:
    """Where words stand in a text, whatever the white space and the signs between them; None if nowhere."""
    wanted, _ = squeeze(words)
    if not wanted:
        return None
    squeezed, places = squeeze(text)
    at = squeezed.find(wanted)
    while at >= 0:
        start, end = places[at], places[at + len(wanted) - 1] + 1
        if (start == 0 or not text[start - 1].isalnum()) and not text[end : end + 1].isalnum():
            return start, end
        at = squeezed.find(wanted, at + 1)
    return None


def gold_documents(folder: Path, find_source: Any) -> Iterator[tuple[dict[str, Any], Path]]:
    """The annotations of a folder with the files that they are of."""
    for file in sorted(folder.glob("*.json")):
        gold = json.loads(file.read_text(encoding="utf-8"))
        source = find_source(file, gold)
        if source is not None:
            yield gold, source
