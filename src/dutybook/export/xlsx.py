"""Writes the register as an Excel workbook, with a sheet about it for readers and a hidden one for programs.

Text of documents is written as text and never interpreted as a formula, link or number. The only formulas are ours:
the days left until a due date, and links to the sources of documents.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxFileError

from dutybook.errors import BadRequest
from dutybook.export.columns import CHECK, DETAILS, REGISTER, TABLES, Checks, Column, Kind, checked_columns
from dutybook.export.content import VERSION, Content, ObligationRow, filters_in_words, link_to
from dutybook.export.fast_workbook import Book, RowSheet, display_text, literal, text_cell
from dutybook.export.sheet import SOON_DAYS, Formula, Link, Sheet, Spec, Styles
from dutybook.export.sheets import (
    CHANGES,
    DEADLINES,
    DOCUMENTS,
    GLOSSARY,
    REJECTED,
    Dated,
    InDocument,
    Read,
    changes_words,
    page_of,
)
from dutybook.languages.reader import ReaderWords, reader_words
from dutybook.languages.reader.places import write_place
from dutybook.records.dates import utc_text
from dutybook.store import DocumentRow
from dutybook.store.exports import About
from dutybook.store.exports import about as about_register
from dutybook.store.judgements.record import DONE, TAKEN_ON

#: The version of what an import finds in a workbook: names of columns, keys of the sheet below, how a row is checked.
FORMAT = 2
#: The sheet that only programs read.
BOOK = "_dutybook"

Tables = Mapping[str, tuple[Sheet, Sequence[Column[Any]]]]
_READING = (
    "quote",
    "due",
    "obligations",
    "deadlines",
    "changes",
    "documents",
    "rejected",
    "glossary",
    "groups",
    "hidden",
    "short",
)
_WRITING = ("cells", "locked", "rows", "note")
#: What the cover counts by, each a column of the register with the section of its values, in the order of the cover.
_COUNTED = ("kind", "status", "applicability", "priority")
#: The most acts that the cover lists.
_ACTS = 40


def moment(now: datetime | None) -> str:
    """A time in UTC, to the second; empty if no clock is given."""
    return utc_text(now) if now else ""


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
_REGISTER = (*REGISTER, CHECK)
_DETAILS = (*DETAILS, CHECK)
_LINK = next(at for at, c in enumerate(_DETAILS) if c.kind is Kind.LINK)
_DAYS = next(at for at, c in enumerate(_DETAILS) if c.kind is Kind.DAYS)
_DUE = next(at for at, c in enumerate(_DETAILS) if c.name == "due")
_AT = {c.name: at for at, c in enumerate(_REGISTER)}
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


def write(content: Content, path: Path, *, now: datetime | None = None, address: str = "") -> int:
    """Write the workbook in one pass and constant memory. Returns the number of norms in it.

    ``address`` is that of the register in a browser, for links to the pages of norms; without it, links lead to sources.
    """
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
            count = _Filling(book, content, now, address).fill()
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


class _Table:
    """A table of norms: its columns, those of its values that rows share, and the checksum of each row."""

    def __init__(self, columns: Sequence[Column[ObligationRow]], values: ReaderWords) -> None:
        self.columns = columns
        self._needing = {
            needs: [(at, c.value) for at, c in enumerate(columns) if c.needs == needs]
            for needs in ("", "document", "deadlines", "review")
        }
        self._otherwise = [(at, values(f"{c.choices}.{c.otherwise}")) for at, c in enumerate(columns) if c.otherwise]
        parts = [{c.name: at for at, c in enumerate(columns) if c.name in part} for part in checked_columns(columns)]
        self._checks = [Checks(part) for part in parts]
        self._document: DocumentRow | None = None
        self._common: list[object] = [None] * len(columns)

    def cells(self, sheet: Sheet, row: ObligationRow) -> list[object]:
        """The cells of a norm as readers see them, without links and checksum."""
        if row.document is not self._document:
            self._document = row.document
            self._fill_in(sheet, self._common, "document", row)
        cells = self._common.copy()
        self._fill_in(sheet, cells, "", row)
        if row.norm.deadlines:
            self._fill_in(sheet, cells, "deadlines", row)
        if row.review:
            self._fill_in(sheet, cells, "review", row)
        for at, word in self._otherwise:
            if cells[at] is None:
                cells[at] = word
        return cells

    def check(self, cells: list[object]) -> str:
        """The checksum of a row, which is its last cell."""
        return "-".join(part.row_check(cells) for part in self._checks)

    def _fill_in(self, sheet: Sheet, cells: list[object], needs: str, row: ObligationRow) -> None:
        for at, value_of in self._needing[needs]:
            value = value_of(row)
            cells[at] = None if value is None or value == "" else sheet.shows[at](value)


@dataclass(slots=True)
class _Counts:
    """What the cover counts: the cells of the register by column and word, days that are overdue and that come."""

    words: dict[str, Counter[object]] = field(
        default_factory=lambda: {name: Counter() for name in (*_COUNTED, "short_act")}
    )
    overdue: int = 0
    soon: int = 0

    def count(self, cells: Sequence[object], row: ObligationRow, today: date) -> None:
        """Count a row of the register."""
        for name, counter in self.words.items():
            counter[cells[_AT[name]]] += 1
        days = [due for deadline in row.norm.deadlines if (due := deadline.first_due)]
        if row.review and row.review.due:
            days.append(date.fromisoformat(row.review.due))
        ours = row.review is not None and row.review.is_taken_on
        self.overdue += ours and any(day < today for day in days)
        self.soon += any(0 <= (day - today).days <= SOON_DAYS for day in days)


class _Filling:
    """Fills one workbook."""

    def __init__(self, book: Workbook, content: Content, now: datetime | None, address: str) -> None:
        self.book = book
        self.content = content
        self.now = now
        self.address = address.rstrip("/")
        self.words = reader_words("register", content.reader)
        self.values = reader_words("values", content.reader)
        self.styles = Styles(book)
        self._register = _Table(_REGISTER, self.values)
        self._details = _Table(_DETAILS, self.values)
        self._counts = _Counts()
        self._today = now.date() if now else date.min
        self.tables: dict[str, tuple[Sheet, Sequence[Column[Any]]]] = {}
        self._page = self.words("link.page")
        self._open = self.words("link.open")
        self._refusal = f"{self.words('refusal.title')}\n{self.words('refusal.message')}"

    def fill(self) -> int:
        cover = self._text_sheet("cover", (30, 12, 92))
        register = self._sheet("register", _REGISTER, "#1F3A5F", frozen=2)
        register.activate()
        obligations = self._sheet("obligations", _DETAILS, "#4B6584", frozen=2)
        deadlines = self._sheet("deadlines", DEADLINES, "#B45309", frozen=1)
        changes = self._sheet("changes", CHANGES, "#7C3AED", frozen=2)
        documents = self._sheet("documents", DOCUMENTS, "#64748B", frozen=1)
        rejected = self._sheet("rejected", REJECTED, "#94A3B8")
        glossary = self._sheet("glossary", GLOSSARY, "#0F766E", frozen=1)
        seen: dict[str, None] = {}
        for row in self.content.rows():
            self._norm(register, obligations, row)
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
            self._add(documents, DOCUMENTS, Read(*read, self.content.act(read[0].id)), read[0], None)
            sources.append((read[0].title or read[0].source, read[0].sha256))
        for rejection, document in self.content.rejections(seen):
            self._add(rejected, REJECTED, InDocument(rejection, document), document, rejection.page)
        for term, document in self.content.terms(seen):
            self._add(glossary, GLOSSARY, InDocument(term, document), document, term.page)
        for line, document in self.content.changes():
            if not changes_words(InDocument(line, document)):
                continue
            self._add(changes, CHANGES, InDocument(line, document), document, line.page)
        self._colour_overdue(register, deadlines)
        for sheet, _ in self.tables.values():
            sheet.finish()
        about = about_register(self.content.register)
        self._write_cover(cover, register)
        self._write_about(about, sources)
        write_book(self.book, self.content, about, self.tables, self.content.reader, self.now)
        return register.count

    def _colour_overdue(self, register: Sheet, deadlines: Sheet) -> None:
        """Colour days that have passed where somebody took the norm on: dates of acts, and of norms of others, are no alarm."""
        yes = literal(self.values("applicability.yes"))
        day, ours = (
            f"${deadlines.letter(place)}2"
            for place in (0, next(place for place, c in enumerate(DEADLINES) if c.name == "ours"))
        )
        rule = f"=AND(ISNUMBER({day}),{day}<TODAY(),{ours}={yes})"
        for column in (0, 1):
            deadlines.colour_rows(column, [(rule, self.styles.past)])
        at = {name: f"${register.letter(place)}2" for name, place in _AT.items()}

        def word(name: str, value: str) -> str:
            return f"{at[name]}={literal(self.values(f'{name}.{value}'))}"

        taken = [f'{at["owner"]}<>""', *(word("status", s) for s in TAKEN_ON)]
        taken += [word("applicability", value) for value in ("yes", "partly")]
        done = [*(word("status", s) for s in DONE), word("applicability", "no")]
        due = at["first_due"]
        rule = f"=AND(ISNUMBER({due}),{due}<TODAY(),OR({','.join(taken)}),NOT(OR({','.join(done)})))"
        soon = f"=AND(ISNUMBER({due}),{due}>=TODAY(),{due}<=TODAY()+{SOON_DAYS})"
        register.colour_rows(_AT["first_due"], [(rule, self.styles.past), (soon, self.styles.soon)])

    def _write_cover(self, sheet: Sheet, register: Sheet) -> None:
        """Write the sheet that says what the workbook holds: filters, counts that follow the register, what may be changed."""
        words = self.words

        def line(label: str, *values: object) -> None:
            sheet.add(sheet.words([label, *values, *[None] * (2 - len(values))]))

        sheet.heading(words("about.title"))
        line(words("about.exported"), None, moment(self.now).replace("T", " ").replace("+00:00", " UTC"))
        line(words("about.filters"), None, filters_in_words(self.content.filters, words.language))
        if self.address:
            line(words("about.address"), None, self.address)
        sheet.heading(words("cover.counts"))
        for name, (table, _) in self.tables.items():
            line(table.name, table.count, words(f"reading.{name}").format(**self._headings()))
        if self._today > date.min:
            line(words("cover.overdue"), self._counts.overdue, words("cover.overdue_note"))
            line(words("cover.soon", days=SOON_DAYS), self._counts.soon)
        for name in _COUNTED:
            choices = next(c.choices for c in _REGISTER if c.name == name)
            sheet.heading(words(f"column.{name}"))
            for word in self._words(choices).values():
                line(word, self._counted(register, name, word))
        acts = [(str(act), count) for act, count in self._counts.words["short_act"].most_common() if act]
        sheet.heading(words("column.short_act"))
        for act, count in acts[:_ACTS]:
            line(act, self._counted(register, "short_act", act) if len(act) <= 200 else count)
        if len(acts) > _ACTS:
            line(words("cover.more_acts", count=len(acts) - _ACTS))
        sheet.heading(words("about.writing"))
        for key in _WRITING:
            line(words(f"label.{key}"), None, words(f"writing.{key}").format(**self._headings()))
        sheet.finish()

    def _counted(self, register: Sheet, name: str, word: str) -> Formula:
        """How many rows of the register have a word in a column; it follows what people write there."""
        letter = register.letter(_AT[name])
        asked = re.sub(r"([~*?])", r"~\1", word)  # signs that would stand for others
        table = register.name.replace("'", "''")
        return Formula(f"COUNTIF('{table}'!${letter}:${letter},{literal(asked)})", self._counts.words[name][word])

    def _headings(self) -> dict[str, str]:
        return {key.removeprefix("column."): self.words(key) for key in self.words if key.startswith("column.")}

    def _text_sheet(self, name: str, widths: Sequence[int]) -> Sheet:
        kinds = (Kind.LABEL, Kind.NUMBER, Kind.TEXT) if len(widths) > 2 else (Kind.LABEL, Kind.TEXT)
        specs = [Spec("", width, kind) for width, kind in zip(widths, kinds, strict=True)]
        return Sheet(self.styles, self.words(f"sheet.{name}"), specs, tab="#CBD5E1", headed=False)

    def _write_about(self, about: About, sources: Iterable[tuple[str, str]]) -> None:
        """Write the sheet with versions, how to read the workbook, and digests of the sources."""
        words = self.words
        sheet = self._text_sheet("about", (30, 104))

        def line(label: str, text: str) -> None:
            if text:
                sheet.add(sheet.words([label, text]))

        sheet.heading(words("about.title"))
        line(words("about.made_by"), f"Dutybook {VERSION}")
        line(words("about.read_by"), ", ".join(f"Dutybook {version}" for version in about.analysers))
        line(words("about.found_by"), ", ".join(about.rules))
        line(words("about.format"), str(about.format))
        line(words("about.register"), about.register)
        history = words("about.history_says", rows=f"{about.history:,}", hash=about.head) if about.history else "0"
        line(words("about.history"), history)
        titles = self._headings()
        labels = {"quote": titles["quote"], "due": titles["due"], "hidden": titles["id"]}
        sheet.heading(words("about.reading"))
        for key in _READING:
            label = labels.get(key) or words.get(f"label.{key}", "") or words(f"sheet.{key}")
            line(label, words(f"reading.{key}").format(**titles))
        sheet.heading(words("about.sources"))
        for title, digest in sources:
            line(title, digest)
        sheet.finish()

    def _sheet(self, name: str, columns: Sequence[Column[Any]], tab: str, frozen: int = 0) -> Sheet:
        title = self.words(f"sheet.{name}")
        note = self.words("cell.shortened")
        specs = [self._spec(c, columns_of_norms=name in TABLES) for c in columns]
        sheet = Sheet(self.styles, title, specs, tab, frozen=frozen, note=note)
        self.tables[name] = sheet, columns
        return sheet

    def _spec(self, column: Column[Any], *, columns_of_norms: bool) -> Spec:
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
            says=self._says(column),
            refusal=self._refusal if column.editable is None and columns_of_norms else "",
        )

    def _says(self, column: Column[Any]) -> Callable[[str], str] | None:
        """What makes the text that the reader sees in a column of codes."""
        says = column.says
        return (lambda code: says(code, self.content.reader)) if says else None

    def _words(self, sections: str) -> dict[str, str]:
        """The reader's words for the values of closed sets."""
        found: dict[str, str] = {}
        for section in sections.split():
            start = f"{section}."
            found |= {key.removeprefix(start): self.values(key) for key in self.values if key.startswith(start)}
        return found

    def _norm(self, register: Sheet, details: Sheet, row: ObligationRow) -> None:
        """Write the rows of a norm in both tables."""
        link = self._link(row.document, row.norm.page)
        cells = self._register.cells(register, row)
        cells[_AT["place_link"]] = self._norm_link(row, link)
        cells[-1] = self._register.check(cells)
        register.add(cells)
        self._counts.count(cells, row, self._today)
        cells = self._details.cells(details, row)
        cells[_LINK] = link
        cells[_DAYS] = cells[_DUE]
        cells[-1] = self._details.check(cells)
        details.add(cells)

    def _norm_link(self, row: ObligationRow, source: Link | None) -> Link | str:
        """The place of a norm as a link to its page in the register, else to its source; text where there is neither."""
        place = write_place(row.norm.place, self.content.reader)
        if self.address:
            return Link(f"{self.address}/norms/{row.norm.id}", place or self._open)
        return Link(source.address, place or self._open) if source else place

    def _dated(self, sheet: Sheet, dated: Dated) -> None:
        self._add(sheet, DEADLINES, dated, dated.document, page_of(dated))

    def _add(
        self, sheet: Sheet, columns: Sequence[Column[Any]], row: object, document: DocumentRow, page: int | None
    ) -> None:
        cells = sheet.words([column.value(row) for column in columns])
        link, due, days = _COMPUTED[id(columns)]
        cells[link] = self._link(document, page)
        if days is not None and due is not None and isinstance(cells[due], date):
            cells[days] = cells[due]
        sheet.add(cells)

    def _link(self, document: DocumentRow, page: int | None) -> Link | None:
        """A link to a document on the web, else in the register, at a page of it."""
        at = f"?page={page}" if page else ""
        address = link_to(document.source, self.address, f"/documents/{document.id}{at}")
        text = self._page.replace("{page}", str(page)) if page else self._open
        return Link(address, text) if address else None
