"""Reads the forms of the pages: judgements and corrections of a norm, alerts, and watches.

The administrator of the web application need not be the one of the machine. Mail therefore goes through the server
that the environment of the machine names. Secret addresses are environment variables whose names begin with
:data:`PREFIX`: a form chooses them by name and never sees their values. No form writes a file. ``request_limits.py``
says what may be asked for over the network.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dutybook.alerts.management import Wanted
from dutybook.alerts.settings import ALL, DEFAULT, parse_days, parse_kinds
from dutybook.ingest import sources
from dutybook.pipeline.watching.definition import OPTIONS, WatchDefinition
from dutybook.records.norm_fields import NORM_FIELDS
from dutybook.store import Filters, NormRow
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.record import Record
from dutybook.store.search.filters import as_date
from dutybook.web.error_responses import Wrong
from dutybook.web.request_limits import check_target, check_watch
from dutybook.web.request_values import clean

_UNSAID = {"status": "unassessed", "applicability": "unassessed"}
JUDGED = ("confirmed", "rejected", "taken back")
UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a norm that can be corrected: its name in the form, the key of its label, its value, and its choices
    (empty: any text).

    ``long``: its text usually fills more than one line.
    """

    name: str
    label: str
    value: str
    choices: tuple[str, ...] = ()
    about: str = ""
    long: bool = False


def fields_of(norm: NormRow) -> list[Field]:
    """The fields of a norm that can be corrected, deadlines last."""
    made = [
        Field(f"fix:{field.name}", field.name, getattr(norm, field.name) or "", field.choices, long=field.is_long)
        for field in NORM_FIELDS
        if field.about.correctable
    ]
    for deadline in norm.deadlines:
        due = deadline.due.isoformat() if deadline.due else ""
        made.append(Field(f"fix:deadline:{deadline.id}", "deadline", deadline.value or "", about=deadline.quote))
        made.append(Field(f"fix:due:{deadline.id}", "due", due, about=deadline.quote))
    return made


def changes_of(norm: NormRow, before: Record | None, given: Mapping[str, str]) -> list[Change]:
    """The changes that a form makes: the fields whose values differ from the norm and its record.

    Raises:
        BadRequest: a value is impossible.
    """
    reason = given.get("reason", "").strip()
    if given.get("judge") in JUDGED:
        finding = "" if given["judge"] == "taken back" else given["judge"]
        # The queue rejects with one key. Its form has the default reason for when none was typed.
        otherwise = given.get("otherwise", "").strip() if finding == "rejected" else ""
        return [Change(finding=finding, reason=reason or otherwise or None)]
    if given.get("judge") == "corrected":
        return _corrections(norm, given, reason)
    made = _work(before, given, reason)
    return [] if made.says_nothing else [made]


def _corrections(norm: NormRow, given: Mapping[str, str], reason: str) -> list[Change]:
    plain: dict[str, str] = {}
    dated: dict[str, dict[str, str]] = {}
    for field in fields_of(norm):
        value = given.get(field.name)
        # A field of several lines is sent with line ends of its own.
        if value is None or _same(value, field.value):
            continue
        _, name, *deadline = field.name.split(":")
        if deadline:
            dated.setdefault(field.about, {})[name] = value.strip()
        else:
            plain[name] = value.strip()
    made = [Change(correct=plain, reason=reason or None)] if plain else []
    return made + [Change(correct=fixed, deadline=which, reason=reason or None) for which, fixed in dated.items()]


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()) == " ".join(other.split())


def _work(before: Record | None, given: Mapping[str, str], reason: str) -> Change:
    plain = {}
    for name in ("status", "owner", "due", "applicability"):
        value = given.get(name)
        current = getattr(before, name) if before else _UNSAID.get(name, "")
        if value is not None and value.strip() != current:
            plain[name] = value.strip()
    if "applicability" not in plain and reason and before and reason != before.applicability_reason:
        plain["applicability"] = before.applicability
    note = given.get("note", "").strip()
    return Change(**plain, reason=reason or None, note=note or None)  # type: ignore[arg-type]


PREFIX = "DUTYBOOK_CHANNEL_"
#: Kinds of channels whose address may be such a variable.
SERVICES = ("slack", "teams", "webhook", "apprise")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MAIL = ("DUTYBOOK_SMTP", "DUTYBOOK_MAIL_FROM")


@dataclass(frozen=True, slots=True)
class AvailableChannels:
    """The channels that this machine offers: ``mail``, and the names of ``variables`` with addresses of services."""

    mail: bool
    variables: tuple[str, ...]


def available_channels(environment: Mapping[str, str] | None = None) -> AvailableChannels:
    """The channels that the environment allows, without the values of its variables."""
    there = os.environ if environment is None else environment
    names = sorted(name for name, value in there.items() if name.startswith(PREFIX) and value and name.isidentifier())
    return AvailableChannels(all(there.get(name) for name in _MAIL), tuple(names))


