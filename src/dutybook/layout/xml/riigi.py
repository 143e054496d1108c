"""Riigi Teataja: Estonian acts, as adopted and consolidated.

Sections (``paragrahv``) have subsections (``loige``) and items (``alampunkt``). Acts that amend others hold their text as HTML
inside of the XML: numbered changes are its items, what stands in quotation marks is new text for the other act. Raised
figures are part of a number (``§ 3¹``) and are kept apart from it.
"""

from __future__ import annotations

import re
from contextlib import ExitStack

from dutybook.layout.drafts import squeeze
from dutybook.layout.html import fragment
from dutybook.layout.limits import Limits
from dutybook.layout.xml.base import ActWalker, XmlFormat
from dutybook.layout.xml.tree import Node, attribute, child, children, find, local, plain
from dutybook.layout.xml.writer import OutlineWriter
from dutybook.reasons import Reason
from dutybook.records import Layout, ProvisionKind

_K = ProvisionKind
_DIVISIONS = {
    "osa": _K.PART,
    "jaotis": _K.TITLE,
    "peatykk": _K.CHAPTER,
    "jagu": _K.SECTION,
    "jaguNR": _K.SECTION,
    "alljaotis": _K.SUBSECTION,
    "alljagu": _K.SUBSECTION,
}
# Data of the file; numbers that are printed from another element.
_SILENT = frozenset({"metaandmed", "aktiviide"})
_NUMBERS = {
    **{name: f"{name}Nr" for name in _DIVISIONS},
    "paragrahv": "paragrahvNr",
    "loige": "loigeNr",
    "alampunkt": "alampunktNr",
    "lisa": "lisaNr",
}
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_DIGIT = r"\d{1,4}[⁰¹²³⁴⁵⁶⁷⁸⁹]{0,3}"
_CHANGE = re.compile(rf"({_DIGIT})\)\s")
_SUBSECTION = re.compile(rf"\(({_DIGIT})\)\s")
_SECTION = re.compile(rf"§\s?({_DIGIT})\.\s")
# Stands for a line break (a noncharacter: no text has it).
_LINE = "\ufdd2"
_OPENS, _CLOSES = '„“"', re.compile(r"[”“\"][\s;.,]*$")


