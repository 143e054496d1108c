"""Decides who bears each norm, by ranking candidates.

Candidates are words of the unit itself, words before it, the bearer of its list's stem, the bearer of the norm before
it, the bearer that the document names most often, and nobody. The features of a candidate do not depend on the
language.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dutybook.extract.norms.actors import count_actors
from dutybook.extract.norms.model.inputs import CLASSES, TAGS, Floats, begins_word, family_read, strip_pieces
from dutybook.extract.norms.model.reader import Answer, Decision, Features, Reader, log_odds
from dutybook.extract.norms.passes.parts import BEFORE, STEM, UNIT, classes_of
from dutybook.extract.norms.unit import NONE, Discourse, Mention, Unit
from dutybook.languages.wordforms import stem
from dutybook.records import SentenceRole, Span

NAME = "bearers"
READS = frozenset({"index", "sentence", "input", "part", "answer", "label", "parts"})
WRITES = frozenset({"bearer"})
EARLIER, COMMON, NOWHERE = "earlier", "common", "nowhere"
_BEARER = TAGS.index("B-bearer")
#: Words that are a bearer's with this probability are a candidate, though no tag marks them.
_WEAK = 0.12
#: So many letters of a stem are compared: some languages have no algorithm for stems, and their words end in many ways.
_BEGINNING = 6
#: A bearer named more often than so many times is no surer for it.
_OFTEN = 6
#: How a mention that tags mark differs from others: a word less, or one that was too weak for a tag.
_MARKED, _SHORTENED, _UNMARKED = "marked", "shortened", "unmarked"


@dataclass(frozen=True, slots=True)
class Named:
    """The bearers named elsewhere in the document: that of the norm before, the most frequent one with its share, how
    often each is named (by :func:`fold_words`), and those of stems.
    """

    earlier: Mapping[int, tuple[Mention, int]]
    common: Mention | None
    share: float
    counts: Mapping[str, int]
    stems: Mapping[int, Unit]


def find_bearers(units: tuple[Unit, ...], discourse: Discourse, reader: Reader) -> tuple[Unit, ...]:
    """The units that state a norm, with the most probable candidate as bearer."""
    decision = Decision.of(reader.decisions.get("bearer"))
    named = find_named(units, discourse)
    made = []
    for unit in units:
        if unit.label == NONE:
            made.append(unit)
            continue
        best = choose_bearer(list(bearer_candidates(unit, named, discourse)), decision)
        made.append(unit.with_step(NAME, f"bearer_{best.source}", best.probability, bearer=best))
    return tuple(made)


def choose_bearer(candidates: Sequence[tuple[Mention, Features]], decision: Decision | None) -> Mention:
    """The most probable of a norm's candidates, with that probability; the first of those that are equally so.

    Without a fitted decision the network's answers rank them, and its own probability stays.
    """
    if decision is None:
        return max(candidates, key=lambda candidate: candidate[1]["plain"])[0]
    chances = decision.choice(features for _, features in candidates)
    at = max(range(len(candidates)), key=chances.__getitem__)
    return replace(candidates[at][0], probability=chances[at])


def find_named(units: Sequence[Unit], discourse: Discourse) -> Named:
    """The bearers named in each unit, from the tags alone, so that no candidate depends on the choice elsewhere."""
    earlier: dict[int, tuple[Mention, int]] = {}
    counts: Counter[str] = Counter()
    first: dict[str, Mention] = {}
    last: tuple[Mention, int] | None = None
    for number, unit in enumerate(units):
        if last is not None:
            earlier[id(unit)] = (last[0], number - last[1])
        own = unit.parts.get("bearer")
        if own is None or own.span is None or own.source != UNIT or own.probability < 0.4:
            continue
        last = (own, number)
        words = fold_words(own.span.of(discourse.text), unit.sentence.language)
        counts[words] += 1
        first.setdefault(words, own)
    top = counts.most_common(1)
    total = sum(counts.values())
    common = first[top[0][0]] if top else None
    return Named(earlier, common, top[0][1] / total if top else 0.0, counts, {u.index: u for u in units if u.part <= 0})


def fold_words(words: str, language: str) -> str:
    """A bearer's words for comparison, whatever number and case do to their ends.

    >>> fold_words("Public sector bodies", "en") == fold_words("public sector body", "en")
    True
    """
    return " ".join(stem(word, language)[:_BEGINNING] for word in words.casefold().split())


def bearer_candidates(unit: Unit, named: Named, discourse: Discourse) -> Iterator[tuple[Mention, dict[str, float]]]:
    """The candidates for the bearer of a unit's norm, each with its features by code."""
    answer = unit.answer
    inside, before = _most_bearer(answer, before=False), _most_bearer(answer, before=True)
    shared = {
        "most_inside": inside,
        "most_before": before,
        "item": float(unit.sentence.role is SentenceRole.ITEM),
        "part": float(unit.part > 0),
        f"family_{family_read(unit.sentence, discourse.family).value}": 1.0,
        f"label_{unit.label}": 1.0,
        "common_share": named.share,
        "actor_inside": float(_names_actor(unit.input.span.of(discourse.text), unit)),
    }
    if answer is not None:
        for n, name in enumerate(CLASSES):
            shared[f"class_{name}"] = float(np.exp(answer.heads["class"][n]))
    found = list(_mentions(unit, named, discourse))
    # In one order in every process: sums of decimals depend on it in their last places.
    sources = sorted({mention.source for mention, _, _ in found})
    best = max((m.probability for m, kind, _ in found if kind == _MARKED), default=0.0)
    found.append((Mention(None, NOWHERE, 1.0 - max(inside, before)), _MARKED, 0.0))
    for mention, kind, far in found:
        key = mention.source if kind == _MARKED else f"{mention.source}_{kind}"
        features = {f"{key}_{name}": value for name, value in shared.items()}
        features[key] = 1.0
        features[f"{key}_odds"] = log_odds(mention.probability)
        features[f"{key}_distance"] = far
        for other in sources:
            features[f"{key}_beside_{other}"] = 1.0
        features[f"{key}_against"] = log_odds(best) if best else -3.0
        if mention.span is not None:
            words = mention.span.of(discourse.text)
            features[f"{key}_words"] = min(len(words.split()), 12) / 12
            features[f"{key}_comma"] = float("," in words)
            features[f"{key}_actor"] = float(_names_actor(words, unit))
            features[f"{key}_opens_with_actor"] = float(_names_actor(" ".join(words.split()[:2]), unit))
            times = named.counts.get(fold_words(words, unit.sentence.language), 0)
            features[f"{key}_named"] = min(times, _OFTEN) / _OFTEN
            features[f"{key}_leads"] = float(mention.span.start - unit.input.span.start < 6)
        marked = kind == _MARKED and mention.source in (UNIT, BEFORE, STEM)
        features["plain"] = mention.probability if marked else 0.25 if mention.span is None else 0.0
        yield mention, features


