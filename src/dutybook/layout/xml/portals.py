"""Acts of three national portals: the Netherlands (Basiswettenbestand), Denmark (LexDania), Estonia (Riigi Teataja)."""

from __future__ import annotations

import re
from contextlib import ExitStack

from dutybook.layout.drafts import names, squeeze
from dutybook.layout.html import fragment
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


class LexDaniaReader(Walker):
    """LexDania, the XML of retsinformation.dk: Danish laws, orders, circulars, and acts that amend others.

    ``Explicatus`` is a provision's number as printed, ``Exitus`` its text in lines (``Linea``) of characters
    (``Char``); a paragraph (``Stk``) without a number is the first. New text in an amending act
    (``AendringNyTekst``) is marked as quoted.
    """

    divisions = {  # noqa: RUF012
        "Bog": _K.PART,
        "Del": _K.PART,
        "Afsnit": _K.TITLE,
        "Kapitel": _K.CHAPTER,
        "Afdeling": _K.SECTION,
        "Underafdeling": _K.SUBSECTION,
    }
    handlers = {  # noqa: RUF012
        "division": " ".join(divisions),
        "article": "Paragraf CentreretParagraf AendringCentreretParagraf IkraftCentreretParagraf Artikel",
        "name": "Titel UnderTitel",
        "flow": "TitelGruppe Index",
        "body": "DokumentIndhold",
        "preamble": "Hymne Indledning Praeambel",
        "contents": "IndholdFortegnelse Indholdsfortegnelse",
        "closed": "ParagrafGruppe",
        "paragraph": "Stk",
        "listed": "Indentatio AendringsNummer Nummer",
        "quotation": "AendringNyTekst",
        "block": "Exitus Aendring Rykningsklausul Segl Underskriver UnderskriftStedDato",
        "label": "Explicatus",
        "stray_heading": "Rubrica Overskrift",
        "annex": "Bilag",
        "note": "Fodnote Note Nota",
        "signature": "UnderskriftGruppe",
        "table": "Tabel Table table",
    }
    silent = names("Meta")
    breaks = names("br Break Linea")
    _number = "Explicatus"
    _titles = names("Rubrica Overskrift Titel")
    _rows = names("tr Tr Raekke row")
    _cells = names("td th Td Th Celle entry")

    def division(self, node: Node) -> None:
        """A chapter or a part."""
        words = plain(child(node, "Explicatus"))
        kind = division_kind(words, "da") or self.divisions[local(node)]
        with self.out.element(kind, division_number(words, "da")):
            self._depth += 1
            self._headed(node, "chapter")
            self._depth -= 1

    def annex(self, node: Node) -> None:
        """An annex."""
        with self.out.element(_K.ANNEX, bare_number(plain(child(node, "Explicatus")))):
            self._headed(node, "annex")

    def article(self, node: Node) -> None:
        """A section."""
        number = bare_number(plain(child(node, "Explicatus"))) or attribute(node, "localId")
        with self.out.element(_K.ARTICLE, number, sign=local(node) != "Artikel"):
            self._headed(node, "article")

    def _headed(self, node: Node, hint: str) -> None:
        """Number and heading as lines of their own; the first of a row of paragraphs counts, numbered or not."""
        paragraphs = list(children(node, "Stk"))

        def paragraph(each: Node) -> None:
            if each is paragraphs[0] and len(paragraphs) > 1 and not plain(child(each, "Explicatus")):
                with self.out.element(_K.PARAGRAPH, "1"):
                    self.flow(each)
            else:
                self.visit(each)

        self.headed(node, self._depth + 1, hint, {"Stk": paragraph})

    def paragraph(self, node: Node) -> None:
        """A paragraph with its number; one without is the whole text of its section."""
        words = plain(child(node, "Explicatus"))
        if words:
            with self.out.element(_K.PARAGRAPH, bare_number(words)):
                self.flow(node, {"Explicatus": self.label})
        else:
            self.closed(node)

    def listed(self, node: Node) -> None:
        """An item of a list, a numbered change."""
        with self.item(plain(child(node, "Explicatus")), self._positions.of(node)):
            self.flow(node, {"Explicatus": self.label})

    def note(self, node: Node) -> None:
        """A note where it is referred to."""
        self._notes += 1
        mark = plain(child(node, "Explicatus")).strip("()") or str(self._notes)
        key = attribute(node, "id") or f"note-{self._notes}"
        paragraphs = self.captured(node, "Explicatus")
        self.out.mark(mark, key)
        self.out.note(key, mark, paragraphs)

    def meta(self, root: Node) -> dict[str, str]:
        metadata = child(root, "Meta")

        def of(name: str) -> str:
            return plain(child(metadata, name))

        year, number = of("Year"), of("Number")
        return {
            "title": of("DocumentTitle") or plain(find(root, "Titel")),
            "number": f"{number}/{year}" if number and year else number,
            "published": of("DiesEdicti")[:10],
            "enacted": of("DiesSigni")[:10],
            "version_date": of("StartDate")[:10],
            "language": "da",
            "jurisdiction": "DK",
        }


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_DIGIT = r"\d{1,4}[⁰¹²³⁴⁵⁶⁷⁸⁹]{0,3}"
_CHANGE = re.compile(rf"({_DIGIT})\)\s")
_SUBSECTION = re.compile(rf"\(({_DIGIT})\)\s")
_SECTION = re.compile(rf"§\s?({_DIGIT})\.\s")
# Stands for a line break (a noncharacter: no text has it).
_LINE = "\ufdd2"
_OPENS, _CLOSES = '„“"', re.compile(r"[”“\"][\s;.,]*$")


