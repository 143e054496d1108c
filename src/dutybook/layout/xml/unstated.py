"""XML that says what a paragraph looks like, and not which provision it is: the Spanish gazette, and unknown kinds."""

from __future__ import annotations

import re
from collections import Counter

from dutybook.errors import NoText
from dutybook.layout.drafts import LONE_MARKER, Draft, DraftCell, DraftTable, build, names, squeeze
from dutybook.layout.html import is_markup, read_fragment
from dutybook.layout.limits import Limits
from dutybook.layout.trees import Node, attribute, children, find, findall, local, plain
from dutybook.layout.xml.base import XmlFormat, language_code
from dutybook.reasons import Reason, Why, because
from dutybook.records import BlockRole, Layout

# Data of the file, of its analysis and of its relations to others.
_SILENT = names("status metadatos metadata-eli analisis materias referencias alertas notas")
_LEVELS = {
    **dict.fromkeys(("libro", "parte", "anexo"), 1),
    **dict.fromkeys(("titulo", "disposicion"), 2),
    "capitulo": 3,
    "seccion": 4,
    "subseccion": 5,
    "articulo": 6,
}
_CLASS = re.compile(rf"(?P<name>{'|'.join(_LEVELS)})(?:_\w+)?$")
_NOTE_CLASS = re.compile(r"(?:nota_?|cita)\w*$")
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)$")


class _BoeReader:
    """XML of the Boletín Oficial del Estado: documents as published, and consolidated texts with their versions.

    A paragraph's class says what it is (``articulo``, ``capitulo_num``, ``parrafo_2``). Of a consolidated text's block
    the version that came into force last is read, and that there are others is kept in ``meta``.
    """

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
            self.drafts.append(Draft(text, BlockRole.HEADING, level=_LEVELS[name["name"]], hint=kind))
        elif _NOTE_CLASS.match(kind):
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


def _boe_meta(root: Node, reader: _BoeReader) -> dict[str, str]:
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
        "in_force_from": _date(of("fecha_vigencia")),
        "in_force_until": _date(of("fecha_derogacion")),
        "version_date": versions[-1] if versions else "",
        "older_versions": str(reader.older) if reader.older else "",
    }
    return {key: value for key, value in found.items() if value}


def _read_boe(root: Node, _: Limits, problems: tuple[Reason, ...]) -> Layout:
    reader = _BoeReader()
    title = plain(find(root, "titulo"))
    if title:
        reader.drafts.append(Draft(title, BlockRole.HEADING, level=1, hint="doc-title"))
    body = find(root, "texto")
    if body is None:
        raise NoText(
            because(Why.BOE, "the BOE file holds data about a document and not its text; get the file with the text")
        )
    reader.walk(body)
    return build(
        reader.drafts, tables=reader.tables, meta=_boe_meta(root, reader), problems=problems, what="BOE document"
    )


def _is_boe(root: Node) -> bool:
    if local(root) == "documento":
        return find(root, "metadatos") is not None and find(root, "identificador") is not None
    return local(root) in ("response", "texto") and find(root, "bloque") is not None


_BLOCKS = names(
    "p para paragraph al absatz alinea li item listitem list div section article chapter title heading head "
    "subtitle table row tr cell td th entry note footnote annex body text content quote blockquote h1 h2 h3 h4 h5 "
    "h6"
)
_INLINE = names(
    "a abbr b bold del em emphasis font hi i inline ins italic link q ref small span strong sub sup superscript "
    "subscript tt u underline xref"
)
_BREAKS = names("br lb linebreak eol tab")
_HEADING = re.compile(
    r"(?:sub|short|long|doc|section|chapter)?_?(?:title|titel|titre|titolo|t[ií]tulo|heading|headline|head|subject|"
    r"rubrik|ueberschrift|überschrift|nadpis|otsikko|pealkiri|virsraksts|antraste|naslov|epigrafe|rubrica|h[1-6])",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:num|nr|no|number|nummer|numero|número|enum|marker|symbol|label)(?:[._-]?\w{1,12})?", re.IGNORECASE
)
_ABOUT = re.compile(r"meta[\w.-]*|script|style|teiheader", re.IGNORECASE)
_ROWS, _CELLS = names("tr row"), names("td th cell entry")
_NOTES = names("footnote fn fussnote voetnoot notaalpie")
# The days of an act under the names that files have for them.
_DAYS = {
    "published": names(
        "published publicationdate dateofpublication datepublished datepublication fechapublicacion fechadepublicacion "
        "datapubblicazione datapublicacao veroeffentlichungsdatum publicatiedatum"
    ),
    "in_force_from": names(
        "dateentryintoforce entryintoforcedate dateentryinforce fechavigencia fechaentradavigor fechaentradaenvigor "
        "dateentreeenvigueur datainvigore dataentradaemvigor datumvaningang inkrafttretensdatum"
    ),
    "in_force_until": names(
        "datenolongerinforce enddateofvalidity dateendofvalidity repealdate fechaderogacion fechadederogacion "
        "dateabrogation datefinvigueur dataabrogazione datarevogacao ausserkrafttretensdatum"
    ),
}
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?!\d)")
_LONGEST_HEADING = 300
_LONGEST_NUMBER = 12
# No word is that long: files are packed into text so.
_LONGEST_WORD = 2000
_DATA = re.compile(rf"\S{{{_LONGEST_WORD},}}")


