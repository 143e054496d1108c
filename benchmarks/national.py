#!/usr/bin/env python3
"""National acts: are all sections found, once, in order, with their heading, and are places exact where a twin says so?

    python benchmarks/national.py ../shared [--missing] [NAME ...]

The expected numbers come from the raw file by one expression a document (or from another format of the same act),
never from Dutybook's own readers: Markdown and HTML as text, PDF as pdfium's plain text, XML by its tags.
"""

from __future__ import annotations

import argparse
import gzip
import html
import re
import sys
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from xml.etree import ElementTree

import pypdfium2

from dutybook.layout.formats import read_layout
from dutybook.records import Layout, ProvisionKind, RawDocument, Structure
from dutybook.structure.build import build_structure

MARKDOWN_DE = r"^#+ §§? (?P<number>\d+\w?)(?: (?:bis|und) \d+)?(?: [–-] (?P<title>.+))?$"
MARKDOWN_AT = r"^#+ (?:Art\. \d+ )?§ (?P<number>\d+\w?) \w+(?: — (?P<title>.+))?$"
FRENCH = r"^Article (?P<number>\d+)(?:er)?\s*$"
BELGIAN = r"^(?:Article|Art\.) (?P<number>\d+|[IVX]+\.\d+)(?:er)?\. "
SWISS = r"^Art\.? ?(?P<number>\d+(?:bis|ter|quater|quinquies|sexies|septies|octies|novies|decies|[a-z](?![a-z]))?)\d*(?!\d* à)"
SPANISH = r"^(?:Artículo) (?P<number>\d+(?: (?:bis|ter|quater))?)\. (?P<title>[A-ZÁÉÍÓÚÑ].*)$"
BRAZILIAN = r"^Art\. ?(?P<number>\d+)[ºo]?(?P<letter>-[A-Z])?\.?\s"
PORTUGUESE = r"^(?:Artigo|ARTIGO) (?P<number>\d+)\.º(?P<letter>-[A-Z])?"
AMERICAN = r"^§ (?P<number>\d{3}\.\d{3,4}) (?P<title>(?:[A-Z]|\[Res)[^.\n]+)"
POLISH = r"^§ (?P<number>\d+)\."


@dataclass(frozen=True)
class Document:
    """A file, its language and how its sections are written in the raw text.

    ``leaders``: a table of contents with page numbers comes first. ``notes``: figures of footnotes stick to numbers.
    """

    path: str
    language: str
    pattern: str
    leaders: bool = False
    notes: bool = False


DOCUMENTS = (
    Document("de/GwG.md", "de", MARKDOWN_DE),
    Document("de/BDSG.md", "de", MARKDOWN_DE),
    Document("de/HinSchG.md", "de", MARKDOWN_DE),
    Document("de/LkSG.md", "de", MARKDOWN_DE),
    Document("at/DSG.md", "de", MARKDOWN_AT),
    Document("at/TKG2021.md", "de", MARKDOWN_AT),
    Document("at/VStG.md", "de", MARKDOWN_AT),
    Document("fr/jorf_2022-04-14_ordonnance_2022-544.pdf", "fr", FRENCH),
    Document("be/arrete_royal.html", "fr", BELGIAN),
    Document("be/with_tables.html", "fr", BELGIAN),
    Document("ch/lb_952.0_fr.pdf", "fr", SWISS, notes=True),
    Document("es/boe_2002-13758_lssi.pdf", "es", SPANISH, leaders=True),
    Document("es/boe_2015-10565_lpac.pdf", "es", SPANISH, leaders=True),
    Document("br/lgpd_13709_planalto.html", "pt", BRAZILIAN),
    Document("br/bacen_res_4595_2017.pdf", "pt", BRAZILIAN),
    Document("pt/codigo_da_estrada_consolidado.pdf", "pt", PORTUGUESE),
    Document("pt/lisboa_regulamento_estacionamento.pdf", "pt", PORTUGUESE),
    Document("us/hipaa_combined_2013.pdf", "en", AMERICAN, leaders=True),
    Document("pl/rozporzadzenie_2024-1984.html", "pl", POLISH),
)


