"""Works and documents (FRBR: a document is one expression of a work), the bytes they come from, and what a document says
of its work beside its name: official numbers, and what the act does to others.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from dutybook.reasons import Reason, join_reasons
from dutybook.records.spans import Span


@dataclass(frozen=True, slots=True)
class RawDocument:
    """Bytes as a source delivered them. ``source`` is a path or address, only ever shown."""

    source: str
    data: bytes
    media_type: str = ""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Work:
    """The act itself, whatever its language or version.

    ``id`` is the official number where there is one (``32016R0679``, ``de:gwg``), else a hash of the title.
    """

    id: str
    kind: str
    jurisdiction: str
    number: str | None
    short_title: str
    issuer: str | None = None


class Status(StrEnum):
    READ = "read"
    PARTLY_READ = "partly read"
    UNREADABLE = "unreadable"


class Genre(StrEnum):
    """What kind of text this is; it decides which readings of a sentence are open."""

    EU_ACT = "eu_act"
    STATUTE = "statute"
    GUIDANCE = "guidance"
    NEWS = "news"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Document:
    """One expression of a work. ``version_date`` and ``published`` are ISO dates or None where unknown.

    ``version_kind``: ``original`` (as published), ``consolidated``, ``corrigendum``, or empty where that is not known.
    ``format`` is what the file was read as (xml, html, pdf, …).
    ``reasons`` say why it was not read, or not wholly.
    ``published_by`` quotes the words that say when it was published, or names what of the file does.
    """

    id: str
    work: str | None
    source: str
    sha256: str
    language: str
    title: str
    status: Status
    reasons: tuple[Reason, ...] = ()
    genre: Genre = Genre.OTHER
    version_date: str | None = None
    published: str | None = None
    published_by: str = ""
    pages: int = 0
    version_kind: str = ""
    format: str = ""
    text: str = field(default="", repr=False)

    @property
    def reason(self) -> str:
        """Why it was not read, or not wholly, as one line in English."""
        return join_reasons(self.reasons)


def content_id(*parts: object) -> str:
    """Sixteen hex digits of a hash over ``parts``: the same content gives the same identifier anywhere."""
    joined = "\x1f".join(str(part) for part in parts)
    # Broken files may hold lone surrogates, which plain UTF-8 refuses.
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Scheme(StrEnum):
    """Whose numbers these are: the Publications Office's, ELI addresses, the Official Journal's, or a state's."""

    CELEX = "celex"
    ELI = "eli"
    OJ = "oj"
    NATIONAL = "national"


@dataclass(frozen=True, slots=True)
class WorkNumber:
    """An official number of the document's own work, in the form in which it is looked up."""

    scheme: Scheme
    number: str


class RelationKind(StrEnum):
    """What an act does to another one. ``implements``: supplements or executes it on its basis."""

    AMENDS = "amends"
    CORRECTS = "corrects"
    REPEALS = "repeals"
    IMPLEMENTS = "implements"
    TRANSPOSES = "transposes"


@dataclass(frozen=True, slots=True)
class Relation:
    """The act ``work`` does ``kind`` to the act ``related``, both ids of works; ``span`` is the words that say so.

    ``place`` is where they stand, empty for the title. ``work`` is the document's own, or in a consolidated text one that it names as
    having changed it.
    """

    id: str
    kind: RelationKind
    work: str
    related: str
    place: str
    span: Span
