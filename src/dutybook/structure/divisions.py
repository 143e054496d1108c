"""The order of an act's divisions: which lies within which differs from code to code, so the act itself is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dutybook.languages import LanguagePack
from dutybook.records import Block, BlockRole
from dutybook.structure import headings

# From the outermost to the innermost, as most acts have them.
USUAL = ("book", "part", "title", "chapter", "section", "subsection", "subsubsection")
_ADJACENT = 2


def order_of(text: str, blocks: Sequence[Block], pack: LanguagePack) -> dict[str, float]:
    """The depth of each division word's kind (``book``, ``chapter``, …; lower is further out) in one act.

    A division that opens right after another one's heading lies within it: "Abschnitt 1" and then "Titel 1" says that
    here titles are parts of sections. Where an act says nothing the usual order holds.
    """
    within: Counter[tuple[str, str]] = Counter()
    last: tuple[int, str] | None = None
    for index, block in enumerate(blocks):
        if block.role in {BlockRole.FOOTNOTE, BlockRole.TABLE, BlockRole.CONTENTS} or len(block.span) > 300:
            continue
        piece = block.span.of(text)
        found = headings.division(piece, block, pack)
        if found is None:
            if block.role is BlockRole.HEADING and headings.annex(piece, block, pack):
                break  # annexes are divided as each of them likes
            continue
        if last is not None and index - last[0] <= _ADJACENT and last[1] != found.words:
            within[last[1], found.words] += 1
        last = index, found.words
    ranks = list(USUAL)
    for (outer, inner), count in within.most_common():
        if count > within[inner, outer] and ranks.index(outer) > ranks.index(inner):
            ranks.remove(outer)
            ranks.insert(ranks.index(inner), outer)
    return {name: float(rank) for rank, name in enumerate(ranks, 1)}
