"""From when, and until when, each norm of an act applies: its facts resolved to provisions. Pure functions.

A norm takes the date that the act states for the smallest provision around it; else the day from which the act applies; else the
day on which it enters into force. Where a date may concern a norm but does not say so clearly, the norm has none, and says why.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dutybook.document_view import DocumentView
from dutybook.languages.patterns import anywhere
from dutybook.records import ApplicationTime, Fact, FactType, Family, Norm, Provision, ProvisionKind, Reach, Zone
from dutybook.resolve.act_dates import ONCE, facts_of_act, without_open

_DIVISION = re.compile(
    r"(Book|Part|Title|Chapter|Section|Subsection) ([IVXLC]+|[A-Z]|\d+[a-z]?)(?:-([IVXLC]+|[A-Z]|\d+[a-z]?))?"
)
_RANGE = re.compile(r"(?P<before>.*?[\s(.]|)(?P<low>\w+)-(?P<high>\w+)(?P<after>\)?)")
_LAST = re.compile(r"(?:\([^()]*\)?| [^ ()]*|[^ ()]+)$")
_SILENT = frozenset({Zone.CONTENTS, Zone.PREAMBLE, Zone.RECITAL, Zone.TITLE, Zone.FOOTNOTE, Zone.SIGNATURE})


class Places:
    """The provisions of one document by their places; new text for other acts is none of them."""

    def __init__(self, provisions: Sequence[Provision]) -> None:
        own = [p for p in provisions if p.zone not in _SILENT and "“" not in p.place]
        self._all = own
        self._known = {p.id: p for p in provisions}
        self._by_place: dict[str, list[int]] = {}
        for number, provision in enumerate(own):
            self._by_place.setdefault(provision.place, []).append(number)

    def find(self, place: str) -> tuple[Provision, ...] | None:
        """The provisions that ``place`` names, None where the document has none or several could be meant."""
        if _DIVISION.match(place):
            return self._division(place)
        exact = self._one(place)
        if exact is not None:
            return (self._all[exact],)
        match = _RANGE.fullmatch(place)
        if match is None:
            return None
        low = self._one(match["before"] + match["low"] + match["after"])
        high = self._one(match["before"] + match["high"] + match["after"])
        return self._between(low, high)

    def within(self, place: str) -> tuple[Provision, ...]:
        """The smallest known provision around a place that is not found itself; empty where nothing of it is known."""
        while place:
            found = self._one(place)
            if found is not None:
                return (self._all[found],)
            place = _LAST.sub("", place)
        return ()

    def kind(self, identity: str) -> ProvisionKind:
        """What a provision is."""
        return self._known[identity].kind

    def place(self, identity: str) -> str:
        """What a provision is called."""
        return self._known[identity].place

    def chain(self, identity: str) -> list[str]:
        """The ids of a provision and of those around it, innermost first."""
        found: list[str] = []
        at = self._known.get(identity)
        while at is not None and at.id not in found:
            found.append(at.id)
            at = self._known.get(at.parent or "")
        return found

    def _one(self, place: str) -> int | None:
        found = self._by_place.get(place, [])
        return found[0] if len(found) == 1 else None

    def _between(self, low: int | None, high: int | None) -> tuple[Provision, ...] | None:
        """All provisions of the same kind from one to another, in the document's order."""
        if low is None or high is None or low > high:
            return None
        first, last = self._all[low], self._all[high]
        same_parent = first.parent == last.parent
        if first.kind is not last.kind or not (same_parent or first.kind is ProvisionKind.ARTICLE):
            return None
        return tuple(
            p
            for p in self._all[low : high + 1]
            if p.kind is first.kind and (p.parent == first.parent or first.kind is ProvisionKind.ARTICLE)
        )

    def _division(self, place: str) -> tuple[Provision, ...] | None:
        """A chapter, or a section inside one: the path is followed from the outside."""
        inside: tuple[Provision, ...] | None = None
        at = 0
        while at < len(place):
            match = _DIVISION.match(place, at)
            if match is None:
                return None
            inside = self._step(inside, match)
            if inside is None:
                return None
            at = match.end() + 1
        return inside

    def _step(self, inside: tuple[Provision, ...] | None, match: re.Match[str]) -> tuple[Provision, ...] | None:
        if inside is not None and len(inside) != 1:
            return None
        around = inside[0].id if inside else None
        low = self._numbered(match[1], match[2], around)
        if match[3] is None:
            return (self._all[low],) if low is not None else None
        return self._between(low, self._numbered(match[1], match[3], around))

    def _numbered(self, label: str, number: str, around: str | None) -> int | None:
        wanted = f"{label} {number}"
        found = [
            index
            for index in self._by_place.get(wanted, [])
            if around is None or around in self.chain(self._all[index].id)[1:]
        ]
        return found[0] if len(found) == 1 else None


