"""Describes the beginning of a document for the question which of its paragraphs are its title."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from html import unescape
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from dutybook.languages import LanguagePack
from dutybook.languages.datelines import LONGEST_DATELINE, is_byline, is_credit_line
from dutybook.languages.publication_lines import names_gazette
from dutybook.languages.relations import amending_words
from dutybook.languages.title_words import is_page_furniture, title_words
from dutybook.records import Block, BlockRole, Family, FurnitureKind, Layout, Span
from dutybook.structure import headings
from dutybook.structure.genre_features import fold_marks, groups_in

#: Paragraphs in which a title is looked for.
WINDOW = 60
#: Buckets of the features' names.
BUCKETS = 2**14
#: Characters of the longest title; longer paragraphs are text.
LONGEST = 1500
#: Characters at the beginning of a paragraph whose letter sequences are features, and those whose words are.
_BEGINNING, _WORDED = 32, 110
#: The number of paragraphs by which the size of the body's letters is measured.
_MEASURED = 300

_SPACES = re.compile(r"\s+")
_LEADING = re.compile(r"^(?:#{2,6}\s*|#\s+|:{2,}\s*|={3,}\s*|>\s+)+")
_ATTRIBUTES = re.compile(r"\s*\{[.#][^{}]{0,120}\}\s*$")
_STRONG = re.compile(r"\*{2,}|_{2,}")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=\S)([^*]*)(?<=\S)\*(?![\w*])")
_SPACED = re.compile(r"(?<!\S)(?:[^\W\d_] ){3,}[^\W\d_](?!\S)")
_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_NOWHERE = Block(Span(0, 0))
_FILE = re.compile(
    r"\.(?:pdf|docx?|odt|rtf|html?|indd|qxd|pptx?|xlsx?)\W*$|^\W*microsoft word|\w_\w+_\w", re.IGNORECASE
)
_ADDRESS = re.compile(r"@|https?:|www\.|\btel\b|telefon|fax|\+\d\d|^\W*\d{4,5} \w", re.IGNORECASE)
_MONTHLESS = re.compile(r"[\d\s./:–—-]+$")
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_NUMBERED = re.compile(r"\s*(?:\(?\d{1,3}[.)]\s|\(?[a-z]\)\s|[•·–-]\s|[IVX]{1,5}\.?(?:\s|$)|\d+(?:\.\d+)*\.?\s)")
_SITE = re.compile(r"\s[|›»·]\s|\s[-–—]\s\S+(?:\s\S+){0,3}$")
#: Kinds of paragraphs that speak against all others.
_SALIENT = frozenset(
    {"subject", "act_alone", "act_first", "guidance", "union_title", "leads_guide", "leads_order", "leads_statute"}
)
_LAW = frozenset({Family.EU_ACT, Family.STATUTE})
#: The value of a feature that also names the family: it is surer of what it says where it is learned from many documents.
_CROSSED = 0.5
#: What two witnesses say, the file and the text, counts more.
_WITNESSED, _BY_TWO = frozenset({"is_stated", "begins_stated"}), 2.5
_LENGTHS = (2, 5, 10, 18, 30, 50, 80, 120, 180, 280, 420, 700)
_PLACES = (0, 1, 2, 3, 5, 8, 12, 18, 26, 38)
#: What neighbouring paragraphs of one title have in common.
_LOOKS = ("bold", "centred", "role", "level", "hint")


def clean_title(text: str) -> str:
    """A title without white space that means nothing, marks of a text format, and spaces within spaced-out words.

    >>> clean_title("##Besluit van 4 mei 2031 "), clean_title("Regole d'uso {.unnumbered}"), clean_title("Z A K O N")
    ('Besluit van 4 mei 2031', "Regole d'uso", 'ZAKON')
    """
    plain = _SPACES.sub(" ", unescape(text) if "&" in text else text).strip()
    plain = _EMPHASIS.sub(r"\1", _STRONG.sub("", _ATTRIBUTES.sub("", _LEADING.sub("", plain))))
    return _SPACED.sub(lambda found: found[0].replace(" ", ""), plain).strip(" \t=")


def letters_of(text: str) -> str:
    """The letters and digits of a title in small letters, by which two titles are compared."""
    return "".join(c for c in text.casefold() if c.isalnum())


def is_about_text(text: str, language: str, family: Family) -> bool:
    """Whether a line is no title of news or guidance, whatever else speaks for it: a day, an author, a source, or a notice of the page.

    In the law a day is part of a title.
    """
    if family in _LAW or len(text) > LONGEST:
        return False
    return is_page_furniture(text) or (len(text) <= LONGEST_DATELINE and is_credit_line(text, language))


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, or the title that the file states. ``kinds``: what is said of it as a neighbour as well."""

    text: str
    letters: str
    kinds: frozenset[str]


