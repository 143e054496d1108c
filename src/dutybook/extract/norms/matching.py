"""Cue patterns of a language pack, compiled for spaCy's tokenizer and Matcher."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from dutybook.languages import LanguagePack

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import Matcher
    from spacy.tokens import Doc

# Words that a gap ("…") may span; a gap never crosses a comma, a semicolon or a colon.
_GAP = 12
_STOPS = [",", ";", ":", "(", ")"]
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


def _token(word: str) -> list[dict[str, Any]]:
    if word == "…":
        return [{"LOWER": {"NOT_IN": _STOPS}, "OP": f"{{0,{_GAP}}}"}]
    optional = word.endswith("?") and not word.startswith("/")
    word = word[:-1] if optional else word
    spec: dict[str, Any]
    if word.startswith("/") and word.endswith("/"):
        spec = {"LOWER": {"REGEX": f"^(?:{word[1:-1]})$"}}
    elif "|" in word:
        spec = {"LOWER": {"IN": word.split("|")}}
    else:
        spec = {"LOWER": word}
    if optional:
        spec["OP"] = "?"
    return [spec]


def _split(pattern: str, nlp: Language) -> list[str]:
    """Words of a pattern as the tokenizer would cut them; what is written with ``|``, ``/`` or ``?`` stays whole."""
    words: list[str] = []
    for word in pattern.split():
        if word == "…" or any(c in word for c in "|/?"):
            words.append(word)
        else:
            words.extend(t.text for t in nlp.make_doc(word))
    return words


@cache
def matcher(pack: LanguagePack) -> tuple[Matcher, dict[int, tuple[str, str]]]:
    """The Matcher over all cue and constitutive patterns, and what each key stands for (label, pattern)."""
    from spacy.matcher import Matcher

    nlp = tokenizer(pack.spacy)
    made = Matcher(nlp.vocab)
    labels: dict[int, tuple[str, str]] = {}
    groups = [(name, getattr(pack.norms.cues, name)) for name in type(pack.norms.cues).model_fields]
    groups += [(f"!{reason}", patterns) for reason, patterns in pack.norms.constitutive.items()]
    for label, patterns in groups:
        for pattern in patterns:
            tokens = [spec for word in _split(pattern, nlp) for spec in _token(word)]
            key = f"{label}\t{pattern}"
            made.add(key, [tokens])
            labels[nlp.vocab.strings[key]] = (label, pattern)
    return made, labels


def find_cues(doc: Doc, pack: LanguagePack) -> list[Cue]:
    """The cues of a sentence in order; where matches overlap, the stronger and longer one stays."""
    made, labels = matcher(pack)
    found = []
    for key, start, end in made(doc):
        label, pattern = labels[key]
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
