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


class Family(StrEnum):
    """What kind of text this is, roughly; it decides which readings of a sentence are open."""

    EU_ACT = "eu_act"
    STATUTE = "statute"
    GUIDANCE = "guidance"
    NEWS = "news"
    OTHER = "other"


class Genre(StrEnum):
    """What kind of text this is. ``UNSURE`` where neither the file nor its words say so clearly."""

    EU_ACT = "eu_act"
    STATUTE = "statute"
    REGULATION = "regulation"
    GUIDANCE = "guidance"
    CONTRACT = "contract"
    DECISION = "decision"
    NEWS = "news"
    PRESS_RELEASE = "press_release"
    COMMENTARY = "commentary"
    OTHER = "other"
    UNSURE = "unsure"

    @property
    def family(self) -> Family | None:
        """The family that a genre belongs to; None for ``UNSURE``.

        >>> Genre.PRESS_RELEASE.family, Genre.UNSURE.family
        (<Family.NEWS: 'news'>, None)
        """
        return _FAMILIES.get(self)


_FAMILIES = {
    Genre.EU_ACT: Family.EU_ACT,
    Genre.STATUTE: Family.STATUTE,
    Genre.REGULATION: Family.STATUTE,
    Genre.GUIDANCE: Family.GUIDANCE,
    Genre.CONTRACT: Family.GUIDANCE,
    Genre.DECISION: Family.GUIDANCE,
    Genre.NEWS: Family.NEWS,
    Genre.PRESS_RELEASE: Family.NEWS,
    Genre.COMMENTARY: Family.NEWS,
    Genre.OTHER: Family.OTHER,
}


@dataclass(frozen=True, slots=True)
class Document:
    """One expression of a work. ``version_date`` and ``published`` are ISO dates or None where unknown.

    ``version_kind``: ``original`` (as published), ``consolidated``, ``corrigendum``, ``made`` (by applying amendments), or empty where that is
    not known. ``format`` is what the file was read as (xml, html, pdf, …).
    ``reasons`` say why it was not read, or not wholly.
    ``genre`` is what kind of text it is, by ``genre_probability`` how surely; ``family`` is what it was read as, also where
    the genre is unsure.
    ``published_by`` quotes the words that say when it was published, or names what of the file does. ``in_force_from`` and ``in_force_until``
    (ISO dates) are those days of the act that the file's metadata state; days that may be a version's are left out. ``author``, ``place`` (of its
    dateline) and ``publisher`` are as an article names them. ``boilerplate`` are the paragraphs of the file that are no part of the
    article and of the text: menus, teasers, advertisements.
    """

    id: str
    work: str | None
    source: str
    sha256: str
    language: str
    title: str
    status: Status
    reasons: tuple[Reason, ...] = ()
    genre: Genre = Genre.UNSURE
    genre_probability: float = 0.0
    family: Family = Family.OTHER
    version_date: str | None = None
    published: str | None = None
    published_by: str = ""
    in_force_from: str | None = None
    in_force_until: str | None = None
    pages: int = 0
    version_kind: str = ""
    format: str = ""
    author: str = ""
    place: str = ""
    publisher: str = ""
    text: str = field(default="", repr=False)
    boilerplate: tuple[str, ...] = field(default=(), repr=False)

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