class Opening:
    """The first paragraphs of a document, each with its features by name."""

    def __init__(self, layout: Layout, pack: LanguagePack, language: str, family: Family) -> None:
        self.blocks = layout.blocks[:WINDOW]
        self.family = family
        self._pack, self._language = pack, language
        self.stated = clean_title(layout.meta.get("title", "")[:LONGEST])
        headers = (p for p in layout.furniture if p.kind is not FurnitureKind.BOILERPLATE)
        self._furniture = {letters_of(piece.text) for piece, _ in zip(headers, range(400), strict=False)} - {""}
        self.pieces = [self._piece(clean_title(b.span.of(layout.text)[: LONGEST + 1]), b) for b in self.blocks]
        self._stated = self._piece(self.stated, None)
        self._repeats = Counter(piece.letters for piece in self.pieces)
        self._size = _body_size(layout.blocks)
        self._largest = max((b.size for b in self.blocks), default=0.0)
        self._pages = bool(self.blocks) and self.blocks[0].page is not None
        self._first_letters = letters_of(layout.text[:6000])
        articles = (n for n, piece in enumerate(self.pieces) if "article" in piece.kinds)
        self._first_article = next(articles, len(self.pieces))
        tops = [n for n, b in enumerate(self.blocks) if b.level == 1]
        self._salient = frozenset().union(*(piece.kinds for piece in self.pieces[:25])) & _SALIENT
        self._only_top = tops[0] if len(tops) == 1 else -1

    def _piece(self, text: str, block: Block | None) -> Piece:
        return Piece(text, letters_of(text[:400]), frozenset(self._kinds(text, block)))

    def _kinds(self, text: str, block: Block | None) -> Iterator[str]:
        """What a paragraph is by its form and by the words of its language."""
        yield f"length{bisect_left(_LENGTHS, len(text))}"
        yield from _forms(text)
        if block is not None:
            yield block.role.value
        if text and len(text) <= LONGEST:
            yield from self._headings(text, block or _NOWHERE)
            yield from self._openings(text)
            yield from self._groups(text)
            yield from self._acts(text)

    def _headings(self, text: str, block: Block) -> Iterator[str]:
        """Which part of an act, or which gazette, a paragraph is the heading of."""
        patterns = headings.patterns(self._pack)
        if headings.article(text, block, self._pack) or headings.runs_in(text[:80], self._pack):
            yield "article"
        for name in ("enacting", "recitals", "signature", "contents"):
            if headings.starts_with(text, getattr(patterns, name)):
                yield name
        if len(text) <= 160 and patterns.any_division.match(text):
            yield "division"
        if len(text) <= 160 and names_gazette([text]):
            yield "gazette"

    def _openings(self, text: str) -> Iterator[str]:
        """Whether a paragraph begins as titles or subjects do, and whether it has a formula of statutes."""
        words, folded = self._pack.structure, text.casefold()
        if folded.startswith(words.guidance_words):
            yield "guidance"
        if folded.startswith(words.national_titles):
            yield "national"
        if any(word in folded for word in words.statute_words):
            yield "formula"
        if text.startswith(words.act_titles):
            yield "union_title"
        if _subject_pattern().match(fold_marks(text[:60])):
            yield "subject"

    def _groups(self, text: str) -> Iterator[str]:
        """For which kinds of texts a paragraph has words: among its first three, and anywhere in a short one."""
        lead = " ".join(text.split(" ", 3)[:3])
        yield from (f"leads_{group}" for group in groups_in(lead, self._language))
        if len(text) <= 400:
            yield from (f"has_{group}" for group in groups_in(text, self._language))

    def _acts(self, text: str) -> Iterator[str]:
        """Where a paragraph has a word for an act."""
        acts = amending_words(self._language)
        if acts is None:
            return
        found = _act_pattern(acts.acts).search(text, 0, 200)
        if found:
            before = len(_WORD.findall(text[: found.start()]))
            yield "act_first" if before == 0 else "act_near" if before < 4 else "act_in"
            if before <= 1 and len(_WORD.findall(text)) <= 2:
                yield "act_alone"

    def is_vetoed(self, index: int) -> bool:
        """Whether a paragraph is no title, nor a part of one; a first line that looks like an author's may be one ("By land and sea")."""
        text = self.pieces[index].text
        return is_about_text(text, self._language, self.family) and not (index == 0 and is_byline(text))

    def start_features(self, index: int) -> dict[str, float]:
        """What speaks for and against the title beginning with a paragraph."""
        block, piece = self.blocks[index], self.pieces[index]
        names = {f"at{bisect_left(_PLACES, index)}", *self._style(index), *self._likeness(index)}
        names |= _prefix("k:", piece.kinds) | _prefix("else:", self._salient - piece.kinds)
        names |= _prefix("p:", self._kinds_at(index - 1)) | _prefix("n:", self._kinds_at(index + 1))
        if index > self._first_article:
            names.add("after_article")
        if index and not self.pieces[index - 1].letters:
            names.add("after_rule")
        if self._repeats[piece.letters] > 1:
            names.add("repeated")
        if piece.letters and piece.letters in self._furniture:
            names.add("running_header")
        if block.hint:
            names.add(f"hint:{block.hint.casefold()[:30]}")
        made = self._cross(names, (name for name in names if not name.startswith(("p:", "n:", "hint"))))
        made |= dict.fromkeys(names & _WITNESSED, _BY_TWO)
        if index:
            made |= _edge_words("before", self.pieces[index - 1].text)
        if index + 1 < len(self.pieces):
            made |= _edge_words("behind", self.pieces[index + 1].text)
        return made | _sequences("s", piece.text)

    def stated_features(self) -> dict[str, float]:
        """What speaks for and against the title that the file states, where no single paragraph is that title."""
        piece = self._stated
        names = _prefix("t:", piece.kinds) | {"stated"}
        words = [w for w in _WORD.findall(piece.text.casefold()) if len(w) > 3]
        shared = sum(w in self._first_letters for w in words) / len(words) if words else 0.0
        names.add(f"t:shared{round(4 * shared)}")
        names.add("t:paged" if self._pages else "t:flowing")
        if _FILE.search(piece.text):
            names.add("t:file")
        if " " not in piece.text:
            names.add("t:one_word")
        if _SITE.search(piece.text):
            names.add("t:site")
        if any(len(p.letters) > 8 and p.letters in piece.letters for p in self.pieces[:12]):
            names.add("t:has_paragraph")
        if any(len(piece.letters) > 8 and piece.letters in p.letters for p in self.pieces[:12]):
            names.add("t:in_paragraph")
        return self._cross(names, names) | _sequences("t", piece.text)

    def none_features(self) -> dict[str, float]:
        """What speaks for a text without a title."""
        names = {
            "none",
            "none:stated" if self.stated else "none:silent",
            "none:paged" if self._pages else "none:flowing",
        }
        names |= _prefix("none:", self._kinds_at(0)) | _prefix("none:n:", self._kinds_at(1))
        if not any(b.role is BlockRole.HEADING for b in self.blocks[:6]):
            names.add("none:no_heading")
        return self._cross(names, names)

    def more_features(self, start: int, index: int) -> dict[str, float]:
        """What speaks for and against a title that begins with one paragraph going on with another."""
        piece, before = self.pieces[index], self.pieces[index - 1]
        length = sum(len(p.text) for p in self.pieces[start:index])
        own = {*piece.kinds, *self._changes(index), *self._progress(start, index)}
        own |= {f"part{min(index - start, 5)}", f"so_far{bisect_left(_LENGTHS, length)}"}
        own.add(f"ends_{before.text[-1:] if not before.text[-1:].isalnum() else 'word'}")
        if piece.letters and piece.letters in self._furniture:
            own.add("running_header")
        own, acts = _prefix("m:", own), _prefix("mp:", (kind for kind in before.kinds if kind.startswith("act")))
        around = _prefix("mp:", before.kinds) | _prefix("mn:", self._kinds_at(index + 1))
        made = self._cross(own | around | _prefix("ms:", self.pieces[start].kinds), own)
        made |= dict.fromkeys((f"{act}&{name}" for act in acts for name in own), _CROSSED)
        return made | _sequences("m", piece.text) | _edge_words("m:before", before.text)

    def _changes(self, index: int) -> Iterator[str]:
        """In what a paragraph looks like the one before it, and in what it does not."""
        block, last = self.blocks[index], self.blocks[index - 1]
        same = {name: getattr(block, name) == getattr(last, name) for name in _LOOKS}
        same["size"] = abs(block.size - last.size) < 0.3
        same["capitals"] = ("capitals" in self.pieces[index].kinds) == ("capitals" in self.pieces[index - 1].kinds)
        return (f"{'same' if equal else 'other'}_{name}" for name, equal in same.items())

    def _progress(self, start: int, index: int) -> Iterator[str]:
        """How far the paragraphs from one to another are the title that the file states."""
        stated = letters_of(self.stated)
        if len(stated) <= 8:
            return
        before = letters_of(" ".join(p.text for p in self.pieces[start:index]))
        joined = before + letters_of(self.pieces[index].text)
        if joined and joined in stated:
            yield "stated_goes_on"
        elif stated in joined:
            yield "stated_ended" if stated in before else "stated_ends"

    def _cross(self, names: Set[str], crossed: Iterable[str]) -> dict[str, float]:
        """Features by their names, with some of them once more for the family."""
        by_family = (f"{self.family.value}*{name}" for name in crossed)
        return dict.fromkeys(names, 1.0) | dict.fromkeys(by_family, _CROSSED)

    def _kinds_at(self, index: int) -> frozenset[str]:
        return self.pieces[index].kinds if 0 <= index < len(self.pieces) else frozenset({"edge"})

    def _style(self, index: int) -> Iterator[str]:
        block = self.blocks[index]
        if self._size and block.size:
            ratio = block.size / self._size
            yield f"size{bisect_left((0.9, 1.04, 1.15, 1.35, 1.7, 2.2), ratio)}"
            if block.size >= self._largest - 0.1 and ratio > 1.04:
                yield "largest"
        yield f"level{block.level}"
        if index == self._only_top:
            yield "only_top"
        for name in ("bold", "italic", "centred"):
            if getattr(block, name):
                yield name
        if block.page is not None and block.page > 1:
            yield "later_page"

    def _likeness(self, index: int) -> Iterator[str]:
        """How a paragraph is like the title that the file states."""
        letters, stated = self.pieces[index].letters, self._stated.letters
        if not stated:
            yield "unstated"
        elif letters == stated:
            yield "is_stated"
        elif len(letters) > 8 and stated.startswith(letters):
            yield "begins_stated"
        elif len(letters) > 8 and letters in stated:
            yield "in_stated"
        elif len(stated) > 8 and stated in letters:
            yield "has_stated"
        else:
            words = set(_WORD.findall(self._stated.text.casefold()))
            own = set(_WORD.findall(self.pieces[index].text[:300].casefold()))
            yield f"shares{round(3 * len(words & own) / len(words))}" if words else "unlike"


