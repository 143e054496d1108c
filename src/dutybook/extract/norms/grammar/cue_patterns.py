"""Cue patterns of a language pack, matched by spaCy's tokenizer and PhraseMatcher.

The PhraseMatcher is a trie: its cost does not grow with the number of patterns. A pattern with gaps is cut into the
phrases between them, and these are joined again (spaCy's Matcher would try every pattern at every token, and every
length of a gap: 7 of the 8 seconds that an act of 88 pages took).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain, product
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

from dutybook.extract.norms.blank import blank
from dutybook.languages import LanguagePack

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

# Words that a gap ("…") may span; a gap never crosses punctuation.
_GAP = 12
# Where the verb comes last, more stands between its parts ("hat … zu melden").
_BRACKET = 18
# Signs that part no clauses: a gap may cross them.
_INSIDE = frozenset("§%&/-'’‘‚„“”\"«»")
# A verb with one of the pack's prefixes of duty has so many letters at least.
_PREFIXED = 5
# Up to here a number with a full stop is one word where that makes ordinals ("saskaņā ar 12. pantu").
_ORDINALS = 400
# Which of two overlapping matches wins, before length: what limits a duty and what is no norm, then the rest. Of
# equally many words "shall not apply" limits; "gilt nicht als", longer than "gilt nicht", is no norm.
_TIERS = {"exemption": 1, "!": 1, "prohibition": 2, "permission": 3, "obligation": 3, "recommendation": 4}


@dataclass(frozen=True, slots=True)
class Cue:
    """A matched pattern: tokens ``[start, end)``, what it says (a modality, or ``!`` and a reason), and its words.

    ``form``: no pattern, but a verb that commands by its form ("garantizará").
    """

    label: str
    start: int
    end: int
    pattern: str
    form: bool = False

    @property
    def constitutive(self) -> bool:
        return self.label.startswith("!")

    @property
    def reason(self) -> str:
        return self.label[1:]


@cache
def tokenizer(pack: LanguagePack) -> Language:
    """spaCy's rule-based tokenizer of a language (no statistical model), with the abbreviations that it lacks."""
    nlp = blank(pack.spacy)
    if pack.norms.whole_abbreviations:
        whole = [a for a in pack.sentences.abbreviations if " " not in a]
        rules: Any = nlp.tokenizer
        for word in {*whole, *(a.capitalize() for a in whole), *(f"{letter})" for letter in ascii_lowercase)}:
            rules.add_special_case(word, [{"ORTH": word}])
        for number in range(1, _ORDINALS if pack.sentences.ordinal_dates else 1):
            rules.add_special_case(f"{number}.", [{"ORTH": f"{number}."}])
    return nlp


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of words between gaps: a key of the PhraseMatcher, or a regular expression for one word.

    Where nouns are capitalised, an expression meets a noun only if a capital stands in it (``noun``).
    """

    key: int
    word: re.Pattern[str] | None = None
    noun: bool = False

    def meets(self, word: str) -> bool:
        return bool(self.word and self.word.fullmatch(word)) and (self.noun or word == word.lower())


@dataclass(frozen=True, slots=True)
class _Gapped:
    """Pieces with, before each but the first, the least and the greatest number of words between."""

    label: str
    pattern: str
    pieces: tuple[_Piece, ...]
    gaps: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Compiled:
    phrases: PhraseMatcher
    whole: dict[int, tuple[str, str]] = field(default_factory=dict)
    gapped: dict[int, list[_Gapped]] = field(default_factory=dict)


def _runs(pattern: str, longest: int) -> Iterator[tuple[list[str], tuple[int, int]]]:
    """A pattern's runs of words, each with the gap before it."""
    run: list[str] = []
    gap = (0, 0)
    for word in pattern.split():
        if word in {"…", "_"} or word.startswith("/"):
            if run:
                yield run, gap
                run, gap = [], (0, 0)
            if word.startswith("/"):
                yield [word], gap
                gap = (0, 0)
            else:
                low, high = (1, 1) if word == "_" else (0, longest)
                gap = (gap[0] + low, gap[1] + high)
        else:
            run.append(word)
    if run:
        yield run, gap


