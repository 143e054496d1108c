"""Aligns the units of two language versions of one act: by place, then by digits, length and order.

Nothing here knows a language: places read alike in all ("Art 5(2)(a)"), and so do numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from training.units import Unit

_NUMBER = re.compile(r"\d+")
_LONG_WORD = re.compile(r"[^\W\d_]{5,}")
_ARTICLE = re.compile(r"^(?P<top>[^(]*?)(?: subpara \d+)?(?P<rest>\(.*)?$")
# A cell of the matrix costs a microsecond or two: longer groups are cut by place only.
_LARGEST = 1_500_000


@dataclass(frozen=True, slots=True)
class Pair:
    """Two aligned units; ``score`` runs from 0 (position alone) to 1 (place, role, digits and length agree)."""

    first: Unit
    second: Unit
    score: float


@dataclass(slots=True)
class _Seen:
    unit: Unit
    numbers: Counter[str] = field(default_factory=Counter)
    stems: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.numbers = Counter(_NUMBER.findall(self.unit.text))
        folded = unicodedata.normalize("NFKD", self.unit.text.casefold())
        plain = "".join(c for c in folded if not unicodedata.combining(c))
        self.stems = frozenset(w[:5] for w in _LONG_WORD.findall(plain))


def article_of(place: str) -> str:
    """The article or annex of a place: "Art 5" of "Art 5(2)(a)"."""
    match = _ARTICLE.match(place)
    return match["top"].strip() if match else place


def align(first: Sequence[Unit], second: Sequence[Unit]) -> list[Pair]:
    """Pairs in the order of ``first``; units without a counterpart are in none."""
    groups: dict[str, tuple[list[Unit], list[Unit]]] = {}
    placed = all(any(u.place.startswith("Art") for u in units) for units in (first, second))
    for side, units in enumerate((first, second)):
        for unit in units:
            key = article_of(unit.place) if placed else ""
            groups.setdefault(key, ([], []))[side].append(unit)
    made: list[Pair] = []
    for ours, theirs in groups.values():
        made.extend(
            _group(ours, theirs) if placed else _path([_Seen(u) for u in ours], [_Seen(u) for u in theirs], blind)
        )
    order = {id(u): n for n, u in enumerate(first)}
    return sorted(made, key=lambda p: order[id(p.first)])


def _group(ours: list[Unit], theirs: list[Unit]) -> list[Pair]:
    a, b = [_Seen(u) for u in ours], [_Seen(u) for u in theirs]
    if len(a) * len(b) > _LARGEST or [(u.place, u.role) for u in ours] == [(u.place, u.role) for u in theirs]:
        return [Pair(x.unit, y.unit, similarity(x, y)) for x, y in zip(a, b, strict=False)] if len(a) == len(b) else []
    return _path(a, b)


def similarity(a: _Seen, b: _Seen) -> float:
    """How alike two units are, 0 to 1."""
    x, y = len(a.unit.text) + 10, len(b.unit.text) + 10
    length = min(x, y) / max(x, y)
    total = sum((a.numbers | b.numbers).values())
    digits = sum((a.numbers & b.numbers).values()) / total if total else 0.6
    place = 1.0 if a.unit.place == b.unit.place else 0.0
    role = 1.0 if a.unit.role == b.unit.role else 0.0
    return 0.35 * place + 0.1 * role + 0.3 * digits + 0.25 * length


def blind(a: _Seen, b: _Seen) -> float:
    """How alike two units are where nothing says their places: by digits, length, and words of common origin."""
    x, y = len(a.unit.text) + 10, len(b.unit.text) + 10
    length = min(x, y) / max(x, y)
    total = sum((a.numbers | b.numbers).values())
    digits = sum((a.numbers & b.numbers).values()) / total if total else 0.5
    least = min(len(a.stems), len(b.stems))
    words = min(1.0, 3 * len(a.stems & b.stems) / least) if least else 0.0
    return 0.35 * length + 0.3 * digits + 0.35 * words


def _path(a: list[_Seen], b: list[_Seen], alike: Callable[[_Seen, _Seen], float] = similarity) -> list[Pair]:
    """The best monotone path; a pair must be better than two gaps."""
    rows, columns = len(a), len(b)
    floor = 0.3 if alike is similarity else 0.5
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    scores: list[list[float]] = []
    for i in range(rows):
        here, above, line = best[i + 1], best[i], []
        for j in range(columns):
            score = alike(a[i], b[j])
            line.append(score)
            paired = above[j] + score - floor
            gap = above[j + 1] if above[j + 1] > here[j] else here[j]
            here[j + 1] = paired if paired > gap else gap
        scores.append(line)
    made: list[Pair] = []
    i, j = rows, columns
    while i and j:
        value = best[i][j]
        if value == best[i - 1][j]:
            i -= 1
        elif value == best[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            made.append(Pair(a[i].unit, b[j].unit, scores[i][j]))
    return made[::-1]
