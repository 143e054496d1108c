"""Whether norms are "for us": what people confirmed counts first, then what is proposed for the profiles; and which of the two it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from dutybook.store.judgements.record_rows import reviewed
from dutybook.store.search.conditions import Condition, condition
from dutybook.store.sql import Sql, any_of, compose, marks

YES, CONFIRMED, PROPOSED, ASK, NO = "yes", "confirmed", "proposed", "ask", "no"
#: Labels by value. A norm that is for us has two of them: yes, and why that is so.
FOR_US = {
    YES: "confirmed or proposed",
    CONFIRMED: "confirmed",
    PROPOSED: "proposed, not confirmed",
    ASK: "to be asked",
    NO: "not for us",
}

_ASSESSED = reviewed(compose("r.applicability <> 'unassessed'"))
_CONFIRMED = reviewed(compose("r.applicability IN ('yes', 'partly')"))
_REFUSED = reviewed(compose("r.applicability = 'no'"))
_WITH_APPLIES = compose("SELECT p.norm FROM proposals p WHERE p.verdict = 'applies'")
_CONDITIONS: dict[str, Sql] = {
    CONFIRMED: compose("f.norm IN ({confirmed})", confirmed=_CONFIRMED),
    PROPOSED: compose(
        "(f.norm NOT IN ({assessed}) AND f.norm IN ({applies}))", assessed=_ASSESSED, applies=_WITH_APPLIES
    ),
    NO: compose(
        """(f.norm IN ({refused}) OR f.norm NOT IN ({assessed}) AND f.norm IN (SELECT p.norm FROM proposals p)
        AND f.norm NOT IN (SELECT p.norm FROM proposals p WHERE p.verdict <> 'no'))""",
        refused=_REFUSED,
        assessed=_ASSESSED,
    ),
}
_CONDITIONS[YES] = any_of([_CONDITIONS[CONFIRMED], _CONDITIONS[PROPOSED]])
_CONDITIONS[ASK] = compose("NOT ({yes} OR {no})", yes=_CONDITIONS[YES], no=_CONDITIONS[NO])

#: The verdicts of the proposals for a norm ``f``, and the names of the profiles that it applies to.
VERDICTS = compose("(SELECT group_concat(DISTINCT p.verdict) FROM proposals p WHERE p.norm = f.norm)")
NAMES = compose(
    """(SELECT group_concat(r.name, char(10)) FROM proposals p JOIN profiles r ON r.id = p.profile
    WHERE p.norm = f.norm AND p.verdict <> 'no' AND (p.verdict = 'applies' OR f.norm IN ({confirmed})))""",
    confirmed=_CONFIRMED,
)


def state_of(applicability: str | None, verdicts: Iterable[str]) -> str:
    """What a norm is for us, by what somebody said of it and by the verdicts of its proposals.

    >>> state_of("unassessed", ["no", "applies"]), state_of("no", ["applies"]), state_of(None, ["no", "ask"])
    ('proposed', 'no', 'ask')
    """
    if applicability in ("yes", "partly"):
        return CONFIRMED
    if applicability == "no":
        return NO
    made = set(verdicts)
    if "applies" in made:
        return PROPOSED
    return NO if made == {"no"} else ASK


def values_for_us(cells: tuple[str | None, ...], _today: date) -> Iterator[str]:
    """The values of the facet, from what somebody said and the verdicts."""
    applicability, verdicts = cells
    state = state_of(applicability, (verdicts or "").split(","))
    if state in (CONFIRMED, PROPOSED):
        yield YES
    yield state


def for_us(values: tuple[str, ...], _today: date) -> Condition:
    """The condition on norms that have one of these values."""
    return condition("{one}", one=any_of(_CONDITIONS[value] for value in values))


def values_of_profiles(cells: tuple[str | None, ...], _today: date) -> Iterator[str]:
    """The names of the profiles that a norm is for; none where somebody said that it is not."""
    applicability, names = cells
    if applicability != "no" and names:
        yield from sorted(names.split("\n"))


def of_profiles(values: tuple[str, ...], _today: date) -> Condition:
    """The condition on norms that are for one of these profiles, by name."""
    return condition(
        "f.norm IN (SELECT p.norm FROM proposals p JOIN profiles r ON r.id = p.profile WHERE r.name IN ({marks})"
        " AND p.verdict <> 'no' AND (p.verdict = 'applies' OR p.norm IN ({confirmed}))) AND f.norm NOT IN ({refused})",
        *values,
        marks=marks(len(values)),
        confirmed=_CONFIRMED,
        refused=_REFUSED,
    )
