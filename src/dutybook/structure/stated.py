"""Builds the provision tree of a format that states its structure: what the outline says is taken, nothing is guessed.

Added here is what no format says: the zone of a provision, and which paragraph is the stem or the tail of a list.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from dutybook.languages import LanguagePack
from dutybook.records import Block, BlockRole, Element, Layout, ProvisionKind, Span, Zone
from dutybook.structure import zones
from dutybook.structure.markers import LOOSE, Node, Run, Style, Tree, ends_open, readings_of
from dutybook.structure.quotations import find_new_text, opening_mark

_ZONES = {
    ProvisionKind.RECITAL: Zone.RECITAL,
    ProvisionKind.PREAMBLE: Zone.PREAMBLE,
    ProvisionKind.ANNEX: Zone.ANNEX,
    ProvisionKind.CONTENTS: Zone.CONTENTS,
    ProvisionKind.SIGNATURE: Zone.SIGNATURE,
    ProvisionKind.FOOTNOTE: Zone.FOOTNOTE,
}
_ITEMS = frozenset({ProvisionKind.POINT, ProvisionKind.INDENT})


class StatedTree(Tree):
    """The tree of a layout that has an outline."""

    def __init__(self, layout: Layout, pack: LanguagePack) -> None:
        super().__init__(layout.text)
        self.layout = layout
        self.pack = pack
        self.made: list[Node] = []
        self.open: list[tuple[Element, Node]] = []
        self.labels = sorted((label for each in layout.outline for label in each.labels), key=lambda s: s.start)
        self.label = 0
        # The style of the last number of a kind below a provision.
        self.styles: dict[tuple[int | None, ProvisionKind], Style] = {}

    def build(self) -> Tree:
        """Walk all blocks."""
        for block in self.layout.blocks:
            self._block(block)
        self._enter(len(self.text))
        self.close_spans()
        return self

    def _block(self, block: Block) -> None:
        at = block.span.start
        while at < block.span.end:
            self._leave(at)
            self._enter(at)
            self._leave(at)
            ends = [block.span.end]
            if len(self.made) < len(self.layout.outline):
                ends.append(self.layout.outline[len(self.made)].span.start)
            if self.open:
                ends.append(self.open[-1][0].span.end)
            end = min(end for end in ends if end > at)
            for piece in self._without_labels(Span(at, end)):
                self._piece(block, piece)
            at = end

    def _enter(self, at: int) -> None:
        """Open the provisions that start up to ``at``."""
        outline = self.layout.outline
        while len(self.made) < len(outline) and outline[len(self.made)].span.start <= at:
            element = outline[len(self.made)]
            self._leave(element.span.start)
            node = self._node(element)
            self.made.append(node)
            self.open.append((element, node))

    def _leave(self, at: int) -> None:
        while self.open and self.open[-1][0].span.end <= at:
            self.open.pop()

    def _without_labels(self, span: Span) -> Iterator[Span]:
        """What of a piece of text is no number and no heading."""
        while self.label < len(self.labels) and self.labels[self.label].end <= span.start:
            self.label += 1
        at, index = span.start, self.label
        while index < len(self.labels) and self.labels[index].start < span.end:
            label = self.labels[index]
            if label.start > at:
                yield Span(at, label.start)
            at = max(at, label.end)
            index += 1
        if at < span.end:
            yield Span(at, span.end)

    def _node(self, element: Element) -> Node:
        parent = self.made[element.parent] if element.parent is not None else None
        style = self._style(element, parent)
        node = self.node(element.kind, element.number, element.span.start, Zone.ENACTING, parent)
        node.heading = element.heading
        node.label = element.cited
        node.sign = element.sign or (parent is not None and parent.sign and element.kind is not ProvisionKind.ARTICLE)
        node.quoted = element.quoted
        node.style = style
        node.dotted = "." in element.number
        node.end = element.span.end
        node.zone = self._zone(element, node)
        return node

    def _style(self, element: Element, parent: Node | None) -> Style | None:
        """How a number is written; an "i" goes on with its neighbours' style."""
        if element.kind is ProvisionKind.INDENT:
            return Style.DASH
        readings = readings_of(element.number)
        if not readings:
            return None
        key = (element.parent, element.kind)
        before, above = self.styles.get(key), parent.style if parent is not None else None
        like = next((style for style, _ in readings if style is before), None)
        first = next((style for style, ordinal in readings if ordinal == 1 and style is not above), None)
        self.styles[key] = like or first or readings[0][0]
        return self.styles[key]

    def _zone(self, element: Element, node: Node) -> Zone:
        if element.quoted:
            return Zone.AMENDMENT
        around = node.parent.zone if node.parent is not None else Zone.ENACTING
        if element.kind in _ZONES:
            return _ZONES[element.kind] if around is Zone.ENACTING else around
        if element.kind is ProvisionKind.ARTICLE and around is Zone.ENACTING:
            return zones.of_article(element.heading, around, self.pack)
        stem = self._stem(node)
        return zones.of_items(stem.span.of(self.text), around, self.pack) if stem else around

    def _stem(self, node: Node) -> Run | None:
        """The paragraph that leads into the list a node is an item of."""
        if node.kind not in _ITEMS:
            return None
        holder = node.parent
        while holder is not None and not holder.runs and holder.kind is not ProvisionKind.ARTICLE:
            holder = holder.parent
        if holder is None or not holder.runs or holder.quoted < node.quoted:
            return None  # what announces new text leads into no list of it
        run = holder.runs[-1]
        if run.tail and not ends_open(run.span.of(self.text)):
            return run.stem  # "(a) …; (b) …; and in any case (c) …": the list goes on after what interrupted it
        # Numbered statements after a full stop are no list: each is a text of its own.
        return run if run.has_items or ends_open(run.span.of(self.text)) else None

    def _piece(self, block: Block, span: Span) -> None:
        if not len(span.strip(self.text)):
            return
        if block.role in LOOSE:
            self._loose(span, block.role, *LOOSE[block.role])
        elif not self.open:
            heading = block.role is BlockRole.HEADING
            self._loose(span, block.role, ProvisionKind.HEADING if heading else ProvisionKind.PREAMBLE, Zone.PREAMBLE)
        elif block.role is BlockRole.HEADING:
            self._crossheading(span)
        else:
            self._run(block, span)

    def _loose(self, span: Span, role: BlockRole, kind: ProvisionKind, zone: Zone) -> None:
        self.run(Run(span, self.node(kind, "", span.start, zone, None), zone, role))

    def _crossheading(self, span: Span) -> None:
        """A heading without a number inside a provision: it is no sentence of it."""
        holder = self.open[-1][1]
        node = self.node(ProvisionKind.HEADING, "", span.start, Zone.HEADING, holder)
        node.heading = " ".join(span.of(self.text).split())
        node.end = span.end

    def _run(self, block: Block, span: Span) -> None:
        node = self.open[-1][1]
        zone = node.zone
        if zone is Zone.ENACTING and zones.amends(span.of(self.text), self.pack):
            zone = Zone.AMENDMENT
        depth = 0
        here: Node | None = node
        while here is not None:
            depth += here.kind in _ITEMS
            here = here.parent
        # Only an item's first paragraph belongs to the stem; a further one is a text of its own.
        stem = self._stem(node) if not node.runs else None
        bounds = (
            list(find_new_text(span.of(self.text), self.pack)) if zone is Zone.AMENDMENT and not node.quoted else []
        )
        own = Span(span.start, span.start + bounds[0]) if bounds else span
        self.run(Run(own, node, zone, block.role, stem, depth, tail=True))
        for number, (start, end) in enumerate(pairwise([*bounds, len(span)])):
            piece = Span(span.start + start, span.start + end)
            if not len(piece.strip(self.text)):
                continue
            holder = node
            if number % 2 == 0:
                holder = self.node(ProvisionKind.TEXT, "", piece.start, Zone.AMENDMENT, node)
                holder.quoted = True
                mark = opening_mark(piece.of(self.text))
                piece = Span(piece.start + (mark[1] if mark else 0), piece.end)
            self.run(Run(piece, holder, zone, block.role, None, depth))
