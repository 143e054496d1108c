"""A table of contents without leaders: where it begins and ends."""

from __future__ import annotations

from dutybook.languages import LanguagePack
from dutybook.records import Block, BlockRole, ProvisionKind
from dutybook.structure import headings, headingwords

# Entries and the heading above them are short.
_ENTRY = 300
_HEADING = 60
# So many words and a full stop after them are a sentence of the law, no entry.
_SENTENCE_WORDS = 12


class Contents:
    """Watches the blocks for a table of contents; ``open`` while inside one."""

    def __init__(self, pack: LanguagePack) -> None:
        self.open = False
        self._pack = pack
        self._patterns = headingwords.patterns(pack)
        self._seen: set[tuple[ProvisionKind, str]] = set()
        self._first: tuple[ProvisionKind, str] | None = None

    def begins(self, text: str) -> bool:
        """Whether a block is the heading of a table of contents."""
        self.open = len(text) < _HEADING and text.casefold().strip(" .:") in self._patterns.contents
        return self.open

    def holds(self, block: Block, text: str) -> bool:
        """Whether a block is an entry; the first heading that was an entry before, or a long text, ends the table."""
        key = self._key(block, text)
        # Sections are counted anew in every chapter; articles are not.
        known = key is not None and key in self._seen and (key == self._first or key[0] is ProvisionKind.ARTICLE)
        other = key is None and block.role is BlockRole.HEADING and block.level > 0
        stated = block.role is BlockRole.BODY and text.endswith(".") and len(text.split()) >= _SENTENCE_WORDS
        if known or other or stated or len(text) > _ENTRY or headings.starts_with(text, self._patterns.enacting):
            self._seen = set()
            self._first = None
            self.open = False
            return False
        if key:
            self._first = self._first or key
            self._seen.add(key)
        if key is not None and block.role is BlockRole.HEADING and block.level > 0:
            # a format with real headings has no headings in its table of contents
            self.open = False
        return self.open

    def _key(self, block: Block, text: str) -> tuple[ProvisionKind, str] | None:
        heading = headings.article(text, block, self._pack) or headings.division(text, block, self._pack)
        return (heading.kind, heading.number) if heading else None
