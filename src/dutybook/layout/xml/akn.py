"""Akoma Ntoso: acts of the Union's institutions, of Finland, Italy, Luxembourg, Switzerland and others.

What an element is called says its kind; a few names mean another kind in another country (a Finnish ``section`` is an
article, a British ``paragraph`` in a ``subsection`` is a point), which the elements around it say.
"""

from __future__ import annotations

import re

from dutybook.layout.drafts import names, squeeze
from dutybook.layout.trees import Node, attribute, child, children, find, findall, local, plain
from dutybook.layout.xml.base import Walker, bare_number, division_number, item_label, language_code
from dutybook.layout.xml.writer import OutlineWriter
from dutybook.reasons import Why, because
from dutybook.records import BlockRole, ProvisionKind

_K = ProvisionKind
# Names that always mean the same.
_KINDS = {
    **dict.fromkeys(("book", "tome", "part"), _K.PART),
    "title": _K.TITLE,
    "chapter": _K.CHAPTER,
    **dict.fromkeys(("subpart", "subchapter", "division"), _K.SECTION),
    **dict.fromkeys(("subtitle", "subdivision"), _K.SUBSECTION),
    **dict.fromkeys(("article", "regulation", "rule"), _K.ARTICLE),
    **dict.fromkeys(("point", "item", "subparagraph", "subclause"), _K.POINT),
    **dict.fromkeys(("clause", "transitional"), _K.PARAGRAPH),
    "indent": _K.INDENT,
    **dict.fromkeys(("annex", "schedule", "appendix", "attachment"), _K.ANNEX),
    "crossheading": _K.HEADING,
}
# These depend on what stands around them.
_RELATIVE = names("section subsection paragraph alinea hcontainer level proviso")
_DIVISIONS = frozenset({_K.PART, _K.TITLE, _K.CHAPTER, _K.SECTION, _K.SUBSECTION, _K.ANNEX, _K.HEADING})
_DASHES = frozenset("—–-−•·*▪●◦‒―")
_LONGEST_TITLE = 200
# What these elements are without a number.
_UNNUMBERED: dict[str, ProvisionKind | None] = {
    **dict.fromkeys(("item", "point", "indent"), _K.INDENT),
    **dict.fromkeys(("subparagraph", "clause", "subclause")),
}


def _article_inside(kinds: tuple[ProvisionKind, ...]) -> tuple[ProvisionKind, ...]:
    """The open kinds from the innermost article or annex on; empty outside of both."""
    at = max((index for index, kind in enumerate(kinds) if kind in (_K.ARTICLE, _K.ANNEX)), default=len(kinds))
    return kinds[at:]


def _kind_by_heading(node: Node, words: str) -> ProvisionKind | None:
    """The kind of an element whose name does not tell: a heading if it has one, else a point if it is numbered."""
    if child(node, "heading") is not None:
        return _K.HEADING
    return _K.POINT if words else None


def _rubric_of(node: Node) -> Node | None:
    """An article's title that stands where its first paragraph should be (Normattiva): unnumbered, before numbered ones."""
    if local(node) != "article" or plain(child(node, "heading")):
        return None
    paragraphs = list(children(node, "paragraph"))
    if len(paragraphs) < 2 or plain(child(paragraphs[0], "num")) or not plain(child(paragraphs[1], "num")):
        return None
    text = plain(paragraphs[0])
    enclosed = text.startswith("(") and text.endswith((")", ")."))
    return paragraphs[0] if 0 < len(text) < _LONGEST_TITLE and (enclosed or text[-1] not in ".:;") else None


_DATE = re.compile(r"(?:1[89]|20)\d\d-\d\d-\d\d")
_PUBLISHED = ("publ", "verkuendungsdatum", "verkuendung")
# Dates of making are no dates of a version.
_MADE = ("issued", "enact", "made", "sign", "document", "ausfertigung")


def _language_of(root: Node) -> str:
    """The language of the expression, ISO 639-1."""
    stated = attribute(find(root, "FRBRlanguage"), "language"), _jolux(root, "language"), attribute(root, "lang")
    return next(filter(None, map(language_code, stated)), "")


def _title(root: Node, lines: list[str], work: Node | None, language: str) -> str:
    stated = _title_of_preface(root, lines) or _jolux(root, "title")
    if stated:
        return stated
    named = children(work, "FRBRname", "FRBRalias")
    titles = (attribute(name, "value") for name in named if _is_title(name, language))
    return next((title for title in titles if " " in title), "") or " ".join(lines)


