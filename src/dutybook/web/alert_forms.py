"""What a form says of an alert, and where it may have something told from a browser.

Whoever administers the web application is not whoever runs the machine. Mail goes by the server that the machine's environment names;
addresses that hold secrets are variables of the environment whose names begin with :data:`PREFIX`, chosen by name and shown to nobody;
a webhook is a machine of the world. No form writes a file, and no secret goes to a browser.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from dutybook.alerts.kinds import ALL, DEFAULT, read_days, read_kinds
from dutybook.alerts.management import Wanted
from dutybook.store import Filters
from dutybook.store.search.filters import as_date
from dutybook.web.error_responses import Wrong
from dutybook.web.request_limits import check_target
from dutybook.web.request_values import clean

PREFIX = "DUTYBOOK_CHANNEL_"
#: Kinds of channels whose address may be such a variable.
SERVICES = ("slack", "teams", "webhook", "apprise")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MAIL = ("DUTYBOOK_SMTP", "DUTYBOOK_MAIL_FROM")


@dataclass(frozen=True, slots=True)
class Ways:
    """Where this machine can have something told: whether by ``mail``, and names of ``variables`` with addresses of services."""

    mail: bool
    variables: tuple[str, ...]


def ways(environment: Mapping[str, str] | None = None) -> Ways:
    """What the environment allows; names only."""
    there = os.environ if environment is None else environment
    names = sorted(name for name, value in there.items() if name.startswith(PREFIX) and value and name.isidentifier())
    return Ways(all(there.get(name) for name in _MAIL), tuple(names))


def wanted_of(given: Mapping[str, str]) -> Wanted:
    """The alert that a form asks for.

    Raises:
        BadRequest: it may not be asked for from here, or cannot be meant.
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
        to=_targets(given, ways()),
        kinds=read_kinds(kinds),
        days=read_days(given.get("days", "") or "90,30,7,1"),
        every=every,
        zone=clean(given.get("zone", "")) or "UTC",
        reader=given.get("reader", "en"),
        since=as_date(given.get("since") or None, "since"),
        search=search or None,
        only_here=True,
    )


def usual(name: str) -> bool:
    """Whether a kind is counted if nobody says otherwise."""
    return name in DEFAULT


def _targets(given: Mapping[str, str], there: Ways) -> tuple[str, ...]:
    """Targets as :func:`dutybook.alerts.channels.read_target` takes them."""
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


def _webhook(address: str, signed: str, there: Ways) -> str:
    """An address of the world."""
    if not address.lower().startswith(("https://", "http://")) or "#" in address:
        raise Wrong("alert.webhook")
    check_target(address)
    if not signed:
        return address
    if signed not in there.variables:
        raise Wrong("alert.secret")
    return f"{address}#secret=env:{signed}"
