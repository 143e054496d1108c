"""The tools that an assistant may call: each reads the register, and answers with words of the text and where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from dutybook.assistants import answers
from dutybook.assistants.answers import address_of, fit_lists, fit_rows
from dutybook.database_address import DatabaseName
from dutybook.errors import NotFound
from dutybook.languages.reader import describe_chain
from dutybook.pipeline.due_dates import due as due_of
from dutybook.searching import WITHOUT_MEANING, Page, page, without_text
from dutybook.searching.ranking import MODES
from dutybook.store import Filters, NormDetail, Register
from dutybook.store.deadlines import events
from dutybook.store.documents.works import acts, titles
from dutybook.store.judgements import reviews
from dutybook.store.judgements.reviews import Done
from dutybook.store.versions.differences import ChangesQuery, latest_changes
from dutybook.store.watches import watch_items
from dutybook.web.api.acts import ActRow, Comparing, Corrected, KindOfChange, Listing, compare, describe_act, find_act
from dutybook.web.api.acts import Compared as ComparedVersion
from dutybook.web.api.dates import Between, describe_due, find_agenda
from dutybook.web.api.documents import find_document, with_address
from dutybook.web.api.norms import NoText, describe_finding, describe_norm
from dutybook.web.api.parameters import (
    FURTHEST,
    Code,
    Day,
    Narrowing,
    OneOf,
    Paging,
    Reader,
    Text,
    Whole,
    given_filters,
)
from dutybook.web.api.reviews import ReviewChange, wanted_change
from dutybook.web.registers import Registers

#: Rows of a list that are asked for at once: by default, and at most.
LIMIT, MOST = 10, 50
#: Characters of a document's text in one answer.
MOST_TEXT = 20_000
#: Changes of a record that an answer shows.
_HISTORY = 10

Identity = Annotated[
    str,
    StringConstraints(max_length=80, pattern=r"^[^\x00]*$"),
    Field(description="Id of a norm; its first four characters are enough where no other begins so."),
]


class Part(Paging):
    """Which part of a list."""

    limit: Whole = Field(LIMIT, ge=1, le=MOST, description="Rows of an answer at most.")
    offset: Whole = Field(0, ge=0, le=FURTHEST, description="Rows before it: the `next_offset` of the answer before.")


class Search(Part, Narrowing, Reader):
    """A search."""

    semantic: Annotated[str, OneOf(MODES)] = Field(
        "auto", description="Search by meaning in addition to words; off: only words, only: only meaning."
    )


class Works(Part, Listing):
    """Which acts."""

    words: Text = Field("", description="An official number or part of a title; all acts if not given.")


class Compare(Part, Comparing):
    """Which versions of which act."""

    act: Text = Field(description="Id of an act, any official number, or part of its title that names one alone.")
    language: Code | None = Field(None, description="Of its texts in this language; English if not given, else any.")


class Days(Part, Between):
    """A period, and whose dates."""


class Changes(Part, Reader):
    """Which changes."""

    act: Text | None = Field(None, description="Of this act: a number or part of its title.")
    since: Day | None = Field(None, description="Of texts that stand from this day on, or later.")
    until: Day | None = Field(None, description="Of texts that stand from this day on, or earlier.")
    kind: list[Annotated[str, KindOfChange]] = Field([], description="Only such changes.")
    language: Code | None = Field(None, description="Of texts in this language alone.")


class Counting(Reader):
    """A norm, and the event that starts its time limits."""

    id: Identity = Field(description="Id of a norm or of one of its time limits, or its first four characters.")
    event: Text | None = Field(
        None, description="When what starts the time limit happened: 2026-03-02, or 2026-03-02 14:00."
    )
    place: Text | None = Field(None, description="Whose public holidays and clocks count: DE, DE-BY, FR …")
    law: Text | None = Field(
        None, description="How periods are counted: reg1182, bgb …; as the act wants if not given."
    )
    since: Day | None = Field(None, description="For what returns: dates from this day on; today if not given.")


class Review(ReviewChange):
    """What is to be recorded of a norm."""

    id: Identity
    unchanged_since: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}$")] | None = Field(
        None, description="The record's revision as it was read: nothing is written if it was changed since."
    )


@dataclass(frozen=True)
class Tools:
    """The tools of a server on one register. ``by`` is the person in whose name changes are recorded, where any are allowed."""

    database: DatabaseName
    by: str = ""
    registers: Registers = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "registers", Registers(self.database))

    # reading

    def search(self, asked: Search) -> answers.FoundNorms:
        """Find norms (obligations, prohibitions, permissions, exemptions) by words and filters, the best match first.

        Without words all norms that pass the filters. Of each act the newest version answers; `as_of` asks for that of a day.
        """
        with self._reading() as register:
            filters = Filters(today=date.today(), **given_filters(asked))
            register.check_filters(filters)
            found = page(
                register,
                filters,
                limit=asked.limit,
                offset=asked.offset,
                reader=asked.reader if "reader" in asked.model_fields_set else None,
                semantic=asked.semantic,
            )
            missing = without_text(register, filters)
            hints = [*_hints(found), *([] if found.total else register.missing_values(filters))]
        made = [answers.FoundNorm.model_validate(_with_address("norm", hit, hit.id)) for hit in found.hits]
        items = fit_rows(made)
        return answers.FoundNorms(
            items=items,
            more=found.more,
            hints=hints,
            without_text=[
                NoText.model_validate({"work": work, "title": title, "from": since})
                for work, title, since in missing[:MOST]
            ],
            **_rest(asked, len(items), found.total),
        )

    def norm(self, id: Identity) -> answers.NormAnswer:
        """Read one norm: who must do what, when, under which condition; its time limits, citations, penalties, texts in other languages."""
        with self._reading() as register:
            detail = _find_norm(register, id)
            made = describe_norm(register, detail)
        own = {"uri": address_of("norm", detail.norm.id), "doubtful": _doubtful(detail)}
        return fit_lists(answers.NormAnswer.model_validate(made | own))

    def explain(self, id: Identity) -> answers.Explanation:
        """Say why a norm was found, or why a candidate was rejected: which rule or model spoke, on which words, how surely."""
        with self._reading() as register:
            made = describe_finding(register, id)
            doubtful = _doubtful(register.norm(made["norm"].id)) if made["norm"] else []
        reason = made["rejected"].reason if made["rejected"] else made["evidence"].why if made["evidence"] else ""
        own = {"because": describe_chain(reason), "doubtful": doubtful}
        return answers.Explanation.model_validate(made | own)

    def due(self, asked: Counting) -> answers.DueAnswer:
        """Compute when the time limits of a norm end, step by step, from the text alone or from an event that starts them."""
        with self._reading() as register:
            made = due_of(
                register,
                asked.id,
                asked.event or None,
                place=asked.place,
                law=asked.law,
                since=asked.since or date.today(),
            )
            norm, _ = events.deadlines_named(register, asked.id)
            found = describe_due(register, asked.id, made)
        own = {name: getattr(norm, name) for name in ("quote", "page", "document_title", "source")}
        return answers.DueAnswer.model_validate(found | own | {"uri": address_of("norm", norm.id)})

    def diff(self, asked: Compare) -> answers.Compared:
        """Compare two versions of an act norm by norm: added, repealed, tightened, relaxed, deadline moved, bearer changed, reworded."""
        with self._reading() as register:
            act = find_act(register, asked.act).id
            found = compare(register, act, asked)
            rows = found.changes[asked.offset : asked.offset + asked.limit]
            pages = _pages(register, [norm for row in rows for norm in (row.old_norm, row.new_norm) if norm])
        made = [
            answers.Changed.model_validate(
                _values(row)
                | {"place": row.place, "old_page": pages.get(row.old_norm), "new_page": pages.get(row.new_norm)}
            )
            for row in rows
        ]
        items = fit_rows(made)
        corrections = [Corrected.model_validate(row) for row in found.corrections[:MOST]]
        return answers.Compared(
            act=act,
            uri=address_of("act", act),
            old=found.old and ComparedVersion.model_validate(found.old),
            new=found.new and ComparedVersion.model_validate(found.new),
            items=items,
            corrections=corrections,
            **_rest(asked, len(items), len(found.changes)),
        )

    def works(self, asked: Works) -> answers.Works:
        """List the acts of the register by title, or those that a number or part of a title names; one alone with all about it."""
        with self._reading() as register:
            found, total = acts(register, asked.reader.lower(), asked.words, limit=asked.limit, offset=asked.offset)
            only = find_act(register, found[0].id) if total == 1 and asked.words else None
            act = _act(register, only.id) if only else None
        items = fit_rows([ActRow.model_validate(row) for row in found])
        return answers.Works(items=items, act=act, **_rest(asked, len(items), total))

    def calendar(self, asked: Days) -> answers.Calendar:
        """List what is due from one day to another: by the texts that stand today, by stored events, by people's own days, for the acts."""
        with self._reading() as register:
            found = find_agenda(register, asked, date.today())
        made = []
        for row in found.rows[asked.offset :]:
            of = ("norm", row.norm) if row.norm else ("act", row.work) if row.work else ("document", row.document)
            made.append(answers.DayDue.model_validate(_with_address(of[0], row, of[1])))
        items = fit_rows(made)
        return answers.Calendar(items=items, **_rest(asked, len(items), found.total))

    def changes(self, asked: Changes) -> answers.LatestChanges:
        """List what changed lately in all acts, or in one: changes of norms, those of the newest text first."""
        query = ChangesQuery(
            asked.act,
            asked.since.isoformat() if asked.since else "",
            asked.until.isoformat() if asked.until else "",
            tuple(asked.kind),
            asked.language.lower() if asked.language else None,
            asked.reader.lower(),
        )
        with self._reading() as register:
            found, total = latest_changes(register, query, asked.limit, asked.offset)
            names = titles(register, sorted({row.work for row in found}), query.reader)
        made = [
            answers.LatestChange.model_validate(
                _with_address("act", row, row.work) | {"place": row.place, "title": names.get(row.work, row.work)}
            )
            for row in found
        ]
        items = fit_rows(made)
        return answers.LatestChanges(items=items, **_rest(asked, len(items), total))

    # resources

    def read_norm(self, id: str) -> str:
        """A norm with all that is known of it, as JSON."""
        return self.norm(id).model_dump_json()

    def read_act(self, id: str) -> str:
        """An act with its numbers, versions, relations and dates, as JSON."""
        with self._reading() as register:
            return _act(register, find_act(register, id).id).model_dump_json()

    def read_document(self, id: str, start: int = 0) -> str:
        """A document and 20,000 characters of its text, as JSON; `start` is the first of them."""
        with self._reading() as register:
            try:
                row = find_document(register, id)
            except NotFound as error:
                raise NotFound(f"no document, or more than one, has an id that begins with {id!r}") from error
            whole = "" if row.status == "unreadable" else register.text(row.id)
            came_from = watch_items.address(register, row.id)
        first = max(0, min(start, len(whole)))
        piece = whole[first : first + MOST_TEXT]
        text = {"document": row.id, "characters": len(whole), "start": first, "end": first + len(piece), "text": piece}
        made = {"uri": address_of("document", row.id), "document": with_address(row, came_from), "text": text}
        return answers.DocumentAnswer.model_validate(made).model_dump_json()

    # writing, where the person allowed it

    def review(self, asked: Review) -> answers.Reviewed:
        """Record what the person thinks of a norm: confirm, reject or correct it, set status, owner, days, add a note. Ask them first.

        The change is stored in the person's name and in the register's history; `undo_review` takes it back.
        """
        wanted = wanted_change(asked)
        with self._writing() as register:
            detail = _find_norm(register, asked.id)
            (made,) = reviews.change(
                register,
                [detail.norm.id],
                wanted,
                by=self.by,
                now=datetime.now(UTC),
                unchanged_since=asked.unchanged_since,
            )
            return _reviewed(register, detail, made)

    def undo_review(self, id: Identity) -> answers.Reviewed:
        """Take back the last change of a norm's record."""
        with self._writing() as register:
            detail = _find_norm(register, id)
            made = reviews.undo(register, detail.norm.id, by=self.by, now=datetime.now(UTC))
            return _reviewed(register, detail, made)

    @contextmanager
    def _reading(self) -> Iterator[Register]:
        with self.registers.reading() as register, register.translated_errors():
            yield register

    @contextmanager
    def _writing(self) -> Iterator[Register]:
        with self.registers.writing() as register, register.translated_errors():
            yield register


