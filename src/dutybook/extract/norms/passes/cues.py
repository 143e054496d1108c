r"""Loads spaCy's tokenizers without the seconds that spaCy, and one of them, take to import.

French lists 450 compounds ("sous-…", "porte-…"), each with a class of 1,300 small letters, and compiles them on import:
four seconds of processor time in each process that reads a French sentence. With ``\w`` for the letters it takes a
twentieth. ``\w`` also matches digits and the underscore, which no compound contains: words with any are excluded before.

spaCy itself imports its commands, with what these need for downloads and templates (a fifth of a second), and PyTorch
if it is installed, for example for training (1.6 seconds, 200 MB). Tokenizers need neither.
"""

from __future__ import annotations

import re
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, wraps
from itertools import product
from types import ModuleType
from typing import TYPE_CHECKING, Any

from dutybook.extract.norms.unit import CueMatch, Discourse, Unit
from dutybook.languages import LanguagePack
from dutybook.records import Span

if TYPE_CHECKING:
    from spacy.language import Language
if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

#: A pattern that spells out the letters more often than this is worth it.
_OFTEN = 50
_NO_LETTER = re.compile(r"[\d_]")
_one_at_a_time = threading.Lock()
_shortened: set[re.Pattern[str]] = set()


def blank(code: str) -> Language:
    """``spacy.blank``: the rule-based tokenizer of a language, without a statistical model."""
    with _one_at_a_time:
        with _tokenizers_alone():
            import spacy
        with _letters_as_a_category():
            nlp = spacy.blank(code)
    rules: Any = nlp.tokenizer
    if getattr(rules.token_match, "__self__", None) in _shortened:
        rules.token_match = _of_letters(rules.token_match)
    return nlp


@contextmanager
def _tokenizers_alone() -> Iterator[None]:
    """While spaCy is imported, hide PyTorch, and import spaCy's commands only when they are used."""
    modules: dict[str, Any] = sys.modules
    absent: dict[str, Any] = {
        "torch": None,
        "spacy.cli": ModuleType("spacy.cli"),
        "spacy.cli.info": ModuleType("spacy.cli.info"),
    }
    absent["spacy.cli.info"].info = _info
    absent = {name: module for name, module in absent.items() if name not in modules}
    modules.update(absent)
    try:
        yield
    finally:
        for name in absent:
            modules.pop(name, None)


def _info(*args: Any, **more: Any) -> Any:
    """``spacy.info``."""
    from spacy.cli.info import info

    return info(*args, **more)


@contextmanager
def _letters_as_a_category() -> Iterator[None]:
    r"""While the module of the language is imported, let ``re.compile`` read spaCy's classes of letters as ``\w``."""
    from spacy.lang.char_classes import ALPHA, ALPHA_LOWER

    real = re.compile

    @wraps(real)
    def shorter(pattern: Any, flags: Any = 0) -> Any:
        if not isinstance(pattern, str) or pattern.count(ALPHA_LOWER) < _OFTEN:
            return real(pattern, flags)
        made = real(pattern.replace(ALPHA_LOWER, r"\w").replace(ALPHA, r"\w"), flags)
        _shortened.add(made)
        return made

    re.compile = shorter
    try:
        yield
    finally:
        re.compile = real


def _of_letters(match: Callable[[str], re.Match[str] | None]) -> Callable[[str], re.Match[str] | None]:
    return lambda word: None if _NO_LETTER.search(word) else match(word)


