"""The units of a document: what a norm may stand in (sentences, stems, items of enacting terms), with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dutybook.extract.norms import find_norms
from dutybook.languages import available, load
from dutybook.layout.formats import read_layout
from dutybook.pipeline.config import Config
from dutybook.pipeline.modelling import judge_of
from dutybook.pipeline.unpacking import unwrapped
from dutybook.records import Genre, Norm, Provision, RawDocument, Sentence, Zone
from dutybook.structure.build import build_structure, pack_for

OPEN = frozenset({Zone.ENACTING, Zone.ANNEX, Zone.PROSE})


@dataclass(frozen=True, slots=True)
class Text:
    """A document with its sentences, before norms are sought."""

    text: str
    sentences: tuple[Sentence, ...]
    provisions: tuple[Provision, ...]
    genre: Genre
    language: str


@dataclass(frozen=True, slots=True)
class Found:
    """A norm of a unit: what is compared between languages."""

    modality: str
    start: int
    quote: str
    bearer: str | None


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence, stem or item. ``index`` is its number among the document's sentences."""

    index: int
    place: str
    role: str
    zone: str
    heading: str
    text: str
    norms: tuple[Found, ...] = ()


def seeks_norms(language: str) -> bool:
    """Whether there is a pack with which norms are sought."""
    return language in available() and load(language).seeks_norms


def read_text(name: str, data: bytes, language: str | None) -> Text:
    """Layout and structure of a file."""
    layout = read_layout(unwrapped(RawDocument(name, data)))
    made = build_structure(layout, "0", language)
    return Text(layout.text, made.sentences, made.provisions, made.genre, made.language)


def in_language(text: Text, code: str) -> Text:
    """The text's sentences of one language; items go on pointing at their stems."""
    kept = [n for n, s in enumerate(text.sentences) if s.language == code]
    at = {n: new for new, n in enumerate(kept)}
    moved = (
        replace(text.sentences[n], stem=at.get(stem) if (stem := text.sentences[n].stem) is not None else None)
        for n in kept
    )
    return replace(text, sentences=tuple(moved))


def norms_of(text: Text, model: str = "rules") -> tuple[Norm, ...]:
    """The norms that the finder finds; ``model`` as in the pipeline's config."""
    judge = judge_of(Config(model=model))
    return find_norms(text.text, text.sentences, text.provisions, pack_for, text.genre, "0", judge)[0]


def units_of(text: Text, norms: Sequence[Norm] = ()) -> list[Unit]:
    """The units of open zones in order, each with the norms that begin in it."""
    places = {p.id: p.place for p in text.provisions}
    found: dict[int, list[Found]] = {}
    starts = [(s.span.start, s.span.end, n) for n, s in enumerate(text.sentences)]
    at = 0
    for norm in sorted(norms, key=lambda n: n.span.start):
        while at + 1 < len(starts) and starts[at][1] <= norm.span.start:
            at += 1
        quote = " ".join(norm.span.of(text.text).split())
        bearer = norm.bearer.text if norm.bearer else None
        found.setdefault(starts[at][2], []).append(Found(norm.modality.value, norm.span.start, quote, bearer))
    return [
        Unit(
            n,
            places.get(s.provision, ""),
            s.role.value,
            s.zone.value,
            s.heading,
            " ".join(s.span.of(text.text).split()),
            tuple(found.get(n, ())),
        )
        for n, s in enumerate(text.sentences)
        if s.zone in OPEN
    ]
