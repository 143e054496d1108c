"""Articles whose text begins in the paragraph of their number: which blocks open one, and whether a title follows first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dutybook.languages import LanguagePack
from dutybook.records import Block, BlockRole
from dutybook.structure import headings, headingwords
from dutybook.structure.headings import Heading
from dutybook.structure.numbers import key, series

# As much of a block as holds an article's number and the beginning of its text.
_HEAD = 400
_TITLE = 160
# In "Artículo 5. Objeto." the words after the number are a title where most articles of the act look like that.
_MOSTLY = 0.6
_FEW = 3
# An act seldom leaves out more articles at once; a greater leap is a citation.
_LEAP = 50
_TWO_SENTENCES = re.compile(r"[.;:]\s+\S")


class RunIns:
    """Finds articles that run in, for one document."""

    def __init__(self, text: str, blocks: Sequence[Block], pack: LanguagePack) -> None:
        self._pack = pack
        found = short = 0
        for index, block in enumerate(blocks):
            if block.role not in {BlockRole.BODY, BlockRole.HEADING}:
                continue
            piece = text[block.span.start : min(block.span.end, block.span.start + _HEAD)]
            heading = headings.runs_in(piece, pack)
            if heading is None:
                continue
            found += 1
            following = blocks[index + 1] if index + 1 < len(blocks) else None
            if following is not None and self._short(piece, heading) and not self._goes_on(following, text):
                short += 1
        self.any = found > 0
        self._titled = found >= _FEW and short >= _MOSTLY * found

    def read(self, text: str, block: Block, last: dict[str, tuple[int, ...]]) -> Heading | None:
        """The article that a block opens with its own text (``body``) or with its title; ``last``: the last keys by series."""
        if not self.any:
            return None
        heading = headings.runs_in(text[:_HEAD], self._pack)
        if heading is None or not follows(last.get(series(heading.number)), heading.number):
            return None
        if (self._titled or block.role is BlockRole.HEADING) and self._short(text, heading):
            title = " ".join(text[heading.body :].split()).rstrip(".")
            return Heading(heading.kind, heading.number, title, heading.sign)
        return heading

    def _short(self, text: str, heading: Heading) -> bool:
        body = text[heading.body :].strip()
        if heading.sign and headings.is_sentence(body):
            return False
        return len(body) <= _TITLE and not _TWO_SENTENCES.search(body) and body[-1:] not in ":;,"

    def _goes_on(self, block: Block, text: str) -> bool:
        """Whether the next article or division follows, or the second paragraph: then a short text is the whole first one."""
        piece = text[block.span.start : min(block.span.end, block.span.start + _HEAD)]
        paragraph = headingwords.patterns(self._pack).paragraph
        return bool(
            (paragraph and paragraph.match(piece))
            or headings.runs_in(piece, self._pack)
            or headings.article(piece, block, self._pack)
            or headings.division(piece, block, self._pack)
        )


def follows(last: tuple[int, ...] | None, number: str) -> bool:
    """Whether an article of this number can come after the one with the key ``last``; counting may begin anew at 1."""
    own = key(number)
    if last is None or not own or own == (1,):
        return True
    if len(own) == 1 and len(last) >= 1 and own[0] - last[0] > _LEAP:
        return False
    return own >= last
