"""Asks the network about every unit; where there is no time for all, about those first that are likelier to state a norm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from dutybook.extract.norms.model.inputs import zone_read
from dutybook.extract.norms.model.reader import Answer, Reader
from dutybook.extract.norms.passes.cues import find_cues
from dutybook.extract.norms.unit import Discourse, Unit
from dutybook.records import Zone

NAME = "network"
READS = frozenset({"input", "sentence", "index"})
WRITES = frozenset({"answer", "plain"})

#: So many units are asked about before the time is looked at again; they take about half a second.
_BATCH = 48
#: So many units are searched for cues before the time is looked at again; they take less than a tenth of a second.
_LOOKED_AT = 512
#: This share of the time is left for what follows: for parts of units, and for what is found about norms.
_LEFT = 0.2


def ask_network(units: tuple[Unit, ...], discourse: Discourse, reader: Reader) -> tuple[Unit, ...]:
    """The units with the network's answers; those for which no time is left have none.

    An answer depends on its unit alone, so the order makes a difference only where the time does not suffice for all: as soon as that
    shows, units with words of a norm are asked about first, and those of annexes after all others.
    """
    answers: dict[int, Answer] = {}

    def ask(numbers: Iterable[int]) -> float:
        """Ask about these units; the share of the time that is left then."""
        batch = list(numbers)
        answers.update(zip(batch, reader.answer([units[n].input for n in batch], discourse.text), strict=True))
        return discourse.time_left()

    at, began = 0, discourse.time_left()
    left = began
    while at < len(units) and left >= _LEFT:
        start, at = at, min(at + _BATCH, len(units))
        left = ask(range(start, at))
        if (began - left) / at * (len(units) - at) > left - _LEFT:
            break
    plain: set[int] = set()
    order = _likely_first(units, range(at, len(units)), discourse, plain)
    while left >= _LEFT and (batch := list(islice(order, _BATCH))):
        left = ask(batch)
    plain -= answers.keys()
    return tuple(replace(unit, answer=answers.get(n), plain=n in plain) for n, unit in enumerate(units))


def _likely_first(
    units: tuple[Unit, ...], numbers: Iterable[int], discourse: Discourse, plain: set[int]
) -> Iterator[int]:
    """The numbers of units, those with cues first, and of these those outside of annexes; ``plain`` gets those without.

    Whether a unit has cues is found out only when those before it have been asked about. Ends where no time is left.
    """
    known: dict[int, bool] = {}

    def has_cue(index: int | None) -> bool:
        """Whether a sentence, or the stem of a list that it belongs to, has words of a norm."""
        if index is None:
            return False
        if index not in known:
            sentence = discourse.sentences[index]
            pack = discourse.pack_for(sentence.language)
            known[index] = pack.seeks_norms and bool(find_cues(discourse.text, sentence.span, pack))
        return known[index] or has_cue(discourse.sentences[index].stem)

    annexes = [n for n in numbers if zone_read(units[n].sentence) is Zone.ANNEX]
    outside = [n for n in numbers if zone_read(units[n].sentence) is not Zone.ANNEX]
    for count, n in enumerate((*outside, *annexes)):
        if count % _LOOKED_AT == 0 and discourse.time_left() < _LEFT:
            return
        if has_cue(units[n].index):
            yield n
        else:
            plain.add(n)
    yield from sorted(plain)
