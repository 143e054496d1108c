"""Breaks a paragraph into lines: words with their fonts, syllables, hard hyphens, footnote marks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from reportlab.pdfbase.pdfmetrics import stringWidth

MARK = re.compile(r"\[\^(\d+)\]")
LETTERS = re.compile(r"[^\W\d_]{7,}")
VOWELS = "aeiouyäöüáéèêàâîïôûůě"
# Consonant groups that a syllable break must not tear apart.
WHOLE = (
    "sch",
    "ch",
    "ck",
    "ph",
    "th",
    "qu",
    "sh",
    "gh",
    "st",
    "tr",
    "pr",
    "br",
    "gr",
    "cr",
    "dr",
    "pl",
    "bl",
    "gl",
    "cl",
)
LEAST = 3
# A line is loose where its spaces would grow by more than this share.
LOOSE = 0.25


@dataclass(frozen=True)
class Piece:
    """A run of characters in one font; ``rise`` lifts a footnote mark above the line."""

    text: str
    font: str
    size: float
    rise: float = 0.0

    @property
    def width(self) -> float:
        return stringWidth(self.text, self.font, self.size)


@dataclass
class Word:
    pieces: list[Piece]
    notes: list[str] = field(default_factory=list)

    @property
    def width(self) -> float:
        return sum(piece.width for piece in self.pieces)


@dataclass
class Line:
    words: list[Word]
    last: bool = False

    @property
    def notes(self) -> list[str]:
        return [note for word in self.words for note in word.notes]

    @property
    def natural(self) -> float:
        return sum(word.width for word in self.words)


def words_of(text: str, fonts: dict[str, str], size: float, style: str = "roman") -> list[Word]:
    """Words with their fonts. ``_so_`` is italic, ``**so**`` bold, ``[^1]`` a footnote's mark after the word before."""
    words: list[Word] = []
    current = style
    for raw in MARK.sub(r" [^\1]", text).split(" "):
        token = raw
        if token.startswith("**"):
            current, token = "bold", token[2:]
        elif token.startswith("_"):
            current, token = "italic", token[1:]
        ends = re.search(r"(\*\*|_)(?=\W*$)", token)
        if ends:
            token = token[: ends.start()] + token[ends.end() :]
        if mark := MARK.match(token):
            tail = token[mark.end() :]
            raised = Piece(mark[1], fonts[current], size * 0.62, size * 0.33)
            words.append(
                Word([Piece("(", fonts[current], size), raised, Piece(")" + tail, fonts[current], size)], [mark[1]])
            )
        elif token:
            words.append(Word([Piece(token, fonts[current], size)]))
        if ends:
            current = style
    return words


def syllables(word: str) -> list[int]:
    """Places at which a word may be divided: before the last consonant between two vowels.

    A rule of thumb for German, English and French, good enough to give the files the broken words of real ones.
    """
    match = LETTERS.search(word)
    if not match:
        return []
    low, places = word.lower(), []
    for at in range(match.start() + LEAST, match.end() - LEAST):
        if low[at] in VOWELS or low[at - 1] == "q":
            continue
        follows = next((group for group in WHOLE if low.startswith(group, at)), low[at])
        after = at + len(follows)
        if any(low.startswith(group, at - 1) for group in WHOLE):
            continue
        if after < match.end() and low[after] in VOWELS and any(c in VOWELS for c in low[match.start() : at]):
            places.append(at)
    return places


def split(word: Word, room: float, soft: str, syllabic: bool = True) -> tuple[Word, Word] | None:
    """The longest head of a word that fits into ``room`` with its hyphen, and the rest; None where none fits."""
    if len(word.pieces) != 1:
        return None
    piece = word.pieces[0]
    hard = [i + 1 for i, c in enumerate(piece.text[:-1]) if c == "-" and i >= 1 and piece.text[i + 1].isalpha()]
    places = [(at, "") for at in hard]
    if syllabic and not hard:
        places = [(at, soft) for at in syllables(piece.text)]
    for at, hyphen in sorted(places, reverse=True):
        head = Piece(piece.text[:at] + hyphen, piece.font, piece.size)
        if head.width <= room:
            return Word([head]), Word([Piece(piece.text[at:], piece.font, piece.size)], word.notes)
    return None


def break_lines(words: list[Word], width: float, space: float, soft: str, ragged: bool = False) -> list[Line]:
    """Lines no wider than ``width``, first fit. A word is divided where the line would be loose without it."""
    lines: list[Line] = []
    line: list[Word] = []
    used = 0.0
    queue = list(reversed(words))
    while queue:
        word = queue.pop()
        needed = word.width + (space if line else 0.0)
        if used + needed <= width + 0.01 or not line:
            line.append(word)
            used += needed
            continue
        room = width - used - space
        loose = room > LOOSE * space * max(len(line) - 1, 1)
        parts = split(word, room, soft, syllabic=loose) if not ragged and soft else None
        if parts:
            line.append(parts[0])
            word = parts[1]
        lines.append(Line(line))
        line, used = [], 0.0
        queue.append(word)
    if line:
        lines.append(Line(line, last=True))
    return lines
