"""What readers of office documents share: the ZIP package with its parts, the flow of drafts, and headings that are none."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from lxml import etree

from dutybook.errors import BadDocument, BrokenDocument, TooLarge
from dutybook.layout.drafts import Draft, DraftTable
from dutybook.layout.limits import refuse_crowded
from dutybook.reasons import Why, because
from dutybook.records import BlockRole

MAX_PARTS = 20_000
MAX_PART_BYTES = 128 * 1024 * 1024
MAX_TOTAL_BYTES = 256 * 1024 * 1024
# Real markup shrinks to a thirtieth, a bomb to a thousandth.
MAX_RATIO = 200
RATIO_FROM = 16 * 1024 * 1024
MAX_ELEMENTS = 4_000_000

# ISO 29500 "strict" files have names of their own for the same things.
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
)
# lxml has no type stubs that mypy could use here.
Element = Any


class Package:
    """The parts of a file, by name. Only what is asked for is unpacked; nothing outside the file is ever loaded."""

    def __init__(self, data: bytes, what: str) -> None:
        """``what`` is the file in words, for messages: ``Word document``.

        Raises:
            BrokenDocument: it is no readable archive.
            TooLarge: it has more parts than documents have.
        """
        self.what = what
        if data.count(b"PK\x01\x02") > MAX_PARTS:
            raise TooLarge(
                because(
                    Why.TOO_MANY_PARTS,
                    "the {what} has more than {limit:,} parts, as no document does",
                    what=what,
                    limit=MAX_PARTS,
                )
            )
        try:
            self._archive = zipfile.ZipFile(BytesIO(data))
            infos = self._archive.infolist()
        except Exception as error:  # zipfile lets through much of what hostile headers cause
            raise self.broken("its archive cannot be opened") from error
        self._infos = {info.filename.replace("\\", "/").lstrip("/").lower(): info for info in infos}
        self._left = MAX_TOTAL_BYTES

    def broken(self, why: str) -> BadDocument:
        return BrokenDocument(
            because(
                Why.OFFICE_DAMAGED,
                "the {what} is damaged ({why}): get it again, or open it and save it anew",
                what=self.what,
                why=why,
            )
        )

    def has(self, name: str) -> bool:
        return name.lower() in self._infos

    def read(self, name: str) -> bytes | None:
        """The bytes of a part; None where there is none of this name.

        Raises:
            BrokenDocument: the part is damaged.
            TooLarge: it unpacks beyond the bounds.
        """
        info = self._infos.get(name.lower())
        if info is None:
            return None
        size = info.file_size
        if size > RATIO_FROM and size > MAX_RATIO * max(info.compress_size, 1):
            raise TooLarge(
                because(
                    Why.SWELLS,
                    "the {what} expands more than {times} times, as no document does: it is not read",
                    what=self.what,
                    times=MAX_RATIO,
                )
            )
        if size > min(MAX_PART_BYTES, self._left):
            raise TooLarge(
                because(
                    Why.PART_UNPACKS,
                    "the {what} unpacks to more than {limit} MB: split it",
                    what=self.what,
                    limit=MAX_PART_BYTES >> 20,
                )
            )
        self._left -= size
        if info.flag_bits & 1:
            raise self.broken("its parts are encrypted")
        try:
            with self._archive.open(info) as file:
                return file.read(MAX_PART_BYTES + 1)
        except Exception as error:  # zipfile lets through what its decompressors raise
            raise self.broken(f"{info.filename} cannot be unpacked") from error

    def xml(self, name: str) -> Element | None:
        """The root element of a part; None where there is none of this name.

        Raises:
            BrokenDocument: no XML, or XML with a document type, which could define entities.
            TooLarge: deeper or larger than documents are.
        """
        data = self.read(name)
        if data is None:
            return None
        for strict, usual in _STRICT:
            data = data.replace(strict, usual)
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            if "depth" in str(error).lower():
                raise TooLarge(
                    because(Why.NESTED, "the {what} nests its parts too deeply to be read", what=self.what)
                ) from error
            raise self.broken(f"{name} is no XML") from error
        except ValueError as error:
            raise self.broken(f"{name} is no XML") from error
        if root.getroottree().docinfo.doctype:
            raise self.broken(f"{name} defines entities")
        if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
            raise TooLarge(
                because(
                    Why.TOO_MANY_PARTS,
                    "the {what} has more than {limit:,} elements: split it",
                    what=self.what,
                    limit=MAX_ELEMENTS,
                )
            )
        refuse_crowded(root, self.what)
        return root


class Flow:
    """Collects drafts. ``_cell`` is the open table cell; ``_marker`` waits for the paragraph that it numbers."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.tables: list[DraftTable] = []
        self.title = ""
        # Headings by the name of their style and their level.
        self.titles: dict[tuple[str, int], list[Draft]] = {}
        self._cell: list[Draft] | None = None
        self._marker = ""

    def _add(self, draft: Draft) -> None:
        if self._marker:
            draft.prefix(self._marker)
            self._marker = ""
        if self._cell is not None:
            if draft.role is not BlockRole.CONTENTS:
                draft.role, draft.hint = BlockRole.TABLE, "table-cell"
            self._cell.append(draft)
        self.drafts.append(draft)

    def _head(self, draft: Draft, level: int, style: str) -> None:
        """Make a draft a heading of a level from 1; the style called ``title`` is the document's title."""
        draft.role, draft.level, draft.hint = BlockRole.HEADING, level, f"h{level}"
        if style == "title":
            self.title = f"{self.title} {draft.text}".strip()
        else:
            self.titles.setdefault((style, level), []).append(draft)


#: Longer than any title.
_LONGEST = 250
# "Duties of keepers." is a title with a full stop; a sentence has more words.
_SENTENCE_WORDS = 7
_SHORT = 40
_INNER = re.compile(r"[;:]\s|[.?!]\s+\S+\s+\S+\s+\S+\s+\S")
_LABEL = re.compile(r"^\S{0,12}\d\S{0,6}\s+|^\(?\w{1,3}[.)]\s+")


def is_clause(text: str) -> bool:
    """Whether a text is a sentence or a part of one, and no title."""
    if len(text) > _LONGEST:
        return True
    if len(text) > _SHORT and text[-1] in ";:,":
        return True
    return text[-1] == "." and len(_LABEL.sub("", text).split()) >= _SENTENCE_WORDS


def demote_clauses(groups: Iterable[list[Draft]]) -> None:
    """Make body text of clauses among headings; ``groups`` are the headings of one style and level each.

    Where more than half of a group are clauses, or look like pieces of one, all of it is.
    """
    for group in groups:
        all_clauses = sum(_weight(d.text) for d in group) > len(group) / 2
        for draft in group:
            if all_clauses or is_clause(draft.text):
                draft.role, draft.level = BlockRole.BODY, 0
                draft.hint = "p"


def _weight(text: str) -> float:
    """How sure it is that a text is a clause or a piece of one; a few words and a full stop may be either."""
    bare = _LABEL.sub("", text)
    if is_clause(text) or text[-1] in ";," or _INNER.search(bare):
        return 1.0
    return 0.5 if text[-1] in ".:" and len(bare.split()) >= 3 else 0.0
