"""Provisions while the tree grows: nodes, their paragraphs, and the lists of both in document order."""

from __future__ import annotations

from dataclasses import dataclass, field

from dutybook.records import BlockRole, ProvisionKind, Span, Zone
from dutybook.structure.markers import Style


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

    def run(
        self,
        node: Node,
        span: Span,
        zone: Zone,
        role: BlockRole = BlockRole.BODY,
        stem: Run | None = None,
        depth: int = 0,
        tail: bool = False,
    ) -> Run | None:
        """Give a node a paragraph; None where ``span`` holds nothing but white space."""
        node.end = max(node.end, span.end)
        span = span.strip(self.text)
        if not len(span):
            return None
        after_items = tail and bool(node.runs) and node.runs[-1].has_items
        run = Run(span, node, zone, role, stem, depth, after_items)
        if stem is not None:
            stem.has_items = True
        if after_items:
            run.stem = node.runs[-1]
        node.runs.append(run)
        self.runs.append(run)
        return run

    def close_spans(self) -> None:
        """Let every provision's span cover its children."""
        for node in reversed(self.nodes):
            if node.parent is not None:
                node.parent.end = max(node.parent.end, node.end)
