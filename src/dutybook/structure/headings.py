"""Recognises headings and formulas of an act by the words a language pack lists."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dutybook.languages import LanguagePack
from dutybook.records import Block, BlockRole, ProvisionKind
from dutybook.structure.headingwords import patterns
from dutybook.structure.numbers import normal, roman

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
# A title that ends with a full stop has so many words at most.
_TITLE_WORDS = 3
_STATED_WORDS = 4
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
    return len(text) <= 260 and text[-1:] not in ".;:,?" and not text[:1].islower()


def _heading_block(block: Block) -> bool:
    return block.role is BlockRole.HEADING or block.hint.endswith("-number")


def article(text: str, block: Block, pack: LanguagePack) -> Heading | None:
    """``Article 5``, ``Article 5 Subject matter``, ``§ 30 Meldepflicht``, ``§§ 5 bis 7 (weggefallen)``."""
    if len(text) > 300:
        return None
    found = _ranged(text, pack) or _special(text, block, pack)
    if found is not None:
        return found
    sign = _first_match(patterns(pack).sign, text)
    if sign:
        rest = sign.group("rest") or ""
        # "§ 4 TKG — Definitions": the act's short name stands between number and title
        rest = _SHORT_NAME.sub(r"\1", rest)
        title = _clean(rest)
        if _PARAGRAPH_FOLLOWS.match(title):  # "§ 4. (1) The operator shall …"
            return None
        if _states(rest, block) and _first_match(patterns(pack).sign_runs_in, text):
            return None  # "§ 3. Uchwała wchodzi w życie z dniem podpisania."
        if not title or (_title_follows(rest, block) and not _cites(title, pack)):
            return Heading(ProvisionKind.ARTICLE, _number(sign.group("number"), pack), title, sign=True)
        return None
    pattern = patterns(pack).article
    match = pattern.match(text) if pattern else None
    if not match:
        return None
    number = _number_of(match, pack)
    rest = match.group("rest") or ""
    title = _clean(rest)
    if not title or (_heading_block(block) and _title_follows(rest, block)):
        return Heading(ProvisionKind.ARTICLE, number, title)
    short = len(text) <= 120 and text[-1] not in ".;:," and _title_follows(rest, block)
    return Heading(ProvisionKind.ARTICLE, number, title) if short and not _cites(title, pack) else None


def runs_in(text: str, pack: LanguagePack) -> Heading | None:
    """An article whose text begins in the paragraph of its number: ``Art. 5. 1. Kto …``, ``§ 4. (1) Wer …``."""
    sign = _first_match(patterns(pack).sign_runs_in, text)
    if sign:
        return Heading(ProvisionKind.ARTICLE, _number(sign.group("number"), pack), "", sign=True, body=sign.end())
    pattern = patterns(pack).runs_in
    match = pattern.match(text) if pattern else None
    if not match:
        return None
    return Heading(ProvisionKind.ARTICLE, _number_of(match, pack), "", body=match.end())


def _first_match(forms: tuple[re.Pattern[str], ...], text: str) -> re.Match[str] | None:
    return next((match for form in forms if (match := form.match(text))), None)


def _number(written: str, pack: LanguagePack) -> str:
    return normal(written, pack.structure.ordinal_o)


def _number_of(match: re.Match[str], pack: LanguagePack) -> str:
    groups = match.groupdict()
    if groups.get("name"):
        return groups["name"].casefold()
    # "10.a pants": after the full stop stands the letter of a number inserted later
    written = groups.get("number") or (groups.get("before") or "").replace(".", "")
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
    pattern = patterns(pack).special
    match = pattern.match(text) if pattern else None
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


def _states(rest: str, block: Block) -> bool:
    """Whether what follows a number is a sentence: no heading, with its full stop, and too long for a word or two."""
    return block.role is not BlockRole.HEADING and is_sentence(rest)


def is_sentence(words: str) -> bool:
    """Whether what stands behind a ``§`` and its number is a sentence, not a title: with a full stop, not a word or two."""
    return words.rstrip().endswith(".") and len(words.split()) > _TITLE_WORDS


def is_statement(text: str) -> bool:
    """Whether a line that is set as a heading says something: a sentence with its full stop, of more words than a title has."""
    return text.rstrip()[-1:] in {".", "!"} and text.rstrip()[-3:] != "..." and len(text.split()) > _STATED_WORDS


def _title_follows(rest: str, block: Block) -> bool:
    """After the number a title begins with a capital or after a dash, and has no sentence after it."""
    if block.role is BlockRole.HEADING:
        return not rest.strip()[:1].islower() or block.level > 0
    lead = rest.strip()
    return bool(lead) and (lead[0].isupper() or lead[0] in "–—([„“") and len(lead) <= 160


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
    if len(text) > longest:
        return None
    found = patterns(pack)
    if not found.any_division.match(text):
        return None
    for name, pattern in found.divisions:
        match = pattern.match(text)
        if match:
            rest = _clean(match.group("rest"))
            if rest and text[-1] in ".;," and not _heading_block(block):
                return None
            if rest[:1].islower() or (rest and not _heading_block(block) and rest[:1] == "("):
                return None
            groups = match.groupdict()
            number = groups["number"] or groups["before"]
            if groups["before"] and _COUNTED.match(rest):  # "2. Abschnitt 3 wird wie folgt geändert"
                return None
            if not number:
                written = (groups.get("ordinal") or groups.get("ordinal_before") or "").casefold()
                number = found.ordinals.get(written, written)
            return Heading(
                _DIVISION_KINDS[name],
                _number(number, pack),
                rest,
                label=_DIVISION_LABELS.get(name, ""),
                words=name,
            )
    return None


def annex(text: str, block: Block, pack: LanguagePack) -> Heading | None:
    """``ANNEX``, ``ANNEX III``, ``Anlage 2 (zu § 5)``."""
    pattern = patterns(pack).annex
    match = pattern.match(text) if pattern and len(text) <= 300 else None
    if not match:
        return None
    rest = _clean(match.group("rest"))
    if rest and (not _heading_block(block) or rest[:1].islower() or rest[:1] in "(,;"):
        return None
    written = match.group("ordinal")
    counted = match.group("number") or match.group("before") or ""
    number = patterns(pack).ordinals[written.casefold()] if written else normal(counted)
    letters = number.split("-")[0].split()[0] if number else ""
    if len(letters) > 1 and letters.isalpha() and roman(letters.lower()) is None:
        return None
    word = _SCHEDULE.match(text)
    return Heading(ProvisionKind.ANNEX, number, rest, label=word.group().capitalize() if word else "")
