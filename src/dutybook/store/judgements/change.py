"""What somebody wants to say of norms, checked before anything is touched."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields

from dutybook.errors import BadRequest
from dutybook.records.dates import parse_day
from dutybook.records.norm_fields import CLOSED, CORRECTABLE
from dutybook.store.judgements.record import APPLICABILITIES, STATUSES

#: Deadlines are corrected by their value, or by the day on which they end.
DEADLINE, DUE = "deadline", "due"
#: What ``--correct`` takes.
FIELDS = (*CORRECTABLE, DEADLINE, DUE)

_PERIOD = r"P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?"
# As the guidelines write values: a day (or a day of every year), a period, how often.
_VALUE = re.compile(rf"\d{{4}}(?:-\d\d(?:-\d\d)?)?|--\d\d(?:-\d\d)?|{_PERIOD}|R/{_PERIOD}")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]+):")
_SCHEMES = ("http", "https", "mailto", "file")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_TEXTS = ("owner", "reviewer", "control", "note", "reason")


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be said; None leaves a thing as it is, an empty text takes it away.

    ``due`` and ``review_date`` are days of one's own (ISO 8601). ``reason`` belongs to applicability, rejection and correction.
    ``links`` are pairs of label and address. ``finding`` is confirmed, rejected or empty (to take either back). ``correct``
    maps fields (:data:`FIELDS`) to what they should be; an empty text means there is nothing. ``deadline`` names the deadline
    that is corrected, by its words or id, where a norm has several.

    Raises:
        BadRequest: something in it cannot be meant.
    """

    status: str | None = None
    owner: str | None = None
    reviewer: str | None = None
    due: str | None = None
    review_date: str | None = None
    applicability: str | None = None
    reason: str | None = None
    control: str | None = None
    note: str | None = None
    links: tuple[tuple[str, str], ...] = ()
    finding: str | None = None
    correct: dict[str, str] = field(default_factory=dict)
    deadline: str | None = None

    @property
    def judges(self) -> bool:
        """Whether it says anything of the finding, or of what was extracted."""
        return bool(self.correct) or self.finding is not None

    def __post_init__(self) -> None:
        _one_of("status", self.status, STATUSES)
        _one_of("applicability", self.applicability, APPLICABILITIES)
        _one_of("judgement of a finding", self.finding, ("", "confirmed", "rejected"))
        for name in ("due", "review_date"):
            _check_day(name.replace("_", " "), getattr(self, name))
        for name in _TEXTS:
            _plain(name, getattr(self, name))
        for label, target in self.links:
            _link(label, target)
        for name, value in self.correct.items():
            _correction(name, value)
        if self.note is not None and not self.note.strip():
            raise BadRequest("a note has no words. Write some: --note TEXT")
        if self.applicability in ("no", "partly") and not self.reason:
            raise BadRequest(f"say why it applies {self.applicability!r}: --reason TEXT")
        if self.finding == "rejected" and not self.reason:
            raise BadRequest("say why it is no finding: --reason TEXT")
        if self.correct and not self.reason:
            raise BadRequest("say why it is corrected: --reason TEXT")
        if self.finding is not None and self.correct:
            raise BadRequest("a finding is confirmed, rejected or corrected: give one of them")

    @property
    def says_nothing(self) -> bool:
        """Whether there is nothing to be changed at all."""
        given = [
            getattr(self, f.name) for f in fields(self) if f.name not in {"reason", "deadline", "links", "correct"}
        ]
        return all(value is None for value in given) and not self.links and not self.correct


def _one_of(what: str, value: str | None, allowed: tuple[str, ...]) -> None:
    if value is not None and value not in allowed:
        raise BadRequest(f"{value!r} is no {what}. There are: {', '.join(a for a in allowed if a)}.")


def _check_day(what: str, value: str | None) -> None:
    day = parse_day(value)
    if value and not (day and day.isoformat() == value):
        raise BadRequest(f"{value!r} is no day for {what!r}. Write year-month-day, such as 2026-08-02.")


def _plain(what: str, value: str | None) -> None:
    """Text that can be stored: line breaks are welcome, NULs and broken characters are not."""
    if value is not None:
        try:
            value.encode()
        except UnicodeEncodeError:
            raise BadRequest(f"the {what} has characters that are no text. Type it anew.") from None
        if "\0" in value:
            raise BadRequest(f"the {what} has characters that are no text. Type it anew.")


def _link(label: str, target: str) -> None:
    for text in (label, target):
        _plain("link", text)
        if _CONTROL.search(text):
            raise BadRequest("a link has control characters. Type it anew.")
    if not target.strip():
        raise BadRequest("a link has no address. Give a path or an address: --link LABEL=ADDRESS")
    scheme = _SCHEME.match(target.strip())
    if scheme and scheme[1].lower() not in _SCHEMES:
        raise BadRequest(
            f"{target!r} is no address that is kept here. Give a path, or one that begins with {', '.join(_SCHEMES)}."
        )


def _correction(name: str, value: str) -> None:
    if name not in FIELDS:
        raise BadRequest(f"{name!r} cannot be corrected. There are: {', '.join(FIELDS)}.")
    _plain(name, value)
    if name in CLOSED:
        _one_of(name.replace("_", " "), value, CLOSED[name])
    elif name == DUE:
        _check_day("due", value)
    elif name == DEADLINE and not _VALUE.fullmatch(value):
        raise BadRequest(f"{value!r} is no value of a deadline. Write P30D, PT72H, R/P1Y or a day such as 2026-08-02.")
