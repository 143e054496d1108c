"""What a paragraph's or a run's style says, with all that it inherits (ECMA-376 Part 1, 17.7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dutybook.layout.docx.names import W, child, integer, switch, value
from dutybook.layout.packed import Element

_MAX_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Look:
    """A style's properties as they count. ``outline`` is the level in the document's outline from 0, None for body text."""

    name: str = ""
    outline: int | None = None
    number: str | None = None
    level: int | None = None
    bold: bool = False
    italic: bool = False
    centred: bool = False
    hidden: bool = False


class Styles:
    """The styles of a document by id."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._looks: dict[str, Look] = {}
        self._default = ""
        for style in () if root is None else root.iterfind(f"{W}style"):
            identity = style.get(f"{W}styleId") or ""
            self._styles.setdefault(identity, style)
            if style.get(f"{W}type") == "paragraph" and (style.get(f"{W}default") or "0") in ("1", "true", "on"):
                self._default = identity

    def look(self, identity: str | None, *, paragraph: bool = False) -> Look:
        """The look of a style; for paragraphs without one, that of the default style."""
        key = identity if identity is not None else self._default if paragraph else ""
        if key not in self._looks:
            self._looks[key] = self._resolved(key)
        return self._looks[key]

    def ids(self, identity: str) -> Iterator[str]:
        """A style's id and those of the styles that it is based on."""
        seen = 0
        while identity in self._styles and seen < _MAX_CHAIN:
            yield identity
            seen += 1
            identity = value(self._styles[identity], "basedOn") or ""

    def number_of(self, identity: str) -> str | None:
        """The numbering that a numbering style stands for."""
        return value(self._styles.get(identity), "pPr", "numPr", "numId")

    def _resolved(self, identity: str) -> Look:
        outline = level = None
        number: str | None = None
        bold = italic = hidden = centred = None
        for one in self.ids(identity):
            style = self._styles[one]
            paragraph, run = child(style, "pPr"), child(style, "rPr")
            outline = integer(value(paragraph, "outlineLvl")) if outline is None else outline
            number = value(paragraph, "numPr", "numId") if number is None else number
            level = integer(value(paragraph, "numPr", "ilvl")) if level is None else level
            bold = switch(run, "b") if bold is None else bold
            italic = switch(run, "i") if italic is None else italic
            hidden = switch(run, "vanish") if hidden is None else hidden
            alignment = value(paragraph, "jc")
            centred = alignment == "center" if centred is None and alignment else centred
        return Look(
            name=(value(self._styles.get(identity), "name") or "").lower(),
            outline=outline if outline is not None and 0 <= outline <= 8 else None,
            number=number,
            level=level,
            bold=bool(bold),
            italic=bool(italic),
            centred=bool(centred),
            hidden=bool(hidden),
        )
