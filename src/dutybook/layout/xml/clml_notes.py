"""Lists and annotations of CLML: the numbers that the site makes from attributes."""

from __future__ import annotations

from dutybook.layout.xml.acts import ActWalker
from dutybook.layout.xml.counting import Positions, counted, whole_number
from dutybook.layout.xml.numbers import bare_number
from dutybook.layout.xml.tree import Node, attribute, findall, local
from dutybook.layout.xml.writer import OutlineWriter
from dutybook.records import ProvisionKind

_K = ProvisionKind
_NOTE_MARKS = {"F": "F", "C": "C", "I": "I", "X": "X", "E": "E", "M": "M", "P": "P"}
_SHAPES = {"alpha": "a", "alphaupper": "A", "roman": "i", "romanupper": "I", "arabic": "1"}
_BRACKETS = {"parens": "({})", "parenRight": "{})", "period": "{}.", "colon": "{}:", "brackets": "[{}]"}


class AnnotatedReader(ActWalker):
    """Writes lists and annotations."""

    def __init__(self, writer: OutlineWriter, root: Node) -> None:
        super().__init__(writer)
        self._notes = {
            attribute(n, "id"): n for n in findall(root, "Commentary", "Footnote", "MarginNote") if attribute(n, "id")
        }
        self._positions = Positions()
        self._marks: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    # -- lists --------------------------------------------------------------------------------------------------

    def plain_list(self, node: Node) -> None:
        """A list; its items say their numbers."""
        self.out.paragraph(ahead=True)
        self.flow(node)

    def item(self, node: Node) -> None:
        """A list's item, numbered where the list is."""
        holder = node.getparent()
        label = ""
        if holder is not None and local(holder) == "OrderedList":
            label = self._item_number(holder, node)
        with self.out.element(
            _K.POINT if label else _K.INDENT, bare_number(label) if label else str(self._positions.of(node))
        ):
            self.out.label(label)
            self.flow(node)

    def _item_number(self, holder: Node, node: Node) -> str:

        number = attribute(node, "NumberOverride")
        if not number:
            start = whole_number(attribute(holder, "Start"))
            value = self._positions.of(node) - 1 + (1 if start is None else start)
            number = counted(value, _SHAPES.get(attribute(holder, "Type"), "1"))
        return _BRACKETS.get(attribute(holder, "Decoration"), "{}").format(number) if number.isalnum() else number

    # -- annotations ---------------------------------------------------------------------------------------------

    def reference(self, node: Node) -> None:
        """Where an annotation or a footnote is referred to."""
        self._refer(attribute(node, "Ref"))

    def change(self, node: Node) -> None:
        """Words that an amendment put in, or their place; the annotation says which amendment."""
        self._refer(attribute(node, "CommentaryRef"))
        self.flow(node)

    def _refer(self, key: str) -> None:
        target = self._notes.get(key)
        if target is None:
            return
        if key not in self._marks:
            kind = attribute(target, "Type")
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._marks[key] = f"{_NOTE_MARKS.get(kind, '')}{self._counts[kind]}"
            with self.out.capture() as paragraphs:
                for each in target:
                    if local(each) != "Number":
                        self.visit(each)
            self.out.note(key, self._marks[key], paragraphs)
        self.out.mark(self._marks[key], key)
