"""What changed between two versions of a work in one language.

Only other words are a change. A norm that was read differently in the same words, or that was not seen in them, is none; nor is
what only the layout tells apart. A norm has one row of each kind at most; it is ``reworded`` only where nothing more telling
is known of its other words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from dutybook.resolve.identity import strictness
from dutybook.resolve.identity.records import Due, NormText, Pair, VersionText, article, neutral
from dutybook.resolve.identity.wording import akin, letters, similarity, word_diff, words

#: Articles, "of", "and" have no more letters in most languages; they tell nobody from anybody.
_SMALL = 3


class ChangeKind(StrEnum):
    ADDED = "added"
    REPEALED = "repealed"
    TIGHTENED = "tightened"
    RELAXED = "relaxed"
    DEADLINE_MOVED = "deadline moved"
    BEARER_CHANGED = "bearer changed"
    REWORDED = "reworded"
    RENUMBERED = "renumbered"
    CORRECTED = "corrected"

    @property
    def mirrored(self) -> ChangeKind:
        """The same change, looked at from the other version."""
        return _MIRROR.get(self, self)


_MIRROR = {
    ChangeKind.ADDED: ChangeKind.REPEALED,
    ChangeKind.REPEALED: ChangeKind.ADDED,
    ChangeKind.TIGHTENED: ChangeKind.RELAXED,
    ChangeKind.RELAXED: ChangeKind.TIGHTENED,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one norm; ``old`` is None for an added one, ``new`` for a repealed one, either for one reworded from or into words
    that were not read as a norm.

    ``detail`` holds ``old`` and ``new`` values of what the kind is about, ``why`` a direction is told, and the ``words`` that differ as
    pairs of old and new (``["5", "10"]``, equal where both have them).
    """

    kind: ChangeKind
    old: NormText | None
    new: NormText | None
    detail: dict[str, object] = field(default_factory=dict)


def changes(old: VersionText, new: VersionText, pairs: Iterable[Pair]) -> list[Change]:
    """All changes, in the order of the new version; repealed norms stand before what follows them in the old one."""
    by_old = {p.old: p for p in pairs}
    by_new = {p.new: p for p in by_old.values()}
    before = {n.id: n for n in old.norms}
    found: list[tuple[float, Change]] = []
    positions = {n.id: float(k) for k, n in enumerate(new.norms)}
    for norm in new.norms:
        at = positions[norm.id]
        pair = by_new.get(norm.id)
        if pair is not None:
            found += [(at, change) for change in between(before[pair.old], norm, old, new)]
        elif not old.says(norm.quote, norm.place, max(new.times(norm.quote), 1)):
            found += [(at, change) for change in _alone(norm, old, came=True)]
    at = -1.0
    for norm in old.norms:
        pair = by_old.get(norm.id)
        if pair is not None:
            at = positions[pair.new]
        elif not new.says(norm.quote, norm.place, max(old.times(norm.quote), 1)):
            found += [(at + 0.5, change) for change in _alone(norm, new, came=False)]
    return [change for _, change in sorted(found, key=lambda f: f[0])]


def _alone(norm: NormText, other: VersionText, *, came: bool) -> Iterator[Change]:
    """A norm that one version has and the other has not, or has in words that were read as none."""
    old, new = (None, norm) if came else (norm, None)
    if unread := _unread(norm, other):
        said = (unread, norm.quote) if came else (norm.quote, unread)
        marks = [[p.old, p.new] for p in word_diff(*said)]
        yield Change(ChangeKind.REWORDED, old, new, {"old": said[0], "new": said[1], "words": marks})
        return
    key = "new" if came else "old"
    yield Change(ChangeKind.ADDED if came else ChangeKind.REPEALED, old, new, {key: norm.quote})
    if way := strictness.alone(norm):
        kind = ChangeKind.TIGHTENED if (way > 0) is came else ChangeKind.RELAXED
        why = f"{norm.modality} {'added' if came else 'removed'}"
        yield Change(kind, old, new, {key: norm.modality, "why": [why]})


_SENTENCES = re.compile(r"(?<=[.;:])\s+")
#: How alike a sentence at the same place must be to be the norm in other words.
_ALIKE = 0.45


