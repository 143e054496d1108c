"""Where new text for another act begins and ends in an amending one that puts no quotation marks around it.

It begins after an announcement ("… is replaced by the following:") and goes on up to the amending act's next point or
article. A list that counts by itself inside the new text is told from the amending act's own by its punctuation and its
count, and by the words of an instruction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from dutybook.languages import LanguagePack
from dutybook.records import Block, BlockRole, Span
from dutybook.structure import headings, headingwords, lists, quotations, zones
from dutybook.structure.lists import Level
from dutybook.structure.markers import Marker, Style, parse
from dutybook.structure.nodes import Node

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
        if self._instructs(text) or headings.starts_with(text, headingwords.patterns(self.pack).signature):
            return False
        marker = parse(text)
        if marker is None:
            return True
        first = any(ordinal in {0, 1} for _, ordinal in marker.readings)
        # "is amended as follows:": the amending act's own list, of instructions or of what stands in quotation marks.
        own = first and any(self._instructs(each) or quotations.opens(each) for each in near)
        return self._next_item(marker) is None and not own

    def _own(self, text: str, heading: headings.Heading | None) -> bool:
        """Whether a paragraph is the amending act's own again."""
        if heading is not None:
            return self._next_article(heading)
        if len(text) < 200 and headings.starts_with(text, headingwords.patterns(self.pack).signature):
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

    def _next_item(self, marker: Marker) -> lists.Match | None:
        found = lists.matching(list(self.levels), marker)
        return found if found is not None and not found.gap else None

    def _instructs(self, text: str) -> bool:
        return zones.instructs(text, self.pack)

    def _note(self, text: str) -> None:
        marker = parse(text)
        if marker is not None:
            self.inner.update({(style, marker.wrap): ordinal for style, ordinal in marker.readings})