def _title_of_preface(root: Node, lines: list[str]) -> str:
    preface, number = find(root, "preface"), plain(find(root, "docNumber"))
    for name in ("docTitle", "longTitle", "shortTitle"):
        found = find(preface, name)
        if found is not None and plain(found):
            without = [line.replace(number, "").strip() if number else line for line in lines]
            return (name != "docTitle" and " ".join(without)) or _spaced(found)
    return ""


def _is_title(name: Node, language: str) -> bool:
    """Whether a name of the work is its title in this language, or in one that is not given."""
    if language_code(attribute(name, "lang")) not in ("", language):
        return False
    return local(name) == "FRBRname" or "title" in attribute(name, "name").lower()


def _spaced(node: Node) -> str:
    """Text in which line breaks part words, without notes."""
    parts = [node.text or ""]
    for each in children(node):
        inner = "" if local(each) in ("authorialNote", "noteRef") else _spaced(each)
        parts.append(f" {inner} " if local(each) in ("br", "p", "li", "eol") else inner)
        parts.append(each.tail or "")
    return squeeze("".join(parts))


def _date(text: str) -> str:
    found = _DATE.match(text)
    return found.group() if found else ""


def _dates(level: Node | None) -> list[tuple[str, str]]:
    return [(attribute(d, "name").lower(), _date(attribute(d, "date"))) for d in children(level, "FRBRdate")]


def _dated(level: Node | None, words: tuple[str, ...]) -> str:
    return next((date for word in words for name, date in _dates(level) if word in name and date), "")


def _version(work: Node | None, expression: Node | None, published: str) -> str:
    """The expression's date, where it is not the work's own."""
    own = {date for _, date in _dates(work) if date} | {published}
    named = _dates(expression)
    dates = [date for name, date in named if date and not any(word in name for word in (*_MADE, *_PUBLISHED))]
    consolidated = [date for date in dates if date not in own]
    applied = [date for name, date in named if "applicability" in name and date]
    return next(iter([*applied, *consolidated]), "")


def _jolux(root: Node, name: str) -> str:
    found = next((e for e in findall(root, "jolux") if attribute(e, "name") == name), None)
    return squeeze(plain(found).replace("\\n", " "))


def _eli(root: Node, work: Node | None) -> str:
    """The work's European Legislation Identifier, as the file writes it."""
    stated = [*(attribute(e, "value") for e in children(work)), _jolux(root, "uriThis")]
    jolux = [plain(e) for e in findall(root, "jolux") if attribute(e, "name") in ("uriThis", "realizes")]
    for value in (*stated[:1], *stated, *jolux):
        if re.match(r"(?:https?://\S*/)?eli/\S+$", value):
            plainer = attribute(child(work, "FRBRuri"), "value")
            return plainer if plainer and value.startswith(plainer) else value
    return ""


def _urn(work: Node | None) -> str:
    """The name of an Italian act (``urn:nir:stato:legge:2031-03-03;77``), which other states do not use."""
    stated = (attribute(each, "value") for each in children(work, "FRBRalias"))
    return next((value for value in stated if value.startswith("urn:nir:")), "")


