"""One list of what words found and what meaning found."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

#: After so many norms that hold the words comes one that is near in meaning alone.
_WORDS_FIRST = 2


def fuse(words: Sequence[str], meant: Sequence[str]) -> list[str]:
    """Ids in one order, each once: after two that hold the words one that does not, the best of both first.

    Whoever types words that occur wants to see them; what says the same in another language must not hide behind the
    hundredth of them. A beginning of the list depends on the beginnings of both lists alone.

    >>> fuse(["a", "b", "c", "d"], ["x", "b", "y"])
    ['a', 'b', 'x', 'c', 'd', 'y']
    """
    holds = set(words)
    alone = iter([norm for norm in meant if norm not in holds])
    made: list[str] = []
    for start in range(0, len(words), _WORDS_FIRST):
        made += words[start : start + _WORDS_FIRST]
        made += islice(alone, 1)
    return [*made, *alone]
