"""What readers of acts share beyond walking: title, preamble, body, signature, quotations and what stands astray."""

from __future__ import annotations

from dutybook.layout.xml.base import Walker
from dutybook.layout.xml.tree import Node, local
from dutybook.layout.xml.writer import OutlineWriter
from dutybook.reasons import Why, because
from dutybook.records import ProvisionKind


class ActWalker(Walker):
    """A walker with the parts that nearly every format of acts has.

    ``_depth`` counts the open divisions, for the levels of headings. ``_number`` and ``_titles`` are the local names of
    a provision's number and headings where both stand before its text.
    """

    _number = "num"
    _titles: frozenset[str] = frozenset({"heading", "subheading"})

    def __init__(self, writer: OutlineWriter) -> None:
        super().__init__(writer)
        self._depth = 0
        self._pictures = 0

    def name(self, node: Node) -> None:
        """The act's title, long or short."""
        self.out.paragraph(ahead=True)
        self.flow(node)
        self.out.heading(1, "doc-title", names=False)

    def preamble(self, node: Node) -> None:
        """Who acts, and on what ground."""
        self.out.paragraph()
        loose, self.out.loose = self.out.loose, False
        self.flow(node)
        self.out.paragraph(hint="preamble")
        self.out.loose = loose

    def body(self, node: Node) -> None:
        """The act's own terms; paragraphs outside of provisions count, too."""
        self.out.paragraph()
        loose, self.out.loose = self.out.loose, True
        self.flow(node)
        self.out.paragraph()
        self.out.loose = loose

    def signature(self, node: Node) -> None:
        """The closing words, and who signed."""
        with self.out.element(ProvisionKind.SIGNATURE):
            self.flow(node)

    def quotation(self, node: Node) -> None:
        """New text for another act."""
        with self.out.quotation():
            self.flow(node)

    def table(self, node: Node) -> None:
        """A table of HTML."""
        self.rows(node, ("tr",), ("td", "th"))

    def picture(self, node: Node) -> None:
        """A picture; nothing of it but what it is called is read."""
        self._pictures += 1
        self.flow(node)

    def finish(self) -> None:
        """Say what the file holds and what was not read."""
        if self._pictures:
            self.out.problems.append(
                because(Why.PART_PICTURES, "{count} pictures in the text were not read", count=self._pictures)
            )

    def stray_number(self, node: Node) -> None:
        """A number of what is no provision."""
        self.label(node)

    def stray_heading(self, node: Node) -> None:
        """A heading between provisions, or of a note."""
        self.out.paragraph(ahead=True)
        self.flow(node)
        self.out.heading(self._depth + 1, "group-title", names=False)

    def _labelled(self, node: Node) -> None:
        """A provision whose number stands before its text."""
        self.out.text(node.text)
        for each in node:
            name = local(each)
            if name == self._number:
                self.label(each)
            elif name in self._titles:
                self.heading(each, self._depth + 2, "group-title")
            else:
                self.visit(each)
            self.out.text(each.tail)