class AknReader(Walker):
    what = "Akoma Ntoso file"
    _apart = False
    handlers = {  # noqa: RUF012
        "block": (
            "p block longTitle formula content intro wrapUp listIntroduction listWrapUp list blockList container "
            "blockContainer tblock interstitial signature citation citations coverPage introduction background decision "
            "arguments remedies motivation"
        ),
        "container": " ".join([*_KINDS, *_RELATIVE]),
        "preface": "preface",
        "preamble": "preamble",
        "recital": "recital",
        "body": "body mainBody",
        "signature": "conclusions",
        "label": "num",
        "stray_heading": "heading subheading crossHeading",
        "contents": "toc",
        "quotation": "quotedStructure embeddedStructure",
        "quoted_text": "quotedText embeddedText",
        "note": "authorialNote",
        "note_reference": "noteRef",
        "table": "table",
        "html_list": "ol ul",
        "html_item": "li",
        "picture": "img",
        "closed": "doc",
    }
    # About the file, or no more in the act.
    silent = names("meta del foreign")

    def __init__(self, writer: OutlineWriter, root: Node) -> None:
        super().__init__(writer, root)
        self.language = _language_of(root)
        self._title_lines: list[str] = []
        self._empty_quotations = 0
        self._in_title = False
        self._hint = ""
        self._articles = any(
            next(each.iterancestors("{*}quotedStructure"), None) is None for each in findall(root, "article")
        )
        self._kept = {attribute(n, "eId") or attribute(n, "id"): n for n in findall(root, "note")}

    # -- parts of the document ----------------------------------------------------------------------------------

    def preface(self, node: Node) -> None:
        """Title, number and date of the act, line by line."""
        self._in_title = True
        self.out.paragraph(ahead=True)
        self.flow(node)
        self._title_line()
        self._in_title = False

    def _title_line(self) -> None:
        line = self.out.running
        if line:
            self._title_lines.append(line)
            self.out.heading(1, "doc-title", names=False)

    def block(self, node: Node) -> None:
        """A paragraph; in the preface a line of the title."""
        if not self._in_title:
            self.styled(node, hint=self._hint)
            return
        self._title_line()
        self.flow(node)
        self._title_line()

    def preamble(self, node: Node) -> None:
        """Who acts and why."""
        before, self.out.loose, self._hint = self.out.loose, False, "preamble"
        self.flow(node)
        self.out.paragraph(hint=self._hint)
        self.out.loose, self._hint = before, ""

    def recital(self, node: Node) -> None:
        """A reason."""
        with self.out.element(_K.RECITAL, bare_number(plain(child(node, "num")))):
            self.labelled(node)

    def contents(self, node: Node) -> None:
        """A table of contents, an entry a paragraph."""
        self.out.paragraph(ahead=True)
        quoted = self.out.quoting
        role, hint = (BlockRole.BODY, "") if quoted else (BlockRole.CONTENTS, "contents")
        self.out.text(node.text)
        for each in children(node):
            for part in each:
                self.out.space()
                self.visit(part)
                self.out.text(part.tail)
            if not len(each):
                self.out.text(each.text)
            self.out.paragraph(role, hint)
            self.out.text(each.tail)

    # -- provisions ---------------------------------------------------------------------------------------------

    def container(self, node: Node) -> None:
        """A provision of any level."""
        words = plain(child(node, "num"))
        kind = self._kind(node, words)
        if kind is None:
            self.labelled(node) if words else self.flow(node)
            self.out.paragraph()
            return
        bare = division_number(words, self.language) if kind in _DIVISIONS else bare_number(words)
        if not bare and kind in (_K.INDENT, _K.PARAGRAPH, _K.SUBPARAGRAPH):
            bare = str(self._positions.of(node))
        if not bare and kind is _K.ANNEX:
            bare = _annex_number(node)
        with self.out.element(kind, bare, sign=kind is _K.ARTICLE and "§" in words):
            before, self._depth = self._depth, self._depth + (kind in _DIVISIONS)
            if kind in _DIVISIONS or kind is _K.ARTICLE:
                self._headed(node, kind)
            else:
                self.labelled(node)
            self._depth = before

    def _kind(self, node: Node, words: str) -> ProvisionKind | None:
        """The kind of a provision; None where an element is none: a wrapper, or an article's only, unnumbered paragraph.

        ``words`` are its number as printed.
        """
        name, around = local(node), self.out.kinds
        if name == "hcontainer":
            name = attribute(node, "name").lower().replace("_", "").replace("-", "")
            if name not in _KINDS and name not in _RELATIVE:
                return _kind_by_heading(node, words)
        if words in _DASHES and name not in ("article", "section"):
            return _K.INDENT
        if name == "section":
            # Where the act has articles, its sections are divisions.
            return _K.SECTION if self._articles and "§" not in words else _K.ARTICLE
        if name == "subsection":
            if not self.out.quoting and not _article_inside(around):
                return _K.SUBSECTION
            return _K.PARAGRAPH if words or self._positions.count(node) > 1 else None
        if name in ("paragraph", "alinea") and bare_number(words):
            return _K.POINT if _K.PARAGRAPH in (_article_inside(around) or around) else _K.PARAGRAPH
        return self._kind_by_name(node, name, words)

    def _kind_by_name(self, node: Node, name: str, words: str) -> ProvisionKind | None:
        if name in ("paragraph", "alinea"):
            further = name == "alinea" and self.out.kinds and self._positions.of(node) > 1
            return _K.SUBPARAGRAPH if further else None
        if name in ("level", "proviso"):
            # The marginal titles of Swiss acts, and what stands behind their articles.
            return _kind_by_heading(node, words)
        if name == "attachment":
            return _K.ANNEX if any(local(e) not in self.silent and plain(e) for e in children(node)) else None
        return _KINDS.get(name) if words else _UNNUMBERED.get(name, _KINDS.get(name))

    def _headed(self, node: Node, kind: ProvisionKind) -> None:
        """A provision whose number and heading are lines of their own."""
        hint = "article" if kind is _K.ARTICLE else "annex" if kind is _K.ANNEX else "chapter"
        level = self._depth if kind in _DIVISIONS else self._depth + 1
        rubric = _rubric_of(node)

        def paragraph(each: Node) -> None:
            if each is not rubric:
                self.visit(each)
                return
            self.out.paragraph(ahead=True)
            for part in findall(each):
                self.out.text(part.text)
                self.out.text(part.tail if part is not each else None)
            self.out.heading(level, "article-title")

        self.headed(node, level, hint, {"paragraph": paragraph})

    # -- lists of HTML ------------------------------------------------------------------------------------------

    def html_list(self, node: Node) -> None:
        """A list; its items count."""
        self.out.paragraph(ahead=True)
        self.flow(node)

    def html_item(self, node: Node) -> None:
        """An item: its number is the one that the list's attributes make."""
        label = item_label(node, self._positions)
        if self._in_title:
            self._title_line()
            self.out.text(f"{label} " if label else None)
            self.flow(node)
            self._title_line()
            return
        kind = _K.POINT if label else _K.INDENT
        with self.out.element(kind, bare_number(label) if label else str(self._positions.of(node))):
            self.out.label(label)
            self.flow(node)

    # -- quotations ---------------------------------------------------------------------------------------------

    def quotation(self, node: Node) -> None:
        """New text for another act."""
        if not plain(node):
            self._empty_quotations += 1
            return
        with self.out.quotation():
            self.out.text(attribute(node, "startQuote"))
            self.out.glue()
            self.flow(node)
            self.out.paragraph(ahead=True)
            self.out.glue()
            self.out.text(attribute(node, "endQuote"))

    def quoted_text(self, node: Node) -> None:
        """Words of another act, within a sentence."""
        self.out.text(attribute(node, "startQuote"))
        self.flow(node)
        self.out.text(attribute(node, "endQuote"))

    # -- notes, tables, pictures --------------------------------------------------------------------------------

    def note(self, node: Node) -> None:
        """A note where it is referred to."""
        self._notes += 1
        mark = attribute(node, "marker") or str(self._notes)
        key = attribute(node, "eId") or attribute(node, "id") or f"note-{self._notes}"
        self._keep(node, key, mark)
        self.out.mark(mark, key)

    def note_reference(self, node: Node) -> None:
        """A mark whose note stands among the metadata, or nowhere."""
        key = attribute(node, "href").removeprefix("#")
        # A note that refers to itself is read once: within it, it is not to be found.
        target = self._kept.pop(key, None)
        mark = attribute(node, "marker") or plain(node)
        if target is not None:
            self._keep(target, key, mark or attribute(target, "marker"))
            self._kept[key] = target
            self.out.mark(mark, key)
        else:
            self.flow(node)

    def _keep(self, node: Node, key: str, mark: str) -> None:
        self.out.note(key, mark, self.captured(node))

    def finish(self) -> None:
        """Report what the file leaves out."""
        super().finish()
        if self._empty_quotations:
            text = "{count} passages that the act quotes are empty in the file; see the published text"
            self.out.problems.append(because(Why.PART_QUOTATIONS, text, count=self._empty_quotations))

    def meta(self, root: Node) -> dict[str, str]:
        work, expression = find(root, "FRBRWork"), find(root, "FRBRExpression")
        published = _date(attribute(find(root, "publication"), "date"))
        published = published or _dated(work, _PUBLISHED) or _dated(expression, _PUBLISHED)
        published = published or _jolux(root, "publicationDate")
        return {
            "title": _title(root, self._title_lines, work, self.language),
            "eli": _eli(root, work),
            "address": _urn(work),
            "language": self.language,
            "published": published,
            "version_date": _version(work, expression, published),
            "in_force_from": _date(_jolux(root, "dateEntryInForce")),
            "in_force_until": _date(_jolux(root, "dateNoLongerInForce")),
        }


def _annex_number(node: Node) -> str:
    """The number in an annex's heading, else in the name of the document that it is."""
    heading = plain(child(node, "heading"))
    name = attribute(child(node, "doc"), "name")
    return bare_number(heading) if heading and len(heading) < 30 else bare_number(name.partition("-")[0])


FORMATS = (AknReader.format("Akoma Ntoso", lambda root: local(root).lower() == "akomantoso"),)
