"""What changed between two versions of a norm, and whether it became stricter; what a corrigendum puts right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from dutybook.records.dates import parse_day
from dutybook.resolve.identity.records import (
    Due,
    NormText,
    Pair,
    VersionText,
    akin,
    article,
    contains,
    letters_and_digits,
    neutral,
    similarity,
    word_diff,
    words,
)

_QUOTED = re.compile("[‘“„«\"'»”‚](?P<words>.+)[’”“»\"'«‘]", re.DOTALL)
#: A number at the beginning of a correction ("2. Page 66, …") counts corrections, it cites nothing.
_COUNTED = re.compile(r"^\s*(?:\(?\d{1,3}[.)]\s+|[–—-]\s*)")
# What was quoted begins with the number of its own paragraph, which is no part of a norm's words.
_NUMBER = re.compile(r"^\s*\(?(?:\d{1,3}[a-z]?|[a-z]{1,3})[.)]\s+")


@dataclass(frozen=True, slots=True)
class Correction:
    """Where (as written), the wrong words and the right ones; ``start`` and ``end`` where it stands in the corrigendum."""

    where: str
    wrong: str
    right: str
    start: int
    end: int


def corrections_in(text: str, language: str) -> list[Correction]:
    """The corrections of a corrigendum in reading order; empty where its language's formula is not known or not met.

    >>> found = corrections_in("Page 3, Article 9(1): for: ‘within 5 days’, read: ‘within 15 days’.", "en")
    >>> [(c.where, c.wrong, c.right) for c in found]
    [('Page 3, Article 9(1)', 'within 5 days', 'within 15 days')]
    """
    # Here and below, as in all that opening a register imports: who only reads needs none of the data.
    from dutybook.languages.relations import corrigenda

    return list(_each(text, language)) if language in corrigenda() else []


def _each(text: str, language: str) -> Iterator[Correction]:
    instead, read = _patterns(language)
    starts = list(instead.finditer(text))
    # What stands before the first one is the title; between two, the last correction ends where its quotation does.
    ended = 0
    for number, match in enumerate(starts):
        until = starts[number + 1].start() if number + 1 < len(starts) else len(text)
        turn = read.search(text, match.end(), until)
        if turn is None:
            continue
        wrong = _quoted(text[match.end() : turn.start()])
        rest = text[turn.end() : until]
        right, length = _first_quotation(rest)
        if not wrong or not right or letters_and_digits(wrong) == letters_and_digits(right):
            continue
        where = _COUNTED.sub("", text[ended : match.start()].rstrip(" \n:,").rpartition("\n")[2]).strip()
        ended = turn.end() + length
        yield Correction(where, wrong, right, match.start(), ended)


def _quoted(words: str) -> str:
    match = _QUOTED.search(words)
    return match["words"].strip() if match else words.strip(" \n,.;:")


def _first_quotation(words: str) -> tuple[str, int]:
    """The quotation that a text begins with, and where it ends: at the last closing mark before a line that cites a place."""
    match = re.match(r"\s*[‘“„«\"'»”‚](?P<words>.+?)[’”“»\"'«‘](?=\s*[.,;]?\s*(?:\n|$))", words, re.DOTALL)
    if match:
        return match["words"].strip(), match.end()
    line = words.strip().partition("\n")[0]
    match = _QUOTED.search(line)
    return (match["words"].strip() if match else line.strip(" .,;")), len(words) - len(words.lstrip()) + len(line)


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    from dutybook.languages.relations import corrigenda

    formula = corrigenda()[language]
    instead, read = (
        re.compile(rf"(?<!\w)(?:{'|'.join(map(_spaced, forms))})", re.IGNORECASE)
        for forms in (formula.instead, formula.read)
    )
    return instead, read


def _spaced(form: str) -> str:
    return re.escape(form.rstrip(":")).replace(r"\ ", r"\s+") + r"\s*:"


def unnumbered(words: str) -> str:
    """Quoted words without the number of the paragraph that they begin with.

    >>> unnumbered("3. Providers shall wait.")
    'Providers shall wait.'
    """
    return _NUMBER.sub("", words)


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


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one norm; ``old`` is None for an added one, ``new`` for a repealed one, either for one reworded from or into words
    that were not read as a norm.

    ``detail`` holds ``old`` and ``new`` values of what the kind is about, ``why`` a change tightens or relaxes, and the ``words`` that differ as
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
        texts = (unread, norm.quote) if came else (norm.quote, unread)
        marks = [[p.old, p.new] for p in word_diff(*texts)]
        yield Change(ChangeKind.REWORDED, old, new, {"old": texts[0], "new": texts[1], "words": marks})
        return
    key = "new" if came else "old"
    yield Change(ChangeKind.ADDED if came else ChangeKind.REPEALED, old, new, {key: norm.quote})
    if way := judge_lone_norm(norm):
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
    known = [letters_and_digits(n.wording) for n in other.norms if n.cited_as == norm.cited_as]
    wanted = letters_and_digits(best)
    return "" if any(wanted in text or text in wanted for text in known) else " ".join(best.split())


def between(old: NormText, new: NormText, whole_old: VersionText, whole_new: VersionText) -> Iterator[Change]:
    """The changes of one norm that both versions have."""
    same = _same_words(old, new, whole_old, whole_new)
    if same and letters_and_digits(old.quote) != letters_and_digits(new.quote):
        # Other cuts of the same text: its point in one reading, its whole list in the other.
        return
    if old.cited_as != new.cited_as and not _same_number(old, new, whole_old, whole_new):
        yield Change(ChangeKind.RENUMBERED, old, new, {"old": old.place, "new": new.place})
    if same:
        return
    marks = {"words": [[p.old, p.new] for p in word_diff(old.wording, new.wording)]}
    explained = False
    tighter, looser = compare_strictness(old, new, max(whole_old.since, whole_new.since))
    for kind, why in ((ChangeKind.TIGHTENED, tighter), (ChangeKind.RELAXED, looser)):
        if why:
            explained = True
            yield Change(kind, old, new, {"old": old.quote, "new": new.quote, "why": why, **marks})
    if moved := find_moved_dues(old, new):
        explained = True
        detail = {"old": [_time(a) for a, _ in moved], "new": [_time(b) for _, b in moved]}
        yield Change(ChangeKind.DEADLINE_MOVED, old, new, {**detail, **marks})
    if _other_bearer(old, new):
        explained = True
        yield Change(ChangeKind.BEARER_CHANGED, old, new, {"old": old.bearer, "new": new.bearer, **marks})
    if not explained:
        yield Change(ChangeKind.REWORDED, old, new, {"old": old.quote, "new": new.quote, **marks})


#: Two numbers alone are never the beginning of a longer text before a norm.
_LONGER = 10


def _same_number(old: NormText, new: NormText, whole_old: VersionText, whole_new: VersionText) -> bool:
    """Whether both texts write the same number, which only one of the readings took for one ("2 bis.", alone on a line)."""
    if neutral(old.cited_as) == neutral(new.cited_as):
        return True
    if article(neutral(old.place)) != article(neutral(new.place)):
        return False
    before, after = letters_and_digits(old.lead), letters_and_digits(new.lead)
    short, long = sorted((before, after), key=len)
    if not short or len(long) < len(short) + _LONGER or not long.endswith(short):
        return False
    own, whole = (old, whole_new) if short == before else (new, whole_old)
    return letters_and_digits(own.lead + own.quote) in whole.letters


def _same_words(old: NormText, new: NormText, whole_old: VersionText, whole_new: VersionText) -> bool:
    """Whether both texts have the words of both: then only the reading cut them otherwise."""
    if letters_and_digits(old.wording) == letters_and_digits(new.wording):
        return True
    parts = [(p, whole_new, new.place) for p in (old.body, old.stem) if p]
    parts += [(p, whole_old, old.place) for p in (new.body, new.stem) if p]
    return all(whole.says(part, place) for part, whole, place in parts)


def _other_bearer(old: NormText, new: NormText) -> bool:
    """Whether somebody else must act, or somebody more or less: a telling word of the one bearer that the other text has in no form."""
    if not old.bearer or not new.bearer:
        return False
    return _strange(old.bearer, new.bearer, new.wording) or _strange(new.bearer, old.bearer, old.wording)


def _strange(bearer: str, other: str, text: str) -> bool:
    """Whether a word of ``bearer`` is new: neither in the other bearer nor in the other text, whatever its ending."""
    return any(
        not any(akin(word, known) for known in (*words(other), *words(text)))
        for word in words(bearer)
        if len(word) > _SMALL
    )


def _time(due: Due) -> dict[str, str] | None:
    return {"quote": due.quote, "kind": due.kind, "value": due.value} if due.kind else None


_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:(\d+)BD)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
#: Days that a unit is taken to have where two periods are compared: mean Gregorian months, five working days a week.
_DAYS = (365.2425, 30.436875, 7.0, 1.0, 1.4, 1 / 24, 1 / 1440)
_MOST = 0.6
_LEVEL = {"exemption": 0, "permission": 1, "obligation": 2, "prohibition": 2}


def compare_strictness(old: NormText, new: NormText, since: str = "") -> tuple[list[str], list[str]]:
    """Why a norm is tighter than it was, and why it is looser; words for people, both empty where it is neither.

    A day that had passed when the later version began (``since``, ISO) was no more time to act: a day in its place is neither.
    """
    tighter: list[str] = []
    looser: list[str] = []
    for change, says in (
        (_modality(old, new), f"{_named(old)} → {_named(new)}"),
        (_parts(old, new, "condition"), _part(old, new, "condition")),
        (_parts(old, new, "exception"), _part(old, new, "exception")),
        (_amounts(old, new), f"penalty {', '.join(old.amounts)} → {', '.join(new.amounts)}"),
        *(
            (_due(a, b, old, new, since), f"{a.quote or 'no time'} → {b.quote or 'no time'}")
            for a, b in find_moved_dues(old, new)
        ),
    ):
        if change:
            (tighter if change > 0 else looser).append(says)
    return tighter, looser


def judge_lone_norm(norm: NormText) -> int:
    """What the coming of a norm does besides being one more: -1, things got looser, for what allows or exempts."""
    if norm.binds or norm.bearer_class == "authority":
        return 0
    return -1 if norm.modality == "exemption" or norm.bearer else 0


def find_moved_dues(old: NormText, new: NormText) -> list[tuple[Due, Due]]:
    """Deadlines that changed, old and new; an empty one stands for none. Vague ones ("in due time") are words only."""
    before, after = ([d for d in norm.dues if d.kind != "vague"] for norm in (old, new))
    for due in list(before):
        same = next((d for d in after if _same(d, due)), None)
        if same is not None:
            before.remove(due)
            after.remove(same)
    # What a reading missed or found in words that both texts have is no change.
    before = [d for d in before if not contains(new.wording, d.quote)]
    after = [d for d in after if not contains(old.wording, d.quote)]
    pairs = [*_take_pairs(before, after, lambda d: (d.kind, d.direction)), *_take_pairs(before, after, _sort)]
    if len(before) == len(after) == 1:
        return [*pairs, (before[0], after[0])]
    return [*pairs, *((d, NOTHING) for d in before), *((NOTHING, d) for d in after)]


def _take_pairs(before: list[Due], after: list[Due], key: Callable[[Due], object]) -> list[tuple[Due, Due]]:
    """Take the deadlines out of both lists that are the only ones there with one key, and pair them."""
    pairs: list[tuple[Due, Due]] = []
    for due in list(before):
        like = [d for d in after if key(d) == key(due)]
        if len(like) == 1 and [key(d) for d in before].count(key(due)) == 1:
            pairs.append((due, like[0]))
            before.remove(due)
            after.remove(like[0])
    return pairs


#: No deadline.
NOTHING = Due("", "", "", "")


def _same(one: Due, other: Due) -> bool:
    if one.value or other.value:
        return (one.kind, one.value, one.direction) == (other.kind, other.value, other.direction)
    return one.kind == other.kind or letters_and_digits(one.quote) == letters_and_digits(other.quote)


def _sort(due: Due) -> str:
    """Deadlines that can take each other's place: times to act, notice before an event, durations, intervals."""
    if due.kind in {"duration", "recurring"}:
        return due.kind
    return "notice" if due.kind == "period" and due.direction == "before" else "time"