def _unread(norm: NormText, other: VersionText) -> str:
    """The sentence at the same place that says nearly the same and is no norm there; empty where there is none."""
    place = other.places.get(norm.cited_as, "")
    best = max(_SENTENCES.split(place), key=lambda sentence: (similarity(sentence, norm.quote), sentence), default="")
    if similarity(best, norm.quote) < _ALIKE:
        return ""
    known = [letters(n.said) for n in other.norms if n.cited_as == norm.cited_as]
    wanted = letters(best)
    return "" if any(wanted in said or said in wanted for said in known) else " ".join(best.split())


def between(old: NormText, new: NormText, whole_old: VersionText, whole_new: VersionText) -> Iterator[Change]:
    """The changes of one norm that both versions have."""
    same = _same_words(old, new, whole_old, whole_new)
    if same and letters(old.quote) != letters(new.quote):
        # Other cuts of the same text: its point in one reading, its whole list in the other.
        return
    if old.cited_as != new.cited_as and not _same_number(old, new, whole_old, whole_new):
        yield Change(ChangeKind.RENUMBERED, old, new, {"old": old.place, "new": new.place})
    if same:
        return
    marks = {"words": [[p.old, p.new] for p in word_diff(old.said, new.said)]}
    told = False
    tighter, looser = strictness.direction(old, new, max(whole_old.since, whole_new.since))
    for kind, why in ((ChangeKind.TIGHTENED, tighter), (ChangeKind.RELAXED, looser)):
        if why:
            told = True
            yield Change(kind, old, new, {"old": old.quote, "new": new.quote, "why": why, **marks})
    if moved := strictness.moved(old, new):
        told = True
        detail = {"old": [_time(a) for a, _ in moved], "new": [_time(b) for _, b in moved]}
        yield Change(ChangeKind.DEADLINE_MOVED, old, new, {**detail, **marks})
    if _other_bearer(old, new):
        told = True
        yield Change(ChangeKind.BEARER_CHANGED, old, new, {"old": old.bearer, "new": new.bearer, **marks})
    if not told:
        yield Change(ChangeKind.REWORDED, old, new, {"old": old.quote, "new": new.quote, **marks})


#: Two numbers alone are never the beginning of a longer text before a norm.
_LONGER = 10


def _same_number(old: NormText, new: NormText, whole_old: VersionText, whole_new: VersionText) -> bool:
    """Whether both texts write the same number, which only one of the readings took for one ("2 bis.", alone on a line)."""
    if neutral(old.cited_as) == neutral(new.cited_as):
        return True
    if article(neutral(old.place)) != article(neutral(new.place)):
        return False
    before, after = letters(old.lead), letters(new.lead)
    short, long = sorted((before, after), key=len)
    if not short or len(long) < len(short) + _LONGER or not long.endswith(short):
        return False
    own, whole = (old, whole_new) if short == before else (new, whole_old)
    return letters(own.lead + own.quote) in whole.letters


def _same_words(old: NormText, new: NormText, whole_old: VersionText, whole_new: VersionText) -> bool:
    """Whether both texts have the words of both: then only the reading cut them otherwise."""
    if letters(old.said) == letters(new.said):
        return True
    parts = [(p, whole_new, new.place) for p in (old.body, old.stem) if p]
    parts += [(p, whole_old, old.place) for p in (new.body, new.stem) if p]
    return all(whole.says(part, place) for part, whole, place in parts)


def _other_bearer(old: NormText, new: NormText) -> bool:
    """Whether somebody else must act, or somebody more or less: a telling word of the one bearer that the other text has in no form."""
    if not old.bearer or not new.bearer:
        return False
    return _strange(old.bearer, new.bearer, new.said) or _strange(new.bearer, old.bearer, old.said)


def _strange(bearer: str, other: str, said: str) -> bool:
    """Whether a word of ``bearer`` is new: neither in the other bearer nor in the other text, whatever its ending."""
    return any(
        not any(akin(word, known) for known in (*words(other), *words(said)))
        for word in words(bearer)
        if len(word) > _SMALL
    )


def _time(due: Due) -> dict[str, str] | None:
    return {"quote": due.quote, "kind": due.kind, "value": due.value} if due.kind else None
