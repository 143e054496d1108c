"""The text of one paragraph: runs, fields, tracked changes, hidden text, references to notes, text boxes.

Insertions are read and deletions are not: the text is as if every change had been accepted. Comments are left out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from dutybook.layout.docx.styles import MC, M, Styles, W, child, switch, value
from dutybook.layout.html_walk import LINE_BREAK
from dutybook.layout.office import Element, Look

# Stand-ins for references to notes while a paragraph's text is put together (noncharacters: no text has them).
OPEN, CLOSE = "\ufdd0", "\ufdd1"
_UNMEANT = dict.fromkeys([*range(0x20), *range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF, 0x7F], " ")
# What these fields show belongs to a page and not to the text.
_PAGE_FIELDS = frozenset({"PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES"})
# What these show is counted when it is drawn, and stands nowhere in the file.
_COUNTED = frozenset({"AUTONUM", "AUTONUMLGL", "AUTONUMOUT", "LISTNUM"})
_INSIDE = frozenset(
    W + name for name in ("hyperlink", "smartTag", "customXml", "sdtContent", "bdo", "dir", "ins", "moveTo", "rubyBase")
)
_GONE = frozenset({f"{W}del", f"{W}moveFrom"})
_BREAKS = frozenset({f"{W}br", f"{W}cr"})
_SPACES = frozenset({f"{W}tab", f"{W}ptab"})
_DRAWN = frozenset({f"{W}drawing", f"{W}pict", f"{W}object", f"{MC}AlternateContent"})
_NOTES = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}
_BOX = f"{W}txbxContent"
# The Symbol font's Greek, and what else of it stands in legal texts.
_SYMBOL = dict(zip("abgdezhqiklmnxoprstufcyw", "αβγδεζηθικλμνξοπρστυφχψω", strict=True))
_SYMBOL |= {k.upper(): v.upper() for k, v in _SYMBOL.items()}
_SYMBOL |= {"\xb3": "≥", "\xa3": "≤", "\xb1": "±", "\xb4": "×", "\xb0": "°", "\xb9": "≠", "\xd7": "·", "\xb7": "•"}
_DINGBATS = {0xA8: "☐", 0x6F: "☐", 0xFE: "☑", 0xFD: "☒", 0xFC: "✓", 0xA7: "▪", 0xE0: "→", 0xD8: "‣"}
# A field whose code goes on for more paragraphs than this has lost its end.
_MAX_CODE = 3


@dataclass(slots=True)
class Content:
    """What a paragraph holds: pieces of text with stand-ins, the text boxes at it, and how all of it looks."""

    parts: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    bold: bool = True
    italic: bool = True
    contents: bool = False

    @property
    def raw(self) -> str:
        return "".join(self.parts)


@dataclass(slots=True)
class _Field:
    """An open field: its code, whether its result has begun, and how many paragraphs have begun since it was opened."""

    code: str = ""
    in_result: bool = False
    paragraphs: int = 0

    @property
    def kind(self) -> str:
        return (self.code.split() or [""])[0].upper()


@dataclass(frozen=True, slots=True)
class _RunLook:
    """How a run is set: by its own properties, else by its style, else by its paragraph."""

    hidden: bool
    bold: bool
    italic: bool
    struck: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to a note: ``footnote`` or ``endnote``, its id, and its mark if the author wrote one."""

    kind: str
    identity: str
    mark: str = ""


