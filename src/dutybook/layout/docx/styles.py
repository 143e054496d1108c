"""The parts of a Word document; its styles with all that they inherit, and the numbers that Word counts by them.


Rules of ECMA-376 Part 1, 17.9: a list is an instance (``num``) of a definition (``abstractNum``) with nine levels;
instances of one definition count on where the other stopped, unless they say where to start. Libraries that
read DOCX leave these numbers out, or write numbers of their own form, which is why this is our own.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dutybook.layout.drafts import repeated_letter, roman_number
from dutybook.layout.office import Element, Look, Package

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
    """A property that is on by being there, and off by its value; None where it is absent."""
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


_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_MAX_HEADERS = 200


@dataclass(frozen=True, slots=True)
class _Relation:
    kind: str
    target: str


class Parts:
    """The parts of a document.

    Raises:
        BrokenDocument: there is no text part.
    """

    def __init__(self, package: Package) -> None:
        self._package = package
        main = next((r.target for r in self._relations("").values() if r.kind == "officeDocument"), "word/document.xml")
        root = package.xml(main)
        if root is None:
            raise package.broken("its text is missing")
        self.document: Element = root
        self._own = self._relations(main)

    def part(self, kind: str) -> Element | None:
        """The part of a kind (``styles``, ``numbering``, ``footnotes``, …); None where there is none."""
        target = next((r.target for r in self._own.values() if r.kind == kind), None)
        return self._package.xml(target) if target else None

    def headers(self) -> list[tuple[str, Element]]:
        """Headers and footers that sections refer to, each once, as (``header`` or ``footer``, root)."""
        found: dict[str, str] = {}
        for name in ("header", "footer"):
            for reference in self.document.iter(f"{W}{name}Reference"):
                relation = self._own.get(reference.get(f"{R}id") or "")
                if relation and relation.kind == name:
                    found.setdefault(relation.target, name)
        roots = [(name, self._package.xml(target)) for target, name in list(found.items())[:_MAX_HEADERS]]
        return [(name, root) for name, root in roots if root is not None]

    def embedded(self, identity: str) -> bytes | None:
        """The bytes of a part that the text refers to by a relationship; None where there is none."""
        relation = self._own.get(identity)
        return self._package.read(relation.target) if relation else None

    def properties(self) -> dict[str, str | None]:
        """``title``, ``author``, ``created`` and ``language`` as the file's properties say them."""
        target = next((r.target for r in self._relations("").values() if r.kind == "core-properties"), None)
        root = self._package.xml(target) if target else None
        names = {
            "title": f"{_DUBLIN_CORE}title",
            "author": f"{_DUBLIN_CORE}creator",
            "language": f"{_DUBLIN_CORE}language",
            "created": f"{_TERMS}created",
        }
        return {} if root is None else {key: root.findtext(name) for key, name in names.items()}

    def _relations(self, part: str) -> dict[str, _Relation]:
        """The relationships of a part (of the package, if empty) by id; those that lead out of the file are left out."""
        folder, name = posixpath.split(part)
        root = self._package.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        found = {}
        for relation in () if root is None else root.iterfind(_RELATIONS):
            if (relation.get("TargetMode") or "").lower() == "external":
                continue
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target") or "")).lstrip("/")
            kind = (relation.get("Type") or "").rstrip("/").rpartition("/")[2]
            found[relation.get("Id") or ""] = _Relation(kind, target)
        return found


_MAX_CHAIN = 20


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
            outline=outline + 1 if outline is not None and 0 <= outline <= 8 else 0,
            number=number,
            level=level,
            bold=bool(bold),
            italic=bool(italic),
            centred=bool(centred),
            hidden=bool(hidden),
        )


