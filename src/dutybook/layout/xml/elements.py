"""The outline in the making: which provisions are open, and where each begins and ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from dutybook.records import Element, ProvisionKind, Span

# As much of a heading as is kept; a file may have any number of them in one provision.
_LONGEST_HEADING = 2000


@dataclass(slots=True)
class Open:
    """A provision whose end is not known yet; ``parent`` is an index, ``start`` is −1 as long as it has no text."""

    kind: ProvisionKind
    number: str
    parent: int | None
    sign: bool = False
    quoted: bool = False
    cited: str = ""
    start: int = -1
    end: int = -1
    heading: str = ""
    labels: list[Span] = field(default_factory=list)

    def title(self, text: str) -> None:
        """Add a heading's words."""
        if len(self.heading) < _LONGEST_HEADING:
            self.heading = f"{self.heading} {text}" if self.heading else text


class Elements:
    """A stack of open provisions, and all of them in document order."""

    def __init__(self) -> None:
        self._all: list[Open] = []
        self.stack: list[int] = []
        # The last in the list that has text.
        self._latest = -1

    def __getitem__(self, index: int) -> Open:
        return self._all[index]

    @property
    def innermost(self) -> int | None:
        """The index of the provision that was opened last and is open still."""
        return self.stack[-1] if self.stack else None

    @property
    def top(self) -> Open | None:
        """The provision that was opened last and is open still."""
        return self._all[self.stack[-1]] if self.stack else None

    def push(self, kind: ProvisionKind, number: str, *, sign: bool, quoted: bool, cited: str) -> None:
        """Open a provision in the innermost one."""
        self._all.append(Open(kind, number, self.innermost, sign, quoted, cited))
        self.stack.append(len(self._all) - 1)

    def pop(self) -> None:
        """Close the innermost one."""
        self.stack.pop()

    def begin(self, index: int | None, start: int) -> None:
        """A provision, if any, begins with its first text, and so do those around it that had none yet."""
        here = index
        while here is not None and self._all[here].start < 0:
            self._all[here].start = start
            self._latest = max(self._latest, here)
            here = self._all[here].parent

    def extend(self, end: int) -> None:
        """Text of the open provisions ends here."""
        for index in self.stack:
            self._all[index].end = end

    def stretch(self, before: int, end: int) -> None:
        """The text that ended at ``before`` ends at ``end``: so do the provisions that ended with it, closed or not."""
        # That text is the provision's that began last, or of one around it.
        here: int | None = self._latest if self._latest >= 0 else None
        while here is not None:
            element = self._all[here]
            if element.end == before:
                element.end = end
            here = element.parent
        self.extend(end)

    def outline(self) -> tuple[Element, ...]:
        """The provisions that have text, with parents renumbered."""
        kept: dict[int, int] = {}
        made: list[Element] = []
        for index, each in enumerate(self._all):
            if each.start < 0:
                continue
            parent = kept[each.parent] if each.parent is not None else None
            kept[index] = len(made)
            span, labels = Span(each.start, each.end), tuple(each.labels)
            made.append(
                Element(each.kind, each.number, span, parent, each.heading, labels, each.sign, each.quoted, each.cited)
            )
        return tuple(made)
