"""Cue patterns of a language pack, compiled for spaCy's tokenizer and Matcher."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

from dutybook.languages import LanguagePack

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import Matcher, PhraseMatcher
    from spacy.tokens import Doc

# Words that a gap ("…") may span; a gap never crosses punctuation.
_GAP = 12
_WINDOW = 2 * _GAP + 8
# Which of two overlapping matches wins, before length: what limits a duty, then what is no norm, then the rest.
_TIERS = {"exemption": 0, "!": 1, "prohibition": 2, "permission": 3, "obligation": 3, "recommendation": 4}


@dataclass(frozen=True, slots=True)
class Cue:
    """A matched pattern: tokens ``[start, end)``, what it says (a modality, or ``!`` and a reason), and its words."""

    label: str
    start: int
    end: int
    pattern: str

    @property
    def constitutive(self) -> bool:
        return self.label.startswith("!")

    @property
    def reason(self) -> str:
        return self.label[1:]


@cache
def tokenizer(code: str) -> Language:
    """spaCy's rule-based tokenizer of a language (no statistical model)."""
    import spacy

    return spacy.blank(code)


def _token(word: str) -> dict[str, Any]:
    if word == "…":
        return {"IS_PUNCT": False, "OP": f"{{0,{_GAP}}}"}
    if word == "_":
        return {"IS_PUNCT": False}
    if word.startswith("/") and word.endswith("/"):
        return {"LOWER": {"REGEX": f"^(?:{word[1:-1]})$"}}
    return {"LOWER": word}


def _is_open(word: str) -> bool:
    return word in {"…", "_"} or word.startswith("/")


def _expand(pattern: str, nlp: Language) -> Iterator[list[str]]:
    """The word sequences that a written pattern stands for: alternatives multiplied out, words cut as spaCy cuts them."""
    choices: list[list[list[str]]] = []
    for word in pattern.split():
        if _is_open(word):
            choices.append([[word]])
        else:
            choices.append([[t.text for t in nlp.make_doc(option)] for option in word.split("|")])
    for choice in product(*choices):
        yield [word for words in choice for word in words]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """Patterns without gaps in one PhraseMatcher (a trie: cost does not grow with their number); those with gaps in a
    Matcher for each first word, tried only where that word stands. One Matcher over all patterns costs a step for each
    pattern at each token: 7 of the 8 seconds that an act of 88 pages took."""

    phrases: PhraseMatcher
    gapped: dict[str, Matcher]
    labels: dict[int, tuple[str, str]]


@cache
def _compiled(pack: LanguagePack) -> _Compiled:
    from spacy.matcher import Matcher, PhraseMatcher
    from spacy.tokens import Doc

    nlp = tokenizer(pack.spacy)
    phrases = PhraseMatcher(nlp.vocab, attr="LOWER")
    gapped: dict[str, Matcher] = {}
    labels: dict[int, tuple[str, str]] = {}
    groups = [(name, getattr(pack.norms.cues, name)) for name in type(pack.norms.cues).model_fields]
    groups += [(f"!{reason}", patterns) for reason, patterns in pack.norms.constitutive.items()]
    for label, patterns in groups:
        for pattern in patterns:
            key = f"{label}\t{pattern}"
            labels[nlp.vocab.strings.add(key)] = (label, pattern)
            for words in _expand(pattern, nlp):
                if not any(_is_open(w) for w in words):
                    phrases.add(key, [Doc(nlp.vocab, words=words)])
                else:
                    made = gapped.setdefault(words[0], Matcher(nlp.vocab))
                    made.add(key, [[_token(w) for w in words]])
    return _Compiled(phrases, gapped, labels)


def _matches(doc: Doc, lower: list[str], pack: LanguagePack) -> Iterator[tuple[int, int, int]]:
    compiled = _compiled(pack)
    yield from compiled.phrases(doc)
    for at, word in enumerate(lower):
        made = compiled.gapped.get(word)
        if made is not None:
            window = doc[at : at + _WINDOW]
            yield from ((key, at + start, at + end) for key, start, end in made(window) if start == 0)


def find_cues(doc: Doc, lower: list[str], pack: LanguagePack) -> list[Cue]:
    """The cues of a sentence in order; where matches overlap, the stronger and longer one stays.

    ``lower`` are the tokens of ``doc`` in lower case.
    """
    labels = _compiled(pack).labels
    found = []
    for key, start, end in _matches(doc, lower, pack):
        label, pattern = labels[key]
        if (
            end - start == 1
            and start
            and pack.actors.compounds
            and not label.startswith("!")
            and lower[start] != doc[start].text
        ):
            continue  # where nouns are capitalised: "bei Bedarf" is no "bedarf"
        tier = _TIERS["!" if label.startswith("!") else label]
        # A gap makes a match long, not strong: count the words that are written.
        written = sum(word != "…" for word in pattern.split())
        found.append(((tier if written > 1 else 5, -written, end - start), Cue(label, start, end, pattern)))
    found.sort(key=lambda pair: pair[0])
    taken: list[Cue] = []
    for _, cue in found:
        if not any(cue.start < other.end and other.start < cue.end for other in taken):
            taken.append(cue)
    return sorted(taken, key=lambda cue: cue.start)