_PLACE = re.compile(r"%([1-9])")
_CYRILLIC = "абвгдежзиклмнопрстуфхцчшщыэюя"
# Letters of symbol fonts, in Word's private use of them, and what they show.
_BULLETS = {
    0xB7: "•",
    0xA7: "▪",
    0x2D: "–",
    0x6F: "◦",
    0xD8: "‣",
    0xFC: "✓",
    0x6E: "▪",
    0x71: "□",
    0xA8: "◦",
    0xE0: "→",
}
# Word itself stops counting in letters there.
_MAX_LETTERS = 780
_MAX_ROMAN = 3999


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level counts. ``restart``: after which level (from 1) it begins anew; 0 for never."""

    start: int
    form: str
    text: str
    restart: int
    legal: bool
    style: str


@dataclass(slots=True)
class _Definition:
    levels: dict[int, _Level]
    link: str = ""
    counts: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Instance:
    definition: str
    levels: dict[int, _Level]
    starts: dict[int, int]


class Numbering:
    """Counts a document's lists. Ask in document order; each question counts one item further."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._definitions: dict[str, _Definition] = {}
        self._instances: dict[str, _Instance] = {}
        self._begun: set[tuple[str, int]] = set()
        if root is None:
            return
        for abstract in root.iterfind(f"{W}abstractNum"):
            levels = dict(_level(level) for level in abstract.iterfind(f"{W}lvl"))
            self._definitions[abstract.get(f"{W}abstractNumId") or ""] = _Definition(
                levels, value(abstract, "numStyleLink") or ""
            )
        for num in root.iterfind(f"{W}num"):
            levels, starts = {}, {}
            for override in num.iterfind(f"{W}lvlOverride"):
                at = integer(override.get(f"{W}ilvl"))
                start = integer(value(override, "startOverride"))
                if at is not None and start is not None:
                    starts[at] = start
                levels.update(_level(level) for level in override.iterfind(f"{W}lvl"))
            self._instances[num.get(f"{W}numId") or ""] = _Instance(value(num, "abstractNumId") or "", levels, starts)

    def level_of_style(self, number: str, style: str) -> int | None:
        """The level that belongs to a paragraph style in a list, if one does."""
        found = self._found(number)
        if found is None:
            return None
        instance, definition = found
        for at, level in {**definition.levels, **instance.levels}.items():
            if level.style and level.style == style:
                return at
        return None

    def label(self, number: str, at: int) -> str:
        """The next item's number on level ``at`` (from 0) as it is printed, ``(a)`` or ``§ 3`` or ``1.2.``; perhaps empty."""
        found = self._found(number)
        if found is None:
            return ""
        instance, definition = found
        levels = {**definition.levels, **instance.levels}
        level = levels.get(at)
        if level is None:
            return ""
        counts = definition.counts
        start = instance.starts.get(at, level.start)
        if at in instance.starts and (number, at) not in self._begun:
            counts[at] = start
        else:
            counts[at] = counts[at] + 1 if at in counts else start
        self._begun.add((number, at))
        for deeper in [d for d in counts if d > at]:
            restart = levels[deeper].restart if deeper in levels else deeper
            if restart and at < restart:
                del counts[deeper]
        if level.form == "bullet":
            return _bullet(level.text)

        def print_place(match: re.Match[str]) -> str:
            other = int(match.group(1)) - 1
            form = levels.get(other)
            if form is None:
                return ""
            count = counts.get(other, instance.starts.get(other, form.start))
            return written(count, "decimal" if level.legal else form.form)

        return " ".join(_PLACE.sub(print_place, level.text).split())

    def _found(self, number: str) -> tuple[_Instance, _Definition] | None:
        """The list of this number; a definition that only names a style leads to that style's list."""
        for _ in range(5):
            instance = self._instances.get(number)
            definition = self._definitions.get(instance.definition) if instance else None
            if instance is None or definition is None:
                return None
            linked = self._styles.number_of(definition.link) if definition.link and not definition.levels else None
            if not linked:
                return instance, definition
            number = linked
        return None


def _level(level: Element) -> tuple[int, _Level]:
    at = integer(level.get(f"{W}ilvl")) or 0
    # A format of newer versions of Word comes with one that older versions fall back on.
    forms = [f.get(VAL) or "decimal" for f in level.iter(f"{W}numFmt")]
    restart = integer(value(level, "lvlRestart"))
    return at, _Level(
        start=integer(value(level, "start")) or 0,
        form=next((f for f in forms if f != "custom"), "decimal"),
        text=(value(level, "lvlText") or "")[:100],
        restart=at if restart is None else restart,
        legal=bool(switch(level, "isLgl")),
        style=value(level, "pStyle") or "",
    )


def _bullet(text: str) -> str:
    if not text.strip():
        return ""
    code = ord(text.strip()[0])
    if 0xF000 <= code <= 0xF0FF:
        return _BULLETS.get(code - 0xF000, "•")
    # A small letter o is a hollow dot in Word's lists.
    return "◦" if text.strip() == "o" else text.strip()


def written(count: int, form: str) -> str:
    """A count in one of Word's number formats; formats of which we know nothing are written in digits.

    >>> [written(4, f) for f in ("decimal", "lowerLetter", "upperRoman", "decimalZero", "none")]
    ['4', 'd', 'IV', '04', '']
    """
    if form == "none":
        return ""
    if count > 0:
        if form in ("lowerLetter", "upperLetter") and count <= _MAX_LETTERS:
            text = repeated_letter("abcdefghijklmnopqrstuvwxyz", count)
            return text.upper() if form.startswith("upper") else text
        if form in ("lowerRoman", "upperRoman") and count <= _MAX_ROMAN:
            return roman_number(count).upper() if form.startswith("upper") else roman_number(count)
        if form in ("russianLower", "russianUpper") and count <= _MAX_LETTERS:
            text = repeated_letter(_CYRILLIC, count)
            return text.upper() if form.endswith("Upper") else text
        if form == "decimalEnclosedCircle" and count <= 20:
            return chr(0x2460 + count - 1)
    if form == "decimalZero":
        return f"{count:02}"
    if form == "decimalEnclosedParen":
        return f"({count})"
    if form in ("ordinal", "decimalEnclosedFullstop"):
        return f"{count}."
    return str(count)
