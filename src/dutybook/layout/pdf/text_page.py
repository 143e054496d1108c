"""The words of one page with their boxes and fonts, fast, over pdfium's raw interface.

One ``FPDFText_GetText`` a page gives all characters; only the first and the last character of a word are asked for their
boxes, and the first of those that follow each other on a line for its baseline. All words of a page are asked in one sweep a
question (``map`` over pdfium's function, answers in one buffer): a loop in Python around each call costs more than the call.
Fonts are looked up once a text object. Handles are valid while the page is open only, so no cache outlives a page.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import pypdfium2.raw as raw

from dutybook.layout.pdf.pdfium import Answers, address_of, answers, quick, quickest, ready
from dutybook.layout.pdf.words import (
    BASE,
    BOTTOM,
    SOFT_HYPHENS,
    TOP,
    X0,
    Columns,
    Frame,
    Numbers,
    PageText,
    Style,
    Word,
    Words,
    style_of,
)

# In letter-spaced words a space stands before the hyphen at the line's end.
_SOLID = re.compile(r"\S+")
_WORD = re.compile(rf"[^\s{SOFT_HYPHENS}]+[{SOFT_HYPHENS}]*(?: [{SOFT_HYPHENS}]+(?=\s))?")
_SOFT = re.compile(f"[{SOFT_HYPHENS}]")
# What makes a word be written in another way than the file has it.
_REWRITTEN = re.compile(
    "[\x00\x01\x03-\x08\x0e-\x1b\x7f\u200b-\u200d\u2060\ue000-\uf8ff\ufb00-\ufb06\ufeff\ufffd\U000f0000-\U0010ffff]"
)
_PRIVATE = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
_SYMBOL = re.compile(r"(?<!\S)[\ue000-\uf8ff](?!\S)")
_CONTROL_RUN = re.compile("[\x00\x01\x03-\x08\x0e-\x1f\x7f-\x9f]")


@dataclass(slots=True)
class WordCuts:
    """The words of a page's text as columns: text, indexes of the first and last character, and what follows.

    ``softs`` holds the numbers of the words that a soft hyphen ends, ``glued`` those of the words that one parts from
    the word before, without a space.
    """

    texts: list[str]
    firsts: list[int]
    lasts: list[int]
    softs: list[int]
    glued: list[int]


def garbage_in(text: str) -> float:
    """What share of a page's characters has no meaning (0 to 1)."""
    count = len(_CONTROL_RUN.findall(text)) + len(_PRIVATE.findall(text))
    # A private character alone is a bullet or a box of a symbol font; only among others it is garbage.
    return (count - len(_SYMBOL.findall(text))) / (sum(map(len, text.split())) or 1) if count else 0.0


def cut_words(text: str) -> WordCuts:
    """The words of a page's text."""
    matches = list((_WORD if _SOFT.search(text) else _SOLID).finditer(text))
    texts = [match.group() for match in matches]
    firsts = [match.start() for match in matches]
    lasts = [match.end() - 1 for match in matches]
    softs = [at for at, written in enumerate(texts) if written[-1] in SOFT_HYPHENS]
    glued = [at + 1 for at in softs if at + 1 < len(texts) and firsts[at + 1] == lasts[at] + 1]
    for at in softs:
        texts[at] = texts[at].rstrip(SOFT_HYPHENS + " ")
        lasts[at] = firsts[at] + len(texts[at]) - 1
    return WordCuts(texts, firsts, lasts, softs, glued)


# Points: the height of the bands in which a word set twice is looked for, and how many of one word a band may hold.
_BAND = 16.0
_MOST_IN_BAND = 200


def find_duplicates(words: Words) -> set[int]:
    """The numbers of the words that may be set twice: another word begins near them on about their baseline."""
    if len(words) < 2:
        return set()
    numbers = words.columns.numbers
    starts, bases = numbers[:, X0], numbers[:, BASE]
    tolerance = min(0.25 * float((numbers[:, BOTTOM] - numbers[:, TOP]).max()), 0.5 * _BAND)
    order = bases.argsort()
    by_height = bases[order]
    rows = np.zeros(len(words))
    rows[order[1:]] = (by_height[1:] - by_height[:-1] >= tolerance).cumsum()
    # One number for row and place in it: rows are wider apart than any two words that are near each other.
    places = rows * (float(np.ptp(starts)) + 2 * tolerance) + starts
    order = places.argsort()
    places = places[order]
    near = (places[1:] - places[:-1] < tolerance).nonzero()[0]
    return {*order[near].tolist(), *order[near + 1].tolist()} if len(near) else set()


