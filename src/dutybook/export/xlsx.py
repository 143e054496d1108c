"""Writes the register as an Excel workbook, with a sheet about it for readers and a hidden one for programs.

Text of documents is written as text and never interpreted as a formula, link or number. The only formulas are ours:
the days left until a due date, and links to the sources of documents.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxFileError

from dutybook.errors import BadRequest
from dutybook.export.columns import CHECK, OBLIGATIONS, Checks, Column, Kind, checked_columns
from dutybook.export.content import VERSION, Content, ObligationRow, filters_in_words, link_to
from dutybook.export.sheet import Book, Link, RowSheet, Sheet, Spec, Styles, display_text, text_cell
from dutybook.export.sheets import (
    CHANGES,
    DEADLINES,
    DOCUMENTS,
    GLOSSARY,
    REJECTED,
    Dated,
    InDocument,
    Read,
    page_of,
)
from dutybook.languages.reader import describe_chain, reader_words
from dutybook.store import DocumentRow
from dutybook.store.exports import About
from dutybook.store.exports import about as about_register

#: The version of what an import finds in a workbook: names of columns, keys of the sheet below, how a row is checked.
FORMAT = 1
#: The sheet that only programs read.
BOOK = "_dutybook"

Tables = Mapping[str, tuple[Sheet, Sequence[Column[Any]]]]
_READING = ("quote", "due", "deadlines", "changes", "documents", "rejected", "glossary", "groups", "hidden", "short")
_WRITING = ("cells", "locked", "rows", "note")


def moment(now: datetime | None) -> str:
    """A time in UTC, to the second; empty if no clock is given."""
    return now.astimezone(UTC).isoformat(timespec="seconds") if now else ""


def write_book(
    book: Workbook, content: Content, about: About, tables: Tables, language: str, now: datetime | None
) -> None:
    """Write the hidden sheet of keys and values that an import relies on."""
    sheet = book.add_worksheet(BOOK, worksheet_class=RowSheet)
    values = {
        "format": str(FORMAT),
        "version": VERSION,
        "register": about.register,
        "history": str(about.history),
        "exported": moment(now),
        "language": language,
        "filters": json.dumps(content.filters, ensure_ascii=False, sort_keys=True, default=str),
    }
    for name, (table, columns) in tables.items():
        values[f"sheet:{name.capitalize()}"] = json.dumps([column.name for column in columns])
        values[f"title:{name.capitalize()}"] = table.name
        values[f"rows:{name.capitalize()}"] = str(table.count)
    for row, (key, value) in enumerate(values.items()):
        cells = [text_cell(f"A{row + 1}", 0, key)]
        if value:
            cells.append(text_cell(f"B{row + 1}", 0, display_text(value)))
        sheet.write_row_xml(row, "".join(cells), 2)
    sheet.protect()
    sheet.very_hidden()


# The workbook's creation date: fixed where no clock is given, so that the same register gives the same bytes.
_CREATED = datetime(2000, 1, 1)
#: What a person cannot choose: it follows from corrections.
_GIVEN = {"finding": ("corrected",)}
_OBLIGATIONS = (*OBLIGATIONS, CHECK)
_LINK = next(at for at, c in enumerate(_OBLIGATIONS) if c.kind is Kind.LINK)
_DAYS = next(at for at, c in enumerate(_OBLIGATIONS) if c.kind is Kind.DAYS)
_DUE = next(at for at, c in enumerate(_OBLIGATIONS) if c.name == "due")
_NEEDING = {
    needs: [(at, c.value) for at, c in enumerate(_OBLIGATIONS) if c.needs == needs]
    for needs in ("", "document", "deadlines", "review")
}
_SHEETS: tuple[Sequence[Column[Any]], ...] = (DEADLINES, CHANGES, DOCUMENTS, REJECTED, GLOSSARY)
# Where the columns stand that are computed: a link, a due date, the days left until it.
_COMPUTED = {
    id(columns): (
        next(at for at, c in enumerate(columns) if c.kind is Kind.LINK),
        next((at for at, c in enumerate(columns) if c.name == "due"), None),
        next((at for at, c in enumerate(columns) if c.kind is Kind.DAYS), None),
    )
    for columns in _SHEETS
}
#: For each part of a row's check the places of its columns.
_CHECKED = [{c.name: at for at, c in enumerate(_OBLIGATIONS) if c.name in part} for part in checked_columns()]
_FIRST = "#page=1"


def write(content: Content, path: Path, *, now: datetime | None = None, base: Path | None = None) -> int:
    """Write the workbook in one pass and constant memory. Returns the number of norms on its first sheet."""
    with TemporaryDirectory(prefix="dutybook-") as scratch:
        book = Book(
            str(path),
            {
                "constant_memory": True,
                "tmpdir": scratch,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        book.use_zip64()
        created = now.astimezone(UTC).replace(tzinfo=None) if now else _CREATED
        book.set_properties({"title": "Dutybook register", "comments": f"Dutybook {VERSION}", "created": created})
        book.set_size(2600, 1600)
        try:
            count = _Filling(book, content, now, base).fill()
            book.close()
        except XlsxFileError as error:
            cause = error.__cause__ or error.__context__ or (error.args[0] if error.args else None)
            if isinstance(cause, OSError):  # the disk's own words say more than the library's
                raise cause from error
            raise BadRequest(f"cannot write {path.name}: {error}") from error
        finally:
            # Without it an abandoned workbook keeps its scratch files open; what they cannot flush is lost anyway.
            for sheet in book.worksheets():
                with suppress(OSError):
                    sheet.row_data_fh.close()
    return count


class _Filling:
    """Fills one workbook."""

    def __init__(self, book: Workbook, content: Content, now: datetime | None, base: Path | None) -> None:
        self.book = book
        self.content = content
        self.now = now
        self.base = base
        self.words = reader_words("register", content.reader)
        self.values = reader_words("values", content.reader)
        self.styles = Styles(book)
        self._checks = [Checks(part) for part in _CHECKED]
        self._otherwise = [
            (at, self.values(f"{c.choices}.{c.otherwise}")) for at, c in enumerate(_OBLIGATIONS) if c.otherwise
        ]
        self._document: DocumentRow | None = None
        self._common: list[object] = [None] * len(_OBLIGATIONS)
        self._linked: tuple[tuple[str, int | None], Link | None] = ("", None), None
        self.tables: dict[str, tuple[Sheet, Sequence[Column[Any]]]] = {}
        self._page = self.words("link.page")
        self._open = self.words("link.open")
        self._sources: dict[str, tuple[str | None, bool]] = {}

    def fill(self) -> int:
        obligations = self._sheet("obligations", _OBLIGATIONS, "#1F3A5F", frozen=2)
        deadlines = self._sheet("deadlines", DEADLINES, "#B45309", frozen=1)
        changes = self._sheet("changes", CHANGES, "#7C3AED", frozen=2)
        documents = self._sheet("documents", DOCUMENTS, "#64748B", frozen=1)
        rejected = self._sheet("rejected", REJECTED, "#94A3B8")
        glossary = self._sheet("glossary", GLOSSARY, "#0F766E", frozen=1)
        modalities: Counter[str] = Counter()
        seen: dict[str, None] = {}
        for row in self.content.rows():
            self._obligation(obligations, row)
            modalities[row.norm.modality] += 1
            seen[row.document.id] = None
            for deadline in row.norm.deadlines:
                for dated in list(deadline.dated()) or [deadline]:
                    if self.content.shows(dated.due):
                        self._dated(deadlines, Dated(row.document, row, dated))
        for fact, document in self.content.facts():
            if self.content.shows(fact.due):
                self._dated(deadlines, Dated(document, fact=fact))
        sources = []
        for read in self.content.documents(seen):
            self._add(documents, DOCUMENTS, Read(*read, self.content.act(read[0].id)), read[0].source, None)
            sources.append((read[0].title or read[0].source, read[0].sha256))
        for rejection, document in self.content.rejections(seen):
            self._add(rejected, REJECTED, InDocument(rejection, document), document.source, rejection.page)
        for term, document in self.content.terms(seen):
            self._add(glossary, GLOSSARY, InDocument(term, document), document.source, term.page)
        for line, document in self.content.changes():
            self._add(changes, CHANGES, InDocument(line, document), document.source, line.page)
        for sheet, _ in self.tables.values():
            sheet.finish()
        about = about_register(self.content.register)
        self._write_about(about, modalities, sources)
        write_book(self.book, self.content, about, self.tables, self.content.reader, self.now)
        return obligations.count

    def _write_about(self, about: About, modalities: Counter[str], sources: Iterable[tuple[str, str]]) -> None:
        """Write the sheet with versions, filters, counts, how to read the workbook, and digests of the sources."""
        words = self.words
        specs = (Spec("", 30, Kind.LABEL), Spec("", 104, Kind.TEXT))
        sheet = Sheet(self.styles, words("sheet.about"), specs, tab="#CBD5E1", headed=False)

        def line(label: str, text: str) -> None:
            if text:
                sheet.add(sheet.words([label, text]))

        sheet.heading(words("about.title"))
        line(words("about.made_by"), f"Dutybook {VERSION}")
        line(words("about.exported"), moment(self.now).replace("T", " ").replace("+00:00", " UTC"))
        line(words("about.read_by"), ", ".join(f"Dutybook {version}" for version in about.analysers))
        line(words("about.found_by"), ", ".join(about.rules))
        line(words("about.format"), str(about.format))
        line(words("about.register"), about.register)
        history = words("about.history_says", rows=f"{about.history:,}", hash=about.head) if about.history else "0"
        line(words("about.history"), history)
        line(words("about.filters"), filters_in_words(self.content.filters, words.language))
        kinds = ", ".join(f"{self.values.get(f'modality.{m}', m)} {n:,}" for m, n in modalities.most_common())
        for name, (table, _) in self.tables.items():
            counted = words("about.rows", count=table.count)
            line(table.name, counted + (f" ({kinds})" if name == "obligations" and kinds else ""))
        titles = {key.removeprefix("column."): words(key) for key in words if key.startswith("column.")}
        labels = {"quote": titles["quote"], "due": titles["due"], "hidden": titles["id"]}
        for section, keys in (("reading", _READING), ("writing", _WRITING)):
            sheet.heading(words(f"about.{section}"))
            for key in keys:
                label = labels.get(key) or words.get(f"label.{key}", "") or words(f"sheet.{key}")
                line(label, words(f"{section}.{key}").format(**titles))
        sheet.heading(words("about.sources"))
        for title, digest in sources:
            line(title, digest)
        sheet.finish()

    def _sheet(self, name: str, columns: Sequence[Column[Any]], tab: str, frozen: int = 0) -> Sheet:
        title = self.words(f"sheet.{name}")
        note = self.words("cell.shortened")
        sheet = Sheet(self.styles, title, [self._spec(c) for c in columns], tab, frozen=frozen, note=note)
        self.tables[name] = sheet, columns
        return sheet

    def _spec(self, column: Column[Any]) -> Spec:
        return Spec(
            self.words(f"column.{column.name}"),
            column.width,
            column.kind,
            printed=column.printed,
            hidden=column.hidden,
            folds=column.folds,
            yours=column.editable is not None,
            choices=column.choices,
            words=self._words(column.choices),
            given=_GIVEN.get(column.choices, ()),
            lines=column.lines,
            says=partial(describe_chain, language=self.content.reader) if column.chain else None,
        )

    def _words(self, sections: str) -> dict[str, str]:
        """The reader's words for the values of closed sets."""
        found: dict[str, str] = {}
        for section in sections.split():
            start = f"{section}."
            found |= {key.removeprefix(start): self.values(key) for key in self.values if key.startswith(start)}
        return found

    def _obligation(self, sheet: Sheet, row: ObligationRow) -> None:
        norm = row.norm
        if row.document is not self._document:
            self._document = row.document
            self._fill_in(sheet, self._common, "document", row)
        cells = self._common.copy()
        self._fill_in(sheet, cells, "", row)
        if norm.deadlines:
            self._fill_in(sheet, cells, "deadlines", row)
        if row.review:
            self._fill_in(sheet, cells, "review", row)
        for at, word in self._otherwise:
            if cells[at] is None:
                cells[at] = word
        cells[_LINK] = self._link(row.document.source, norm.page)
        cells[_DAYS] = cells[_DUE]
        cells[-1] = "-".join(part.row_check(cells) for part in self._checks)
        sheet.add(cells)

    def _fill_in(self, sheet: Sheet, cells: list[object], needs: str, row: ObligationRow) -> None:
        for at, value_of in _NEEDING[needs]:
            value = value_of(row)
            cells[at] = None if value is None or value == "" else sheet.shows[at](value)

    def _dated(self, sheet: Sheet, dated: Dated) -> None:
        self._add(sheet, DEADLINES, dated, dated.document.source, page_of(dated))

    def _add(self, sheet: Sheet, columns: Sequence[Column[Any]], row: object, source: str, page: int | None) -> None:
        cells = sheet.words([column.value(row) for column in columns])
        link, due, days = _COMPUTED[id(columns)]
        cells[link] = self._link(source, page)
        if days is not None and due is not None and isinstance(cells[due], date):
            cells[days] = cells[due]
        sheet.add(cells)

    def _link(self, source: str, page: int | None) -> Link | None:
        """A link to the page of a source. Most rows have the link of the row before."""
        if self._linked[0] != (source, page):
            self._linked = (source, page), self._link_to(source, page)
        return self._linked[1]

    def _link_to(self, source: str, page: int | None) -> Link | None:
        if source not in self._sources:
            found = link_to(source, 1, self.base)
            paged = found is not None and found.endswith(_FIRST)
            self._sources[source] = found and found.removesuffix(_FIRST), paged
        address, paged = self._sources[source]
        if address is None:
            return None
        if not page:
            return Link(address, self._open)
        return Link(f"{address}#page={page}" if paged else address, self._page.replace("{page}", str(page)))
