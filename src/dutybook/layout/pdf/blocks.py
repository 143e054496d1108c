"""The blocks of a document as columns while it is written: objects come last, into the room that the lines leave."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import NamedTuple

from dutybook.records import Block, BlockRole, Span

_DEEPEST = 9


class Look(NamedTuple):
    """What a block is and how its first line is set; see :class:`Block`."""

    role: BlockRole
    size: float
    bold: bool
    italic: bool
    indent: float
    centred: bool
    hint: str


class Blocks:
    """Blocks in the order of the text: where each stands, and which of the document's few looks it has."""

    def __init__(self) -> None:
        self._starts, self._ends = array("I"), array("I")
        self._pages, self._kinds = array("H"), array("I")
        self._looks: dict[Look, int] = {}

    def add(self, span: Span, page: int, look: Look) -> None:
        self._starts.append(span.start)
        self._ends.append(span.end)
        self._pages.append(page)
        self._kinds.append(self._looks.setdefault(look, len(self._looks)))

    def made(self) -> Iterator[Block]:
        """The blocks, headings with levels from 1 by how they are set: larger before smaller, bold before plain."""
        looks = list(self._looks)
        sorts = {_weight(look) for look in looks if look.role is BlockRole.HEADING}
        rank = {weight: min(number, _DEEPEST) for number, weight in enumerate(sorted(sorts), 1)}
        levels = [rank[_weight(look)] if look.role is BlockRole.HEADING else 0 for look in looks]
        for start, end, page, kind in zip(self._starts, self._ends, self._pages, self._kinds, strict=True):
            role, size, bold, italic, indent, centred, hint = looks[kind]
            yield Block(Span(start, end), role, levels[kind], page, size, bold, italic, indent, centred, hint)


def _weight(look: Look) -> tuple[float, bool, bool]:
    return -look.size, not look.bold, look.italic
