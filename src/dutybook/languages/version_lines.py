"""How consolidated texts say as of which day they stand: data in ``version_lines.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from pydantic import ValidationError

from dutybook.errors import Defect
from dutybook.languages.day_lines import day_in_words
from dutybook.languages.gazettes import date_source
from dutybook.languages.sections.base import Section

LONGEST = 300
_YEAR = re.compile(r"(?:19|20)\d\d")
# The header of a consolidated text of the Union: number, language, day.
_UNION = re.compile(
    r"0(?P<body>\d{4}[A-Z]{1,2}\d{4}) ?[—–-] ?[A-Z]{2} ?[—–-] ?(?P<d>\d\d)\.(?P<m>\d\d)\.(?P<y>\d{4})(?!\d)"
)


class VersionLine(Section):
    pattern: str
    example: str


class _File(Section):
    lines: tuple[VersionLine, ...]


@cache
def version_lines() -> tuple[VersionLine, ...]:
    """All patterns.

    Raises:
        Defect: the file does not fit the schema.
    """
    text = (resources.files("dutybook.languages") / "version_lines.toml").read_text(encoding="utf-8")
    try:
        return _File.model_validate(tomllib.loads(text)).lines
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise Defect(f"version_lines.toml is not valid: {error}") from error


def version_in(line: str) -> tuple[str, str] | None:
    """The ISO day as of which a line says that the text stands, and the CELEX number of that version, each empty where it has none.

    >>> version_in("02031R0777 — DE — 03.03.2032 — 001.001 — 1")
    ('2032-03-03', '02031R0777-20320303')
    """
    plain = " ".join(line.split())
    if not _YEAR.search(plain, 0, LONGEST):
        return ("", "") if any(p.fullmatch(plain) for p in _compiled() if not p.groups) else None
    if found := _UNION.match(plain):
        day = day_in_words(f"{found['d']}.{found['m']}.{found['y']}")
        return (day, f"0{found['body']}-{day.replace('-', '')}") if day else None
    if len(plain) > LONGEST:
        return None
    for pattern in _compiled():
        match = pattern.fullmatch(plain) if pattern.groups else None
        if match and (day := day_in_words(match[1])):
            return day, ""
    return None


@cache
def _compiled() -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(line.pattern.replace("{date}", f"({date_source()})"), re.IGNORECASE) for line in version_lines()
    )
