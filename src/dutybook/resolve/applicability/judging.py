"""Compares words of an act with a profile: is this about it? True, False, or None where that is not known.

None carries what is missing, so that it can be asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from dutybook.languages.actors import Mention, ScopeWords, find_terms, implied, scope_words, terms
from dutybook.records.profiles import Basis, Profile, Size
from dutybook.resolve.applicability.scope import Item, Scope

#: States of the European Economic Area, in which acts of the Union apply.
UNION = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
)
_NUMBER = re.compile(r"\d+(?:[ .,]\d{3})*(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Judged:
    """``value``: whether words are about the profile. ``term`` is what of it they name, ``missing`` what is not known: terms, or
    one of "size", "countries", "wording". ``basis``: words that decided, where they are others than those judged.
    """

    value: bool | None
    term: str = ""
    missing: tuple[str, ...] = ()
    basis: Basis | None = None

    @property
    def ask_code(self) -> str:
        """The code of a reason that asks for what is missing."""
        if "size" in self.missing:
            return "ask_size"
        if "countries" in self.missing:
            return "ask_countries"
        return "ask_wording" if self.missing == ("wording",) else "ask_role"


@dataclass(frozen=True, slots=True)
class Asker:
    """A profile as an act sees it: ``yes`` and ``no`` are the terms that are known of it for this act, with what they imply."""

    profile: Profile
    language: str
    work: str
    scope: Scope = field(default_factory=Scope)

    @property
    def yes(self) -> frozenset[str]:
        """What it is and does."""
        return _implied(self.profile.terms(self.work, yes=True))

    @property
    def no(self) -> frozenset[str]:
        """What it said that it is not."""
        return self.profile.terms(self.work, yes=False) - self.yes

    @property
    def own_words(self) -> tuple[str, ...]:
        """Its terms that are none of the shared list: people wrote them, in the words of acts."""
        every = (answer.term for answer in self.profile.answers if answer.work in ("", self.work))
        return tuple(sorted({term for term in every if term not in terms()}))

    @property
    def words(self) -> ScopeWords | None:
        """The words of scope of the language."""
        return scope_words(self.language)

    def has(self, term: str) -> bool | None:
        """Whether it has a term."""
        if term in self.yes:
            return True
        return False if term in self.no or self.profile.complete else None


@lru_cache(maxsize=256)
def _implied(names: frozenset[str]) -> frozenset[str]:
    return frozenset(implied(names))


def judge_item(item: Item, asker: Asker) -> Judged:
    """Whether a statement of scope is about a profile: what stands before its list and the item must both be."""
    own = judge_words(item.words, asker, listed=item.listed)
    if not item.stem:
        return own
    stem = judge_words(item.stem, asker, listed=False)
    # A stem that says nothing of kinds and sizes ("applies to the following") leaves all to the item.
    return own if stem.missing == ("wording",) and stem.value is None else _both(stem, own)


def judge_words(words: str, asker: Asker, *, listed: bool) -> Judged:
    """Whether folded words are about a profile; ``listed``: they are an item of a list, so a noun and nothing else."""
    kind, size = _judge_kind(words, asker, listed), judge_size(words, asker)
    if kind.value is None and kind.missing == ("wording",) and size.value is not None and not size.missing:
        return size
    made = _both(kind, size) if size.term or size.missing else kind
    scope_of = asker.words
    if scope_of and re.search(scope_of.outside, words):
        made = _both(made, _outside(asker.profile))
    return made


def _judge_kind(words: str, asker: Asker, listed: bool) -> Judged:
    """By roles, activities and sectors that are named, in the words or in the annex that they refer to."""
    scope_of = asker.words
    if scope_of is None:
        return Judged(None, missing=("wording",))
    lines: list[tuple[str, Basis | None]] = [*_annex_lines(words, scope_of, asker.scope)] or [(words, None)]
    mentions = [(m, basis) for line, basis in lines for m in find_terms(line, asker.language, asker.own_words)]
    for mention, basis in mentions:
        if mention.term in asker.yes:
            return Judged(True, mention.term, basis=basis)
    unknown = tuple(dict.fromkeys(m.term for m, _ in mentions if asker.has(m.term) is None))
    if unknown:
        return Judged(None, missing=unknown)
    if mentions or (listed and asker.profile.complete and not is_generic(words, scope_of)):
        return Judged(False)
    if re.search(scope_of.designated, words) and asker.profile.complete:
        return Judged(False)
    return Judged(None, missing=("wording",))


def is_generic(words: str, scope_of: ScopeWords | None) -> bool:
    """Whether words begin with a name for anybody: "the company", "entities"; not known, so False, without words of scope."""
    return (
        scope_of is not None and re.match(rf"(?:(?:{scope_of.neutral}) )*(?:{scope_of.generic})\b", words) is not None
    )


def _annex_lines(words: str, scope_of: ScopeWords, scope: Scope) -> Iterator[tuple[str, Basis]]:
    for reference in re.finditer(scope_of.annex, words):
        for number in re.findall(r"[ivx]+", reference["numbers"]):
            for line in scope.annexes.get(number, ()):
                yield line.words, line.basis


def judge_size(words: str, asker: Asker) -> Judged:
    """Whether a profile has the size that words name; without a term and anything missing where they name none."""
    scope_of = asker.words
    if scope_of is None:
        return Judged(None)
    made = [_by_class(words, scope_of, asker.profile), *_by_numbers(words, scope_of, asker.profile)]
    named = [judged for judged in made if judged is not None]
    result = Judged(True)
    for judged in named:
        result = _both(result, judged)
    return result if named else Judged(None)


def _by_class(words: str, scope_of: ScopeWords, profile: Profile) -> Judged | None:
    wanted: set[Size] = set()
    if re.search(scope_of.sizes.micro, words):
        wanted.add(Size.MICRO)
    if re.search(scope_of.sizes.small, words):
        wanted.add(Size.SMALL)
    if re.search(scope_of.sizes.medium, words):
        wanted.add(Size.MEDIUM)
    if re.search(scope_of.smes, words):
        wanted |= {Size.MICRO, Size.SMALL, Size.MEDIUM}
    if re.search(scope_of.larger, words):
        wanted = (wanted if re.search(scope_of.qualify, words) else wanted - {Size.MEDIUM}) | {Size.LARGE}
    if not wanted:
        return None
    may = profile.sizes
    if may <= wanted:
        return Judged(True, "size")
    return Judged(False, "size") if not may & wanted else Judged(None, "size", ("size",))


def _by_numbers(words: str, scope_of: ScopeWords, profile: Profile) -> Iterator[Judged]:
    """By numbers of employees, turnover and balance sheet total."""
    money = "|".join(re.escape(word) for word in scope_of.million)
    amount = rf"(?P<number>{_NUMBER.pattern})(?: (?P<times>{money}))?"
    compared = rf"(?:(?P<more>{scope_of.more})|(?P<fewer>{scope_of.fewer})) (?:the )?(?:eur |€ ?)?{amount}"
    for found in re.finditer(compared, words):
        if found["more"] and re.search(rf"(?:{scope_of.fewer})$", words[: found.end("more")]):
            continue
        after = words[found.end() : found.end() + 40]
        before = words[max(0, found.start() - 80) : found.start()]
        number = _value(found["number"]) * scope_of.million.get(found["times"] or "", 1)
        if re.match(rf"\W*(?:{scope_of.employees})\b", after):
            has: float | None = profile.employees
        elif re.search(scope_of.turnover, before) or re.match(rf".{{0,20}}(?:{scope_of.turnover})", after):
            has = None if profile.turnover is None else profile.turnover * 1_000_000
        elif re.search(scope_of.balance, before):
            has = None if profile.balance is None else profile.balance * 1_000_000
        else:
            continue
        if has is None:
            yield Judged(None, "size", ("size",))
        else:
            yield Judged((has > number) if found["more"] else (has < number), "size")


def _value(text: str) -> float:
    whole = re.sub(r"[ .,](?=\d{3}(?:\D|$))", "", text)
    return float(whole.replace(",", "."))


def _outside(profile: Profile) -> Judged:
    if not profile.countries:
        return Judged(None, "countries", ("countries",))
    return Judged(not UNION & set(profile.countries), "countries")


def _both(one: Judged, other: Judged) -> Judged:
    """Both must hold."""
    for judged in (one, other):
        if judged.value is False:
            return judged
    if one.value and other.value:
        return Judged(True, one.term or other.term, basis=one.basis or other.basis)
    missing = tuple(dict.fromkeys((*(() if one.value else one.missing), *(() if other.value else other.missing))))
    return Judged(None, one.term or other.term, missing, one.basis or other.basis)


def judge_any(items: Iterable[Item], asker: Asker) -> tuple[Judged, Item | None]:
    """Whether one of several statements is about a profile, and which one decided."""
    undecided: tuple[Judged, Item | None] | None = None
    last: Item | None = None
    missing: dict[str, None] = {}
    found = [(judge_item(item, asker), item) for item in items]
    understood = any(judged.missing != ("wording",) for judged, _ in found)
    for judged, item in found:
        if judged.value:
            return judged, item
        if judged.missing == ("wording",) and understood and not item.listed:
            # A sentence that says nothing of who somebody is makes conditions for those whom others name.
            continue
        last = last or item
        if judged.value is None:
            missing |= dict.fromkeys(judged.missing)
            # What can be asked says more than wording that nobody understood.
            if undecided is None or undecided[0].missing == ("wording",):
                undecided = judged, item
    if undecided is not None:
        known = tuple(name for name in missing if name != "wording") or ("wording",)
        return Judged(None, undecided[0].term, known), undecided[1]
    return Judged(False if last else None, missing=() if last else ("wording",)), last


def narrowing(text: str, mention: Mention, others: Iterable[Mention], scope_of: ScopeWords) -> tuple[str, str]:
    """The words in front of and behind a term in a bearer that narrow it, without those that do not, and without a part of any firm:
    "the management body of".
    """
    starts = [m.end for m in others if m.end <= mention.start]
    ends = [m.start for m in others if m.start >= mention.end]
    before = re.split(
        r",|;|\band\b|\bor\b|\bund\b|\boder\b|\bet\b|\bou\b", text[max(starts, default=0) : mention.start]
    )[-1]
    before = re.sub(rf"(?<![\w-])(?:{scope_of.organs})(?![\w-])", " ", before)
    behind = re.split(r",|;", text[mention.end : min(ends, default=len(text))])[0]
    return _without_neutral(before, scope_of), _without_neutral(behind, scope_of)


def _without_neutral(text: str, scope_of: ScopeWords) -> str:
    left = re.sub(rf"(?<![\w-])(?:{scope_of.neutral})(?![\w-])", " ", text)
    return " ".join(re.sub(r"[^\w' -]", " ", left).split())