def _words(option: str, nlp: Language) -> list[str]:
    """A pattern's word as the tokenizer cuts it in a text; an elided one ("n'") would be cut differently alone."""
    return [option] if option.endswith(("'", "’")) else [t.text for t in nlp.make_doc(option)]


@cache
def _compiled(pack: LanguagePack) -> _Compiled:
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

    nlp = tokenizer(pack)
    made = _Compiled(PhraseMatcher(nlp.vocab, attr="LOWER"))

    def piece(run: list[str]) -> _Piece:
        if run[0].startswith("/"):
            return _Piece(0, re.compile(run[0][1:-1]), run[0] != run[0].lower())
        name = " ".join(run)
        key = int(nlp.vocab.strings.add(name))
        if name not in made.phrases:
            options = product(*([_words(o, nlp) for o in word.split("|")] for word in run))
            made.phrases.add(name, [Doc(nlp.vocab, words=[w for words in o for w in words]) for o in options])
        return _Piece(key)

    groups = [(name, getattr(pack.norms.cues, name)) for name in type(pack.norms.cues).model_fields]
    groups += [(f"!{reason}", patterns) for reason, patterns in pack.norms.constitutive.items()]
    for label, patterns in groups:
        for pattern in patterns:
            runs = list(_runs(pattern, _BRACKET if pack.norms.verb_final else _GAP))
            pieces = tuple(piece(run) for run, _ in runs)
            if len(pieces) == 1:
                made.whole[pieces[0].key] = (label, pattern)
            else:
                gapped = _Gapped(label, pattern, pieces, tuple(gap for _, gap in runs[1:]))
                made.gapped.setdefault(pieces[0].key, []).append(gapped)
    return made


def citing_signs(lower: list[str], pack: LanguagePack) -> frozenset[int]:
    """Commas and brackets within citations ("artikel 3, lid 2, onder a), van …"): they part no clauses.

    The comma after a citation's last part is one of them unless a verb or the opener of a clause follows it; so is, where
    the pack says so, the full stop of an ordinal ("članka 5. stavka 2.").
    """
    norms = pack.norms
    found: set[int] = set()
    if norms.ordinal_stops:
        found.update(at for at in range(1, len(lower) - 1) if lower[at] == "." and lower[at - 1].isdigit())
    if not norms.citation_parts:
        return frozenset(found)
    words = {*norms.citation_parts, *norms.coordinators}
    verbs = {*norms.auxiliaries, *norms.item_verbs, *norms.subordinators, *norms.relatives}
    inside, depth = False, 0
    for at, word in enumerate(lower):
        following = lower[at + 1] if at + 1 < len(lower) else ""
        depth += word == "("
        if word == ")":
            if depth:
                depth -= 1
            elif inside:
                found.add(at)
        elif word == ",":
            goes_on = following in norms.citation_parts
            if goes_on or (inside and following not in verbs and not _leads(following, pack)):
                found.add(at)
            inside = goes_on
        elif inside and word not in words and not _numbers(word):
            inside = False
    return frozenset(found)


def _leads(word: str, pack: LanguagePack) -> bool:
    return len(word) > 3 and word.endswith(pack.norms.verb_endings[:1]) and word not in pack.norms.negations


def _numbers(word: str) -> bool:
    return word[:1].isdigit() or len(word) <= 4


