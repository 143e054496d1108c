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

from dutybook.languages import LanguagePack
from dutybook.languages.artefacts import artefact, report_damage
from dutybook.records import BlockRole, Family, Layout
from dutybook.structure.headings import patterns, starts_with
from dutybook.structure.title_features import (
    BUCKETS,
    LONGEST,
    Opening,
    clean_title,
    hash_features,
    is_about_text,
    letters_of,
)

#: Paragraphs of the longest title.
MOST_PARTS = 9
#: A title goes on from this score: one that is cut says less than one with a line too many.
_GOES_ON = -0.3
#: Fewer words above the line with the day are a page's menu.
_HEADLINE_WORDS = 3
#: What no title goes on with, whatever the weights say.
_BODY = frozenset({"article", "recitals", "enacting", "contents", "signature"})
#: Characters of the beginning by which a text without a title is named.
_INCIPIT = 120
#: The number of paragraphs in which the first words are looked for, and that in which an act of the Union has its title.
_FIRST, _FIRST_OF_ACT = 20, 40


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
        return _score(self.more, features) > _GOES_ON


def _score(weights: NDArray[np.float32], features: Mapping[str, float]) -> float:
    buckets, values = hash_features(features)
    return float(weights[buckets] @ values)


def find_title(layout: Layout, pack: LanguagePack, language: str, family: Family) -> str:
    """The title of a document; of one without a title its first words, which end in "…".

    Args:
        layout: the document.
        pack: the words of its language, or those that are read in its place.
        language: its code.
        family: its family.
    """
    return find_own_title(layout, pack, language, family, load_model(artefact("titles"))) or _incipit(
        layout, language, family
    )


def find_own_title(layout: Layout, pack: LanguagePack, language: str, family: Family, model: TitleModel) -> str:
    """The title of a document, as :func:`find_title` finds it; empty for one without a title."""
    stated = clean_title(layout.meta.get("title", ""))
    if stated and _is_certain(layout, stated, pack):
        return stated
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


def _find_act_title(layout: Layout, pack: LanguagePack) -> str:
    """The title of an act of the Union by the form that all of them have, with up to three paragraphs that go on with it."""
    for index, block in enumerate(layout.blocks[:_FIRST_OF_ACT]):
        if not is_act_title(block.span.of(layout.text), pack):
            continue
        parts = [block.span.of(layout.text)]
        for following in layout.blocks[index + 1 : index + 4]:
            more = following.span.of(layout.text)
            goes_on = more[:1].islower() and following.role is not BlockRole.FOOTNOTE and len(more) < 800
            if not goes_on or starts_with(more, patterns(pack).recitals):
                break
            parts.append(more)
        return " ".join(" ".join(parts).split())
    return ""


def is_act_title(text: str, pack: LanguagePack) -> bool:
    """Whether a line is the title of an act of the Union, and not the heading of a section of its journal ("REGULATIONS")."""
    if len(text) > LONGEST:
        return False
    words = (w for w in pack.structure.act_titles if text.startswith(w))
    return any(not text[len(w) : len(w) + 1].isalpha() or w.endswith("(E") for w in words)


def choose_title(opening: Opening, model: TitleModel) -> str:
    """The likeliest title, empty for none.

    Where the likeliest is a line about the text (its day, its author), the title is the likeliest paragraph above that line, if any.
    """
    starts = [i for i, piece in enumerate(opening.pieces) if piece.letters and len(piece.text) <= LONGEST]
    scores = {index: model.score_start(opening.start_features(index)) for index in starts}
    vetoed = {index for index in starts if opening.is_vetoed(index)}
    candidates = [(_grow(opening, index, model), score) for index, score in scores.items() if index not in vetoed]
    others = [("", model.score_start(opening.none_features()))]
    if opening.stated:
        others.append((opening.stated, model.score_start(opening.stated_features())))
    title, score = _likeliest([*others, *candidates])
    line = max(vetoed, key=scores.__getitem__, default=None)
    if line is None or scores[line] <= score:
        return title
    above = [
        i for i in starts if i < line and i not in vetoed and len(opening.pieces[i].text.split()) >= _HEADLINE_WORDS
    ]
    return _grow(opening, max(above, key=scores.__getitem__), model) if above else title


def _likeliest(candidates: Sequence[tuple[str, float]]) -> tuple[str, float]:
    """The likeliest candidate and its score; what the file states and a paragraph that says the same support each other."""
    together: dict[str, float] = {}
    for title, score in candidates:
        key = letters_of(title)
        together[key] = float(np.logaddexp(together.get(key, -np.inf), score))
    best = max(together, key=together.__getitem__)
    return next(title for title, _ in candidates if letters_of(title) == best), together[best]


def _grow(opening: Opening, start: int, model: TitleModel) -> str:
    """The title that begins with a paragraph."""
    title = opening.pieces[start].text
    for index in range(start + 1, min(len(opening.pieces), start + MOST_PARTS)):
        longer = f"{title} {opening.pieces[index].text}"
        if opening.pieces[index].kinds & _BODY or len(longer) > LONGEST:
            break
        if opening.is_vetoed(index) or not model.goes_on(opening.more_features(start, index)):
            break
        title = longer
    return clean_title(title)


def _incipit(layout: Layout, language: str, family: Family) -> str:
    """The first words of a text, behind lines about it where there are others."""
    pieces = [clean_title(block.span.of(layout.text)[:500]) for block in layout.blocks[:_FIRST]]
    worded = [piece for piece in pieces if letters_of(piece)]
    first = next((piece for piece in worded if not is_about_text(piece, language, family)), next(iter(worded), ""))
    if len(first) <= _INCIPIT:
        return first
    return first[: _INCIPIT - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"


@cache
def load_model(folder: Path) -> TitleModel:
    """The model in a folder: ``weights.npz``.

    Raises:
        Defect: the file is missing or damaged.
    """
    with report_damage("the model of titles"), np.load(folder / "weights.npz", allow_pickle=False) as found:
        start, more = (found[name].astype(np.float32).reshape(BUCKETS) for name in ("start", "more"))
        return TitleModel(start, more)