class DuplicateWords:
    """The words of a page met so far, by text and height."""

    def __init__(self) -> None:
        self._seen: defaultdict[tuple[str, int], list[Word]] = defaultdict(list)

    def holds(self, word: Word) -> bool:
        """Whether the same word was already set in the same place; a word that was not is kept in mind."""
        text, x, y = word.text, word.x0, word.base
        tolerance = min(0.25 * (word.bottom - word.top), 0.5 * _BAND)
        own = int(y / _BAND)

        def is_in(band: int) -> bool:
            return any(abs(w.x0 - x) < tolerance and abs(w.base - y) < tolerance for w in self._seen[text, band])

        if is_in(own):
            return True
        if len(self._seen[text, own]) < _MOST_IN_BAND:
            self._seen[text, own].append(word)
        return any(map(is_in, {int((y - tolerance) / _BAND), int((y + tolerance) / _BAND)} - {own}))


_LIGATURES = str.maketrans(
    {
        **dict(zip("ﬀﬁﬂﬃﬄﬅﬆ", ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True)),
        **dict.fromkeys([*map(chr, range(0x20)), *"\x7f\u200b\u200c\u200d\u2060\ufeff"], None),
    }
)
# Letters with figures after them, or a year with some more.
_INNER_DIGIT = re.compile(r"(?:[^\W\d_][»”’\")]?[\d¹²³*†‡]{1,3}|^\(?[12]\d{4,6})[.,;:)»”’]*$")
_CLOSING = ".,;:)»”’"
# A style's key: the address of its font, and the height of its boxes in hundredths of a point, as far as that counts.
_HEIGHT_BITS = np.uint64(16)
_HEIGHT = 0xFFFF
# Points; a letter may reach a little below what its font says of all.
_SAME = 0.01


_VOID, _INT, _DOUBLE = ctypes.c_void_p, ctypes.c_int, ctypes.c_double
_text = quick("FPDFText_GetText", _INT, _VOID, _INT, _INT, _VOID)
_loose_box = quickest("FPDFText_GetLooseCharBox", None)
_origin = quickest("FPDFText_GetCharOrigin", None)
_text_object = quickest("FPDFText_GetTextObject", ctypes.c_size_t)
_object_font = quick("FPDFTextObj_GetFont", ctypes.c_size_t, _VOID)
_matrix = quick("FPDFText_GetMatrix", _INT, _VOID, _INT, _VOID)
_font_size = quick("FPDFText_GetFontSize", _DOUBLE, _VOID, _INT)
_font_name = quick("FPDFFont_GetBaseFontName", ctypes.c_size_t, _VOID, _VOID, ctypes.c_size_t)
_font_flags = quick("FPDFFont_GetFlags", _INT, _VOID, _VOID)
_font_weight = quick("FPDFFont_GetWeight", _INT, _VOID)
_char_index = quick("FPDFText_GetCharIndexFromTextIndex", _INT, _VOID, _INT)


def read_words(page: raw.FPDF_PAGE, frame: Frame, max_chars: int) -> PageText:
    """The words of an open page; at most ``max_chars`` characters are looked at."""
    textpage = raw.FPDFText_LoadPage(page)
    if not textpage:
        return PageText(Words.of(()), 0.0)
    try:
        with answers() as room:
            return _PageReader(textpage, frame, room).read(max_chars)
    finally:
        raw.FPDFText_ClosePage(textpage)


