"""What a PDF says of itself: its properties, and the date in the running header of an official journal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from dutybook.layout.pdf.attachments import names
from dutybook.records import Furniture

_DATE = re.compile(r"(?<![\d/.])(\d{1,2})[./](\d{1,2})[./](\d{4})(?![\d/])")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_CONSOLIDATED = re.compile(
    r"(?P<celex>0\d{4}[A-Z]{1,2}\d{4}) [—–-] [A-Z]{2} [—–-] (?P<d>\d\d)\.(?P<m>\d\d)\.(?P<y>\d{4})(?!\d)"
)
_PDF_DATE = re.compile(r"^(?:D:)?(\d{4})(\d{2})(\d{2})")
_ELI = re.compile(r"https?://\S*?/eli/\S+")


def properties(document: Any) -> dict[str, str]:
    """``title``, ``author``, ``created`` (ISO date) of the file's properties, as far as they are given.

    ``attachments``: the names of embedded files, a line each.
    """
    found: dict[str, str] = {}
    if attached := names(document):
        found["attachments"] = "\n".join(" ".join(name.split()) or "without a name" for name in attached)
    try:
        given = document.get_metadata_dict(skip_empty=True)
    except Exception:  # pdfium's errors on damaged properties are of no interest: the text counts
        return found
    for ours, theirs in (("title", "Title"), ("author", "Author"), ("language", "Lang")):
        value = " ".join(str(given.get(theirs, "")).split())
        if value and value.isprintable():
            found[ours] = value[:500]
    match = _PDF_DATE.match(str(given.get("CreationDate", "")))
    if match and (made := _iso(match.group(1), match.group(2), match.group(3))):
        found["created"] = made
    return found


def from_furniture(furniture: Sequence[Furniture]) -> dict[str, str]:
    """``published`` (the one date all running headers agree on), ``header`` (a sample) and ``eli``.

    Those of a consolidated act give ``version_date`` and ``celex`` instead of ``published``.
    """
    found: dict[str, str] = {}
    headers = [piece.text for piece in furniture if piece.kind.value in ("header", "footer")]
    if headers:
        found["header"] = max(headers[:12], key=len)[:300]
    counts: dict[str, int] = {}
    for text in headers:
        version = _CONSOLIDATED.match(text)
        if version:
            # The header of a consolidated text says which version it is, not when anything was published.
            found["version_date"] = _iso(version["y"], version["m"], version["d"])
            found["celex"] = f"{version['celex']}-{found['version_date'].replace('-', '')}"
            continue
        for value in _dates(text):
            counts[value] = counts.get(value, 0) + 1
        if "eli" not in found and (link := _ELI.search(text)):
            found["eli"] = link.group()
    if counts:
        best = max(counts, key=lambda value: counts[value])
        if counts[best] > sum(counts.values()) / 2:
            found["published"] = best
    return found


def _dates(text: str) -> set[str]:
    made = {_iso(year, month, day) for day, month, year in _DATE.findall(text)}
    made |= {_iso(*parts) for parts in _ISO.findall(text)}
    return {value for value in made if value}


def _iso(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""
