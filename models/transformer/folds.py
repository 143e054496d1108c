"""What each measuring network does not see: documents, and languages. All are left out once, but for English."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence

from transformer.examples import Example

#: Languages that the network of a fold never sees.
LANGUAGES: tuple[frozenset[str], ...] = (
    frozenset({"cs", "sv", "el", "hu", "lv", "mt", "nl"}),
    frozenset({"bg", "da", "de", "et", "ga", "pl", "ro", "pt"}),
    frozenset({"es", "fi", "fr", "hr", "it", "lt", "sk", "sl"}),
)
FOLDS = len(LANGUAGES)
#: Lessons of all languages tell of the same things: they are left out together.
_LESSONS = 1


def documents_of(examples: Sequence[Example]) -> dict[str, int]:
    """The fold of each document; all versions of an act go together, and folds are of about the same size."""
    counted = Counter(e.group for e in examples if e.source in ("act", "gold"))
    sizes = [0] * FOLDS
    dealt: dict[str, int] = {}
    for group, count in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        dealt[group] = sizes.index(min(sizes))
        sizes[dealt[group]] += count
    return dealt


def fold_of(example: Example, dealt: dict[str, int]) -> int | None:
    """The fold that leaves the example out; None for what nothing is measured on."""
    if example.source == "lesson":
        return _LESSONS
    if example.source == "spec":
        return zlib.crc32(example.unit.text.encode()) % FOLDS
    return dealt.get(example.group)


def seen_by(fold: int, examples: Sequence[Example], dealt: dict[str, int]) -> list[Example]:
    """What the network of a fold learns from."""
    return [e for e in examples if e.language not in LANGUAGES[fold] and fold_of(e, dealt) != fold]
