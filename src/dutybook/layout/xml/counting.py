"""Numbers that a list's attributes make and a browser would show: ``<ol start="3" type="a">``."""

from __future__ import annotations

import re

from dutybook.layout.xml.tree import Node, attribute, local

_SYMBOL = re.compile(r"(?P<before>[^\w]*)(?P<counter>\d+|[a-zA-Z]+)(?P<after>[^\w]*)")
_STYLES = {"a": "a", "A": "A", "i": "i", "I": "I", "1": "1"}
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


def item_label(item: Node, positions: Positions) -> str:
    """The number of a list's item as it is shown; empty for a list without numbers.

    A ``symbol`` (Legilux) shows the first number of the list with its brackets: ``1°``, ``a)``, ``i.``.
    """
    holder = item.getparent()
    if holder is None or local(holder) != "ol":
        return ""
    start, value = whole_number(attribute(holder, "start")), attribute(item, "value")
    own = whole_number(value)
    number = own if own is not None else positions.of(item) - 1 + (1 if start is None else start)
    if value and own is None:
        return value
    shape = _SYMBOL.fullmatch(attribute(holder, "symbol"))
    if shape is None:
        return f"{counted(number, _STYLES.get(attribute(holder, 'type'), '1'))}."
    return f"{shape['before']}{counted(number, shape['counter'])}{shape['after']}"


def counted(number: int, like: str) -> str:
    """A number in the manner of ``1``, ``a``, ``A``, ``i`` or ``I``."""
    if not 0 < number < 4000 or like.isdigit():
        return str(number)
    if like in ("i", "I"):
        word = ""
        for worth, sign in _ROMAN:
            word += sign * (number // worth)
            number %= worth
        return word.upper() if like.isupper() else word
    first = ord("A" if like.isupper() else "a")
    letter = chr(first + (number - 1) % 26)
    return letter * (1 + (number - 1) // 26)


class Positions:
    """The how manieth of its name an element is among its siblings; each family is counted once."""

    def __init__(self) -> None:
        self._families: dict[tuple[Node, str], dict[Node, int]] = {}

    def of(self, node: Node) -> int:
        """From 1."""
        return self._family(node)[node]

    def count(self, node: Node) -> int:
        """How many siblings have its name, itself counted."""
        return len(self._family(node))

    def _family(self, node: Node) -> dict[Node, int]:
        parent = node.getparent()
        if parent is None:
            return {node: 1}
        key = (parent, node.tag)
        if key not in self._families:
            alike = (each for each in parent if each.tag == node.tag)
            self._families[key] = {each: number for number, each in enumerate(alike, start=1)}
        return self._families[key]


def whole_number(text: str) -> int | None:
    """A number that a list may start with; None for anything else."""
    return int(text) if text.isdecimal() and len(text) <= 6 else None
