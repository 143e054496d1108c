"""Describes one event for a reader, with marked quotes, dates and links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from dutybook.alerts import settings
from dutybook.alerts.channels import cut, plain
from dutybook.languages.eu_acts import numbered_name
from dutybook.languages.known_acts import known_acts
from dutybook.languages.reader import ReaderWords, date_locale, reader_words
from dutybook.resolve.identity.records import word_diff
from dutybook.store.alerts.events import NoticedEvent

#: The most characters of a quote.
QUOTE = 700
#: The most unchanged words between changes that are not shortened.
AROUND = 90
#: Language of a text where the reader's own is not there.
FALLBACK = "en"

#: A run of words with what became of it: ``same``, ``old`` (taken out) or ``new`` (put in).
Piece = tuple[str, str]


def mark_changes(pairs: Iterable[Any]) -> Iterable[Piece]:
    """Pairs of old and new words as marked pieces, with long runs of unchanged words shortened."""
    given = list(pairs)
    length = 0
    for number, (before, after) in enumerate(given):
        old, new = plain(str(before)), plain(str(after))
        if length > 2 * QUOTE:
            yield "…", "same"
            return
        if old == new:
            words = _around(old, first=number == 0, last=number == len(given) - 1)
            yield words, "same"
            length += len(words)
            continue
        for words, mark in ((old, "old"), (new, "new")):
            if words:
                short = cut(words, QUOTE)
                yield short, mark
                length += len(short)


def _around(words: str, *, first: bool, last: bool) -> str:
    if len(words) <= 2 * AROUND:
        return words
    begins = "" if first else words[:AROUND].rpartition(" ")[0]
    ends = "" if last else words[-AROUND:].partition(" ")[2]
    return f"{begins} … {ends}".strip()


def join_values(value: object) -> str:
    """The value before or after a change as text: words, the words of a deadline, or several of these."""
    if isinstance(value, list):
        return "; ".join(join_values(one) for one in value) or "–"
    if isinstance(value, dict):
        return plain(str(value.get("quote") or value.get("value") or "–"))
    return plain(str(value or "–"))


def day_in_words(written: str, reader: str) -> str:
    """A day, a month or a year as readers of a language write it; other text is returned as it is.

    >>> day_in_words("2032-03-01", "de")
    '1. März 2032'
    """
    from babel import Locale, UnknownLocaleError
    from babel.dates import format_date, format_skeleton

    try:
        locale = Locale.parse(date_locale(reader))
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse(FALLBACK)
    try:
        if len(written) == 7:
            return str(format_skeleton("yMMMM", date.fromisoformat(f"{written}-01"), locale=locale))
        return str(format_date(date.fromisoformat(written[:10]), format="long", locale=locale))
    except ValueError:
        return plain(written)


def link_of(source: str, page: int | None) -> str:
    """A link to a source at the page. A file on this machine has none: who gets the message may be on another."""
    at = f"#page={page}" if page else ""
    if source.startswith(("http://", "https://")):
        return quote(plain(source), safe="%/:?#[]@!$&'()*+,;=~") + (at if "#" not in source else "")
    return ""


def short_act(work: str | None, title: str) -> str:
    """What people call an act among themselves, in a subject or a heading.

    >>> short_act("32022R2554", "Regulation (EU) 2022/2554 of the European Parliament and of the Council")
    'DORA'
    """
    known = next((act.abbreviations for act in known_acts() if act.id == work and act.abbreviations), ())
    return known[0] if known else numbered_name(title) or cut(title, 70)


#: Kinds in the order of their weight; ``approaching`` goes by its days.
_RANK = {
    name: rank
    for rank, name in enumerate(
        ("tightened", settings.MOVED, settings.NEW, settings.CLAIMS, settings.PROCEDURES, settings.EVIDENCE, "bearer-changed", settings.REPEALED, "relaxed", "corrected",
         "reworded", settings.DOCUMENT, settings.NEWS, "renumbered"), 10)
}  # fmt: skip
#: Days left up to which a deadline stands before everything else.
_URGENT = 7


def page_of_act(address: str, work: str) -> str:
    """The address of an act's page in the register."""
    return f"{address}/acts/{quote(work, safe='')}"


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in words. All texts are single lines of harmless characters.

    ``labels`` are its kinds, ``headline`` says what and where, ``lines`` are pairs of label and text, ``pieces`` the
    quote with its changes marked, ``source`` where it is and ``link`` the link to it (empty if there is none),
    ``page`` the link to its page in the register (empty where that has no address), ``command`` shows everything. Entries are grouped by ``act``, with its ``title``; a lower ``rank`` is more
    important.
    """

    id: str
    sort: str
    kinds: tuple[str, ...]
    labels: tuple[str, ...]
    act: str
    title: str
    headline: str
    lines: tuple[tuple[str, str], ...]
    pieces: tuple[Piece, ...]
    source: str
    link: str
    page: str
    command: str
    rank: tuple[int, int, str]
    more: Mapping[str, Any]


def entries(found: Iterable[NoticedEvent], reader: str, now: datetime, zone: str, address: str = "") -> list[Entry]:
    """Events as entries for a reader, the most important first; ``address`` is that of the register in a browser."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return sorted((entry_of(one, reader, today, address) for one in found), key=lambda e: (e.rank, e.act, e.id))


