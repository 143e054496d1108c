"""What a form says of a watch. What of it may be asked for over the network, ``request_limits.py`` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dutybook.ingest.sources import registry
from dutybook.pipeline.watching.fetch_options import OPTIONS
from dutybook.web.error_responses import Wrong
from dutybook.web.request_limits import check_watch
from dutybook.web.request_values import clean

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
    source = registry.source_of(kind)
    return Form(
        kind=kind,
        help=source.help,
        written=str(getattr(source, "written", "")),
        every=registry.default_interval(source),
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
        raise Wrong("watch.target")
    options = {name: said for name in form.options if (said := given.get(f"option.{name}", ""))}
    options |= {name: said for name in form.manners if (said := given.get(f"manner.{name}", ""))}
    check_watch(form.kind, target, roots)
    language = given.get("language", "")
    if language and not (len(language) in (2, 3) and language.isascii() and language.isalpha()):
        raise Wrong("watch.language", text=language[:40])
    return Wanted(
        target, given.get("name", ""), given.get("every", ""), options, {"language": language} if language else {}
    )
