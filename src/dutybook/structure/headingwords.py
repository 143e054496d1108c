"""The words of headings that a language pack lists, compiled: numbers, titles, and where a provision's text runs in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from dutybook.languages import LanguagePack
from dutybook.languages.sections.structure import StructureWords
from dutybook.structure.numbers import ADVERB, ARTICLE, DIVISION, RAISED

_SECTION = rf"\d+(?:[.\u2011]\d+)*(?:[-–]\d+)?(?:[º°]|o(?=\s))?(?:{RAISED}|-[A-Z](?!\w)|\s?[a-z]{{1,2}}(?![\w.])|\s[a-z](?=\.\s+[^\W\d_a-zß-öø-ÿ]))?"
# "Art. 2 § 4": sections counted through an act of several articles
SECTION_SIGN = re.compile(
    rf"(?:Art(?:ikel|\.)\s\d+\s)?§+\s?(?P<number>{_SECTION}(?:\s?{ADVERB}(?!\w))?)\.?"
    r"(?P<rest>(?:\s*[–—:-]\s*|\s+).*)?$",
    re.DOTALL,
)
_SECTION_RANGE = r"§§\s?(?P<from>\d+[a-z]?)\s?(?:bis|und|to|and|–|-)\s?(?P<to>\d+[a-z]?)"
# "4 § …", "4 a §", "3. § (1) …", "4/A. §"; with a case ending it is a citation ("6 §:ssä", "3. §-ában").
_NUMBER_SIGN = r"(?P<number>\d{1,4}(?:\s?[a-z](?!\w)|/[A-Z](?!\w))?)\.?\s?§(?![\w:§-])"
_REST = r"\.?(?P<rest>(?:\s*[–—:.-]+\s*|\s+).*)?$"
# What follows a number where the provision's own text goes on in the same paragraph.
_RUNS_IN = r"(?:\.?\s?[–—-]+\s?|[.:]\s+|\.(?=[^\W\d_a-zß-öø-ÿ])|\s+(?=\(\d{1,2}[a-z]?\)\s))(?=[^\W\d_a-zß-öø-ÿ]|[(§«„“\"'‘\[]|\d)"
_ORDINAL_RUNS_IN = r"\.?\s+(?=[^\W\d_a-zß-öø-ÿ]|[(§«„“\"'‘\[])"


@dataclass(frozen=True, slots=True)
class Patterns:
    article: re.Pattern[str] | None
    runs_in: re.Pattern[str] | None
    special: re.Pattern[str] | None
    range: re.Pattern[str]
    divisions: tuple[tuple[str, re.Pattern[str]], ...]
    any_division: re.Pattern[str]
    ordinals: dict[str, str]
    annex: re.Pattern[str] | None
    recitals: tuple[str, ...]
    enacting: tuple[str, ...]
    signature: tuple[str, ...]
    contents: tuple[str, ...]
    margin: re.Pattern[str] | None
    paragraph: re.Pattern[str] | None
    sign: tuple[re.Pattern[str], ...]
    sign_runs_in: tuple[re.Pattern[str], ...]


def _alternatives(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


@cache
def patterns(pack: LanguagePack) -> Patterns:
    """The pack's heading words, compiled."""
    words = pack.structure
    ordinals = {
        form.casefold(): str(n) for n, forms in enumerate(words.division_ordinals, 1) for form in forms.split("|")
    }
    annex = margin = None
    if words.annex:
        number = rf"(?:(?P<number>{DIVISION})|(?P<ordinal>(?i:{_alternatives(tuple(ordinals)) or '(?!)'}))(?!\w))"
        head = rf"(?:{_alternatives(words.annex)})"
        after = rf"{head}(?:\s+(?:[Nn][r°o]\.?\s?)?{number})?(?:\s*\([^)]{{0,60}}\))?"
        # "I LISA", "II. MELLÉKLET", "III PIELIKUMS"
        before = rf"(?P<before>\d+|[IVXLC]+)\.?\s{head}(?!\w)" if words.number_first else r"(?P<before>(?!))"
        annex = re.compile(rf"(?:{after}|{before}){_REST}", re.DOTALL)
    if words.margin_number:
        margin = re.compile(rf"(?:{_alternatives(words.margin_number)})\s?(?P<number>\d{{1,3}}[a-z]?)\b\.?:?\s*")
    return Patterns(
        _article_pattern(words),
        _runs_in_pattern(words),
        _special_pattern(words, tuple(ordinals)),
        _range_pattern(words),
        tuple(
            (name, _division_pattern(heads, (*ordinals, *words.article_names)))
            for name, heads in words.divisions.items()
        ),
        _any_division_pattern(words),
        ordinals,
        annex,
        _folded(words.recitals),
        _folded(words.enacting),
        _folded(words.signature),
        _folded(words.contents),
        margin,
        _paragraph_pattern(words),
        (SECTION_SIGN, _NUMBER_FIRST) if words.sign_last else (SECTION_SIGN,),
        (SIGN_RUNS_IN, _NUMBER_RUNS_IN) if words.sign_last else (SIGN_RUNS_IN,),
    )