_BEGINS = frozenset({FactType.APPLICATION, FactType.ENTRY_INTO_FORCE})
# The number of an article or paragraph that was inserted between two others ("Art 25a", "Art 4(1a)").
_BETWEEN = re.compile(
    r"^(?:Art|§) \d+(?:[a-z]| ?(?:bis|ter|quater|quinquies)\b)|^(?:Art|§) [^(]*\(\d+[a-z]\)|Abs\. \d+[a-z]\b"
)


@dataclass(frozen=True, slots=True)
class ActDates:
    """The facts that say when the act as a whole enters into force, applies, and ends; each None where nothing clear does."""

    entry_into_force: Fact | None = None
    application: Fact | None = None
    expiry: Fact | None = None
    transposition: Fact | None = None
    why: str = ""
    """Why there is no day of application although facts speak of one."""

    @property
    def begins(self) -> Fact | None:
        """The fact from which on the act binds."""
        return self.application or self.entry_into_force


_Dating = tuple[date | None, Fact | None, list[str]]
"""A day, the fact that names it, and why it is that day or none."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """A fact and the provisions that it is about."""

    fact: Fact
    inside: frozenset[str]
    outside: frozenset[str]
    doubtful: frozenset[str]
    """Provisions that it may be about."""


def act_dates(facts: Sequence[Fact]) -> ActDates:
    """The dates of the act itself: facts about all of it."""
    found: dict[FactType, Fact | None] = {}
    why = ""
    for kind in ONCE:
        whole = facts_of_act(facts, kind)
        days = {f.due for f in whole}
        found[kind] = whole[0] if len(days) == 1 and whole[0].due else None
        if len(days) > 1 and kind in _BEGINS and not why:
            why = f"the act names more than one day of {name_fact_type(kind)}: " + "; ".join(
                describe_fact(f) for f in whole[:_MOST_NAMED]
            )
    return ActDates(
        found[FactType.ENTRY_INTO_FORCE],
        found[FactType.APPLICATION],
        found[FactType.EXPIRY],
        found[FactType.TRANSPOSITION],
        why,
    )


def apply_dates(
    view: DocumentView,
    norms: Sequence[Norm],
    facts: Sequence[Fact],
    *,
    directive: bool = False,
    version: str | None = None,
) -> tuple[Norm, ...]:
    """The norms with the days from which and until which they apply.

    Args:
        view: the document; news speak of other acts' dates: there, only a date in the norm's own sentence counts.
        norms: of the document.
        facts: its facts, resolved.
        directive: the act binds through national law: without a day of application of its own it has none.
        version: the date of a consolidated text, later than the act's own; None for the act as published.
    """
    if view.family is Family.NEWS:
        return tuple(_reported(norm, facts) for norm in norms)
    timeline = _Timeline(view, facts, directive=directive, version=version)
    return tuple(timeline.dated(norm) for norm in norms)


def _reported(norm: Norm, facts: Sequence[Fact]) -> Norm:
    own = [f for f in facts if f.type is FactType.APPLICATION and f.due and norm.span.contains(f.span)]
    if len({f.due for f in own}) != 1:
        return norm
    return replace(norm, applies_from=own[0].due, applies_by=(own[0].id,), applies_why=("the norm's own words say so",))


class _Timeline:
    def __init__(self, view: DocumentView, facts: Sequence[Fact], *, directive: bool, version: str | None) -> None:
        self._view = view
        self._directive = directive
        self._version = version
        self._places = Places(view.provisions)
        self._act = act_dates(facts)
        self._claims = [self._claim(f) for f in facts if f.type in _BEGINS and f.reach is not Reach.OTHER]
        self._ends = [self._claim(f) for f in facts if f.type is FactType.EXPIRY and f.reach is not Reach.OTHER]
        whole = [f for f in facts if f.type in _BEGINS and f.reach is Reach.WHOLE and not f.scope]
        # The articles in which the act's own dates stand.
        self._general = {article for f in whole if (article := self._article(f.provision))}

    # facts to provisions

    def _claim(self, fact: Fact) -> _Claim:
        inside, doubtful = self._provisions(fact.scope)
        outside, unknown = self._provisions(fact.outside)
        if fact.reach is not Reach.WHOLE:
            inside, doubtful = frozenset(), doubtful | inside
        # What is left out cannot be separated from what is in: all of it is in doubt.
        if unknown:
            doubtful |= unknown
        return _Claim(fact, inside, outside, doubtful)

    def _provisions(self, places: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
        inside: set[str] = set()
        doubtful: set[str] = set()
        for place in places:
            found = self._places.find(place)
            if found is not None:
                inside.update(p.id for p in found)
            else:
                doubtful.update(p.id for p in self._places.within(place))
        return frozenset(inside), frozenset(doubtful)

    def _article(self, provision: str) -> str | None:
        chain = self._places.chain(provision)
        return next((i for i in chain if self._places.kind(i) is ProvisionKind.ARTICLE), chain[-1] if chain else None)

    # norms

    def dated(self, norm: Norm) -> Norm:
        chain = self._places.chain(norm.provision)
        begins, by, why = self._from(chain)
        until, ended_by, until_why = self._until(norm, chain)
        facts = (*((by.id,) if by else ()), *((ended_by.id,) if ended_by else ()))
        return replace(
            norm,
            applies_from=begins,
            applies_until=until,
            applies_by=facts,
            applies_why=tuple([*why, *until_why][:_MOST_NAMED]),
            times=self._times(chain, by, until),
        )

    def _times(self, chain: Sequence[str], by: Fact | None, until: date | None) -> tuple[ApplicationTime, ...]:
        """All times that a norm may apply from; none where one day holds for all cases, or nothing is said.

        First comes what holds where no other time does: the day of the norm, or else that of the act.
        """
        limited = self._find_limited(chain)
        if by is not None:
            first, others = [by], [f for f in limited if f.reach is not Reach.WHOLE]
        else:
            first, others = self._find_possible(chain, limited)
        facts = dict.fromkeys([*first, *others])
        made = tuple(ApplicationTime(f.due, until, "" if f in first else _limits_of(f), f.id) for f in facts)
        several = len({(t.begins, t.about) for t in made}) > 1
        return made if several or by is None else ()

    def _find_limited(self, chain: Sequence[str]) -> list[Fact]:
        """The dates of the provisions around a norm, and those from which the act applies in some cases."""
        around = set(chain)
        near = [c.fact for c in self._claims if around & (c.inside | c.doubtful) and not c.outside & around]
        unscoped = [c.fact for c in self._claims if not c.fact.scope]
        return near + [f for f in unscoped if f.reach is Reach.SOME and f.type is FactType.APPLICATION]

    def _find_possible(self, chain: Sequence[str], limited: list[Fact]) -> tuple[list[Fact], list[Fact]]:
        """The dates of the act, and all others, that a norm without a day of its own may apply from; both empty where there is no choice.

        What is left out of the act's own dates has only the ``limited`` ones.
        """
        unscoped = [c for c in self._claims if not c.fact.scope]
        if any(c.outside & set(chain) for c in unscoped):
            return [], limited
        days = self._days_of_the_act()
        others = [*limited, *self._pervasive(chain)]
        return (days, others) if others or len(days) > 1 else ([], [])

    def _days_of_the_act(self) -> list[Fact]:
        """The days that hold for the whole act: of application, or else of entry into force; a directive has none."""
        if self._directive:
            return []
        whole = [c.fact for c in self._claims if c.fact.reach is Reach.WHOLE and not c.fact.scope]
        return [f for f in whole if f.type is FactType.APPLICATION] or whole

    def _from(self, chain: Sequence[str]) -> _Dating:
        """The first day on which a norm applies: what the act states for its nearest provision, else for the whole act."""
        own = self._of_provisions(chain)
        if own is not None:
            return own
        left_out = [c.fact for c in self._claims if not c.fact.scope and c.outside & set(chain)]
        if left_out:
            return None, None, [f"left out of: {describe_fact(f)}" for f in left_out[:_MOST_NAMED]]
        pervasive = self._pervasive(chain)
        if pervasive:
            return None, None, [describe_doubt(f) for f in pervasive[:_MOST_NAMED]]
        if self._version and any(_BETWEEN.search(self._places.place(i)) for i in chain):
            return None, None, [f"inserted by {self._version}: the act that did so says from when"]
        return self._of_the_act()

    def _of_provisions(self, chain: Sequence[str]) -> _Dating | None:
        """What the act states for the nearest provision in the chain, or leaves in doubt; None where it names none of them."""
        near = [c for c in self._claims if c.doubtful & set(chain)]
        for depth, provision in enumerate(chain):
            unclear = [c for c in near if provision in c.doubtful]
            if unclear:
                return None, None, [describe_doubt(c.fact) for c in unclear[:_MOST_NAMED]]
            clear = [c.fact for c in self._claims if provision in c.inside and not c.outside & set(chain[:depth])]
            if clear:
                return self._chosen(clear)
        return None

    def _of_the_act(self) -> _Dating:
        act = self._act
        notes = self._notes(act.begins)
        if act.why:
            return None, None, [act.why]
        if act.application is None and self._directive:
            due = f"; it is due: {describe_fact(act.transposition)}" if act.transposition else ""
            return None, None, [f"national law says from when{due}", *notes]
        applied = [c.fact for c in self._claims if c.fact.type is FactType.APPLICATION and not c.fact.scope]
        spoken = next((fact for fact in applied if fact.reach in (Reach.WHOLE, Reach.SOME)), None)
        if act.application is None and spoken is not None:
            # It enters into force before it applies: that day would be too early.
            return None, None, [f"the day is not fixed for all: {describe_fact(spoken)}"]
        fact = act.begins
        if fact is None:
            return None, None, ["the text fixes no day on which the act begins to apply", *notes] if notes else []
        return fact.due, fact, [f"as the act: {describe_fact(fact)}", *notes]

    def _notes(self, chosen: Fact | None) -> list[str]:
        """Other days for some persons or cases, and that amended words of a later version may have begun to apply later."""
        limits = [
            c.fact
            for c in self._claims
            if c.fact.about and not c.fact.scope and c.fact is not chosen and c.fact.reach is Reach.SOME
        ]
        notes = [f"not for all: {describe_fact(f)}" for f in limits if chosen is not None and f.type is chosen.type]
        if self._version:
            notes.append(
                f"as the text stands in the version of {self._version}; words amended since may apply from later"
            )
        return notes

    def _chosen(self, facts: Sequence[Fact]) -> _Dating:
        """Of facts about the same provision: its application, else its entry into force; two days are none."""
        applied = without_open([f for f in facts if f.type is FactType.APPLICATION] or list(facts))
        days = {f.due for f in applied}
        if len(days) != 1:
            return (
                None,
                None,
                ["more than one day is said: " + "; ".join(describe_fact(f) for f in applied[:_MOST_NAMED])],
            )
        fact = applied[0]
        if fact.due is None:
            return None, None, [f"the day is not fixed: {describe_fact(fact)}"]
        return fact.due, fact, [describe_fact(fact)]

    def _pervasive(self, chain: Sequence[str]) -> list[Fact]:
        """Dates whose subject could not be read: among the act's own dates they may concern any norm, elsewhere those near."""
        found: list[Fact] = []
        for claim in self._claims:
            fact = claim.fact
            if fact.reach is not Reach.UNREAD or fact.scope:
                continue
            article = self._article(fact.provision)
            here = fact.type is FactType.APPLICATION and (article in chain or article is None)
            if article in self._general or here:
                found.append(fact)
        return found

    def _until(self, norm: Norm, chain: Sequence[str]) -> _Dating:
        for depth, provision in enumerate(chain):
            if any(provision in c.doubtful for c in self._ends):
                return None, None, []
            mine = [c.fact for c in self._ends if provision in c.inside and not c.outside & set(chain[:depth])]
            if mine:
                return self._last_day(mine[0], norm) if len({f.due for f in mine}) == 1 else (None, None, [])
        whole = self._act.expiry
        if whole is None or any(c.fact is whole and c.outside & set(chain) for c in self._ends):
            return None, None, []
        return self._last_day(whole, norm)

    def _last_day(self, fact: Fact, norm: Norm) -> _Dating:
        """The last day on which what expires still applies.

        "Until" and "at the end of" a day include it; "from" and "with effect from" a day do not. A day alone ("shall expire
        on") counts in acts of the Union (Art 4(3) Reg. 1182/71), and where the language says so does not in statutes.
        """
        if fact.due is None:
            return None, None, []
        words = fact.span.of(self._view.text)
        scope = self._view.pack_for(norm.language).facts.scope
        if anywhere(scope.until).search(words):
            return fact.due, fact, [f"the day named is the last: {describe_fact(fact)}"]
        if anywhere(scope.ends_with).search(words) or (
            self._view.family is not Family.EU_ACT and scope.statute_day_ends
        ):
            return fact.due - timedelta(days=1), fact, [f"the day named is the first without it: {describe_fact(fact)}"]
        if self._view.family is Family.EU_ACT:
            return fact.due, fact, [f"the day named is the last (Art 4(3) Reg. 1182/71): {describe_fact(fact)}"]
        return None, None, [f"whether the day named still counts is not clear: {describe_fact(fact)}"]


