"""A short interview on an act: the few questions whose answers decide most of what is to be asked of its norms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dutybook.languages.actors import TermKind, find_terms, terms
from dutybook.records.profiles import Basis, Profile, Verdict
from dutybook.resolve.applicability.addressees import AddressedNorm
from dutybook.resolve.applicability.judging import judge_size
from dutybook.resolve.applicability.proposing import ActProposer, ask_of

#: Questions of one interview at most.
MOST = 7
#: Choices of one question at most.
_CHOICES = 40
#: Questions on single roles at most.
_ROLES = 4


class Topic(StrEnum):
    """What a question is about."""

    COUNTRIES = "countries"
    SIZE = "size"
    SCOPE = "scope"
    ROLE = "role"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Choice:
    """A term that a question asks for, with the words of the act that name it; ``work`` is set where it is meant in this act alone."""

    term: str
    work: str
    basis: Basis | None


@dataclass(frozen=True, slots=True)
class Question:
    """A question of an interview; ``norms``: how many wait for its answer. ``choices`` are empty where it is about numbers or places."""

    topic: Topic
    choices: tuple[Choice, ...] = ()
    norms: int = 0


def interview(proposer: ActProposer, profile: Profile, norms: Sequence[AddressedNorm]) -> list[Question]:
    """What is not known of a profile and decides what of an act applies to it, in the order of the topics; empty where all is known."""
    proposed = list(proposer.propose(profile, norms))
    act = proposer.propose_act(profile)
    waiting = Counter(ask_of(p.reason) for p in proposed if p.verdict is Verdict.ASK)
    made: list[Question] = []
    if not profile.countries and proposer.act.jurisdiction:
        made.append(Question(Topic.COUNTRIES, norms=len(norms)))
    if _size_matters(proposer, profile, waiting["size"]):
        made.append(Question(Topic.SIZE, norms=waiting["size"]))
    if act.verdict is not Verdict.NO:
        scoped = tuple(_of_scope(proposer, profile))
        named = {choice.term for choice in scoped}
        if scoped:
            made.append(Question(Topic.SCOPE, scoped[:_CHOICES], waiting["role"]))
        roles = Counter(
            term
            for proposal in proposed
            if proposal.verdict is Verdict.ASK
            for term in _missing(proposal.reason.values)
            if term not in named and (term in terms() or proposer.definition(term))
        )
        made += [Question(Topic.ROLE, (_choice(proposer, term),), number) for term, number in roles.most_common(_ROLES)]
        if not profile.complete and (scoped or roles):
            made.append(Question(Topic.COMPLETE))
    return made[:MOST]


def _size_matters(proposer: ActProposer, profile: Profile, waiting: int) -> bool:
    """Whether norms wait for the size, or the scope or an exemption speaks of sizes, and it is not known enough."""
    asker = proposer.asker(profile)
    scope = proposer.scope
    items = (*scope.includes, *scope.excludes, *(exemption.item for exemption in scope.exemptions))
    return waiting > 0 or any("size" in judge_size(item.words, asker).missing for item in items)


def _missing(values: Sequence[tuple[str, str]]) -> Iterator[str]:
    for name, value in values:
        if name == "missing":
            yield from (term for term in value.split("; ") if term and term not in ("size", "countries", "wording"))


def _of_scope(proposer: ActProposer, profile: Profile) -> Iterator[Choice]:
    """The roles and sectors that the scope names, or the annexes that it refers to, and of which nothing is known."""
    asker = proposer.asker(profile)
    scope = proposer.scope
    items = [*scope.includes, *(i for group in scope.groups.values() for i in group)]
    items += [line for lines in scope.annexes.values() for line in lines] if _uses_annexes(proposer) else []
    seen: set[str] = set()
    for item in items:
        for mention in find_terms(item.words, proposer.act.language):
            known = terms()[mention.term]
            if known.name in seen or (known.kind is TermKind.ACTIVITY and known.name in asker.yes):
                continue
            seen.add(known.name)
            if asker.has(known.name) is None:
                yield Choice(known.name, "", item.basis)


def _uses_annexes(proposer: ActProposer) -> bool:
    words = proposer.words
    return words is not None and any(re.search(words.annex, item.words) for item in proposer.scope.includes)


def _choice(proposer: ActProposer, term: str) -> Choice:
    """A role with its definition; one that only this act knows is asked for this act alone."""
    defined = proposer.definition(term)
    basis = proposer.act.basis(defined.place, defined.quote, defined.start, defined.end) if defined else None
    return Choice(term, "" if term in terms() else proposer.act.work, basis)
