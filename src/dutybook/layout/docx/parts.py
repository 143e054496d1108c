"""The parts of a Word document, the names of its elements, and small questions to them."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from dutybook.layout.office import Element, Package

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
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?!\d)")
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

    def properties(self) -> dict[str, str]:
        """``title``, ``author``, ``created`` (ISO date), ``language`` as the file's properties say them."""
        target = next((r.target for r in self._relations("").values() if r.kind == "core-properties"), None)
        root = self._package.xml(target) if target else None
        if root is None:
            return {}
        stated = {
            "title": root.findtext(f"{_DUBLIN_CORE}title"),
            "author": root.findtext(f"{_DUBLIN_CORE}creator"),
            "language": root.findtext(f"{_DUBLIN_CORE}language"),
            "created": root.findtext(f"{_TERMS}created"),
        }
        found = {key: " ".join(text.split())[:500] for key, text in stated.items() if text and text.strip()}
        if "created" in found:
            day = _DAY.match(found.pop("created"))
            found |= {"created": day.group(1)} if day else {}
        if "language" in found:
            code = re.split(r"[-_]", found.pop("language"))[0].lower()
            found |= {"language": code} if re.fullmatch(r"[a-z]{2}", code) else {}
        return found

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