def entry_of(noticed: NoticedEvent, reader: str, today: date, address: str = "") -> Entry:
    """An event as an entry for a reader of a language on a day."""
    return _Maker(noticed, reader, today, address).entry()


class _Maker:
    def __init__(self, noticed: NoticedEvent, reader: str, today: date, address: str) -> None:
        self.noticed = noticed
        self.address = address
        self.data = noticed.data
        self.reader = reader
        self.today = today
        self.words: ReaderWords = reader_words("alerts", reader)
        self.values = reader_words("values", reader)
        texts = self.data.get("texts", {})
        # What the reader can read, else English, else what was noticed first.
        self.language = next((code for code in (reader, FALLBACK) if code in texts), next(iter(texts), ""))
        self.text: Mapping[str, Any] = texts.get(self.language, {})

    def entry(self) -> Entry:
        noticed, text = self.noticed, self.text
        names = sorted(noticed.kinds, key=lambda kind: (_RANK.get(kind, 0), kind))
        made = {
            "norm": self._norm,
            "deadline": self._deadline,
            "document": self._document,
            "date": self._date,
            "procedure": self._procedure,
            "evidence": self._evidence,
        }
        headline, lines, pieces = made.get(noticed.sort, self._news)()
        titles = self.data.get("titles", {})
        title = (
            titles.get(self.reader)
            or titles.get(self.language)
            or titles.get(FALLBACK)
            or next(iter(titles.values()), "")
        )
        act = noticed.work or text.get("title") or ""
        known = text.get("norm") or text.get("old_norm")
        return Entry(
            id=noticed.id,
            sort=noticed.sort,
            kinds=tuple(names),
            labels=tuple(self.words.get(f"kind.{name}", name) for name in names),
            act=act,
            title=cut(title or (text.get("title") if noticed.sort != "news" else "") or noticed.work or "", 160),
            headline=cut(headline, 240),
            lines=tuple((label, cut(value, 400)) for label, value in lines if value),
            pieces=tuple((plain(value), mark) for value, mark in pieces if plain(value)),
            source=self._source(),
            link=link_of(text.get("source", ""), text.get("page")),
            page=self._page(known),
            command=self.words("text.show", id=str(known)[:16]) if known else "",
            rank=self._rank(names),
            more=self._more(known),
        )

    def _page(self, known: str | None) -> str:
        """The address of the norm's page in the register, else of the act's, else of the document's."""
        if not self.address:
            return ""
        if known:
            return f"{self.address}/norms/{known}"
        if self.data.get("evidence"):
            return f"{self.address}/evidence/{self.data['evidence']}"
        if self.noticed.work:
            return page_of_act(self.address, self.noticed.work)
        document = self.text.get("document")
        return f"{self.address}/documents/{document}" if document else self.address

    def _rank(self, names: list[str]) -> tuple[int, int, str]:
        place = str(self.text.get("place", ""))
        if self.noticed.sort == "deadline":
            left = (date.fromisoformat(self.data["due"]) - self.today).days
            return (0 if left <= _URGENT else 15, left, place)
        first = min((_RANK.get(name, 30) for name in names), default=30)
        binding = self.text.get("modality") in {"obligation", "prohibition"}
        return (first, 0 if binding else 1, place)

    def _more(self, known: str | None) -> dict[str, Any]:
        """The fields for programs in addition to the words."""
        text = self.text
        named = (
            "place",
            "old_place",
            "bearer",
            "role",
            "modality",
            "quote",
            "old_quote",
            "applies_from",
            "applies_until",
        )
        more = {name: text[name] for name in named if text.get(name)}
        more |= {
            name: self.data[name]
            for name in ("due", "days", "old", "new", "announced", "actual", "state")
            if self.data.get(name)
        }
        return more | {"work": self.noticed.work, "norm": known, "page": text.get("page"), "language": self.language}

    # one method a sort: headline, lines, pieces

    def _norm(self) -> tuple[str, list[tuple[str, str]], list[Piece]]:
        text = self.text
        modality = self.values.get(f"modality.{text.get('modality', '')}", "")
        headline = " · ".join(part for part in (text.get("place", ""), modality) if part)
        lines = [(self.words("label.who"), self._who())]
        if changed := text.get("bearer-changed"):
            lines.append((self.words("label.old_bearer"), join_values(changed[0])))
        if old := text.get("old_place"):
            lines.append((self.words("label.old_place"), old))
        lines += self._times()
        return headline, lines, self._pieces()

    def _deadline(self) -> tuple[str, list[tuple[str, str]], list[Piece]]:
        headline, lines, _ = self._norm()
        due = date.fromisoformat(self.data["due"])
        left = self._left(due)
        if self.data.get("review"):
            left = self.words("due.own", date=self._format_day(self.data["due"]), left=left)
        first = [(self.words("label.due"), left)]
        if self.data.get("owner"):
            first.append((self.words("label.owner"), str(self.data["owner"])))
        if self.data.get("event"):
            first.append((self.words("label.more"), self.words("due.event")))
        kept = [line for line in lines if line[0] != self.words("label.due")]
        return headline, first + kept, [(cut(str(self.text.get("quote", "")), QUOTE), "same")]

    def _document(self) -> tuple[str, list[tuple[str, str]], list[Piece]]:
        what, day = str(self.data.get("what", "text")), str(self.data.get("day", ""))
        if what == "version":
            headline = (
                self.words("document.version", date=self._format_day(day))
                if day
                else self.words("document.version-undated")
            )
        else:
            headline = self.words(f"document.{what}")
        number = self.text.get("norms", 0)
        lines = [(self.words("label.more"), self.words("text.norms", count=number) if number else "")]
        if what != "version":
            lines.insert(0, (self.words("label.published"), self._format_day(day)))
        return (headline, lines, [(cut(str(self.text.get("title", "")), QUOTE), "same")])

    def _date(self) -> tuple[str, list[tuple[str, str]], list[Piece]]:
        headline = self.words(
            "text.moved_date",
            type=self._type(),
            old=self._format_day(self.data["old"]),
            new=self._format_day(self.data["new"]),
        )
        why = [(self.words("label.more"), str(step)) for step in self.text.get("steps", ())]
        return headline, why, [(cut(str(self.text.get("quote", "")), QUOTE), "same")]

    def _procedure(self) -> tuple[str, list[tuple[str, str]], list[Piece]]:
        """The parts of an entry about an act in the making: a step that it took, or a consultation that ends soon."""
        step = self.words.get(f"step.{self.data['step']}", str(self.data["step"]))
        if due := self.data.get("due"):
            headline = self.words("procedure.ends", left=self._left(date.fromisoformat(due)))
        elif since := self.data.get("since"):
            headline = self.words("procedure.reached", step=step, date=self._format_day(str(since)))
        else:
            headline = step
        lines = [(self.words("label.published"), self._format_day(str(self.text.get("day", ""))))]
        return headline, lines, [(cut(str(self.text.get("quote", "")), QUOTE), "same")]

    def _evidence(self) -> tuple[str, list[tuple[str, str]], list[Piece]]:
        """The parts of an entry about evidence that ends soon, or has ended."""
        headline = self.words(f"evidence.{self.data['state']}", date=self._format_day(self.data["due"]))
        lines = [(self.words("label.owner"), str(self.data.get("owner", "")))]
        return headline, lines, [(cut(str(self.text.get("quote", "")), QUOTE), "same")]

    def _news(self) -> tuple[str, list[tuple[str, str]], list[Piece]]:
        """The parts of an entry about news, or about a date that news state."""
        text = self.text
        lines = [(self.words("label.about"), str(text.get("about", "")))]
        if self.noticed.sort == "claim":
            days = {name: self._format_day(str(self.data.get(name, ""))) for name in ("announced", "actual")}
            headline = self.words(f"claim.{self.data['state']}", type=self._type(), **days)
            answer = [part for part in (text.get("by_place"), text.get("by_quote")) if part]
            lines.append((self.words("label.answer"), ": ".join(answer)))
        else:
            headline = str(text.get("title", ""))
            number = int(self.data.get("items", 1))
            lines.append((self.words("label.more"), self.words("text.items", count=number) if number > 1 else ""))
        lines.append((self.words("label.published"), self._format_day(str(text.get("day", "")))))
        return headline, lines, [(cut(str(text.get("quote", "")), QUOTE), "same")]

    # parts

    def _who(self) -> str:
        text = self.text
        bearer = str(text.get("bearer") or self.values.get(f"bearer_class.{text.get('bearer_class', '')}", ""))
        role = str(text.get("role") or "")
        return f"{bearer} ({role})" if bearer and role and role.casefold() not in bearer.casefold() else bearer

    def _times(self) -> list[tuple[str, str]]:
        text = self.text
        lines = []
        if moved := text.get(settings.MOVED):
            change = self.words("text.moved", old=join_values(moved[0]), new=join_values(moved[1]))
            lines.append((self.words("label.deadline"), change))
        elif text.get("deadlines"):
            lines.append((self.words("label.deadline"), "; ".join(text["deadlines"])))
        if dues := text.get("dues"):
            lines.append((self.words("label.due"), "; ".join(self._left(date.fromisoformat(day)) for day in dues[:3])))
        named = [name for name in ("applies_from", "applies_until") if text.get(name)]
        return lines + [(self.words(f"label.{name}"), self._format_day(text[name])) for name in named]

    def _pieces(self) -> list[Piece]:
        old, new = str(self.text.get("old_quote", "")), str(self.text.get("quote", ""))
        pairs: Iterable[Any] = self.text.get("words", ())
        if not pairs and old and new:
            pairs = [(piece.old, piece.new) for piece in word_diff(old, new)]
        if pairs:
            return list(mark_changes(pairs))
        return [(cut(new or old, QUOTE), "same" if new else "old")]

    def _left(self, due: date) -> str:
        left, day = (due - self.today).days, self._format_day(due.isoformat())
        if left <= 0:
            return self.words("due.past" if left else "due.today", date=day)
        return self.words("due", date=day, count=left)

    def _type(self) -> str:
        return self.values.get(f"fact.{self.data.get('type', '')}", str(self.data.get("type", "")))

    def _format_day(self, written: str) -> str:
        return day_in_words(written, self.reader)

    def _source(self) -> str:
        source, page = str(self.text.get("source", "")), self.text.get("page")
        where = source if source.startswith(("http://", "https://")) else source.rpartition("/")[2]
        return ", ".join(
            part for part in (cut(where, 160), self.words("text.page", page=page) if page and source else "") if part
        )
