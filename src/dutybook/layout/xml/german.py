"""Acts of Germany (gesetze-im-internet.de) and Austria (RIS): rows of sections, whose Absätze begin with their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import ExitStack

from dutybook.layout.drafts import names
from dutybook.layout.trees import Node, attribute, child, children, find, findall, local, plain
from dutybook.layout.xml.base import Walker, bare_number, division_kind, division_number
from dutybook.layout.xml.writer import OpenLevels, OutlineWriter
from dutybook.records import BlockRole, ProvisionKind

_K = ProvisionKind
_ABSATZ = re.compile(r"\s*\((\d+\s?[a-z]{0,2})\)(?=\s|$)")


class _GermanReader(Walker):
    def _open_absatz(self, text: str, holder: ExitStack) -> None:
        """Write a text and, if an Absatz's number begins it, open that before."""
        found = _ABSATZ.match(text)
        if found is not None:
            holder.enter_context(self.out.element(_K.PARAGRAPH, found[1].replace(" ", "")))
            self.out.label(found.group().strip())
        self.out.text(text[found.end() if found else 0 :])

    def _tails(self, nodes: Iterable[Node]) -> None:
        """Elements, each with the text behind it."""
        for each in nodes:
            self.visit(each)
            self.out.text(each.tail)


class GiiReader(_GermanReader):
    """The XML of gesetze-im-internet.de: one ``norm`` a section sign, article, annex or division of a German act.

    Absätze are paragraphs that begin with their number in brackets; lists are definition lists (``DL``), whose terms
    are the numbers. Editorial notes of the documentation service come at the end, as notes without a mark.
    """

    handlers = {  # noqa: RUF012
        "skip": "norm",
        "paragraph": "P",
        "items": "DL",
        "table": "table",
        "heading": "Title Subtitle",
        "reference": "FnR",
        "footnotes": "Footnotes",
        "block": "pre kommentar Revision Ident",
        "contents": "TOC",
    }
    breaks = names("BR LA Split")
    # What says something of the file or of the act as a whole; the act's names are written as its title.
    silent = names("jurabk amtabk kurzue langue ausfertigung-datum fundstelle standangabe gliederungskennzahl noindex")
    _rows = names("row")
    _cells = names("entry")
    _dashes = frozenset("—–-−•·*")
    _levels = (_K.CHAPTER, _K.SECTION, _K.SUBSECTION)
    # Divisions are numbered by three digits a level ("010020" is the second of the first).
    _digits = 3

    def act(self, root: Node) -> None:
        """All norms; divisions stay open until one of their own depth, or of a lesser one, comes."""
        with OpenLevels() as divisions:
            for norm in children(root, "norm"):
                metadata = child(norm, "metadaten")
                division = find(metadata, "gliederungseinheit")
                if division is not None:
                    depth = max(1, len(plain(child(division, "gliederungskennzahl"))) // self._digits)
                    self._division(division, depth, divisions.open(depth))
                self._norm(norm, metadata, division is not None)

    def _division(self, division: Node, depth: int, holder: ExitStack) -> None:
        name, title = child(division, "gliederungsbez"), child(division, "gliederungstitel")
        label = plain(name)
        kind = division_kind(label, "de") or self._levels[min(depth, len(self._levels)) - 1]
        if "anlage" in label.casefold() or "anhang" in label.casefold():
            kind = _K.ANNEX
        holder.enter_context(self.out.element(kind, division_number(label, "de")))
        if name is not None:
            self.number(name, depth, "chapter-number")
        if title is not None:
            self.heading(title, depth, "chapter-title")

    def _norm(self, norm: Node, metadata: Node | None, heads: bool) -> None:
        label, title = child(metadata, "enbez"), child(metadata, "titel")
        name = plain(label)
        with ExitStack() as holder:
            kind = _kind_of(name)
            if kind is not None:
                number = "" if kind in (_K.PREAMBLE, _K.SIGNATURE) else bare_number(name)
                holder.enter_context(self.out.element(kind, number, sign=name.startswith("§")))
            if kind is _K.CONTENTS:
                self._contents(norm)
                return
            if label is not None and name:
                self.number(label, 1, "article-number")
            if title is not None and plain(title):
                self.heading(title, 1, "article-title")
            if not heads and kind is None and metadata is not None and title is None and label is None:
                self._names(metadata)
            for part in children(find(norm, "textdaten")):
                (self.remark if local(part) == "fussnoten" else self.closed)(part)

    def _names(self, metadata: Node) -> None:
        """The first norm is of the act as a whole: its long name is the title."""
        for name in ("langue", "kurzue", "jurabk"):
            node = child(metadata, name)
            if node is not None and plain(node):
                self.flow(node)
                self.out.heading(1, "doc-title", names=False)
                return

    def _contents(self, norm: Node) -> None:
        for entry in children(norm):
            for row in findall(entry, "row", "enbez", "P", "entry") if find(entry, "row") is not None else [entry]:
                if local(row) not in ("row", "textdaten", "enbez", "metadaten"):
                    continue
                for cell in list(findall(row, "entry")) or [row]:
                    self.flow(cell)
                    self.out.space()
                self.out.paragraph(BlockRole.CONTENTS, "contents")

    def paragraph(self, node: Node) -> None:
        """A paragraph: an Absatz where it begins with its number in brackets."""
        if _K.POINT in self.out.kinds or _K.ARTICLE not in self.out.kinds or not _ABSATZ.match(node.text or ""):
            self.block(node)
            return
        self.out.paragraph(ahead=True)
        with ExitStack() as holder:
            self._open_absatz(node.text, holder)
            self._tails(node)

    def items(self, node: Node) -> None:
        """A list: a term is the number of the item that follows."""
        self.out.paragraph()
        term: Node | None = None
        dashes = 0
        for each in children(node):
            if local(each) == "DT":
                term = each
                continue
            mark = plain(term)
            dash = not mark or mark in self._dashes
            dashes += dash
            number = str(dashes) if dash else bare_number(mark) or mark.strip("().")
            with self.out.element(_K.INDENT if dash else _K.POINT, number):
                if term is not None:
                    self.label(term)
                self.closed(each)
            term = None

    def reference(self, node: Node) -> None:
        """The mark of a footnote."""
        self.out.mark("", attribute(node, "ID"))

    def footnotes(self, node: Node) -> None:
        """The footnotes of a norm, each with its sign."""
        for each in children(node):
            if local(each) != "Footnote":
                self.visit(each)
                continue
            self.out.note(attribute(each, "ID"), plain(child(each, "FnZ")), self.captured(each, "FnZ"))

    def meta(self, root: Node) -> dict[str, str]:
        metadata = find(root, "metadaten")
        if metadata is None:
            return {}

        def of(*names: str) -> str:
            return next(filter(None, (plain(child(metadata, name)) for name in names)), "")

        return {
            "title": of("langue", "kurzue", "jurabk"),
            "short_title": of("kurzue"),
            "abbreviation": of("amtabk", "jurabk"),
            "enacted": of("ausfertigung-datum")[:10],
            "language": "de",
            "jurisdiction": "DE",
        }


def _kind_of(name: str) -> ProvisionKind | None:
    """What a norm is by its name ("§ 5", "Art 3", "Anlage 2", "Inhaltsübersicht", "Eingangsformel")."""
    folded = name.casefold()
    if folded.startswith("inhalts"):
        return _K.CONTENTS
    if folded.startswith(("eingangs", "präambel", "vorspruch")):
        return _K.PREAMBLE
    if folded.startswith(("schluß", "schluss")):
        return _K.SIGNATURE
    if folded.startswith(("anlage", "anhang")):
        return _K.ANNEX
    return _K.ARTICLE if name else None


# The heading of the act's own words.
_TEXT = "Text"
_ANNEX = re.compile(r"\s*(?:Anlage|Anhang|Anl\.|Anh\.)(?!\w)", re.IGNORECASE)
_SIGN = re.compile(r"(?:§|Art)")
#: The head of the gazette's pages.
_GAZETTE = re.compile(r"BGBl\. I{1,3} - Ausgegeben am .{6,20} - Nr\. \d{1,4}")
_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})$")
_LEVELS = {_K.PART: 1, _K.TITLE: 2, _K.CHAPTER: 3, _K.SECTION: 4, _K.SUBSECTION: 5}


