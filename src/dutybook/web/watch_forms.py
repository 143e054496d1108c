"""What a form says of a watch, and what of it may be asked for from a browser.

Whoever administers the web application is not whoever runs the machine: no form opens a folder that the machine's owner did not
allow, reads a variable of the environment, or asks a machine of the local network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dutybook.errors import BadRequest, Refused, SourceError
from dutybook.ingest.fetching.addresses import parse, resolve, system_resolver
from dutybook.ingest.sources import known
from dutybook.pipeline.watching.manners import OPTIONS
from dutybook.web.asking import clean

#: Options of how a source is asked that a form offers. Proxies and private machines are for the command line.
MANNERS = ("max_mb", "pause", "contact")
#: Beginnings of the fields that are carried from a try to the watch.
KEPT = ("kind", "target", "name", "every", "language", "option.", "manner.")


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a kind: its own ``options`` and ``manners`` with words about each, and what was filled in by field."""

    kind: str
    help: str
    written: str
    every: int
    options: Mapping[str, str]
    manners: Mapping[str, str]
    given: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A watch as a form asks for it."""

    target: str
    name: str
    every: str
    options: Mapping[str, str]
    reading: Mapping[str, Any]


def form_of(kind: str, given: Mapping[str, str]) -> Form:
    """The form of a kind of source.

    Raises:
        BadRequest: there is no such kind.
    """
    source = known.source_of(kind)
    return Form(
        kind=kind,
        help=source.help,
        written=str(getattr(source, "written", "")),
        every=known.every(source),
        options=dict(getattr(source, "options", {})),
        manners={name: OPTIONS[name] for name in MANNERS},
        given={name: clean(value) for name, value in given.items() if name.startswith(KEPT)},
    )


def wanted_of(form: Form, roots: tuple[Path, ...]) -> Wanted:
    """What a form asks for, if it may be asked for from here.

    Raises:
        BadRequest: it may not, or cannot be meant.
    """
    given = form.given
    target = given.get("target", "")
    if not target:
        raise BadRequest("say what is to be watched")
    options = {name: said for name in form.options if (said := given.get(f"option.{name}", ""))}
    options |= {name: said for name in form.manners if (said := given.get(f"manner.{name}", ""))}
    if form.kind == "folder":
        _check_folder(target, roots)
    else:
        _check_address(target)
    language = given.get("language", "")
    if language and not (len(language) in (2, 3) and language.isascii() and language.isalpha()):
        raise BadRequest(f"{language!r} is no language: write its code, such as de")
    return Wanted(
        target, given.get("name", ""), given.get("every", ""), options, {"language": language} if language else {}
    )


def _check_folder(target: str, roots: tuple[Path, ...]) -> None:
    """Raises BadRequest, in the same words whether it is there or not."""
    try:
        real = Path(target).resolve()
        inside = Path(target).is_absolute() and any(real.is_relative_to(root.resolve()) for root in roots)
    except (OSError, ValueError, RuntimeError):
        inside = False
    if not inside:
        allowed = (
            ", ".join(map(str, roots)) or "none: whoever runs Dutybook allows them with dutybook serve --watch-root"
        )
        raise BadRequest(f"folders may be watched only below those that were allowed ({allowed})")


def _check_address(target: str) -> None:
    """Raises BadRequest for an address with credentials, or of a machine that is not the world's. Numbers and queries are let pass."""
    if "://" not in target and "@" not in target and "." not in target and ":" not in target:
        return
    written = target if "://" in target else f"https://{target}"
    try:
        parts = urlsplit(written)
        named = parts.username is not None or parts.password is not None
    except ValueError:
        named = "@" in target
    if named or "env:" in target:
        raise BadRequest("an address that needs a name or password is added on the command line: dutybook watch add")
    try:
        address = parse(written)
    except SourceError as error:
        if "://" in target:
            raise BadRequest(str(error)) from None
        # A number or a query that is no address.
        return
    try:
        resolve(address.host, address.port, allow_private=False, resolver=system_resolver)
    except SourceError as error:
        if isinstance(error, Refused):
            raise BadRequest(
                f"{address.host} is not asked from here: it leads to this machine or to a private network"
            ) from None
        # Whether a host can be found now is seen when it is asked.