def _matches(doc: Doc, lower: list[str], pack: LanguagePack, inner: frozenset[int]) -> Iterator[Cue]:
    compiled = _compiled(pack)
    places: dict[int, list[tuple[int, int]]] = {}
    for key, start, end in compiled.phrases(doc):
        places.setdefault(key, []).append((start, end))
        if key in compiled.whole:
            label, pattern = compiled.whole[key]
            yield Cue(label, start, end, pattern)
    if not compiled.gapped.keys() & places.keys():
        return
    breaks = [0]
    citing = citing_signs(lower, pack)
    # Where nouns are capitalised, a word in capitals alone shouts a verb ("MUSS"); a noun keeps its capital here.
    nouns = pack.actors.by_capitals
    words = [t.text if nouns and not t.is_upper else low for t, low in zip(doc, lower, strict=True)]
    for at, token in enumerate(doc):
        breaks.append(breaks[-1] + ((token.is_punct and token.text not in _INSIDE and at not in citing) or at in inner))
    for key in compiled.gapped.keys() & places.keys():
        for gapped in compiled.gapped[key]:
            for start, end in places[key]:
                stop = _joined(gapped, 1, end, places, words, breaks)
                if stop:
                    yield Cue(gapped.label, start, stop, gapped.pattern)


def _without_adverbs(doc: Doc, lower: list[str], pack: LanguagePack, inner: frozenset[int]) -> Iterator[Cue]:
    """The cues that an adverb behind their auxiliary hides ("are *also* required to")."""
    from spacy.tokens import Doc

    norms = pack.norms
    adverbs = {
        at for at in range(1, len(lower)) if lower[at] in norms.cue_adverbs and lower[at - 1] in norms.cue_auxiliaries
    }
    if not adverbs:
        return
    kept = [at for at in range(len(lower)) if at not in adverbs]
    words, spaces = [doc[at].text for at in kept], [bool(doc[at].whitespace_) for at in kept]
    opens = frozenset(new for new, at in enumerate(kept) if at in inner)
    for cue in _matches(Doc(doc.vocab, words=words, spaces=spaces), [lower[at] for at in kept], pack, opens):
        start, end = kept[cue.start], kept[cue.end - 1] + 1
        if not adverbs.isdisjoint(range(start, end)):
            yield replace(cue, start=start, end=end)


def _joined(
    gapped: _Gapped,
    number: int,
    at: int,
    places: dict[int, list[tuple[int, int]]],
    words: list[str],
    breaks: list[int],
) -> int:
    """Where the pieces from ``number`` on end when they follow token ``at`` within their gaps; 0 where they do not."""
    if number == len(gapped.pieces):
        return at
    piece, (low, high) = gapped.pieces[number], gapped.gaps[number - 1]
    if piece.word is not None:
        window = range(at + low, min(at + high + 1, len(words)))
        candidates = [(i, i + 1) for i in window if piece.meets(words[i])]
    else:
        candidates = [p for p in places.get(piece.key, ()) if at + low <= p[0] <= at + high]
    for start, end in candidates:
        if breaks[start] == breaks[at]:
            stop = _joined(gapped, number + 1, end, places, words, breaks)
            if stop:
                return stop
    return 0


def _over_verb(cue: Cue, lower: list[str], pack: LanguagePack) -> bool:
    """Whether a gap of the cue holds one of ``no_gap_over``; those written in its pattern stand in no gap."""
    barred = set(lower[cue.start + 1 : cue.end - 1]).intersection(pack.norms.no_gap_over)
    return bool(barred) and not barred.issubset(cue.pattern.replace("|", " ").split())


def _passes_verb(cue: Cue, lower: list[str], pack: LanguagePack) -> bool:
    """Whether the gap before a negation holds the verb, which then is not negated ("shall report it not later than").

    In the gap of "shall … not" stands an adverb or a phrase ("shall in such cases not").
    """
    norms = pack.norms
    if (
        not norms.insertions
        or cue.end - cue.start < 3
        or not cue.pattern.endswith(tuple(f"… {n}" for n in norms.negations))
    ):
        return False
    first = lower[cue.start + 1]
    return first not in norms.insertions and not first.endswith(norms.adverb_endings)


@cache
def _cue_forms(pack: LanguagePack) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((label, re.compile("|".join(forms))) for label, forms in pack.norms.form_cues.items() if forms)