def _prefix(prefix: str, names: Iterable[str]) -> set[str]:
    return {prefix + name for name in names}


def _forms(text: str) -> Iterator[str]:
    """What the form of a line says, in any language."""
    if not text:
        yield "empty"
        return
    letters = [c for c in text[:200] if c.isalpha()]
    if not letters:
        yield "no_letters"
    elif all(c.isupper() for c in letters):
        yield "capitals" if len(letters) > 1 else "one_letter"
    if text[0].islower():
        yield "lower"
    elif text[0].isdigit():
        yield "digit"
    elif not text[0].isalpha():
        yield f"opens_{text[0]}"
    if not text[-1].isalnum():
        yield f"ends_{text[-1]}"
    if ":" in text[:40]:
        yield "colon"
    if _YEAR.search(text, 0, 160):
        yield "year"
    if _MONTHLESS.match(text):
        yield "figures"
    if _NUMBERED.match(text):
        yield "numbered"
    if _ADDRESS.search(text, 0, 200):
        yield "address"
    digits = len(_DIGIT.findall(text[:60]))
    yield f"digits{min(digits, 9) // 2}"


def _body_size(blocks: Sequence[Block]) -> float:
    """The commonest size of letters, by the length of the paragraphs; 0 where the format has no sizes."""
    sizes: Counter[float] = Counter()
    for block in blocks[:_MEASURED]:
        sizes[round(block.size, 1)] += len(block.span)
    return sizes.most_common(1)[0][0] if sizes else 0.0


