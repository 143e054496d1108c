"""Writes a report as one HTML file that loads nothing: no script, no image, no font.

Jinja2 escapes all text of documents. A content security policy allows only the style sheet in the file, by its
digest, so that even a mistake in escaping could not run or load anything.
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import date
from importlib import resources
from pathlib import Path

from dutybook.export.content import Content
from dutybook.export.report.building import report_of
from dutybook.export.report.model import Report

_TEMPLATES = "dutybook.export.report"
# On paper every page but the first says what it is of, and every page which of how many it is.
_PAGES = """@page {{ size: A4; margin: 20mm 17mm 18mm; @top-left {{ content: "{title}"; font: 8pt sans-serif; color: #566273; }}
  @bottom-left {{ content: "{made}"; font: 8pt sans-serif; color: #566273; }}
  @bottom-right {{ content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #566273; }} }}
@page :first {{ @top-left {{ content: ""; }} }}
"""
_RUNNING = 90


def write(
    content: Content, path: Path, *, title: str | None = None, today: date | None = None, base: Path | None = None
) -> int:
    """Write the report; returns the number of norms.

    ``today``: the day that days left are counted from, if any. ``base``: the folder of documents with relative paths, for links.
    """
    report = report_of(content, title=title, today=today, base=base)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(pieces(report))
    return report.number


def pieces(report: Report) -> list[str]:
    """The file in pieces."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    style = _style(report)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    template = environment.get_template("report.html.j2")
    # The style sheet is ours, but for the running title, in which every letter is a number.
    return list(
        template.generate(report=report, labels=report.labels, style=Markup(style), style_digest=f"sha256-{digest}")  # noqa: S704
    )


def _style(report: Report) -> str:
    sheet = (resources.files(_TEMPLATES) / "templates" / "report.css").read_text("utf-8")
    title = report.title if len(report.title) <= _RUNNING else report.title[: _RUNNING - 1] + "…"
    return sheet + _PAGES.format(title=_css_text(title), made=_css_text(report.made))


def _css_text(text: str) -> str:
    """Text escaped for a string in a style sheet.

    >>> _css_text('a"}</style>')
    'a\\\\22 \\\\7d \\\\3c \\\\2f style\\\\3e '
    """
    return re.sub(r"[^0-9A-Za-z]", lambda found: f"\\{ord(found[0]):x} ", text)