def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(w.casefold() for w in words)


def _paragraph_pattern(words: StructureWords) -> re.Pattern[str] | None:
    """ "Stk. 2. Kommunen …": the number of an article's second or later paragraph."""
    if not words.paragraph_heads:
        return None
    return re.compile(rf"(?P<raw>(?:{_alternatives(words.paragraph_heads)})\s?(?P<number>\d{{1,2}}[a-z]?)\.)\s+(?=\S)")


def _article_number(words: StructureWords) -> str:
    """The number of an article, or the word that stands for it ("premier", "único")."""
    first = rf"|(?P<first>(?i:{_alternatives(words.article_first)}))(?!\w)" if words.article_first else ""
    name = rf"|(?P<name>(?i:{_alternatives(words.article_names)}))(?!\w)" if words.article_names else ""
    return rf"(?:(?P<number>{ARTICLE})(?![\w(]){first}{name})"


def _article_pattern(words: StructureWords) -> re.Pattern[str] | None:
    if not words.article:
        return None
    heads = rf"(?i:{_alternatives(words.article)})"
    number = _article_number(words)
    if words.number_first:
        before = r"(?P<before>\d+\.?\s?[a-z]{0,2}(?:[/-][A-Z\d])?)\.?\s"
        return re.compile(rf"(?:{before}{heads}(?!\w)|{heads}\s*{number}){_REST}", re.DOTALL)
    return re.compile(rf"{heads}\s*{number}{_REST}", re.DOTALL)


def _runs_in_pattern(words: StructureWords) -> re.Pattern[str] | None:
    if not words.article:
        return None
    forms = rf"(?i:{_alternatives(words.article)})\s*{_article_number(words)}"
    return re.compile(rf"{forms}(?:{_RUNS_IN}|(?<=[º°oer]){_ORDINAL_RUNS_IN})")


SIGN_RUNS_IN = re.compile(rf"§\s?(?P<number>{_SECTION}){_RUNS_IN}")
_NUMBER_FIRST = re.compile(rf"{_NUMBER_SIGN}\.?(?P<rest>\s+.*)?$", re.DOTALL)
_NUMBER_RUNS_IN = re.compile(rf"{_NUMBER_SIGN}\.?\s+(?=[^\W\d_a-zß-öø-ÿ]|[(«„“\"'‘\[])")


def _special_pattern(words: StructureWords, ordinals: tuple[str, ...]) -> re.Pattern[str] | None:
    """Provisions that stand beside the articles and are counted by themselves ("Disposición adicional primera")."""
    if not words.article_special:
        return None
    names = _alternatives(words.article_names)
    number = "|".join(part for part in (_alternatives(ordinals), names, r"\d+[ªa]?", "[IVXLC]+") if part)
    return re.compile(
        rf"(?P<head>(?i:{_alternatives(words.article_special)}))(?:\s+(?P<number>(?i:{number})(?:\s{ADVERB})?)(?!\w))?{_REST}",
        re.DOTALL,
    )


def _range_pattern(words: StructureWords) -> re.Pattern[str]:
    """Several repealed provisions under one heading: ``§§ 5 bis 7 (weggefallen)``, ``Articles 5 à 7 (abrogés)``."""
    forms = _SECTION_RANGE
    if words.article_plural:
        joiners = _alternatives((*words.range_words, "–", "-"))
        number = r"\d+(?:-\d+)*[a-z]?"
        heads = rf"(?i:{_alternatives(words.article_plural)})"
        forms += rf"|{heads}\s*(?P<from_article>{number})\s?(?:{joiners})\s?(?P<to_article>{number})"
    return re.compile(rf"(?:{forms}){_REST}", re.DOTALL)


def _division_pattern(heads: tuple[str, ...], ordinals: tuple[str, ...]) -> re.Pattern[str]:
    """``CHAPTER II``, ``2. Abschnitt``, ``Erster Teil``, ``CAPÍTULO PRIMERO``, ``Sección 2.ª``."""
    head = rf"(?:{_alternatives(heads)})"
    after = rf"(?P<number>{DIVISION})"
    before = r"(?P<before>\d+[a-z]?|[IVXLC]+)\.?\s"
    if ordinals:
        names = _alternatives(ordinals)
        after = rf"(?:(?P<ordinal>(?i:{names}))(?!\w)|{after})"
        before = rf"(?:(?P<ordinal_before>(?i:{names}))\s|{before})"
    return re.compile(rf"(?:{head}\s+{after}|{before}{head}(?!\w)){_REST}", re.DOTALL)


def _any_division_pattern(words: StructureWords) -> re.Pattern[str]:
    """Whether a text begins like any division at all: most do not, and need not be tried with each pattern."""
    heads = _alternatives(tuple(head for each in words.divisions.values() for head in each)) or "(?!)"
    return re.compile(rf"(?:[\w-]{{1,16}}\S{{0,2}}\s)?(?:{heads})")
