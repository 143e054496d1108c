"""Headings and formulas of an act, recognised by the words that a language pack lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from dutybook.languages import LanguagePack
from dutybook.languages.letters import roman_value
from dutybook.languages.patterns import NEVER
from dutybook.languages.sections import StructureWords
from dutybook.records import Block, BlockRole, ProvisionKind
from dutybook.structure.markers import ADVERB, ARTICLE, DIVISION, RAISED, normal
from dutybook.structure.zones import amends

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
# "5. člen", "2. a pants", "4/A. cikk", "8 1 straipsnis" (for a raised 1): a number that stands before its word.
_BEFORE_HEAD = r"\d+(?:[\s.]\d{1,2}|\.?\s?[a-z]{0,2}(?:[/-][A-Z\d])?)"
_REST = r"\.?(?P<rest>(?:\s*[–—:.-]+\s*|\s+).*)?$"
# What follows a number where the provision's own text goes on in the same paragraph.
_RUNS_IN = r"(?:\.?\s?[–—-]+\s?|[.:]\s+|[.:](?=[^\W\d_a-zß-öø-ÿ])|\s+(?=\(\d{1,2}[a-z]?\)\s))(?=[^\W\d_a-zß-öø-ÿ]|[(§«„“\"'‘\[]|\d)"
_ORDINAL_RUNS_IN = r"\.?\s+(?=[^\W\d_a-zß-öø-ÿ]|[(§«„“\"'‘\[])"


def _alternatives(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


class Patterns:
    """The heading words of a pack, compiled; those of formulas case-folded."""

    def __init__(self, pack: LanguagePack) -> None:
        words = pack.structure
        names = [
            (form.casefold(), str(n)) for n, all_ in enumerate(words.division_ordinals, 1) for form in all_.split("|")
        ]
        self.ordinals = dict(names)
        self.article = _article_pattern(words)
        self.runs_in = _runs_in_pattern(words)
        self.special = _special_pattern(words, tuple(self.ordinals))
        self.range = _range_pattern(words)
        counted = (*self.ordinals, *words.article_names)
        self.divisions = [(name, _division_pattern(heads, counted)) for name, heads in words.divisions.items()]
        self.any_division = _any_division_pattern(words)
        self.annex = _annex_pattern(words, tuple(self.ordinals))
        self.recitals, self.enacting = _folded(words.recitals), _folded(words.enacting)
        self.signature, self.contents = _folded(words.signature), _folded(words.contents)
        heads = _alternatives(words.margin_number) or "(?!)"
        self.margin = re.compile(rf"(?:{heads})\s?(?P<number>\d{{1,3}}[a-z]?)\b\.?:?\s*")
        self.paragraph = _paragraph_pattern(words)
        self.sign = (SECTION_SIGN, _NUMBER_FIRST) if words.sign_last else (SECTION_SIGN,)
        self.sign_runs_in = (SIGN_RUNS_IN, _NUMBER_RUNS_IN) if words.sign_last else (SIGN_RUNS_IN,)


patterns = cache(Patterns)


def _annex_pattern(words: StructureWords, ordinals: tuple[str, ...]) -> re.Pattern[str]:
    if not words.annex:
        return NEVER
    number = rf"(?:(?P<number>{DIVISION})|(?P<ordinal>(?i:{_alternatives(ordinals) or '(?!)'}))(?!\w))"
    head = rf"(?:{_alternatives(words.annex)})"
    after = rf"{head}(?:\s+(?:[Nn][r°o]\.?\s?)?{number})?(?:\s*\([^)]{{0,60}}\))?"
    # "I LISA", "II. MELLÉKLET", "III PIELIKUMS"
    before = rf"(?P<before>\d+|[IVXLC]+)\.?\s{head}(?!\w)" if words.number_first else r"(?P<before>(?!))"
    return re.compile(rf"(?:{after}|{before}){_REST}", re.DOTALL)


def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(w.casefold() for w in words)


def _paragraph_pattern(words: StructureWords) -> re.Pattern[str]:
    """ "Stk. 2. Kommunen …": the number of an article's second or later paragraph."""
    if not words.paragraph_heads:
        return NEVER
    return re.compile(
        rf"(?P<raw>(?:{_alternatives(words.paragraph_heads)})\s?(?P<number>\d{{1,2}}[a-z]?)(?:\.|(?=\s[^\W\d_a-zß-öø-ÿ])))\s+(?=\S)"
    )