def alert_from_form(given: Mapping[str, str]) -> Wanted:
    """The alert that a form describes.

    Raises:
        BadRequest: a form may not ask for it, or a value is impossible.
    """
    kinds = [name for name in ALL if given.get(f"kind.{name}") == "1"]
    if not kinds:
        raise Wrong("alert.counts")
    every = given.get("every", "daily")
    at = given.get("at", "").strip()
    if every == "weekly":
        every = f"weekly {given.get('weekday', 'mon')}"
    if every != "now" and at:
        every = f"{every} {at[:5]}"
    search = clean(given.get("search", ""))
    return Wanted(
        name=" ".join(clean(given.get("name", "")).split()),
        filters=Filters(),
        to=_targets(given, available_channels()),
        kinds=parse_kinds(kinds),
        days=parse_days(given.get("days", "") or "90,30,7,1"),
        every=every,
        zone=clean(given.get("zone", "")) or "UTC",
        reader=given.get("reader", "en"),
        since=as_date(given.get("since") or None, "since"),
        search=search or None,
        only_here=True,
    )


def is_usual(name: str) -> bool:
    """Whether an alert counts this kind of event by default."""
    return name in DEFAULT


def _targets(given: Mapping[str, str], there: AvailableChannels) -> tuple[str, ...]:
    """The places of an alert, as :func:`dutybook.alerts.channels.parse_target` takes them."""
    made = []
    if people := clean(given.get("mail", "")):
        if not there.mail:
            raise Wrong("alert.no_mail")
        if "#" in people:
            raise Wrong("alert.addresses")
        mail = f"mailto:{people.replace(';', ',')}"
        check_target(mail)
        made.append(mail)
    if address := clean(given.get("webhook", "")):
        made.append(_webhook(address, clean(given.get("signed", "")), there))
    if service := clean(given.get("service", "")):
        kind, _, name = service.partition(":")
        if kind not in SERVICES or name not in there.variables:
            raise Wrong("alert.service")
        # Whoever runs the machine wrote the address, and may mean one of its own network.
        made.append(f"{kind}:env:{name}{'#private=yes' if kind == 'webhook' else ''}")
    return tuple(made)


def _webhook(address: str, signed: str, there: AvailableChannels) -> str:
    """The address of a webhook that somebody typed."""
    if not address.lower().startswith(("https://", "http://")) or "#" in address:
        raise Wrong("alert.webhook")
    check_target(address)
    if not signed:
        return address
    if signed not in there.variables:
        raise Wrong("alert.secret")
    return f"{address}#secret=env:{signed}"


#: The fetch options that a form offers. Proxies and private machines are for the command line.
FETCH_OPTIONS = ("max_mb", "pause", "contact")
#: Beginnings of the fields that are carried from a try to the watch.
KEPT = ("kind", "target", "name", "every", "language", "option.", "fetch.")


@dataclass(frozen=True, slots=True)
class WatchForm:
    """The form for a kind of source.

    ``options`` are those of the kind and ``fetch_options`` those for every kind, each with a description; ``given``
    is what was filled in, by field.
    """

    kind: str
    help: str
    written: str
    every: int
    options: Mapping[str, str]
    fetch_options: Mapping[str, str]
    given: Mapping[str, str]


def watch_form_of(kind: str, given: Mapping[str, str]) -> WatchForm:
    """The form for a kind of source.

    Raises:
        BadRequest: there is no such kind.
    """
    source = sources.source_of(kind)
    return WatchForm(
        kind=kind,
        help=source.help,
        written=str(getattr(source, "written", "")),
        every=sources.default_interval(source),
        options=dict(getattr(source, "options", {})),
        fetch_options={name: OPTIONS[name] for name in FETCH_OPTIONS},
        given={name: clean(value) for name, value in given.items() if name.startswith(KEPT)},
    )


def watch_from_form(form: WatchForm, roots: tuple[Path, ...]) -> WatchDefinition:
    """The watch that a form describes, if it may be made from the web application.

    Raises:
        BadRequest: it may not, or a value is impossible.
    """
    given = form.given
    target = given.get("target", "")
    if not target:
        raise Wrong("watch.target")
    options = {name: value for name in form.options if (value := given.get(f"option.{name}", ""))}
    options |= {name: value for name in form.fetch_options if (value := given.get(f"fetch.{name}", ""))}
    check_watch(form.kind, target, roots)
    language = given.get("language", "")
    if language and not (len(language) in (2, 3) and language.isascii() and language.isalpha()):
        raise Wrong("watch.language", text=language[:40])
    return WatchDefinition(
        form.kind,
        target,
        name=given.get("name") or None,
        every=given.get("every") or None,
        options=options,
        reading={"language": language} if language else {},
    )
