"""Whether a changed norm asks for more or for less. Each line is read both ways: what tightens one way relaxes the other.

=====================================  =============================================================================
what changed                           tightened
=====================================  =============================================================================
modality                               exemption → permission → obligation or prohibition, and exemption → either
strength                               should → must, of what binds
time to act, of a duty with a bearer    a shorter period, an earlier day, sooner than a period ("immediately")
notice before an event                 a longer period
how long something lasts               a longer duration of what is ordered or forbidden (records are kept longer)
how often                              a shorter interval
time to act added, of what binds       a period, or “immediately”, where there was none
condition or exception                 one less on what binds; one more on what is allowed or exempt
penalty                                a higher ceiling
added and repealed                     an exemption, or a permission that names who has it, of others than authorities goes
                                       (its coming relaxes)
=====================================  =============================================================================

An order that becomes a ban is neither, nor is a new deadline beside the old ones. Both directions at once are told
as both.
"""

from __future__ import annotations

import re
from datetime import date

from dutybook.resolve.identity.records import Due, NormText
from dutybook.resolve.identity.wording import contains, letters, words

_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:(\d+)BD)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
#: Days that a unit is taken to have where two periods are compared: mean Gregorian months, five working days a week.
_DAYS = (365.2425, 30.436875, 7.0, 1.0, 1.4, 1 / 24, 1 / 1440)
_MOST = 0.6
_LEVEL = {"exemption": 0, "permission": 1, "obligation": 2, "prohibition": 2}


def direction(old: NormText, new: NormText, since: str = "") -> tuple[list[str], list[str]]:
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
            for a, b in moved(old, new)
        ),
    ):
        if change:
            (tighter if change > 0 else looser).append(says)
    return tighter, looser


def alone(norm: NormText) -> int:
    """What the coming of a norm does besides being one more: -1, things got looser, for what allows or exempts."""
    if norm.binds or norm.bearer_class == "authority":
        return 0
    return -1 if norm.modality == "exemption" or norm.bearer else 0


def moved(old: NormText, new: NormText) -> list[tuple[Due, Due]]:
    """Deadlines that changed, old and new; an empty one stands for none. Vague ones ("in due time") are words only."""
    before = [d for d in old.dues if d.kind != "vague"]
    after = [d for d in new.dues if d.kind != "vague"]
    for due in list(before):
        same = next((d for d in after if _same(d, due)), None)
        if same is not None:
            before.remove(due)
            after.remove(same)
    # What a reading missed or found in words that both texts have is no change.
    before = [d for d in before if not contains(new.said, d.quote)]
    after = [d for d in after if not contains(old.said, d.quote)]
    pairs: list[tuple[Due, Due]] = []
    for key in (lambda d: (d.kind, d.direction), _sort):
        for due in list(before):
            like = [d for d in after if key(d) == key(due)]
            if len(like) == 1 and [key(d) for d in before].count(key(due)) == 1:
                pairs.append((due, like[0]))
                before.remove(due)
                after.remove(like[0])
    if len(before) == len(after) == 1:
        return [*pairs, (before[0], after[0])]
    return [*pairs, *((d, NOTHING) for d in before), *((NOTHING, d) for d in after)]


#: No deadline.
NOTHING = Due("", "", "", "")


def _same(one: Due, other: Due) -> bool:
    if one.value or other.value:
        return (one.kind, one.value, one.direction) == (other.kind, other.value, other.direction)
    return one.kind == other.kind or letters(one.quote) == letters(other.quote)


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
    if bool(before) == bool(after) or _in(new.said, before) or _in(old.said, after):
        return 0
    return (1 if before else -1) * (1 if new.binds else -1)


def _in(said: str, part: str) -> bool:
    """Whether a text says most of a part's words too: then it was read in one and not in the other."""
    wanted, there = words(part), set(words(said))
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
    if not (before.binds and after.binds):
        return 0
    if not old.kind or not new.kind:
        norm, due = (before, old) if old.kind else (after, new)
        # A day may be the first one ("from 1 May") or the last one: its coming says nothing of less or more time. What
        # comes beside another time ("promptly and within two days") says little.
        alone = not any(d.kind in {"period", "immediate", "fixed"} for d in norm.dues if d != due)
        return (1 if new.kind else -1) if alone and due.kind in {"period", "immediate"} else 0
    if _sort(old) != _sort(new):
        return 0
    if _day(old.value) and min(old.value, new.value) < since:
        return 0
    longer = _longer(old, new)
    if _sort(new) == "duration":
        return longer
    # Until or from when something is forbidden, and what nobody in particular must do, is told as a date alone.
    if "prohibition" in {before.modality, after.modality} or not (before.bearer and after.bearer):
        return 0
    return longer if _sort(new) == "notice" else -longer


def _longer(old: Due, new: Due) -> int:
    if "immediate" in {old.kind, new.kind}:
        return (old.kind == "immediate") - (new.kind == "immediate")
    days = [_day(d.value) for d in (old, new)]
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


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
