"""Limits what a request over the network may make this machine read or contact: no folder or file that its owner did not allow, no
private network, and no environment variable that is not meant for Dutybook.

Whoever administers the web application is not whoever runs the machine. The pages and the API both check here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from dutybook.alerts.channels import addresses as told
from dutybook.errors import BadRequest, DeliveryError, Refused, SourceError
from dutybook.ingest.fetching.addresses import parse, resolve, system_resolver
from dutybook.web.error_responses import TranslatedError

#: Variables that a request may name begin so: their owner put them there for Dutybook.
VARIABLES = "DUTYBOOK_"
#: Those of them that are for telling, not for asking: a source that somebody names here must not be sent them.
_FOR_TELLING = ("DUTYBOOK_SMTP", "DUTYBOOK_MAIL", "DUTYBOOK_CHANNEL", "DUTYBOOK_PASSWORD")
#: Options of watches that say which machines are reached, and how safely.
_OF_THE_MACHINE = ("proxies", "allow_downgrade", "allow_private")
_FILES = ("file", "atom")
_WEB = {"http": 80, "https": 443}
_REFERENCE = re.compile(r"(?:env|file):([^\s&#@/]*)", re.IGNORECASE)


class NotAllowedRemotely(TranslatedError, BadRequest):
    """Only somebody at the machine may ask for that. ``field``: which field of the request it is."""

    def __init__(self, field: str, code: str, **values: object) -> None:
        BadRequest.__init__(self, self._word(code, values))
        self.field = field


def check_target(text: str) -> None:
    """See that an alert's place (as ``read_target`` takes it, or an address of the web alone) is none that only somebody at the
    machine may name.

    Raises:
        OutOfReach: it is a file, names a file with a secret, a variable that is not for Dutybook, or a private network.
    """
    kind, _, rest = text.strip().partition(":")
    kind = kind.strip().lower()
    if kind in _FILES:
        raise NotAllowedRemotely("to", "reach.writes", kind=kind)
    _check_references("to", text)
    if re.search(r"[#&]private=(?!no\b)", text, re.IGNORECASE):
        raise NotAllowedRemotely("to", "reach.private")
    if kind in _WEB:
        _check_told(text.strip())
    elif kind == "webhook":
        _check_told(rest.strip())


def check_watch(
    kind: str, target: str, roots: tuple[Path, ...] = (), options: Mapping[str, object] | None = None
) -> None:
    """See that a source is none that only somebody at the machine may name; ``roots``: folders below which may be watched,
    ``options``: what else is asked for.

    Raises:
        OutOfReach: it is a folder outside of these or a file, has a password in it, names a variable or file that is not for
            Dutybook, or leads to this machine or a private network; or an option has others be asked.
    """
    for name in _OF_THE_MACHINE:
        if name in (options or {}):
            raise NotAllowedRemotely("options", "reach.option", name=name)
    if kind.strip().lower() == "folder":
        _check_folder(target, roots)
        return
    if target.strip().lower().startswith(("file:", "/", "\\")):
        raise NotAllowedRemotely("target", "reach.no_file")
    _check_references("target", target)
    for found in _REFERENCE.finditer(target):
        if found[1].startswith(_FOR_TELLING):
            raise NotAllowedRemotely("target", "reach.secret", name=found[1])
    _check_asked(target)


def _check_references(name: str, text: str) -> None:
    for found in _REFERENCE.finditer(text):
        if found[0].lower().startswith("file:"):
            raise NotAllowedRemotely(name, "reach.names_file")
        if not found[1].startswith(VARIABLES):
            raise NotAllowedRemotely(name, "reach.variable", name=found[1], variables=VARIABLES)


def _check_folder(target: str, roots: tuple[Path, ...]) -> None:
    """Says the same whether the folder is there or not."""
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
    """An address that a watch asks. Numbers and queries, which are none, are let pass."""
    if "://" not in target and "@" not in target and "." not in target and ":" not in target:
        return
    written = target if "://" in target else f"https://{target}"
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
            raise NotAllowedRemotely("target", "reach.no_address", says=error) from None
        # A number or a query that is no address.
        return
    try:
        resolve(address.host, address.port, allow_private=False, resolver=system_resolver)
    except Refused:
        raise NotAllowedRemotely("target", "watch.private", host=address.host) from None
    except SourceError:
        # Whether a host can be found now is seen when it is asked.
        return


def _check_told(address: str) -> None:
    """An address that an alert tells; its channel looks again each time."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or _WEB.get(parts.scheme, 443)
    except ValueError:
        host = ""
    if not host:
        raise NotAllowedRemotely("to", "alert.no_host", text=address[:80])
    try:
        told.resolve_host(host, port, private=False)
    except DeliveryError as error:
        if error.lasting:
            raise NotAllowedRemotely("to", "alert.private", host=host) from None
