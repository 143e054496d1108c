"""Which examples one round of training shows: all that people marked, and some of each kind of silver."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence

from reader.examples import Example

#: So many silver examples of a language in a round, a third of them with rare labels.
MOST_SILVER = 250


def pick_silver(silver: Sequence[Example], chance: random.Random, most: int = MOST_SILVER) -> list[Example]:
    """Up to ``most`` examples of each language, a third of them prohibitions, exemptions, and stems of lists."""
    by_language: dict[str, list[Example]] = defaultdict(list)
    for example in silver:
        by_language[example.language].append(example)
    picked: list[Example] = []
    for _, found in sorted(by_language.items()):
        rare = [e for e in found if e.statement in ("prohibition", "exemption") or e.list]
        rest = [e for e in found if not (e.statement in ("prohibition", "exemption") or e.list)]
        chance.shuffle(rare)
        chance.shuffle(rest)
        few = rare[: most // 3]
        picked += few + rest[: most - len(few)]
    return picked


def pick_some(examples: Sequence[Example], chance: random.Random, most: int) -> list[Example]:
    """So many examples at random, or all where there are fewer."""
    return chance.sample(list(examples), min(most, len(examples)))