def raw_text(path: Path) -> str:
    """The file's text without any reader of ours."""
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as pdf:
            return "\n".join(pdf[i].get_textpage().get_text_range() for i in range(len(pdf))).replace("\r", "")
    data = path.read_bytes()
    if path.suffix == ".html":
        encoding = "utf-8" if b"\xc3" in data else "latin-1"
        text = re.sub(r"\s+", " ", data.decode(encoding, "replace"))
        text = re.sub(r"(?i)<(?:p|br|div|tr|td|h\d|li)\b[^>]*>", "\n", text)
        text = html.unescape(re.sub(r"<[^>]+>", "", text)).replace("\xa0", " ")
        return "\n".join(" ".join(line.split()) for line in text.splitlines())
    return data.decode("utf-8")


def expected(text: str, document: Document) -> dict[str, str]:
    """Number and title of every section, in order; the longest series that counts upward, without tables of contents."""
    found: dict[str, str] = {}
    for match in re.finditer(document.pattern, text, re.MULTILINE):
        line = text[match.start() : (text.find("\n", match.end()) + 1 or len(text))]
        if document.leaders and re.search(r"\.{4,}|\d+\s*$", line):
            continue
        groups = match.groupdict()
        number = groups["number"] + (groups.get("letter") or "")
        if document.notes:
            number = without_note(number, list(found))
        if document.leaders:
            found.pop(number, None)
        if number and not found.get(number):
            found[number] = " ".join((groups.get("title") or "").split())
    return found


def without_note(number: str, before: list[str]) -> str:
    """ "14" after nothing is article 1 with note 4, "217" after 1 is article 2: the shortest that goes on from the last."""
    last = int(re.match(r"\d+", before[-1])[0]) if before else 0  # type: ignore[index]
    figures = re.match(r"\d+", number)[0]  # type: ignore[index]
    suffix = number[len(figures) :]
    for length in range(1, len(figures) + 1):
        short = int(figures[:length])
        if suffix and short == last:
            return f"{short}{suffix}"
        if last < short <= last + 6:
            return f"{short}{suffix}"
    return ""


def _begins_alike(one: str, other: str, enough: int = 20) -> bool:
    length = min(len(one), len(other), enough)
    return one[:length] == other[:length]


