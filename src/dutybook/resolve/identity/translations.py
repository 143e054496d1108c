"""Which norm of one language version is which of another, where both are one version of a work.

Words say nothing across languages; places, order and what is written alike everywhere do: numbers, dates, what is cited,
what is defined. A pair that nothing speaks for is left out: two norms apart are better than two that are not the same.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from dutybook.resolve.identity.records import NormText, Pair, article, neutral
from dutybook.resolve.identity.wording import letters

#: What must speak for a pair.
LEAST = 0.5
_NUMBER = re.compile(r"\d+")


def align_languages(one: Sequence[NormText], other: Sequence[NormText]) -> list[Pair]:
    """Pairs of norms at the same place, in the order of the place, each norm in one pair at most.

    Within a place the order of norms is kept (a translation keeps its sentences in order); among all ways to do so the one is taken for which
    most speaks.
    """
    pairs = list(_by_place(one, other, lambda n: neutral(n.cited_as), alike))
    taken = {id_ for p in pairs for id_ in (p.old, p.new)}
    left, right = ([n for n in side if n.id not in taken] for side in (one, other))
    # Where a paragraph was counted in one language and not in the other ("2 bis."), its article still has both.
    pairs += _by_place(left, right, lambda n: neutral(article(n.place)), _tied)
    order = {norm.id: k for k, norm in enumerate(one)}
    return sorted(pairs, key=lambda p: order[p.old])


Score = Callable[[NormText, NormText], float]


def _by_place(
    one: Sequence[NormText], other: Sequence[NormText], key: Callable[[NormText], str], score: Score
) -> Iterator[Pair]:
    places: dict[str, tuple[list[NormText], list[NormText]]] = defaultdict(lambda: ([], []))
    for side, norms in enumerate((one, other)):
        for norm in norms:
            if norm.place:
                places[key(norm)][side].append(norm)
    for left, right in places.values():
        if left and right:
            yield from _best(left, right, score)


def _tied(one: NormText, other: NormText) -> float:
    """How much speaks for two norms of one article, at places that are not the same: only numbers and citations tie them."""
    lengths = sorted((len(letters(one.body)), len(letters(other.body))))
    if one.modality != other.modality or 2 * lengths[0] < lengths[1]:
        return 0.0
    ours, theirs = _numbers(one.body), _numbers(other.body)
    total = ours.total() + theirs.total()
    share = 2 * (ours & theirs).total() / total if total >= _ENOUGH else 0.0
    return share if share >= _TIED else 0.0


#: So many numbers in both together, of which such a share is the same, tie two norms.
_ENOUGH, _TIED = 6, 0.8


def _best(left: list[NormText], right: list[NormText], alike: Score) -> list[Pair]:
    """The pairs in order whose scores add up to most (dynamic programming, as for aligned sentences: Gale and Church 1993)."""
    scores = [[alike(a, b) for b in right] for a in left]
    best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left) - 1, -1, -1):
        for j in range(len(right) - 1, -1, -1):
            score = scores[i][j]
            pair = score + best[i + 1][j + 1] if score >= LEAST else 0.0
            best[i][j] = max(pair, best[i + 1][j], best[i][j + 1])
    found: list[Pair] = []
    i = j = 0
    while i < len(left) and j < len(right):
        score = scores[i][j]
        if score >= LEAST and abs(best[i][j] - score - best[i + 1][j + 1]) < 1e-9:
            found.append(Pair(left[i].id, right[j].id, "language", round(score, 4)))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return found


def alike(one: NormText, other: NormText) -> float:
    """How much speaks for two norms at one place being one, 0 to 1.

    Where it stands in its provision and how long it is count most: they need no reading. Numbers, citations, deadlines and
    modality speak for it where equal, against it where both have some and none is shared.
    """
    score = 0.62
    score -= 1.1 * max(0.0, abs(one.at - other.at) - 0.04)
    lengths = sorted((len(letters(one.body)), len(letters(other.body))))
    if lengths[1] > 40:
        score -= 0.5 * max(0.0, 0.62 - lengths[0] / lengths[1])
    if bool(one.stem) != bool(other.stem):
        score -= 0.05
    if one.place != other.place:
        score -= 0.08
    score += 0.06 if one.modality == other.modality else -0.06
    score += _shared(_numbers(one.body), _numbers(other.body), 0.2)
    if one.cites and other.cites:
        score += 0.12 if one.cites == other.cites else _shared(Counter(one.cites), Counter(other.cites), 0.12)
    if one.dues and other.dues:
        score += _shared(
            Counter(d.value for d in one.dues if d.value), Counter(d.value for d in other.dues if d.value), 0.15
        )
    if one.role and other.role:
        score += 0.1 if one.role == other.role else -0.05
    return max(0.0, min(1.0, score))


def _shared(one: Counter[str], other: Counter[str], weight: float) -> float:
    """``weight`` for all shared, minus half of it for nothing shared; nothing where one of them has none."""
    if not one or not other:
        return 0.0
    if one == other:
        return weight
    share = 2 * (one & other).total() / (one.total() + other.total())
    return weight * (1.5 * share - 0.5)


@lru_cache(maxsize=8_000)
def _numbers(text: str) -> Counter[str]:
    return Counter(_NUMBER.findall(text))
