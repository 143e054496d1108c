"""Detects norms that are new, changed or corrected: in next versions, in texts of unknown acts, and where a file was replaced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from dutybook.alerts import settings
from dutybook.alerts.detection import NewDocuments, at, by_language, cut, key, text_of
from dutybook.resolve.identity.records import letters_and_digits
from dutybook.store import NormRow
from dutybook.store.alerts import triggers
from dutybook.store.alerts.events import AlertEvent
from dutybook.store.alerts.triggers import ChangeOf, Seen, changes, reported_before
from dutybook.store.versions.differences import ChangeRow

_CORRECTED = "corrected"


def norms(look: NewDocuments) -> Iterator[AlertEvent]:
    """All events about norms."""
    yield from _changed(look)
    unknown, alongside, replaced = _parted(look)
    yield from _new(look, unknown, tied=False)
    yield from _new(look, alongside, tied=True)
    for document, before in replaced:
        yield from _replaced(look, document, before)


def _changed(look: NewDocuments) -> Iterator[AlertEvent]:
    """What next versions and corrigenda change: one event for each norm and version, whatever languages have it."""
    news = [c for c in changes(look.register, look.by_id) if _is_news(look, c)]
    groups: dict[tuple[str, str, str, bool], list[ChangeOf]] = defaultdict(list)
    for change in news:
        groups[change.work, change.identity, change.day, change.kind == _CORRECTED].append(change)
    rows = look.norms(_norms_of(news))
    members = triggers.members(look.register, (c.identity for c in news))
    before = reported_before(look.register, {c.work for c in news}, look.by_id)
    for (work, identity, day, corrected), group in groups.items():
        sort = _CORRECTED if corrected else "changed"
        keys = [key(sort, work, day, *_content(change)) for change in group]
        # What a norm is called (its identity) may be another norm's id when further texts come: its words in all of them stay.
        keys += [
            key(f"{sort}-member", work, day, at(place), letters_and_digits(quote))
            for _, place, quote in members[identity]
        ]
        texts: dict[str, Any] = {}
        for change in group:
            texts.setdefault(change.language, {})
            texts[change.language] = _text(look, change, rows) | texts[change.language] | _values(change)
        names = frozenset(settings.OF_CHANGE[c.kind] for c in group)
        every = {norm for norm, _, _ in members[identity]} | _norms_of(group)
        yield AlertEvent(
            *("norm", names, work, day, (*dict.fromkeys(keys), key(sort, work, day, identity))),
            data={"texts": texts, "titles": look.title(work), "day": day},
            norms=frozenset(every),
            # The changes of a version are reported in one language. Another one that comes later says the same in its words, and
            # where it was read otherwise that is no news.
            adds=not corrected and (work, day) in before,
        )


def _content(change: ChangeOf) -> tuple[str, str, str]:
    """The place and the words before and after a change, as keys contain them."""
    words = (letters_and_digits(change.old_quote), letters_and_digits(change.new_quote))
    return at(change.new_place or change.old_place), *words


def _norms_of(found: Iterable[ChangeOf]) -> set[str]:
    return {norm for change in found for norm in (change.old_norm, change.new_norm) if norm}


def _is_news(look: NewDocuments, change: ChangeOf) -> bool:
    if change.kind == _CORRECTED:
        # A younger text has its corrections in it.
        newest = look.newest(change.work)
        return newest is not None and (not change.day or change.day >= newest)
    new = look.by_id[change.new_document]
    return change.work in look.works and look.is_next(new)


def _text(look: NewDocuments, change: ChangeOf, rows: dict[str, NormRow]) -> dict[str, Any]:
    norm = rows.get(change.new_norm or "") or rows.get(change.old_norm or "")
    fields = text_of(norm, look.address) if norm else {"place": change.new_place or change.old_place}
    if change.old_quote:
        fields["old_quote"] = cut(change.old_quote)
    if change.new_quote:
        fields["quote"] = cut(change.new_quote)
    elif change.kind != _CORRECTED:
        fields.pop("quote", None)
    if change.old_norm:
        fields["old_norm"] = change.old_norm
    if change.old_place and change.old_place != fields.get("place"):
        fields["old_place"] = change.old_place
    return fields


def _values(change: ChangeOf) -> dict[str, Any]:
    """The values that a kind of change has in addition to words."""
    fields: dict[str, Any] = {}
    if words := change.detail.get("words"):
        fields["words"] = [[cut(old), cut(new)] for old, new in words][:200]
    if change.kind in {"deadline moved", "bearer changed"}:
        fields[settings.OF_CHANGE[change.kind]] = [change.detail.get("old"), change.detail.get("new")]
    return fields


def _parted(look: NewDocuments) -> tuple[list[Seen], list[Seen], list[tuple[Seen, list[Seen]]]]:
    """Fresh texts of unknown acts, next versions that are first in their language, and replacements of known texts."""
    unknown: list[Seen] = []
    alongside: list[Seen] = []
    replaced: list[tuple[Seen, list[Seen]]] = []
    for seen in look.fresh:
        before = [k for k in look.known if k.language == seen.language and _same(seen, k)]
        if seen.work and seen.work in look.works and look.is_next(seen):
            if look.newest(seen.work, seen.language) is None and seen.preferred and seen.current:
                alongside.append(seen)
        elif before:
            replaced.append((seen, before))
        elif (seen.work is None or seen.work not in look.works) and seen.preferred and seen.current:
            unknown.append(seen)
    return unknown, alongside, replaced


def _same(seen: Seen, known: Seen) -> bool:
    """Whether a fresh document replaced a known one, or is the same text without an act under the same name."""
    if known.source in (seen.source, seen.file):
        return seen.work == known.work or seen.work is None
    return seen.work is None and known.work is None and bool(seen.name) and seen.name == known.name


def _new(look: NewDocuments, documents: Iterable[Seen], *, tied: bool) -> Iterator[AlertEvent]:
    """The norms of texts as new ones; ``tied``: only those that no known text has in another language or version."""
    of = {norm: seen for seen in documents for norm in triggers.norms_of(look.register, seen.id)}
    identities = triggers.identities(look.register, of)
    groups: dict[str, list[str]] = defaultdict(list)
    for norm in of:
        groups[identities.get(norm, norm)].append(norm)
    members = triggers.members(look.register, groups) if tied else {}
    rows = look.norms(set(of))
    for identity, ids in groups.items():
        if any(norm not in of for norm, _, _ in members.get(identity, [])):
            continue
        yield _as_new(look, [(rows[norm], of[norm]) for norm in ids if norm in rows], identity)


def _as_new(look: NewDocuments, found: list[tuple[NormRow, Seen]], identity: str) -> AlertEvent:
    seen = found[0][1]
    act = seen.work or seen.name or seen.source
    texts = by_language((norm.language, text_of(norm, look.address)) for norm, _ in found)
    keys = [key("new", act, of.day, at(norm.place), letters_and_digits(norm.quote)) for norm, of in found]
    keys = [*dict.fromkeys(keys), key("new", act, seen.day, identity)]
    return AlertEvent(
        *("norm", frozenset({settings.NEW}), seen.work, seen.day, tuple(keys)),
        data={"texts": texts, "titles": look.title(seen.work) if seen.work else {}, "day": seen.day},
        norms=frozenset(norm.id for norm, _ in found),
    )


def _replaced(look: NewDocuments, seen: Seen, before: list[Seen]) -> Iterator[AlertEvent]:
    """What changed where a file or page replaced a known one."""
    here = [known for known in before if known.here and known.source in (seen.source, seen.file)]
    if here:
        yield from _changed_since(look, seen, here[-1])
        return
    # The words before are gone; what is left of them tells which are new.
    had = triggers.words_of(look.register, [known.id for known in before])
    rows = look.norms(set(triggers.norms_of(look.register, seen.id)))
    for norm in rows.values():
        if triggers.hash_words(norm.quote) not in had:
            yield _as_new(look, [(norm, seen)], norm.id)


def _changed_since(look: NewDocuments, seen: Seen, known: Seen) -> Iterator[AlertEvent]:
    """The differences between a replaced document that is still in the register and the one in its place, by norm."""
    differences = look.register.differences
    old, new = (differences.document(one) for one in (known.id, seen.id))
    groups: dict[str, list[ChangeOf]] = defaultdict(list)
    for change in differences.between(old, new).changes:
        groups[change.new_norm or change.old_norm or ""].append(_change_of(seen, change, old.document, new.document))
    rows = look.norms({n for group in groups.values() for c in group for n in (c.old_norm, c.new_norm) if n})
    for group in groups.values():
        yield _as_replaced(look, seen, group, rows)


def _change_of(seen: Seen, change: ChangeRow, old: str, new: str) -> ChangeOf:
    """A difference between two documents (full ids), as one of the replaced act's."""
    return ChangeOf(
        *(seen.work or seen.source, seen.language, old, new, change.identity, change.kind),
        *(change.old_norm, change.new_norm, change.old_place or "", change.new_place or ""),
        *(change.old_quote or "", change.new_quote or "", change.detail, seen.day),
    )


def _as_replaced(look: NewDocuments, seen: Seen, group: list[ChangeOf], rows: dict[str, NormRow]) -> AlertEvent:
    """The event for all changes of one norm."""
    text: dict[str, Any] = {}
    for change in group:
        text = _text(look, change, rows) | text | _values(change)
    return AlertEvent(
        *("norm", frozenset(settings.OF_CHANGE[c.kind] for c in group), seen.work, seen.day),
        (key("replaced", seen.work or seen.source, seen.language, seen.id, *_content(group[0])),),
        data={"texts": {seen.language: text}, "titles": look.title(seen.work) if seen.work else {}, "day": seen.day},
        norms=frozenset(n for c in group for n in (c.old_norm, c.new_norm) if n),
    )