def _hints(found: Page) -> Iterator[str]:
    """What helps to find more."""
    if found.did_you_mean:
        yield f"no norm has these words: did you mean {found.did_you_mean!r}?"
    if found.loosened:
        yield "no norm has all the words: these have all but one"
    if found.without_meaning:
        yield WITHOUT_MEANING[found.without_meaning]


def _rest(asked: Paging, given: int, total: int) -> dict[str, Any]:
    """How long a list is, and where it goes on after the rows that are given."""
    end = asked.offset + given
    return {"total": total, "next_offset": end if given and end < total else None}


def _values(row: Any) -> dict[str, Any]:
    """The fields and the properties of a row by name."""
    return {
        name: getattr(row, name) for name in dir(row) if not name.startswith("_") and not callable(getattr(row, name))
    }


def _with_address(kind: str, row: Any, identity: str) -> dict[str, Any]:
    return _values(row) | {"uri": address_of(kind, identity)}


def _find_norm(register: Register, identity: str) -> NormDetail:
    """A norm by its id or the beginning of it.

    Raises:
        NotFound: there is none, there are several, or it was rejected.
    """
    kind, full = register.kind_of(identity)
    if kind != "norms":
        raise NotFound(f"{full} is no norm but was rejected: the tool `explain` says why")
    return register.norm(full)


def _doubtful(detail: NormDetail) -> list[str]:
    return [doubt.field for doubt in detail.doubts]


def _act(register: Register, identity: str) -> answers.ActAnswer:
    row = find_act(register, identity)
    made = describe_act(register, row) | {"uri": address_of("act", row.id)}
    return fit_lists(answers.ActAnswer.model_validate(made))


def _pages(register: Register, norms: Sequence[str]) -> dict[str | None, int | None]:
    return {norm.id: norm.page for norm in register.norms_by_id(list(dict.fromkeys(norms)), places=False)}


def _reviewed(register: Register, detail: NormDetail, made: Done) -> answers.Reviewed:
    _, history = reviews.history_of(register, detail.norm.id)
    return answers.Reviewed.model_validate(
        {
            "norm": made.norm,
            "changed": made.before != made.after,
            "record": made.after,
            "uri": address_of("norm", detail.norm.id),
            "quote": detail.norm.quote,
            "page": detail.norm.page,
            "history": history[: -_HISTORY - 1 : -1],
        }
    )
