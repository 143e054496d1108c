#!/usr/bin/env python3
"""Whether paragraphs and points of EU acts have their exact place, against twins that state their structure.

    python benchmarks/structure.py ../shared [-v]

The Official Journal's XHTML says in identifiers and table cells what is a paragraph and a point, Formex in its elements.
Both are parsed here, in a few lines that share nothing with Dutybook's readers; then each file is read with Dutybook
as if it were plain. A paragraph of the truth is right if its letters and digits stand in the text of the provision with
that place. ``places`` compares the sets of places alone, where the twin is in another language. Quoted new text for
other acts is left out of the truth. ``headings``: an act is written from each of the 24 tables of contents of the
GDPR, in the language's own words, and read again: chapters, sections and articles with number and title.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from lxml import etree, html

from dutybook.layout.formats import read_layout
from dutybook.records import BlockRole, Layout, LayoutBuilder, ProvisionKind, RawDocument, Structure
from dutybook.structure.build import build_structure

QUOTES = "‘“«„»\"'”"
LABEL = re.compile(r"[‘“«„»\"'”]?\(?\s?(\w{1,5}|—|–|-)\s?[).]?\)?$")
PARAGRAPH = re.compile(r"\(?(\d{1,3}[a-z]{0,2})[.)]\)?\s+")
SUBPARAGRAPH = re.compile(r" subpara \d+")
SPACE = re.compile(r"\s+")

XHTML = [
    ("GDPR en", "GDPR_32016R0679_EN_OJ_2016-04-27.xhtml"),
    ("GDPR fr", "GDPR_32016R0679_FR_OJ_2016-04-27.xhtml"),
    ("GDPR de", "GDPR_32016R0679_DE_OJ.html"),
    ("DORA en", "DORA_32022R2554_EN_OJ_2022-12-14.xhtml"),
    ("DORA fr", "DORA_32022R2554_FR_OJ_2022-12-14.xhtml"),
    ("DSA en", "DSA_32022R2065_EN_OJ_2022-10-19.xhtml"),
    ("DSA fr", "DSA_32022R2065_FR_OJ_2022-10-19.xhtml"),
    ("NIS2 en", "NIS2_32022L2555_EN_OJ_2022-12-14.xhtml"),
    ("NIS2 fr", "NIS2_32022L2555_FR_OJ_2022-12-14.xhtml"),
    ("AMLR de", "AMLR_32024R1624_DE_OJ.html"),
    ("AMLR en", "AMLR_32024R1624_EN_OJ_2024-05-31.xhtml"),
    ("MiCA en", "MICA_32023R1114_EN_OJ_2023-05-31.xhtml"),
    ("PSD2 fr", "PSD2_32015L2366_FR_OJ_2015-11-25.xhtml"),
    ("CSDDD en", "CSDDD_32024L1760_EN_OJ_2024-06-13.xhtml"),
]
# A file without marks, and the twin in its own language.
PLAIN = [("GDPR en pdf", "GDPR_32016R0679_EN_OJ.pdf", "GDPR_32016R0679_EN_OJ_2016-04-27.xhtml")]
FORMEX = [
    ("GDPR en xhtml/formex", "GDPR_32016R0679_EN_OJ_2016-04-27.xhtml", "GDPR_32016R0679_EN_OJ.fmx.xml"),
    ("GDPR en pdf/formex", "GDPR_32016R0679_EN_OJ.pdf", "GDPR_32016R0679_EN_OJ.fmx.xml"),
    ("GDPR de html/formex", "GDPR_32016R0679_DE_OJ.html", "GDPR_32016R0679_DE.fmx.xml"),
    ("GDPR fr pdf/formex", "GDPR_02016R0679-20160504_FR_consolidated.pdf", "GDPR_02016R0679-20160504_FR_cons.fmx.xml"),
    ("SFDR en cons/formex", "SFDR_02019R2088-20200712_EN_cons.html", "SFDR_02019R2088-20200712_EN_cons.fmx.xml"),
]
# A file without marks, and a twin in another language: places alone.
OTHER = [
    ("GDPR es pdf", "GDPR_32016R0679_ES_OJ.pdf", "GDPR_32016R0679_EN_OJ_2016-04-27.xhtml"),
    ("GDPR fr pdf (cons)", "GDPR_02016R0679-20160504_FR_consolidated.pdf", "GDPR_32016R0679_FR_OJ_2016-04-27.xhtml"),
    ("GDPR nl flat", "GDPR_32016R0679_NL_flat.txt", "GDPR_32016R0679_EN_OJ_2016-04-27.xhtml"),
    ("DORA nl flat", "DORA_32022R2554_NL_flat.txt", "DORA_32022R2554_EN_OJ_2022-12-14.xhtml"),
    ("DSA nl flat", "DSA_32022R2065_NL_flat.txt", "DSA_32022R2065_EN_OJ_2022-10-19.xhtml"),
    ("DORA de txt", "DORA_32022R2554_DE.txt", "DORA_32022R2554_EN_OJ_2022-12-14.xhtml"),
]


@dataclass
class Truth:
    """Paragraphs of an act by their place, in order: (place, text)."""

    units: list[tuple[str, str]] = field(default_factory=list)

    def add(self, place: str, text: str) -> None:
        if bare(text):
            self.units.append((place, text))


def bare(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def squeezed(text: str) -> str:
    return SPACE.sub(" ", text).strip()


# -- the truth in XHTML ---------------------------------------------------------------------------------------------


def xhtml_truth(path: Path) -> Truth:
    root = html.fromstring(path.read_bytes())
    for mark in root.xpath("//a[contains(@id, 'ntc') or contains(@href, '#ntr')]"):
        mark.drop_tree()
    truth = Truth()
    for article in root.xpath("//div[starts-with(@id, 'art_') and contains(@class, 'eli-subdivision')]"):
        number = article.get("id").removeprefix("art_")
        _cell(article, f"Art {number}", truth, article=True)
    return truth


def _cell(holder: etree._Element, place: str, truth: Truth, article: bool = False) -> None:
    """Paragraphs and point tables in an article, a paragraph or a cell; what follows an opening quotation mark is quoted."""
    quoted = False
    for child in holder:
        if not isinstance(child.tag, str):
            continue
        names = child.get("class") or ""
        text = squeezed(child.text_content())
        # "‘x’ means …" is a definition; what begins so further on, or in a division of its own, is new text.
        title = "eli-title" in names or "ti-art" in names
        begins = not title and bool(text) and text[0] in QUOTES and (child is not holder[0] or child.tag == "div")
        quoted = quoted or begins
        if child.tag == "p" and "ti-art" not in names and "note" not in names and "ti-grseq" not in names:
            if not quoted:
                truth.add(place, text)
        elif child.tag == "div" and "eli-title" not in names and not quoted:
            found = PARAGRAPH.match(squeezed(text)) if re.match(r"\d{3}\.\d{3}$", child.get("id") or "") else None
            if found:
                _paragraph(child, f"{place}({found[1]})", found.end(), truth)
            else:
                _cell(child, place, truth, article)
        elif child.tag == "table" and not quoted:
            _points(child, place, truth)


def _paragraph(div: etree._Element, place: str, marker: int, truth: Truth) -> None:
    first = next(iter(div.iter("p")))
    text = squeezed(first.text_content())
    truth.add(place, text[marker:])
    first.drop_tree()
    _cell(div, place, truth)


def _points(table: etree._Element, place: str, truth: Truth) -> None:
    dashes = 0
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is not table:
            continue
        cells = row.findall("td")
        label = squeezed(cells[0].text_content()) if cells else ""
        if len(cells) != 2 or not LABEL.match(label) or label[:1] in QUOTES:
            continue
        if label[0] in "—–-":
            before = table.itersiblings("table", preceding=True)
            dashes = sum(1 for t in before if squeezed(t.text_content())[:1] in "—–-") + 1 + dashes
            _cell(cells[1], f"{place} indent {dashes}", truth)
        else:
            _cell(cells[1], f"{place}({label.strip('(). ')})", truth)


# -- the truth in Formex --------------------------------------------------------------------------------------------


def formex_truth(path: Path) -> Truth:
    root = etree.fromstring(path.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    for note in root.xpath("//NOTE"):
        tail = note.tail or ""
        before = note.getprevious()
        parent = note.getparent()
        if before is not None:
            before.tail = (before.tail or "") + tail
        else:
            parent.text = (parent.text or "") + tail
        parent.remove(note)
    truth = Truth()
    for article in root.iter("ARTICLE"):
        number = re.search(r"\d+[a-z]?", squeezed("".join(article.find("TI.ART").itertext())))
        number = number[0] if number else "1"  # "Article premier"
        place = f"Art {number}"
        _alineas(article, place, truth)
        for paragraph in article.iter("PARAG"):
            label = squeezed("".join(paragraph.find("NO.PARAG").itertext())).strip("(). ")
            _alineas(paragraph, f"{place}({label})", truth)
    return truth


def _alineas(holder: etree._Element, place: str, truth: Truth) -> None:
    for count, alinea in enumerate(holder.findall("ALINEA"), 1):
        own = place if count == 1 else f"{place} subpara {count}"
        if alinea.find("P") is None and alinea.find("LIST") is None:
            truth.add(own, "".join(alinea.itertext()))
        else:
            _pieces(alinea, own, truth)


def _pieces(holder: etree._Element, place: str, truth: Truth) -> None:
    for child in holder:
        if child.tag in ("P", "TXT") and child.find("LIST") is None:
            truth.add(place, "".join(child.itertext()))
        elif child.tag == "LIST":
            for count, item in enumerate(child.iter("ITEM"), 1):
                if next(item.iterancestors("LIST")) is not child:
                    continue
                point = item.find("NP")
                if point is None:
                    continue
                label = squeezed("".join(point.find("NO.P").itertext())).strip("(). ")
                own = f"{place} indent {count}" if label in ("—", "–", "-") else f"{place}({label})"
                _pieces(point, own, truth)
        elif child.tag == "P":
            _pieces(child, place, truth)


# -- what Dutybook says ---------------------------------------------------------------------------------------------


def read(path: Path) -> tuple[Layout, Structure]:
    layout = read_layout(RawDocument(path.name, path.read_bytes()))
    return layout, build_structure(layout, "benchmark")


def texts_by_place(layout: Layout, found: Structure) -> dict[str, str]:
    places = {p.id: p.place for p in found.provisions}
    made: dict[str, list[str]] = {}
    for sentence in found.sentences:
        made.setdefault(places[sentence.provision], []).append(sentence.span.of(layout.text))
    return {place: bare(" ".join(texts)) for place, texts in made.items()}


def report(name: str, truth: Truth, texts: dict[str, str], exact: bool, verbose: bool) -> float:
    """Share of the truth's paragraphs that stand at their place; ``exact`` minds subparagraphs."""
    if not exact:
        merged: dict[str, str] = {}
        for place, text in texts.items():
            key = SUBPARAGRAPH.sub("", place)
            merged[key] = merged.get(key, "") + "|" + text
        texts = merged
    wrong = [(p, t) for p, t in truth.units if bare(t) not in texts.get(p, "")]
    share = 1 - len(wrong) / max(len(truth.units), 1)
    print(f"{name:<24}{len(truth.units):>8}{len(wrong):>7}{100 * share:>9.2f} %")
    if verbose:
        for place, text in wrong[:25]:
            there = [p for p, t in texts.items() if bare(text) in t][:3]
            print(f"    {place}: {squeezed(text)[:70]!r} is at {there}")
    return share


