"""Changes made from the table of results: the same change of several norms, and one field of one norm."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from dutybook.errors import BadRequest, ChangedSince, NotFound
from dutybook.store import Filters, Register
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.record import Record
from dutybook.store.judgements.review_queue import matching
from dutybook.web.error_responses import Denied, text_of
from dutybook.web.reader import Reader, language_of, reader_of
from dutybook.web.request_values import check_form, clean, editing, own_path, writing
from dutybook.web.result_table import ROWS
from dutybook.web.search_address import PAGE, given_filters

router = APIRouter()

#: Fields that can be edited in a cell.
EDITED = ("status", "owner", "applicability", "due", "priority", "tags")
#: Norms that are changed at once at most.
MOST = 2_000
#: Characters of an id that name a norm in an address.
_SHORT = 12


async def _sent(request: Request) -> tuple[dict[str, str], list[str]]:
    """The fields of a form of this session, and the norms chosen in it; HTTPException 403 if the form is of another session."""
    form = await request.form(max_files=0, max_fields=ROWS + 40, max_part_size=10_000)
    given = {name: value for name, value in form.items() if isinstance(value, str)}
    check_form(request, given)
    return given, [value for value in form.getlist("norm") if isinstance(value, str)]


Sent = Annotated[tuple[dict[str, str], list[str]], Depends(_sent)]


@router.post(f"{PAGE}/bulk")
def change_several(request: Request, sent: Sent) -> Response:
    """Make the same change to all norms that are selected, or undo the last change of each."""
    by = editing(request).name
    given, chosen = sent
    back = own_path(given.get("back", ""), PAGE)
    if not re.fullmatch(rf"{PAGE}(?:\?.*)?", back):
        back = PAGE
    words = reader_of(request).section("search_page")
    try:
        if not chosen:
            raise BadRequest(words("bulk.nothing_chosen"))
        with writing(request) as register:
            if given.get("every") and not given.get("judge"):
                norms = _every(request, register, given.get("search", ""))
            else:
                norms = [register.norm(identity).norm.id for identity in chosen]
            if given.get("judge") == "undo":
                for norm in norms:
                    reviews.undo(register, norm, by=by)
                return RedirectResponse(back, 303)
            change = change_of(given)
            if change.says_nothing:
                raise BadRequest(words("bulk.no_change_chosen"))
            reviews.change(register, norms, change, by=by)
    except (BadRequest, NotFound) as error:
        return RedirectResponse(_with(back, {"problem": text_of(error, language_of(request))[:300]}), 303)
    if len(norms) > ROWS:
        return RedirectResponse(_with(back, {"changed": str(len(norms))}), 303)
    return RedirectResponse(_with(back, {"done": [norm[:_SHORT] for norm in norms]}), 303)


def _every(request: Request, register: Register, query: str) -> list[str]:
    """The ids of all norms that a search finds. Raises BadRequest for more than can be changed at once."""
    given = given_filters(parse_qsl(query))
    filters = Filters(today=request.app.state.settings.today(), **given)
    found = matching(register, filters)
    if len(found) > MOST:
        reader = reader_of(request)
        raise BadRequest(reader.section("search_page")("bulk.too_many", n=reader.number(MOST)))
    return found


def change_of(given: Mapping[str, str]) -> Change:
    """The change that a form asks for; empty fields change nothing. Raises BadRequest for impossible values."""
    fields = ("status", "owner", "applicability", "add_tag", "reason")
    named = {name: clean(given.get(name, "")) or None for name in fields}
    judged = given.get("judge") if given.get("judge") in ("confirmed", "rejected") else None
    if judged:
        # A rejection has a reason, though nobody has to type one.
        otherwise = given.get("otherwise", "") if judged == "rejected" else ""
        return Change(finding=judged, reason=named["reason"] or otherwise or None)
    return Change(**named)  # type: ignore[arg-type]


@router.post(f"{PAGE}/edit")
def edit(request: Request, sent: Sent) -> JSONResponse:
    """Set one field of one norm. The answer has the value, its text in the cell, and the number of the change for the next one."""
    by = editing(request).name
    given, chosen = sent
    field, value = given.get("field", ""), clean(given.get("value", ""))
    if field not in EDITED or len(chosen) != 1:
        raise Denied(404, "page")
    reason = clean(given.get("reason", "")) or None
    since = given.get("since", "")
    try:
        change = Change(**{field: value}, reason=reason)  # type: ignore[arg-type]
        with writing(request) as register:
            norm = register.norm(chosen[0]).norm.id
            reviews.change(register, [norm], change, by=by, unchanged_since=since if since.isdigit() else None)
            record = reviews.record(register, norm)
    except (BadRequest, NotFound) as error:
        status = 409 if isinstance(error, ChangedSince) else 404 if isinstance(error, NotFound) else 400
        return JSONResponse({"message": text_of(error, language_of(request))}, status)
    record = record or Record("")
    reader = reader_of(request)
    text = cell_text(reader, field, getattr(record, field))
    if field in record.awaited:
        text += f" ({reader.section('approvals')('mark')})"
    return JSONResponse(
        {
            "value": getattr(record, field),
            "text": text,
            "since": str(record.revision),
        }
    )


def cell_text(reader: Reader, field: str, value: str) -> str:
    """The text of a cell for a field of a record."""
    if field == "due":
        return reader.day(value) if value else ""
    return reader.value(field, value)


def _with(address: str, more: Mapping[str, str | Sequence[str]]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(dict[str, Any](more), doseq=True)}"