def _modality(old: NormText, new: NormText) -> int:
    level = _LEVEL[new.modality] - _LEVEL[old.modality]
    if level or not (old.binds and new.binds):
        return level
    return (new.strength == "must") - (old.strength == "must")


def _named(norm: NormText) -> str:
    return f"{norm.modality} ({norm.strength})" if norm.binds and norm.strength != "must" else norm.modality


def _parts(old: NormText, new: NormText, part: str) -> int:
    """More (1) or less (-1) is asked because a condition or exception went or came; other words for one are neither."""
    if _LEVEL[old.modality] != _LEVEL[new.modality]:
        return 0
    before, after = getattr(old, part), getattr(new, part)
    if bool(before) == bool(after) or _in(new.wording, before) or _in(old.wording, after):
        return 0
    return (1 if before else -1) * (1 if new.binds else -1)


def _in(text: str, part: str) -> bool:
    """Whether a text says most of a part's words too: then it was read in one and not in the other."""
    wanted, there = words(part), set(words(text))
    return bool(wanted) and sum(w in there for w in wanted) >= _MOST * len(wanted)


def _part(old: NormText, new: NormText, part: str) -> str:
    gone, came = getattr(old, part), getattr(new, part)
    return f"{part} removed: {gone}" if gone else f"{part} added: {came}"


