"""RIS, the Austrian legal information system: one provision of an act a file, or an act of the gazette.

What the system says of a provision (when it came into force, where it was published) stands in the file as headings with a
line of text each; it comes as notes at the end, the act's short title and dates in ``meta``, too. A section begins with
its sign (``gldsym``), an Absatz with its number in brackets.
"""

from __future__ import annotations

import re
from contextlib import ExitStack

from dutybook.layout.limits import Limits
from dutybook.layout.xml.base import Walker, XmlFormat
from dutybook.layout.xml.numbers import bare_number, division_kind, division_number
from dutybook.layout.xml.tree import Node, attribute, children, findall, local, plain
from dutybook.layout.xml.writer import OutlineWriter
from dutybook.reasons import Reason
from dutybook.records import BlockRole, Layout, ProvisionKind

_K = ProvisionKind
# Running heads and page numbers, data of the page.
_SILENT = frozenset({"metadaten", "layoutdaten", "kzinhalt", "fzinhalt", "binary"})
_ABSATZ = re.compile(r"\s*\((\d+\s?[a-z]{0,2})\)(?=\s|$)")
_ANNEX = re.compile(r"\s*(?:Anlage|Anhang|Anl\.|Anh\.)(?!\w)", re.IGNORECASE)
_SIGN = re.compile(r"(?:§|Art)")
_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})$")
_LEVELS = {_K.PART: 1, _K.TITLE: 2, _K.CHAPTER: 3, _K.SECTION: 4, _K.SUBSECTION: 5}
_DASHES = frozenset("—–-−•·*◦▪")
# The heading of the act's own words.
_TEXT = "Text"


