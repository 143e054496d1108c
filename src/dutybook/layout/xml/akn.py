"""What provision an element of Akoma Ntoso is, by its name, its number and what stands around it.

What an element is called says its kind; a few names mean another kind in another country (a Finnish ``section`` is an
article, a British ``paragraph`` in a ``subsection`` is a point), which the elements around it say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from dutybook.layout.drafts import squeeze
from dutybook.layout.limits import Limits
from dutybook.layout.xml.base import ActWalker, XmlFormat, language_code
from dutybook.layout.xml.numbers import Positions, bare_number, division_number, item_label
from dutybook.layout.xml.tree import Node, attribute, child, children, find, findall, local, plain
from dutybook.layout.xml.writer import OutlineWriter
from dutybook.reasons import Reason, Why, because
from dutybook.records import BlockRole, Layout, ProvisionKind

_K = ProvisionKind
# About the file, or no more in the act.
SILENT = frozenset({"meta", "del", "foreign"})
# Names that always mean the same.
KINDS = {
    "book": _K.PART,
    "tome": _K.PART,
    "part": _K.PART,
    "title": _K.TITLE,
    "subtitle": _K.SUBSECTION,
    "chapter": _K.CHAPTER,
    "subpart": _K.SECTION,
    "subchapter": _K.SECTION,
    "division": _K.SECTION,
    "subdivision": _K.SUBSECTION,
    "article": _K.ARTICLE,
    "regulation": _K.ARTICLE,
    "rule": _K.ARTICLE,
    "point": _K.POINT,
    "item": _K.POINT,
    "subparagraph": _K.POINT,
    "subclause": _K.POINT,
    "clause": _K.PARAGRAPH,
    "indent": _K.INDENT,
    "annex": _K.ANNEX,
    "schedule": _K.ANNEX,
    "appendix": _K.ANNEX,
    "attachment": _K.ANNEX,
    "crossheading": _K.HEADING,
    "transitional": _K.PARAGRAPH,
}
# These depend on what stands around them.
RELATIVE = frozenset({"section", "subsection", "paragraph", "alinea", "hcontainer", "level", "proviso"})
DIVISIONS = frozenset({_K.PART, _K.TITLE, _K.CHAPTER, _K.SECTION, _K.SUBSECTION, _K.ANNEX, _K.HEADING})
DASHES = frozenset("—–-−•·*▪●◦‒―")
_LONGEST_TITLE = 200
# What these elements are without a number.
_UNNUMBERED: dict[str, ProvisionKind | None] = {
    **dict.fromkeys(("item", "point", "indent"), _K.INDENT),
    **dict.fromkeys(("subparagraph", "clause", "subclause")),
}


def kind_of(
    node: Node, words: str, around: tuple[ProvisionKind, ...], positions: Positions, *, articles: bool, quoting: bool
) -> ProvisionKind | None:
    """The kind of a provision; None where an element is none: a wrapper, or an article's only, unnumbered paragraph.

    ``words`` are its number as printed, ``around`` the kinds of the provisions it stands in. ``articles``: the act has
    articles, so that its sections are divisions; ``quoting``: it is new text for another act.
    """
    name = local(node)
    if name == "hcontainer":
        name = attribute(node, "name").lower().replace("_", "").replace("-", "")
        if name not in KINDS and name not in RELATIVE:
            return _kind_by_heading(node, words)
    if words in DASHES and name not in ("article", "section"):
        return _K.INDENT
    if name == "section":
        return _K.SECTION if articles and "§" not in words else _K.ARTICLE
    if name == "subsection" and not quoting and _article_inside(around) is None:
        return _K.SUBSECTION
    if name == "subsection":
        return _K.PARAGRAPH if words or positions.count(node) > 1 else None
    return _kind_by_name(node, name, words, around, positions)


def _kind_by_name(
    node: Node, name: str, words: str, around: tuple[ProvisionKind, ...], positions: Positions
) -> ProvisionKind | None:
    """The kind of an element that is one wherever the act has its articles; ``name`` is its own, or its container's."""
    if name in ("paragraph", "alinea"):
        if bare_number(words):
            return _K.POINT if _K.PARAGRAPH in (_article_inside(around) or around) else _K.PARAGRAPH
        return _K.SUBPARAGRAPH if name == "alinea" and around and positions.of(node) > 1 else None
    if name in ("level", "proviso"):
        # The marginal titles of Swiss acts, and what stands behind their articles.
        return _kind_by_heading(node, words)
    if name == "attachment":
        return _K.ANNEX if _has_text(node) else None
    return KINDS.get(name) if words else _UNNUMBERED.get(name, KINDS.get(name))


def _has_text(node: Node) -> bool:
    return any(local(each) not in SILENT and plain(each) for each in children(node))


