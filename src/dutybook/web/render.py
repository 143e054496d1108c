"""Renders pages: templates, texts in the reader's language, and marked text. Text of documents is always escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from dutybook.languages.reader import (
    ReaderWords,
    ReasonText,
    describe_chain,
    describe_doubt,
    describe_doubts,
    describe_reasons,
    reader_languages,
    reader_words,
)
from dutybook.reasons import Reason
from dutybook.records.doubts import Doubt
from dutybook.searching import Hit
from dutybook.web import notifications
from dutybook.web.access import Person
from dutybook.web.navigation import MAIN, MORE, links_for
from dutybook.web.reader_language import LANGUAGE as LANGUAGE
from dutybook.web.reader_language import form_of, size
from dutybook.web.reader_language import language_of as language_of
from dutybook.web.request_values import own_path
from dutybook.web.static_files import address_of

#: Units in which a length of time is written, the longest first.
_LENGTHS = (("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60))


@cache
def environment() -> Environment:
    """The Jinja environment with all templates. Text is escaped, and undefined names are errors."""
    return Environment(
        loader=PackageLoader("dutybook.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def chosen_language(request: Request) -> str:
    """The language in the address (``lang``), else the reader's."""
    named = request.query_params.get("lang", "")
    return named if named in reader_languages("web") else language_of(request)


def words_of(request: Request, section: str) -> ReaderWords:
    """The texts of a section in the reader's language."""
    return reader_words(section, language_of(request))


