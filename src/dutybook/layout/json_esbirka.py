"""Acts of e-Sbírka, the Czech collection of laws: a list of fragments, each with its kind, its depth and its XHTML."""

from __future__ import annotations

import re
from contextlib import ExitStack
from typing import Any

from dutybook.layout.drafts import squeeze
from dutybook.layout.html import fragment
from dutybook.layout.limits import Limits
from dutybook.layout.trees import Node, local
from dutybook.layout.xml.base import Walker, bare_number, division_number
from dutybook.layout.xml.writer import OpenLevels, OutlineWriter
from dutybook.reasons import Why, because
from dutybook.records import Layout, ProvisionKind

_K = ProvisionKind
# The beginning of a fragment's kind to what it is; the longest that fits.
_KINDS = {
    "Cast": _K.PART,
    "Hlava": _K.TITLE,
    "Dil": _K.CHAPTER,
    "Oddil": _K.SECTION,
    "Pododdil": _K.SUBSECTION,
    "Paragraf": _K.ARTICLE,
    "Clanek": _K.ARTICLE,
    "Odstavec": _K.PARAGRAPH,
    "Pismeno": _K.POINT,
    "Bod": _K.POINT,
    "Priloha": _K.ANNEX,
}
_DIVISIONS = frozenset({_K.PART, _K.TITLE, _K.CHAPTER, _K.SECTION, _K.SUBSECTION, _K.ANNEX})
_QUOTED = "Block_Citace"
_OPENING = '„“"»'
_DATE = re.compile(r"/(\d{4}-\d{2}-\d{2})(?:/|$)")


class _Text(Walker):
    """A fragment's XHTML."""

    handlers = {"table": "table", "block": "p li", "raised": "sup"}  # noqa: RUF012


class _EsbirkaReader:
    def __init__(self, writer: OutlineWriter) -> None:
        self.out = writer
        self.walker = _Text(writer, None)
        self.ahead: list[str] = []
        self.prefix: list[str] = []
        self.notes = 0

    def read(self, fragments: list[dict[str, Any]]) -> None:
        """All fragments; what one opens stays open until one of its depth, or of a lesser one, comes."""
        with OpenLevels() as opened:
            for each in fragments:
                depth, markup = each.get("hloubka"), each.get("xhtml")
                holder = opened.open(depth if isinstance(depth, int) else 1)
                kind = str(each.get("kodTypuFragmentu") or "")
                self._fragment(kind, markup if isinstance(markup, str) else "", holder)

    def _fragment(self, kind: str, markup: str, holder: ExitStack) -> None:
        if kind == _QUOTED:
            holder.enter_context(self.out.quotation())
            return
        body = fragment(markup) if markup.strip() else None
        if body is None:
            return
        if kind.startswith("Nadpis_nad"):
            self.ahead.append(markup)
        elif kind.startswith("Nadpis"):
            self.walker.flow(body)
            self.out.heading(2, "group-title")
        elif kind.startswith("Prefix"):
            self.prefix.append(squeeze("".join(body.itertext())))
            self.walker.flow(body)
            self.out.heading(1, "doc-title", names=False) if kind != "Prefix" else self.out.paragraph(hint="preamble")
        elif kind.startswith("Postfix"):
            with self.out.element(_K.SIGNATURE):
                self.walker.flow(body)
        elif kind.startswith("Poznamka") and not self.out.quoting:
            self.notes += 1
            self.out.note(f"note-{self.notes}", "", self.walker.captured(body))
        else:
            self._provision(kind, body, holder)

    def _provision(self, kind: str, body: Node, holder: ExitStack) -> None:
        found = next((value for name, value in _KINDS.items() if kind.startswith(name)), None)
        var = next(iter(body), None)
        lead = squeeze(body.text or "")
        words = squeeze("".join(var.itertext())) if var is not None and local(var) == "var" else ""
        if found is None or var is None or not words or lead not in _OPENING:
            self._headings()
            self.walker.flow(body)
            self.out.paragraph()
            return
        division = found in _DIVISIONS
        number = division_number(words, "cs") if division else bare_number(words)
        holder.enter_context(self.out.element(found, number, sign="§" in words))
        if division or found is _K.ARTICLE:
            self.out.text(lead + words)
            self.out.number(2 if division else 3, "chapter-number")
            self._headings()
        else:
            self.out.label(lead + words)
        self.out.text(var.tail)
        for each in var.itersiblings():
            self.walker.visit(each)
            self.out.text(each.tail)
        self.out.paragraph()

    def _headings(self) -> None:
        """Headings that stand above what they name."""
        for markup in self.ahead:
            body = fragment(markup)
            if body is not None:
                self.walker.flow(body)
                self.out.heading(3, "article-title")
        self.ahead = []


def is_esbirka(loaded: Any) -> bool:
    """Whether a JSON value is an act of the collection."""
    return _fragments(loaded) is not None


def _fragments(loaded: Any) -> list[dict[str, Any]] | None:
    found = loaded.get("seznam") if isinstance(loaded, dict) else loaded
    if not isinstance(found, list):
        return None
    inner = [each for each in found if isinstance(each, dict)]
    return inner if any("kodTypuFragmentu" in each and "xhtml" in each for each in inner) else None


def read_esbirka(loaded: Any, limits: Limits) -> Layout:
    """The act that the fragments make up.

    Raises:
        NoText: no fragment has a text.
    """
    fragments = _fragments(loaded) or []
    writer = OutlineWriter(limits=limits, what="file")
    reader = _EsbirkaReader(writer)
    reader.read(fragments)
    first: dict[str, Any] = fragments[0] if fragments else {}
    address = str(first.get("eli") or "")
    date = _DATE.search(address)
    pages = loaded.get("pocetStranek") if isinstance(loaded, dict) else None
    if isinstance(pages, int) and pages > 1:
        writer.problems.append(
            because(Why.PART_PAGES_OF, "the file is one of {count} pages of the act; get the others, too", count=pages)
        )
    return writer.finish(
        {
            "title": squeeze(str(first.get("uplnaCitace") or "")) or " ".join(reader.prefix),
            "short_title": squeeze(str(first.get("zkracenaCitace") or "")),
            "eli": address.removesuffix("/dokument"),
            "version_date": date.group(1) if date else "",
            "language": "cs",
            "jurisdiction": "CZ",
        }
    )
