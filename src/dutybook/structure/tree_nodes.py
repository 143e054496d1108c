"""Provisions while the tree grows: nodes, their paragraphs, and the open lists that markers go on with."""

from __future__ import annotations

from dataclasses import dataclass, field

from dutybook.records import Block, BlockRole, ProvisionKind, Span, Zone
from dutybook.structure.markers import Marker, Style


@dataclass(slots=True)
class Node:
    """A provision while the tree grows. ``runs`` are its own paragraphs, without markers, in order.

    ``label`` stands before its number in its place, where that is not its kind's own ("Disposición final"); ``quoted``:
    it is new text for another act.
    """

    kind: ProvisionKind
    number: str
    start: int
    zone: Zone
    parent: Node | None
    heading: str = ""
    end: int = 0
    sign: bool = False
    style: Style | None = None
    dotted: bool = False
    runs: list[Run] = field(default_factory=list)
    level: int = 0
    label: str = ""
    depth: float = 0.0
    quoted: bool = False
    subparagraphs: int = 1


@dataclass(slots=True)
class Run:
    """One paragraph of a node: its span without the marker, and whether list items follow it directly.

    ``stem`` is the run that leads into the list this one is an item of; ``tail`` says that it follows such a list.
    """

    span: Span
    node: Node
    zone: Zone
    role: BlockRole
    stem: Run | None = None
    depth: int = 0
    tail: bool = False
    has_items: bool = False


LOOSE = {
    BlockRole.FOOTNOTE: (ProvisionKind.FOOTNOTE, Zone.FOOTNOTE),
    BlockRole.CONTENTS: (ProvisionKind.CONTENTS, Zone.CONTENTS),
}
"""The kind and the zone of blocks that belong to no provision, wherever they stand."""


class Tree:
    """Nodes and runs in document order; parents come before their children."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.nodes: list[Node] = []
        self.runs: list[Run] = []

    def node(self, kind: ProvisionKind, number: str, start: int, zone: Zone, parent: Node | None) -> Node:
        """Open a provision at ``start``."""
        node = Node(kind, number, start, zone, parent, end=start)
        self.nodes.append(node)
        return node

    def run(self, run: Run) -> Run | None:
        """Give a node a paragraph; None where its span holds nothing but white space.

        ``run.tail`` says that it may follow a list; it stays so only where the node's last paragraph leads into one.
        """
        node = run.node
        node.end = max(node.end, run.span.end)
        run.span = run.span.strip(self.text)
        if not len(run.span):
            return None
        run.tail = run.tail and bool(node.runs) and node.runs[-1].has_items
        if run.stem is not None:
            run.stem.has_items = True
        if run.tail:
            run.stem = node.runs[-1]
        node.runs.append(run)
        self.runs.append(run)
        return run

    def close_spans(self) -> None:
        """Let every provision's span cover its children."""
        for node in reversed(self.nodes):
            if node.parent is not None:
                node.parent.end = max(node.parent.end, node.end)


# A marker far from the start of a list is more likely a number that begins a sentence ("2024. …").
MAX_ORDINAL = 400
_ALPHABET = 26
_MAX_GAP = 12
# Points of indent by which a continuation of a list item may differ from the item's own text.
_INDENT_TOLERANCE = 4.0
# In place of punctuation: a further subparagraph, which has no number.
SUBPARAGRAPH = "subparagraph"


@dataclass(slots=True)
class Level:
    """An open list: its style and punctuation, the last ordinal, its last item's node, and the list's holder and stem."""

    style: Style
    wrap: str
    last: int
    raw: str
    node: Node
    parent: Node
    indent: float
    stem: Run | None


@dataclass(frozen=True, slots=True)
class Match:
    """The open list a marker goes on with; ``gap``: numbers are left out before it."""

    index: int
    style: Style
    ordinal: int
    gap: bool


