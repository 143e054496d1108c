"""Limits what a request over the network can make this machine read or contact.

A request can name no folder or file that the owner of the machine did not allow, no private network, and no
environment variable that is not meant for Dutybook. The administrator of the web application need not be the one of
the machine. Both the pages and the API call these checks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from dutybook.alerts.channels import web as channel_addresses
from dutybook.errors import BadRequest, DeliveryError, Refused, SourceError
from dutybook.ingest import sources
from dutybook.ingest.addresses import parse, resolve, system_resolver
from dutybook.web.error_responses import TranslatedError

#: Variables that a request may name begin so: their owner put them there for Dutybook.
VARIABLES = "DUTYBOOK_"
#: Those of them that are for sending alerts: a source that a request names must not get their values.
_FOR_ALERTS = ("DUTYBOOK_SMTP", "DUTYBOOK_MAIL", "DUTYBOOK_CHANNEL", "DUTYBOOK_PASSWORD")
#: Options of watches that say which machines are reached, and how safely.
_OF_THE_MACHINE = ("proxies", "allow_downgrade", "allow_private")
_FILES = ("file", "atom")
_WEB = {"http": 80, "https": 443}
#: Numbers of acts, such as 235.1, which could also be short forms of an address.
_NUMBERS = re.compile(r"[\d.,\s]{1,500}")
_REFERENCE = re.compile(r"(?:env|file):([^\s&#@/]*)", re.IGNORECASE)


class NotAllowedRemotely(TranslatedError, BadRequest):
    """Only somebody at the machine itself may ask for this. ``field`` is the field of the request that does."""

    def __init__(self, field: str, code: str, **values: object) -> None:
        BadRequest.__init__(self, self._word(code, values))
        self.field = field


def check_target(text: str) -> None:
    """Check a place to notify; NotAllowedRemotely for a file, a secret that is not for Dutybook, a private network."""
    kind, _, rest = text.strip().partition(":")
    kind = kind.strip().lower()
    if kind in _FILES:
        raise NotAllowedRemotely("to", "remote.writes", kind=kind)
    _check_references("to", text)
    if re.search(r"[#&]private=(?!no\b)", text, re.IGNORECASE):
        raise NotAllowedRemotely("to", "remote.private")
    if kind in _WEB:
        _check_channel_address(text.strip())
    elif kind == "webhook":
        _check_channel_address(rest.strip())


def check_watch(
    kind: str, target: str, roots: tuple[Path, ...] = (), options: Mapping[str, object] | None = None
) -> None:
    """Check a source that is to be watched.

    Args:
        roots: the folders below which folders may be watched.
        options: the other options of the watch.

    Raises:
        NotAllowedRemotely: it is a file or a folder outside ``roots``, has a password in it, names a variable or
            file that is not for Dutybook, or leads to this machine or a private network; or an option makes other
            machines be asked.
    """
    for name in _OF_THE_MACHINE:
        if name in (options or {}):
            raise NotAllowedRemotely("options", "remote.option", name=name)
    if kind.strip().lower() == "folder":
        _check_folder(target, roots)
        return
    if target.strip().lower().startswith(("file:", "/", "\\")):
        raise NotAllowedRemotely("target", "remote.no_file")
    _check_references("target", target)
    for found in _REFERENCE.finditer(target):
        if found[1].startswith(_FOR_ALERTS):
            raise NotAllowedRemotely("target", "remote.secret", name=found[1])
    if not (_NUMBERS.fullmatch(target) and getattr(sources.source_of(kind), "numbered", False)):
        _check_asked(target)


def _check_references(name: str, text: str) -> None:
    for found in _REFERENCE.finditer(text):
        if found[0].lower().startswith("file:"):
            raise NotAllowedRemotely(name, "remote.names_file")
        if not found[1].startswith(VARIABLES):
            raise NotAllowedRemotely(name, "remote.variable", name=found[1], variables=VARIABLES)


def _check_folder(target: str, roots: tuple[Path, ...]) -> None:
    """The error is the same whether or not the folder exists."""
    try:
        real = Path(target).resolve()
        inside = Path(target).is_absolute() and any(real.is_relative_to(root.resolve()) for root in roots)
    except (OSError, ValueError, RuntimeError):
        inside = False
    if not inside:
        if not roots:
            raise NotAllowedRemotely("target", "watch.no_folder")
        raise NotAllowedRemotely("target", "watch.folder", folders=", ".join(map(str, roots)))


def _check_asked(target: str) -> None:
    """Check an address that a watch asks. Numbers and queries, which are no addresses, pass."""
    if "://" not in target and "@" not in target and "." not in target and ":" not in target:
        return
    written = target if "://" in target else f"https://{target}"
    # What holds of the machines of web addresses holds of mailboxes.
    written = re.sub(r"^\s*imaps://", "https://", written, flags=re.IGNORECASE)
    try:
        parts = urlsplit(written)
        named = (parts.username is not None or parts.password is not None) and parts.username != "env"
    except ValueError:
        named = "@" in target
    if named:
        raise NotAllowedRemotely("target", "watch.named", variables=VARIABLES)
    try:
        address = parse(written)
    except SourceError as error:
        if "://" in target:
            raise NotAllowedRemotely("target", "remote.no_address", says=error) from None
        # A number or a query that is no address.
        return
    try:
        resolve(address.host, address.port, allow_private=False, resolver=system_resolver)
    except Refused:
        raise NotAllowedRemotely("target", "watch.private", host=address.host) from None
    except SourceError:
        # Whether a host can be found now is seen when it is asked.
        return


def _check_channel_address(address: str) -> None:
    """Check an address that an alert notifies. Its channel checks it again each time."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or _WEB.get(parts.scheme, 443)
    except ValueError:
        host = ""
    if not host:
        raise NotAllowedRemotely("to", "alert.no_host", text=address[:80])
    try:
        channel_addresses.resolve_host(host, port, private=False)
    except DeliveryError as error:
        if error.lasting:
            raise NotAllowedRemotely("to", "alert.private", host=host) from None
