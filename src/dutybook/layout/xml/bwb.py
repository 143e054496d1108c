"""The Dutch Basiswettenbestand (wetten.overheid.nl): laws, decrees, ministerial regulations, circulars, treaties.

Articles (``artikel``) have paragraphs (``lid``) and lists (``lijst``); a circular has divisions (``circulaire.divisie``). Data of
where each provision was published (``meta-data``) do not stand in the text.
"""

from __future__ import annotations

from dutybook.layout.drafts import squeeze
from dutybook.layout.limits import Limits
from dutybook.layout.xml.base import ActWalker, XmlFormat, language_code
from dutybook.layout.xml.numbers import bare_number, division_kind, division_number
from dutybook.layout.xml.tree import Node, attribute, child, children, find, findall, local, plain
from dutybook.layout.xml.writer import OutlineWriter
from dutybook.reasons import Reason
from dutybook.records import BlockRole, Layout, ProvisionKind

_K = ProvisionKind
_SILENT = frozenset({"meta-data", "bwb-inputbestand", "bwb-wijzigingen", "redactionele-correcties", "bwb-wijziging"})
_DIVISIONS = {
    "boek": _K.PART,
    "deel": _K.PART,
    "titeldeel": _K.TITLE,
    "hoofdstuk": _K.CHAPTER,
    "afdeling": _K.SECTION,
    "paragraaf": _K.SUBSECTION,
    "sub-paragraaf": _K.SUBSECTION,
    "subparagraaf": _K.SUBSECTION,
}
# Divisions of texts without articles, by how deep they stand.
_FREE = frozenset({"circulaire.divisie", "divisie", "tekst.divisie", "structuurtekst", "verdragtekst.divisie"})
_FREE_KINDS = (_K.CHAPTER, _K.SECTION, _K.SUBSECTION)
_ANNEXES = frozenset({"bijlage", "bijlage-sluiting", "model"})
_ARTICLES = frozenset({"artikel", "enig-artikel", "regel"})
_PARAGRAPHS = frozenset(
    [
        "al",
        "considerans.al",
        "context.al",
        "wie",
        "al-groep",
        "slotformulering",
        "gegeven",
        "ondertekening",
        "tussenkop",
    ]
)
_DASHES = frozenset("—–-−•·*◦▪")


