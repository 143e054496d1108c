"""Which norms are one: through versions, through languages, and, from such pairs, identities."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dutybook.resolve.identity.records import (
    NormText,
    Pair,
    around,
    article,
    letters_and_digits,
    neutral,
    similarity,
    words,
)

#: How alike two wordings must be at the same place, in the same article, and anywhere else.
SAME_PLACE, SAME_ARTICLE, ELSEWHERE = 0.30, 0.55, 0.70
#: A lone norm at a place which has one in both versions is the same norm, unless nearly nothing is left of it.
ALONE = 0.18
#: A norm of fewer words ("They shall submit those drafts by 1 May") speaks of what stands around it: it is known again in another
#: article only where its neighbours went there.
LONG = 25

Keys = tuple[Sequence[object], Sequence[object]]


def align_versions(old: Sequence[NormText], new: Sequence[NormText]) -> list[Pair]:
    """Pairs of norms, in the order of the old version; each norm is in one pair at most.

    Equal words at the same place come first, then equal words elsewhere (of several equal ones one by one), then
    what is most alike, nearer places before farther ones. ``align_versions(b, a)`` gives the same pairs, turned around.
    """
    return _Alignment(old, new).run()


class _Alignment:
    def __init__(self, old: Sequence[NormText], new: Sequence[NormText]) -> None:
        self.sides = (old, new)
        self.words = tuple([Counter(words(n.body)) for n in side] for side in self.sides)
        self.free = (set(range(len(old))), set(range(len(new))))
        self.found: dict[int, tuple[int, str, float]] = {}

    def run(self) -> list[Pair]:
        old, new = self.sides
        for keys in (
            self._keys(lambda n: letters_and_digits(n.wording)),
            self._keys(lambda n: letters_and_digits(n.body)),
        ):
            self._equal(self._with(keys, lambda n: n.cited_as))
            # A list or paragraph to which something was added in front.
            self._equal(self._with(keys, lambda n: around(n.place)))
            self._equal(self._with(keys, lambda n: article(n.place)))
            self._equal(keys, once=True)
        self._alike()
        # Where long ones went is known now: their neighbours may follow.
        self._alike()
        return [
            Pair(old[i].id, new[j].id, basis, round(score, 4)) for i, (j, basis, score) in sorted(self.found.items())
        ]

    def _keys(self, key: Callable[[NormText], str]) -> tuple[list[str], list[str]]:
        return [key(n) for n in self.sides[0]], [key(n) for n in self.sides[1]]

    def _with(self, keys: Keys, place: Callable[[NormText], str]) -> Keys:
        one, other = (
            [(place(n), k) for n, k in zip(s, ks, strict=True)] for s, ks in zip(self.sides, keys, strict=True)
        )
        return one, other

    def _equal(self, keys: Keys, *, once: bool = False) -> None:
        """Pair norms with equal keys, several equal ones in their order; ``once``: only what either side has once."""
        where: dict[object, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for side in (0, 1):
            for index, key in enumerate(keys[side]):
                if once or index in self.free[side]:
                    where[key][side].append(index)
        for before, after in where.values():
            if once and not len(before) == len(after) == 1:
                continue
            for i, j in zip(before, after, strict=False):
                if i in self.free[0] and j in self.free[1]:
                    self._take(i, j, 1.0)

    def _alike(self) -> None:
        """The most alike of what is left, nearer places first; short norms leave their article only where others did."""
        old, new = self.sides
        lone = tuple(self._lone(side) for side in (0, 1))
        moves = {(article(old[i].place), article(new[j].place)) for i, (j, _, _) in self.found.items()}
        ranked: list[tuple[float, int, int, float]] = []
        for i, j in self._candidates():
            a, b = old[i], new[j]
            score = similarity(a.body, b.body)
            if a.cited_as == b.cited_as:
                least = ALONE if i in lone[0] and j in lone[1] else SAME_PLACE
            elif article(a.place) == article(b.place):
                least = SAME_ARTICLE
            elif min(self.words[0][i].total(), self.words[1][j].total()) >= LONG or (
                (article(a.place), article(b.place)) in moves
            ):
                least = ELSEWHERE
            else:
                continue
            if score >= least:
                ranked.append((score + _nearness(a, b), i, j, score))
        # Ties go to those that stand nearest to the same share of their version: the same from both sides.
        for _, i, j, score in sorted(ranked, key=self._rank):
            if i in self.free[0] and j in self.free[1]:
                self._take(i, j, score)

    def _candidates(self) -> Iterator[tuple[int, int]]:
        """Free norms that share enough words to be worth a closer look."""
        by_word: dict[str, list[int]] = defaultdict(list)
        for j in sorted(self.free[1]):
            for word in self.words[1][j]:
                by_word[word].append(j)
        for i in sorted(self.free[0]):
            shared: Counter[int] = Counter()
            for word in self.words[0][i]:
                shared.update(by_word.get(word, ()))
            for j, common in sorted(shared.items()):
                near = article(self.sides[0][i].place) == article(self.sides[1][j].place)
                if near or 3 * common >= len(self.words[0][i]) + len(self.words[1][j]) - common:
                    yield i, j

    def _lone(self, side: int) -> set[int]:
        """Free norms that are the only ones of their place, taken ones counted too."""
        counts = Counter(n.cited_as for n in self.sides[side])
        return {i for i in self.free[side] if counts[self.sides[side][i].cited_as] == 1}

    def _rank(self, pair: tuple[float, int, int, float]) -> tuple[object, ...]:
        value, i, j, _ = pair
        old, new = self.sides
        return (-round(value, 6), round(abs(i / len(old) - j / len(new)), 9), *sorted((old[i].id, new[j].id)))

    def _take(self, i: int, j: int, score: float) -> None:
        same = self.sides[0][i].cited_as == self.sides[1][j].cited_as
        basis = ("text" if score == 1.0 else "place") if same else "renumbered"
        self.found[i] = (j, basis, score)
        self.free[0].discard(i)
        self.free[1].discard(j)


def _nearness(a: NormText, b: NormText) -> float:
    if a.place == b.place:
        return 0.25
    if a.cited_as == b.cited_as:
        return 0.22
    return 0.08 if article(a.place) == article(b.place) else 0.0


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
    lengths = sorted((len(letters_and_digits(one.body)), len(letters_and_digits(other.body))))
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
    lengths = sorted((len(letters_and_digits(one.body)), len(letters_and_digits(other.body))))
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
        score += _shared(_due_values(one), _due_values(other), 0.15)
    if one.role and other.role:
        score += 0.1 if one.role == other.role else -0.05
    return max(0.0, min(1.0, score))


def _due_values(norm: NormText) -> Counter[str]:
    return Counter(due.value for due in norm.dues if due.value)


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


#: How sure a basis is, the surest first.
_SURE = {basis: place for place, basis in enumerate(("text", "place", "renumbered", "language"))}


@dataclass(frozen=True, slots=True)
class Member:
    """A norm of a work; ``rank`` orders all norms of it, the oldest version of the first language first."""

    norm: str
    document: str
    rank: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """Two norms that were aligned, by what and how surely."""

    one: str
    other: str
    basis: str
    score: float


def _rank(edge: Edge) -> tuple[int, float, str, str]:
    one, other = (edge.one, edge.other) if edge.one < edge.other else (edge.other, edge.one)
    return _SURE[edge.basis], -edge.score, one, other


def group(members: Iterable[Member], edges: Iterable[Edge]) -> dict[str, tuple[str, str]]:
    """Identity and basis of each norm: an identity is the id of its first member, the basis how the norm was tied to others.

    One identity has one norm of a document: an edge that would put two there is left out, weaker ones first. The first member's
    basis is ``first``, that of a norm with no others too. What comes out does not depend on the order of what goes in.
    """
    known = {m.norm: m for m in members}
    parent = {norm: norm for norm in known}
    documents = {norm: {m.document} for norm, m in known.items()}
    tied: dict[str, str] = {}

    def root(norm: str) -> str:
        while parent[norm] != norm:
            parent[norm] = parent[parent[norm]]
            norm = parent[norm]
        return norm

    for edge in sorted(edges, key=_rank):
        if edge.one not in known or edge.other not in known:
            continue
        a, b = root(edge.one), root(edge.other)
        if a != b and documents[a] & documents[b]:
            continue
        for norm in (edge.one, edge.other):
            tied.setdefault(norm, edge.basis)
        if a == b:
            continue
        if known[b].rank < known[a].rank:
            a, b = b, a
        parent[b] = a
        documents[a] |= documents.pop(b)
    found = {}
    for norm in known:
        identity = root(norm)
        found[norm] = (identity, "first" if norm == identity else tied[norm])
    return found
