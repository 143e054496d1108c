"""Reasons why a file or a page was not read, or only in part: a code with values, and the sentence in English.

The code and the values are stored and translated; the sentence is for people who read English, logs and SQL. Each
code has its texts in ``languages/reader/reasons.LANGUAGE.toml``.

>>> reason = because(Why.LARGER, "the file has {size} MB, more than the {limit} MB that are read", size=7, limit=5)
>>> str(reason), reason.code.value, dict(reason.values)
('the file has 7 MB, more than the 5 MB that are read', 'larger', {'size': 7, 'limit': 5})
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Any, Literal

#: A value in a sentence. A reason inside a reason is translated, too.
Value = str | int | float


#: The most reasons in a line. All others are counted.
_MOST_LISTED = 20

#: Of reasons that are sentences and nothing else: an earlier register's, and those of somebody else's reader.
BEFORE, WITHOUT_CODE = "before", "without_code"


class Why(StrEnum):
    """What can prevent a file, or a part of it, from being read."""

    # The file as it came.
    EMPTY = "empty"
    NO_FILE = "no_file"
    NOT_READABLE = "not_readable"
    CHANGING = "changing"
    GONE = "gone"
    LARGER = "larger"
    OVER = "over"
    UNKNOWN_FORMAT = "unknown_format"
    NOT_YET_READ = "not_yet_read"
    SAME_BYTES = "same_bytes"
    # What is left out of folders and archives.
    LEFT_KIND = "left_kind"
    LEFT_HIDDEN = "left_hidden"
    LEFT_LINK = "left_link"
    LEFT_SMALL = "left_small"
    LEFT_DENIED = "left_denied"
    LEFT_MAIL_PICTURE = "left_mail_picture"
    LEFT_MAIL_LINK = "left_mail_link"
    LEFT_MAIL_OBJECT = "left_mail_object"
    # What holds it.
    ARCHIVE_MANY = "archive_many"
    ARCHIVE_DAMAGED = "archive_damaged"
    PACKED_STRANGELY = "packed_strangely"
    PACKED_DEEP = "packed_deep"
    UNPACKS = "unpacks"
    PART_UNPACKS = "part_unpacks"
    SWELLS = "swells"
    HOLDS_ONLY = "holds_only"
    HOLDS_MANY = "holds_many"
    INSIDE = "inside"
    MAIL_PARTS = "mail_parts"
    MAIL_HEADER = "mail_header"
    MAIL_BARE = "mail_bare"
    MAIL_EMPTY = "mail_empty"
    MAILBOX = "mailbox"
    EMBEDDED = "embedded"
    # Locks.
    NEEDS_PASSWORD = "needs_password"  # noqa: S105 - no password, but the want of one
    WRONG_PASSWORD = "wrong_password"  # noqa: S105
    STRANGE_ENCRYPTION = "strange_encryption"
    OFFICE_PASSWORD = "office_password"  # noqa: S105
    # Its form.
    NESTED = "nested"
    TOO_MUCH_TEXT = "too_much_text"
    TOO_MANY_PARTS = "too_many_parts"
    NO_ENCODING = "no_encoding"
    MARKUP = "markup"
    HIDDEN_TEXT = "hidden_text"
    OFFICE_DAMAGED = "office_damaged"
    COMPOUND_DAMAGED = "compound_damaged"
    COMPOUND_MANY = "compound_many"
    PDF_DAMAGED = "pdf_damaged"
    NO_TEXT = "no_text"
    BOE = "boe"
    # Images of pages.
    PAGE_DAMAGED = "page_damaged"
    PAGE_NOT_DRAWN = "page_not_drawn"
    PICTURE_WORDS = "picture_words"
    PICTURE_LARGE = "picture_large"
    ONE_PICTURE_LARGE = "one_picture_large"
    PICTURE_DAMAGED = "picture_damaged"
    # What it would have taken.
    SLOW = "slow"
    MEMORY = "memory"
    CRASHED = "crashed"
    SPACE = "space"
    DEFECT = "defect"
    PICTURES_ONLY = "pictures_only"
    GARBLED = "garbled"
    BLANK = "blank"
    # A part that was not read, or not surely.
    PART_PICTURES = "part.pictures"
    PART_OTHER_FILE = "part.other_file"
    PART_FIRST_PICTURES = "part.first_pictures"
    PART_FIRST_PAGES = "part.first_pages"
    PART_PICTURE = "part.picture"
    PART_PAGE = "part.page"
    PART_UNSURE = "part.unsure"
    PART_TIME = "part.time"
    PART_NORMS_TIME = "part.norms_time"
    PART_OF_PAGES = "part.of_pages"
    PART_OF_TEXT = "part.of_text"
    PART_OF_END = "part.of_end"
    PART_OF_PLAIN = "part.of_plain"
    PART_LOST = "part.lost"
    PART_PAGES = "part.pages"
    PART_NO_TEXT_ON = "part.no_text_on"
    PART_ATTACHED = "part.attached"
    PART_LANGUAGE = "part.language"
    PART_OTHER_LANGUAGE = "part.other_language"
    PART_PAGES_OF = "part.pages_of"
    PART_QUOTATIONS = "part.quotations"
    PART_MARKUP = "part.markup"
    PART_CHARACTERS = "part.characters"
    PART_TRACKED = "part.tracked"
    PART_HIDDEN = "part.hidden"
    PART_STRUCK = "part.struck"
    PART_NUMBERS = "part.numbers"
    PART_ELSEWHERE = "part.elsewhere"
    PART_ENDS_EARLY = "part.ends_early"
    PART_XML_GUESSED = "part.xml_guessed"
    PART_JSON_GUESSED = "part.json_guessed"
    PART_PACKED_DATA = "part.packed_data"
    PART_OTHER_NAME = "part.other_name"
    PART_NOT_APPLIED = "part.not_applied"
    # What is with a page.
    PAGE_BLANK = "page.blank"
    PAGE_BROKEN = "page.broken"
    PAGE_TIME = "page.time"
    PAGE_CRASHED = "page.crashed"
    PAGE_GARBLED = "page.garbled"
    PAGE_WITHOUT_SENSE = "page.without_sense"
    PAGE_FOREIGN = "page.foreign"
    PAGE_ODD = "page.odd"
    PAGE_PARTLY = "page.partly"
    PAGE_EARLIER = "page.earlier"
    PAGE_UNDRAWN = "page.undrawn"
    PAGE_COMPARE = "page.compare"
    PAGE_ALONE = "page.alone"
    PAGE_UNSURE_WORDS = "page.unsure_words"
    PAGE_IMAGE = "page.image"
    PAGE_UNREAD = "page.unread"
    PAGE_BOTH = "page.both"
    # Why text was not recognised.
    OCR_OFF = "ocr.off"
    OCR_ABSENT = "ocr.absent"
    OCR_WITHOUT_DATA = "ocr.without_data"
    OCR_LATE = "ocr.late"
    OCR_FAILED = "ocr.failed"
    OCR_NOTHING = "ocr.nothing"
    OCR_NO_SENSE = "ocr.no_sense"


class Reason(str):
    """The sentence in English, with its code and values; made by :func:`because`.

    ``kind`` is that of the error (``encrypted``) if nothing was read. ``code`` may be one that only a later version
    knows, if it comes from a register.
    """

    code: str
    values: Mapping[str, Value]
    kind: str

    def __new__(cls, text: str, code: str, values: Mapping[str, Value] | None = None, kind: str = "") -> Reason:
        made = super().__new__(cls, text)
        made.code, made.values, made.kind = code, dict(values or {}), kind
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Make it possible to pickle reasons, which child processes return."""
        return Reason, (str(self), self.code, dict(self.values), self.kind)

    def of_kind(self, kind: str) -> Reason:
        """The same reason, for a file of which nothing could be read."""
        return Reason(str(self), self.code, self.values, kind)

    @property
    def whole(self) -> str:
        """The sentence after its kind: ``encrypted: it needs a password``."""
        return f"{self.kind}: {self}" if self.kind else str(self)

    def each(self) -> Iterator[Reason]:
        """This reason and those within it."""
        yield self
        for value in self.values.values():
            if isinstance(value, Reason):
                yield from value.each()

    def plain(self) -> dict[str, Any]:
        """The reason as JSON values, with the sentence as ``text``."""
        values = {name: v.plain() if isinstance(v, Reason) else v for name, v in self.values.items()}
        return {"code": self.code, **({"kind": self.kind} if self.kind else {}), "values": values, "text": str(self)}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Reason:
        """The reason from what :meth:`plain` returned."""
        values = {name: cls.of(v) if isinstance(v, dict) else v for name, v in plain["values"].items()}
        return cls(plain["text"], plain["code"], values, plain.get("kind", ""))


