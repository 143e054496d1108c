"""Writes a report as a tagged PDF with bookmarks, running titles and page numbers, set by Typst.

Typst is one wheel with its own fonts (Libertinus: Latin, Greek, Cyrillic), needs nothing of the system and uses no
network. The template is ours, and all text of documents reaches it as data, never as markup. The file conforms to
PDF/UA-1, so that screen readers can read it. A letter that no font on the machine has is printed as its number,
⟨U+1D11E⟩, instead of an empty box.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from dutybook.errors import BadRequest, MissingExtra
from dutybook.export.content import Content
from dutybook.export.report.building import report_of

#: Norms in one file: setting pages takes about 0.2 MB of memory a norm.
LIMIT = 10_000
_ACCESSIBLE = "ua-1"
# Each attempt finds the letters of one cluster that no font has; a text in a script without any font is given up on.
_ATTEMPTS = 12
_NO_FONT = re.compile(r'the text `?"(.+?)"`? could not be displayed')
# The file's dates: fixed, so that the same register gives the same bytes.
_TIME = 946_684_800


def write(
    content: Content, path: Path, *, title: str | None = None, today: date | None = None, base: Path | None = None
) -> int:
    """Write the report; returns the number of norms.

    ``today``: the day that days left are counted from, if any. ``base``: the folder of documents with relative paths, for links.

    Raises:
        MissingExtra: typst is not installed.
        BadRequest: there are more norms than :data:`LIMIT`.
    """
    try:
        import typst
    except ImportError as error:
        raise MissingExtra("a PDF report", "pdf") from error
    report = report_of(content, title=title, today=today, base=base)
    if report.number > LIMIT:
        raise BadRequest(
            f"{report.number:,} norms are more than the {LIMIT:,} that pages are set for at once; narrow them down, for example "
            "with --work or --modality, or export a .html"
        )
    template = (resources.files("dutybook.export.report") / "templates" / "report.typ").read_bytes()
    path.write_bytes(_pages(typst, template, json.dumps(asdict(report), ensure_ascii=False)))
    return report.number


def _pages(typst: Any, template: bytes, report: str) -> bytes:
    def compiled(standards: list[str]) -> bytes:
        inputs = {"report": report}
        made = typst.compile(template, format="pdf", sys_inputs=inputs, pdf_standards=standards, timestamp=_TIME)
        return bytes(made)

    try:
        for _ in range(_ATTEMPTS):
            try:
                return compiled([_ACCESSIBLE])
            except typst.TypstError as error:
                unknown = _without_font(str(error))
                if not unknown:
                    break
                for letter in unknown:
                    report = report.replace(letter, f"⟨U+{ord(letter):04X}⟩")
        return compiled([])
    except typst.TypstError as error:
        raise BadRequest(f"the pages could not be set: {error}; export a .html and print it instead") from error


def _without_font(message: str) -> set[str]:
    """The letters that no font has, from an error message of Typst."""
    found = _NO_FONT.search(message)
    if not found:
        return set()
    unescaped = re.sub(r"\\u\{([0-9a-f]+)\}", lambda number: chr(int(number[1], 16)), found[1])
    # What JSON has a form of its own for is not looked for in it; letters that combine go with the one they stand on.
    return {letter for letter in unescaped if letter > "\x7f"}
