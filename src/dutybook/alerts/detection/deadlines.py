"""Detects deadlines that are near: dates in texts, dates that follow from events, and dates that reviewers have set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from dutybook.alerts import kinds
from dutybook.alerts.detection.new_documents import Address, addresses, at, key, plain, text_of
from dutybook.store import NormRow, Register
from dutybook.store.alerts import alert_events, seen_documents
from dutybook.store.alerts.alert_events import Happening
from dutybook.store.alerts.triggers import Near, near, titles


@dataclass(frozen=True, slots=True)
class Approach:
    """A deadline that has come within the ``days`` of an alert; ``passed`` is the day on which it did.

    ``known``: the id under which the event is stored; None if it is not.
    """

    event: Happening
    days: int
    passed: date
    known: str | None = None


class Calendar:
    """The deadlines that are near, read once for all alerts that ask for the same days."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._read: dict[tuple[tuple[int, ...], date, date], list[Approach]] = {}

    def near(self, days: tuple[int, ...], today: date, since: date) -> list[Approach]:
        """See :func:`find_approaching`."""
        asked = (days, today, since)
        if asked not in self._read:
            found = list(find_approaching(self._register, *asked))
            ids = alert_events.known_as(self._register, (one.event for one in found))
            self._read[asked] = [replace(one, known=known) for one, known in zip(found, ids, strict=True)]
        return self._read[asked]


def find_approaching(register: Register, days: tuple[int, ...], today: date, since: date) -> Iterator[Approach]:
    """What is due within the longest of ``days`` from today, or was due since a day on which it was last looked for.

    Of several days before a deadline only the shortest one that has come is reported, so that after a week without
    a run there is one event. A deadline that moves has a new date and so begins again.
    """
    if not days:
        return
    rows = near(register, min(since, today), today + timedelta(days=max(days)), today)
    groups: dict[tuple[str, str, str], list[Near]] = defaultdict(list)
    for row in rows:
        groups[row.identity, row.due, row.review].append(row)
    members = seen_documents.members(register, (row.identity for row in rows))
    norms = {norm.id: norm for norm in register.norms_by_id(sorted({row.norm for row in rows}))}
    called = titles(register, {norm.work for norm in norms.values() if norm.work})
    address = addresses(register)
    for (identity, due, review), group in groups.items():
        day = date.fromisoformat(due)
        left = (day - today).days
        come = [n for n in days if left <= n]
        found = [norms[row.norm] for row in group if row.norm in norms]
        if not come or not found:
            continue
        tightest = min(come)
        made = _make_event(
            group,
            found,
            (due, tightest),
            [key("own-day", review, due, str(tightest))]
            if review
            else [
                *(_key(found[0], due, tightest, place, quote) for _, place, quote in members[identity]),
                key("near", identity, due, str(tightest)),
            ],
            called,
            address,
        )
        every = frozenset({norm for norm, _, _ in members[identity]} | {norm.id for norm in found})
        yield Approach(_with_norms(made, every), tightest, day - timedelta(days=tightest))


def _key(norm: NormRow, due: str, days: int, place: str, quote: str) -> str:
    return key("near", norm.work or norm.document_title, due, str(days), at(place), plain(quote))


def _make_event(
    group: list[Near],
    found: list[NormRow],
    when: tuple[str, int],
    keys: list[str],
    called: dict[str, dict[str, str]],
    address: Address,
) -> Happening:
    due, days = when
    texts: dict[str, Any] = {}
    for norm in found:
        texts.setdefault(norm.language, text_of(norm, address))
    first = group[0]
    data: dict[str, Any] = {
        "texts": texts,
        "titles": called.get(found[0].work or "", {}),
        "due": due,
        "days": days,
    }
    if first.event:
        data["event"] = True
    if first.review:
        data |= {"review": first.review, "owner": first.owner}
    return Happening(
        *("deadline", frozenset({kinds.APPROACHING}), found[0].work, due, tuple(dict.fromkeys(keys))), data=data
    )


def _with_norms(made: Happening, norms: frozenset[str]) -> Happening:
    return Happening(made.sort, made.kinds, made.work, made.day, made.keys, made.data, norms)
