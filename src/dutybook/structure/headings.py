"""Recognises headings and formulas of an act by the words a language pack lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from dutybook.languages import LanguagePack
from dutybook.records import Block, BlockRole, ProvisionKind
from dutybook.structure.markers import roman

_DIVISION_KINDS = {
    "part": ProvisionKind.PART,
    "title": ProvisionKind.TITLE,
    "chapter": ProvisionKind.CHAPTER,
    "section": ProvisionKind.SECTION,
    "subsection": ProvisionKind.SUBSECTION,
}
# Depth in the tree; lower is further out.
LEVELS = {
    ProvisionKind.PART: 1,
    ProvisionKind.TITLE: 2,
    ProvisionKind.CHAPTER: 3,
    ProvisionKind.SECTION: 4,
    ProvisionKind.SUBSECTION: 5,
    ProvisionKind.HEADING: 6,
    ProvisionKind.ARTICLE: 7,
}
_NUMBER = r"(?P<number>[IVXLC]+|\d+[a-z]{0,2}|[A-Z])"
_SHORT_NAME = re.compile(r"^(\s*)[A-ZÄÖÜ][\w-]{1,14}(?: \d{4})?\s+[—–]\s+(?=\S)")
_SECTION_SIGN = re.compile(
    r"§+\s?(?P<number>\d+(?:\.\d+)?(?:[-–]\d+)?\s?[a-z]{0,2})\.?(?P<rest>(?:\s*[–—:-]\s*|\s+).*)?$", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered heading: what kind of provision it opens, its number, and the title in the same block."""

    kind: ProvisionKind
    number: str
    title: str
    sign: bool = False


@dataclass(frozen=True, slots=True)
class Patterns:
    article: re.Pattern[str] | None
    divisions: tuple[tuple[ProvisionKind, re.Pattern[str]], ...]
    annex: re.Pattern[str] | None
    recitals: tuple[str, ...]
    enacting: tuple[str, ...]
    signature: tuple[str, ...]
    contents: tuple[str, ...]
    margin: re.Pattern[str] | None


def _alternatives(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


@cache
def patterns(pack: LanguagePack) -> Patterns:
    """The pack's heading words, compiled."""
    words = pack.structure
    first = f"|(?P<first>{_alternatives(words.article_first)})" if words.article_first else ""
    article = None
    if words.article:
        number = rf"(?P<number>\d+(?:[-.]\d+)*\s?[a-z]{{0,2}}(?![\w(])|[IVXL]+(?![\w(])){first}"
        article = re.compile(
            rf"(?:{_alternatives(words.article)})\s*(?:{number})\.?(?P<rest>(?:\s*[–—:-]\s*|\s+).*)?$",
            re.DOTALL | re.IGNORECASE,
        )
    divisions = []
    ordinals = _alternatives(words.division_ordinals)
    for name, heads in words.divisions.items():
        head = _alternatives(heads)
        forms = rf"(?:{head})\s+{_NUMBER}\b"
        if ordinals:
            forms = rf"(?:{forms}|(?P<ordinal>{ordinals})\s+(?:{head})\b)"
        divisions.append(
            (_DIVISION_KINDS[name], re.compile(rf"{forms}\.?(?P<rest>(?:\s*[–—:.-]\s*|\s+).*)?$", re.DOTALL))
        )
    annex = None
    if words.annex:
        annex = re.compile(
            rf"(?:{_alternatives(words.annex)})(?:\s+{_NUMBER})?(?:\s*\([^)]{{0,60}}\))?(?P<rest>(?:\s*[–—:.-]\s*|\s+).*)?$",
            re.DOTALL,
        )
    margin = None
    if words.margin_number:
        margin = re.compile(rf"(?:{_alternatives(words.margin_number)})\s?(?P<number>\d{{1,3}}[a-z]?)\b\.?:?\s*")
    return Patterns(
        article,
        tuple(divisions),
        annex,
        _folded(words.recitals),
        _folded(words.enacting),
        _folded(words.signature),
        _folded(words.contents),
        margin,
    )


def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(w.casefold() for w in words)


def starts_with(text: str, formulas: tuple[str, ...]) -> bool:
    """Whether the text begins with one of the (case-folded) formulas."""
    return text.casefold().lstrip(" —–-").startswith(formulas) if formulas else False


def _clean(rest: str | None) -> str:
    return (rest or "").strip(" \t–—:.-").strip()


def title_like(text: str, block: Block) -> bool:
    """Whether a block can be the title that follows a number: short, and no sentence."""
    if block.role is BlockRole.HEADING or block.hint.endswith("-title"):
        return len(text) <= 400
    return len(text) <= 200 and text[-1:] not in ".;:,?" and not text[:1].islower()


def _heading_block(block: Block) -> bool:
    return block.role is BlockRole.HEADING or block.hint.endswith("-number")


def article(text: str, block: Block, pack: LanguagePack) -> Heading | None:
    """``Article 5``, ``Article 5 Subject matter``, ``§ 30 Meldepflicht``."""
    if len(text) > 300:
        return None
    sign = _SECTION_SIGN.match(text)
    if sign:
        rest = sign.group("rest") or ""
        # "§ 4 TKG — Definitions": the act's short name stands between number and title
        rest = _SHORT_NAME.sub(r"\1", rest)
        title = _clean(rest)
        if not title or (_title_follows(rest, block) and not _cites(title, pack)):
            return Heading(ProvisionKind.ARTICLE, sign.group("number").replace(" ", ""), title, sign=True)
        return None
    pattern = patterns(pack).article
    match = pattern.match(text) if pattern else None
    if not match:
        return None
    groups = match.groupdict()
    number = (groups.get("number") or "1").replace(" ", "")
    rest = match.group("rest") or ""
    title = _clean(rest)
    if not title or (_heading_block(block) and _title_follows(rest, block)):
        return Heading(ProvisionKind.ARTICLE, number, title)
    short = len(text) <= 120 and text[-1] not in ".;:," and _title_follows(rest, block)
    return Heading(ProvisionKind.ARTICLE, number, title) if short and not _cites(title, pack) else None


def _title_follows(rest: str, block: Block) -> bool:
    """After the number a title begins with a capital or after a dash, and has no sentence after it."""
    if block.role is BlockRole.HEADING:
        return not rest.strip()[:1].islower() or block.level > 0
    lead = rest.strip()
    return bool(lead) and (lead[0].isupper() or lead[0] in "–—([„“") and len(lead) <= 160


def _cites(title: str, pack: LanguagePack) -> bool:
    """A "title" that begins like the rest of a citation ("Absatz 2 gilt …") belongs to a sentence."""
    words = pack.structure.citation_words
    return title.casefold().startswith(tuple(w.casefold() for w in words)) if words else False


def division(text: str, block: Block, pack: LanguagePack) -> Heading | None:
    """``CHAPTER II``, ``Abschnitt 3 Meldungen``, ``TITRE PREMIER``."""
    if len(text) > 300 or (not _heading_block(block) and (len(text) > 120 or text[-1:] in ".;,")):
        return None
    for kind, pattern in patterns(pack).divisions:
        match = pattern.match(text)
        if match:
            rest = _clean(match.group("rest"))
            if rest[:1].islower() or (rest and not _heading_block(block) and rest[:1] == "("):
                return None
            number = match.groupdict().get("number") or match.groupdict().get("ordinal") or ""
            return Heading(kind, number, rest)
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
    number = match.group("number") or ""
    if number and not number.isdigit() and len(number) > 1 and roman(number.lower()) is None:
        return None
    return Heading(ProvisionKind.ANNEX, number, rest)
