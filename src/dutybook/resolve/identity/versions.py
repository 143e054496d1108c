"""Which norm of one version is which of another, in one language: by their words first, then by place and likeness."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from dutybook.resolve.identity.records import NormText, Pair, around, article
from dutybook.resolve.identity.wording import letters, similarity, words

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
        for said in (self._keys(lambda n: letters(n.said)), self._keys(lambda n: letters(n.body))):
            self._equal(self._with(said, lambda n: n.cited_as))
            # A list or paragraph to which something was added in front.
            self._equal(self._with(said, lambda n: around(n.place)))
            self._equal(self._with(said, lambda n: article(n.place)))
            self._equal(said, once=True)
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
        held = Counter(n.cited_as for n in self.sides[side])
        return {i for i in self.free[side] if held[self.sides[side][i].cited_as] == 1}

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