class _PageReader:
    """Reads one open text page; its caches die with it."""

    def __init__(self, textpage: raw.FPDF_TEXTPAGE, frame: Frame, room: Answers) -> None:
        self.textpage = textpage
        self.handle = address_of(textpage)
        self.ready = ready(self.handle)
        self.frame = frame
        self.answers = room
        self.styles: dict[int, Style] = {}
        self.fonts: dict[int, tuple[bool, bool]] = {}
        self.objects: set[int] = set()

    def read(self, max_chars: int) -> PageText:
        count = min(raw.FPDFText_CountChars(self.textpage), max_chars)
        if count <= 0:
            return PageText(Words.of(()), 0.0)
        units = np.zeros(2 * count + 2, np.uint16)
        written = _text(self.handle, 0, count, units.ctypes.data) - 1
        text = units[: max(written, 0)].tobytes().decode("utf-16-le", "replace")
        cut, drift = cut_words(text), len(text) != count
        nfc = text.isascii() or unicodedata.is_normalized("NFC", text)
        if drift or not nfc or _REWRITTEN.search(text):
            cut = self._mended(cut, drift=drift, nfc=nfc)
        return PageText(self._words(cut), garbage_in(text), self.objects)

    def _mended(self, cut: WordCuts, *, drift: bool, nfc: bool) -> WordCuts:
        """The words with indexes of the page's characters and their texts as they are written elsewhere; empty ones go.

        ``drift`` says that characters of the text and of the page count apart.
        """
        made = WordCuts([], [], [], [], [])
        follows, softs = set(cut.glued), set(cut.softs)
        for at, (written, first, last) in enumerate(zip(cut.texts, cut.firsts, cut.lasts, strict=True)):
            if drift:
                first, last = _char_index(self.handle, first), _char_index(self.handle, last)
                if first < 0 or last < first:
                    continue
            written = "•" if len(written) == 1 and _PRIVATE.match(written) else written.translate(_LIGATURES)
            if not nfc:
                written = unicodedata.normalize("NFC", written)
            if not written:
                continue
            if at in follows:
                made.glued.append(len(made.texts))
            if at in softs:
                made.softs.append(len(made.texts))
            made.texts.append(written)
            made.firsts.append(first)
            made.lasts.append(last)
        return made

    def _words(self, cut: WordCuts) -> Words:
        """The words with their boxes and styles, doubles left out, raised marks parted from the words they stick to."""
        words, heights, last_heights = self._placed(cut.texts, cut.firsts, cut.lasts)
        for at in cut.softs:
            last = cut.lasts[at]
            words.columns.flags[at] = True, False, _text_object(self.ready, last) != _text_object(self.ready, last + 1)
        twice, glued = find_duplicates(words), set(cut.glued)
        uneven = np.abs(heights - last_heights) > 0.12 * np.maximum(heights, last_heights)
        doubles = DuplicateWords()
        changes: dict[int, list[Word]] = {}
        for at in sorted({*_suspect(cut.texts, uneven), *twice, *glued}):
            if at in glued and _rejoined(words, at, changes):
                continue
            if at in twice and doubles.holds(words[at]):
                changes[at] = []
                continue
            text, first, last = cut.texts[at], cut.firsts[at], cut.lasts[at]
            # A word may hold characters of another size: a raised footnote mark glued to it.
            if first != last and (uneven[at] or (last - first + 1 == len(text) and _INNER_DIGIT.search(text))):
                made = self._split(words[at], first, last)
                if len(made) > 1:
                    changes[at] = made
        return words.changed(changes) if changes else words

    def _placed(self, texts: list[str], firsts: list[int], lasts: list[int]) -> tuple[Words, Numbers, Numbers]:
        """The words from a first to a last character each, and the heights of the boxes of these two characters."""
        frame = self.frame
        # Left, top, right and bottom of the characters' loose boxes, and their origins, in the page's own coordinates.
        left, top, right, bottom = self.answers.quads(_loose_box, self.ready, firsts)
        end_left, end_top, end_right, end_bottom = self.answers.quads(_loose_box, self.ready, lasts)
        heights, last_heights = top - bottom, end_top - end_bottom
        fonts = self._fonts(firsts)
        styles = self._styles(firsts, fonts, heights)
        left, right = np.minimum(left, end_left), np.maximum(right, end_right)
        upright = all(style.upright for style in self.styles.values())
        # On a page that is displayed turned, words run along its own height.
        grown = last_heights > heights if frame.turns % 2 == 0 else np.full(len(texts), True)
        if not upright:
            grown |= np.fromiter((not style.upright for style in styles), np.bool_, len(texts))
        top = np.where(grown, np.maximum(top, end_top), top)
        bottom = np.where(grown, np.minimum(bottom, end_bottom), bottom)
        made = np.empty((len(texts), 5))
        made[:, BASE] = self._bases(firsts, fonts, bottom, heights, upright=upright)
        xa, ya = frame.place(left, bottom)
        xb, yb = frame.place(right, top)
        if frame.turns == 0:
            made[:, :BASE] = np.column_stack((xa, yb, xb, ya))
        else:
            sides = np.minimum(xa, xb), np.minimum(ya, yb), np.maximum(xa, xb), np.maximum(ya, yb)
            made[:, :BASE] = np.column_stack(sides)
        self._lower_boxes(made, styles, firsts, grown)
        return Words(texts, Columns(made, styles), upright), heights, last_heights

    def _lower_boxes(self, numbers: Numbers, styles: list[Style], firsts: list[int], grown: Numbers) -> None:
        """Make boxes no higher than their font's size allows: fonts with absurd ascents would make lines overlap.

        ``grown`` are the words whose last character is higher than their first.
        """
        tall = any((key & _HEIGHT) + 2 > 160 * style.size for key, style in self.styles.items())
        anywhere = tall or bool(self.frame.turns)
        if not anywhere and not grown.any():
            return
        heights: Numbers = numbers[:, BOTTOM] - numbers[:, TOP]
        looked = heights > 1.6 * min((style.size for style in self.styles.values()), default=0.0)
        if not anywhere:
            looked &= grown
        high = [
            at
            for at in np.flatnonzero(looked).tolist()
            if heights[at] > 1.6 * styles[at].size > 0 and styles[at].upright
        ]
        own = np.asarray(self.frame.place(*self.answers.pairs(_origin, self.ready, [firsts[at] for at in high]))[1])
        for at, base in zip(high, own.tolist(), strict=True):
            size = styles[at].size
            numbers[at, TOP], numbers[at, BOTTOM] = base - 0.95 * size, base + 0.3 * size

    def _bases(
        self, indexes: list[int], fonts: Numbers, bottom: Numbers, heights: Numbers, *, upright: bool
    ) -> Numbers:
        """The y of characters' baselines, from the top of the page as displayed.

        A font hangs its boxes on the baseline: of characters of upright text that follow each other in one font and about
        one size, with their boxes' ``bottom`` in one place, the first speaks for all.
        """
        if self.frame.turns or not upright:
            return np.asarray(self.frame.place(*self.answers.pairs(_origin, self.ready, indexes))[1])
        begins = np.ones(len(indexes), np.bool_)
        np.not_equal(fonts[1:], fonts[:-1], out=begins[1:])
        begins[1:] |= np.abs(bottom[1:] - bottom[:-1]) > _SAME
        begins[1:] |= np.abs(heights[1:] - heights[:-1]) > 0.1 * heights[1:]
        first = [indexes[at] for at in begins.nonzero()[0].tolist()]
        x, y = self.answers.pairs(_origin, self.ready, first)
        found: Numbers = np.asarray(self.frame.place(x, y)[1])
        spread: Numbers = found[begins.cumsum() - 1]
        return spread

    def _fonts(self, indexes: list[int]) -> Numbers:
        """The addresses of characters' fonts. Some files make every word a text object of its own, others a line."""
        objects = np.fromiter(map(_text_object, repeat(self.ready), indexes), np.uint64, len(indexes))
        begins = np.ones(len(indexes), np.bool_)
        np.not_equal(objects[1:], objects[:-1], out=begins[1:])
        first = objects[begins].tolist()
        self.objects.update(first)
        found: Numbers = np.fromiter(map(_object_font, first), np.uint64, len(first))
        return found if len(found) == len(indexes) else found[begins.cumsum() - 1]

    def _styles(self, indexes: list[int], fonts: Numbers, heights: Numbers) -> list[Style]:
        """The styles of characters; one font in one height has one style, so little is asked twice."""
        rounded = np.clip(100 * heights + 0.5, 0, _HEIGHT).astype(np.uint64)
        keys, firsts, places = np.unique((fonts << _HEIGHT_BITS) | rounded, return_index=True, return_inverse=True)
        for key, at in zip(keys.tolist(), firsts.tolist(), strict=True):
            if key not in self.styles:
                self.styles[key] = self._style(indexes[at], fonts.item(at))
        found = [self.styles[key] for key in keys.tolist()]
        return list(map(found.__getitem__, places.tolist()))

    def _style(self, index: int, font: int) -> Style:
        """The style of a character set in a font."""
        a, b, c, d, *_ = self.answers.matrix(_matrix, self.handle, index)
        across, down = math.hypot(a, b), math.hypot(c, d)
        size = _font_size(self.handle, index) * (down or across or 1.0)
        turn = (math.atan2(b, a) / (math.pi / 2) - self.frame.turns) % 4
        upright = min(turn, 4 - turn) < 0.1
        bold, italic = self._font(font)
        slanted = upright and self.frame.turns == 0 and c > 0.15 * abs(d)
        return style_of(round(size, 2), bold, italic or slanted, upright)

    def _font(self, font: int) -> tuple[bool, bool]:
        """Whether a font is bold and whether it is slanted, from its name, flags and weight."""
        if not font:
            return False, False
        if font not in self.fonts:
            buffer, flags = ctypes.create_string_buffer(128), _INT()
            _font_name(font, ctypes.addressof(buffer), 128)
            name = buffer.value.decode("latin-1").lower()
            _font_flags(font, ctypes.addressof(flags))
            value = max(flags.value, 0)
            bold = any(part in name for part in ("bold", "black", "heavy", "demi")) or bool(value & 0x40000)
            italic = any(part in name for part in ("italic", "oblique", "kursiv")) or bool(value & 0x40)
            self.fonts[font] = bold or _font_weight(font) >= 600, italic
        return self.fonts[font]

    def _split(self, whole: Word, first: int, last: int) -> list[Word]:
        """A word whose characters differ in size or height, as pieces; whole where there is nothing to part."""
        text = whole.text
        if last - first + 1 != len(text):
            return [whole]
        every = list(range(first, last + 1))
        begins = [0]
        base, size = math.nan, 0.0
        _, top, _, bottom = self.answers.quads(_loose_box, self.ready, every)
        _, ys = self.answers.pairs(_origin, self.ready, every)
        styles = self._styles(every, self._fonts(every), top - bottom)
        for number, (y, style) in enumerate(zip(ys.tolist(), styles, strict=True)):
            # Small capitals change size on one baseline: only a raised or lowered piece is parted.
            if number and abs(y - base) > 0.12 * max(style.size, size):
                begins.append(number)
            base, size = y, style.size
        if len(begins) == 1:
            return [whole]
        stops = [*begins[1:], len(text)]
        pieces = [text[begin:stop] for begin, stop in zip(begins, stops, strict=True)]
        firsts, lasts = [first + begin for begin in begins], [first + stop - 1 for stop in stops]
        made = list(self._placed(pieces, firsts, lasts)[0])
        for word in made[1:]:
            word.glued = True
        made[-1].soft, made[-1].apart = whole.soft, whole.apart
        return made


def _rejoined(words: Words, at: int, changes: dict[int, list[Word]]) -> bool:
    """Join a word to the one before it on its line, from which a soft hyphen parts it: there it divides nothing."""
    before = at - 1
    while before in changes and not changes[before]:
        before -= 1
    if before < 0:
        return False
    made, target = words[at], changes[before][-1] if before in changes else words[before]
    if abs(made.base - target.base) >= 1 or made.x0 < target.x0:
        return False
    target.text, target.x1 = target.text + made.text, made.x1
    target.soft, target.apart = made.soft, made.apart
    changes.setdefault(before, [target])
    changes[at] = []
    return True


def _suspect(texts: list[str], uneven: Numbers) -> list[int]:
    """The indexes of the few words that may end with a mark: those of ``uneven`` height, or with a sign at their end."""

    def ends_marked(text: str) -> bool:
        end = text.rstrip(_CLOSING)[-1:]
        return end.isdigit() or end in "*†‡"

    letters = np.fromiter(map(str.isalpha, texts), np.bool_, len(texts))
    return [at for at in np.flatnonzero(~letters | uneven).tolist() if uneven[at] or ends_marked(texts[at])]