def report_places(name: str, truth: Truth, found: Structure, verbose: bool) -> None:
    wanted = {p for p, _ in truth.units}
    amending = {p.place for p in found.provisions if p.zone == "amendment"}
    have = {SUBPARAGRAPH.sub("", p.place) for p in found.provisions if p.place.startswith("Art ")}
    both, missing = wanted & have, wanted - have
    extra = {p for p in have - wanted - amending if p.count("(") and "“" not in p}
    share = len(both) / max(len(both) + len(missing) + len(extra), 1)
    print(f"{name:<24}{len(wanted):>8}{len(missing):>7}{len(extra):>7}{100 * share:>9.2f} %")
    if verbose:
        print("    missing", sorted(missing)[:30], "extra", sorted(extra)[:30])


# -- headings in 24 languages ---------------------------------------------------------------------------------------

ENTRY = re.compile(r'data-title-en="(?P<english>[^"]*)"[^>]*>(?P<own>.*?)</a>', re.DOTALL)


def contents(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """Entries of a table of contents: kind, number (from the English title), heading words, title."""
    for match in ENTRY.finditer(path.read_text(encoding="utf-8")):
        english, own = unescape(match["english"]), squeezed(unescape(re.sub(r"<[^>]+>", "", match["own"])))
        article = re.search(r"\(Article (\d+)\)", english)
        if article:
            title, _, words = own.rpartition(" - ")
            yield "article", article[1], words.strip("() "), title
        else:
            words, _, title = own.partition(" - ")
            kind, number = english.partition(" - ")[0].split()
            yield kind.lower(), number, words, title


def headings(shared: Path, verbose: bool) -> None:
    print(f"\n{'headings':<10}{'wanted':>8}{'found':>8}{'titled':>8}")
    total = found_total = titled_total = 0
    for path in sorted((shared / "docs/eu").glob("GDPR_TOC_*.html")):
        language = path.stem[-2:].lower()
        entries = list(contents(path))
        builder = LayoutBuilder()
        for kind, _, words, title in entries:
            builder.block(words, BlockRole.BODY)
            builder.block(title, BlockRole.BODY)
            if kind == "article":
                builder.block("1. — —", BlockRole.BODY)
        made = build_structure(Layout(builder.text(), tuple(builder.blocks)), "benchmark", language)
        kinds = {ProvisionKind.CHAPTER: "chapter", ProvisionKind.SECTION: "section", ProvisionKind.ARTICLE: "article"}
        have = [(kinds[p.kind], p.number, p.heading) for p in made.provisions if p.kind in kinds]
        numbers = {(k, n) for k, n, _ in have}
        wanted = [(k, n, squeezed(t)) for k, n, _, t in entries]
        found = sum((k, n) in numbers for k, n, _ in wanted)
        titled = sum(entry in have for entry in wanted)
        total, found_total, titled_total = total + len(wanted), found_total + found, titled_total + titled
        print(f"{language:<10}{len(wanted):>8}{found:>8}{titled:>8}")
        if verbose:
            print("    not found", [e for e in wanted if e not in have][:6])
    print(f"{'all':<10}{total:>8}{found_total:>8}{titled_total:>8}")


def main() -> int:
    arguments = [a for a in sys.argv[1:] if not a.startswith("-")]
    if not arguments:
        print(__doc__)
        return 2
    shared, verbose = Path(arguments[0]), "-v" in sys.argv
    only = arguments[1:]
    folder = shared / "docs/eu"
    read_files: dict[str, tuple[Layout, Structure]] = {}

    def made(file: str) -> tuple[Layout, Structure]:
        if file not in read_files:
            read_files[file] = read(folder / file)
        return read_files[file]

    def wanted(name: str) -> bool:
        return not only or any(o in name for o in only)

    print(f"{'text at its place':<24}{'units':>8}{'wrong':>7}{'right':>11}")
    for name, file in XHTML:
        if wanted(name):
            report(name, xhtml_truth(folder / file), texts_by_place(*made(file)), False, verbose)
    for name, file, twin in PLAIN:
        if wanted(name):
            report(name, xhtml_truth(folder / twin), texts_by_place(*made(file)), False, verbose)
    print("with subparagraphs")
    for name, file, twin in FORMEX:
        if wanted(name):
            report(name, formex_truth(folder / twin), texts_by_place(*made(file)), True, verbose)
    print(f"\n{'places':<24}{'wanted':>8}{'lack':>7}{'extra':>7}{'agree':>11}")
    for name, file, twin in OTHER:
        if wanted(name):
            report_places(name, xhtml_truth(folder / twin), made(file)[1], verbose)
    if wanted("headings"):
        headings(shared, verbose)
    return 0


if __name__ == "__main__":
    sys.exit(main())
