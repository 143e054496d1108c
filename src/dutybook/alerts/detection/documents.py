"""Detects new documents, moved dates of acts, news about acts, and announcements in the news that proved true or
false.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from dutybook.alerts import kinds
from dutybook.alerts.detection.new_documents import NewDocuments, at, cut, key, plain
from dutybook.store.alerts.alert_events import Happening
from dutybook.store.alerts.seen_documents import Seen
from dutybook.store.alerts.triggers import Expected, Moved, NewsOf, expected, moved, news


def documents(look: NewDocuments) -> Iterator[Happening]:
    """New acts and versions, whatever languages and copies they come in, and texts that belong to no act."""
    groups: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for seen in look.fresh:
        if seen.work is None:
            titled = [k for k in look.known if k.work is None and k.name and k.name == seen.name]
            if any(k.source in (seen.source, seen.file) for k in look.known) or any(k.day == seen.day for k in titled):
                continue
            groups["", key("document", seen.name or seen.source, seen.day)].append(seen)
        elif seen.work not in look.works:
            if seen.current:
                groups[seen.work, seen.day].append(seen)
        elif look.is_next(seen) and seen.day > (look.newest(seen.work) or ""):
            groups[seen.work, seen.day].append(seen)
    for (work, day), group in groups.items():
        first = group[0]
        texts: dict[str, Any] = {}
        for seen in sorted(group, key=lambda s: (not s.preferred, s.id)):
            fields = {
                "document": seen.id,
                "title": cut(seen.title),
                "source": look.address(seen.id, seen.file),
                "genre": seen.genre,
            }
            texts.setdefault(seen.language, fields | {"norms": seen.norms})
        what = "version" if work in look.works else "act" if work else "text"
        yield Happening(
            *("document", frozenset({kinds.DOCUMENT}), work or None, first.day),
            (key("document", work, day) if work else day,),
            data={"texts": texts, "titles": look.title(work) if work else {}, "day": first.day, "what": what},
            documents=frozenset(seen.id for seen in group),
        )


def dates(look: NewDocuments) -> Iterator[Happening]:
    """Dates of an act that a new act moves."""
    groups: dict[tuple[str, str, str, str, str], list[Moved]] = defaultdict(list)
    for row in moved(look.register, look.by_id):
        groups[row.work, row.type, at(row.place), row.old, row.new].append(row)
    for (work, sort, place, old, new), group in groups.items():
        texts: dict[str, Any] = {}
        for row in group:
            fields = {"document": row.document, "place": row.place, "quote": cut(row.quote), "steps": row.steps[-1:]}
            texts.setdefault(row.language, fields)
        yield Happening(
            *("date", frozenset({kinds.MOVED}), work, new, (key("moved", work, sort, place, old, new),)),
            data={"texts": texts, "titles": look.title(work), "type": sort, "old": old, "new": new},
            works=frozenset({work}),
        )


def news_of_acts(look: NewDocuments) -> Iterator[Happening]:
    """News about acts: one event for each reported event and act, however many items report it."""
    groups: dict[tuple[str, str], list[NewsOf]] = defaultdict(list)
    for row in news(look.register):
        groups[row.entry, row.work].append(row)
    since = look.news_since.isoformat()
    for (_, work), group in groups.items():
        if max(row.day or "9999" for row in group) < since:
            continue
        items = {row.document: row for row in reversed(group)}
        texts: dict[str, Any] = {}
        for row in group:
            fields = {
                "document": row.document,
                "title": cut(row.title),
                "source": look.address(row.document, row.source),
                "page": row.page,
            }
            about = {"about": row.place} if row.place else {}
            texts.setdefault(row.language, fields | {"quote": cut(row.quote), "norm": row.norm, "day": row.day} | about)
        yield Happening(
            *("news", frozenset({kinds.NEWS}), work, max(row.day for row in group)),
            tuple(dict.fromkeys(key("news", work, plain(row.title), row.day) for row in items.values())),
            data={"texts": texts, "titles": look.title(work), "day": group[0].day, "items": len(items)},
            works=frozenset({work}),
        )


def expectations(look: NewDocuments) -> Iterator[Happening]:
    """Dates that news announced and that an act has confirmed or contradicted."""
    groups: dict[tuple[str, str, str, str, str], list[Expected]] = defaultdict(list)
    for row in expected(look.register):
        groups[row.work, row.type, row.due, row.state, row.actual].append(row)
    since = look.news_since.isoformat()
    for (work, sort, due, state, actual), group in groups.items():
        if max(max(row.told or "9999", row.ruled) for row in group) < since:
            continue
        texts: dict[str, Any] = {}
        for row in group:
            fields = {
                "document": row.document,
                "title": cut(row.title),
                "source": look.address(row.document, row.source),
                "quote": cut(row.quote),
            }
            texts.setdefault(row.language, fields | {"day": row.told, "by_document": row.by_document})
        yield Happening(
            *("expectation", frozenset({kinds.EXPECTED}), work, actual or due),
            (key("expected", work, sort, due, state, actual),),
            data={
                "texts": texts,
                "titles": look.title(work),
                "type": sort,
                "state": state,
                "announced": due,
                "actual": actual,
            },
            works=frozenset({work}),
        )
