"""New text for another act in an amending one, quoted or not: where it begins and ends, and which provision announces it.

It begins after an announcement ("… is replaced by the following:") and goes on up to the amending act's next point or
article. A list that counts by itself inside the new text is distinguished from the amending act's own by its punctuation and its
count, and by the words of an instruction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from dutybook.languages import LanguagePack
from dutybook.records import Block, BlockRole, ProvisionKind, Span, Zone
from dutybook.structure import headings, tree_nodes, zones
from dutybook.structure.markers import Marker, Style, parse
from dutybook.structure.opening import Opening
from dutybook.structure.tree_nodes import Level, Node

# An opening mark and those that can close it, in the languages of the Union.
_CLOSING = {
    "‘": "’", "“": "”", "«": "»", "„": "”“\"", "‚": "‘’", "»": "«", "”": "”", "’": "’", '"': '"', "'": "'", "‹": "›",
}  # fmt: skip
_OPENS = re.compile(rf"\s*(?P<mark>[{''.join(_CLOSING)}])\s*(?=\S)")
_AFTER = re.compile(r"[\s.;:,)]*(?:\b\w{1,4}\b[\s.;:,]*)?$")
# Longer than the longest amendment; a mark that never closes must not swallow an act.
LONGEST_QUOTATION = 600


def opening_mark(text: str) -> tuple[str, int] | None:
    """The quotation mark a paragraph begins with, and where the quoted text begins."""
    match = _OPENS.match(text)
    return (match.group("mark"), match.end()) if match else None


def closes_quotation(text: str, mark: str) -> bool:
    """Whether a paragraph ends with the mark that closes ``mark``, and that one closes nothing opened later."""
    closing = _CLOSING[mark]
    end = max(text.rfind(c) for c in closing)
    if end < 1 or not _AFTER.match(text, end + 1):
        return False
    first = opening_mark(text)
    start = first[1] if first and first[0] == mark else 0
    if mark in closing:
        return text.count(mark, start, end + 1) % 2 == 1
    inner = text.rfind(mark, start, end)
    return inner < 0 or any(c in text[inner + 1 : end] for c in closing)


def quotation_length(paragraphs: Iterable[str], mark: str, continues: Callable[[str], bool]) -> int:
    """How many of the paragraphs, the first of which begins with ``mark``, are the quotation; 0 where nothing ends it.

    ``continues`` says whether a paragraph goes on with the amending act's own list or articles: where the closing mark
    is lost (it may stand in a footnote), that is where the quotation ends.
    """
    own = 0
    for index, text in enumerate(islice(paragraphs, LONGEST_QUOTATION)):
        if index and not own and continues(text):
            own = index
        if own and text.lstrip()[:1] == mark:
            return own
        if closes_quotation(text, mark):
            return index + 1
    return own


# New text that nothing of the amending act's own follows: as long as it may be. Longer where an article's heading opens it.
_MOST = 400
_FEW = 40
# As far as an instruction is looked for after the first item of a list: "(1) in Article 4:", "(a) the words … are deleted".
_NEAR = 12
# The label of an instruction that counts in words: "Dos. Se suprime el artículo 6."
_LABEL = re.compile(r"[^\W\d_]{2,20}(?: [^\W\d_]{1,12})?\.\s")


@dataclass(slots=True)
class Unquoted:
    """The amending act's open place when new text may begin, and the lists counted inside that text."""

    pack: LanguagePack
    announcement: str
    article: Node | None
    levels: Sequence[Level]
    inner: dict[tuple[Style, str], int] = field(default_factory=dict)

    def extent(self, blocks: Iterable[tuple[Block, str]]) -> int:
        """How many of the blocks after the announcement, given with their text, are new text; 0 where none is."""
        count = 0
        whole = False
        ahead = list(islice(blocks, _MOST))
        near = [text for _, text in ahead[:_NEAR]]
        for block, text in ahead:
            if block.role is BlockRole.FOOTNOTE:
                count += 1
                continue
            heading = self._heading(text, block)
            if count == 0:
                if not self._begins(text, heading, near):
                    return 0
                whole = heading is not None
            elif self._own(text, heading):
                return count
            self._note(text)
            count += 1
            if not whole and count >= _FEW:
                return 1
        return count if whole else min(count, 1)

    def _heading(self, text: str, block: Block) -> headings.Heading | None:
        return headings.article(text, block, self.pack) or headings.runs_in(text, self.pack)

    def _begins(self, text: str, heading: headings.Heading | None, near: Sequence[str]) -> bool:
        if heading is not None:
            named = re.search(rf"(?<!\w){re.escape(heading.number)}(?!\w)", self.announcement)
            return named is not None or not self._next_article(heading)
        if self._instructs(text) or headings.starts_with(text, headings.patterns(self.pack).signature):
            return False
        marker = parse(text)
        if marker is None:
            return True
        first = any(ordinal in {0, 1} for _, ordinal in marker.readings)
        # "is amended as follows:": the amending act's own list, of instructions or of what stands in quotation marks.
        own = first and any(self._instructs(each) or opening_mark(each) for each in near)
        return self._next_item(marker) is None and not own

    def _own(self, text: str, heading: headings.Heading | None) -> bool:
        """Whether a paragraph is the amending act's own again."""
        if heading is not None:
            return self._next_article(heading)
        if len(text) < 200 and headings.starts_with(text, headings.patterns(self.pack).signature):
            return True
        if headings.annex(text, Block(Span(0, len(text))), self.pack) is not None:
            return True
        marker = parse(text)
        if marker is None:
            return _LABEL.match(text) is not None and self._instructs(text)
        found = self._next_item(marker)
        if found is None:
            return False
        return self.inner.get((found.style, marker.wrap)) != found.ordinal - 1 or self._instructs(text)

    def _next_article(self, heading: headings.Heading) -> bool:
        own = self.article.number if self.article is not None else ""
        same = self.article is not None and heading.sign == self.article.sign
        return same and heading.number.isdigit() and own.isdigit() and int(heading.number) == int(own) + 1

    def _next_item(self, marker: Marker) -> tree_nodes.Match | None:
        found = tree_nodes.find_open_list(list(self.levels), marker)
        return found if found is not None and not found.gap else None

    def _instructs(self, text: str) -> bool:
        return zones.instructs(text, self.pack)

    def _note(self, text: str) -> None:
        marker = parse(text)
        if marker is not None:
            self.inner.update({(style, marker.wrap): ordinal for style, ordinal in marker.readings})


class NewText(Opening):
    """Reads what an amending act quotes."""

    def _quotation(self, index: int, text: str) -> int:
        """Put quoted new text under the provision that announces it; returns its length in blocks, 0 where none begins."""
        if self.zone is not Zone.ENACTING and self.zone is not Zone.ANNEX:
            return 0
        found = opening_mark(text)
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
            end = quotation_length(paragraphs, mark, self._goes_on)
            self.unclosed = 0 if end else index + LONGEST_QUOTATION
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
        found = tree_nodes.find_open_list(self.levels, marker) if marker else None
        if found is not None and not found.gap:
            return True
        if len(text) < 60 and self.article is not None:
            heading = headings.article(text, Block(Span(0, len(text))), self.pack)
            if heading is not None and heading.number.isdigit() and self.article.number.isdigit():
                return int(heading.number) == int(self.article.number) + 1
        return len(text) < 200 and headings.starts_with(text, self.patterns.signature)