class Inline:
    """Reads paragraphs in document order; fields may go on from one to the next.

    ``counts`` says how often there was what the reader of the text should know of: ``inserted``, ``deleted``,
    ``hidden``, ``struck``, ``counted``.
    """

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._fields: list[_Field] = []
        self.references: list[Reference] = []
        self.counts: Counter[str] = Counter()

    def read(self, paragraph: Element, look: Look) -> Content:
        """What a paragraph of this look holds."""
        for one in self._fields:
            one.paragraphs += 1
        self._fields = [one for one in self._fields if one.in_result or one.paragraphs <= _MAX_CODE]
        content = Content()
        self._walk(paragraph, content, look)
        if not content.raw.strip():
            content.bold = content.italic = False
        return content

    def close(self) -> None:
        """The end of a part of the document: no field goes on behind it."""
        self._fields.clear()

    def _walk(self, parent: Element, content: Content, look: Look) -> None:
        for element in parent:
            tag = element.tag
            if tag == f"{W}r":
                self._run(element, content, look)
            elif tag in _INSIDE:
                self.counts["inserted"] += tag in (f"{W}ins", f"{W}moveTo")
                self._walk(element, content, look)
            elif tag in _GONE:
                self.counts["deleted"] += 1
            elif tag == f"{W}sdt":
                # "Click here to enter text" is no text.
                if not switch(child(element, "sdtPr"), "showingPlcHdr"):
                    self._walk(element, content, look)
            elif tag == f"{W}fldSimple":
                self._simple_field(element, content, look)
            elif tag == f"{MC}AlternateContent":
                chosen = alternative(element)
                if chosen is not None:
                    self._walk(chosen, content, look)
            elif tag in (f"{M}oMath", f"{M}oMathPara"):
                self._add(content, "".join(t.text or "" for t in element.iter(f"{M}t")), look.bold, look.italic)

    def _simple_field(self, element: Element, content: Content, look: Look) -> None:
        made = _Field(element.get(f"{W}instr") or "", in_result=True)
        self.counts["counted"] += made.kind in _COUNTED
        self._fields.append(made)
        self._walk(element, content, look)
        if made in self._fields:
            self._fields.remove(made)

    def _run(self, run: Element, content: Content, look: Look) -> None:
        own = self._run_look(child(run, "rPr"), look)
        own_mark: list[str] | None = None
        texts: list[str] = []
        for element in run:
            tag = element.tag
            if self._read_field_part(element) or not self._visible:
                continue
            if own.hidden and tag != f"{W}ruby":
                self.counts["hidden"] += bool(_letters(element).strip())
            elif tag in _NOTES:
                own_mark = self._reference(element, content, own_mark)
            elif own_mark is not None and tag in (f"{W}t", f"{W}sym"):
                own_mark.append(_letters(element))
            elif tag in _DRAWN:
                self._drawn(element, content, look)
            elif tag == f"{W}ruby":
                for base in element.iterfind(f"{W}rubyBase"):
                    self._walk(base, content, look)
            elif text := _letters(element):
                texts.append(text)
                self._add(content, text, own.bold, own.italic)
        if own_mark is not None:
            last = self.references[-1]
            self.references[-1] = Reference(last.kind, last.identity, "".join(own_mark).strip()[:10])
        self.counts["struck"] += own.struck and bool("".join(texts).strip())

    def _run_look(self, properties: Element | None, look: Look) -> _RunLook:
        style = self._styles.look(value(properties, "rStyle"))
        hidden, bold, italic, *struck = (switch(properties, name) for name in ("vanish", "b", "i", "strike", "dstrike"))
        return _RunLook(
            hidden if hidden is not None else style.hidden or look.hidden,
            bold if bold is not None else style.bold or look.bold,
            italic if italic is not None else style.italic or look.italic,
            any(struck),
        )

    def _read_field_part(self, element: Element) -> bool:
        """Read a mark or the code of a field; False where an element is neither."""
        if element.tag == f"{W}fldChar":
            self._field_mark(element.get(f"{W}fldCharType") or "")
            return True
        if element.tag != f"{W}instrText":
            return False
        if self._fields and not self._fields[-1].in_result:
            self._fields[-1].code += (element.text or "")[:500]
        return True

    def _add(self, content: Content, text: str, bold: bool, italic: bool) -> None:
        content.parts.append(text)
        if text.strip():
            content.bold &= bold
            content.italic &= italic
            content.contents |= any(one.kind == "TOC" for one in self._fields)

    @property
    def _visible(self) -> bool:
        return all(one.in_result and one.kind not in _PAGE_FIELDS for one in self._fields)

    def _field_mark(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].in_result = True
        elif kind == "end" and self._fields:
            self.counts["counted"] += self._fields.pop().kind in _COUNTED

    def _reference(self, element: Element, content: Content, own_mark: list[str] | None) -> list[str] | None:
        """A reference to a note; a list to put its mark in, where the author wrote one."""
        content.parts.append(f"{OPEN}{len(self.references)}{CLOSE}")
        self.references.append(Reference(_NOTES[element.tag], element.get(f"{W}id") or ""))
        custom = (element.get(f"{W}customMarkFollows") or "0").lower() in ("1", "true", "on")
        return [] if custom else own_mark

    def _drawn(self, element: Element, content: Content, look: Look) -> None:
        if element.tag == f"{MC}AlternateContent":
            chosen = alternative(element)
            if chosen is None:
                return
            element = chosen
            # What is a drawing for one program may be plain text for another.
            for text in element.iterchildren(f"{W}t"):
                self._add(content, _letters(text), look.bold, look.italic)
        content.boxes.extend(box for box in element.iter(_BOX) if not _within(box, element))


def alternative(element: Element) -> Element | None:
    """Of the forms that a piece is given in, the first: it is the one that current programs show."""
    for name in ("Choice", "Fallback"):
        found = element.find(MC + name)
        if found is not None and len(found):
            return found
    return None


def _within(box: Element, root: Element) -> bool:
    """Whether a text box stands in another one, or in the second form of what is there already."""
    for around in box.iterancestors():
        if around is root:
            return False
        if around.tag == _BOX:
            return True
        if around.tag == f"{MC}Fallback":
            first = alternative(around.getparent())
            return first is not around
    return False


def _letters(element: Element) -> str:
    """What an element of a run shows as text."""
    tag = element.tag
    if tag == f"{W}t":
        return (element.text or "").translate(_UNMEANT)
    if tag in _BREAKS:
        return LINE_BREAK
    if tag in _SPACES:
        return " "
    if tag == f"{W}noBreakHyphen":
        return "-"
    if tag == f"{W}sym":
        return _symbol(element.get(f"{W}font") or "", element.get(f"{W}char") or "")
    return ""


def _symbol(font: str, code: str) -> str:
    try:
        number = int(code[:6], 16)
    except ValueError:
        return ""
    letter = chr(number - 0xF000 if 0xF000 <= number <= 0xF0FF else min(number, 0xD7FF))
    if font.lower() == "symbol":
        return _SYMBOL.get(letter, letter if letter.isprintable() else "")
    if font.lower().startswith(("wingdings", "webdings")):
        return _DINGBATS.get(ord(letter), "•")
    return letter if letter.isprintable() else ""
