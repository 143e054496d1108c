"""Names of WordprocessingML, and small questions to its elements."""

from __future__ import annotations

from dutybook.layout.packed import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
VAL = f"{W}val"

_OFF = frozenset({"0", "false", "off", "none"})
_MAX_DIGITS = 9


def value(parent: Element | None, *path: str) -> str | None:
    """``w:val`` of the element that ``path`` (names without prefix) leads to; None where it is not there."""
    found = child(parent, *path)
    return None if found is None else found.get(VAL)


def child(parent: Element | None, *path: str) -> Element | None:
    """The element that ``path`` leads to, by first children of these names."""
    for name in path:
        if parent is None:
            return None
        parent = parent.find(W + name)
    return parent


def switch(parent: Element | None, name: str) -> bool | None:
    """A property that is on by being there, and off by its value; None where nothing is said."""
    found = child(parent, name)
    if found is None:
        return None
    return (found.get(VAL) or "1").lower() not in _OFF


def integer(text: str | None) -> int | None:
    """A number as it is written in attributes; None for everything else, and for numbers that nobody means."""
    digits = (text or "").strip()
    if not digits.removeprefix("-").isascii() or not digits.removeprefix("-").isdigit() or len(digits) > _MAX_DIGITS:
        return None
    return int(digits)
