"""What readers of office documents share: drafts in the order of the document, headings, and cells of the open table."""

from __future__ import annotations

from dutybook.layout.drafts import Draft, DraftTable
from dutybook.records import BlockRole


class Flow:
    """Collects drafts. ``_cell`` is the open table cell; ``_marker`` waits for the paragraph that it numbers."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.tables: list[DraftTable] = []
        self.title = ""
        # Headings by the name of their style and their level.
        self.titles: dict[tuple[str, int], list[Draft]] = {}
        self._cell: list[Draft] | None = None
        self._marker = ""

    def _add(self, draft: Draft) -> None:
        if self._marker:
            draft.prefix(self._marker)
            self._marker = ""
        if self._cell is not None:
            if draft.role is not BlockRole.CONTENTS:
                draft.role, draft.hint = BlockRole.TABLE, "table-cell"
            self._cell.append(draft)
        self.drafts.append(draft)

    def _head(self, draft: Draft, level: int, style: str) -> None:
        """Make a draft a heading of a level from 1; the style called ``title`` is the document's title."""
        draft.role, draft.level, draft.hint = BlockRole.HEADING, level, f"h{level}"
        if style == "title":
            self.title = f"{self.title} {draft.text}".strip()
        else:
            self.titles.setdefault((style, level), []).append(draft)
