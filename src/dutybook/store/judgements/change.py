"""A change that people want to make to the record of a norm, and the checks of what they entered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from dutybook.errors import BadRequest
from dutybook.records.dates import parse_day
from dutybook.records.norm_fields import CLOSED, REQUIRED
from dutybook.store.judgements.record import APPLICABILITIES, DEADLINE, DUE, FIELDS, PRIORITIES, STATUSES, tag_names
from dutybook.suggestions import check_one_of

_PERIOD = r"P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?"
# As the guidelines write values: a day (or a day of every year), a period, how often.
_VALUE = re.compile(rf"\d{{4}}(?:-\d\d(?:-\d\d)?)?|--\d\d(?:-\d\d)?|---\d\d|{_PERIOD}|R/{_PERIOD}")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]+):")
_SCHEMES = ("http", "https", "mailto", "file")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_TEXTS = ("owner", "reviewer", "control", "note", "reason", "tags", "add_tag", "evidence")
_LONGEST_TAG = 60


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be said; None leaves a thing as it is, an empty text takes it away.

    ``due`` and ``review_date`` are days of one's own (ISO 8601). ``reason`` belongs to applicability, rejection and correction.
    ``tags`` (parted by commas) take the place of those that there are, ``add_tag`` is one more. ``links`` are pairs of label and
    address, which are added, with the id of the evidence that they are of where it has one; ``evidence`` takes the place of all
    (:attr:`Record.evidence <dutybook.store.judgements.record.Record.evidence>`). ``control`` takes the place of controls and words
    (:attr:`Record.control <dutybook.store.judgements.record.Record.control>`): a line that names a control links it.
    ``link_controls``, ``unlink_controls`` and ``decline_controls`` are ids of controls, ``unlink_evidence`` ids of evidence.
    ``finding`` is confirmed, rejected or empty (to take either back). ``correct`` maps fields
    (:data:`~dutybook.store.judgements.record.FIELDS`) to what they should be; an empty text means there is nothing. ``deadline``
    names the deadline that is corrected, by its words or id, where a norm has several.

    Raises:
        BadRequest: something in it cannot be meant.
    """

    status: str | None = None
    owner: str | None = None
    reviewer: str | None = None
    due: str | None = None
    review_date: str | None = None
    priority: str | None = None
    applicability: str | None = None
    reason: str | None = None
    control: str | None = None
    tags: str | None = None
    add_tag: str | None = None
    evidence: str | None = None
    note: str | None = None
    links: tuple[tuple[str, str] | tuple[str, str, str], ...] = ()
    link_controls: tuple[str, ...] = ()
    unlink_controls: tuple[str, ...] = ()
    decline_controls: tuple[str, ...] = ()
    unlink_evidence: tuple[str, ...] = ()
    finding: str | None = None
    correct: dict[str, str] = field(default_factory=dict)
    deadline: str | None = None

    @property
    def judges(self) -> bool:
        """Whether it says anything of the finding, or of what was extracted."""
        return bool(self.correct) or self.finding is not None

    def __post_init__(self) -> None:
        check_one_of("status", self.status, STATUSES)
        check_one_of("applicability", self.applicability, APPLICABILITIES)
        check_one_of("priority", self.priority, PRIORITIES)
        check_one_of("judgement of a finding", self.finding, ("", "confirmed", "rejected"))
        for name in ("due", "review_date"):
            check_day(name.replace("_", " "), getattr(self, name))
        for name in _TEXTS:
            check_text(name, getattr(self, name))
        for tag in (*tag_names(self.tags or ""), *((self.add_tag,) if self.add_tag is not None else ())):
            _check_tag(tag)
        for label, target, *_ in (*self.links, *evidence_links(self.evidence or "")):
            check_link(label, target)
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
        # What holds several things is empty where it says nothing.
        given = [getattr(self, f.name) for f in fields(self) if f.name not in {"reason", "deadline"}]
        return all(value is None or value in ((), {}) for value in given)


def _check_tag(tag: str) -> None:
    if not tag.strip() or "," in tag or _CONTROL.search(tag) or len(tag) > _LONGEST_TAG:
        raise BadRequest(f"{tag!r} is no tag. Write up to {_LONGEST_TAG} characters without a comma.")


def evidence_links(text: str) -> list[tuple[str, str]]:
    """The links that a text names, one per line: pairs of label (may be empty) and address.

    >>> evidence_links("Policy: https://intranet.example/policy\\nminutes/2031-04.pdf")
    [('Policy', 'https://intranet.example/policy'), ('', 'minutes/2031-04.pdf')]
    """
    found = []
    for line in text.splitlines():
        label, sign, target = line.strip().partition(": ")
        if line.strip():
            found.append((label.strip(), target.strip()) if sign and target.strip() else ("", line.strip()))
    return found


def check_author(by: str) -> None:
    """Raises BadRequest where nobody is named who says something."""
    if not by.strip():
        raise BadRequest("say who you are: --by NAME (or set DUTYBOOK_USER)")


def check_day(what: str, value: str | None) -> None:
    """Raises BadRequest for what is neither empty nor an ISO 8601 day."""
    day = parse_day(value)
    if value and not (day and day.isoformat() == value):
        raise BadRequest(f"{value!r} is no day for {what!r}. Write year-month-day, such as 2026-08-02.")


def check_text(what: str, value: str | None) -> None:
    """Raises BadRequest for text that cannot be stored: line breaks are welcome, NULs and broken characters are not."""
    if value is not None:
        try:
            value.encode()
        except UnicodeEncodeError:
            raise BadRequest(f"the {what} has characters that are no text. Type it anew.") from None
        if "\0" in value:
            raise BadRequest(f"the {what} has characters that are no text. Type it anew.")


def check_lengths(change: object, longest: Mapping[str, int]) -> None:
    """Raises BadRequest for a field of a change that cannot be stored, or has more characters than ``longest`` says of it."""
    for name, most in longest.items():
        # Changes that share a table of lengths have not all of its fields.
        value = getattr(change, name, None)
        check_text(name, value)
        if value is not None and len(value) > most:
            raise BadRequest(f"the {name} has {len(value):,} characters. Write up to {most:,}.")


def check_link(label: str, target: str) -> None:
    """Raises BadRequest for a link that has no address, control characters, or a scheme that is not kept."""
    for text in (label, target):
        check_text("link", text)
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
    check_text(name, value)
    if name in REQUIRED and not value.strip():
        raise BadRequest(f"a norm has no {name.replace('_', ' ')} only where it is none: reject it instead.")
    if name in CLOSED:
        check_one_of(name.replace("_", " "), value, CLOSED[name])
    elif name == DUE:
        check_day("due", value)
    elif name == DEADLINE and not _VALUE.fullmatch(value):
        raise BadRequest(f"{value!r} is no value of a deadline. Write P30D, PT72H, R/P1Y or a day such as 2026-08-02.")
