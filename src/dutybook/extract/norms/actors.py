"""Tells of which class a bearer's words are, and counts the actors that a text names.

Both know some 23,000 phrases of 24 languages with their class (``models/bearers``). A phrase that is not among them is judged by
its letters: a linear model over the beginnings, endings and pieces of its words learned from the same phrases.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from dutybook.extract.norms.model.inputs import CLASSES
from dutybook.languages.artefacts import artefact, read_labelled, report_damage

Weights = NDArray[np.float32]

#: Pieces of words are counted by a hash of so many values.
BUCKETS = 1 << 16
_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
#: So many words of a phrase are looked at; pieces of so many letters.
_MOST_WORDS, _PIECES = 12, (3, 4, 5, 6)
#: Letters that case and number may change at a word's end, and that a stem has at least.
_ENDING, _SHORTEST = 2, 4
#: Longer phrases are not looked for in a text.
_LONGEST = 3


@dataclass(frozen=True, slots=True)
class ActorModel:
    """The linear model: ``weights`` (buckets, classes) and ``bias`` (classes,)."""

    weights: Weights
    bias: Weights


def classify_bearer(words: str, language: str) -> Weights:
    """The probabilities of the classes of a bearer, from its words alone.

    Args:
        words: the bearer as the text has it.
        language: the code of the text's language.

    Returns:
        (classes,), in the order of ``CLASSES``.

    Raises:
        Defect: the model is missing or damaged.
    """
    return _classify(" ".join(words.split()[:_MOST_WORDS]), language)


@lru_cache(maxsize=4096)
def _classify(words: str, language: str) -> Weights:
    model = _load_model()
    buckets = bucket_counts(words, language)
    if not buckets:
        return np.full(len(CLASSES), 1 / len(CLASSES), np.float32)
    # In one order in every process: sums of decimals depend on it in their last places.
    at = np.array(sorted(buckets))
    counts = np.array([buckets[bucket] for bucket in at], np.float32)
    scores = (counts / np.linalg.norm(counts)) @ model.weights[at] + model.bias
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum(), dtype=np.float32)


def bucket_counts(words: str, language: str) -> Counter[int]:
    """How often each bucket occurs in a phrase: pieces of its words, once as they are and once with their position."""
    found: Counter[int] = Counter()
    for number, word in enumerate(_WORD.findall(words.casefold())[:_MOST_WORDS]):
        position = "0" if number == 0 else "1" if number < 3 else "2"
        bounded = f"<{word}>"
        pieces = {bounded}
        pieces.update(bounded[:n] for n in range(3, min(len(bounded), 9)))
        pieces.update(bounded[-n:] for n in range(3, min(len(bounded), 13)))
        pieces.update(bounded[at : at + n] for n in _PIECES for at in range(len(bounded) - n + 1))
        for piece in pieces:
            found[_bucket(piece)] += 1
            found[_bucket(position + piece)] += 1
        found[_bucket(language + bounded)] += 1
    return found


def _bucket(piece: str) -> int:
    # Python's own hash differs from process to process.
    return zlib.crc32(piece.encode()) % BUCKETS


def count_actors(text: str, language: str) -> Weights:
    """How many actors of each class a text names, (classes,): the longest phrases that are known, without overlaps.

    Raises:
        Defect: the list of the language is damaged.
    """
    known = _load_phrases(language)
    words = [cut_ending(word) for word in _LETTERS.findall(text.casefold())]
    found = np.zeros(len(CLASSES), np.float32)
    at = 0
    while at < len(words):
        phrases = known.get(words[at])
        if phrases is None:
            at += 1
            continue
        length = next((n for n in range(_LONGEST, 0, -1) if tuple(words[at : at + n]) in phrases), 0)
        if length:
            found[phrases[tuple(words[at : at + length])]] += 1
        at += max(length, 1)
    return found


def cut_ending(word: str) -> str:
    """A word without the letters that case and number may change."""
    return word[: max(len(word) - _ENDING, _SHORTEST)]


@cache
def _load_phrases(language: str) -> dict[str, dict[tuple[str, ...], int]]:
    """The known phrases of up to three words as stems with their class, by their first stem; empty for other languages."""
    found: dict[str, dict[tuple[str, ...], int]] = {}
    file = artefact("bearers") / "lists" / f"{language}.tsv"
    if not file.is_file():
        return found
    for phrase, kind in read_labelled(file, CLASSES):
        stems = tuple(cut_ending(word) for word in _LETTERS.findall(phrase.casefold()))
        if 1 <= len(stems) <= _LONGEST and (len(stems) > 1 or len(stems[0]) >= _SHORTEST):
            found.setdefault(stems[0], {})[stems] = CLASSES.index(kind)
    return found


@cache
def _load_model() -> ActorModel:
    with (
        report_damage("the model of bearers"),
        np.load(artefact("bearers") / "weights.npz", allow_pickle=False) as file,
    ):
        weights, bias = file["weights"].astype(np.float32) * file["scale"], file["bias"].astype(np.float32)
        if weights.shape != (BUCKETS, len(CLASSES)) or bias.shape != (len(CLASSES),):
            raise ValueError(f"its weights have the shape {weights.shape}")
    return ActorModel(weights, bias)