def _form_cues(lower: list[str], taken: list[Cue], pack: LanguagePack) -> list[Cue]:
    """Verbs outside other cues whose form alone is a cue ("megtagadhatja")."""
    forms = _cue_forms(pack)
    if not forms:
        return []
    held = {token for cue in taken for token in range(cue.start, cue.end)}
    return [
        Cue(label, at, at + 1, word)
        for at, word in enumerate(lower)
        for label, form in forms
        if at not in held and form.fullmatch(word) and (not at or lower[at - 1] not in pack.norms.no_cue_after)
    ]


def _holds(cue: Cue, formula: Cue) -> bool:
    """Whether a cue says more than the formula within it, which then is none here ("se considera recomendable" is no "se considera")."""
    if (
        cue.constitutive
        or not (cue.start <= formula.start and formula.end <= cue.end)
        or cue.pattern == formula.pattern
    ):
        return False
    if "…" in cue.pattern:
        return f" {formula.pattern} " in f" {cue.pattern} "
    return len(cue.pattern.split()) > len(formula.pattern.split())


def find_cues(doc: Doc, lower: list[str], pack: LanguagePack, inner: frozenset[int] = frozenset()) -> list[Cue]:
    """The cues of a sentence in order; where matches overlap, the stronger and longer one stays.

    ``lower`` are the tokens of ``doc`` in lower case; behind the tokens ``inner`` a gap does not go on.
    """
    found = []
    for cue in chain(_matches(doc, lower, pack, inner), _without_adverbs(doc, lower, pack, inner)):
        length = cue.end - cue.start
        capital = length == 1 and cue.start > 0 and lower[cue.start] != doc[cue.start].text
        name = pack.actors.by_capitals or lower[cue.start] in pack.temporal.months
        if cue.start and lower[cue.start - 1] in pack.norms.no_cue_after:
            continue
        if lower[cue.start] in pack.norms.no_negations and lower[cue.start + 1 : cue.start + 2][0][:1].isdigit():
            continue  # "Regulation (EU) No 12/2031 shall"
        if _passes_verb(cue, lower, pack):
            continue
        if length > 2 and _over_verb(cue, lower, pack):
            continue
        shouted = pack.actors.by_capitals and doc[cue.start].is_upper  # "MÜSSEN", as in rules of technology
        if capital and name and not shouted and not cue.constitutive:
            continue  # where nouns are capitalised, "bei Bedarf" is no "bedarf"; "on 5 May" is no "may"
        tier = _TIERS["!" if cue.constitutive else cue.label]
        # A gap makes a match long, not strong: count the words that are written.
        written = sum(word != "…" for word in cue.pattern.split())
        limits = cue.label == "exemption"
        found.append(((tier if written > 1 else 5, -written, not limits, length, cue.start, cue.pattern), cue))
    found.sort(key=lambda pair: pair[0])
    taken: list[Cue] = []
    for _, cue in found:
        if cue.constitutive and any(_holds(other, cue) for _, other in found):
            continue
        if not any(cue.start < other.end and other.start < cue.end for other in taken):
            taken.append(cue)
    taken += _form_cues(lower, taken, pack)
    if pack.norms.command_endings:
        held = {token for cue in taken for token in range(cue.start, cue.end)}
        verbs = [i for i, word in enumerate(lower) if word.endswith(pack.norms.command_endings) and len(word) > 2]
        verbs = [i for i in verbs if not (i and lower[i - 1] == "-")]  # "go n-aithneofar": of a clause inside
        taken += [Cue("obligation", i, i + 1, lower[i], form=True) for i in verbs if i not in held]
    if pack.norms.duty_prefixes:
        held = {token for cue in taken for token in range(cue.start, cue.end)}
        verbs = [i for i, w in enumerate(lower) if w.startswith(pack.norms.duty_prefixes) and len(w) >= _PREFIXED]
        taken += [Cue("obligation", i, i + 1, lower[i]) for i in verbs if i not in held]
    return sorted(taken, key=lambda cue: cue.start)
