"""The Atom feeds of legislation.gov.uk: lists of acts (newest first, page by page), the publication log, and effects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from dutybook.errors import SourceError
from dutybook.ingest.sources.interface import Cursor, Fetcher, Item, Listing, Options
from dutybook.ingest.sources.responses import Node, child, day, local, moment, of, plain, xml
from dutybook.ingest.sources.service_addresses import own

HOSTS = frozenset({"www.legislation.gov.uk", "legislation.gov.uk"})
SITE = "https://www.legislation.gov.uk"
_IDENTIFIED = re.compile(
    r"^https?://(?:www\.)?legislation\.gov\.uk/(?:id/)?([a-z]+/(?:\d{4}|[A-Z][A-Za-z0-9]+(?:/[\w-]+)?)/\d{1,5})(?:/|$)"
)
_MOST_PAGES = 200


def feed(
    address: str,
    options: Options,
    cursor: Cursor,
    since: datetime | None,
    fetcher: Fetcher,
    now: datetime,
    overlap: timedelta,
) -> Listing:
    """The acts of a feed that were published or changed since then.

    Feeds go from the latest back. New entries push others to later pages, so that going on at a page may bring some twice
    and misses none. The cursor moves when the first page was reached from behind: ``since`` is the start of the listing.

    Raises:
        SourceError: the first page cannot be had.
    """
    going_on = own(str(cursor.get("next") or ""), HOSTS)
    started = (moment(cursor.get("started")) if going_on else None) or now
    place: str | None = going_on or address
    items: dict[str, Item] = {}
    problems: list[str] = []
    most = int(options["limit"])
    held: dict[str, str] = {"started": started.isoformat(timespec="seconds")}
    if since:
        held["since"] = since.isoformat(timespec="seconds")
    seen: set[str] = set()

    def listing(cursor: dict[str, str]) -> Listing:
        return Listing(tuple(items.values()), cursor, problems=tuple(dict.fromkeys(problems)))

    while place:
        if place in seen:
            problems.append("the feed leads back to itself; what came until there was read")
            break
        if len(seen) >= _MOST_PAGES or (len(items) >= most and seen):
            problems.append(f"there is more than the {most:,} acts that a run lists (limit=); the rest comes next time")
            return listing({**held, "next": place})
        seen.add(place)
        try:
            root, said = xml(fetcher.get(place, accept="application/atom+xml"), "the feed", "feed")
            following = _next(root, place)
        except SourceError as error:
            if not items:
                raise
            problems.append(f"the list broke off and goes on from there next time: {error}")
            return listing({**held, "next": place})
        problems += said
        old = False
        for entry in _entries(root):
            item, at = _item(entry, problems)
            if since and at and at < since:
                old = True
                continue
            if item:
                items.setdefault(item.key, item)
        place = None if old else following
    return listing({"since": (started - overlap).isoformat(timespec="seconds")})


def _entries(root: Node) -> Iterator[Node]:
    return (each for each in root if local(each) == "entry")


def _links(node: Node, rel: str) -> Iterator[Node]:
    return (each for each in node if local(each) == "link" and (each.get("rel") or "alternate") == rel)


def _next(root: Node, base: str) -> str | None:
    link = next(_links(root, "next"), None)
    written = (link.get("href") or "").strip() if link is not None else ""
    if not written:
        return None
    address = own(written, HOSTS, base)
    if address is None:
        raise SourceError("the next page of the feed is said to be with another site; it was not followed")
    return address


def _item(entry: Node, problems: list[str]) -> tuple[Item | None, datetime | None]:
    """An entry's act, and when it was last changed; the publication log names acts in ``dc:identifier``."""
    named = of(entry, "identifier") or of(entry, "id")
    found = _IDENTIFIED.match(named)
    updated = of(entry, "updated")
    at = moment(updated)
    title = of(entry, "title")
    if not found:
        problems.append(f"an entry that names no act was left out ({title[:80] or named[:80] or 'without a title'})")
        return None, at
    path = found[1]
    types = {(each.get("type") or "").casefold(): each.get("href") or "" for each in _links(entry, "alternate")}
    place = f"{SITE}/{path}/data.xml"
    if types and "application/xml" not in types and "application/akn+xml" not in types:
        printed = own(types.get("application/pdf", ""), HOSTS)
        # ``data.pdf`` is made anew for each request, and robots.txt asks programs to leave it.
        place = printed if printed and not printed.endswith("/data.pdf") else place
    made = child(entry, "CreationDate")
    item = Item(
        key=path,
        url=f"{SITE}/{path}",
        title=title,
        published=day(of(entry, "published")),
        language="en",
        stamp=updated or None,
        extension=".pdf" if place.endswith(".pdf") else ".xml",
        more={"file": place, "made": day(made.get("Date")) if made is not None else None},
    )
    return item, at


def last_published(act: str, fetcher: Fetcher, now: datetime) -> tuple[str, str | None]:
    """An act's title, and a stamp for its current text: its last publication, and the last day from which a text holds.

    The log goes back to July 2023; an act that was not published since has no stamp.

    Raises:
        SourceError: the log cannot be had.
    """
    address = f"{SITE}/update/legislation/{act}/data.feed?format=xml&event=published"
    root, _ = xml(fetcher.get(address, accept="application/atom+xml"), "the publication log", "feed")
    title, updated, valid = "", "", ""
    today = now.date().isoformat()
    for entry in _entries(root):
        found = _IDENTIFIED.match(of(entry, "identifier"))
        if not found or found[1] != act:
            continue
        title = title or of(entry, "title")
        updated = max(updated, of(entry, "updated"))
        version = re.search(r"/(\d{4}-\d\d-\d\d)$", of(entry, "Document"))
        if version and version[1] <= today:
            valid = max(valid, version[1])
    return title, f"{updated} {valid}".strip() or None


def affecting(act: str, most: int, fetcher: Fetcher) -> tuple[list[Item], list[str]]:
    """The acts that change an act, by the site's list of effects, each with what it does, and problems."""
    place: str | None = f"{SITE}/changes/affected/{act}/data.feed?results-count=100"
    found: dict[str, dict[str, Any]] = {}
    problems: list[str] = []
    seen: set[str] = set()
    while place and place not in seen and len(found) < most and len(seen) < 20:
        seen.add(place)
        try:
            root, said = xml(fetcher.get(place, accept="application/atom+xml"), "the list of effects", "feed")
            place = _next(root, place)
        except SourceError as error:
            problems.append(f"the list of effects on {act} is not complete: {error}")
            break
        problems += said
        for effect in root.iter("{*}Effect"):
            named = _IDENTIFIED.match(effect.get("AffectingURI") or "")
            if not named:
                continue
            holder = found.setdefault(named[1], {"title": "", "stamp": "", "effects": []})
            holder["title"] = holder["title"] or plain(child(effect, "AffectingTitle"))
            holder["stamp"] = max(holder["stamp"], effect.get("Modified") or "")
            if len(holder["effects"]) < 50:
                dates = child(effect, "InForceDates")
                holder["effects"].append(
                    {
                        "type": (effect.get("Type") or "")[:100],
                        "provisions": (effect.get("AffectedProvisions") or "")[:200],
                        "applied": effect.get("Applied") == "true",
                        "in_force": [day(d.get("Date")) for d in dates] if dates is not None else [],
                    }
                )
    return [
        Item(
            key=path,
            url=f"{SITE}/{path}",
            title=said["title"],
            language="en",
            stamp=said["stamp"] or None,
            extension=".xml",
            more={"file": f"{SITE}/{path}/data.xml", "affects": act, "effects": said["effects"]},
        )
        for path, said in found.items()
    ], problems
