"""The report as pages: a tagged PDF with bookmarks, running titles and page numbers, set by Typst.

Typst comes as one wheel with its own fonts (Libertinus: Latin, Greek, Cyrillic), needs nothing of the system and asks nobody.
The template is ours, and all that a document says reaches it as data, never as markup. A file is PDF/UA-1 (readable by
machines that read aloud) unless it needs a letter that no font here has; then it is tagged all the same.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from dutybook.errors import BadRequest, MissingExtra
from dutybook.export.report.building import report_of
from dutybook.export.rows import Content

_ACCESSIBLE = "ua-1"
# The file's dates: fixed, so that the same register gives the same bytes.
_TIME = 946_684_800


def write(content: Content, path: Path, *, title: str | None = None, today: date | None = None) -> int:
    """Write the report; returns the number of norms. ``today``: the day that days left are counted from, if any.

    Raises:
        MissingExtra: typst is not installed.
    """
    try:
        import typst
    except ImportError as error:
        raise MissingExtra("a PDF report", "pdf") from error
    report = report_of(content, title=title, today=today)
    template = (resources.files("dutybook.export.report") / "templates" / "report.typ").read_bytes()
    inputs = {"report": json.dumps(asdict(report), ensure_ascii=False)}
    path.write_bytes(_pages(typst, template, inputs))
    return report.number


def _pages(typst: Any, template: bytes, inputs: dict[str, str]) -> bytes:
    def compiled(standards: list[str]) -> bytes:
        made = typst.compile(template, format="pdf", sys_inputs=inputs, pdf_standards=standards, timestamp=_TIME)
        return bytes(made)

    try:
        try:
            return compiled([_ACCESSIBLE])
        except typst.TypstError:
            return compiled([])
    except typst.TypstError as error:
        raise BadRequest(f"the pages could not be set: {error}; export a .html and print it instead") from error
