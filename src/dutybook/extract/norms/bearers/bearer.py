"""Bearers, and how one is made of what names it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dutybook.extract.norms.actors import Actor, part
from dutybook.extract.norms.clauses import Clauses
from dutybook.records import BearerClass, Part

NOBODY = "no bearer named"
SUBJECT = "subject of the command"
AGENT = "agent of the passive"
ANTECEDENT = "antecedent of the pronoun"
ADDRESSED = "to whom the command is addressed"

# What acts under such a name is a body.
ABBREVIATION = re.compile(r"[A-Z]{2,6}s?")


@dataclass(frozen=True, slots=True)
class Bearer:
    """``part`` is None where the text names nobody; ``kind`` then follows from the context, or, not ``told``, from no words."""

    part: Part | None
    kind: BearerClass
    how: str
    told: bool = True

    @property
    def antecedent(self) -> bool:
        """Whether a pronoun stands in the sentence, and the noun elsewhere."""
        return self.how == ANTECEDENT


def named(clauses: Clauses, actor: Actor, how: str) -> Bearer:
    """An actor as the bearer."""
    return Bearer(part(clauses, actor.start, actor.end), actor.kind, how)


def unlisted(clauses: Clauses, tokens: tuple[int, int]) -> Bearer:
    """A subject that no list of actors holds: a business, as most are."""
    return Bearer(part(clauses, *tokens), BearerClass.BUSINESS, f"{SUBJECT}, in no list")
