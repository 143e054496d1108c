"""Acts in XML: the root element says which kind it is, and each kind has one module with its reader.

A new kind is a module with a ``FORMAT`` (:class:`dutybook.layout.xml.base.XmlFormat`), its name in ``_MODULES`` and a
sample in ``tests/layout/xml/fixtures``: the conformance test picks it up.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from dutybook.errors import UnknownFormat
from dutybook.layout.limits import Limits
from dutybook.layout.xml.base import XmlFormat
from dutybook.layout.xml.tree import Node, local, parse
from dutybook.records import Layout

# The first that matches a root reads it.
_MODULES: tuple[str, ...] = ("formex", "akn", "clml", "gii", "cfr", "boe")


@cache
def formats() -> tuple[XmlFormat, ...]:
    """The kinds of XML that are read."""
    return tuple(import_module(f"{__name__}.{module}").FORMAT for module in _MODULES)


def read_xml(data: bytes, *, limits: Limits | None = None) -> Layout:
    """Read an act: text, blocks, tables, notes, and in ``outline`` the provisions as the file states them.

    ``meta`` has ``title``, ``language``, ``published``, ``version_date``, ``celex``, ``eli``, each only where the file
    says so; dates are ISO, languages ISO 639-1.

    Raises:
        UnknownFormat: XML of a kind that is not read.
        EmptyDocument, BrokenDocument, TooLarge, NoText: see :func:`dutybook.layout.xml.tree.parse`.
    """
    root, problems = parse(data)
    found = _format_of(root)
    if found is None:
        read = ", ".join(each.name for each in formats())
        raise UnknownFormat(
            f"an XML file of a kind that is not read (its first element is <{local(root)[:60]}>); "
            f"XML is read as {read}: get the same document as HTML or PDF"
        )
    return found.read(root, limits or Limits(), problems)


def _format_of(root: Node) -> XmlFormat | None:
    return next((each for each in formats() if each.matches(root)), None)
