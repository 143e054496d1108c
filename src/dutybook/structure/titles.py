"""Finds the title of a document: of the act itself, not of the gazette that it stands in, nor of the site or the office.

A ranker compares the first paragraphs, the title that the file states, and that there is none; a second model says how far a title
goes on. Both are linear over the features of :mod:`dutybook.structure.title_features`, with the weights of ``models/titles``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dutybook.errors import Defect
from dutybook.languages import LanguagePack
from dutybook.languages.artefacts import artefact
from dutybook.records import BlockRole, Family, Layout
from dutybook.structure.headings import patterns, starts_with
from dutybook.structure.title_features import LONGEST, Opening, clean_title, hash_features, letters_of

#: Paragraphs of the longest title.
MOST_PARTS = 9
#: A title goes on from this score: one that is cut says less than one with a line too many.
_ENDS = -0.3
#: What no title goes on with, whatever the weights say.
_BODY = frozenset({"article", "recitals", "enacting", "contents", "signature"})
#: Characters of the beginning by which a text without a title is named.
_INCIPIT = 120
#: The number of paragraphs in which the first words are looked for.
_FIRST = 20


@dataclass(frozen=True, slots=True)
class TitleModel:
    """The weights by bucket: ``start`` ranks where a title begins, ``more`` says whether it goes on."""

    start: NDArray[np.float32]
    more: NDArray[np.float32]

    def score_start(self, features: Mapping[str, float]) -> float:
        """How much speaks for a candidate, in comparison with others."""
        return _score(self.start, features)

    def goes_on(self, features: Mapping[str, float]) -> bool:
        """Whether a title goes on with a paragraph."""
        return _score(self.more, features) > _ENDS


def _score(weights: NDArray[np.float32], features: Mapping[str, float]) -> float:
    buckets, values = hash_features(features)
    return float(weights[buckets] @ values)


#: An act of the Union has its title among so many paragraphs.
_FIRST_BLOCKS = 40


@dataclass(frozen=True, slots=True)
class Found:
    """A title. ``blocks``: from the first of its paragraphs to the one behind its last; empty where the file alone states it.

    ``text`` is empty for a document without a title.
    """

    text: str
    blocks: range = range(0)


def find_title(layout: Layout, pack: LanguagePack, language: str, family: Family) -> str:
    """The title of a document; of one without a title its first words, which end in "…".

    Args:
        layout: the document.
        pack: the words of its language, or those that are read in its place.
        language: its code.
        family: its family.
    """
    return find_title_and_place(layout, pack, language, family, load_model(artefact("titles"))).text or _incipit(layout)


def find_title_and_place(layout: Layout, pack: LanguagePack, language: str, family: Family, model: TitleModel) -> Found:
    """The title of a document and where it stands, as :func:`find_title` finds it."""
    stated = clean_title(layout.meta.get("title", ""))
    if stated and _is_certain(layout, stated, pack):
        return Found(stated)
    if family is Family.EU_ACT and (found := _find_act_title(layout, pack)):
        return found
    return choose_title(Opening(layout, pack, language, family), model)


def _is_certain(layout: Layout, stated: str, pack: LanguagePack) -> bool:
    """Whether a file's own title is beyond doubt: of a format with structure, a mail's subject, or an act's of a page of EUR-Lex.

    A consolidated text names the acts that changed it before its title.
    """
    return (
        bool(layout.outline)
        or "subject" in layout.meta
        or (bool(layout.meta.get("celex")) and is_act_title(stated, pack))
    )


def _find_act_title(layout: Layout, pack: LanguagePack) -> Found | None:
    """The title of an act of the Union, in the form that all of them have: it goes on for up to three paragraphs."""
    for index, block in enumerate(layout.blocks[:_FIRST_BLOCKS]):
        if not is_act_title(block.span.of(layout.text), pack):
            continue
        end = index + 1
        for following in layout.blocks[index + 1 : index + 4]:
            more = following.span.of(layout.text)
            goes_on = more[:1].islower() and following.role is not BlockRole.FOOTNOTE and len(more) < 800
            if not goes_on or starts_with(more, patterns(pack).recitals):
                break
            end += 1
        words = " ".join(b.span.of(layout.text) for b in layout.blocks[index:end])
        return Found(" ".join(words.split()), range(index, end))
    return None


def is_act_title(text: str, pack: LanguagePack) -> bool:
    """Whether a line is the title of an act of the Union, and not the heading of a section of its journal ("REGULATIONS")."""
    if len(text) > LONGEST:
        return False
    words = (w for w in pack.structure.act_titles if text.startswith(w))
    return any(not text[len(w) : len(w) + 1].isalpha() or w.endswith("(E") for w in words)


def choose_title(opening: Opening, model: TitleModel) -> Found:
    """The likeliest title; what the file states and a paragraph that says the same support each other."""
    candidates = [(Found(""), model.score_start(opening.none_features()))]
    if opening.stated:
        candidates.append((Found(opening.stated), model.score_start(opening.stated_features())))
    for index, piece in enumerate(opening.pieces):
        if piece.letters and len(piece.text) <= LONGEST:
            candidates.append((_grow(opening, index, model), model.score_start(opening.start_features(index))))
    together: dict[str, float] = {}
    for found, score in candidates:
        key = letters_of(found.text)
        together[key] = float(np.logaddexp(together.get(key, -np.inf), score))
    best = max(together, key=together.__getitem__)
    return next(found for found, _ in candidates if letters_of(found.text) == best)


def _grow(opening: Opening, start: int, model: TitleModel) -> Found:
    """The title that begins with a paragraph."""
    parts, index = [opening.pieces[start].text], start + 1
    while index < min(len(opening.pieces), start + MOST_PARTS):
        text = opening.pieces[index].text
        if opening.pieces[index].kinds & _BODY:
            break
        if len(" ".join([*parts, text])) > LONGEST or not model.goes_on(opening.more_features(start, index)):
            break
        parts.append(text)
        index += 1
    return Found(clean_title(" ".join(parts)), range(start, index))


def _incipit(layout: Layout) -> str:
    """The first words of a text."""
    pieces = (clean_title(block.span.of(layout.text)[:500]) for block in layout.blocks[:_FIRST])
    first = next((piece for piece in pieces if letters_of(piece)), "")
    if len(first) <= _INCIPIT:
        return first
    return first[: _INCIPIT - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"


@cache
def load_model(folder: Path) -> TitleModel:
    """The model in a folder: ``weights.npz``.

    Raises:
        Defect: the file is missing or damaged.
    """
    try:
        with np.load(folder / "weights.npz", allow_pickle=False) as found:
            arrays: Sequence[NDArray[np.float32]] = [found[name].astype(np.float32) for name in ("start", "more")]
        return TitleModel(*arrays)
    except (OSError, ValueError, KeyError) as error:
        raise Defect(f"the model of titles is damaged ({error}): install Dutybook again") from error
