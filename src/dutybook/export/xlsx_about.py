"""What a workbook says of itself: a sheet for readers, and one that only programs read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dutybook.export.about import VERSION, filters_in_words
from dutybook.export.columns import Column, Kind
from dutybook.export.rows import Content
from dutybook.export.sheet import Sheet, Spec
from dutybook.export.styles import Styles
from dutybook.languages.reader import ReaderWords
from dutybook.store.exports.act_details import About

if TYPE_CHECKING:
    from xlsxwriter import Workbook

#: The version of what an import finds in a workbook: names of columns, keys of the sheet below, how a row is checked.
FORMAT = 1
#: The sheet that only programs read.
BOOK = "_dutybook"

Tables = Mapping[str, tuple[Sheet, Sequence[Column[Any]]]]
_READING = ("quote", "due", "deadlines", "changes", "documents", "rejected", "glossary", "groups", "hidden", "short")
_WRITING = ("cells", "locked", "rows", "note")


def moment(now: datetime | None) -> str:
    """A moment in UTC, to the second; empty where no clock is given."""
    return now.astimezone(UTC).isoformat(timespec="seconds") if now else ""


def filters_json(filters: Mapping[str, object]) -> str:
    return json.dumps(dict(filters), ensure_ascii=False, sort_keys=True, default=str)


def write_book(
    book: Workbook, content: Content, about: About, tables: Tables, language: str, now: datetime | None
) -> None:
    """The sheet of keys and values that an import goes by, which no spreadsheet shows."""
    from dutybook.export import rowxml

    sheet = book.add_worksheet(BOOK, worksheet_class=rowxml.RowSheet)
    values = {
        "format": str(FORMAT),
        "version": VERSION,
        "register": about.register,
        "history": str(about.history),
        "exported": moment(now),
        "language": language,
        "filters": filters_json(content.filters),
    }
    for name, (table, columns) in tables.items():
        values[f"sheet:{name.capitalize()}"] = json.dumps([column.name for column in columns])
        values[f"title:{name.capitalize()}"] = table.name
        values[f"rows:{name.capitalize()}"] = str(table.count)
    for row, (key, value) in enumerate(values.items()):
        cells = [rowxml.text_cell(f"A{row + 1}", 0, key)]
        if value:
            cells.append(rowxml.text_cell(f"B{row + 1}", 0, rowxml.shown(value)))
        sheet.write_row_xml(row, "".join(cells), 2)
    sheet.protect()
    sheet.very_hidden()


def write_about(
    styles: Styles,
    words: ReaderWords,
    values: ReaderWords,
    content: Content,
    about: About,
    tables: Tables,
    modalities: Counter[str],
    sources: Iterable[tuple[str, str]],
    now: datetime | None,
) -> None:
    """Versions, filters, counts, how to read it, hashes of the sources."""
    specs = (Spec("", 30, Kind.LABEL), Spec("", 104, Kind.TEXT))
    sheet = Sheet(styles, words("sheet.about"), specs, tab="#CBD5E1", headed=False)

    def line(label: str, text: str) -> None:
        if text:
            sheet.add(sheet.words([label, text]))

    sheet.heading(words("about.title"))
    line(words("about.made_by"), f"Dutybook {VERSION}")
    line(words("about.exported"), moment(now).replace("T", " ").replace("+00:00", " UTC"))
    line(words("about.read_by"), ", ".join(f"Dutybook {version}" for version in about.analysers))
    line(words("about.found_by"), ", ".join(about.rules))
    line(words("about.format"), str(about.format))
    line(words("about.register"), about.register)
    history = words("about.history_says", rows=f"{about.history:,}", hash=about.head) if about.history else "0"
    line(words("about.history"), history)
    line(words("about.filters"), filters_in_words(content.filters, words.language))
    kinds = ", ".join(f"{values.get(f'modality.{m}', m)} {n:,}" for m, n in modalities.most_common())
    for name, (table, _) in tables.items():
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
