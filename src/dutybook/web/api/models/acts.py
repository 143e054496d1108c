"""Models of acts: versions, changes between two versions, dates, and what is due."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from dutybook.export import timeline
from dutybook.resolve.identity.changes import ChangeKind
from dutybook.store.deadlines import agenda
from dutybook.store.documents import works
from dutybook.store.versions import differences
from dutybook.web.api.models.base import Answer, Page
from dutybook.web.api.models.parts import Deadline, Deviation, Event, Fact
from dutybook.web.api.models.rows import of_row
from dutybook.web.api.parameters import Day, OneOf

KINDS = tuple(kind.value for kind in ChangeKind)
KindOfChange = OneOf(KINDS)


@of_row(works.ActRow)
class ActRow(Answer):
    """An act of the register, whatever languages and versions it has."""

    number: str = Field(description="Its official number; empty where none is known.")
    title: str = Field(description="In the reader's language, else English, else any.")
    newest: str | None = Field(description="The day from which the newest version stands.")
    norms: int = Field(description="Norms of the newest version, in the language that has most of them.")


class Acts(Page):
    """A page of acts, by title."""

    items: list[ActRow]


@of_row(works.VersionRow)
class Version(Answer):
    """A document as a version of its act; `valid_until` is its last day, null while it stands."""

    expression: str = Field(description="Shared by copies of one text.")
    preferred: bool = Field(description="Of copies the one that searches read.")
    current: bool = Field(description="It is the newest one in its language.")


@of_row(works.RelationRow)
class Relation(Answer):
    """The act `work` does `kind` (amends, corrects, repeals …) to `related`; `quote` says so."""


@of_row(works.WorkRow)
class Act(Answer):
    """An act with all that the register knows of it."""

    languages: list[str]
    numbers: dict[str, list[str]] = Field(description="Official numbers by scheme: celex, eli, oj, national.")
    facts: list[Fact] = Field(description="Dates of the newest text, the earliest first.")
    deviations: list[Deviation] = Field(description="Where its languages say different things.")


class Versions(Page):
    """A page of the versions of an act, by language and time."""

    items: list[Version]


@of_row(differences.VersionRow)
class Compared(Answer):
    """A version that is compared."""


@of_row(differences.ChangeRow)
class Change(Answer):
    """One change; `identity` is the norm's through all versions."""

    place: str
    detail: dict[str, Any] = Field(
        description="What changed: `words` pairs of old and new words, `why` reasons, `old` and `new` values."
    )


@of_row(differences.CorrectionRow)
class Corrected(Answer):
    """Words that a corrigendum puts right."""


class Changes(Page):
    """What changed from one version of an act to another: a page of changes, and what corrigenda put right."""

    old: Compared | None = Field(description="Null where there are only corrigenda.")
    new: Compared | None
    items: list[Change]
    corrections: list[Corrected]


@of_row(timeline.Item)
class TimelineItem(Answer):
    """One date of an act or of one of its norms."""

    kind: str = Field(description="act, a modality, or event.")
    id: str = Field(description="Id of the norm; empty for dates of the act itself.")
    label: str


@of_row(timeline.Timeline)
class Timeline(Answer):
    """The dates of an act and of its norms in one of its languages, by day."""

    undated: int = Field(description="Deadlines without a date of their own.")


@of_row(agenda.AgendaRow)
class AgendaRow(Answer):
    """One day of one norm or act."""

    day: Day
    origin: str = Field(
        description="text: the norm's words; event: an event that somebody entered; own: a day that somebody set; act: a date of the act."
    )
    kind: str = Field(description="The modality; for an act the type of the date.")


class Agenda(Page):
    """A page of what is due, the earliest first."""

    items: list[AgendaRow]


class DueDate(Answer):
    """A deadline with the date that was computed for it, or the reason why there is none."""

    deadline: Deadline
    due: str | None = Field(description="ISO 8601: a day, or a moment where hours count.")
    dates: list[str]
    steps: list[str]
    reason: str
    law: str | None
    place: str | None
    stored: Event | None


class DueDates(Answer):
    """The deadlines of a norm, counted."""

    norm: str
    place_in_act: str
    items: list[DueDate]


class Events(Page):
    """A page of stored events, the one that is due first in front."""

    items: list[Event]