class Reader:
    """Formats words, dates and numbers for one reader, in templates."""

    def __init__(self, language: str, form: str = "") -> None:
        self.language = language
        #: The locale whose days and numbers these are.
        self.form = form or language
        self.words: ReaderWords = reader_words("web", language)
        self._values = reader_words("values", language)

    def section(self, name: str) -> ReaderWords:
        """The texts of another section."""
        return reader_words(name, self.language)

    def moment(self, value: str | None) -> str:
        """A moment (ISO, UTC) formatted for the reader, to the minute; empty for None."""
        try:
            moment = datetime.fromisoformat(value or "")
        except ValueError:
            return value or ""
        day, time = format_date(moment, "medium", self.form), format_time(moment, "short", locale=self.form)
        return f"{day}, {time} UTC"

    def size(self, value: int) -> str:
        """A size in bytes, formatted for people."""
        return size(value, self.language)

    def reasons(self, found: Iterable[Reason | Mapping[str, Any]]) -> list[ReasonText]:
        """Why a file was not read, in pieces. A reason may be a mapping, as in JSON."""
        return describe_reasons([r if isinstance(r, Reason) else Reason.of(r) for r in found], self.language)

    def because(self, chain: str) -> str:
        """Why something was found or rejected: the stored chain of reasons as a sentence."""
        return describe_chain(chain, self.language)

    def doubt(self, doubt: Doubt) -> str:
        """A warning about a field that may be wrong."""
        return describe_doubt(doubt, self.language)

    def doubts(self, doubts: Iterable[Doubt]) -> str:
        """The fields that may be wrong, in one line."""
        return self.section("findings")("doubt.line", fields=describe_doubts(doubts, self.language))

    def value(self, kind: str, value: str | None) -> str:
        """The reader's word for a stored value: ``value("modality", "obligation")``."""
        return self._values.get(f"{kind}.{value}", value or "")

    def day(self, value: date | str | None) -> str:
        """A day, or a month without a day, formatted for the reader. Anything else is returned as it is."""
        if isinstance(value, str):
            try:
                if len(value) == len("2027-03"):
                    return format_date(date.fromisoformat(f"{value}-01"), "LLLL y", self.form)
                value = date.fromisoformat(value[:10]) if len(value) >= 10 else value
            except ValueError:
                return str(value)
        return format_date(value, "medium", self.form) if isinstance(value, date) else value or ""

    def interval(self, seconds: int) -> str:
        """A length of time in words: "1 Stunde", "30 minutes"."""
        unit, many = next(((unit, many) for unit, many in _LENGTHS if seconds % many == 0), ("second", 1))
        return format_unit(seconds // many, f"duration-{unit}", locale=self.form)

    def number(self, value: float) -> str:
        return str(format_decimal(value, locale=self.form))

    def language_name(self, code: str) -> str:
        """The reader's name for a language (ISO 639-1); the code itself if it has none."""
        try:
            return Locale.parse(code).get_language_name(self.language) or code
        except (UnknownLocaleError, ValueError):
            return code

    def share(self, value: float) -> str:
        """A number from 0 to 1 with two decimal places, for confidences and scores."""
        return str(format_decimal(value, format="0.00", locale=self.form))

    def percent(self, value: float) -> str:
        return str(format_percent(value / 100, locale=self.form, decimal_quantization=False))

    def money(self, value: float, currency: str | None) -> str:
        """An amount in a currency (ISO 4217), without cents where it has none."""
        if not currency:
            return self.number(value)
        if value != int(value):
            return str(format_currency(value, currency, locale=self.form))
        whole = re.sub(r"\.0+", "", Locale.parse(self.form).currency_formats["standard"].pattern)
        return str(format_currency(value, currency, whole, locale=self.form, currency_digits=False))


def reader_of(request: Request) -> Reader:
    """The reader who made the request."""
    language = language_of(request)
    return Reader(language, form_of(request, language))


def marked(text: str, ranges: Iterable[tuple[str, int, int]]) -> Markup:
    """``text`` with ranges of it marked by class; ranges may nest, and one that crosses another is cut at its end.

    >>> marked("a <b> c", [("bearer", 2, 5)])
    Markup('a <mark class="bearer">&lt;b&gt;</mark> c')
    """
    made: list[Markup] = []
    open_until: list[int] = []
    at = 0

    def close(until: int) -> None:
        nonlocal at
        while open_until and open_until[-1] <= until:
            end = open_until.pop()
            made.append(escape(text[at:end]) + Markup("</mark>"))
            at = end

    for name, start, end in sorted(ranges, key=lambda r: (r[1], -r[2], r[0])):
        close(start)
        if open_until:
            end = min(end, open_until[-1])
        if start < at or start >= end:
            continue
        made.append(escape(text[at:start]) + Markup('<mark class="{}">').format(name))
        at = start
        open_until.append(end)
    close(len(text))
    made.append(escape(text[at:]))
    return Markup("").join(made)


def hit_marks(hit: Hit) -> list[tuple[str, int, int]]:
    """The ranges of a result that match the searched words, for :func:`marked`."""
    return [("sought", start, end) for start, end in hit.marks]


def _here(request: Request) -> str:
    """The address to come back to: that of the page, or of the page whose form led to it."""
    if request.method in ("GET", "HEAD"):
        return request.url.path + (f"?{request.url.query}" if request.url.query else "")
    came = urlsplit(request.headers.get("referer", ""))
    path = came.path.removeprefix(request.scope.get("root_path", "")) if came.netloc == request.url.netloc else ""
    return own_path(path + (f"?{came.query}" if came.query else ""))


def page(request: Request, template: str, values: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """Render a whole page in the reader's language."""
    reader = reader_of(request)
    access = request.app.state.access
    session: str | None = request.state.session
    person: Person | None = request.state.person
    html = (
        environment()
        .get_template(template)
        .render(
            reader=reader,
            words=reader.words,
            marked=marked,
            static=address_of,
            hit_marks=hit_marks,
            token=access.token(session) if session else "",
            person=person,
            unseen=notifications.count_unseen(request) if person else 0,
            frame=reader_words("frame", reader.language),
            main_pages=links_for(MAIN, request.url.path, reader.language, person) if person else (),
            more_pages=links_for(MORE, request.url.path, reader.language, person) if person else (),
            languages=reader_languages("web"),
            here=_here(request),
            **values,
        )
    )
    return HTMLResponse(html, status, {"vary": "Accept-Language, Cookie"})
