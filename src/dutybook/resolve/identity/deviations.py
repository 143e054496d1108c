"""Where two language versions of one norm say different things: the translation says it, not its reader.

A reader that misses words in one language must not make a deviation. So something is reported only where both texts are
clear about it: a cue in both, the same number of deadlines in both, the same number of numbers in both.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from dutybook.resolve.identity.changes import days_of
from dutybook.resolve.identity.records import Due, NormText, Pair, VersionText, words

_NUMBER = re.compile(r"(?<![\w.,/-])\d+(?:[ .,\u00a0\u202f]\d{3})*(?:[.,]\d+)?(?![\w/]|[.,]\d)")
_SEPARATOR = re.compile(r"[ .,\u00a0\u202f](?=\d{3}(?!\d))")


#: How far from each other, as shares of the text, an odd number of each side may stand where nothing else ties them.
_APART = 0.2
#: How far from each other their cues may stand: in two translations of one clause they stand near the same place.
_CUES_APART = 0.15
#: A cue tells a modality where it does so this often in a text, in this share of all places.
_OFTEN, _SHARE = 4, 0.8
_DIFFERENT = frozenset({frozenset({"obligation", "permission"})})


@dataclass(frozen=True, slots=True)
class Deviation:
    """One difference of a pair of norms: ``kind`` is modality, strength, deadline or number; ``statements`` is what each says."""

    pair: Pair
    kind: str
    statements: tuple[str, str]


def deviations(one: VersionText, other: VersionText, pairs: Iterable[Pair]) -> list[Deviation]:
    """What two language versions say differently, norm by norm; nothing where they agree or one of them is not clear.

    A modality counts where each text has a cue that says the same nearly everywhere in it, none that says the other, and as many norms at
    the place; orders and bans are not compared with each other, since "shall only" and "may not unless" say the same.
    """
    sides = (_Side(one), _Side(other))
    found: list[Deviation] = []
    for pair in pairs:
        norms = (sides[0].norms[pair.old], sides[1].norms[pair.new])
        alone = sides[0].counts[norms[0].cited_as] == sides[1].counts[norms[1].cited_as]
        if alone and (found_modality := _modality(sides, norms)):
            found.append(Deviation(pair, *found_modality))
        if values := _deadline(*norms):
            found.append(Deviation(pair, "deadline", values))
        elif values := _number(*norms):
            found.append(Deviation(pair, "number", values))
    return found


class _Side:
    """One language version: its norms, how many each place has, and what its cues say."""

    def __init__(self, version: VersionText) -> None:
        self.language = version.language
        self.norms = {n.id: n for n in version.norms}
        self.counts = Counter(n.cited_as for n in version.norms)
        levels: dict[str, Counter[str]] = defaultdict(Counter)
        for n in version.norms:
            levels[n.cue.casefold()][_level(n)] += 1
        self.cues = {
            cue: level
            for cue, counts in levels.items()
            for level, number in counts.most_common(1)
            if cue and number >= _OFTEN and number >= _SHARE * counts.total()
        }

    def clear(self, norm: NormText) -> bool:
        """Whether its cue says what it says everywhere, and no other cue in it says something else."""
        from dutybook.languages.relations import enables

        text = f" {' '.join(words(norm.wording))} "
        there = {level for cue, level in self.cues.items() if f" {' '.join(words(cue))} " in text}
        if self.cues.get(norm.cue.casefold()) != _level(norm) or there != {_level(norm)}:
            return False
        # "Shall be able to" is as clear as "may" only for who knows that they are the same.
        _, _, after = norm.wording.casefold().partition(norm.cue.casefold())
        return not norm.binds or not enables(after, self.language)


def _level(norm: NormText) -> str:
    return f"{norm.modality} should" if norm.binds and norm.strength == "should" else norm.modality


def _modality(sides: tuple[_Side, _Side], norms: tuple[NormText, NormText]) -> tuple[str, tuple[str, str]] | None:
    levels = tuple(_level(n) for n in norms)
    same = len({n.modality for n in norms}) == 1
    if levels[0] == levels[1] or not (same or frozenset(n.modality for n in norms) in _DIFFERENT):
        return None
    if not all(side.clear(norm) for side, norm in zip(sides, norms, strict=True)):
        return None
    at = [norm.wording.casefold().find(norm.cue.casefold()) / max(len(norm.wording), 1) for norm in norms]
    if abs(at[0] - at[1]) > _CUES_APART:
        return None
    named = tuple(f"{level} ({norm.cue})" for level, norm in zip(levels, norms, strict=True))
    return ("strength" if same else "modality"), (named[0], named[1])


def _deadline(one: NormText, other: NormText) -> tuple[str, str] | None:
    ours, theirs = ([d for d in n.dues if d.kind in _MEASURED] for n in (one, other))
    if len(ours) != len(theirs):
        return None
    left, right = _without(ours, theirs), _without(theirs, ours)
    if len(left) != 1 or len(right) != 1 or left[0].kind != right[0].kind:
        return None
    return f"{left[0].quote} ({left[0].value})", f"{right[0].quote} ({right[0].value})"


_MEASURED = frozenset({"period", "duration", "recurring", "fixed"})


def _without(dues: list[Due], others: list[Due]) -> list[Due]:
    return [d for d in dues if not any(_equal(d, o) for o in others)]


def _equal(one: Due, other: Due) -> bool:
    if one.value == other.value:
        return True
    spans = days_of(one.value), days_of(other.value)
    units = "B" in one.value, "B" in other.value
    return None not in spans and spans[0] == spans[1] and units[0] == units[1]


def _number(one: NormText, other: NormText) -> tuple[str, str] | None:
    ours, theirs = numbers(one.body), numbers(other.body)
    # "5 days" and "fünf Tage" are reported as deadlines already.
    for due in one.dues:
        if any(_equal(due, d) for d in other.dues):
            for number in re.findall(r"\d+", due.value):
                for side in (ours, theirs):
                    side.pop(number, None)
    if ours.total() != theirs.total():
        return None
    left, right = ours - theirs, theirs - ours
    if left.total() != 1:
        return None
    values = (next(iter(left)), next(iter(right)))
    apart = [norm.body.find(number) / max(len(norm.body), 1) for norm, number in zip((one, other), values, strict=True)]
    if not ours & theirs and abs(apart[0] - apart[1]) > _APART:
        return None
    return values


#: Words before a number that make it that of an article, and of a part of a provision or an amount, in languages of the Union.
_ARTICLE = re.compile(r"(?:art\w*|άρθρο\w*|čl\w*|член\w*|cikk|pants|straipsn\w*)\.?$", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?:para\w*|absatz|absätze\w*|abs|[ap]unkt\w*|point\w*|alinéa\w*|nummer\w*|nr|ust\w*|odst\w*|[A-Z]{3}|€|£)\.?$",
    re.IGNORECASE,
)


def number_in(number: str, text: str) -> tuple[str, bool]:
    """A number of :func:`numbers` as the text writes it, with the word that it belongs to, and whether it is that of an article.

    >>> number_in("55", "in accordance with Article 55, within 72 hours"), number_in("1", "referred to in paragraph 1 shall")
    (('55', True), ('paragraph 1', False))
    """
    for found in _NUMBER.finditer(text):
        if _SEPARATOR.sub("", found[0]).replace(",", ".") == number:
            before, after = text[: found.start()].split(), text[found.end() :].lstrip()
            word = before[-1] if before else ""
            written = f"{found[0]} {after[0]}" if after[:1] in ("%", "€") else found[0]
            article = _ARTICLE.match(word) is not None
            return (f"{word} {written}" if not article and _BEFORE.match(word) else written), article
    return number, False


def numbers(text: str) -> Counter[str]:
    """Numbers in digits, thousands joined and the decimal sign a point.

    >>> sorted(numbers("EUR 5 000 000, 2,5 % or 7 days under Article 5(1)"))
    ['1', '2.5', '5', '5000000', '7']
    """
    return Counter(_SEPARATOR.sub("", found).replace(",", ".") for found in _NUMBER.findall(text))
