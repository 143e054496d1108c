"""Checks the definition of a watch (kind, target, options of the source and of the fetcher) before it is stored."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dutybook.database_address import DatabaseName
from dutybook.errors import BadRequest
from dutybook.ingest import sources
from dutybook.ingest.files import MAX_BYTES
from dutybook.ingest.sources import option_values
from dutybook.store import open_register
from dutybook.store.register import MEMORY
from dutybook.store.watches import watches
from dutybook.store.watches.watches import Watch

#: Options of every kind of watch, with what they say.
OPTIONS = {
    "max_mb": f"largest document that is fetched, in MB (at most {MAX_BYTES // 1_000_000})",
    "pause": "seconds between two requests to one host (1; at least 0.2)",
    "contact": "a mail address that is sent to the sites",
    "proxies": "yes: the proxies of the environment are used",
    "allow_downgrade": "yes: a redirect may lead from https to http",
}


def split_options(options: Mapping[str, Any], *, allow_private: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split a user's options into those for the fetcher and those for the source.

    Raises:
        BadRequest: an option for the fetcher has an impossible value.
    """
    fetch_options: dict[str, Any] = {"allow_private": True} if allow_private else {}
    rest = {name: value for name, value in options.items() if name not in OPTIONS}
    if "max_mb" in options:
        fetch_options["max_bytes"] = int(_number(options, "max_mb", 0.001, MAX_BYTES / 1e6) * 1e6)
    if "pause" in options:
        fetch_options["pause"] = _number(options, "pause", 0.2, 600)
    if contact := option_values.text(options, "contact", 200):
        if not contact.isascii() or any(sign in contact for sign in "()\\"):
            raise BadRequest("contact is a mail address or an address of the web")
        fetch_options["contact"] = contact
    for name in ("proxies", "allow_downgrade"):
        if option_values.flag(options, name):
            fetch_options[name] = True
    return fetch_options, rest


def _number(options: Mapping[str, Any], name: str, least: float, most: float) -> float:
    written = str(options[name]).strip()
    try:
        found = float(written)
    except ValueError:
        found = float("nan")
    if not least <= found <= most:
        raise BadRequest(f"{name} {written!r} is no number from {least:g} to {most:g}")
    return found


_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
#: Nobody is asked more often than this, in seconds; folders of this machine may be looked at more often.
LEAST, LEAST_FOLDER = 60, 5
_MOST = 366 * 86400
#: Credentials in an address, but for the name of a variable that holds them.
_SECRET = re.compile(r"://(?!env:\w+@)[^/?#\s]*@")
#: What Windows keeps for itself.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")


@dataclass(frozen=True, slots=True)
class WatchDefinition:
    """A watch as a user defines it.

    Without a ``name`` or an interval (``every``, such as ``1h``) the watch gets those that suit its target and kind.
    ``options`` are those of the source and of the fetcher, ``reading`` the settings of the analysis.
    """

    kind: str
    target: str
    name: str | None = None
    every: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    allow_private: bool = False
    reading: Mapping[str, Any] = field(default_factory=dict)


def add_watch(database: str | DatabaseName, wanted: WatchDefinition, *, by: str, now: datetime) -> Watch:
    """Store a watch in the register, which is created if there is none. Nothing is fetched yet.

    Raises:
        BadRequest: there is no such kind, or an option has an impossible value.
        RegisterError: the database cannot be used.
    """
    if str(database) == MEMORY:
        raise BadRequest("watches need a database in a file: --database FILE")
    kind, name = wanted.kind, wanted.name
    checked, fetch_options, where = check_watch(kind, wanted.target, wanted.options, allow_private=wanted.allow_private)
    source = sources.source_of(kind)
    seconds = (
        sources.default_interval(source)
        if wanted.every is None
        else parse_interval(wanted.every, LEAST_FOLDER if kind == "folder" else LEAST)
    )
    with open_register(database) as register:
        if name is None:
            name = _fresh(kind, wanted.target, {watch.name for watch in watches.watches(register)})
        else:
            _check_name(name)
        new = watches.WatchSettings(name, kind, where, checked, fetch_options, wanted.reading, every=seconds)
        return watches.add(register, new, by=by, now=now)


def check_watch(
    kind: str, target: str, options: Mapping[str, Any], *, allow_private: bool
) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Check a watch. Returns the options of the source, the fetch options, and the watched address or folder, as they
    are stored.

    Raises:
        BadRequest: there is no such kind, or an option has an impossible value.
    """
    if _SECRET.search(target):
        raise BadRequest(
            "an address with a name or password in it is not kept. Put “name:password” (or a token) into an environment "
            "variable, and its name into the address: https://env:VARIABLE@host/"
        )
    fetch_options, own = split_options(options, allow_private=allow_private)
    checked = dict(sources.source_of(kind).check(target, own))
    return checked, fetch_options, str(checked.get("folder") or checked.get("url") or target)


def parse_interval(every: str, least: int = LEAST) -> int:
    """``90s``, ``30m``, ``1h``, ``1d``, ``2w`` in seconds.

    >>> parse_interval("1h")
    3600

    Raises:
        BadRequest: it is no such time, or too short.
    """
    found = re.fullmatch(r"(\d{1,6})\s*([smhdw])", every.strip().lower())
    if not found:
        raise BadRequest(f"{every!r} is no time. Write 30m, 1h, 1d or 1w.")
    seconds = int(found[1]) * _UNITS[found[2]]
    if not least <= seconds <= _MOST:
        raise BadRequest(f"{every!r} is too {'short' if seconds < least else 'long'}: from {least} seconds to a year")
    return seconds


def format_interval(seconds: int) -> str:
    """Seconds in the form that a user writes.

    >>> format_interval(5400)
    '90m'
    """
    for unit in ("w", "d", "h", "m"):
        if seconds and seconds % _UNITS[unit] == 0:
            return f"{seconds // _UNITS[unit]}{unit}"
    return f"{seconds}s"


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or _RESERVED.fullmatch(name) or name.endswith("."):
        raise BadRequest(
            f"{name!r} is no name for a watch. Take small letters, digits, dots and dashes: --name bank-news"
        )


def _fresh(kind: str, target: str, taken: set[str]) -> str:
    """A new name, made from what is watched."""
    parts = urlsplit(target if "://" in target else f"//{target}")
    place = Path(target).name if kind == "folder" else (parts.hostname or target).removeprefix("www.")
    plain = unicodedata.normalize("NFKD", place).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    base = kind if not base or kind == base else f"{kind}-{base}"
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    return name