class _Reader:
    """XML of a kind that has no reader of its own: its text in order, paragraphs by how elements hold text.

    Which elements are paragraphs is not known, so it is made out of the file itself: an element that mostly stands
    between words is part of a sentence, all others hold paragraphs. Names that many formats share (``title``, ``num``,
    ``table``) count as what they say. Text that is escaped HTML is read as HTML.
    """

    def __init__(self, root: Node, *, all_of_it: bool = False) -> None:
        self.drafts: list[Draft] = []
        self.tables: list[DraftTable] = []
        self.dropped = 0
        self._all = all_of_it
        self._run: list[str] = []
        self._number = ""
        self._cell: list[Draft] | None = None
        self._inline, self._holders = _phrases(root)
        self.walk(root, 0)
        self._close()
        self._settle_number()

    # -- walking ------------------------------------------------------------------------------------------------

    def walk(self, node: Node, level: int) -> None:
        """The paragraphs in an element; ``level`` is how many titled elements it stands in."""
        if any(_is_heading(each) for each in children(node)):
            level += 1
        self._run.append(node.text or "")
        for each in node:
            name = local(each).lower()
            if name in _BREAKS:
                self._run.append(" ")
            elif name and (self._all or not _ABOUT.fullmatch(name)):
                if self._is_inline(each, name):
                    self._run.append("".join(each.itertext()))
                else:
                    self._close()
                    self._block(each, name, level)
                    self._close()
            self._run.append(each.tail or "")

    def _is_inline(self, node: Node, name: str) -> bool:
        return name in self._inline and node not in self._holders

    def _block(self, node: Node, name: str, level: int) -> None:
        if name == "table" and self._cell is None and any(local(e).lower() in _ROWS for e in node.iter()):
            self._table(node)
            return
        if node in self._holders or any(not self._is_inline(e, local(e).lower()) for e in children(node)):
            self.walk(node, level)
            return
        words = squeeze("".join(node.itertext()))
        if self._cell is None and _NUMBER.fullmatch(name) and 0 < len(words) <= _LONGEST_NUMBER:
            self._settle_number()
            self._number = words
        elif _is_heading(node) and len(words) <= _LONGEST_HEADING:
            self._add(words, BlockRole.HEADING, max(1, min(level, 6)), name)
        elif name in _NOTES:
            self._add(words, BlockRole.FOOTNOTE, 0, "footnote")
        else:
            self.walk(node, level)

    def _table(self, table: Node) -> None:
        rows: DraftTable = []
        self._rows(table, rows)
        self.tables.append([row for row in rows if any(row)])

    def _rows(self, node: Node, rows: DraftTable) -> None:
        """Rows and cells at any depth; other text of the table stands where it is."""
        self._run.append(node.text or "")
        for each in node:
            name = local(each).lower()
            if name in _CELLS:
                self._close()
                if not rows:
                    rows.append([])
                self._settle_number()
                self._cell = []
                self.walk(each, 0)
                self._close()
                rows[-1].append(self._cell)
                self._cell = None
            elif name:
                self._close()
                if name in _ROWS:
                    rows.append([])
                self._rows(each, rows)
                self._close()
            self._run.append(each.tail or "")

    # -- drafts -------------------------------------------------------------------------------------------------

    def _close(self) -> None:
        """What ran on until here is a paragraph."""
        raw, self._run = "".join(self._run), []
        if is_markup(raw):
            found = read_fragment(raw)
            if self._cell is None:
                self._settle_number()
                self.drafts += found.drafts
                self.tables += found.tables
                return
            raw = " ".join(draft.text for draft in found.drafts)
        text = squeeze(raw)
        if _DATA.search(text):
            self.dropped += 1
            text = squeeze(_DATA.sub(" ", text))
        if not text:
            return
        if LONE_MARKER.fullmatch(text) and self._cell is None:
            self._settle_number()
            self._number = text
        else:
            self._add(text, BlockRole.BODY if self._cell is None else BlockRole.TABLE, 0, "")

    def _add(self, text: str, role: BlockRole, level: int, hint: str) -> None:
        if not text:
            return
        draft = Draft(text, role, level=level, hint=hint)
        if self._number:
            draft.prefix(self._number)
            self._number = ""
        self.drafts.append(draft)
        if self._cell is not None:
            draft.role, draft.level, draft.hint = BlockRole.TABLE, 0, "table-cell"
            self._cell.append(draft)

    def _settle_number(self) -> None:
        if self._number:
            self.drafts.append(Draft(self._number))
            self._number = ""