_MOST_NAMED = 8
"""So many places, or facts, are named at most."""


def describe_doubt(fact: Fact) -> str:
    """Why a fact dates nothing: it is about some cases only, or what it is about could not be read."""
    if fact.reach is Reach.SOME:
        return f"not on one day for all cases: {describe_fact(fact)}"
    about = f"; it speaks of “{_short(fact.about)}”" if fact.about else ""
    return f"what it is about could not be read as whole provisions: {describe_fact(fact)}{about}"


def describe_fact(fact: Fact) -> str:
    """A fact in words: what, from when, of what, where it stands."""
    day = fact.due.isoformat() if fact.due else fact.value or "no day"
    of = f" of {_list_places(fact.scope)}" if fact.scope else ""
    but = f" except {_list_places(fact.outside)}" if fact.outside else ""
    about = f" ({_short(fact.about)})" if fact.about and fact.reach is not Reach.UNREAD else ""
    return f"{name_fact_type(fact.type)}{of}{but} {day}{about}" + (f", {fact.place}" if fact.place else "")


def _limits_of(fact: Fact) -> str:
    """What a time is limited to: words of the act, else the places that it names."""
    return fact.about or _list_places(fact.scope)


def _list_places(places: Sequence[str]) -> str:
    more = f" and {len(places) - _MOST_NAMED} more" if len(places) > _MOST_NAMED else ""
    return ", ".join(places[:_MOST_NAMED]) + more


def name_fact_type(kind: FactType) -> str:
    """A kind of fact as a reader calls it."""
    return kind.value.replace("_", " ")


def _short(words: str) -> str:
    return words if len(words) <= 120 else words[:119].rstrip() + "…"