def _article_number(words: StructureWords) -> str:
    """The number of an article, or the word that stands for it ("premier", "único")."""
    first = rf"|(?P<first>(?i:{_alternatives(words.article_first)}))(?!\w)" if words.article_first else ""
    name = rf"|(?P<name>(?i:{_alternatives(words.article_names)}))(?!\w)" if words.article_names else ""
    return rf"(?:(?P<number>{ARTICLE})(?![\w(]){first}{name})"


def _article_pattern(words: StructureWords) -> re.Pattern[str]:
    if not words.article:
        return NEVER
    heads = rf"(?i:{_alternatives(words.article)})"
    number = _article_number(words)
    if words.number_first:
        before = rf"(?P<before>{_BEFORE_HEAD})(?:\.\s?|\s)"
        return re.compile(rf"(?:{before}{heads}(?!\w)|{heads}\s*{number}){_REST}", re.DOTALL)
    return re.compile(rf"{heads}\s*{number}{_REST}", re.DOTALL)


def _runs_in_pattern(words: StructureWords) -> re.Pattern[str]:
    if not words.article:
        return NEVER
    heads = rf"(?i:{_alternatives(words.article)})"
    forms = rf"{heads}\s*{_article_number(words)}"
    if words.number_first:
        forms = rf"(?:(?P<before>{_BEFORE_HEAD})(?:\.\s?|\s){heads}(?!\w)|{forms})"
    return re.compile(rf"{forms}(?:{_RUNS_IN}|(?<=[º°oer]){_ORDINAL_RUNS_IN})")


SIGN_RUNS_IN = re.compile(rf"§\s?(?P<number>{_SECTION}){_RUNS_IN}")
_NUMBER_FIRST = re.compile(rf"{_NUMBER_SIGN}\.?(?P<rest>\s+.*)?$", re.DOTALL)
# An asterisk between number and text stands for an editor's note.
_NUMBER_RUNS_IN = re.compile(rf"{_NUMBER_SIGN}\.?\s+(?:\*+\s+)?(?=[^\W\d_a-zß-öø-ÿ]|[(«„“\"'‘\[])")


def _special_pattern(words: StructureWords, ordinals: tuple[str, ...]) -> re.Pattern[str]:
    """Provisions outside of the articles that are counted by themselves ("Disposición adicional primera")."""
    if not words.article_special:
        return NEVER
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


