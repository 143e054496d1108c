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


def item_label(item: Node) -> str:
    """The number of a list's item as it is shown; empty for a list without numbers.

    A ``symbol`` (Legilux) shows the first number of the list with its brackets: ``1°``, ``a)``, ``i.``.
    """
    holder = item.getparent()
    if holder is None or local(holder) != "ol":
        return ""
    position = sum(1 for each in item.itersiblings(preceding=True) if each.tag == item.tag)
    start, value = attribute(holder, "start"), attribute(item, "value")
    number = int(value) if value.isdecimal() else position + (int(start) if start.isdecimal() else 1)
    if value and not value.isdecimal():
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