def because(code: Why, text: str, /, **values: Value) -> Reason:
    """A reason whose English sentence is ``text`` with the values in its braces."""
    return Reason(text.format(**values), code, values)


def about_pages(code: Why, numbers: Sequence[int], text: str, why: Reason | Literal[""] = "") -> Reason:
    """A reason about some pages: ``text`` about ``{named}``, with ``{why}``.

    >>> str(about_pages(Why.PART_PAGES, [3, 7, 8, 9], "{named}: {why}", because(Why.PAGE_TIME, "time limit")))
    'pages 3, 7-9: time limit'
    """
    # Numbers that follow each other are as far from their places in the list.
    groups = [
        [number for _, number in group] for _, group in groupby(enumerate(numbers), lambda each: each[1] - each[0])
    ]
    listed = ", ".join(str(group[0]) if len(group) == 1 else f"{group[0]}-{group[-1]}" for group in groups)
    named = f"page{'s' if len(numbers) > 1 else ''} {listed}"
    return because(code, text.replace("{named}", named), count=len(numbers), pages=listed, why=why)


_OBJECT = re.compile(r"\s*<[^<>]* at 0x[0-9a-fA-F]+>")
_LONGEST = 120


def error_words(error: BaseException) -> str:
    """What a library's error says, on one line, for a reason: without addresses of objects, shortened.

    >>> error_words(ValueError("cannot identify <_io.BytesIO object at 0x7f0a1c>"))
    'cannot identify'
    """
    words = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return " ".join(_OBJECT.sub("", words).split())[:_LONGEST] or type(error).__name__


def join_reasons(reasons: Sequence[Reason]) -> str:
    """Several reasons as one line in English."""
    listed = [reason.whole for reason in reasons[:_MOST_LISTED]]
    return "; ".join([*listed, *([f"and {more} more"] if (more := len(reasons) - len(listed)) else [])])


def as_json(reasons: Sequence[Reason]) -> str:
    """Several reasons as a JSON list. Characters that no encoding can write become U+FFFD."""
    text = json.dumps([reason.plain() for reason in reasons], ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode()


def from_json(text: str) -> tuple[Reason, ...]:
    """The reasons from what :func:`as_json` returned."""
    return tuple(map(Reason.of, json.loads(text)))


def reason_without_code(text: str) -> Reason:
    """A reason from a reader of another package, which has only a sentence."""
    return Reason(text, WITHOUT_CODE)
