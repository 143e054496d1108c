"""Acts in XML: the root element says which kind it is, and each kind has a reader.

A new kind is a reader in one of the modules here, a line in that module's ``FORMATS``, and a sample in
``tests/layout/xml/fixtures``: the conformance test picks it up.
"""

from __future__ import annotations

from dutybook.layout.limits import Limits
from dutybook.layout.trees import parse_xml
from dutybook.layout.xml import akn, bwb, cfr, clml, formex, german, lexdania, riigi, unstated, uslm
from dutybook.layout.xml.base import XmlFormat
from dutybook.records import Layout

# The kinds of XML that are read: the first that matches a root reads it, and the last reads what none of the others knows.
FORMATS: tuple[XmlFormat, ...] = (
    *(*formex.FORMATS, *akn.FORMATS, *clml.FORMATS, *german.FORMATS),
    *(*cfr.FORMATS, *uslm.FORMATS, *bwb.FORMATS, *lexdania.FORMATS, *riigi.FORMATS, *unstated.FORMATS),
)


def read_xml(data: bytes, *, limits: Limits | None = None) -> Layout:
    """Read an act: text, blocks, tables, notes, and in ``outline`` the provisions as the file states them.

    ``meta`` has ``title``, ``language``, ``published``, ``version_date``, ``celex``, ``eli``, each only where the file
    says so; dates are ISO, languages ISO 639-1. XML of a kind that is not known is read as text in order, with a problem
    that says so.

    Raises:
        EmptyDocument, BrokenDocument, TooLarge, NoText: see :func:`dutybook.layout.trees.parse_xml`.
    """
    root, problems = parse_xml(data)
    reader = next(each for each in FORMATS if each.matches(root))
    return reader.read(root, limits or Limits(), problems)
