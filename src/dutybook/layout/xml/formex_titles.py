"""Titles in Formex: of acts, of divisions with their numbers, of annexes and groups."""

from __future__ import annotations

from collections.abc import Callable

from dutybook.layout.xml.base import Walker
from dutybook.layout.xml.numbers import division_kind, division_number
from dutybook.layout.xml.tree import Node, child, children, findall, local, plain

_HEADED = frozenset({"ACT", "CONS.DOC", "CONS.ACT", "GENERAL", "AGR", "LETTER", "CORR", "CJT", "REPORT", "DECISION"})


class TitledReader(Walker):
    """Writes the titles; ``language`` is the act's, which says what its divisions are called."""

    language = ""

    def title(self, node: Node) -> None:
        """A title: the act's, or that of what stands around it."""
        parent = node.getparent()
        above = local(parent) if parent is not None else ""
        if above in _HEADED:
            self.lines(node, lambda: self.out.heading(1, "doc-title", names=False))
        elif above == "TBL":
            self.lines(node, lambda: self.out.heading(0, "table-title", names=False))
        else:
            self.lines(node, lambda: self.out.heading(1, "group-title"))

    def lines(self, node: Node, close: Callable[[], object]) -> None:
        """Each paragraph of a title, closed by ``close``."""
        self.out.paragraph(ahead=True)
        self._title_line(node, close)
        close()

    def _title_line(self, node: Node, close: Callable[[], object]) -> None:
        self.out.text(node.text)
        for each in children(node):
            if local(each) in ("TI", "STI", "P", "TITLE", "NP", "BLK", "LIST", "ITEM"):
                close()
                self._title_line(each, close)
                close()
            elif local(each) in ("NO.P", "TXT"):
                self.out.space()
                self._title_line(each, lambda: None)
            else:
                self.visit(each)
            self.out.text(each.tail)

    def first_line(self, node: Node) -> tuple[str, bool]:
        """The first line of an element's title, and whether there are more."""
        title = child(node, "TITLE")
        if title is None:
            return "", False
        lines = [plain(each) for each in findall(title, "P", "NP") if plain(each)]
        lines = lines or [plain(each) for each in findall(title, "TI", "STI") if plain(each)]
        return (lines[0], len(lines) > 1) if lines else (plain(title), False)

    def headed(self, node: Node, level: int, hint: str) -> None:
        """Write an element's title: a first line with more behind it, or with a number of its own, is its label."""
        first, more = self.first_line(node)
        title = child(node, "TITLE")
        if title is None:
            return
        count = 0
        numbered = hint != "group" or division_kind(first, self.language) is not None
        labelled = numbered and bool(division_number(first, self.language)) and (more or len(first) < 30)
        labelled = labelled or hint == "annex"

        def close() -> None:
            nonlocal count
            if not self.out.running:
                return
            if labelled and count == 0:
                self.out.number(level, f"{hint}-number")
            else:
                self.out.heading(level, f"{hint}-title")
            count += 1

        self.lines(title, close)


def number_of_group(node: Node) -> str:
    """The number of a group whose title is a numbered paragraph."""
    title = child(node, "TITLE")
    number = next(findall(title, "NO.P"), None) if title is not None else None
    return plain(number)