class BwbReader(ActWalker):
    handlers = {  # noqa: RUF012 - as in the base
        **dict.fromkeys(_DIVISIONS, "division"),
        **dict.fromkeys(_FREE, "division"),
        **dict.fromkeys(_ANNEXES, "division"),
        **dict.fromkeys(_ARTICLES, "article"),
        **dict.fromkeys(_PARAGRAPHS, "block"),
        "intitule": "name",
        "citeertitel": "name",
        "aanhef": "preamble",
        "circulaire.aanhef": "preamble",
        "verdrag.aanhef": "preamble",
        "regeling-tekst": "body",
        "circulaire-tekst": "body",
        "verdragtekst": "body",
        "wettekst": "body",
        "wet-besluit": "body",
        "regeling-sluiting": "signature",
        "wet-sluiting": "signature",
        "circulaire-sluiting": "signature",
        "lid": "paragraph",
        "lijst": "items",
        "definitielijst": "definitions",
        "kop": "stray_heading",
        "tussenkop": "stray_heading",
        "wijzig-artikel": "article",
        "wijzig-lid": "paragraph",
        "wijzig-lijst": "items",
        "artikel.toelichting": "skip",
        "citaat": "quotation",
        "citaat-artikel": "quotation",
        "noot": "note",
        "table": "table",
        "plaatje": "picture",
        "illustratie": "picture",
        "inhoudsopgave": "contents",
        "redactie": "flow",
    }
    silent = _SILENT

    def __init__(self, writer: OutlineWriter) -> None:
        super().__init__(writer)
        self._free = 0
        self._notes = 0
        self._names: set[str] = set()

    # -- front and end ------------------------------------------------------------------------------------------

    def name(self, node: Node) -> None:
        """The act's names; one that only repeats the other is written once."""
        self.out.paragraph(ahead=True)
        words = _words(node)
        if words in self._names:
            return
        self._names.add(words)
        self.flow(node)
        self.out.heading(1, "doc-title", names=False)

    def contents(self, node: Node) -> None:
        """A table of contents."""
        for each in list(findall(node, "al", "titel")) or [node]:
            self.styled(each, BlockRole.CONTENTS, "contents")

    # -- provisions ---------------------------------------------------------------------------------------------

    def division(self, node: Node) -> None:
        """A chapter, an annex, a part of a circular."""
        name = local(node)
        head = child(node, "kop")
        if head is None:
            self.flow(node)
            self.out.paragraph()
            return
        words = " ".join(filter(None, (plain(child(head, "label")), plain(child(head, "nr")))))
        free = name in _FREE
        if name in _ANNEXES:
            kind = _K.ANNEX
        elif free:
            kind = division_kind(words, "nl") or _FREE_KINDS[min(self._free, len(_FREE_KINDS) - 1)]
        else:
            kind = _DIVISIONS[name]
        with self.out.element(kind, division_number(words, "nl")):
            self._depth += 1
            self._free += free
            self._head(head, "annex" if kind is _K.ANNEX else "chapter")
            self.rest(node, "kop")
            self.out.paragraph()
            self._free -= free
            self._depth -= 1

    def article(self, node: Node) -> None:
        """An article; one that holds others, in a regulation of changes, is a division."""
        head = child(node, "kop")
        number = plain(child(head, "nr")) if head is not None else ""
        label = plain(child(head, "label")) if head is not None else ""
        bare = bare_number(number) or bare_number(label) or ("1" if local(node) == "enig-artikel" else "")
        with self.out.element(_K.ARTICLE, bare):
            if head is not None:
                self._head(head, "article")
            self.rest(node, "kop")

    def _head(self, head: Node, hint: str) -> None:
        """A line with label and number, and one with the title."""
        self.out.paragraph(ahead=True)
        self.out.text(head.text)
        for each in children(head):
            name = local(each)
            if name in ("label", "nr"):
                self.out.space()
                self.flow(each)
                self.out.text(each.tail)
            else:
                self.out.number(self._depth + 1, f"{hint}-number")
                self.flow(each)
                self.out.heading(self._depth + 1, f"{hint}-title")
                self.out.text(each.tail)
        self.out.number(self._depth + 1, f"{hint}-number")

    def paragraph(self, node: Node) -> None:
        """A ``lid`` with its number."""
        label = child(node, "lidnr")
        if label is None or not plain(label):
            self.flow(node)
            self.out.paragraph()
            return
        with self.out.element(_K.PARAGRAPH, bare_number(plain(label))):
            self.label(label)
            self.rest(node, "lidnr")

    def items(self, node: Node) -> None:
        """A list."""
        self.out.paragraph()
        dashes = 0
        for each in children(node):
            if local(each) != "li":
                self.visit(each)
                continue
            label = child(each, "li.nr")
            mark = plain(label)
            bare = bare_number(mark) if mark not in _DASHES else ""
            dashes += not bare
            with self.out.element(_K.POINT if bare else _K.INDENT, bare or str(dashes)):
                if label is not None:
                    self.label(label)
                self.rest(each, "li.nr")

    def definitions(self, node: Node) -> None:
        """A list of terms and what they mean: a definition a paragraph."""
        for each in children(node):
            self.out.paragraph(ahead=True)
            for part in children(each):
                self.out.space()
                if local(part) == "definitie":
                    self._inline_definition(part)
                else:
                    self.flow(part)
            self.out.paragraph()

    def _inline_definition(self, node: Node) -> None:
        """The first paragraph runs on from the term."""
        for number, each in enumerate(children(node)):
            if number == 0 and local(each) == "al":
                self.flow(each)
            else:
                self.visit(each)

    def stray_heading(self, node: Node) -> None:
        """A heading between provisions."""
        self.out.paragraph(ahead=True)
        self.out.text(node.text)
        for each in node:
            self.out.space()
            self.visit(each)
            self.out.text(each.tail)
        self.out.heading(self._depth + 1, "group-title", names=False)

    # -- quotations, notes, tables ------------------------------------------------------------------------------

    def note(self, node: Node) -> None:
        """A footnote where it is referred to."""
        self._notes += 1
        mark = plain(child(node, "noot.nr")) or str(self._notes)
        key = attribute(node, "id") or f"note-{self._notes}"
        with self.out.capture() as paragraphs:
            self.rest(node, "noot.nr", "noot.lijst")
        self.out.mark(mark, key)
        self.out.note(key, mark, paragraphs)

    def table(self, node: Node) -> None:
        """A CALS table, its title before it."""
        self.rows(node, ("row",), ("entry",))


def _words(node: Node | None) -> str:
    """The words of a title, without the data on where it was published."""
    if node is None:
        return ""
    parts = [node.text or ""]
    for each in node:
        parts += ["" if local(each) in _SILENT else plain(each), each.tail or ""]
    return squeeze("".join(parts))


def _meta(root: Node) -> dict[str, str]:
    law = find(root, "wetgeving")
    name, short = _words(find(root, "intitule")), _words(find(root, "citeertitel"))
    issued = find(root, "uitgiftedatum")
    return {
        "title": name or short,
        "short_title": short,
        "number": attribute(root, "bwb-id"),
        "address": attribute(root, "bwb-ng-vast-deel"),
        "version_date": attribute(root, "inwerkingtreding")[:10],
        "published": attribute(issued, "isodatum")[:10] if issued is not None else "",
        "language": language_code(attribute(law, "lang")) if law is not None and attribute(law, "lang") else "nl",
        "jurisdiction": "NL",
    }


def _read(root: Node, limits: Limits, problems: tuple[Reason, ...]) -> Layout:
    writer = OutlineWriter(limits=limits, what="file")
    reader = BwbReader(writer)
    reader.flow(root)
    reader.finish()
    return writer.finish(_meta(root), problems)


def _matches(root: Node) -> bool:
    return local(root) in ("toestand", "wetgeving") and (
        local(root) == "wetgeving" or find(root, "wetgeving") is not None
    )


FORMAT = XmlFormat("BWB XML", _matches, _read, _SILENT)
