"""Profiles as rows of the register and of the history."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dutybook.errors import Defect
from dutybook.records.profiles import Answer, Profile
from dutybook.store.database.protocols import Connection
from dutybook.store.search.terms import fold
from dutybook.store.sql import compose

_SELECT = """SELECT id, name, countries, sites, employees, turnover, balance, complete, answers, revision, changed, changed_by
    FROM profiles"""


def read_profiles(connection: Connection) -> list[Profile]:
    """All profiles by name."""
    # Sorted here: whoever looks whether a file is damaged opens it without our functions of SQL.
    found = [_made(row) for row in connection.execute(compose("{all} ORDER BY id", all=compose(_SELECT)))]
    return sorted(found, key=lambda profile: fold(profile.name))


def field_text(profile: Profile, field: str) -> str | None:
    """A field as the history and the table have it: text, or JSON."""
    value = getattr(profile, field)
    if field == "answers":
        return json.dumps([[a.term, int(a.yes), a.work] for a in value], ensure_ascii=False)
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False)
    return None if value is None else str(int(value)) if isinstance(value, bool) else str(value)


def with_field_text(profile: Profile, field: str, text: str | None) -> Profile:
    """The inverse of :func:`field_text`."""
    value: Any = text
    if field == "answers":
        value = tuple(Answer(term, bool(yes), work) for term, yes, work in json.loads(text or "[]"))
    elif field in ("countries", "sites"):
        value = tuple(json.loads(text or "[]"))
    elif field == "complete":
        value = text == "1"
    elif field == "employees":
        value = None if text is None else int(text)
    elif field in ("turnover", "balance"):
        value = None if text is None else float(text)
    elif field != "name":
        raise Defect(f"the history has a row of an unknown field of a profile ({field}). Please report this.")
    return replace(profile, **{field: value})


def _made(row: Sequence[Any]) -> Profile:
    identity, name, countries, sites, employees, turnover, balance, complete, answers, revision, changed, by = row
    made = Profile(
        identity, name, employees=employees, turnover=turnover, balance=balance, complete=bool(complete),
        revision=revision, changed=changed, changed_by=by,
    )  # fmt: skip
    for field, text in (("countries", countries), ("sites", sites), ("answers", answers)):
        made = with_field_text(made, field, text)
    return made