#: Words that a gap ("…") may span; a gap never crosses punctuation that parts clauses.
GAP = 12
#: Signs that part no clauses: a gap may cross them. A sentence's own full stop is behind every gap.
_INSIDE = frozenset(".§%&/-'’‘‚„“”\"«»")
#: Characters of a passage that are looked at.
_LONGEST = 6000
#: Which of two overlapping matches of equally many written words stays: what limits a duty, then the rest.
_ORDER = ("exemption", "prohibition", "permission", "obligation", "recommendation")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of words between gaps: a key of the PhraseMatcher, or a regular expression for one word."""

    key: int
    word: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class _Pattern:
    """Pieces, with the least and the greatest number of words before each but the first; ``written`` is the number of
    written words.
    """

    label: str
    pieces: tuple[_Piece, ...]
    gaps: tuple[tuple[int, int], ...]
    written: int


@dataclass(slots=True)
class _Compiled:
    """The patterns of a pack by the key of their first phrase, and separately those that begin with a regular
    expression.
    """

    phrases: PhraseMatcher
    by_phrase: dict[int, list[_Pattern]] = field(default_factory=lambda: defaultdict(list))
    by_word: list[_Pattern] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Match:
    """A pattern that matches the tokens ``[start, end)``."""

    pattern: _Pattern
    start: int
    end: int

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """Of overlapping matches the one with the lowest rank is used: the one with most written words, since gaps
        make a match long, not strong.
        """
        return (-self.pattern.written, _ORDER.index(self.pattern.label), self.end - self.start, self.start)


def find_cues(text: str, span: Span, pack: LanguagePack) -> list[tuple[str, int, int]]:
    """The cues of a passage as (label, start, end), in order; none overlaps another.

    A label is a modality or ``recommendation``; start and end are offsets into ``text``.
    """
    doc = _tokenizer(pack.spacy).make_doc(text[span.start : min(span.end, span.start + _LONGEST)])
    kept: list[_Match] = []
    for match in sorted(_find_matches(doc, _compile(pack)), key=lambda m: m.rank):
        if not _is_name(doc, match) and all(match.end <= k.start or k.end <= match.start for k in kept):
            kept.append(match)
    found = []
    for match in sorted(kept, key=lambda m: m.start):
        last = doc[match.end - 1]
        found.append((match.pattern.label, span.start + doc[match.start].idx, span.start + last.idx + len(last.text)))
    return found


def count_patterns(pack: LanguagePack) -> int:
    """The number of a pack's patterns that indicate a norm."""
    cues = pack.norms.cues
    return sum(len(getattr(cues, name)) for name in type(cues).model_fields)


def _find_matches(doc: Doc, compiled: _Compiled) -> Iterator[_Match]:
    places: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for key, start, end in compiled.phrases(doc):
        places[key].append((start, end))
    keys = compiled.by_phrase.keys() & places.keys()
    if not keys and not compiled.by_word:
        return
    passage = _Passage(doc, places)
    for key in keys:
        for pattern in compiled.by_phrase[key]:
            yield from passage.match(pattern, places[key])
    for pattern in compiled.by_word:
        yield from passage.match(pattern, passage.find(pattern.pieces[0], 0, len(doc)))


class _Passage:
    """The words of a passage, the positions of phrases in it, and the borders of its clauses."""

    def __init__(self, doc: Doc, places: dict[int, list[tuple[int, int]]]) -> None:
        self._places = places
        # Regular expressions see the capital of a noun; a sentence's first word, or one in capitals alone, may be a verb.
        self._words = [t.text if n and not t.is_upper else t.lower_ for n, t in enumerate(doc)]
        self._breaks = [0]
        for token in doc:
            self._breaks.append(self._breaks[-1] + (token.is_punct and token.text not in _INSIDE))

    def match(self, pattern: _Pattern, firsts: Iterable[tuple[int, int]]) -> Iterator[_Match]:
        """The matches of a pattern whose first piece is at ``firsts``."""
        for start, end in firsts:
            stop = self._join(pattern, 1, end)
            if stop is not None:
                yield _Match(pattern, start, stop)

    def find(self, piece: _Piece, low: int, high: int) -> list[tuple[int, int]]:
        """The positions of a piece that begins at a token from ``low`` to ``high``."""
        if piece.word is None:
            return [place for place in self._places.get(piece.key, ()) if low <= place[0] <= high]
        window = range(low, min(high + 1, len(self._words)))
        return [(at, at + 1) for at in window if piece.word.fullmatch(self._words[at])]

    def _join(self, pattern: _Pattern, number: int, at: int) -> int | None:
        """The end of the last piece, if the pieces from ``number`` on follow token ``at`` within their gaps."""
        if number == len(pattern.pieces):
            return at
        low, high = pattern.gaps[number - 1]
        for start, end in self.find(pattern.pieces[number], at + low, at + high):
            if self._breaks[start] == self._breaks[at]:
                stop = self._join(pattern, number + 1, end)
                if stop is not None:
                    return stop
        return None


