"""Which norm of an act a sentence of a news item speaks of, told by the words that both have."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: A sentence and a norm that share less than this are not taken for one (cosine of their words, weighted by rarity in the act).
LEAST = 0.34
#: Another norm of the act that comes this near leaves it open which one is meant.
APART = 0.06
_BINDING = {"obligation": True, "prohibition": True, "permission": False, "exemption": False}
_SAME_KIND, _OTHER_KIND, _SAME_PERIOD = 1.12, 0.7, 0.12


@dataclass(frozen=True, slots=True)
class Candidate:
    """A norm, or a sentence of news: its ``words`` as search knows them, its modality and the values of its deadlines."""

    identity: str
    norm: str
    place: str
    words: frozenset[str]
    modality: str
    values: frozenset[str] = frozenset()


class Wordings:
    """The norms of one act in one language, to be held against sentences."""

    def __init__(self, norms: Iterable[Candidate]) -> None:
        self._norms = tuple(norms)
        counts = Counter(word for norm in self._norms for word in norm.words)
        number = len(self._norms) + 1
        self._rare: Mapping[str, float] = {word: math.log(number / count) ** 2 for word, count in counts.items()}
        self._unknown = math.log(number) ** 2 / 2
        self._lengths = [math.sqrt(self._weight(norm.words)) or 1.0 for norm in self._norms]

    def meant(self, sentence: Candidate, least: float = LEAST) -> Candidate | None:
        """The norm that a sentence speaks of; None where none is near enough, or several are as near."""
        length = math.sqrt(self._weight(sentence.words)) or 1.0
        scored = []
        for norm, own in zip(self._norms, self._lengths, strict=True):
            shared = self._weight(norm.words & sentence.words)
            if not shared:
                continue
            score = shared / (length * own)
            if norm.modality == sentence.modality:
                score *= _SAME_KIND
            elif _BINDING.get(norm.modality) is not _BINDING.get(sentence.modality):
                score *= _OTHER_KIND
            scored.append((score + _SAME_PERIOD * bool(norm.values & sentence.values), norm))
        scored.sort(key=lambda found: (-found[0], found[1].identity))
        if not scored or scored[0][0] < least:
            return None
        rivals = [score for score, norm in scored[1:] if norm.identity != scored[0][1].identity]
        return scored[0][1] if not rivals or scored[0][0] - rivals[0] >= APART else None

    def _weight(self, words: Iterable[str]) -> float:
        return sum(self._rare.get(word, self._unknown) for word in words)
