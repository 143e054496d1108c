"""The reader of a page: language and locale, found in the request, and the format of words, dates and numbers in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo
from functools import cache, lru_cache
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.localedata import locale_identifiers
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit
from starlette.requests import HTTPConnection

from dutybook.languages.reader import (
    FALLBACK,
    ReaderWords,
    ReasonText,
    date_locale,
    describe_chain,
    describe_doubt,
    describe_doubts,
    describe_reasons,
    reader_languages,
    reader_words,
)
from dutybook.languages.reader.places import write_place
from dutybook.reasons import Reason
from dutybook.records.findings import Doubt
from dutybook.resolve.identity.deviations import number_in
from dutybook.store.versions.differences import DeviationRow

#: Cookies: the language that the reader chose, and the time zone that ``app.js`` found in the browser.
LANGUAGE = "dutybook-language"
ZONE = "dutybook-zone"
#: Fields of the history that are days.
_DAYS = frozenset({"due", "review_date", "applies_from", "applies_until"})
#: Units in which a length of time is written, the longest first.
_LENGTHS = (("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60))
#: A period (ISO 8601), with working days besides.
_PERIOD = re.compile(
    r"P(?=.)(?:(?P<year>\d+)Y)?(?:(?P<month>\d+)M)?(?:(?P<week>\d+)W)?(?:(?P<working_day>\d+)BD)?(?:(?P<day>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hour>\d+)H)?(?:(?P<minute>\d+)M)?(?:(?P<second>\d+)S)?)?"
)
_UNITS = (("gb", 10**9), ("mb", 10**6), ("kb", 10**3))


def language_of(request: HTTPConnection) -> str:
    """The reader's language: the one chosen before, else the first that the browser asks for and that is supported."""
    ours = reader_languages("web")
    chosen = request.cookies.get(LANGUAGE, "")
    if chosen in ours:
        return chosen
    for part in request.headers.get("accept-language", "").split(",")[:10]:
        code = part.partition(";")[0].strip().partition("-")[0].lower()
        if code in ours:
            return code
    return FALLBACK


def form_of(request: HTTPConnection, language: str) -> str:
    """The locale for dates and numbers ("de_AT"): the browser's if it belongs to the language, else the language's."""
    for part in request.headers.get("accept-language", "").split(",")[:10]:
        code, _, land = part.partition(";")[0].strip().replace("_", "-").partition("-")
        if code.lower() == language and len(land) == 2 and land.isascii() and land.isalpha():
            found = f"{language}_{land.upper()}"
            refused = reader_words("values", language).get("locale.refused", "")
            return found if found in _forms() and found != refused else date_locale(language)
    return date_locale(language)


def zone_of(request: HTTPConnection) -> ZoneInfo | None:
    """The reader's time zone; None until the browser has named one that exists."""
    name = unquote(request.cookies.get(ZONE, ""))
    if not name or len(name) > 64:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@cache
def _forms() -> frozenset[str]:
    return frozenset(locale_identifiers())


def size(value: int, language: str) -> str:
    """A size in bytes, as people say it.

    >>> size(1_234_567, "fr")
    '1,2 Mo'
    """
    unit = reader_words("frame", language)
    for name, many in _UNITS:
        if value >= many:
            rounded = round(value / many, 1 if value < 100 * many else None)
            return f"{format_decimal(rounded, locale=language)} {unit(f'unit.{name}')}"
    return f"{value} {unit('unit.b')}"


# The same days and numbers stand on a page many times.
@lru_cache(4096)
def _medium(day: date, form: str) -> str:
    return str(format_date(day, "medium", form))


@lru_cache(4096)
def _decimal(value: float, form: str) -> str:
    return str(format_decimal(value, locale=form))


