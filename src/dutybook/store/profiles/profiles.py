"""Profiles: organisations that norms may bind, entered and changed by people, each change a row of the chained history."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from dutybook.errors import BadRequest, ChangedSince, Conflict, Defect, NotFound
from dutybook.records import content_id
from dutybook.records.profiles import Answer, Profile, merged
from dutybook.store.database.connection import immediate, translated
from dutybook.store.database.protocols import Connection
from dutybook.store.judgements import history
from dutybook.store.judgements.change import check_author
from dutybook.store.judgements.history import COLUMNS, Entry, HistoryRow
from dutybook.store.judgements.record_rows import moment
from dutybook.store.profiles.making import propose
from dutybook.store.profiles.rows import field_text, read_profiles, with_field_text
from dutybook.store.sql import compose, names, upsert_into
from dutybook.suggestions import did_you_mean

if TYPE_CHECKING:
    from dutybook.store.register import Register

_ADDED, _SET, _REMOVED, _KIND = "added", "set", "removed", "profile"
#: What people say of a profile, in the order of its columns.
_FIELDS = ("name", "countries", "sites", "employees", "turnover", "balance", "complete", "answers")
_PUT = upsert_into("profiles", ("id", *_FIELDS, "revision", "changed", "changed_by"), ("id",))
_LONGEST, _MOST_TERMS, _MOST_SITES = 120, 300, 200
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """What is to be said of a profile; None leaves a field as it is.

    ``employees``, ``turnover`` and ``balance`` are numbers, or an empty text, which says that they are not known. ``yes`` and
    ``no`` are roles, activities and sectors that it has and has not, ``forget`` those of which nothing is said any more, all three
    for the act ``work`` alone where one is given.

    Raises:
        BadRequest: one of the values cannot be right.
    """

    name: str | None = None
    countries: Sequence[str] | None = None
    sites: Sequence[str] | None = None
    employees: int | str | None = None
    turnover: float | str | None = None
    balance: float | str | None = None
    complete: bool | None = None
    yes: Sequence[str] = ()
    no: Sequence[str] = ()
    forget: Sequence[str] = ()
    work: str = ""

    def __post_init__(self) -> None:
        if self.name is not None:
            _check_line("name of a profile", self.name)
        for country in self.countries or ():
            if not _COUNTRY.fullmatch(country.strip().upper()):
                raise BadRequest(f"{country!r} is no country. Give two letters (ISO 3166), such as DE, FR or US.")
        for site in self.sites or ():
            _check_line("site", site)
        if len(self.sites or ()) > _MOST_SITES:
            raise BadRequest(f"a profile has up to {_MOST_SITES} sites.")
        _number("employees", self.employees, whole=True)
        for name in ("turnover", "balance"):
            _number(name, getattr(self, name))
        for term in (*self.yes, *self.no, *self.forget):
            _check_line("role, activity or sector", term)

    def of(self, profile: Profile) -> Profile:
        """The profile with the change made."""
        made = profile
        if self.name is not None:
            made = replace(made, name=" ".join(self.name.split()))
        if self.countries is not None:
            made = replace(made, countries=merged(country.upper() for country in self.countries))
        if self.sites is not None:
            made = replace(made, sites=merged(self.sites))
        if self.employees is not None:
            persons = _number("employees", self.employees, whole=True)
            made = replace(made, employees=None if persons is None else int(persons))
        if self.turnover is not None:
            made = replace(made, turnover=_number("turnover", self.turnover))
        if self.balance is not None:
            made = replace(made, balance=_number("balance", self.balance))
        if self.complete is not None:
            made = replace(made, complete=self.complete)
        # Imported here, so that who only searches does not load the words of roles.
        from dutybook.languages.actors import term_named

        answers = {(answer.term, answer.work): answer for answer in made.answers}
        for term in self.forget:
            answers.pop((term_named(term), self.work), None)
        for value, chosen in ((True, self.yes), (False, self.no)):
            for term in chosen:
                answers[term_named(term), self.work] = Answer(term_named(term), value, self.work)
        if len(answers) > _MOST_TERMS:
            raise BadRequest(f"a profile has up to {_MOST_TERMS} answers.")
        return replace(made, answers=tuple(sorted(answers.values(), key=lambda a: (a.work, a.term))))


def _check_line(what: str, text: str) -> None:
    if not text.strip() or len(text) > _LONGEST or not text.isprintable():
        raise BadRequest(f"a {what} is one line of text of up to {_LONGEST} characters.")


def _number(name: str, given: float | str | None, *, whole: bool = False) -> float | None:
    """The number that was given; None for none and for an empty text."""
    if given is None or given == "":
        return None
    try:
        number = int(given) if whole else float(given)
    except (ValueError, OverflowError):
        number = -1
    if not 0 <= number < 1e9:
        unit = "a whole number of persons" if whole else "million euro, such as 12.5"
        raise BadRequest(f"{given!r} cannot be the {name}. Write {unit}, or nothing where it is not known.")
    return number


def add_profile(register: Register, change: ProfileChange, *, by: str, now: datetime | None = None) -> Profile:
    """Enter a profile and propose what applies to it, in one transaction with its history.

    Raises:
        BadRequest: it has no name, or nobody is named.
        Conflict: there is one of this name.
    """
    if change.name is None:
        raise BadRequest("a profile needs a name.")
    with _writing(register, by) as connection:
        at = moment(now)
        length = connection.execute("SELECT rows FROM history_head").fetchone()[0]
        made = change.of(Profile(content_id(_KIND, length, at, by, change.name), ""))
        _check_name(connection, made)
        new = json.dumps({field: field_text(made, field) for field in _FIELDS}, ensure_ascii=False)
        stored = _write(connection, made, [Entry(at, by, "", "", "", _ADDED, _KIND, None, new, item=made.id)])
        propose(connection, None, [stored])
        return stored


def change_profile(
    register: Register,
    name: str,
    change: ProfileChange,
    *,
    by: str,
    now: datetime | None = None,
    revision: int | None = None,
) -> Profile:
    """Change a profile by its name or id, and propose anew what applies to it.

    Args:
        revision: the revision that was read; nothing is changed if somebody else was faster.

    Raises:
        BadRequest: nobody is named.
        ChangedSince: somebody else was faster.
        Conflict: there is another one of the new name.
        NotFound: there is no such profile.
    """
    with _writing(register, by) as connection:
        before = named(connection, name)
        if revision is not None and before.revision != revision:
            raise ChangedSince(
                f"{before.name} was changed since by {before.changed_by} ({before.changed}), so nothing was written."
                " Look at it and say it again."
            )
        made = change.of(before)
        _check_name(connection, made)
        at = moment(now)
        entries = [
            Entry(at, by, "", "", "", _SET, field, field_text(before, field), field_text(made, field), item=before.id)
            for field in _FIELDS
            if getattr(before, field) != getattr(made, field)
        ]
        if not entries:
            return before
        stored = _write(connection, made, entries)
        propose(connection, None, [stored])
        return stored


def remove_profile(register: Register, name: str, *, by: str, now: datetime | None = None) -> Profile:
    """Remove a profile with its proposals; its history stays, and so does what people confirmed.

    Raises:
        NotFound: there is none.
    """
    with _writing(register, by) as connection:
        gone = named(connection, name)
        old = json.dumps({field: field_text(gone, field) for field in _FIELDS}, ensure_ascii=False)
        history.append(connection, [Entry(moment(now), by, "", "", "", _REMOVED, _KIND, old, None, item=gone.id)])
        connection.execute("DELETE FROM profiles WHERE id = ?", (gone.id,))
        return gone


@contextmanager
def _writing(register: Register, by: str) -> Iterator[Connection]:
    """A transaction of somebody who is named."""
    check_author(by)
    with translated(register.path), immediate(register._connection):
        yield register._connection


def list_profiles(register: Register) -> list[Profile]:
    """All profiles by name."""
    with translated(register.path):
        return read_profiles(register._connection)


def find_profile(register: Register, name: str) -> Profile:
    """The profile of a name, whatever case, or of an id.

    Raises:
        NotFound: there is none.
    """
    with translated(register.path):
        return named(register._connection, name)


def profile_history(register: Register, name: str) -> list[HistoryRow]:
    """The changes of a profile in order.

    Raises:
        NotFound: there is none.
    """
    with translated(register.path):
        profile = named(register._connection, name)
        return list(history.read(register._connection, item=profile.id))


def named(connection: Connection, name: str) -> Profile:
    """As :func:`find_profile`."""
    wanted = " ".join(name.split())
    everyone = read_profiles(connection)
    for same in (lambda p: wanted in (p.id, p.name), lambda p: p.name.casefold() == wanted.casefold()):
        if found := next((profile for profile in everyone if same(profile)), None):
            return found
    there = ", ".join(profile.name for profile in everyone) or "none yet: dutybook profile add NAME"
    raise NotFound(f"there is no profile {name!r}. There are: {there}.{did_you_mean(name, [p.name for p in everyone])}")


def _check_name(connection: Connection, profile: Profile) -> None:
    for other in read_profiles(connection):
        if other.name.casefold() == profile.name.casefold() and other.id != profile.id:
            raise Conflict(f"there is a profile {other.name!r} already. Give another name, or change that one.")


def _write(connection: Connection, profile: Profile, entries: Iterable[Entry]) -> Profile:
    last = history.append(connection, entries)[-1]
    made = replace(profile, revision=last.seq, changed=last.at, changed_by=last.by)
    values = {field: getattr(made, field) for field in _FIELDS} | {"complete": int(made.complete)}
    values |= {field: field_text(made, field) for field in ("countries", "sites", "answers")}
    connection.execute(_PUT, (made.id, *values.values(), made.revision, made.changed, made.changed_by))
    return made


def problems(connection: Connection) -> Iterator[str]:
    """Where the profiles and their history disagree, a line each."""
    sql = compose(
        """SELECT {columns} FROM history WHERE review = '' AND item IN
        (SELECT item FROM history WHERE item <> '' AND action = 'added' AND field = 'profile') ORDER BY item, seq""",
        columns=names(COLUMNS),
    )
    stored = {profile.id: profile for profile in read_profiles(connection)}
    rows = [HistoryRow(*row) for row in connection.execute(sql)]
    for identity, own in groupby(rows, key=lambda row: row.item):
        try:
            replayed = _replay(identity, own)
        except (Defect, ValueError, TypeError, KeyError):
            yield f"history: the rows of the profile {identity} cannot be replayed"
            stored.pop(identity, None)
            continue
        if stored.pop(identity, None) != replayed:
            yield f"profiles: {identity} is not what its history says"
    if stored:
        yield f"profiles: {len(stored)} have no history"


def _replay(identity: str, rows: Iterable[HistoryRow]) -> Profile | None:
    made: Profile | None = Profile(identity, "")
    for row in rows:
        if row.action == _REMOVED:
            made = None
            continue
        values = json.loads(row.new or "{}") if row.action == _ADDED else {row.field: row.new}
        made = made or Profile(identity, "")
        for field, text in values.items():
            made = with_field_text(made, field, text)
        made = replace(made, revision=row.seq, changed=row.at, changed_by=row.by)
    return made
