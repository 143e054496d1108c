"""Styles of an OpenDocument text: how paragraphs look, and how lists and headings are counted (ODF 1.3 part 3, 16)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dutybook.layout.docx.styles import written
from dutybook.layout.office import Element

_BASE = "{urn:oasis:names:tc:opendocument:xmlns:"
OFFICE = f"{_BASE}office:1.0}}"
TEXT = f"{_BASE}text:1.0}}"
TABLE = f"{_BASE}table:1.0}}"
STYLE = f"{_BASE}style:1.0}}"
DRAW = f"{_BASE}drawing:1.0}}"
META = f"{_BASE}meta:1.0}}"
FO = f"{_BASE}xsl-fo-compatible:1.0}}"
DC = "{http://purl.org/dc/elements/1.1/}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def integer(text: str | None, otherwise: int) -> int:
    """A number as it is written in attributes, or ``otherwise``."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise


_MAX_CHAIN = 20
_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "": "none"}


@dataclass(frozen=True, slots=True)
class Look:
    """What a style says, with what it inherits. ``name`` is in lower case, of the nearest style that is no automatic one."""

    name: str = ""
    outline: int = 0
    numbered_by: str | None = None
    bold: bool = False
    italic: bool = False
    centred: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list counts. ``bullet`` stands instead of a number; ``numbers_printed`` levels are in the number."""

    form: str = "none"
    before: str = ""
    after: str = ""
    start: int = 1
    numbers_printed: int = 1
    bullet: str = ""

    def of(self, count: int) -> str:
        return written(count, self.form)


class Styles:
    """The styles of both parts, automatic ones and those with names."""

    def __init__(self, *roots: Element | None) -> None:
        self._styles: dict[tuple[str, str], Element] = {}
        self._lists: dict[str, dict[int, Level]] = {}
        self._looks: dict[tuple[str, str], Look] = {}
        self.outline: dict[int, Level] = {}
        for root in roots:
            for style in () if root is None else root.iter(f"{STYLE}style"):
                key = (style.get(f"{STYLE}family") or "", style.get(f"{STYLE}name") or "")
                self._styles.setdefault(key, style)
            for made in () if root is None else root.iter(f"{TEXT}list-style"):
                self._lists.setdefault(made.get(f"{STYLE}name") or "", dict(_levels(made)))
            for made in () if root is None else root.iter(f"{TEXT}outline-style"):
                self.outline = self.outline or dict(_levels(made))

    def level(self, name: str, at: int) -> Level:
        """Level ``at`` (from 1) of a list style; without a number if there is none."""
        return self._lists.get(name, {}).get(at, Level())

    def look(self, name: str | None, family: str = "paragraph") -> Look:
        """The look of a style of a family (``paragraph``, ``text``)."""
        key = (family, name or "")
        if key not in self._looks:
            self._looks[key] = self._resolved(key)
        return self._looks[key]

    def _resolved(self, key: tuple[str, str]) -> Look:
        family, name = key
        stated: dict[str, str] = {}
        for _ in range(_MAX_CHAIN):
            style = self._styles.get((family, name))
            if style is None:
                break
            for attribute in (f"{STYLE}default-outline-level", f"{STYLE}list-style-name", f"{STYLE}display-name"):
                if style.get(attribute) is not None:
                    stated.setdefault(attribute, style.get(attribute))
            for properties in style.iterchildren(f"{STYLE}text-properties", f"{STYLE}paragraph-properties"):
                for attribute, value in properties.attrib.items():
                    stated.setdefault(attribute, value)
            parent = style.get(f"{STYLE}parent-style-name")
            if not parent:
                stated.setdefault("name", name)
                break
            # Automatic styles are called P1, P2 …; what they change is a style with a name.
            if style.getparent() is not None and not style.getparent().tag.endswith("automatic-styles"):
                stated.setdefault("name", name)
            name = parent
        else:
            stated.setdefault("name", name)
        return Look(
            name=stated.get("name", name).replace("_20_", " ").lower(),
            outline=integer(stated.get(f"{STYLE}default-outline-level"), 0),
            numbered_by=stated.get(f"{STYLE}list-style-name"),
            bold=stated.get(f"{FO}font-weight") in ("bold", "600", "700", "800", "900"),
            italic=stated.get(f"{FO}font-style") in ("italic", "oblique"),
            centred=stated.get(f"{FO}text-align") == "center",
            hidden=stated.get(f"{TEXT}display") == "none",
        )


def _levels(made: Element) -> Iterator[tuple[int, Level]]:
    for level in made:
        if not isinstance(level.tag, str):
            continue
        bullet = level.tag == f"{TEXT}list-level-style-bullet"
        character = (level.get(f"{TEXT}bullet-char") or "•")[:1]
        yield (
            integer(level.get(f"{TEXT}level"), 1),
            Level(
                form=_FORMS.get(level.get(f"{STYLE}num-format") or "", "decimal"),
                before=(level.get(f"{STYLE}num-prefix") or "")[:50],
                after=(level.get(f"{STYLE}num-suffix") or "")[:50],
                start=integer(level.get(f"{TEXT}start-value"), 1),
                numbers_printed=max(1, min(integer(level.get(f"{TEXT}display-levels"), 1), 10)),
                bullet=("•" if "\ue000" <= character <= "\uf8ff" else character) if bullet else "",
            ),
        )


class Counter:
    """Counts the items of one list, or the headings of a document, over its levels (from 1)."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}

    def label(self, levels: dict[int, Level], at: int, start: int | None = None) -> str:
        """The next number on a level as it is printed: ``1.2``, ``(a)``, ``–``; empty where the level has none."""
        level = levels.get(at, Level())
        if level.bullet:
            return level.bullet
        self._counts[at] = start if start is not None else self._counts.get(at, level.start - 1) + 1
        for deeper in [d for d in self._counts if d > at]:
            del self._counts[deeper]
        if level.form == "none":
            return ""
        pieces = [
            levels[n].of(self._counts.get(n, levels[n].start))
            for n in range(at - level.numbers_printed + 1, at + 1)
            if n in levels and not levels[n].bullet
        ]
        return f"{level.before}{'.'.join(piece for piece in pieces if piece)}{level.after}".strip()