def _names_actor(words: str, unit: Unit) -> bool:
    """Whether words name an actor of the lists of bearers, whoever else they name."""
    return bool(count_actors(words, unit.sentence.language).any())


def _mentions(unit: Unit, named: Named, discourse: Discourse) -> Iterator[tuple[Mention, str, float]]:
    """The candidates that are words, each with how it was found and how many units away it is."""
    text = discourse.text
    own = unit.parts.get("bearer")
    if own is not None:
        yield own, _MARKED, 0.0
        if own.span is not None and (cut := own.span.of(text).find(",")) > 3:
            yield replace(own, span=Span(own.span.start, own.span.start + cut)), _SHORTENED, 0.0
    if unit.answer is not None:
        taken = own.span if own is not None else None
        for source, values, offsets, classes in (
            (UNIT, unit.answer.tags, unit.answer.offsets, unit.answer.classes),
            (BEFORE, unit.answer.before_tags, unit.answer.before_offsets, unit.answer.before_classes),
        ):
            weak = find_weak(values, offsets, text, source, classes)
            if weak is not None and weak.span != taken:
                yield weak, _UNMARKED, 0.0
    at, steps = unit.sentence.stem, 0
    while at is not None and steps < 4:
        # A stem of few words is no unit, but the list that it stands in has a stem, too.
        theirs = named.stems[at].parts.get("bearer") if at in named.stems else None
        if theirs is not None:
            yield replace(theirs, source=STEM), _MARKED, float(steps)
            break
        at, steps = discourse.sentences[at].stem, steps + 1
    if id(unit) in named.earlier:
        mention, far = named.earlier[id(unit)]
        yield replace(mention, source=EARLIER), _MARKED, min(far, 10) / 10
    if named.common is not None:
        yield replace(named.common, source=COMMON), _MARKED, 0.0


def find_weak(
    values: Floats, offsets: Sequence[tuple[int, int]], text: str, source: str, classes: Floats
) -> Mention | None:
    """The words around the piece that is most probably a bearer's; None if none is probable."""
    if not len(offsets):
        return None
    likely = np.exp(values[:, _BEARER : _BEARER + 2]).sum(-1)
    starts = [n for n in range(len(offsets)) if n == 0 or begins_word(offsets[n - 1], offsets[n], text)]
    counts = np.diff([*starts, len(offsets)])
    words = np.add.reduceat(likely, starts) / counts
    top = int(words.argmax())
    if words[top] < _WEAK:
        return None
    least = words[top] / 2
    first = last = top
    while first > 0 and words[first - 1] >= least:
        first -= 1
    while last + 1 < len(words) and words[last + 1] >= least:
        last += 1
    at, stop = starts[first], starts[last] + int(counts[last])
    start, end = strip_pieces(text, offsets[at][0], offsets[stop - 1][1], " \n\t,;:.")
    if start >= end:
        return None
    return Mention(Span(start, end), source, float(words[first : last + 1].mean()), classes_of(classes, at, stop))


def _most_bearer(answer: Answer | None, *, before: bool) -> float:
    """The highest probability of a piece to belong to a bearer."""
    if answer is None:
        return 0.0
    values = answer.before_tags if before else answer.tags
    return float(np.exp(values[:, _BEARER : _BEARER + 2]).sum(-1).max()) if len(values) else 0.0
