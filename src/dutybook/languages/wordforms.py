"""Groups the forms of a word: stems, base forms and the parts of compounds, by language.

Two forms of a word share a key. A key is the stem from the Snowball algorithm of the language, or the stem of the
base form by learned endings ("genommen" is "nehmen"); for languages without a Snowball algorithm, the base form
itself. ``models/wordforms/card.md`` says where the endings come from and what each language has.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from dutybook.languages.artefacts import artefact, report_damage
from dutybook.languages.letters import fold

if TYPE_CHECKING:
    from Stemmer import Stemmer

#: Algorithms by language; Croatian has the Serbian one, which reads Latin letters.
SNOWBALL = {
    "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "et": "estonian",
    "fi": "finnish", "fr": "french", "ga": "irish", "hr": "serbian", "hu": "hungarian", "it": "italian",
    "lt": "lithuanian", "nl": "dutch", "pl": "polish", "pt": "portuguese", "ro": "romanian", "sv": "swedish",
}  # fmt: skip
#: All languages that word forms are known of, in the order of their tags in the index: new ones come last.
LANGUAGES = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt", "nl", "pl",
    "pt", "ro", "sk", "sl", "sv",
)  # fmt: skip
#: Before a root, so that it meets roots alone: of private use, as the tags of languages in the index are.
ROOT = "\ue100"
_LONGEST_ENDING = 10
_LONGEST_WORD = 60
_SHORTEST_PART = 4
#: A shorter word that makes compounds is not taken apart itself.
_SHORT_COMPOUND = 11
_LONG_BEGINNING = 6
_SHORTEST_ROOT = 3


@dataclass(frozen=True, slots=True)
class WordRules:
    """What was learned about a language.

    ``rules``: ending to change (``-2en``: cut two letters, put ``en``; a digit before the dash counts letters lost in
    front); ``parts``: words that compounds are made of; all folded.
    """

    prefixes: tuple[str, ...]
    rules: dict[str, str]
    parts: frozenset[str] = frozenset()
    linkers: tuple[str, ...] = ("",)

    def lemma(self, word: str) -> str:
        """The base form of a folded word, by the longest known ending."""
        begin = max((p for p in self.prefixes if word.startswith(p)), key=len, default="")
        rest = "^" + word[len(begin) :]
        mark = begin + "-" if begin else ""
        for at in range(max(0, len(rest) - _LONGEST_ENDING), len(rest) + 1):
            change = self.rules.get(mark + rest[at:])
            if change is not None:
                lost, _, end = change.partition("-")
                cut = int(end[:1])
                kept = word[int(lost or 0) : len(word) - cut]
                return kept + end[1:] if len(kept) >= 2 else word
        return word

    def split(self, word: str) -> tuple[str, ...]:
        """The parts of a folded compound, in order; empty if it is none."""
        if len(word) < 2 * _SHORTEST_PART or not self.parts:
            return ()
        word = self.lemma(word)
        if len(word) < _SHORT_COMPOUND and word in self.parts:
            return ()
        return self._split(word, 4) or self._headed(word)

    def _headed(self, word: str) -> tuple[str, ...]:
        """A split into a long unknown beginning and the longest word that ends compounds."""
        for at in range(_LONG_BEGINNING, len(word) - _SHORTEST_PART):
            if word[at:] in self.parts:
                first = word[:at]
                return (first.removesuffix("s") if "s" in self.linkers else first, word[at:])
        return ()

    def _split(self, word: str, most: int) -> tuple[str, ...] | None:
        """The split into the fewest known parts; of several, the one with the longest last part."""
        best: tuple[str, ...] | None = None
        for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            first = self._part(word[:at])
            if first is None:
                continue
            last = self._last(word[at:])
            if last is not None:
                # Later cuts have shorter last parts: the first split into two is the best.
                return (first, last)
            if most > 2 and best is None:
                rest = self._split(word[at:], most - 1)
                if rest is not None:
                    best = (first, *rest)
        return best

    def _part(self, piece: str) -> str | None:
        """The known word that begins a compound in the form ``piece``, possibly with a linking letter."""
        for linker in self.linkers:
            if piece.endswith(linker):
                word = piece.removesuffix(linker) if linker else piece
                if len(word) >= _SHORTEST_PART and word in self.parts:
                    return word
        return None

    def _last(self, piece: str) -> str | None:
        """The known word that ends a compound in an inflected form ``piece``."""
        if len(piece) < _SHORTEST_PART:
            return None
        if piece in self.parts:
            return piece
        lemma = self.lemma(piece)
        return lemma if len(lemma) >= _SHORTEST_PART and lemma in self.parts else None


_NOTHING = WordRules((), {}, frozenset())


@cache
def rules(language: str) -> WordRules:
    """What was learned about a language; empty rules if nothing was.

    Raises:
        Defect: the file is damaged.
    """
    file = artefact("wordforms") / f"{language}.json"
    if not file.is_file():
        return _NOTHING
    with report_damage(file.name):
        made = json.loads(file.read_text(encoding="utf-8"))
        return WordRules(
            tuple(made["prefixes"]), made["rules"], frozenset(made.get("parts", ())), tuple(made.get("linkers", ("",)))
        )


@cache
def _stemmer(language: str) -> Stemmer | None:
    if language not in SNOWBALL:
        return None
    from Stemmer import Stemmer

    return Stemmer(SNOWBALL[language], 0)


def stem(word: str, language: str) -> str:
    """The folded Snowball stem of a lower-case word with its accents; the folded word where there is no algorithm."""
    stemmer = _stemmer(language)
    return fold(stemmer.stemWord(word)) if stemmer and len(word) > 2 else fold(word)


@dataclass(frozen=True, slots=True)
class _More:
    """What ``wordforms.toml`` adds for a language."""

    roots: tuple[str, ...] = ()
    softer: tuple[tuple[str, str], ...] = ()
    irregular: dict[str, str] = field(default_factory=dict)
    separable: tuple[str, ...] = ()
    infix: tuple[str, ...] = ()
    accented: dict[str, str] = field(default_factory=dict)
    endings: tuple[tuple[str, str], ...] = ()
    marks: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    weak_base: str = ""


@cache
def _written() -> dict[str, _More]:
    data = tomllib.loads((resources.files("dutybook.languages") / "wordforms.toml").read_text(encoding="utf-8"))
    made = {}
    for language, listed in data.items():
        irregular: dict[str, str] = {}
        for line in listed.get("irregular", ()):
            forms, _, base = line.partition(" > ")
            irregular |= dict.fromkeys(forms.split(), base)
        made[language] = _More(
            tuple(sorted(listed.get("roots", ()), key=len, reverse=True)),
            tuple((old, new) for old, new in listed.get("softer", ())),
            irregular,
            tuple(sorted(listed.get("separable", ()), key=len, reverse=True)),
            tuple(listed.get("infix", ())),
            listed.get("accented", {}),
            tuple((old, new) for old, _, new in (line.partition(" > ") for line in listed.get("endings", ()))),
            tuple(listed.get("weak", {}).get("marks", ())),
            tuple(sorted(listed.get("weak", {}).get("endings", ()), key=len, reverse=True)),
            listed.get("weak", {}).get("base", ""),
        )
    return made


_NO_MORE = _More()


def base_form(plain: str, language: str) -> str:
    """The base form of a folded word.

    >>> base_form("angebrachte", "de"), base_form("vorzuhalten", "de")
    ('anbringen', 'vorhalten')
    """
    more = _written().get(language, _NO_MORE)
    if plain in more.irregular:
        return more.irregular[plain]
    lemma = rules(language).lemma(plain)
    if lemma in more.irregular:
        return more.irregular[lemma]
    if more.infix:
        for before in more.separable:
            rest = plain[len(before) :]
            infix = next((i for i in more.infix if rest.startswith(i) and len(rest) > len(i) + 3), None)
            if not plain.startswith(before) or infix is None:
                continue
            # "an-ge-bracht" is inflected as "gebracht" is, "an-zu-bringen" as "bringen".
            inner = _ended(rest, language, more) if infix == more.infix[0] else rest[len(infix) :]
            if inner != rest:
                return before + inner
    return lemma


def _accented(word: str, language: str) -> str:
    for ending, base in _written().get(language, _NO_MORE).accented.items():
        if word.endswith(ending) and len(word) > len(ending) + _SHORTEST_ROOT:
            return fold(word.removesuffix(ending)) + base
    return ""


def _other_bases(plain: str, language: str) -> Iterator[str]:
    """Base forms that the word may have in addition to the most probable one."""
    more = _written().get(language, _NO_MORE)
    for old, new in more.endings:
        if plain.endswith(old) and len(plain) > len(old) + 1:
            yield plain.removesuffix(old) + new
    ending = next((e for e in more.weak if plain.endswith(e)), None)
    if ending is None or not more.infix:
        return
    bare, mark = plain.removesuffix(ending), more.infix[0]
    for before in ("", *more.separable):
        verb = bare[len(before) + len(mark) :]
        if bare.startswith(before + mark) and len(verb) >= _SHORTEST_ROOT:
            yield before + verb + _infinitive(verb, more.weak_base)
            return
    if bare.startswith(more.marks):
        yield bare + _infinitive(bare, more.weak_base)


def _infinitive(verb: str, ending: str) -> str:
    return ending[1:] if verb.endswith(("el", "er")) else ending


def _ended(participle: str, language: str, more: _More) -> str:
    """The infinitive of a participle with any ending, or the word itself."""
    for ending in ("", "e", "en", "er", "es", "em"):
        if participle.endswith(ending):
            bare = participle.removesuffix(ending)
            if bare in more.irregular:
                return more.irregular[bare]
            lemma = rules(language).lemma(bare)
            if not lemma.startswith(more.infix[0]) and lemma.endswith("n"):
                return lemma
    return participle


def root(lemma: str, language: str) -> str:
    """The root that a verb shares with its participle and its regular noun; empty for other words.

    >>> root("conserver", "fr") == root("conservation", "fr") != "", root("forme", "fr")
    (True, '')
    """
    more = _written().get(language, _NO_MORE)
    for ending in more.roots:
        if lemma.endswith(ending) and len(lemma) >= len(ending) + _SHORTEST_ROOT:
            made = lemma.removesuffix(ending)
            for old, new in more.softer:
                made = made.replace(old, new)
            return ROOT + made
    return ""


@lru_cache(maxsize=100_000)
def keys(word: str, language: str) -> tuple[str, ...]:
    """The keys of a lower-case word, the stem first.

    >>> set(keys("gemessen", "de")) & set(keys("messen", "de"))
    {'mess'}
    """
    plain = fold(word)
    if len(plain) < 3 or len(plain) > _LONGEST_WORD or not plain.isalpha():
        return (plain,)
    lemma = _accented(word, language) or base_form(plain, language)
    others = [stem(base, language) for base in _other_bases(plain, language)]
    made = (stem(word, language), stem(lemma, language), root(lemma, language), *others)
    return tuple(key for key in dict.fromkeys(made) if key)


def apart(word: str, language: str) -> tuple[str, str] | None:
    """For a form of a separable verb: the first key of the verb without its particle, and the folded particle.

    >>> apart("angebrachte", "de")
    ('bring', 'an')
    """
    more = _written().get(language, _NO_MORE)
    if not more.infix:
        return None
    lemma = base_form(fold(word), language)
    for before in more.separable:
        verb = lemma[len(before) :]
        if lemma.startswith(before) and len(verb) > 4 and verb.endswith("n"):
            return keys(verb, language)[0], before
    return None


@lru_cache(maxsize=100_000)
def parts(word: str, language: str) -> tuple[tuple[str, ...], ...]:
    """The parts of a compound, each with its keys; empty if the word is none.

    >>> [part[0] for part in parts("aufbewahrungsfristen", "de")]
    ['aufbewahr', 'frist']
    """
    plain = fold(word)
    if len(plain) > _LONGEST_WORD or not plain.isalpha():
        return ()
    return tuple(keys(part, language) for part in rules(language).split(plain))