class RisReader(Walker):
    handlers = {  # noqa: RUF012 - as in the base
        "abschnitt": "parts",
        "absatz": "block",
        "liste": "flow",
        "aufzaehlung": "items",
        "schlussteil": "tail",
        "listelem": "block",
        "table": "table",
        "fzanm": "note",
        "fnanm": "note",
        "inhaltsvz": "contents",
    }
    silent = _SILENT
    breaks = frozenset({"br", "tab", "nbsp"})

    def __init__(self, writer: OutlineWriter, stated: dict[str, str]) -> None:
        """``stated`` takes what the system says of the provision, by the kind of the statement."""
        super().__init__(writer)
        self.stated = stated
        self._notes = 0
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

    # -- a row of paragraphs ------------------------------------------------------------------------------------

    def parts(self, node: Node) -> None:
        """Headings, paragraphs and lists side by side: divisions and sections stay open until the next."""
        with ExitStack() as everything:
            divisions: list[tuple[int, ExitStack]] = []
            article = everything.enter_context(ExitStack())
            inner = everything.enter_context(ExitStack())
            label = ""
            for each in children(node):
                name = local(each)
                if name == "ueberschrift":
                    following = each.getnext()
                    if following is not None and attribute(following, "typ") == "erltext":
                        label = plain(each)
                    elif self._heads_annex(each):
                        self._head(each, 1, names=False)
                        self._annex(article)
                    else:
                        inner.close()
                        self._heading(each, divisions, article, everything)
                elif attribute(each, "typ") == "erltext":
                    self._remark(label, each)
                    label = ""
                elif name == "absatz" and any(True for _ in children(each, "gldsym")):
                    inner.close()
                    article.close()
                    self._section(each, article, inner)
                elif name == "absatz" and _ABSATZ.match(each.text or "") and _K.ARTICLE in self.out.kinds:
                    inner.close()
                    self._absatz(each, inner)
                else:
                    self._pending()
                    self.visit(each)
            self._pending()

    def _heads_annex(self, node: Node) -> bool:
        """Whether a heading stands above the act's own words, behind what the system says of the provision."""
        return attribute(node, "typ") == "titel" and plain(node) == _TEXT and bool(self.stated)

    def _remark(self, label: str, node: Node) -> None:
        """A line that the system says of the provision."""
        kind, words = attribute(node, "ct"), plain(node)
        if kind:
            self.stated.setdefault(kind, words)
        with self.out.capture() as paragraphs:
            self.flow(node)
        text = " ".join(paragraphs)
        self._remarks.append(f"{label}: {text}" if label else text)

    def _annex(self, article: ExitStack) -> None:
        """An annex is known by what the system calls it."""
        name = self.stated.get("artikel_anlage", "")
        if _ANNEX.match(name):
            article.close()
            article.enter_context(self.out.element(_K.ANNEX, bare_number(name)))

    def _heading(
        self, node: Node, divisions: list[tuple[int, ExitStack]], article: ExitStack, everything: ExitStack
    ) -> None:
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
        while divisions and divisions[-1][0] >= level:
            divisions.pop()[1].close()
        holder = everything.enter_context(ExitStack())
        divisions.append((level, holder))
        holder.enter_context(self.out.element(kind, division_number(words, "de")))
        self.number(node, max(level, 1), "chapter-number")

    def _pending(self) -> None:
        """Headings that no section follows are of what is open, or of nothing."""
        for node in self._headings:
            kinds = self.out.kinds
            self._head(node, 2, names=bool(kinds) and kinds[-1] in (*_LEVELS, _K.ANNEX))
        self._headings = []

    def _head(self, node: Node, level: int, *, names: bool) -> None:
        self.out.paragraph(ahead=True)
        self.flow(node)
        self.out.heading(level, "group-title", names=names)

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
        start = _ABSATZ.match(sign.tail or "")
        if start is not None:
            inner.enter_context(self.out.element(_K.PARAGRAPH, start.group(1).replace(" ", "")))
            self.out.label(start.group().strip())
        self.out.text((sign.tail or "")[start.end() if start else 0 :])
        for each in sign.itersiblings():
            self.visit(each)
            self.out.text(each.tail)
        self.out.paragraph()

    def _absatz(self, node: Node, inner: ExitStack) -> None:
        text = node.text or ""
        start = _ABSATZ.match(text)
        if start is None:
            return
        inner.enter_context(self.out.element(_K.PARAGRAPH, start.group(1).replace(" ", "")))
        self.out.label(start.group().strip())
        self.out.text(text[start.end() :])
        for each in node:
            self.visit(each)
            self.out.text(each.tail)
        self.out.paragraph()

    # -- lists --------------------------------------------------------------------------------------------------

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
                symbol = next(children(each, "symbol"), None)
                mark = plain(symbol)
                bare = bare_number(mark) if mark not in _DASHES else ""
                dashes += not bare
                item.enter_context(self.out.element(_K.POINT if bare else _K.INDENT, bare or str(dashes)))
                if symbol is not None:
                    self.label(symbol)
                self.rest(each, "symbol")
                self.out.paragraph()

    def tail(self, node: Node) -> None:
        """What goes on behind a list."""
        self.block(node)

    # -- notes and tables ---------------------------------------------------------------------------------------

    def note(self, node: Node) -> None:
        """A footnote where it is referred to."""
        self._notes += 1
        with self.out.capture() as paragraphs:
            self.flow(node)
        self.out.mark(str(self._notes), f"note-{self._notes}")
        self.out.note(f"note-{self._notes}", str(self._notes), paragraphs)

    def contents(self, node: Node) -> None:
        """A table of contents."""
        for each in list(findall(node, "absatz")) or [node]:
            self.styled(each, BlockRole.CONTENTS, "contents")

    def table(self, node: Node) -> None:
        """A table."""
        self.rows(node, ("tr",), ("td", "th"))


def _iso(text: str) -> str:
    found = _DATE.match(text)
    return f"{found.group(3)}-{int(found.group(2)):02}-{int(found.group(1)):02}" if found else ""


def _meta(root: Node, stated: dict[str, str]) -> dict[str, str]:
    title = stated.get("langtitel") or stated.get("kurztitel", "")
    first = next((plain(n) for n in findall(root, "ueberschrift") if attribute(n, "typ") == "titel"), "")
    return {
        "title": title or first,
        "short_title": stated.get("kurztitel", ""),
        "abbreviation": stated.get("abkuerzung", ""),
        "number": stated.get("doknr", ""),
        "version_date": _iso(stated.get("ikra", "")),
        "expired": _iso(stated.get("akra", "")),
        "language": "de",
        "jurisdiction": "AT",
    }


def _read(root: Node, limits: Limits, problems: tuple[Reason, ...]) -> Layout:
    writer = OutlineWriter(limits=limits, what="file")
    stated: dict[str, str] = {}
    reader = RisReader(writer, stated)
    reader.act(root)
    return writer.finish(_meta(root, stated), problems)


FORMAT = XmlFormat("RIS XML", lambda root: local(root) == "risdok", _read, _SILENT)
