"""How official gazettes, and news, say when a text was published: data in ``gazettes.toml``, as regular expressions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import Field, ValidationError

from dutybook.errors import Defect
from dutybook.languages.day_lines import day_in_words
from dutybook.languages.pack import available, temporal
from dutybook.languages.sections.base import Section

Where = Literal["header", "head", "tail"]
LONGEST = 300
_YEAR = re.compile(r"(?:19|20)\d\d")


class Gazette(Section):
    """One gazette: ``patterns`` meet whole lines, ``openings`` the beginning of a paragraph. ``words`` are names in them."""

    name: str
    where: tuple[Where, ...]
    patterns: tuple[str, ...] = ()
    openings: tuple[str, ...] = ()
    words: dict[str, str] = Field(default_factory=dict)
    news: bool = False


class _File(Section):
    gazettes: tuple[Gazette, ...]


@dataclass(frozen=True, slots=True)
class Publication:
    """When something was published, ISO; the words that say so; the gazette's name, empty for news."""

    day: str
    words: str
    gazette: str


@cache
def gazettes() -> tuple[Gazette, ...]:
    """All that are known.

    Raises:
        Defect: the file does not fit the schema.
    """
    text = (resources.files("dutybook.languages") / "gazettes.toml").read_text(encoding="utf-8")
    try:
        return _File.model_validate(tomllib.loads(text)).gazettes
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise Defect(f"gazettes.toml is not valid: {error}") from error


def published_in(line: str, where: Where) -> Publication | None:
    """What a line of a document says of its publication, None for all other lines.

    >>> published_in("Bundesgesetzblatt Jahrgang 2031 Teil I Nr. 7, ausgegeben zu Bonn am 3. März 2031", "header").day
    '2031-03-03'
    """
    plain = " ".join(line.split())
    if not _YEAR.search(plain, 0, LONGEST):
        return None
    for gazette, whole, pattern in _compiled():
        if where not in gazette.where or (whole and len(plain) > LONGEST):
            continue
        match = pattern.fullmatch(plain) if whole else pattern.match(plain)
        written = next((w for w in match.groups() if w), "") if match else ""
        if match and (day := _iso(written) or day_in_words(written)):
            return Publication(day, match[0].rstrip(" –—-"), "" if gazette.news else gazette.name)
    return None


def _iso(written: str) -> str | None:
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        return None


@cache
def _compiled() -> tuple[tuple[Gazette, bool, re.Pattern[str]], ...]:
    return tuple(_each())


def _each() -> Iterator[tuple[Gazette, bool, re.Pattern[str]]]:
    for gazette in gazettes():
        for whole, patterns in ((True, gazette.patterns), (False, gazette.openings)):
            for pattern in patterns:
                source = pattern
                for name, words in gazette.words.items():
                    source = source.replace("{" + name + "}", words)
                source = source.replace("{date}", f"({date_source()})").replace("'", "['’]")
                # An opening's capital is what tells a place from other words.
                yield gazette, whole, re.compile(source, re.IGNORECASE if whole else re.NOFLAG)


@cache
def date_source() -> str:
    """A day in numbers, or with its month in the words of any language."""
    months = sorted({name for code in available() for name in temporal(code).months}, key=lambda n: (-len(n), n))
    named = "(?i:" + "|".join(re.escape(name) for name in months) + ")"
    weekday = r"(?:[^\W\d_]{3,12}(?:-feira)?,? )?"
    words = rf"{weekday}\d{{1,2}}(?:\.|º|er)?,? (?:de |d')?{named}\.?,? (?:de |del )?\d{{4}}|{weekday}{named} \d{{1,2}}, \d{{4}}"
    return rf"{words}|\d{{1,2}}[./-] ?\d{{1,2}}[./-] ?\d{{4}}|\d{{4}}-\d{{2}}-\d{{2}}"
