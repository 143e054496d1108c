"""The statement of applicability: for each norm whether it applies to the organisation, why, what is done, with which evidence, and who said so when."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import resources
from io import BytesIO
from pathlib import Path

from dutybook.errors import BadRequest, MissingExtra
from dutybook.export.content import VERSION, Content, ObligationRow, act_of, clean, filters_in_words, shorten
from dutybook.export.report.files import set_pages
from dutybook.export.report.model import Speech, inline
from dutybook.languages.reader import ReaderWords, reader_words
from dutybook.store import exports
from dutybook.store.judgements.history import HistoryRow
from dutybook.store.judgements.record import APPLICABILITIES, Record

#: Norms of one PDF.
LIMIT = 5_000
#: Characters of a norm in a PDF: a line of the table should fit on a page.
_LONGEST = 1_200
#: Fields whose changes are part of the statement's history.
_HISTORY = ("applicability", "applicability_reason", "status", "control", "control_words", "link", "owner")
_COLUMNS = (
    *(("act", 30), ("place", 14), ("norm", 60), ("applicable", 14), ("justification", 40), ("controls", 36)),
    *(("status", 16), ("owner", 16), ("evidence", 36), ("history", 60)),
)
#: Columns whose texts have several lines.
_LINES = frozenset({"controls", "evidence", "history"})
_UNASSESSED = Record("")


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A line of the statement; all texts are in the reader's words, but for those of the law and of people. ``answer`` is the stored applicability."""

    act: str
    place: str
    norm: str
    applicable: str
    justification: str
    controls: str
    status: str
    owner: str
    evidence: str
    history: str
    answer: str
    language: str


def statement_rows(content: Content) -> Iterator[StatementRow]:
    """The lines of a statement: each norm once, in the reader's language where it is there in this one."""
    once = content.in_one_language()
    values, words = reader_words("values", content.reader), reader_words("statement", content.reader)
    rows = [row for row in content.rows() if row.norm.id in once]
    histories = exports.histories(content.register, {row.review.id for row in rows if row.review})
    for row in rows:
        yield _line(row, values, words, histories.get(row.review.id, ()) if row.review else ())


def _line(row: ObligationRow, values: ReaderWords, words: ReaderWords, history: Iterable[HistoryRow]) -> StatementRow:
    record = row.review or _UNASSESSED
    return StatementRow(
        act=row.short_name or act_of(row.document),
        place=row.norm.place,
        norm=row.norm.duty,
        applicable=values.get(f"applicability.{record.applicability}", record.applicability),
        justification=record.applicability_reason,
        controls=record.control,
        status=values.get(f"status.{record.status}", record.status),
        owner=record.owner,
        evidence=record.evidence,
        history="\n".join(_change(one, values, words) for one in history if one.field in _HISTORY),
        answer=record.applicability,
        language=row.norm.language,
    )


def _change(row: HistoryRow, values: ReaderWords, words: ReaderWords) -> str:
    """``2026-03-02 anna: applicability: unassessed → yes (we run such systems)``."""
    name = words.get(f"field.{row.field}", row.field)
    if row.field == "link":
        old_and_new = [" ".join(json.loads(text)).strip() if text else "" for text in (row.old, row.new)]
    else:
        old_and_new = [values.get(f"{row.field}.{text}", text) if text else "" for text in (row.old, row.new)]
    why = f" ({row.why})" if row.why else ""
    return f"{row.at[:10]} {row.by}: {name}: {old_and_new[0] or '–'} → {old_and_new[1] or '–'}{why}"


def write_workbook(content: Content, path: Path, *, now: datetime | None = None) -> int:
    """Write the statement as a workbook: one sheet, a line a norm. Returns the number of norms.

    Raises:
        BadRequest: there are more norms than the sheet can hold.
    """
    from xlsxwriter import Workbook

    from dutybook.export.sheet import check_room

    words = reader_words("statement", content.reader)
    created = now.astimezone(UTC).replace(tzinfo=None) if now else datetime(2000, 1, 1)
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    # Packed in memory: xlsxwriter names a full disk as an error of its own and leaves what it began behind.
    packed = BytesIO()
    book = Workbook(packed, safe)
    book.set_properties({"title": words("title"), "comments": f"Dutybook {VERSION}", "created": created})
    sheet = book.add_worksheet(words("sheet"))
    bold, head = book.add_format({"bold": True, "font_size": 14}), book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "valign": "top"})  # fmt: skip
    cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "border_color": "#D9DFE7"})
    sheet.write_string(0, 0, words("title"), bold)
    sheet.write_string(1, 0, _about(content, words, now))
    for at, (name, width) in enumerate(_COLUMNS):
        sheet.set_column(at, at, width)
        sheet.write_string(3, at, words(f"column.{name}"), head)
    number = 0
    for number, row in enumerate(statement_rows(content), 1):
        check_room(sheet.name, 3 + number)
        for at, (name, _) in enumerate(_COLUMNS):
            sheet.write_string(3 + number, at, shorten(clean(getattr(row, name))), cell)
    sheet.autofilter(3, 0, 3 + number, len(_COLUMNS) - 1)
    sheet.freeze_panes(4, 2)
    sheet.repeat_rows(3)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    book.close()
    path.write_bytes(packed.getbuffer())
    return number


def _about(content: Content, words: ReaderWords, now: datetime | None) -> str:
    speech = Speech(content.reader)
    when = words("made", day=speech.day(now.date())) if now else ""
    return inline(
        " · ".join(filter(None, (when, filters_in_words(content.filters, content.reader).replace("\n", " · "))))
    )


def write_pdf(content: Content, path: Path, *, now: datetime | None = None) -> int:
    """Write the statement as a tagged PDF with bookmarks, set by Typst as reports are. Returns the number of norms.

    Raises:
        MissingExtra: typst is not installed.
        BadRequest: there are more norms than :data:`LIMIT`.
    """
    try:
        import typst
    except ImportError as error:
        raise MissingExtra("a PDF statement", "pdf") from error
    words, values = reader_words("statement", content.reader), reader_words("values", content.reader)
    rows = list(statement_rows(content))
    if len(rows) > LIMIT:
        raise BadRequest(
            f"{len(rows):,} norms are more than the {LIMIT:,} that pages are set for at once; narrow them down, for example with"
            " --work or --applicability, or export a .soa.xlsx"
        )
    acts: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        plain = asdict(row)
        texts = {name: clean(text) if name in _LINES else inline(text) for name, text in plain.items()}
        texts["norm"] = shorten(texts["norm"], _LONGEST)
        acts.setdefault(inline(row.act), []).append(texts)
    speech, tallies = Speech(content.reader), Counter(row.answer for row in rows)
    statement = {
        "title": words("title"),
        "language": content.reader,
        "about": _about(content, words, now),
        "tallies": [[speech.number(tallies[a]), values.get(f"applicability.{a}", a)] for a in APPLICABILITIES],
        "acts": [{"title": title, "rows": listed} for title, listed in acts.items()],
        "labels": {name: words(f"column.{name}") for name, _ in _COLUMNS} | {"nothing": words("nothing")},
    }
    template = (resources.files("dutybook.export.report") / "templates" / "statement.typ").read_bytes()
    path.write_bytes(set_pages(typst, template, json.dumps(statement, ensure_ascii=False)))
    return len(rows)
