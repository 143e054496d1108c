"""Acts in XML: the root element says which kind it is, and each kind has one module with its reader.

A new kind is a module with a ``FORMAT`` (:class:`dutybook.layout.xml.base.XmlFormat`), its name in ``_MODULES`` and a
sample in ``tests/layout/xml/fixtures``: the conformance test picks it up.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from dutybook.errors import TooLarge
from dutybook.layout.limits import Limits
from dutybook.layout.xml.base import XmlFormat
from dutybook.layout.xml.tree import parse
from dutybook.reasons import Why, because
from dutybook.records import Layout

# The first that matches a root reads it.
_MODULES: tuple[str, ...] = ("formex", "akn", "clml", "gii", "cfr", "boe", "uslm", "bwb", "lexdania", "riigi", "ris")


@cache
def formats() -> tuple[XmlFormat, ...]:
    """The kinds of XML that are read."""
    return tuple(import_module(f"{__name__}.{module}").FORMAT for module in _MODULES)


def read_xml(data: bytes, *, limits: Limits | None = None) -> Layout:
    """Read an act: text, blocks, tables, notes, and in ``outline`` the provisions as the file states them.

    ``meta`` has ``title``, ``language``, ``published``, ``version_date``, ``celex``, ``eli``, each only where the file
    says so; dates are ISO, languages ISO 639-1. XML of a kind that is not known is read as text in order, with a problem
    that says so.

    Raises:
        EmptyDocument, BrokenDocument, TooLarge, NoText: see :func:`dutybook.layout.xml.tree.parse`.
    """
    root, problems = parse(data)
    reader = next((each for each in formats() if each.matches(root)), None) or _other()
    bounds = limits or Limits()
    layout = reader.read(root, bounds, problems)
    if len(layout.text) > bounds.max_text_chars:
        raise TooLarge(
            because(
                Why.TOO_MUCH_TEXT,
                "the file holds {characters:,} characters, more than are read; split it",
                characters=len(layout.text),
            )
        )
    return layout


def _other() -> XmlFormat:
    """What reads XML that none of the formats knows."""
    from dutybook.layout.xml.unknown import FORMAT

    return FORMAT