def letters(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def read(path: Path, language: str | None) -> tuple[Layout, Structure]:
    layout = read_layout(RawDocument(path.name, path.read_bytes()))
    return layout, build_structure(layout, "benchmark", language)


def sections(shared: Path, document: Document, missing: bool) -> str:
    path = shared / "docs" / "national" / document.path
    text = raw_text(path)
    want = expected(text, document)
    _, found = read(path, document.language)
    articles = [
        p
        for p in found.provisions
        if p.kind is ProvisionKind.ARTICLE
        and "“" not in p.place
        and ("§" not in document.pattern or p.place.startswith("§"))
    ]
    numbers = [p.number.replace("º", "") for p in articles]
    count = Counter(numbers)
    # An amending act, or one with its old versions, says a number more than once.
    number_counts = Counter(
        m["number"] + (m.groupdict().get("letter") or "") for m in re.finditer(document.pattern, text, re.M)
    )
    once = [n for n in want if count[n] == 1 or (count[n] == number_counts[n] and not document.leaders)]
    order = list(dict.fromkeys(n for n in numbers if n in want))
    in_order = sum(b.size for b in SequenceMatcher(None, list(want), order, autojunk=False).get_matching_blocks())
    titled = {n: t for n, t in want.items() if t}
    titles = {p.number: letters(p.heading) for p in articles}
    right = [n for n, t in titled.items() if titles.get(n) and _begins_alike(letters(t), titles[n])]
    if missing:
        print("   missing", [n for n in want if not count[n]], "twice", [n for n in want if n not in once and count[n]])
        print("   extra", [n for n in count if n not in want], "untitled", [n for n in titled if n not in right])
    share = f"{len(right) / len(titled):7.3f}" if titled else "      –"
    size = max(len(want), 1)
    return f"{document.path:52}{len(want):6}{sum(n in count for n in want) / size:8.3f}{len(once) / size:8.3f}{in_order / size:8.3f}{share}"


# -- twins ------------------------------------------------------------------------------------------------------------


def legaldocml(path: Path) -> list[tuple[str, str]]:
    """(place, first letters) of the act's own articles, paragraphs and points in LegalDocML.de, without quoted text."""
    found: list[tuple[str, str]] = []

    def walk(node: ElementTree.Element, place: str) -> None:
        for child in node:
            tag = child.tag.rsplit("}", 1)[-1]
            if tag in {"quotedStructure", "mod", "toc"}:
                continue
            number = next((c for c in child if c.tag.endswith("}num")), None)
            here = place
            if number is not None and tag in {"article", "paragraph", "point"}:
                mark = "".join(number.itertext()).strip()
                bare = re.sub(r"^(?:Artikel|Art\.|§)\s*", "", mark).strip("(). ")
                if tag == "article":
                    here = f"Art {bare}"
                elif bare:
                    here = f"{place}({bare})"
                text = "".join(t for c in child if c is not number for t in c.itertext())
                if bare:
                    found.append((here, letters(text)[:40]))
            walk(child, here)

    walk(ElementTree.parse(path).getroot(), "")
    return found


def gii(path: Path) -> tuple[str, list[tuple[str, str]]]:
    """A German statute's XML as Markdown, and the place of every paragraph and list item by its nesting."""
    lines: list[str] = []
    found: list[tuple[str, str]] = []
    forms = (
        (r"\d+[a-z]*\.$", "Nr. {}"),
        (r"([a-z])\1+\)$", "Doppelbuchst. {}"),
        (r"[a-z]+\)$", "Buchst. {}"),
    )

    def own(node: ElementTree.Element) -> str:
        parts = [node.text or ""]
        for child in node:
            if child.tag != "DL":
                parts.append(own(child))
            parts.append(child.tail or "")
        return " ".join("".join(parts).split())

    def walk(node: ElementTree.Element, place: str) -> None:
        for inner in node.iter("DL"):
            if inner in done:
                continue
            done.add(inner)
            for mark, item in zip(inner.findall("DT"), inner.findall("DD"), strict=False):
                label = "".join(mark.itertext()).strip()
                form = next((f for pattern, f in forms if re.fullmatch(pattern, label)), None)
                text = own(item)
                here = f"{place} {form.format(label.strip('.)'))}" if form else place
                lines.append(f"{label} {text}")
                if form and text:
                    found.append((here, letters(text)[:40]))
                walk(item, here)

    done: set[ElementTree.Element] = set()
    for norm in ElementTree.parse(path).getroot().iter("norm"):
        number = norm.findtext("metadaten/enbez") or ""
        if not re.fullmatch(r"§ \d+[a-z]*", number):
            continue
        lines.append(f"# {number} {' '.join((norm.findtext('metadaten/titel') or '').split())}")
        for content in norm.findall("textdaten/text/Content"):
            for paragraph in content.findall("P"):
                text = own(paragraph)
                mark = re.match(r"\((\d+[a-z]*)\)", text)
                place = f"{number} Abs. {mark[1]}" if mark else number
                lines.append(text)
                if mark:
                    found.append((place, letters(text)[:40]))
                walk(paragraph, place)
    return "\n\n".join(lines), found


def clml(path: Path) -> tuple[str, list[tuple[str, str]]]:
    """The sections of a British act's XML as Markdown, and the place of every numbered provision by its tags."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    name = "{http://www.legislation.gov.uk/namespaces/legislation}"
    lines, found = ["# An Act of Parliament to make provision"], []

    def walk(node: ElementTree.Element, place: str, pending: str) -> str:
        for child in node:
            tag = child.tag.removeprefix(name)
            if tag in {"BlockAmendment", "Commentaries", "CommentaryRef", "Title", "Pnumber", "Reference"}:
                continue
            if tag == "P1group":
                title = " ".join("".join(child.find(f"{name}Title").itertext()).split())  # type: ignore[union-attr]
                for section in child.findall(f"{name}P1"):
                    number = "".join(section.find(f"{name}Pnumber").itertext()).strip()  # type: ignore[union-attr]
                    lines.append(f"# {number} {title}")
                    walk(section, f"s {number}", "")
            elif re.fullmatch("P[2-6]", tag):
                number = "".join(child.find(f"{name}Pnumber").itertext()).strip()  # type: ignore[union-attr]
                here = f"{place}({number})"
                pending = walk(child, here, f"{pending}({number}) ")
            elif tag == "Text":
                text = " ".join("".join(child.itertext()).split())
                lines.append(pending + text)
                if pending:
                    found.append((place, letters(text)[:40]))
                pending = ""
            else:
                pending = walk(child, place, pending)
        return pending

    body = ElementTree.fromstring(raw).find(f".//{name}Body")
    if body is not None:
        walk(body, "", "")
    return "\n\n".join(lines), found


def as_text(markdown: str, language: str) -> tuple[Layout, Structure]:
    layout = read_layout(RawDocument("twin.md", markdown.encode()))
    return layout, build_structure(layout, "benchmark", language)


def _quoted(start: str, text: str) -> bool:
    found = re.search(r"\W*".join(map(re.escape, start[:25])), text, re.IGNORECASE)
    return found is not None and "„" in text[max(found.start() - 8, 0) : found.start()]


def twin(name: str, want: list[tuple[str, str]], layout: Layout, structure: Structure, missing: bool) -> str:
    """Of the twin's provisions whose words stand in our file, how many have the same place here."""
    whole = letters(layout.text)
    # One twin puts quoted new text among the act's own paragraphs; the printed act has it in quotation marks.
    quoted = tuple(f"{place}(" for place, text in want if _quoted(text, layout.text))
    want = [(p, t) for p, t in want if t[:25] in whole and not f"{p}(".startswith(quoted)]
    have = {}
    for provision in structure.provisions:
        text = letters(provision.span.of(layout.text))
        have.setdefault(provision.place, []).append(text)
    right = [(p, t) for p, t in want if any(t[:25] in text[:120] for text in have.get(p, ()))]
    if missing:
        print("   wrong", [p for p, t in want if (p, t) not in right])
    return f"{name:52}{len(want):6}{len(right) / max(len(want), 1):8.3f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("names", nargs="*", help="parts of file names; all where none is given")
    parser.add_argument("--missing", action="store_true", help="list what is missing")
    options = parser.parse_args()
    national = options.shared / "docs" / "national"
    if not national.is_dir():
        print(f"{national} is not here: the documents are not part of the repository", file=sys.stderr)
        return 2

    def chosen(path: str) -> bool:
        return not options.names or any(name in path for name in options.names)

    print(f"{'sections':52}{'all':>6}{'found':>8}{'once':>8}{'order':>8}{'title':>7}")
    for document in DOCUMENTS:
        if chosen(document.path):
            print(sections(options.shared, document, options.missing), flush=True)
    print(f"\n{'places against a twin':52}{'all':>6}{'exact':>8}")
    if chosen("bgbl_2024_I_107"):
        want = legaldocml(national / "de/bgbl_2024_I_107.legaldocml.xml")
        print(twin("de/bgbl_2024_I_107.pdf", want, *read(national / "de/bgbl_2024_I_107.pdf", "de"), options.missing))
    for path, language, reader in (
        ("de/gii_ifsg.xml", "de", gii),
        ("uk/asp_2021_11.xml", "en", clml),
        ("uk/dpa_2018_latest.xml.gz", "en", clml),
    ):
        if chosen(path):
            text, want = reader(national / path)
            print(twin(f"{path} as text", want, *as_text(text, language), options.missing), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