class Reader:
    """Formats words, dates and numbers for one reader, in templates."""

    def __init__(self, language: str, form: str = "", zone: tzinfo | None = None) -> None:
        self.language = language
        #: The locale whose days and numbers these are.
        self.form = form or date_locale(language)
        #: The time zone of moments; None: UTC, which is then written behind them.
        self.zone = zone
        self.words: ReaderWords = reader_words("web", language)
        self._values = reader_words("values", language)

    def section(self, name: str) -> ReaderWords:
        """The texts of another section."""
        return reader_words(name, self.language)

    def place(self, place: str | None) -> str:
        """A place of an act as readers of the language cite it; empty for None."""
        return write_place(place or "", self.language)

    def field(self, name: str) -> str:
        """What a field of a norm or of its record is called, as the history names it ("deadline:5f…")."""
        name = name.partition(":")[0]
        own = {"due": "work.due", "tags": "facet.tag"}.get(name, f"work.{name}")
        return self.words.get(own, self.section("register").get(f"column.{name}", name.replace("_", " ")))

    def recorded(self, field: str, value: str | None) -> str:
        """A value of a field of the history: a day in the reader's form, a choice in words, all else as it is."""
        name = field.partition(":")[0]
        if name in _DAYS:
            return self.day(value) or value or ""
        return str(self.value(name, value)) if value else ""

    def deviation(self, deviation: DeviationRow) -> str:
        """What two languages say differently: "German says Article 51, English Article 55"."""
        statements = (deviation.statement, deviation.quote), (deviation.other_statement, deviation.other_quote)
        first, second = (self._statement(deviation.kind, *each) for each in statements)
        names = self.language_name(deviation.language), self.language_name(deviation.other_language)
        return self.words("deviation.says", language=names[0], statement=first, other=names[1], other_statement=second)

    def _statement(self, kind: str, statement: str, quote: str) -> str:
        if kind == "number":
            number, article = number_in(statement, quote)
            return self.words("deviation.article", number=number) if article else number
        words, _, value = statement.removesuffix(")").rpartition(" (")
        if kind == "deadline":
            return self.deadline("period", value, words)
        level, _, strength = words.partition(" ")
        modality = self.value("modality", level) + (f" · {self.value('strength', strength)}" if strength else "")
        return f"{modality} ({self.section('alerts')('text.quoted', words=value)})"

    def moment(self, value: str | None) -> str:
        """A moment (ISO, in UTC) in the reader's time zone and form, to the minute; empty for None."""
        try:
            moment = datetime.fromisoformat(value or "")
        except ValueError:
            return value or ""
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(self.zone or UTC)
        day = format_date(moment, "medium", self.form)
        time = format_time(moment, "short", tzinfo=moment.tzinfo, locale=self.form)
        return f"{day}, {time}" if self.zone else f"{day}, {time} UTC"

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
        return _medium(value, self.form) if isinstance(value, date) else value or ""

    def due(self, value: date | str) -> str:
        """A day, or a moment with its time where hours count, formatted for the reader."""
        moment = datetime.fromisoformat(value) if isinstance(value, str) and len(value) > len("2027-03-02") else value
        if not isinstance(moment, datetime):
            return self.day(moment)
        return f"{self.day(moment.date())}, {format_time(moment, 'short', locale=self.form)}"

    def interval(self, seconds: int) -> str:
        """A length of time in words: "1 Stunde", "30 minutes"."""
        unit, many = next(((unit, many) for unit, many in _LENGTHS if seconds % many == 0), ("second", 1))
        return format_unit(seconds // many, f"duration-{unit}", locale=self.form)

    def period(self, value: str) -> str:
        """A period (ISO 8601, ``P10BD`` for working days) in words: "15 days", "72 Stunden"; any other text as it is."""
        found = _PERIOD.fullmatch(value)
        if found is None:
            return value
        made = []
        for unit, many in found.groupdict().items():
            if many and unit == "working_day":
                made.append(self.section("search_page")("working_days", count=int(many), n=self.number(int(many))))
            elif many:
                made.append(format_unit(int(many), f"duration-{unit}", locale=self.form))
        return " ".join(made)

    def deadline(self, kind: str, value: str | None, quote: str) -> str:
        """A deadline in few words: "15 days", "every 2 years", "30 June 2032"; where it has no value, as the text has it."""
        words = self.section("search_page")
        if kind == "immediate":
            return self.value("deadline", kind)
        if not value:
            return quote
        if value.startswith("R/"):
            return self._returns(value[2:])
        if value.startswith("---"):
            return words("monthly", day=int(value[3:]))
        if value.startswith("--"):
            return words("yearly", day=self._yearly_day(value) or quote)
        if value.startswith("P"):
            return words("lasting", period=self.period(value)) if kind == "duration" else self.period(value)
        return self.day(value)

    def _returns(self, period: str) -> str:
        """How often something is due: "every year", "toutes les 2 semaines"."""
        words = self.section("search_page")
        found = _PERIOD.fullmatch(period)
        units = {unit: int(many) for unit, many in found.groupdict().items() if many} if found else {}
        if len(units) == 1 and next(iter(units.values())) == 1 and (once := words.get(f"once.{next(iter(units))}", "")):
            return once
        feminine = next(iter(units), "") in ("week", "hour", "minute")
        return words("every_feminine" if feminine else "every", period=self.period(period))

    def _yearly_day(self, value: str) -> str:
        """A day or month of every year (``--08-28``) without a year."""
        try:
            day = date.fromisoformat(f"2000-{value[2:]}" if len(value) > len("--08") else f"2000-{value[2:]}-01")
        except ValueError:
            return ""
        return str(format_skeleton("MMMMd" if len(value) > len("--08") else "MMMM", day, locale=self.form))

    def number(self, value: float) -> str:
        return _decimal(value, self.form)

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


def reader_of(request: HTTPConnection) -> Reader:
    """The reader who made the request."""
    language = language_of(request)
    return Reader(language, form_of(request, language), zone_of(request))


def chosen_language(request: HTTPConnection) -> str:
    """The language in the address (``lang``), else the reader's."""
    named = request.query_params.get("lang", "")
    return named if named in reader_languages("web") else language_of(request)


def words_of(request: HTTPConnection, section: str) -> ReaderWords:
    """The texts of a section in the reader's language."""
    return reader_words(section, language_of(request))