class RisReader(_GermanReader):
    """RIS, the Austrian legal information system: one provision of an act a file, or an act of the gazette.

    What the system says of a provision (when it came into force, where it was published) stands in the file as headings
    with a line of text each; it comes as notes at the end, the act's short title and dates in ``meta``, too. A section
    begins with its sign (``gldsym``), an Absatz with its number in brackets.
    """

    handlers = {  # noqa: RUF012
        "parts": "abschnitt",
        "block": "absatz schlussteil schluss listelem",
        "flow": "liste",
        "items": "aufzaehlung",
        "table": "table",
        "note": "fzanm fnanm",
        "contents": "inhaltsvz",
    }
    # Running heads and page numbers, data of the page.
    silent = names("metadaten layoutdaten kzinhalt fzinhalt binary")
    breaks = names("br tab nbsp")

    def __init__(self, writer: OutlineWriter, root: Node) -> None:
        super().__init__(writer, root)
        # What the system says of the provision, by the kind of the statement.
        self._stated: dict[str, str] = {}
        self._remarks: list[str] = []
        self._headings: list[Node] = []

    def act(self, root: Node) -> None:
        """The text of the file, then the system's remarks on it as notes."""
        self.out.loose = True
        self.flow(root)
        self.out.paragraph()
        self.out.loose = False
        for number, remark in enumerate(self._remarks):
            self.out.note(f"said-{number}", "", [remark])

    def parts(self, node: Node) -> None:
        """Headings, paragraphs and lists side by side: divisions and sections stay open until the next."""
        with OpenLevels() as divisions:
            article = divisions.enter_context(ExitStack())
            inner = divisions.enter_context(ExitStack())
            label = ""
            for each in children(node):
                name = local(each)
                if name == "ueberschrift":
                    following = each.getnext()
                    if following is not None and _is_remark(following):
                        label = plain(each)
                    elif self._heads_annex(each):
                        self.heading(each, 1, "group-title", names=False)
                        self._annex(article)
                    else:
                        inner.close()
                        self._heading(each, divisions, article)
                elif _is_remark(each):
                    self._remark(label, each)
                    label = ""
                elif name == "absatz" and any(True for _ in children(each, "gldsym")):
                    inner.close()
                    article.close()
                    self._section(each, article, inner)
                elif name == "absatz" and _ABSATZ.match(each.text or "") and _K.ARTICLE in self.out.kinds:
                    inner.close()
                    self._open_absatz(each.text, inner)
                    self._tails(each)
                    self.out.paragraph()
                else:
                    self._pending()
                    self.visit(each)
            self._pending()

    def _heads_annex(self, node: Node) -> bool:
        """Whether a heading stands above the act's own words, behind what the system says of the provision."""
        return attribute(node, "typ") == "titel" and plain(node) == _TEXT and bool(self._stated)

    def _remark(self, label: str, node: Node) -> None:
        """A line that the system says of the provision."""
        kind, words = attribute(node, "ct"), plain(node)
        if kind:
            self._stated.setdefault(kind, words)
        text = " ".join(self.captured(node))
        self._remarks.append(f"{label}: {text}" if label else text)

    def _annex(self, article: ExitStack) -> None:
        """An annex is known by what the system calls it."""
        name = self._stated.get("artikel_anlage", "")
        if _ANNEX.match(name):
            article.close()
            article.enter_context(self.out.element(_K.ANNEX, bare_number(name)))

    def _heading(self, node: Node, divisions: OpenLevels, article: ExitStack) -> None:
        """A division's number, its name, or the name of the section that follows."""
        words = plain(node)
        kind = division_kind(words, "de") if len(words) < 120 else None
        if _ANNEX.match(words):
            kind = _K.ANNEX
        if kind is None:
            self._headings.append(node)
            return
        self._pending()
        article.close()
        level = _LEVELS.get(kind, 0)
        divisions.open(level).enter_context(self.out.element(kind, division_number(words, "de")))
        self.number(node, max(level, 1), "chapter-number")

    def _pending(self) -> None:
        """Headings that no section follows are of what is open, or of nothing."""
        for node in self._headings:
            kinds = self.out.kinds
            self.heading(node, 2, "group-title", names=bool(kinds) and kinds[-1] in (*_LEVELS, _K.ANNEX))
        self._headings = []

    def _section(self, node: Node, article: ExitStack, inner: ExitStack) -> None:
        """A section: its sign, and perhaps its first Absatz."""
        sign = next(children(node, "gldsym"))
        words = plain(sign)
        # All but the last heading are of the division.
        last = self._headings.pop() if self._headings else None
        if last is not None and attribute(last, "typ").startswith("g"):
            self._headings.append(last)
            last = None
        self._pending()
        kind = _K.ARTICLE if _SIGN.match(words) or not _ANNEX.match(words) else _K.ANNEX
        article.enter_context(self.out.element(kind, bare_number(words), sign=words.startswith("§")))
        if last is not None:
            self.heading(last, 5, "article-title")
        self.label(sign)
        self._open_absatz(sign.tail or "", inner)
        self._tails(sign.itersiblings())
        self.out.paragraph()

    def items(self, node: Node) -> None:
        """A list: lists inside of it are of the item before them."""
        self.out.paragraph()
        dashes = 0
        with ExitStack() as item:
            for each in children(node):
                if local(each) != "listelem":
                    self.visit(each)
                    continue
                item.close()
                mark = plain(child(each, "symbol"))
                dashes += not bare_number(mark)
                item.enter_context(self.item(mark, dashes))
                self.numbered(each, "symbol")
                self.out.paragraph()

    def note(self, node: Node) -> None:
        """A footnote where it is referred to."""
        self._notes += 1
        mark, key, paragraphs = str(self._notes), f"note-{self._notes}", self.captured(node)
        self.out.mark(mark, key)
        self.out.note(key, mark, paragraphs)

    def contents(self, node: Node) -> None:
        """A table of contents, an entry a paragraph."""
        for each in list(findall(node, "absatz")) or [node]:
            super().contents(each)

    def meta(self, root: Node) -> dict[str, str]:
        stated = self._stated
        title = stated.get("langtitel") or stated.get("kurztitel", "")
        heads = (plain(n) for n in findall(root, "kzinhalt"))
        first = next((plain(n) for n in findall(root, "ueberschrift") if attribute(n, "typ") == "titel"), "")
        return {
            "title": title or first,
            "short_title": stated.get("kurztitel", ""),
            "abbreviation": stated.get("abkuerzung", ""),
            "number": stated.get("doknr") or next(filter(_GAZETTE.fullmatch, heads), ""),
            "version_date": _iso(stated.get("ikra", "")),
            "expired": _iso(stated.get("akra", "")),
            "language": "de",
            "jurisdiction": "AT",
        }


def _is_remark(node: Node) -> bool:
    """Whether the system says this of the provision. In old files, paragraphs of the act itself have the same type."""
    return attribute(node, "typ") == "erltext" and attribute(node, "ct") != "text"


def _iso(text: str) -> str:
    found = _DATE.match(text)
    return f"{found.group(3)}-{int(found.group(2)):02}-{int(found.group(1)):02}" if found else ""


FORMATS = (
    GiiReader.format(
        "gesetze-im-internet XML", lambda root: local(root) == "dokumente" and child(root, "norm") is not None
    ),
    RisReader.format("RIS XML", lambda root: local(root) == "risdok"),
)