def _is_name(doc: Doc, match: _Match) -> bool:
    """Whether a cue of one word is a noun or a name, judged by its capital after another word ("bei *Bedarf*", "on 5
    *May*").
    """
    if match.end - match.start > 1 or not match.start:
        return False
    token, before = doc[match.start], doc[match.start - 1]
    return token.text[:1].isupper() and not token.is_upper and before.text[-1:].isalnum()


@cache
def _tokenizer(name: str) -> Language:
    return blank(name)


@cache
def _compile(pack: LanguagePack) -> _Compiled:
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

    nlp = _tokenizer(pack.spacy)
    made = _Compiled(PhraseMatcher(nlp.vocab, attr="LOWER"))

    def piece(run: Sequence[str]) -> _Piece:
        if run[0].startswith("/"):
            return _Piece(0, re.compile(run[0][1:-1]))
        name = " ".join(run)
        key = int(nlp.vocab.strings.add(name))
        if name not in made.phrases:
            options = product(*([_cut_word(option, nlp) for option in word.split("|")] for word in run))
            made.phrases.add(name, [Doc(nlp.vocab, words=[w for words in o for w in words]) for o in options])
        return _Piece(key)

    for label, text in _labelled(pack):
        runs = list(_cut_pattern(text))
        pieces = tuple(piece(run) for run, _ in runs)
        pattern = _Pattern(label, pieces, tuple(gap for _, gap in runs[1:]), sum(len(run) for run, _ in runs))
        if pieces[0].word is None:
            made.by_phrase[pieces[0].key].append(pattern)
        else:
            made.by_word.append(pattern)
    return made


def _labelled(pack: LanguagePack) -> Iterator[tuple[str, str]]:
    """Every pattern of a pack with its label."""
    for name in type(pack.norms.cues).model_fields:
        for text in getattr(pack.norms.cues, name):
            yield name, text


def _cut_pattern(text: str) -> Iterator[tuple[list[str], tuple[int, int]]]:
    """A pattern's runs of words, each with the least and the greatest gap before it."""
    run: list[str] = []
    low = high = 0
    for word in text.split():
        if word in {"…", "_"} or word.startswith("/"):
            if run:
                yield run, (low, high)
                run, low, high = [], 0, 0
            if word.startswith("/"):
                yield [word], (low, high)
                low = high = 0
            else:
                low, high = low + (word == "_"), high + (1 if word == "_" else GAP)
        else:
            run.append(word)
    if run:
        yield run, (low, high)


def _cut_word(option: str, nlp: Language) -> list[str]:
    """A pattern's word as the tokenizer cuts it in a text; an elided one ("n'") would be cut differently alone."""
    return [option] if option.endswith(("'", "’")) else [t.text for t in nlp.make_doc(option)]


NAME = "cues"
READS = frozenset({"input", "sentence", "answer"})
WRITES = frozenset({"cues"})


def match_cues(units: tuple[Unit, ...], discourse: Discourse) -> tuple[Unit, ...]:
    """The units with their cues, in order; without cues those that the network was not asked about."""
    return tuple(replace(unit, cues=_cues_of(unit, discourse)) if unit.answer else unit for unit in units)


def _cues_of(unit: Unit, discourse: Discourse) -> tuple[CueMatch, ...]:
    pack = discourse.pack_for(unit.sentence.language)
    if not pack.seeks_norms:
        return ()
    found = find_cues(discourse.text, unit.input.span, pack)
    return tuple(CueMatch(label, Span(start, end)) for label, start, end in found)