def _kind_by_heading(node: Node, words: str) -> ProvisionKind | None:
    """The kind of an element whose name does not tell: a heading if it has one, else a point if it is numbered."""
    if child(node, "heading") is not None:
        return _K.HEADING
    return _K.POINT if words else None


def _article_inside(kinds: tuple[ProvisionKind, ...]) -> tuple[ProvisionKind, ...] | None:
    """The open kinds from the innermost article or annex on; None outside of both."""
    for index in range(len(kinds) - 1, -1, -1):
        if kinds[index] in (_K.ARTICLE, _K.ANNEX):
            return kinds[index:]
    return None


def rubric_of(node: Node) -> Node | None:
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


def language_of(root: Node) -> str:
    """The language of the expression, ISO 639-1."""
    stated = find(root, "FRBRlanguage")
    code = language_code(attribute(stated, "language")) if stated is not None else ""
    jolux = next((e for e in findall(root, "jolux") if attribute(e, "name") == "language"), None)
    return code or language_code(plain(jolux)) or language_code(attribute(root, "lang"))


def meta_of(root: Node, title_lines: list[str], language: str) -> dict[str, str]:
    """``title``, ``eli``, ``language``, ``published``, ``version_date``, each as far as the file says it."""
    work, expression = find(root, "FRBRWork"), find(root, "FRBRExpression")
    publication = find(root, "publication")
    published = _date(attribute(publication, "date")) if publication is not None else ""
    published = (
        published or _dated(work, _PUBLISHED) or _dated(expression, _PUBLISHED) or _jolux(root, "publicationDate")
    )
    return {
        "title": _title(root, title_lines, work, language),
        "eli": _eli(root, work),
        "language": language,
        "published": published,
        "version_date": _version(work, expression, published),
    }


def _title(root: Node, lines: list[str], work: Node | None, language: str) -> str:
    stated = _title_of_preface(root, lines) or _jolux(root, "title")
    if stated:
        return stated
    names = children(work, "FRBRname", "FRBRalias") if work is not None else ()
    titles = (attribute(name, "value") for name in names if _is_title(name, language))
    return next((title for title in titles if " " in title), "") or " ".join(lines)


def _title_of_preface(root: Node, lines: list[str]) -> str:
    preface = find(root, "preface")
    if preface is None:
        return ""
    for name in ("docTitle", "longTitle", "shortTitle"):
        found = find(preface, name)
        if found is not None and plain(found):
            if name == "docTitle":
                return _spaced(found)
            return " ".join(_without_numbers(line, root) for line in lines) or _spaced(found)
    return ""


def _is_title(name: Node, language: str) -> bool:
    """Whether a name of the work is its title in this language, or in one that is not given."""
    if language_code(attribute(name, "lang")) not in ("", language):
        return False
    return local(name) == "FRBRname" or "title" in attribute(name, "name").lower()


def _without_numbers(line: str, root: Node) -> str:
    number = find(root, "docNumber")
    return line if number is None else line.replace(plain(number), "").strip()


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
    if level is None:
        return []
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
    stated = [attribute(e, "value") for e in children(work)] if work is not None else []
    stated += [_jolux(root, "uriThis")]
    jolux = [plain(e) for e in findall(root, "jolux") if attribute(e, "name") in ("uriThis", "realizes")]
    for value in (*stated[:1], *stated, *jolux):
        if re.match(r"(?:https?://\S*/)?eli/\S+$", value):
            uri = child(work, "FRBRuri") if work is not None else None
            plainer = attribute(uri, "value") if uri is not None else ""
            return plainer if plainer and value.startswith(plainer) else value
    return ""


_PARAGRAPHS = (
    *("p", "block", "longTitle", "formula", "content", "intro", "wrapUp", "listIntroduction", "listWrapUp", "list"),
    *("blockList", "container", "blockContainer", "tblock", "interstitial", "signature", "citation", "citations"),
    *(
        "mainBody",
        "preface",
        "coverPage",
        "introduction",
        "background",
        "decision",
        "arguments",
        "remedies",
        "motivation",
    ),
)


