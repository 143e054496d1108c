"""Checks a workbook before it is read: its file type, its unpacked size, and which of its cells are formulas or errors.

Formulas are never computed: their last result counts. calamine does not tell formulas from values, or errors from
empty cells, so both are looked up in the XML of the sheet. Nothing in a workbook is trusted; :class:`Limits` bounds
its cost.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from dutybook.workbook_import.sheet import number

if TYPE_CHECKING:
    from lxml.etree import _Element


@dataclass(frozen=True, slots=True)
class Limits:
    """The most bytes of the file and of its unpacked content, rows, seconds (wall clock), and bytes of memory of the
    reading process.

    ``line`` is the most bytes of that process's answer about one row.
    """

    max_bytes: int = 200_000_000
    unpacked: int = 4_000_000_000
    rows: int = 1_000_000
    seconds: float = 600.0
    memory: int = 4 << 30
    line: int = 16_000_000


_CHUNK = 1 << 20
_OLD = b"\xd0\xcf\x11\xe0"
_POSITION = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")
_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
_ROOT = re.compile(rb"<([\w.-]+:)?worksheet")
_BREAKS = frozenset(bytes([byte]) for byte in b" \t\r\n/>")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Unfit(Exception):
    """The file cannot be read as a workbook; the message says why and what to do."""


def check_file(path: Path, limits: Limits) -> str:
    """The format of the workbook, ``xlsx`` or ``ods``, by the content of the file.

    Raises:
        Unfit: it is neither, is damaged, has a password, or is too large.
    """
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise Unfit(f"it has {size / 1e6:,.0f} MB, and {limits.max_bytes / 1e6:,.0f} MB is the limit")
    with path.open("rb") as file:
        if file.read(4) == _OLD:
            raise Unfit("it has a password or is in an old format. Open it and save it as .xlsx, without a password")
    try:
        with ZipFile(path) as packed:
            infos = packed.infolist()
    except (BadZipFile, OSError, NotImplementedError, ValueError):
        raise Unfit("it is no workbook, or damaged. Open it in a spreadsheet program and save it as .xlsx") from None
    unpacked = sum(info.file_size for info in infos)
    if unpacked > limits.unpacked:
        raise Unfit(
            f"it unpacks to {unpacked / 1e6:,.0f} MB, and {limits.unpacked / 1e6:,.0f} MB is the limit: export less (filters)"
        )
    names = {info.filename for info in infos}
    if any(info.flag_bits & 1 for info in infos):
        raise Unfit("it has a password. Open it and save it without one")
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise Unfit("it is no .xlsx or .ods file. Open it in a spreadsheet program and save it as .xlsx")


def special_cells(path: Path, sheet: str, columns: Collection[int]) -> dict[tuple[int, int], str]:
    """The formulas and errors of an .xlsx file: ``formula``, ``error`` or ``formula error`` by row and column, both
    counted from 0.
    """
    found: dict[tuple[int, int], str] = {}
    with ZipFile(path) as packed:
        part = _part(packed, sheet)
        for attributes, formula in _cells(packed, part) if part else ():
            at = _POSITION.search(attributes)
            if at is None or (column := number(at[1].decode())) not in columns:
                continue
            error = _ERROR.search(attributes) is not None
            key = int(at[2]) - 1, column
            if formula or error:
                words = ("formula" if formula or "formula" in found.get(key, "") else "", "error" if error else "")
                found[key] = " ".join(word for word in words if word)
    return found


def _cells(packed: ZipFile, part: str) -> Iterator[tuple[bytes, bool]]:
    """The attributes of cells that may be special, and whether a formula follows. A cell that is both comes twice."""
    prefix = b""
    left = b""
    with packed.open(part) as stream:
        while True:
            chunk = stream.read(_CHUNK)
            if not left and (root := _ROOT.search(chunk)):
                prefix = root[1] or b""
            text = left + chunk
            # What begins behind the last cell's beginning may end in the next piece: that cell is looked at again with it.
            cut = text.rfind(b"<" + prefix + b"c") if chunk else len(text)
            cut = cut if cut >= 0 else max(0, len(text) - 64)
            yield from _special(text, prefix, cut)
            if not chunk:
                return
            left = text[cut:]


def _special(text: bytes, prefix: bytes, end: int) -> Iterator[tuple[bytes, bool]]:
    """Find cells by an attribute that few cells have, which is many times faster than parsing each."""
    cell = b"<" + prefix + b"c"
    formula = b"<" + prefix + b"f"
    at = text.find(formula, 0, end)
    while at >= 0:
        if text[at + len(formula) : at + len(formula) + 1] in _BREAKS:
            start = text.rfind(cell, 0, at)
            tag, closed, between = text[start + len(cell) : at].partition(b">")
            if start >= 0 and closed and not between.strip():
                yield tag, True
        at = text.find(formula, at + 1, end)
    for error in (b'"e"', b"'e'"):
        at = text.find(error, 0, end)
        while at >= 0:
            start = text.rfind(b"<", 0, at)
            stop = text.find(b">", at)
            if text.startswith(cell, start) and stop >= 0:
                yield text[start + len(cell) : stop], False
            at = text.find(error, at + 1, end)


def _part(packed: ZipFile, sheet: str) -> str | None:
    """The member of the archive that has a sheet."""
    relation = next(
        (e.get(_RELATION) for e in _elements(packed, "xl/workbook.xml", "sheet") if e.get("name") == sheet), None
    )
    for element in _elements(packed, "xl/_rels/workbook.xml.rels", "Relationship"):
        if relation is not None and element.get("Id") == relation:
            target = str(element.get("Target"))
            name = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
            return name if name in packed.namelist() else None
    return None


def _elements(packed: ZipFile, name: str, wanted: str) -> Iterator[_Element]:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(packed.read(name), parser)
    except (KeyError, etree.XMLSyntaxError, zipfile.BadZipFile):
        return
    for element in root.iter():
        if isinstance(element.tag, str) and etree.QName(element).localname == wanted:
            yield element
