"""Acts of the Netherlands, in the XML of the Basiswettenbestand (BWB)."""

from __future__ import annotations

from dutybook.layout.drafts import names, squeeze
from dutybook.layout.trees import Node, attribute, child, children, find, findall, local, plain
from dutybook.layout.xml.base import Walker, bare_number, division_kind, division_number, language_code
from dutybook.layout.xml.writer import OutlineWriter
from dutybook.records import ProvisionKind

_K = ProvisionKind


class BwbReader(Walker):
    """The Dutch Basiswettenbestand (wetten.overheid.nl): laws, decrees, ministerial regulations, circulars, treaties.

    Articles (``artikel``) have paragraphs (``lid``) and lists (``lijst``); a circular has divisions
    (``circulaire.divisie``). Data of where each provision was published (``meta-data``) do not stand in the text.
    """

    divisions = {  # noqa: RUF012
        **dict.fromkeys(("boek", "deel"), _K.PART),
        "titeldeel": _K.TITLE,
        "hoofdstuk": _K.CHAPTER,
        "afdeling": _K.SECTION,
        **dict.fromkeys(("paragraaf", "sub-paragraaf", "subparagraaf"), _K.SUBSECTION),
        **dict.fromkeys(("bijlage", "bijlage-sluiting", "model"), _K.ANNEX),
    }
    # Divisions of texts without articles are what they are by how deep they stand.
    free = names("circulaire.divisie divisie tekst.divisie structuurtekst verdragtekst.divisie")
    free_kinds = (_K.CHAPTER, _K.SECTION, _K.SUBSECTION)
    handlers = {  # noqa: RUF012
        "division": " ".join([*divisions, *free]),
        "article": "artikel enig-artikel regel wijzig-artikel",
        "block": "al considerans.al context.al wie al-groep slotformulering gegeven ondertekening",
        "name": "intitule citeertitel",
        "preamble": "aanhef circulaire.aanhef verdrag.aanhef",
        "body": "regeling-tekst circulaire-tekst verdragtekst wettekst wet-besluit",
        "signature": "regeling-sluiting wet-sluiting circulaire-sluiting",
        "paragraph": "lid wijzig-lid",
        "items": "lijst wijzig-lijst",
        "definitions": "definitielijst",
        "stray_heading": "kop tussenkop",
        "skip": "artikel.toelichting",
        "quotation": "citaat citaat-artikel",
        "note": "noot",
        "table": "table",
        "picture": "plaatje illustratie",
        "contents": "inhoudsopgave",
        "flow": "redactie",
    }
    silent = names("meta-data bwb-inputbestand bwb-wijzigingen redactionele-correcties bwb-wijziging")
    _rows = names("row")
    _cells = names("entry")

    def __init__(self, writer: OutlineWriter, root: Node) -> None:
        super().__init__(writer, root)
        self._free = 0
        self._names: set[str] = set()

    def name(self, node: Node) -> None:
        """The act's names; one that only repeats the other is written once."""
        self.out.paragraph(ahead=True)
        words = self._words(node)
        if words not in self._names:
            self._names.add(words)
            super().name(node)

    def _words(self, node: Node | None) -> str:
        """The words of a title, without the data on where it was published."""
        if node is None:
            return ""
        parts = [node.text or ""]
        for each in node:
            parts += ["" if local(each) in self.silent else plain(each), each.tail or ""]
        return squeeze("".join(parts))

    def contents(self, node: Node) -> None:
        """A table of contents, an entry a paragraph."""
        for each in list(findall(node, "al", "titel")) or [node]:
            super().contents(each)

    def division(self, node: Node) -> None:
        """A chapter, an annex, a part of a circular."""
        head = child(node, "kop")
        if head is None:
            self.closed(node)
            return
        words = " ".join(filter(None, (plain(child(head, "label")), plain(child(head, "nr")))))
        free = local(node) in self.free
        if free:
            kind = division_kind(words, "nl") or self.free_kinds[min(self._free, len(self.free_kinds) - 1)]
        else:
            kind = self.divisions[local(node)]
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
        stated = [plain(child(head, name)) for name in ("nr", "label")]
        only = "1" if local(node) == "enig-artikel" else ""
        with self.out.element(_K.ARTICLE, next(filter(None, map(bare_number, stated)), only)):
            if head is not None:
                self._head(head, "article")
            self.rest(node, "kop")

    def _head(self, head: Node, hint: str) -> None:
        """A line with label and number, and one with the title."""
        level = self._depth + 1
        self.out.paragraph(ahead=True)
        self.out.text(head.text)
        for each in children(head):
            if local(each) in ("label", "nr"):
                self.out.space()
                self.flow(each)
            else:
                self.out.number(level, f"{hint}-number")
                self.flow(each)
                self.out.heading(level, f"{hint}-title")
            self.out.text(each.tail)
        self.out.number(level, f"{hint}-number")

    def paragraph(self, node: Node) -> None:
        """A ``lid`` with its number."""
        words = plain(child(node, "lidnr"))
        if words:
            with self.out.element(_K.PARAGRAPH, bare_number(words)):
                self.numbered(node, "lidnr")
        else:
            self.closed(node)

    def items(self, node: Node) -> None:
        """A list."""
        self.out.paragraph()
        dashes = 0
        for each in children(node):
            if local(each) != "li":
                self.visit(each)
                continue
            mark = plain(child(each, "li.nr"))
            dashes += not bare_number(mark)
            with self.item(mark, dashes):
                self.numbered(each, "li.nr")

    def definitions(self, node: Node) -> None:
        """A list of terms and what they mean: a definition a paragraph."""
        for each in children(node):
            self.out.paragraph(ahead=True)
            for part in children(each):
                self.out.space()
                if local(part) != "definitie":
                    self.flow(part)
                    continue
                for number, inner in enumerate(children(part)):
                    # The first paragraph runs on from the term.
                    (self.visit if number or local(inner) != "al" else self.flow)(inner)
            self.out.paragraph()

    def stray_heading(self, node: Node) -> None:
        """A heading between provisions."""
        self.out.paragraph(ahead=True)
        self.out.text(node.text)
        for each in node:
            self.out.space()
            self.visit(each)
            self.out.text(each.tail)
        self.out.heading(self._depth + 1, "group-title", names=False)

    def note(self, node: Node) -> None:
        """A footnote where it is referred to."""
        self._notes += 1
        mark = plain(child(node, "noot.nr")) or str(self._notes)
        key = attribute(node, "id") or f"note-{self._notes}"
        paragraphs = self.captured(node, "noot.nr", "noot.lijst")
        self.out.mark(mark, key)
        self.out.note(key, mark, paragraphs)

    def meta(self, root: Node) -> dict[str, str]:
        law, issued = find(root, "wetgeving"), find(root, "uitgiftedatum")
        short = self._words(find(root, "citeertitel"))
        return {
            "title": self._words(find(root, "intitule")) or short,
            "short_title": short,
            "number": attribute(root, "bwb-id"),
            "address": attribute(root, "bwb-ng-vast-deel"),
            "version_date": attribute(root, "inwerkingtreding")[:10],
            "published": attribute(issued, "isodatum")[:10],
            "language": language_code(attribute(law, "lang") or "nl"),
            "jurisdiction": "NL",
        }


FORMATS = (
    BwbReader.format(
        "BWB XML",
        lambda root: local(root) == "wetgeving" or (local(root) == "toestand" and find(root, "wetgeving") is not None),
    ),
)