def _after_z(number: str) -> int:
    """What follows (z): (aa), (bb), … in older acts, (aa), (ab), … in newer ones."""
    first, second = (ord(letter) - ord("a") + 1 for letter in number.lower())
    return _ALPHABET * (first if first != second else 1) + second


def _paragraph(levels: list[Level], marker: Marker) -> Match | None:
    """The next paragraph of an article, where the drafter changed from "(3)" to "4."."""
    first = levels[0] if levels else None
    if (
        first is None
        or first.node.sign
        or first.node.kind is not ProvisionKind.PARAGRAPH
        or {first.wrap, marker.wrap} != {"()", "."}
    ):
        return None
    style, ordinal = marker.readings[0]
    follows = style is first.style is Style.ARABIC and ordinal == first.last + 1
    return Match(0, style, ordinal, False) if follows else None


def find_open_list(levels: list[Level], marker: Marker) -> Match | None:
    """The innermost open list that ``marker`` continues; one with a gap only where none continues without."""
    best: Match | None = _paragraph(levels, marker)
    for index in range(len(levels) - 1, -1, -1):
        level = levels[index]
        if level.wrap != marker.wrap:
            continue
        for read, count in marker.readings:
            style, ordinal = read, count
            if level.style is Style.LETTER and level.last >= _ALPHABET and len(marker.number) == 2:
                style, ordinal = Style.LETTER, _after_z(marker.number)
            if style is not level.style:
                continue
            if style is Style.DASH:
                if level.raw == marker.raw:
                    return Match(index, style, level.last + 1, False)
                continue
            step = ordinal - level.last
            inserted = step == 0 and marker.number != level.node.number
            if step == 1 or inserted:
                return Match(index, style, ordinal, False)
            if 1 < step <= _MAX_GAP and best is None:
                best = Match(index, style, ordinal, True)
    return best


def restart_list(levels: list[Level], style: Style, wrap: str) -> None:
    """A list of a style that is open already is a new one after it, not inside it."""
    for index, level in enumerate(levels):
        if level.style is style and level.wrap == wrap:
            del levels[index:]
            return


def read_first_marker(marker: Marker, levels: list[Level]) -> tuple[Style, int] | None:
    """How to read a marker that opens a new list; None where it is more likely no marker at all."""
    opening = next(((s, o) for s, o in marker.readings if o == 1), None)
    fresh = opening or next(((s, o) for s, o in marker.readings if s is Style.DASH), None)
    if fresh is None:
        if marker.readings[0][1] > MAX_ORDINAL or (levels and marker.wrap == "."):
            return None
        if marker.wrap in {".", "–"} and len(marker.number) == 1 and marker.number.isalpha():
            return None  # the initial of a name, the "S." of a page
        fresh = marker.readings[0]
    return fresh[0], fresh[1] or 1


def ends_open(paragraph: str) -> bool:
    """Whether a paragraph leads into a list: it ends with a colon, a dash, or in the middle of a sentence."""
    last = paragraph.rstrip()[-1:]
    return last in ":—–," or last.isalpha()


def _within(block: Block, level: Level) -> bool:
    """Whether a paragraph stands below an item's marker: on a page right of it, in a web page in its cell."""
    if level.indent <= 0:
        return False
    if block.page is None:
        return block.indent >= level.indent
    return block.indent > level.indent + _INDENT_TOLERANCE


def continue_after(levels: list[Level], block: Block) -> list[Level]:
    """Close the lists that a paragraph without a marker does not belong to any more; returns them, outermost first."""
    closed: list[Level] = []
    while levels:
        level = levels[-1]
        if level.node.kind in {ProvisionKind.PARAGRAPH, ProvisionKind.MARGIN_NUMBER}:
            break
        if level.wrap != SUBPARAGRAPH and _within(block, level):
            break
        if level.wrap == SUBPARAGRAPH:
            levels.pop()
        else:
            closed.insert(0, levels.pop())
    return closed
