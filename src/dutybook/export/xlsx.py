"""A workbook for the legal team: obligations, deadlines, documents, rejected candidates, and what it is about.

Text from documents is written as text and never interpreted: no formula, no link, no number comes out of it. The
only formulas are ours, the days left until a due date.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from dutybook.errors import BadRequest
from dutybook.export.about import VERSION, filters_in_words
from dutybook.export.columns import OBLIGATIONS, Kind
from dutybook.export.rows import Content, ObligationRow, act_of
from dutybook.export.sheet import Sheet, Spec, Styles
from dutybook.store import DeadlineRow, DocumentRow, FactRow, RejectedRow

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_DEADLINES = (
    Spec("Due", 13, Kind.DATE, printed=True),
    Spec("Days left", 11, Kind.DAYS, printed=True),
    Spec("Type", 17, Kind.TEXT, printed=True),
    Spec("Who", 24, Kind.TEXT, printed=True),
    Spec("Deadline", 26, Kind.TEXT, printed=True),
    Spec("Counted from", 30, Kind.TEXT, printed=True),
    Spec("What the text says", 64, Kind.TEXT, printed=True),
    Spec("Place", 18, Kind.TEXT, printed=True),
    Spec("Act or document", 30, Kind.TEXT, printed=True),
    Spec("Page", 8, Kind.NUMBER, printed=True),
    Spec("Value", 14, Kind.TEXT),
    Spec("How computed, or why not", 48, Kind.TEXT),
    Spec("Started by", 24, Kind.TEXT),
    Spec("Source", 40, Kind.TEXT),
    Spec("Obligation id", 18, Kind.TEXT, hidden=True),
    Spec("Id", 18, Kind.TEXT, hidden=True),
)
_DOCUMENTS = (
    Spec("Title", 50, Kind.TEXT, printed=True),
    Spec("Status", 13, Kind.LABEL, printed=True),
    Spec("Why not (fully) read", 36, Kind.TEXT, printed=True),
    Spec("Language", 10, Kind.TEXT, printed=True),
    Spec("Kind", 12, Kind.TEXT, printed=True),
    Spec("Act number", 16, Kind.TEXT, printed=True),
    Spec("Version of", 13, Kind.DATE, printed=True),
    Spec("Published", 13, Kind.DATE, printed=True),
    Spec("Pages", 8, Kind.NUMBER, printed=True),
    Spec("Norms", 8, Kind.NUMBER, printed=True),
    Spec("Source", 46, Kind.TEXT, printed=True),
    Spec("SHA-256", 68, Kind.TEXT),
    Spec("Id", 18, Kind.TEXT, hidden=True),
)
_REJECTED = (
    Spec("Why it is none", 40, Kind.TEXT, printed=True),
    Spec("What the text says", 80, Kind.TEXT, printed=True),
    Spec("Place", 18, Kind.TEXT, printed=True),
    Spec("Act or document", 34, Kind.TEXT, printed=True),
    Spec("Page", 8, Kind.NUMBER, printed=True),
    Spec("Decided by", 26, Kind.TEXT, printed=True),
    Spec("Id", 18, Kind.TEXT, hidden=True),
)
_OBLIGATIONS = tuple(Spec(c.title, c.width, c.kind, printed=c.printed, hidden=c.hidden) for c in OBLIGATIONS)

# The workbook's creation date: fixed, so that the same register gives the same bytes.
_CREATED = datetime(2000, 1, 1)


def write(content: Content, path: Path) -> int:
    """Write the workbook in one pass and constant memory; returns the number of norms on its first sheet."""
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxFileError

    with TemporaryDirectory(prefix="dutybook-") as scratch:
        book = xlsxwriter.Workbook(
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
        book.set_properties({"title": "Dutybook register", "comments": f"Dutybook {VERSION}", "created": _CREATED})
        book.set_size(2600, 1600)
        try:
            count = _fill(book, content)
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


def _fill(book: Workbook, content: Content) -> int:
    styles = Styles(book)
    obligations = Sheet(styles, "Obligations", _OBLIGATIONS, tab="#1F3A5F")
    deadlines = Sheet(styles, "Deadlines", _DEADLINES, tab="#B45309")
    documents = Sheet(styles, "Documents", _DOCUMENTS, tab="#64748B")
    rejected = Sheet(styles, "Rejected", _REJECTED, tab="#94A3B8")
    modalities: Counter[str] = Counter()
    seen: dict[str, None] = {}
    for row in content.rows():
        obligations.add([column.value(row) for column in OBLIGATIONS])
        modalities[row.norm.modality] += 1
        seen[row.document.id] = None
        for deadline in row.norm.deadlines:
            for dated in list(deadline.dated()) or [deadline]:
                if content.shows(dated.due):
                    deadlines.add(_deadline(row, dated))
    for fact, document in content.facts():
        if content.shows(fact.due):
            deadlines.add(_fact(fact, document))
    sources = []
    for document, number in content.documents(seen):
        documents.add(_document(document, number))
        sources.append((document.title or document.source, document.sha256))
    for rejection, document in content.rejections(seen):
        rejected.add(_rejection(rejection, document))
    tables = (obligations, deadlines, documents, rejected)
    for table in tables:
        table.finish()
    _about(styles, content, tables, modalities, sources)
    return obligations.count


def _deadline(row: ObligationRow, deadline: DeadlineRow) -> list[object]:
    return [
        deadline.due,
        None,
        deadline.kind,
        row.norm.bearer,
        deadline.quote,
        "\n".join(part for part in (deadline.anchor, *(event.said for event in deadline.events)) if part) or None,
        row.norm.quote,
        row.norm.place,
        act_of(row.document),
        deadline.page or row.norm.page,
        deadline.value,
        "\n".join(deadline.steps) if deadline.due else deadline.reason,
        deadline.starter,
        row.document.source,
        row.norm.id,
        deadline.id,
    ]


def _concerned(fact: FactRow) -> str | None:
    """Which provisions a date is about, which are left out, and the words that limit it."""
    words = [", ".join(fact.scope), *(f"not {place}" for place in fact.outside), fact.about]
    return "\n".join(w for w in words if w) or None


def _fact(fact: FactRow, document: DocumentRow) -> list[object]:
    return [
        fact.due,
        None,
        fact.type.replace("_", " "),
        None,
        fact.quote,
        None,
        _concerned(fact),
        fact.place or None,
        act_of(document),
        fact.page,
        fact.value,
        "\n".join(fact.steps),
        None,
        document.source,
        None,
        fact.id,
    ]


def _document(row: DocumentRow, number: str | None) -> list[object]:
    return [
        row.title,
        row.status,
        row.reason,
        row.language,
        row.genre.replace("_", " "),
        number,
        _date(row.version_date),
        _date(row.published),
        row.pages or None,
        row.norms,
        row.source,
        row.sha256,
        row.id,
    ]


def _rejection(row: RejectedRow, document: DocumentRow) -> list[object]:
    return [row.reason, row.quote, row.place, act_of(document), row.page, row.evidence and row.evidence.name, row.id]


def _date(value: str | None) -> date | str | None:
    """A whole ISO date as a date; ``2026-08`` or ``2026`` stays the text it is."""
    try:
        return date.fromisoformat(value) if value and len(value) == 10 else value
    except ValueError:
        return value


def _about(
    styles: Styles,
    content: Content,
    tables: tuple[Sheet, ...],
    modalities: Counter[str],
    sources: list[tuple[str, str]],
) -> None:
    sheet = Sheet(styles, "About", (Spec("", 30, Kind.LABEL), Spec("", 96, Kind.TEXT)), tab="#CBD5E1", headed=False)
    kinds = ", ".join(f"{modality} {number:,}" for modality, number in modalities.most_common())
    sheet.heading("Dutybook register")
    sheet.add(["Made by", f"Dutybook {VERSION}"])
    sheet.add(["Filters", filters_in_words(content.filters)])
    for table in tables:
        sheet.add(
            [
                table.name,
                f"{table.count:,} row{'' if table.count == 1 else 's'}"
                + (f" ({kinds})" if table is tables[0] and kinds else ""),
            ]
        )
    sheet.heading("How to read it")
    for name, words in _READING:
        sheet.add([name, words])
    sheet.heading("Sources by SHA-256")
    for title, digest in sources:
        sheet.add([title, digest])
    sheet.finish()


_READING = (
    (
        "What the text says",
        "Word for word from the source; “Page” is where it stands there. Lists: “Leads in” holds the words before the item.",
    ),
    (
        "Due, Days left",
        "A date is computed from the text or it is absent, with the reason beside it. Days left follow today's date.",
    ),
    (
        "Deadlines",
        "Every deadline of the obligations listed, then dates of the acts themselves (entry into force, application, …).",
    ),
    (
        "Documents",
        "With a filter, the documents that the listed obligations come from; without, all, also those that could not be read.",
    ),
    ("Rejected", "What looked like an obligation in these documents and was judged to be none, with the reason."),
    (
        "Hidden columns",
        "“Id” is stable: the same finding has the same id in every export. Columns beyond “Page” are not printed.",
    ),
    (
        "Shortened text",
        "A cell holds 32,767 characters; longer text ends with a note there and is whole in a .jsonl export.",
    ),
)
