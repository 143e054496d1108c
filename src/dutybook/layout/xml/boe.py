"""XML of the Boletín Oficial del Estado: documents as published, and consolidated texts with their versions.

A paragraph's class says what it is (``articulo``, ``capitulo_num``, ``parrafo_2``); how paragraphs nest is left to the
structure stage. Of a consolidated text's block the version that came into force last is read, and that there are others is
kept in ``meta``.
"""

from __future__ import annotations

import re

from dutybook.errors import NoText
from dutybook.layout.drafts import Draft, DraftCell, DraftTable, build, squeeze
from dutybook.layout.limits import Limits
from dutybook.layout.xml.base import XmlFormat
from dutybook.layout.xml.tree import Node, attribute, children, find, findall, local, plain
from dutybook.reasons import Reason, Why, because
from dutybook.records import BlockRole, Layout

# Data of the file, of its analysis and of its relations to others.
_SILENT = frozenset({"status", "metadatos", "metadata-eli", "analisis", "materias", "referencias", "alertas", "notas"})
_HEADINGS = {
    "libro": 1,
    "parte": 1,
    "titulo": 2,
    "capitulo": 3,
    "seccion": 4,
    "subseccion": 5,
    "anexo": 1,
    "articulo": 6,
    "disposicion": 2,
}
_CLASS = re.compile(r"(?P<name>libro|parte|titulo|capitulo|seccion|subseccion|anexo|articulo|disposicion)(?:_\w+)?$")
_NOTE = re.compile(r"(?:nota_?|cita)\w*$")
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)$")


class _Reader:
    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.tables: list[DraftTable] = []
        self.versions: set[str] = set()
        self.older = 0

    def walk(self, node: Node) -> None:
        """All blocks below a node, in order."""
        for each in children(node):
            name = local(each)
            if name in _SILENT:
                continue
            if name == "bloque":
                self._version(each)
            elif name == "table":
                self._table(each)
            elif name in ("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "li") or not len(each):
                self._paragraph(each)
            else:
                if squeeze(each.text or ""):
                    self._add(squeeze(each.text), attribute(each, "class"))
                self.walk(each)
            if squeeze(each.tail or ""):
                self._add(squeeze(each.tail), "")

    def _version(self, block: Node) -> None:
        versions = sorted(children(block, "version"), key=lambda v: attribute(v, "fecha_vigencia") or "0")
        if not versions:
            self.walk(block)
            return
        self.older += len(versions) - 1
        self.versions.add(attribute(versions[-1], "fecha_vigencia"))
        self.walk(versions[-1])

    def _paragraph(self, node: Node) -> None:
        text = squeeze("".join(self._words(node)))
        if text:
            self._add(text, attribute(node, "class"), local(node))

    def _words(self, node: Node) -> list[str]:
        parts = [node.text or ""]
        for each in node:
            parts += [" ", ""] if local(each) == "br" else self._words(each)
            parts.append(each.tail or "")
        return parts

    def _add(self, text: str, kind: str, tag: str = "") -> None:
        name = _CLASS.match(kind)
        if name and (len(text) <= 300 or kind != "articulo"):
            self.drafts.append(Draft(text, BlockRole.HEADING, level=_HEADINGS[name["name"]], hint=kind))
        elif _NOTE.match(kind):
            self.drafts.append(Draft(text, BlockRole.FOOTNOTE, hint="footnote"))
        elif tag[:1] == "h" and tag[1:].isdigit():
            self.drafts.append(Draft(text, BlockRole.HEADING, level=int(tag[1:])))
        elif kind.startswith("indice"):
            self.drafts.append(Draft(text, BlockRole.CONTENTS, hint="contents"))
        else:
            self.drafts.append(Draft(text, centred=kind.startswith("centro")))

    def _table(self, node: Node) -> None:
        rows: DraftTable = []
        for row in findall(node, "tr"):
            cells: list[list[Draft]] = []
            for cell in children(row, "td", "th"):
                inside = list(children(cell, "p")) or [cell]
                drafts = [Draft(t, BlockRole.TABLE) for each in inside if (t := squeeze("".join(self._words(each))))]
                spans = {
                    key: int(value) if (value := attribute(cell, name)).isdigit() and 0 < int(value) < 1000 else 1
                    for key, name in (("row_span", "rowspan"), ("column_span", "colspan"))
                }
                cells.append(DraftCell(drafts, head=local(cell) == "th", **spans))
                self.drafts += drafts
            if cells:
                rows.append(cells)
        if rows:
            self.tables.append(rows)


def _date(text: str) -> str:
    found = _DATE.match(text.strip())
    return "-".join(found.groups()) if found else ""


def _meta(root: Node, reader: _Reader) -> dict[str, str]:
    def of(name: str) -> str:
        return plain(find(root, name))

    versions = sorted(date for text in reader.versions if (date := _date(text)))
    found = {
        "title": of("titulo"),
        "language": "es",
        "jurisdiction": "ES",
        "number": of("identificador"),
        "eli": of("url_eli"),
        "published": _date(of("fecha_publicacion")),
        "version_date": versions[-1] if versions else "",
        "older_versions": str(reader.older) if reader.older else "",
    }
    return {key: value for key, value in found.items() if value}


def _read(root: Node, _: Limits, problems: tuple[Reason, ...]) -> Layout:
    reader = _Reader()
    title = plain(find(root, "titulo"))
    if title:
        reader.drafts.append(Draft(title, BlockRole.HEADING, level=1, hint="doc-title"))
    body = find(root, "texto")
    if body is None:
        raise NoText(
            because(Why.BOE, "the BOE file holds data about a document and not its text; get the file with the text")
        )
    reader.walk(body)
    return build(reader.drafts, tables=reader.tables, meta=_meta(root, reader), problems=problems, what="BOE document")


def _matches(root: Node) -> bool:
    if local(root) == "documento":
        return find(root, "metadatos") is not None and find(root, "identificador") is not None
    return local(root) in ("response", "texto") and find(root, "bloque") is not None


FORMAT = XmlFormat("BOE XML", _matches, _read, _SILENT | {"titulo"})
