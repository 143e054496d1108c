"""The sources of documents, one module for each kind, and those of other packages (entry points ``dutybook.sources``)."""

from __future__ import annotations

from importlib import import_module, metadata
from typing import Any

from dutybook.errors import BadRequest
from dutybook.ingest.sources.interface import Source

GROUP = "dutybook.sources"
"""Entry-point group: the name is the kind, the object a :class:`~dutybook.ingest.sources.interface.Source`."""

#: Seconds between two looks at a source that does not say itself how often it changes.
EVERY = 6 * 3600

# Modules are named, not imported: each has a ``SOURCE``, and some bring a library that only they need.
_OURS = {
    "boe": "dutybook.ingest.sources.boe",
    "bwb": "dutybook.ingest.sources.bwb",
    "e-sbirka": "dutybook.ingest.sources.esbirka",
    "eurlex": "dutybook.ingest.sources.eurlex",
    "federal-register": "dutybook.ingest.sources.federal_register",
    "fedlex": "dutybook.ingest.sources.fedlex",
    "feed": "dutybook.ingest.sources.feed",
    "finlex": "dutybook.ingest.sources.finlex",
    "folder": "dutybook.ingest.sources.folder",
    "gesetze": "dutybook.ingest.sources.gesetze",
    "imap": "dutybook.ingest.sources.imap",
    "legilux": "dutybook.ingest.sources.legilux",
    "legislation-uk": "dutybook.ingest.sources.legislation_uk",
    "normattiva": "dutybook.ingest.sources.normattiva",
    "oj": "dutybook.ingest.sources.oj",
    "page": "dutybook.ingest.sources.page",
    "riigi-teataja": "dutybook.ingest.sources.riigi_teataja",
    "riksdag": "dutybook.ingest.sources.riksdag",
    "ris": "dutybook.ingest.sources.ris",
    "sitemap": "dutybook.ingest.sources.sitemap",
}
_WHAT = ("kind", "help", "check", "list", "fetch")


def kinds() -> tuple[str, ...]:
    """The kinds of sources, sorted."""
    return tuple(sorted(set(_OURS) | {point.name for point in metadata.entry_points(group=GROUP)}))


def source_of(kind: str) -> Source:
    """The source of a kind. Built-in ones come first: an installed package cannot replace one silently.

    Raises:
        BadRequest: there is no such kind, or the package that adds it cannot be loaded.
    """
    if kind in _OURS:
        return _check_source(import_module(_OURS[kind]).SOURCE, kind, _OURS[kind])
    for point in metadata.entry_points(group=GROUP):
        if point.name == kind:
            try:
                found = point.load()
            except Exception as error:  # a stranger's import may raise anything, and none of it is our defect
                raise BadRequest(
                    f"the source {kind} comes from {point.value}, which cannot be loaded: {error}; update or remove that "
                    "package"
                ) from error
            return _check_source(found, kind, point.value)
    raise BadRequest(f"there is no source {kind!r}. There are: {', '.join(kinds())}.")


def default_interval(source: Source) -> int:
    """The default number of seconds between two runs."""
    return int(getattr(source, "every", EVERY))


def _check_source(found: Any, kind: str, where: str) -> Source:
    if missing := [name for name in _WHAT if not hasattr(found, name)]:
        raise BadRequest(f"the source {kind} comes from {where}, which lacks {', '.join(missing)}; update that package")
    source: Source = found
    return source
