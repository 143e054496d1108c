"""Puts new text for another act, quoted or not, under the provision that announces it, apart from the act's own."""

from __future__ import annotations

from dataclasses import replace

from dutybook.records import Block, BlockRole, ProvisionKind, Span, Zone
from dutybook.structure import headings, lists, quotations, zones
from dutybook.structure.markers import parse
from dutybook.structure.nodes import Node
from dutybook.structure.opening import Opening
from dutybook.structure.unquoted import Unquoted


class NewText(Opening):
    """Reads what an amending act quotes."""

    def _quotation(self, index: int, text: str) -> int:
        """Put quoted new text under the provision that announces it; returns its length in blocks, 0 where none begins."""
        if self.zone is not Zone.ENACTING and self.zone is not Zone.ANNEX:
            return 0
        found = quotations.opens(text)
        holder = self.levels[-1].node if self.levels else self._home()
        if holder is None:
            return 0
        if found is None:
            end = self._unquoted(index)
            return self._take(index, end, 0, holder) if end else 0
        if not self._announced(index, found[1]):
            return 0
        mark, start = found
        end = 0
        if index >= self.unclosed:
            following = (self.blocks[i] for i in range(index, len(self.blocks)))
            paragraphs = ("" if b.role is BlockRole.FOOTNOTE else b.span.of(self.text) for b in following)
            end = quotations.extent(paragraphs, mark, self._goes_on)
            self.unclosed = 0 if end else index + quotations.MOST
        return self._take(index, max(end, 1), start, holder)

    def _unquoted(self, index: int) -> int:
        """How many blocks from here on are new text without quotation marks."""
        before = self.runs[-1] if self.runs else None
        if before is None or before.zone is not Zone.AMENDMENT:
            return 0
        announcement = before.span.of(self.text)
        if not announcement.rstrip().endswith(":") or not zones.amends(announcement, self.pack):
            return 0
        following = ((b, b.span.of(self.text)) for b in (self.blocks[i] for i in range(index, len(self.blocks))))
        return Unquoted(self.pack, announcement, self.article, self.levels).extent(following)

    def _take(self, index: int, end: int, start: int, holder: Node) -> int:
        """Put blocks under their announcement as new text, the first from ``start`` on; returns how many were taken."""
        kept = (self.divisions, self.article, self.levels, self.closed, self.zone, self.last_articles)
        self.divisions, self.article, self.levels, self.closed, self.last_articles = [], None, [], [], {}
        self.quoting, self.zone = holder, Zone.AMENDMENT
        at = 0
        while at < end:
            block = self.blocks[index + at]
            if at == 0:
                block = replace(block, span=Span(block.span.start + start, block.span.end))
            at += 1 + self._quoted(index + at, block, block.span.of(self.text))
        self.divisions, self.article, self.levels, self.closed, self.zone, self.last_articles = kept
        self.quoting = None
        return at

    def _quoted(self, index: int, block: Block, text: str) -> int:
        if block.role is BlockRole.FOOTNOTE:
            self._loose(block, ProvisionKind.FOOTNOTE, Zone.FOOTNOTE)
            return 0
        taken = self._heading(index, block, text) if block.role is not BlockRole.TABLE else -1
        if taken < 0:
            self._body(block, text)
        return max(taken, 0)

    def _announced(self, index: int, start: int) -> bool:
        """Whether the paragraph before a quotation mark says that new text follows, or the text after it is a provision."""
        before = self.runs[-1] if self.runs else None
        if before is None or before.zone is Zone.DEFINITION:
            return False
        if before.zone is Zone.AMENDMENT or self._content_zone() is Zone.AMENDMENT:
            return True
        block = self.blocks[index]
        text = block.span.of(self.text)[start:]
        opens = parse(text) is not None or headings.article(text, block, self.pack) is not None
        return opens and before.span.of(self.text).endswith(":")

    def _goes_on(self, text: str) -> bool:
        """Whether a paragraph goes on with the act's own list, or ends it."""
        marker = parse(text)
        found = lists.matching(self.levels, marker) if marker else None
        if found is not None and not found.gap:
            return True
        if len(text) < 60 and self.article is not None:
            heading = headings.article(text, Block(Span(0, len(text))), self.pack)
            if heading is not None and heading.number.isdigit() and self.article.number.isdigit():
                return int(heading.number) == int(self.article.number) + 1
        return len(text) < 200 and headings.starts_with(text, self.patterns.signature)