class RiigiReader(Walker):
    """Riigi Teataja: Estonian acts, as adopted and consolidated.

    Sections (``paragrahv``) have subsections (``loige``) and items (``alampunkt``). Acts that amend others hold their
    text as HTML inside of the XML: numbered changes are its items, what stands in quotation marks is new text for the
    other act. Raised figures are part of a number (``§ 3¹``) and are kept apart from it.
    """

    divisions = {  # noqa: RUF012
        "osa": _K.PART,
        "jaotis": _K.TITLE,
        "peatykk": _K.CHAPTER,
        **dict.fromkeys(("jagu", "jaguNR"), _K.SECTION),
        **dict.fromkeys(("alljaotis", "alljagu"), _K.SUBSECTION),
        "lisa": _K.ANNEX,
    }
    handlers = {  # noqa: RUF012
        "division": " ".join(divisions),
        "name": "pealkiri",
        "preamble": "preambul",
        "section": "paragrahv",
        "labelled": "loige alampunkt",
        "block": "tavatekst tekst allkirjastaja p li",
        "markup": "HTMLKonteiner",
        "raised": "sup",
        "body": "sisu",
        "remark": "muutmismarge normtehnmarkus markus",
        "label": "kuvatavNr",
        "signature": "allkiri",
        "table": "table",
    }
    # Data of the file; numbers are printed from another element.
    silent = names("metaandmed aktiviide")
    numbers = " ".join(f"{name}Nr" for name in [*divisions, "paragrahv", "loige", "alampunkt"])
    breaks = names("br reavahetus ametinimetus eesnimi perekonnanimi allkiriKoht")

    def raised(self, node: Node) -> None:
        """Raised figures."""
        self.out.text("".join(node.itertext()).translate(_RAISED))

    # -- provisions ---------------------------------------------------------------------------------------------

    def division(self, node: Node) -> None:
        """A part, a chapter, an annex."""
        kind = self.divisions[local(node)]
        with self.out.element(kind, self._bare(node)):
            self._depth += 1
            self._headed(node, "annex" if kind is _K.ANNEX else "chapter")
            self._depth -= 1

    def section(self, node: Node) -> None:
        """A section."""
        with self.out.element(_K.ARTICLE, self._bare(node), sign=True):
            self._headed(node, "article")

    def _headed(self, node: Node, hint: str) -> None:
        number, level = f"{local(node)}Nr", self._depth + 1
        printed = plain(child(node, "kuvatavNr"))
        self.out.text(node.text)
        for each in node:
            name = local(each)
            if name == "kuvatavNr" or (name == number and not printed):
                self.number(each, level, f"{hint}-number")
            elif name.endswith("Pealkiri"):
                self.heading(each, level, f"{hint}-title")
            elif name != number:
                self.visit(each)
            self.out.text(each.tail)

    def labelled(self, node: Node) -> None:
        """A subsection or an item, its number before its text."""
        number, subsection, bare = f"{local(node)}Nr", local(node) == "loige", self._bare(node)
        if not bare:
            self.rest(node, number)
            self.out.paragraph()
            return
        printed = child(node, "kuvatavNr")
        with self.out.element(_K.PARAGRAPH if subsection else _K.POINT, bare):
            if plain(printed):
                self.label(printed)
            else:
                self.out.label(f"({bare})" if subsection else f"{bare})")
            self.rest(node, number, "kuvatavNr")

    def _bare(self, node: Node) -> str:
        number = child(node, f"{local(node)}Nr")
        return plain(number).strip("().§ ") + attribute(number, "ylaIndeks").translate(_RAISED)

    # -- HTML as text -------------------------------------------------------------------------------------------

    def markup(self, node: Node) -> None:
        """A text that is HTML: numbered changes, and new text in quotation marks."""
        body = fragment("".join(node.itertext()))
        if body is None:
            self.block(node)
            return
        self.out.paragraph()
        with ExitStack() as change, ExitStack() as quotation, ExitStack() as inner:
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

    def meta(self, root: Node) -> dict[str, str]:
        def of(name: str) -> str:
            return plain(find(root, name))

        return {
            "title": plain(find(find(root, "aktinimi"), "pealkiri")) or of("pealkiri"),
            # Of this version alone; the act is known by its abbreviation.
            "number": of("globaalID") or of("aktViide"),
            "abbreviation": of("lyhend"),
            "published": of("avaldamineKuupaev")[:10],
            "enacted": of("aktikuupaev")[:10],
            "version_date": of("kehtivuseAlgus")[:10],
            # Of a consolidated text this is the beginning of a version.
            "in_force_from": of("kehtivuseAlgus")[:10] if of("tekstiliik") == "algtekst" else "",
            "language": "et",
            "jurisdiction": "EE",
        }


def _with_raised(node: Node) -> str:
    """All text of an element, its raised figures as such, its line breaks marked."""
    parts = [node.text or ""]
    for each in node:
        inner = _with_raised(each)
        parts += [inner.translate(_RAISED) if local(each) == "sup" else _LINE if local(each) == "br" else inner]
        parts.append(each.tail or "")
    return "".join(parts)


FORMATS = (
    BwbReader.format(
        "BWB XML",
        lambda root: local(root) == "wetgeving" or (local(root) == "toestand" and find(root, "wetgeving") is not None),
    ),
    LexDaniaReader.format(
        "LexDania XML",
        lambda root: (
            local(root) == "Dokument"
            and (child(root, "DokumentIndhold") is not None or find(root, "Exitus") is not None)
        ),
    ),
    RiigiReader.format(
        "Riigi Teataja XML",
        lambda root: local(root) in ("oigusakt", "akt") and find(root, "paragrahv", "sisu") is not None,
        silent=f"HTMLKonteiner {RiigiReader.numbers}",
    ),
)
