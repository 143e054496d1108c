"""Writes a report as Markdown (CommonMark with tables) in which no text of a document acts as markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from dutybook.export.content import Content
from dutybook.export.report.building import report_of

# What would be emphasis, a link, a tag, an entity, a cell's end, a formula or struck out, wherever it stands.
_ANYWHERE = re.compile(r"[\\`*_\[\]<>|~$]|&(?=#?[0-9A-Za-z]+;)")
# What would be a heading, a list, a quotation or a rule at the beginning.
_AT_START = re.compile(r"[#>+=-]|\d+(?=[.)])")
# What programs make links of by themselves.
_LINKS = re.compile(r"(?i)(?<=[a-z]):(?=//)|(?<=www)\.|(?<=\w)@(?=\w)|(?<=mailto):|(?<=xmpp):")


def write(
    content: Content, path: Path, *, title: str | None = None, today: date | None = None, base: Path | None = None
) -> int:
    """Write the report; returns the number of norms.

    ``today``: the day that days left are counted from, if any. ``base``: the folder of documents with relative paths, for links.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    report = report_of(content, title=title, today=today, base=base)
    # Jinja2's own escaping is for HTML: here every value passes through ours, whatever template it stands in.
    environment = Environment(  # noqa: S701
        loader=PackageLoader("dutybook.export.report"),
        finalize=_finalized,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"raw": _Raw, "each": _each}
    template = environment.get_template("report.md.j2")
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(template.generate(report=report, labels=report.labels))
    return report.number


class _Raw(str):
    """Text that is Markdown already."""

    __slots__ = ()


def _finalized(value: object) -> object:
    return value if isinstance(value, _Raw) else escaped(str(value))


def _each(values: Iterable[object]) -> list[str]:
    return [escaped(str(value)) for value in values]


def escaped(text: str) -> str:
    """Words escaped for a line of Markdown, including its beginning.

    >>> print(escaped("# a *b* <c> [d](e)"))
    \\# a \\*b\\* \\<c\\> \\[d\\](e)
    """
    text = _ANYWHERE.sub(lambda found: f"\\{found[0]}", text)
    text = _LINKS.sub(lambda found: f"&#{ord(found[0])};", text)
    if start := _AT_START.match(text):
        sign = start[0]
        # A number's dot makes the list, anything else its own sign.
        at = len(sign) if sign[0].isdigit() else 0
        return f"{text[:at]}\\{text[at:]}"
    return text
