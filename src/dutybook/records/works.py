"""What a document says of its work beside its name: official numbers, and what the act does to others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dutybook.records.spans import Span


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