class AknReader(ActWalker):
    handlers: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(_PARAGRAPHS, "block"),
        **dict.fromkeys((*KINDS, *RELATIVE), "container"),
        "preface": "preface",
        "preamble": "preamble",
        "recital": "recital",
        "body": "body",
        "mainBody": "body",
        "conclusions": "conclusions",
        "num": "stray_number",
        "heading": "stray_heading",
        "subheading": "stray_heading",
        "crossHeading": "stray_heading",
        "toc": "contents",
        "quotedStructure": "quotation",
        "embeddedStructure": "quotation",
        "quotedText": "quoted_text",
        "embeddedText": "quoted_text",
        "authorialNote": "note",
        "noteRef": "note_reference",
        "table": "table",
        "ol": "html_list",
        "ul": "html_list",
        "li": "html_item",
        "img": "picture",
        "doc": "part_document",
    }
    silent = SILENT

    def __init__(self, writer: OutlineWriter, root: Node, language: str) -> None:
        super().__init__(writer)
        self.language = language
        self.title_lines: list[str] = []
        self._positions = Positions()
        self._notes = 0
        self._empty_quotations = 0
        self._in_title = False
        self._hint = ""
        self._articles = any(True for each in findall(root, "article") if not _within(each, "quotedStructure"))
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
            self.title_lines.append(line)
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
            self._labelled(node)

    def body(self, node: Node) -> None:
        """The act's own terms: paragraphs outside of provisions count, too."""
        before, self.out.loose = self.out.loose, True
        self.flow(node)
        self.out.paragraph()
        self.out.loose = before

    def conclusions(self, node: Node) -> None:
        """Place, date and names."""
        with self.out.element(_K.SIGNATURE):
            self.flow(node)

    def part_document(self, node: Node) -> None:
        """A document in the act's attachments; the root of a file that is none."""
        self.flow(node)
        self.out.paragraph()

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
        number = child(node, "num")
        words = plain(number)
        kind = kind_of(node, words, self.out.kinds, self._positions, articles=self._articles, quoting=self.out.quoting)
        if kind is None:
            self._labelled(node) if words else self.flow(node)
            self.out.paragraph()
            return
        bare = division_number(words, self.language) if kind in DIVISIONS else bare_number(words)
        if kind is _K.INDENT or (kind is _K.PARAGRAPH and not bare) or kind is _K.SUBPARAGRAPH:
            bare = bare if bare and words not in DASHES else str(self._positions.of(node))
        sign = kind is _K.ARTICLE and "§" in words
        if kind is _K.ANNEX and not bare:
            bare = _annex_number(node)
        with self.out.element(kind, bare, sign=sign):
            before, self._depth = self._depth, self._depth + (kind in DIVISIONS)
            if kind in DIVISIONS or kind is _K.ARTICLE:
                self._headed(node, kind)
            else:
                self._labelled(node)
            self._depth = before

    def _headed(self, node: Node, kind: ProvisionKind) -> None:
        """A provision whose number and heading are lines of their own."""
        hint = "article" if kind is _K.ARTICLE else "annex" if kind is _K.ANNEX else "chapter"
        level = self._depth if kind in DIVISIONS else self._depth + 1
        rubric = rubric_of(node)
        self.out.text(node.text)
        for each in node:
            name = local(each)
            if each is rubric:
                self._rubric(each, level)
            elif name == "num":
                self.number(each, level, f"{hint}-number")
            elif name in ("heading", "subheading"):
                self.heading(each, level, f"{hint}-title")
            else:
                self.visit(each)
            self.out.text(each.tail)

    def _rubric(self, node: Node, level: int) -> None:
        """A title that is marked up as a paragraph."""
        self.out.paragraph(ahead=True)
        for part in node.iter():
            if isinstance(part.tag, str):
                self.out.text(part.text)
            if part is not node:
                self.out.text(part.tail)
        self.out.heading(level, "article-title")

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
        with self.out.capture() as paragraphs:
            self.flow(node)
        self.out.note(key, mark, paragraphs)

    def finish(self) -> None:
        """Say what the file leaves out."""
        super().finish()
        if self._empty_quotations:
            self.out.problems.append(
                because(
                    Why.PART_QUOTATIONS,
                    "{count} passages that the act quotes are empty in the file; see the published text",
                    count=self._empty_quotations,
                )
            )


def _annex_number(node: Node) -> str:
    """The number in an annex's heading, else in the name of the document that it is."""
    heading = plain(child(node, "heading"))
    name = attribute(child(node, "doc"), "name") if child(node, "doc") is not None else ""
    return bare_number(heading) if heading and len(heading) < 30 else bare_number(name.partition("-")[0])


def _within(node: Node, name: str) -> bool:
    return any(local(above) == name for above in node.iterancestors())


def _read(root: Node, limits: Limits, problems: tuple[Reason, ...]) -> Layout:
    writer = OutlineWriter(limits=limits, what="Akoma Ntoso file")
    language = language_of(root)
    reader = AknReader(writer, root, language)
    reader.flow(root)
    reader.finish()
    return writer.finish(meta_of(root, reader.title_lines, language), problems)


def _matches(root: Node) -> bool:
    return local(root).lower() == "akomantoso"


FORMAT = XmlFormat("Akoma Ntoso", _matches, _read, SILENT)