def _is_heading(node: Node) -> bool:
    return _HEADING.fullmatch(local(node)) is not None


def _is_mixed(node: Node) -> bool:
    return bool((node.text or "").strip()) or any((each.tail or "").strip() for each in node)


def _phrases(root: Node) -> tuple[frozenset[str], set[Node]]:
    """Names of elements that are part of a sentence, and the elements that hold others than these."""
    everywhere: Counter[str] = Counter()
    between: Counter[str] = Counter()
    holding: Counter[str] = Counter()
    for node in root.iter():
        mixed, inside = _is_mixed(node), 0
        for each in children(node):
            name = local(each).lower()
            everywhere[name] += 1
            between[name] += mixed
            inside += 1
        holding[local(node).lower()] += inside > 1 and not mixed
    inline = {
        name
        for name, count in everywhere.items()
        if 2 * between[name] > count and not holding[name] and name not in _BLOCKS
    }
    inline |= _INLINE | _BREAKS | {""}
    holders: set[Node] = set()
    for node in root.iter():
        if local(node).lower() not in inline:
            above = node.getparent()
            while above is not None and above not in holders:
                holders.add(above)
                above = above.getparent()
    return frozenset(inline), holders


def _meta(root: Node, drafts: list[Draft]) -> dict[str, str]:
    title = next((words for node in root.iter() if _is_title(node) and (words := plain(node))), "")
    title = title or next((d.text for d in drafts if d.role is BlockRole.HEADING), "")
    meta = {"title": title[:500], "language": language_code(_language(root)[:20]), **_stated_days(root)}
    return {key: value for key, value in meta.items() if value}


def _stated_days(root: Node) -> dict[str, str]:
    """The days of the act that attributes or elements at the head of the file state; the first of a name counts."""
    days: dict[str, str] = {}
    for node in (root, *children(root), *(below for each in children(root) for below in children(each))):
        stated = {**node.attrib, local(node): plain(node) if not len(node) else ""}
        for name, value in stated.items():
            plain_name = re.sub(r"\{[^}]*\}|[^a-z]", "", str(name).lower())
            known = next((key for key, words in _DAYS.items() if plain_name in words), "")
            if known and (found := _ISO.match(str(value).strip())):
                days.setdefault(known, found[0])
    return days


def _language(root: Node) -> str:
    """The language as an attribute or an element of the file gives it."""
    code = attribute(root, "lang") or next(filter(None, (attribute(node, "lang") for node in children(root))), "")
    named = (n for n in root.iter() if local(n).lower() in ("language", "lang", "sprache", "langue", "idioma"))
    return code or next(filter(None, map(plain, named)), "")


def _is_title(node: Node) -> bool:
    return (
        re.fullmatch(r"(?:doc|document)?_?(?:title|titel|titre|titolo|t[ií]tulo)", local(node), re.IGNORECASE)
        is not None
    )


def _read(root: Node, _: Limits, problems: tuple[Reason, ...]) -> Layout:
    reader = _Reader(root)
    if not any(c.isalnum() for draft in reader.drafts for c in draft.text):
        reader = _Reader(root, all_of_it=True)
    problems = (
        *problems,
        because(
            Why.PART_XML_GUESSED,
            "this kind of XML (its first element is <{element}>) has no reader of its own: its text was read in "
            "order, and what are paragraphs and headings was guessed",
            element=local(root)[:60],
        ),
    )
    if reader.dropped:
        packed = because(Why.PART_PACKED_DATA, "text that is packed data (a picture, a file) was left out")
        problems = (*problems, packed)
    meta = _meta(root, reader.drafts)
    return build(reader.drafts, tables=reader.tables, meta=meta, problems=problems, what="XML file")


FORMATS = (
    XmlFormat("BOE XML", _is_boe, _read_boe, _SILENT | {"titulo"}),
    XmlFormat("other XML", lambda _: True, _read),
)
