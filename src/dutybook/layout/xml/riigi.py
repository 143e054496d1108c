"""Acts of Estonia, in the XML of the Riigi Teataja."""

from __future__ import annotations

import re
from contextlib import ExitStack

from dutybook.layout.drafts import names, squeeze
from dutybook.layout.html import fragment
from dutybook.layout.trees import Node, attribute, child, children, find, local, plain
from dutybook.layout.xml.base import RAISED, Walker
from dutybook.records import ProvisionKind

_K = ProvisionKind
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
        return plain(number).strip("().§ ") + attribute(number, "ylaIndeks").translate(RAISED)

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
        parts += [inner.translate(RAISED) if local(each) == "sup" else _LINE if local(each) == "br" else inner]
        parts.append(each.tail or "")
    return "".join(parts)


FORMATS = (
    RiigiReader.format(
        "Riigi Teataja XML",
        lambda root: local(root) in ("oigusakt", "akt") and find(root, "paragrahv", "sisu") is not None,
        silent=f"HTMLKonteiner {RiigiReader.numbers}",
    ),
)
