"""How a watch is asked, as its user set it: what the fetcher needs to know, apart from what the source does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from dutybook.errors import BadRequest
from dutybook.ingest.fetching import FetchPolicy
from dutybook.ingest.files import MAX_BYTES
from dutybook.ingest.sources import option_values
from dutybook.store.watches.watches import Watch

#: Options of every kind of watch, with what they say.
OPTIONS = {
    "max_mb": f"largest document that is fetched, in MB (at most {MAX_BYTES // 1_000_000})",
    "pause": "seconds between two requests to one host (1; at least 0.2)",
    "contact": "a mail address that those who are asked are told",
    "proxies": "yes: the proxies of the environment are used",
    "allow_downgrade": "yes: a redirect may lead from https to http",
}


def split_options(options: Mapping[str, Any], *, allow_private: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """What of a user's options is for the fetcher, and what for the source.

    Raises:
        BadRequest: one of those for the fetcher cannot be meant.
    """
    manners: dict[str, Any] = {"allow_private": True} if allow_private else {}
    rest = {name: value for name, value in options.items() if name not in OPTIONS}
    if "max_mb" in options:
        manners["max_bytes"] = int(_number(options, "max_mb", 0.001, MAX_BYTES / 1e6) * 1e6)
    if "pause" in options:
        manners["pause"] = _number(options, "pause", 0.2, 600)
    if contact := option_values.text(options, "contact", 200):
        if not contact.isascii() or any(sign in contact for sign in "()\\"):
            raise BadRequest("contact is a mail address or an address of the web")
        manners["contact"] = contact
    for name in ("proxies", "allow_downgrade"):
        if option_values.flag(options, name):
            manners[name] = True
    return manners, rest


def policy_of(watch: Watch) -> FetchPolicy:
    """How a watch is asked; what a later Dutybook may have kept there is left out."""
    known = {field.name for field in fields(FetchPolicy)}
    return replace(FetchPolicy(), **{name: value for name, value in watch.manners.items() if name in known})


def _number(options: Mapping[str, Any], name: str, least: float, most: float) -> float:
    written = str(options[name]).strip()
    try:
        found = float(written)
    except ValueError:
        found = float("nan")
    if not least <= found <= most:
        raise BadRequest(f"{name} {written!r} is no number from {least:g} to {most:g}")
    return found