def _amounts(old: NormText, new: NormText) -> int:
    before, after = (dict(_unit(a) for a in n.amounts) for n in (old, new))
    ways = {(after[u] > before[u]) - (after[u] < before[u]) for u in before.keys() & after.keys()} - {0}
    return ways.pop() if len(ways) == 1 else 0


def _unit(amount: str) -> tuple[str, float]:
    value, _, unit = amount.partition(" ")
    return unit, float(value)


def _due(old: Due, new: Due, before: NormText, after: NormText, since: str) -> int:
    """More (1) or less (-1) is asked because a deadline came, went or moved."""
    if not (before.binds and after.binds):
        return 0
    if not old.kind or not new.kind:
        return -_weigh_lone_due(before, old) if old.kind else _weigh_lone_due(after, new)
    if _sort(old) != _sort(new):
        return 0
    if parse_day(old.value) and min(old.value, new.value) < since:
        return 0
    longer = _longer(old, new)
    if _sort(new) == "duration":
        return longer
    # Until or from when something is forbidden, and what nobody in particular must do, is reported as a date alone.
    if "prohibition" in {before.modality, after.modality} or not (before.bearer and after.bearer):
        return 0
    return longer if _sort(new) == "notice" else -longer


def _weigh_lone_due(norm: NormText, due: Due) -> int:
    """How much more (1 or 0) is asked because a norm has a deadline that its other version lacks.

    A day may be the first one ("from 1 May") or the last one: its coming says nothing of less or more time. What comes
    next to another time ("promptly and within two days") says little.
    """
    alone = not any(d.kind in {"period", "immediate", "fixed"} for d in norm.dues if d != due)
    return int(alone and due.kind in {"period", "immediate"})


def _longer(old: Due, new: Due) -> int:
    if "immediate" in {old.kind, new.kind}:
        return (old.kind == "immediate") - (new.kind == "immediate")
    days = [parse_day(d.value) for d in (old, new)]
    if None not in days:
        return (days[1] > days[0]) - (days[1] < days[0])  # type: ignore[operator]
    spans = [days_of(d.value) for d in (old, new)]
    if spans[0] is None or spans[1] is None:
        return 0
    return (spans[1] > spans[0]) - (spans[1] < spans[0])


def days_of(value: str) -> float | None:
    """About how many days an ISO 8601 period has, None for what is none.

    >>> days_of("P2W"), days_of("PT12H"), days_of("2031-01-01")
    (14.0, 0.5, None)
    """
    match = _PERIOD.fullmatch(value.split("/")[-1])
    if not match or not any(match.groups()):
        return None
    return sum(int(number) * unit for number, unit in zip(match.groups(), _DAYS, strict=True) if number)
