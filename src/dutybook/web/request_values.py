"""Reads parameters, forms and the person from a request. Malformed values are corrected or left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request

from dutybook.store import Register
from dutybook.web.access import Person, Role
from dutybook.web.error_responses import Denied
from dutybook.web.registers import Registers

#: No title, name or number that is sought is longer.
_LONGEST = 500
_MOST = 1_000_000


def text_of(request: Request, name: str) -> str:
    """A parameter as text; empty if it is missing. Characters that no text can have are left out."""
    return clean(request.query_params.get(name, ""))


def clean(text: str) -> str:
    """Text that SQLite and pages can store: without NUL and lone surrogates."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode().strip()[:_LONGEST]


def number(text: str | None, otherwise: int, first: int = 0, last: int = _MOST) -> int:
    """A whole number from ``first`` to ``last``; ``otherwise`` if the text is anything else."""
    if text and text.isascii() and text.isdigit() and len(text) < 9 and first <= int(text) <= last:
        return int(text)
    return otherwise


def revision_of(given: Mapping[str, str]) -> int | None:
    """The revision of the object that a form was filled with; None where the form does not say."""
    text = given.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def offset_of(request: Request) -> int:
    """How many rows of a list precede the page."""
    return number(request.query_params.get("offset"), 0)


def page_links(offset: int, limit: int, visible: int, more: bool, address: Callable[[int], str]) -> dict[str, Any]:
    """Which rows of a list a page has, and the addresses of the pages before and after it (empty: there is none)."""
    return {
        "first": offset + 1,
        "last": offset + visible,
        "previous": address(max(offset - limit, 0)) if offset else "",
        "next": address(offset + limit) if more else "",
    }


def kind_choices(
    kinds: Sequence[str], counts: Mapping[str, int], chosen: Sequence[str], address: Callable[[list[str]], str]
) -> list[tuple[str, int, bool, str]]:
    """The kinds to filter by: how many there are, whether it is chosen, and the address that toggles it."""
    made = []
    for kind in kinds:
        if counts.get(kind):
            rest = [k for k in chosen if k != kind] if kind in chosen else [*chosen, kind]
            made.append((kind, counts[kind], kind in chosen, address(rest)))
    return made


def own_path(text: str, otherwise: str = "/") -> str:
    r"""A path within the application; ``otherwise`` for anything that would lead elsewhere ("//host", "/\host")."""
    plain = text.isprintable() and text.startswith("/") and text[1:2] not in ("/", "\\")
    return text if plain else otherwise


def registers_of(request: Request) -> Registers:
    """The register of the application."""
    registers: Registers = request.app.state.registers
    return registers


def reading(request: Request) -> AbstractContextManager[Register]:
    """The register, opened for reading."""
    return registers_of(request).reading()


def writing(request: Request) -> AbstractContextManager[Register]:
    """The register, opened for writing."""
    return registers_of(request).writing()


def person_of(request: Request) -> Person:
    """The person who made the request."""
    person: Person = request.state.person
    return person


def editing(request: Request) -> Person:
    """The person who makes a change; HTTPException 403 for somebody who may only read."""
    return _at_least(request, Role.EDITOR)


def administering(request: Request) -> Person:
    """The person who changes accounts or what runs on its own; HTTPException 403 for all but administrators."""
    return _at_least(request, Role.ADMIN)


def seeing(request: Request, role: Role) -> Person:
    """The person who sees something that needs ``role``; HTTPException 403 for somebody with a lower one."""
    person = person_of(request)
    if person.role < role:
        raise Denied(403, f"needs.{role.name.lower()}")
    return person


def _at_least(request: Request, role: Role) -> Person:
    person = seeing(request, role)
    if person.reads_only:
        raise Denied(403, f"reads.{role.name.lower()}")
    return person


async def form_of(request: Request, fields: int = 60, size: int = 100_000) -> dict[str, str]:
    """The text fields of a form, whoever sent it: at most so many, of at most so many bytes."""
    form = await request.form(max_files=0, max_fields=fields, max_part_size=size)
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def changing(request: Request) -> dict[str, str]:
    """The text fields of a form of this session; HTTPException 403 if the form is of another one."""
    given = await form_of(request)
    check_form(request, given)
    return given


def check_form(request: Request, given: Mapping[str, str]) -> None:
    """HTTPException 403 for a form of another session, by its fields."""
    session: str | None = request.state.session
    if session is None or not request.app.state.access.may_change(session, given.get("token")):
        raise Denied(403, "form")


#: The fields of a form, as a parameter of a route that makes a change.
Given = Annotated[dict[str, str], Depends(changing)]
