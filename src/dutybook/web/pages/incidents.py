"""The pages of incidents: all clocks of one that is entered, those that were kept, and what was submitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook.errors import BadFilter, BadRequest, NotFound
from dutybook.export.incident_calendar import incident_calendar
from dutybook.languages.incidents import MOMENTS, incident_kinds, incident_languages
from dutybook.languages.period_laws import period_laws
from dutybook.pipeline import incidents as finding
from dutybook.pipeline.due_dates import normalise_event
from dutybook.records.incidents import CountedDuty, DutyState
from dutybook.store.incidents import incidents as kept
from dutybook.store.incidents.counting import count_incident
from dutybook.store.incidents.incidents import IncidentChange, ReportChange, StoredIncident
from dutybook.store.profiles.profiles import list_profiles
from dutybook.web import render
from dutybook.web.pages.events import PLACES
from dutybook.web.reader import language_of
from dutybook.web.request_values import Given, clean, editing, reading, writing

router = APIRouter()

#: Classes of bearers that can be asked for.
CLASSES = ("business", "person", "any")


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """An incident in the list: its duties that are missed and open, and the next one that is due (ISO 8601, empty: none)."""

    incident: StoredIncident
    duties: int
    missed: int
    next: str


@router.get("/incidents")
def incidents(request: Request) -> HTMLResponse:
    """The list of incidents, what was noticed last in front."""
    now = datetime.now(UTC)
    with reading(request) as register:
        found = [(one, count_incident(register, one, now=now)) for one in kept.incidents(register)]
    lines = [
        IncidentLine(
            one,
            len(rows),
            sum(row.state is DutyState.MISSED for row in rows),
            next((row.due.isoformat() for row in rows if row.state is DutyState.OPEN and row.due), ""),
        )
        for one, rows in found
    ]
    return render.page(request, "incidents.html", {"lines": lines}, section="incidents")


@router.get("/incidents/add")
def add(request: Request) -> HTMLResponse:
    """The form of an incident; with the moment at which it was noticed, all its clocks."""
    given = {name: clean(value) for name, value in request.query_params.items() if name != "kind"}
    kinds = tuple(kind for kind in request.query_params.getlist("kind") if kind in incident_kinds())
    return _form(request, given, kinds)


def _form(
    request: Request, given: Mapping[str, str], kinds: Sequence[str], problem: str = "", status: int = 200
) -> HTMLResponse:
    rows: Sequence[CountedDuty] | None = None
    with reading(request) as register:
        profiles = [profile.name for profile in list_profiles(register)]
    if given.get("aware.day") and not problem:
        try:
            incident = _change_of(given, kinds)
            asked = finding.IncidentQuery(incident.kinds or (), incident.filters or {}, language_of(request))
            with reading(request) as register:
                rows = finding.preview_incident(register, incident, asked, now=datetime.now(UTC))
        except (BadFilter, BadRequest, NotFound) as error:
            problem, status = str(error), 400
    values = {
        "given": given,
        "chosen": kinds,
        "kinds": incident_kinds(),
        "moments": MOMENTS,
        "places": PLACES,
        "laws": sorted(period_laws()),
        "classes": CLASSES,
        "profiles": profiles,
        "rows": rows,
        "names": _names(rows or ()),
        "problem": problem,
        "searched": sorted(incident_languages()),
    }
    return render.page(request, "incident_add.html", values, status, section="incidents")


def _moments(given: Mapping[str, str], *, absent: str | None) -> dict[str, str | None]:
    """The moments of a form by name, each of two fields; ``absent`` where the form has no such field."""
    made: dict[str, str | None] = {}
    for name in MOMENTS:
        if f"{name}.day" in given:
            made[name] = f"{clean(given[f'{name}.day'])} {clean(given.get(f'{name}.time', ''))}".strip()
        else:
            made[name] = absent
    return made


def _change_of(given: Mapping[str, str], kinds: Sequence[str]) -> IncidentChange:
    filters = {name: clean(given.get(name, "")) for name in ("work", "bearer_class", "profile")}
    fields: dict[str, Any] = {
        "title": clean(given.get("title", "")),
        "kinds": tuple(kinds),
        "filters": {name: value for name, value in filters.items() if value},
        "place": clean(given.get("place", "")),
        "law": clean(given.get("law", "")),
        **_moments(given, absent=""),
    }
    return finding.incident_change(fields)


@router.post("/incidents")
def keep(request: Request, given: Given) -> Response:
    """Keep the incident that the form describes, with its duties."""
    person = editing(request)
    kinds = tuple(kind for kind in incident_kinds() if given.get(f"kind.{kind}"))
    try:
        incident = _change_of(given, kinds)
        with writing(request) as register:
            stored = finding.store_incident(
                register, incident, by=person.name, now=datetime.now(UTC), reader=language_of(request)
            )
    except (BadFilter, BadRequest, NotFound) as error:
        return _form(request, given, kinds, str(error), 400)
    return RedirectResponse(f"/incidents/{stored.id}", 303)


@router.get("/incidents/{identity}")
def show(request: Request, identity: str) -> HTMLResponse:
    """An incident: its duties with their clocks, what was submitted, and what is known of it."""
    now = datetime.now(UTC)
    with reading(request) as register:
        one = kept.incident_named(register, identity)
        rows = count_incident(register, one, now=now)
        history = kept.incident_history(register, one.id)
        duty_places = {stored.id: stored.found.place for stored in kept.duties_of(register, one.id)}
    values = {
        "incident": one,
        "rows": rows,
        "names": _names(rows),
        "moments": MOMENTS,
        "places": PLACES,
        "laws": sorted(period_laws()),
        "history": history[::-1][:50],
        "duty_places": duty_places,
    }
    return render.page(request, "incident.html", values, section="incidents")


def _names(rows: Sequence[CountedDuty]) -> dict[str, str]:
    return {row.duty.id: row.duty.place for row in rows}


@router.post("/incidents/{identity}")
def change(request: Request, identity: str, given: Given) -> Response:
    """Say more of an incident, close it or open it again."""
    person = editing(request)
    texts = {
        name: clean(given[name]) if name in given else None for name in ("title", "note", "place", "law", "status")
    }
    wanted = finding.incident_change({**texts, **_moments(given, absent=None)})
    with writing(request) as register:
        one = kept.incident_named(register, identity)
        kept.change_incident(register, one.id, wanted, by=person.name, now=datetime.now(UTC))
    return RedirectResponse(f"/incidents/{one.id}", 303)


@router.post("/incidents/{identity}/search")
def search(request: Request, identity: str, _: Given) -> Response:
    """Add the duties that the register has for an incident since it was entered."""
    person = editing(request)
    with writing(request) as register:
        one = kept.incident_named(register, identity)
        finding.search_again(register, one, by=person.name, now=datetime.now(UTC))
    return RedirectResponse(f"/incidents/{one.id}", 303)


@router.post("/incidents/{identity}/duties/{duty}")
def report(request: Request, identity: str, duty: str, given: Given) -> Response:
    """Say when a notification was submitted, with its evidence, or that the duty is none of ours."""
    person = editing(request)
    note = clean(given.get("note", ""))
    if given.get("drop"):
        wanted = ReportChange(dropped=True, note=note)
    elif given.get("back"):
        wanted = ReportChange(dropped=False, note="")
    else:
        when = f"{clean(given.get('day', ''))} {clean(given.get('time', ''))}".strip()
        submitted = normalise_event(when) if when else ""
        wanted = ReportChange(submitted=submitted, evidence=clean(given.get("evidence", "")), note=note)
    with writing(request) as register:
        one = kept.incident_named(register, identity)
        kept.report_duty(register, one.id, duty, wanted, by=person.name, now=datetime.now(UTC))
    return RedirectResponse(f"/incidents/{one.id}#duty-{duty[:12]}", 303)


@router.get("/incidents/{identity}/calendar.ics")
def calendar(request: Request, identity: str) -> Response:
    """The dates of an incident as a calendar file."""
    with reading(request) as register:
        one = kept.incident_named(register, identity)
        written, _ = incident_calendar(register, [one], now=datetime.now(UTC), reader=language_of(request))
    name = f"incident-{one.id[:8]}.ics"
    return Response(
        written, media_type="text/calendar", headers={"content-disposition": f'attachment; filename="{name}"'}
    )
