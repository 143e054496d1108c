"""What every format must do, ours and those that other packages bring."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from export_fakes import HOSTILE, hostile, mixed

from dutybook.errors import BadFilter
from dutybook.export import export, known_formats
from dutybook.export.tables import unguard
from dutybook.store import Filters, open_register


def from_xlsx(path: Path) -> list[str]:
    import openpyxl
    from openpyxl.utils.escape import unescape

    sheet = openpyxl.load_workbook(path)["Details"]
    cells = [(row[3], row[3].value) for row in sheet.iter_rows(min_row=2)]
    assert all(cell.data_type == "s" for cell, _ in cells)
    return [unescape(str(value)) for _, value in cells]


def from_csv(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [unguard(row["quote"]) for row in csv.DictReader(file, delimiter=";")]


def from_jsonl(path: Path) -> list[str]:
    return [json.loads(line)["quote"] for line in path.read_text(encoding="utf-8").splitlines()]


def from_ics(path: Path) -> list[str]:
    import icalendar

    events = icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    lines = [str(event["DESCRIPTION"]).split("\n") for event in events]
    mark = "Wording: "
    return [line.removeprefix(mark) for event in lines for line in event if line.startswith(mark)]


def from_parquet(path: Path) -> list[str]:
    import pyarrow.parquet as pq

    return list(pq.read_table(path, columns=["quote"])["quote"].to_pylist())


def from_yaml(path: Path) -> list[str]:
    import yaml

    nodes = yaml.safe_load(path.read_text(encoding="utf-8"))["objects"]["frameworks"][0]["requirement_nodes"]
    # Norms alone have a line that says what kind they are.
    return [node["description"] for node in nodes if node.get("annotation", "").startswith("Kind: ")]


def from_ttl(path: Path) -> list[str]:
    from rdflib import Graph, URIRef
    from rdflib.namespace import DCTERMS

    graph = Graph().parse(path, format="turtle")
    # A graph has no order; the file has.
    names = re.findall("^<(urn:dutybook:norm:[^>]+)>", path.read_text("utf-8"), re.MULTILINE)
    return [str(graph.value(URIRef(name), DCTERMS.description)) for name in names]


def from_json(path: Path) -> list[str]:
    def prose(group: dict[str, Any]) -> list[str]:
        inner = [words for below in group.get("groups", ()) for words in prose(below)]
        own = [part["prose"] for control in group.get("controls", ()) for part in control["parts"]]
        return [*inner, *own]

    catalog = json.loads(path.read_text(encoding="utf-8"))["catalog"]
    return [re.sub(r"\\(.)", r"\1", words) for words in prose(catalog)]


def from_zip(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as package:
        assert package.namelist() == ["datapackage.json", "norms.csv", "norms.parquet"]
        lines = package.read("norms.csv").decode("utf-8").splitlines(keepends=True)
    return [unguard(row["quote"]) for row in csv.DictReader(lines)]


def from_html(path: Path) -> list[str]:
    import lxml.html

    page = lxml.html.fromstring(path.read_text(encoding="utf-8"))
    return [quote.text_content() for quote in page.iter("blockquote")]


def from_markdown(path: Path) -> list[str]:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8"))
    quotes: list[str] = []
    inside = False
    for token in tokens:
        inside = token.type == "blockquote_open" or (inside and token.type != "blockquote_close")
        if inside and token.type == "inline":
            assert {child.type for child in token.children or ()} == {"text"}, "nothing in it is markup"
            quotes.append("".join(child.content for child in token.children or ()))
    return quotes


def from_statement(path: Path) -> list[str]:
    import openpyxl

    cells = [row[2] for row in openpyxl.load_workbook(path).active.iter_rows(min_row=5)]
    assert all(cell.data_type == "s" for cell in cells)
    return [str(cell.value) for cell in cells]


def from_statement_pdf(path: Path) -> list[str]:
    return from_pdf(path, 8.25)


def from_pdf(path: Path, law: float = 10.5) -> list[str]:
    """What is printed in the size that is the law's alone (points); a line's end is a space, a letter without a font its number."""
    import pypdfium2
    from pypdfium2 import raw

    quotes: list[str] = []
    ended = True
    for page in pypdfium2.PdfDocument(path):
        text = page.get_textpage()
        for index in range(text.count_chars()):
            size = raw.FPDFText_GetFontSize(text, index)
            letter = chr(raw.FPDFText_GetUnicode(text, index))
            if letter.isspace():  # PDFium makes some of its own, which have no size
                letter = " "
            elif abs(size - 7.5) < 0.1:  # running titles and page numbers stand between the lines of a long quote
                continue
            elif abs(size - law) > 0.1:
                ended = True
            elif ended:
                quotes.append("")
                ended = False
            if not ended:
                quotes[-1] += letter
    # In a narrow column a line may end within a word, behind a space without width.
    found = [" ".join(re.sub("\u200b\\s*", "", quote).split()) for quote in quotes]
    return [re.sub("⟨U\\+([0-9A-F]+)⟩", lambda number: chr(int(number[1], 16)), quote) for quote in found]


# How a format's quotes are read back. A format without an entry here fails the first test below: give it one.
READERS: dict[str, Callable[[Path], list[str]]] = {
    ".csv": from_csv,
    ".html": from_html,
    ".ics": from_ics,
    ".json": from_json,
    ".jsonl": from_jsonl,
    ".md": from_markdown,
    ".parquet": from_parquet,
    ".pdf": from_pdf,
    ".soa.pdf": from_statement_pdf,
    ".soa.xlsx": from_statement,
    ".ttl": from_ttl,
    ".xlsx": from_xlsx,
    ".yaml": from_yaml,
    ".zip": from_zip,
}
# Formats for programs, which are given what the document says, control characters and all.
VERBATIM = {".jsonl", ".parquet"}
FACT = "Diese Verordnung tritt am 1. Juni 2026 in Kraft."

formats = pytest.mark.parametrize("extension", known_formats())


@formats
def test_can_be_read_back(extension: str) -> None:
    assert extension in READERS


def exported(tmp_path: Path, extension: str, register: Any, filters: dict[str, object] | None = None) -> list[str]:
    """The quotes in the file, after a check that their number is what was said."""
    path = tmp_path / f"übersicht{extension}"
    count = export(register, path, filters)
    quotes = READERS[extension](path)
    assert count == len(quotes)
    assert [p.name for p in tmp_path.iterdir()] == [path.name], "nothing is left beside the file"
    return [quote for quote in quotes if quote != FACT]


@formats
def test_hostile_text_arrives_word_for_word(extension: str, tmp_path: Path) -> None:
    assert exported(tmp_path, extension, hostile()) == list(HOSTILE.values())


@formats
def test_control_characters_never_break_the_file(extension: str, tmp_path: Path) -> None:
    # The bell and the escape are no white space, so the register keeps them; the next-line control is.
    (quote,) = [q for q in exported(tmp_path, extension, hostile(c="a\x07b\x1bc\x85d \u2028e")) if q.startswith("a")]
    assert quote == ("a\x07b\x1bc d e" if extension in VERBATIM else "abc d e")


@formats
def test_long_text_is_whole_or_says_that_it_is_not(extension: str, tmp_path: Path) -> None:
    long = "Wort " * 20_000 + "Ende"
    (quote,) = [q for q in exported(tmp_path, extension, hostile(c=long)) if q.startswith("Wort")]
    assert quote == long or "…" in quote[-80:]


@formats
@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"modality": "prohibition"},
        {"language": "en"},
        {"words": "Logbuch"},
        {"words": "guide OR timetable", "modality": "obligation"},
        {"document": "/akten/B.txt"},
        {"work": "007/2026"},
        {"deadline_before": "2027-05-01"},
        {"deadline_after": "2027-05-02"},
        {"bearer": "betreiber", "bearer_class": "business", "modality": None, "words": ""},
        {"place": "Art 3"},
        {"words": "nirgends"},
    ],
)
def test_the_rows_are_those_of_the_filter_in_register_order(
    extension: str, filters: dict[str, object], tmp_path: Path
) -> None:
    register = mixed()
    given: dict[str, Any] = {name: value for name, value in filters.items() if value is not None}
    norms = list(register.norms(Filters(**given)))
    if extension == ".ics":
        norms = [norm for norm in norms if norm.due]
    assert exported(tmp_path, extension, register, filters) == [norm.quote for norm in norms]


@formats
def test_an_empty_register_gives_an_empty_file_that_opens(extension: str, tmp_path: Path) -> None:
    assert exported(tmp_path, extension, open_register(":memory:")) == []


@formats
def test_the_same_register_gives_the_same_bytes(extension: str, tmp_path: Path) -> None:
    register = mixed()
    first, second = tmp_path / f"a{extension}", tmp_path / f"b{extension}"
    export(register, first)
    export(register, second)
    assert first.read_bytes() == second.read_bytes()


@formats
def test_the_extension_counts_in_any_case(extension: str, tmp_path: Path) -> None:
    assert export(mixed(), tmp_path / f"A{extension.upper()}") >= 4


@formats
@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"colour": "red"}, "there is no filter 'colour'"),
        ({"modality": "wish"}, "no modality"),
        ({"document": "absent"}, "no document"),
    ],
)
def test_a_filter_that_cannot_be_meant_writes_nothing(
    extension: str, filters: dict[str, object], words: str, tmp_path: Path
) -> None:
    with pytest.raises(BadFilter, match=words):
        export(mixed(), tmp_path / f"a{extension}", filters)
    assert not list(tmp_path.iterdir())