@cache
def _act_pattern(acts: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, acts)) or "(?!)", re.IGNORECASE)


@cache
def _subject_pattern() -> re.Pattern[str]:
    words = sorted({fold_marks(word) for word in title_words().subjects})
    return re.compile(rf"(?:{'|'.join(map(re.escape, words))})\s*(?::|$)")


def _edge_words(name: str, text: str) -> dict[str, float]:
    """The first words of a neighbouring paragraph, and its last one."""
    words = _WORD.findall(fold_marks(text[:_WORDED]))
    found = {f"{name}1:{word[:6]}" for word in words[:1]} | {f"{name}2:{word[:6]}" for word in words[1:2]}
    return dict.fromkeys(found | {f"{name}-1:{word[:6]}" for word in words[-1:]}, 0.7)


def _sequences(name: str, text: str) -> dict[str, float]:
    """The letter sequences of a paragraph's beginning, and its words cut to their stems; a digit counts as 0."""
    folded = _DIGIT.sub("0", fold_marks(text[:200]))
    beginning = f" {folded[:_BEGINNING]}"
    grams = {f"{name}^{beginning[at : at + size]}" for size in (3, 4) for at in range(len(beginning) - size + 1)}
    words = [word[:6] for word in _WORD.findall(folded[:_WORDED])]
    made = dict.fromkeys(grams, 1.5 / max(len(grams), 1) ** 0.5)
    made |= dict.fromkeys({f"{name}w:{word}" for word in words}, 1.5 / max(len(words), 1) ** 0.5)
    return made | dict.fromkeys({f"{name}1:{word}" for word in words[:1]}, 1.0)


def hash_features(features: Mapping[str, float]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The buckets of some features, and their values."""
    buckets = [crc32(name.encode("utf-8", "surrogatepass")) % BUCKETS for name in features]
    return np.array(buckets, np.int32), np.array(list(features.values()), np.float32)
