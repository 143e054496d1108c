"""What the measuring network does not see: two languages, every act and document of the gold beside the repository, and lessons.

The network that is shipped learns from all; this one shows what to expect of texts and languages that nobody learned from, and
how sure the other must be before it may revise the rules.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from transformer.examples import OPEN, Example
from transformer.fitting import chosen, projected

#: Languages that it never sees: what a language without rules or examples can expect.
LANGUAGES = frozenset({"cs", "sv"})
#: Languages of the folds: each network of a fold sees none of six, of which each has relatives among the others.
GROUPS = (
    frozenset({"cs", "de", "es", "fi", "lv", "mt"}),
    frozenset({"en", "hr", "hu", "pl", "ro", "sv"}),
    frozenset({"el", "fr", "ga", "nl", "sk", "sl"}),
    frozenset({"bg", "da", "et", "it", "lt", "pt"}),
)
#: Acts that are annotated beside the repository.
ACTS = frozenset({"GDPR", "P2B"})
#: The act that introduces a language: there is one in all 24. So often each of its units is shown.
INTRODUCING = "P2B"
_REPEATED = 8


def left_out(example: Example) -> bool:
    """Whether the measuring network does not learn from the example."""
    return example.language in LANGUAGES or example.group in ACTS or example.source in ("gold", "lesson", "tuning")


def learned(examples: Sequence[Example]) -> list[Example]:
    """What the network that is shipped learns from: all but the texts by which it is weighed."""
    return [e for e in examples if e.source not in ("tuning", OPEN)]


def seen(examples: Sequence[Example]) -> list[Example]:
    """What the measuring networks learn from."""
    return [e for e in examples if not left_out(e) and e.source != OPEN]


def unlabelled(examples: Sequence[Example]) -> list[Example]:
    """What the teacher tells its student besides: sentences without a label, in languages that it sees."""
    return [e for e in examples if e.source == OPEN and e.language not in LANGUAGES]


def introducing(examples: Sequence[Example], chance: random.Random) -> list[Example]:
    """What introduces the languages that a measuring network never saw: one act of each, with the labels of its English version.

    Some others, that it knows, lest it forgets.
    """
    new = [e for e in examples if e.language in LANGUAGES and e.source == "act" and e.group == INTRODUCING]
    known = seen(examples)
    known = [known[n] for n in chosen(known, chance)]
    chance.shuffle(known)
    return [*new * _REPEATED, *known[: 10 * len(new)]]


def without(examples: Sequence[Example], languages: frozenset[str]) -> list[Example]:
    """What a fold's network learns from: nothing in its languages, and no act or document that is annotated beside the repository."""
    return [
        e
        for e in examples
        if e.language not in languages and e.group not in ACTS and e.source not in ("gold", "tuning", OPEN)
    ]


def further(examples: Sequence[Example], chance: random.Random) -> list[Example]:
    """What a measuring network goes on with to be shipped: all that people marked and it did not see, half as much of acts that
    it did not see, and about as much again of what it knows, lest it forgets.
    """
    new = [e for e in learned(examples) if left_out(e)]
    people = [e for e in new if not projected(e)]
    acts = [e for e in new if projected(e)]
    known = seen(examples)
    known = [known[n] for n in chosen(known, chance)]
    chance.shuffle(acts)
    chance.shuffle(known)
    return [*people, *acts[: len(people) // 2], *known[: len(people)]]
