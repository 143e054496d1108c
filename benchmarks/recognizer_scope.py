"""Which cases of Recognizers-Text are in scope: rules over their data, each with its reason, none over what we read."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from dutybook.languages import LanguagePack

NO_ENGINE = "none of their own engines supports it"
_FIGURES = "days, months and years in figures alone, one of the three missing or shortened"
ENGINES = ("dotnet", "javascript", "python", "java")
INDEFINITE = {
    "en": "few|several|some",
    "de": "paar|einige[nr]?|mehrere[nr]?",
    "fr": "quelques|plusieurs",
    "es": "pocos|pocas|unos|unas|algunos|algunas|varios|varias",
    "it": "pochi|poche|qualche|alcuni|alcune|diversi|diverse",
    "nl": "paar|enkele|aantal|enige",
    "pt": "poucos|poucas|alguns|algumas|vários|várias|uns|umas",
}
CHAT = {"en": "tmrw|tmr|w/c|hrs|hr|hahaha"}
_LETTER = re.compile(r"[^\W\d_]")
_FULL_DATE = re.compile(r"\b(?:\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}[./-]\d{1,2}[./-]\d{1,2})\b")
_SHORT_DATE = re.compile(r"\b\d{1,4}\s*[./-]\s*\d{1,4}\b")


def _days_of(value: dict[str, Any]) -> list[str]:
    """The days that a value has: its own, or those on which it begins and ends."""
    past, future = value["PastResolution"], value["FutureResolution"]
    return [day for key in ("date", "startDate", "endDate") if (day := future.get(key) or past.get(key))]


class Scope:
    """The rules for one language."""

    def __init__(self, pack: LanguagePack) -> None:
        temporal = pack.temporal
        self._capitals = temporal.months_capitalised
        names = sorted([*temporal.months, *temporal.weekdays], key=len, reverse=True)
        plural = temporal.weekday_plural or "(?!)"
        self._names = re.compile(rf"\b(?:{'|'.join(names)})(?:{plural})?\b", re.IGNORECASE)
        marks = temporal.ordinal_digits or "(?!)"
        self._glued = re.compile(rf"\d(?!(?:{marks})(?!\w))[^\W\d_]|[^\W\d_]\d", re.IGNORECASE)
        self._indefinite = re.compile(rf"\b(?:{INDEFINITE[pack.code]})\b", re.IGNORECASE)
        self._chat = re.compile(rf"\b(?:{CHAT.get(pack.code, '(?!)')})(?!\w)", re.IGNORECASE)
        teens = "|".join(w for w, n in temporal.numbers.items() if n in (19, 20)) or "(?!)"
        glued = "|".join(w for w, n in temporal.scales.items() if n >= 1000 and len(w) > 3) or "(?!)"
        apart = "|".join(w for w, n in temporal.scales.items() if n >= 1000) or "(?!)"
        self._spelt_year = re.compile(rf"\b(?:{teens}|{apart}|\w*(?:{glued}))", re.IGNORECASE)

    def left_out(self, case: dict[str, Any], file: str, today: date | None) -> str | None:
        """Why a case is not in scope; None where it is."""
        off = {e.strip() for key in ("NotSupported", "NotSupportedByDesign") for e in case.get(key, "").split(",")}
        if off >= set(ENGINES):
            return NO_ENGINE
        if len(case["Results"]) != 1:
            return "no expression or several are wanted: not a case of one value"
        result = case["Results"][0]
        text, value = result["Text"], result["Value"]
        timex = str(value["Timex"])
        known = _days_of(value)
        dated = file in ("Date", "DatePeriod")
        return (
            self._check_time(file, timex)
            or (self._check_days(known, file, value.get("Mod")) if dated else None)
            or (self._check_expression(known, value, text, today) if dated else None)
            or self._check_figures(text, timex)
            or self._check_spelling(text)
        )

    @staticmethod
    def _check_time(file: str, timex: str) -> str | None:
        if file == "Duration":
            return "seconds: no deadline counts them" if re.search(r"\dS", timex) else None
        return "a time of day: values are days" if re.search(r"T(?:\d|MO|AF|EV|NI|DT)", timex) else None

    @staticmethod
    def _check_days(known: list[str], file: str, mod: str | None) -> str | None:
        if not known:
            return "a season: its days are not known"
        if file == "DatePeriod" and len(known) < 2:
            return "a range open at one side"
        if mod in ("less", "more"):
            return "less or more than a period: no value of its own"
        years = {int(b[:4]) for b in known} - {1}
        return "a year before 1900 or after 2199" if any(not 1900 <= y < 2200 for y in years) else None

    def _check_expression(self, known: list[str], value: dict[str, Any], text: str, today: date | None) -> str | None:
        timex = str(value["Timex"])
        decades = re.fullmatch(r"\([\dX]{3}0-01-01,[\dX]{3}0-01-01,P\d+0Y\)", timex)
        if decades and not re.search(r"\d{4}\D+\d{4}", text):
            return "decades and centuries"
        if re.search(r"\d{4}", timex) and not re.search(r"\d{4}", text) and self._spelt_year.search(text):
            return "a year in words"
        is_part = value.get("Mod") in ("start", "mid", "end")
        if is_part and {b[5:] for b in known} & {"05-01", "09-01"} and "-" not in timex:
            return "a third of a year: in the same files early and late are halves"
        if self._last_year_month(timex, text, today):
            return "the last named month: theirs is the one of last year even where this year's is past"
        return None

    def _check_figures(self, text: str, timex: str) -> str | None:
        bare = _FULL_DATE.sub("", text)
        if _SHORT_DATE.search(bare) and not self._range_of_days(bare):
            return _FIGURES
        full = _FULL_DATE.search(text)
        if full and self._american(full[0], timex):
            return "month before day in figures: European texts have the day first"
        if re.search(r"(?:^|\W)['’]?\d\d$", text) and re.match(r"\d{4}-\d\d$", timex):
            return _FIGURES
        return None

    def _check_spelling(self, text: str) -> str | None:
        if self._glued.search(text) or self._chat.search(text):
            return "chat spelling: figures glued to words, abbreviations"
        if self._capitals and any(m[0][0].islower() for m in self._names.finditer(text)):
            return "months or weekdays in small letters where the language has capitals"
        return "a few, several: no number" if self._indefinite.search(text) else None

    def _range_of_days(self, text: str) -> bool:
        """ "4-22 January 1995", "2014-2018": a dash between two days or years, the month in letters."""
        spaced = [m[0] for m in _SHORT_DATE.finditer(text)]
        with_letters = bool(_LETTER.search(text))
        return all(
            re.fullmatch(r"\d{4}\s*-\s*\d{4}", s) or (with_letters and re.fullmatch(r"\d{1,2}\s*-\s*\d{1,2}", s))
            for s in spaced
        )

    @staticmethod
    def _american(written: str, timex: str) -> bool:
        parts = [int(n) for n in re.findall(r"\d+", written)]
        wanted = [int(n) for n in re.findall(r"\d+", timex)[:3]]
        return len(wanted) == 3 and parts not in ([wanted[2], wanted[1], wanted[0]], wanted)

    def _last_year_month(self, timex: str, text: str, today: date | None) -> bool:
        month = re.fullmatch(r"(\d{4})-(\d\d)", timex)
        if month is None or today is None or re.search(r"\d", text):
            return False
        named = self._names.search(text) is not None and len(text.split()) <= 3
        return named and int(month[1]) == today.year - 1 and int(month[2]) < today.month