class RiigiReader(ActWalker):
    handlers = {  # noqa: RUF012 - as in the base
        **dict.fromkeys(_DIVISIONS, "division"),
        "pealkiri": "name",
        "preambul": "preamble",
        "paragrahv": "section",
        "loige": "labelled",
        "alampunkt": "labelled",
        "lisa": "division",
        "tavatekst": "block",
        "tekst": "block",
        "HTMLKonteiner": "markup",
        "sup": "raised",
        "sisu": "body",
        "muutmismarge": "remark",
        "normtehnmarkus": "remark",
        "markus": "remark",
        "kuvatavNr": "stray_number",
        "allkiri": "signature",
        "allkirjastaja": "block",
        "p": "block",
        "li": "block",
        "table": "table",
    }
    silent = _SILENT
    breaks = frozenset({"br", "reavahetus", "ametinimetus", "eesnimi", "perekonnanimi", "allkiriKoht"})

    def __init__(self, writer: OutlineWriter) -> None:
        super().__init__(writer)
        self._notes = 0

    def remark(self, node: Node) -> None:
        """What changed a provision, and when: at the end."""
        with self.out.capture() as paragraphs:
            self.flow(node)
        if paragraphs:
            self._notes += 1
            self.out.mark("", f"remark-{self._notes}")
            self.out.note(f"remark-{self._notes}", "", paragraphs)

    def raised(self, node: Node) -> None:
        """Raised figures."""
        self.out.text("".join(node.itertext()).translate(_RAISED))

    # -- provisions ---------------------------------------------------------------------------------------------

    def division(self, node: Node) -> None:
        """A part, a chapter, an annex."""
        kind = _DIVISIONS.get(local(node), _K.ANNEX)
        with self.out.element(kind, self._bare(node)):
            self._depth += 1
            self._headed(node, "annex" if kind is _K.ANNEX else "chapter")
            self._depth -= 1

    def section(self, node: Node) -> None:
        """A section."""
        with self.out.element(_K.ARTICLE, self._bare(node), sign=True):
            self._headed(node, "article")

    def _headed(self, node: Node, hint: str) -> None:
        number = _NUMBERS[local(node)]
        printed = child(node, "kuvatavNr")
        self.out.text(node.text)
        for each in node:
            name = local(each)
            if name == "kuvatavNr" or (name == number and not plain(printed)):
                self.number(each, self._depth + 1, f"{hint}-number")
            elif name.endswith("Pealkiri"):
                self.heading(each, self._depth + 1, f"{hint}-title")
            elif name != number:
                self.visit(each)
            self.out.text(each.tail)

    def labelled(self, node: Node) -> None:
        """A subsection or an item, its number before its text."""
        name = local(node)
        number, printed = child(node, _NUMBERS[name]), child(node, "kuvatavNr")
        bare = self._bare(node)
        if not bare:
            self.rest(node, _NUMBERS[name])
            self.out.paragraph()
            return
        with self.out.element(_K.PARAGRAPH if name == "loige" else _K.POINT, bare):
            if printed is not None and plain(printed):
                self.label(printed)
            elif number is not None:
                self.out.label(f"({bare})" if name == "loige" else f"{bare})")
            self.rest(node, _NUMBERS[name], "kuvatavNr")

    def _bare(self, node: Node) -> str:
        number = child(node, _NUMBERS[local(node)])
        raised = attribute(number, "ylaIndeks") if number is not None else ""
        return plain(number).strip("().§ ") + raised.translate(_RAISED)

    # -- HTML as text -------------------------------------------------------------------------------------------

    def markup(self, node: Node) -> None:
        """A text that is HTML: numbered changes, and new text in quotation marks."""
        body = fragment("".join(node.itertext()))
        if body is None:
            self.block(node)
            return
        self.out.paragraph()
        with ExitStack() as stack:
            change = stack.enter_context(ExitStack())
            quotation = stack.enter_context(ExitStack())
            inner = stack.enter_context(ExitStack())
            for each in children(body):
                words = squeeze("".join(each.itertext()))
                raised = squeeze(_with_raised(each).replace(_LINE, " "))
                if local(each) in ("table", "ul", "ol") or not words:
                    self.visit(each)
                    continue
                if not self.out.quoting:
                    found = _CHANGE.match(raised)
                    if found:
                        change.close()
                        change.enter_context(self.out.element(_K.POINT, found.group(1)))
                    if raised[0] in _OPENS:
                        quotation.enter_context(self.out.quotation())
                if self.out.quoting:
                    self._quoted(each, raised.lstrip(_OPENS), inner)
                else:
                    self._numbered(each, _CHANGE.match(raised))
                if self.out.quoting and _CLOSES.search(raised):
                    inner.close()
                    quotation.close()
                self.out.paragraph()
            inner.close()
            quotation.close()
            change.close()

    def _quoted(self, node: Node, words: str, inner: ExitStack) -> None:
        """A paragraph of new text: a section, a subsection, an item, or what goes on in one."""
        section, subsection, item = _SECTION.match(words), _SUBSECTION.match(words), _CHANGE.match(words)
        if section:
            inner.close()
            inner.enter_context(self.out.element(_K.ARTICLE, section.group(1), sign=True))
            self.heading(node, self._depth + 2, "article-title")
            return
        found, kind = (subsection, _K.PARAGRAPH) if subsection else (item, _K.POINT)
        if found is None:
            self.block(node)
            return
        with self.out.element(kind, found.group(1)):
            self._numbered(node, found)

    def _numbered(self, node: Node, found: re.Match[str] | None) -> None:
        """A paragraph whose number is its first words; an opening quotation mark may stand before it."""
        self.out.paragraph(ahead=True)
        if found is None:
            self.block(node)
            return
        words, *lines = filter(None, (squeeze(line) for line in _with_raised(node).split(_LINE)))
        end = len(words) - len(words.lstrip(_OPENS)) + found.end()
        self.out.label(words[:end].strip())
        self.out.text(words[end:])
        self.out.paragraph()
        for line in lines:
            item = _CHANGE.match(line)
            if item is None:
                self.out.text(line)
                self.out.paragraph()
                continue
            with self.out.element(_K.POINT, item.group(1)):
                self.out.label(item.group().strip())
                self.out.text(line[item.end() :])

    def table(self, node: Node) -> None:
        """A table of HTML."""
        self.rows(node, ("tr",), ("td", "th"))


def _with_raised(node: Node) -> str:
    """All text of an element, its raised figures as such, its line breaks marked."""
    parts = [node.text or ""]
    for each in node:
        inner = _with_raised(each)
        parts += [inner.translate(_RAISED) if local(each) == "sup" else _LINE if local(each) == "br" else inner]
        parts.append(each.tail or "")
    return "".join(parts)


def _meta(root: Node) -> dict[str, str]:
    def of(*path: str) -> str:
        found: Node | None = root
        for name in path:
            found = find(found, name) if found is not None else None
        return plain(found)

    return {
        "title": of("aktinimi", "pealkiri") or of("pealkiri"),
        "number": of("globaalID") or of("aktViide"),
        "published": of("avaldamineKuupaev")[:10],
        "enacted": of("aktikuupaev")[:10],
        "version_date": of("kehtivuseAlgus")[:10],
        "language": "et",
        "jurisdiction": "EE",
    }


def _read(root: Node, limits: Limits, problems: tuple[Reason, ...]) -> Layout:
    writer = OutlineWriter(limits=limits, what="file")
    RiigiReader(writer).flow(root)
    return writer.finish(_meta(root), problems)


def _matches(root: Node) -> bool:
    return local(root) in ("oigusakt", "akt") and (find(root, "paragrahv", "sisu") is not None)


FORMAT = XmlFormat("Riigi Teataja XML", _matches, _read, _SILENT | {"HTMLKonteiner"} | frozenset(_NUMBERS.values()))