_DIVISION_KINDS = {
    "part": ProvisionKind.PART,
    "book": ProvisionKind.PART,
    "title": ProvisionKind.TITLE,
    "chapter": ProvisionKind.CHAPTER,
    "section": ProvisionKind.SECTION,
    "subsection": ProvisionKind.SUBSECTION,
    "subsubsection": ProvisionKind.SUBSECTION,
}
# Divisions of national codes that share a kind with another one are cited under their own name.
_DIVISION_LABELS = {"book": "Book", "subsubsection": "Subdivision"}
_SHORT_NAME = re.compile(r"^(\s*)[A-ZÄÖÜ][\w-]{1,14}(?: \d{4})?\s+[—–]\s+(?=\S)")
_PARAGRAPH_FOLLOWS = re.compile(r"\(1[a-z]?\)\s")
# Annexes of British acts keep their name.
_SCHEDULE = re.compile(r"schedule|appendix", re.IGNORECASE)
# As far from a paragraph's end as a formula may stand.
_FORMULA = 160
# Between a number and the raised one behind it, where a text lost the raising.
_RAISED_BEFORE = re.compile(r"(?<=\d)[\s.](?=\d)")
# "7 Articolul 7", "7 7 straipsnis. Registras": the number by which a collection finds an article stands before its heading.
_REPEATED = re.compile(
    r"(?P<number>\d{1,4}(?:\^\d{1,2}|[a-z])?)\s+(?=(?:[^\W\d_]{2,12}\.?\s|§\s?)?(?P=number)(?:[.\s]|$))"
)
# A title that ends with a full stop has so many words at most.
_TITLE_WORDS = 3
_STATED_WORDS = 4
# The end of an act's last sentence and up to three words behind it, the office of who signed; the sentence has more words than that.
_OFFICE_BEHIND = re.compile(r"[^\W\d_]{4,}\.\s+[^\W\d_]+(?:\s[^\W\d_]+){0,2}\s*$")
_SIGNED_WORDS = 6
# A sentence behind a number that no stop or dash parts from it has so many words at least.
_SENTENCE_WORDS = 6
# A longer one is a paragraph where a sentence ends in it.
_ONE_LINE = 120
_SENTENCE_ENDS = re.compile(r"[^\W\d_]{4,}[»«”“\"’)]{0,2}[.!?][»”“\"’)]{0,2}\s+[^\W\d_a-zß-öø-ÿ]")
_COUNTED = re.compile(r"\d|[IVXLC]+\b")
_REPEALED = re.compile(r"[(\[].*[)\]]\.?$|[–—.…-]*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered heading: what kind of provision it opens, its number, and the title in the same block.

    ``label`` stands before the number in a place where it is not the kind's own ("Book", "Disposición final"); ``body``
    is where in the block the provision's own text begins, 0 where the block holds none. ``words`` is the division's
    name in the pack (``book``, ``chapter``).
    """

    kind: ProvisionKind
    number: str
    title: str
    sign: bool = False
    label: str = ""
    body: int = 0
    words: str = ""


def starts_with(text: str, formulas: tuple[str, ...]) -> bool:
    """Whether the text begins with one of the (case-folded) formulas."""
    return text.casefold().lstrip(" —–-").startswith(formulas) if formulas else False


def closes_with(text: str, formulas: tuple[str, ...]) -> bool:
    """Whether a paragraph, of a text that lost its line breaks, ends with one of the formulas, as they are written.

    After the formula come some words of its own ("… THIS REGULATION:") and perhaps the first division's heading.
    """
    end = text[-_FORMULA:]
    return len(text) > _FORMULA and any(f in end for f in formulas)


def _clean(rest: str | None) -> str:
    return (rest or "").strip(" \t–—:.-").strip()


def title_like(text: str, block: Block) -> bool:
    """Whether a block can be the title that follows a number: short, and no sentence."""
    if block.role is BlockRole.HEADING or block.hint.endswith("-title"):
        return len(text) <= 400
    if len(text) > _ONE_LINE and _SENTENCE_ENDS.search(text):
        return False
    return len(text) <= 260 and text[-1:] not in ".;:,?" and not text[:1].islower() and not _ends_new_text(text)


def _heading_block(block: Block) -> bool:
    return block.role is BlockRole.HEADING or block.hint.endswith("-number")


def article(text: str, block: Block, pack: LanguagePack) -> Heading | None:
    """``Article 5``, ``Article 5 Subject matter``, ``§ 30 Meldepflicht``, ``§§ 5 bis 7 (weggefallen)``."""
    if len(text) > 300:
        return None
    text = _REPEATED.sub("", text, count=1) if _REPEATED.match(text) else text
    found = _ranged(text, pack) or _special(text, block, pack)
    if found is not None:
        return found
    sign = _first_match(patterns(pack).sign, text)
    if sign:
        return _section(sign, text, block, pack)
    match = patterns(pack).article.match(text)
    if not match:
        return None
    rest = match.group("rest") or ""
    title = _clean(rest)
    if title:
        if not _title_follows(rest, block):
            return None
        short = len(text) <= 120 and text[-1] not in ".;:," and not _ends_new_text(text)
        if not _heading_block(block) and (not short or _cites(title, pack)):
            return None
    return Heading(ProvisionKind.ARTICLE, _number_of(match, pack), title)


def _section(sign: re.Match[str], text: str, block: Block, pack: LanguagePack) -> Heading | None:
    """The heading that a section sign and its number open; None where a sentence or a citation follows them."""
    # "§ 4 TKG — Definitions": the act's short name stands between number and title
    rest = _SHORT_NAME.sub(r"\1", sign.group("rest") or "")
    title = _clean(rest)
    if _PARAGRAPH_FOLLOWS.match(title):  # "§ 4. (1) The operator shall …"
        return None
    states = is_signed_sentence(rest) or (block.role is not BlockRole.HEADING and _states(rest, pack))
    if states and _first_match(patterns(pack).sign_runs_in, text):
        return None  # "§ 3. Uchwała wchodzi w życie z dniem podpisania."
    if title and (not _title_follows(rest, block) or _cites(title, pack)):
        return None
    number = _number(sign.group("number"), pack)
    if states and len(title.split()) >= _SENTENCE_WORDS:  # "§ 3 Der Kanton erlässt die Vorschriften."
        return Heading(ProvisionKind.ARTICLE, number, "", sign=True, body=text.index(title))
    return Heading(ProvisionKind.ARTICLE, number, title, sign=True)


def runs_in(text: str, pack: LanguagePack) -> Heading | None:
    """An article whose text begins in the paragraph of its number: ``Art. 5. 1. Kto …``, ``§ 4. (1) Wer …``."""
    sign = _first_match(patterns(pack).sign_runs_in, text)
    if sign:
        return Heading(ProvisionKind.ARTICLE, _number(sign.group("number"), pack), "", sign=True, body=sign.end())
    match = patterns(pack).runs_in.match(text)
    if not match:
        return None
    return Heading(ProvisionKind.ARTICLE, _number_of(match, pack), "", body=match.end())


def unstopped(text: str, pack: LanguagePack) -> Heading | None:
    """An article whose number nothing parts from its text: ``Article 3 The operator shall keep a log.``

    A paragraph that begins with a citation looks alike: only where articles are counted so through an act is it one.
    """
    match = patterns(pack).article.match(text)
    rest = (match["rest"] or "").strip() if match else ""
    if match is None or rest[-1:] not in {".", ":"} or len(rest.split()) < _SENTENCE_WORDS:
        return None
    if not rest[0].isupper() or _cites(rest, pack):
        return None
    return Heading(ProvisionKind.ARTICLE, _number_of(match, pack), "", body=text.index(rest, match.start("rest")))


def _first_match(forms: tuple[re.Pattern[str], ...], text: str) -> re.Match[str] | None:
    return next((match for form in forms if (match := form.match(text))), None)


def _number(written: str, pack: LanguagePack) -> str:
    return normal(written, pack.structure.ordinal_o)


def _number_of(match: re.Match[str], pack: LanguagePack) -> str:
    groups = match.groupdict()
    if groups.get("name"):
        return groups["name"].casefold()
    # "10.a pants": after the full stop stands the letter of a number inserted later
    written = groups.get("number") or _RAISED_BEFORE.sub("^", groups.get("before") or "").replace(".", "")
    return _number(written, pack) if written else "1"


def _ranged(text: str, pack: LanguagePack) -> Heading | None:
    match = patterns(pack).range.match(text)
    if not match or not _REPEALED.match(_clean(match.group("rest"))):
        return None
    groups = match.groupdict()
    first, last = groups["from"] or groups["from_article"], groups["to"] or groups["to_article"]
    title = (match.group("rest") or "").strip()
    return Heading(ProvisionKind.ARTICLE, f"{first}–{last}", title, sign=bool(groups["from"]))


def _special(text: str, block: Block, pack: LanguagePack) -> Heading | None:
    match = patterns(pack).special.match(text)
    if not match or not match.group("number"):
        return None
    rest = match.group("rest") or ""
    title = _clean(rest)
    if title and not _title_follows(rest, block):
        return None
    head = match.group("head")
    return Heading(
        ProvisionKind.ARTICLE, match.group("number").casefold(), title, label=head[:1].upper() + head[1:].lower()
    )


def is_sentence(words: str) -> bool:
    """Whether what stands behind a ``§`` and its number is a sentence, not a title: with a full stop, not a word or two."""
    return _ends_new_text(words) or (words.rstrip().endswith(".") and len(words.split()) > _TITLE_WORDS)


# A closing mark behind a sentence, as where new text for another act ends.
_ENDS_NEW_TEXT = re.compile(r"[^\W\d_]{2,}[.!?;]\s?[»«”“’][\s.;,]*$")


def _ends_new_text(words: str) -> bool:
    """Whether words end as new text for another act does, with a sentence and a closing mark."""
    return _ENDS_NEW_TEXT.search(words) is not None


def _states(rest: str, pack: LanguagePack) -> bool:
    """Whether what stands behind a ``§`` and its number is a sentence, or announces new text for another act."""
    return is_sentence(rest) or amends(rest.rstrip(), pack)


def is_signed_sentence(words: str) -> bool:
    """Whether it is an act's last sentence and the office of who signed it, whose lines were joined.

    >>> is_signed_sentence("This Order comes into force on the day of its publication. President")
    True
    """
    signed = _OFFICE_BEHIND.search(words)
    return signed is not None and len(words[: signed.start()].split()) > _SIGNED_WORDS


def is_statement(text: str) -> bool:
    """Whether a line that is set as a heading says something: a sentence with its full stop, of more words than a title has."""
    return text.rstrip()[-1:] in {".", "!"} and text.rstrip()[-3:] != "..." and len(text.split()) > _STATED_WORDS


def _title_follows(rest: str, block: Block) -> bool:
    """After the number a title begins with a capital or after a dash, and has no sentence after it."""
    if block.role is BlockRole.HEADING:
        return not rest.strip()[:1].islower() or block.level > 0
    lead = rest.strip()
    return bool(lead) and (lead[0].isupper() or lead[0] in "–—-([„“") and len(lead) <= 160


def _cites(title: str, pack: LanguagePack) -> bool:
    """A "title" that begins like the rest of a citation ("Absatz 2 gilt …") belongs to a sentence."""
    folded = title.casefold()
    for word in pack.structure.citation_words:
        if folded.startswith(word.casefold()) and not (
            word[-1].isalpha() and folded[len(word) : len(word) + 1].isalpha()
        ):
            return True
    return False


def division(text: str, block: Block, pack: LanguagePack) -> Heading | None:
    """``CHAPTER II``, ``Abschnitt 3 Meldungen``, ``2. Hauptstück``, ``TITRE PREMIER``."""
    longest = 300 if _heading_block(block) or text[:4].isupper() else 120
    found = patterns(pack)
    if len(text) > longest or not found.any_division.match(text):
        return None
    for name, pattern in found.divisions:
        match = pattern.match(text)
        if match:
            rest = _clean(match.group("rest"))
            groups = match.groupdict()
            # "2. Abschnitt 3 wird wie folgt geändert"
            cites = groups["before"] and _COUNTED.match(rest)
            if cites or not _can_be_division_title(rest, text, block):
                return None
            number = groups["number"] or groups["before"]
            if not number:
                written = (groups.get("ordinal") or groups.get("ordinal_before") or "").casefold()
                number = found.ordinals.get(written, written)
            label = _DIVISION_LABELS.get(name, "")
            return Heading(_DIVISION_KINDS[name], _number(number, pack), rest, label=label, words=name)
    return None


def _can_be_division_title(rest: str, text: str, block: Block) -> bool:
    """Whether what stands behind a division's number is its title, or nothing."""
    if rest[:1].islower():
        return False
    return not rest or _heading_block(block) or (text[-1] not in ".;," and rest[:1] != "(")


def annex(text: str, block: Block, pack: LanguagePack) -> Heading | None:
    """``ANNEX``, ``ANNEX III``, ``Anlage 2 (zu § 5)``."""
    match = patterns(pack).annex.match(text) if len(text) <= 300 else None
    if not match:
        return None
    rest = _clean(match.group("rest"))
    if rest and (not _heading_block(block) or rest[:1].islower() or rest[:1] in "(,;"):
        return None
    written = match.group("ordinal")
    counted = match.group("number") or match.group("before") or ""
    number = patterns(pack).ordinals[written.casefold()] if written else normal(counted)
    if _is_word(number):
        return None
    word = _SCHEDULE.match(text)
    return Heading(ProvisionKind.ANNEX, number, rest, label=word.group().capitalize() if word else "")


def _is_word(number: str) -> bool:
    """Whether what stands where a number should is several letters, and no Roman number."""
    letters = number.split("-")[0].split()[0] if number else ""
    return len(letters) > 1 and letters.isalpha() and roman_value(letters.lower()) is None


# From the outermost to the innermost, as most acts have them.
USUAL = ("book", "part", "title", "chapter", "section", "subsection", "subsubsection")
_ADJACENT = 2


def rank_divisions(text: str, blocks: Sequence[Block], pack: LanguagePack) -> dict[str, float]:
    """The depth of each division word's kind (``book``, ``chapter``, …; lower is further out) in one act.

    A division that opens right after another one's heading lies within it: "Abschnitt 1" and then "Titel 1" says that
    here titles are parts of sections. Where an act says nothing the usual order holds.
    """
    within: Counter[tuple[str, str]] = Counter()
    last: tuple[int, str] | None = None
    for index, block in enumerate(blocks):
        if block.role in {BlockRole.FOOTNOTE, BlockRole.TABLE, BlockRole.CONTENTS} or len(block.span) > 300:
            continue
        piece = block.span.of(text)
        found = division(piece, block, pack)
        if found is None:
            if block.role is BlockRole.HEADING and annex(piece, block, pack):
                break  # annexes are divided as each of them likes
            continue
        if last is not None and index - last[0] <= _ADJACENT and last[1] != found.words:
            within[last[1], found.words] += 1
        last = index, found.words
    ranks = list(USUAL)
    for (outer, inner), count in within.most_common():
        if count > within[inner, outer] and ranks.index(outer) > ranks.index(inner):
            ranks.remove(outer)
            ranks.insert(ranks.index(inner), outer)
    return {name: float(rank) for rank, name in enumerate(ranks, 1)}
