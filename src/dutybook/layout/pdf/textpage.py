"""The words of one page with their boxes and fonts, fast, over pdfium's raw interface.

One ``FPDFText_GetText`` a page gives all characters; words are cut with one regular expression and only the
first and the last character of a word are asked for their boxes. All words of a page are asked in one sweep a
question (``map`` over pdfium's function, answers in one buffer): a loop in Python around each call costs more than the call.
Fonts are looked up once a text object. Handles are valid while the page is open only, so no cache outlives a page.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from array import array
from dataclasses import dataclass
from itertools import compress, repeat

import numpy as np
import pypdfium2.raw as raw

from dutybook.layout.pdf.calls import Answers, address_of, answers, quick, quickest, ready
from dutybook.layout.pdf.glyphs import SOFT_HYPHENS, Frame, Style, Word
from dutybook.layout.pdf.wordrows import Columns, Numbers, PageText, Words

# In letter-spaced words a space stands before the hyphen at the line's end.
_WORD = re.compile(rf"[^\s{SOFT_HYPHENS}]+[{SOFT_HYPHENS}]*(?: [{SOFT_HYPHENS}]+(?=\s))?")
_SOFT = re.compile(f"[{SOFT_HYPHENS}]")
_LIGATURES = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        **dict.fromkeys(("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"), None),
        **dict.fromkeys((chr(code) for code in range(0x20)), None),
        "\x7f": None,
    }
)
# What makes a word be written in another way than the file has it.
_REWRITTEN = re.compile(
    "[\x00\x01\x03-\x08\x0e-\x1b\x7f\u200b-\u200d\u2060\ue000-\uf8ff\ufb00-\ufb06\ufeff\ufffd\U000f0000-\U0010ffff]"
)
# Letters with figures after them, or a year with some more.
_INNER_DIGIT = re.compile(r"(?:[^\W\d_][»”’\")]?[\d¹²³*†‡]{1,3}|^\(?[12]\d{4,6})[.,;:)»”’]*$")
_CLOSING = ".,;:)»”’"
_PRIVATE = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
_SYMBOL = re.compile(r"(?<!\S)[\ue000-\uf8ff](?!\S)")
_CONTROL_RUN = re.compile("[\x00\x01\x03-\x08\x0e-\x1f\x7f-\x9f]")
# Points: the height of the bands in which a word set twice is looked for, and how many of one word a band may hold.
_BAND = 16.0
_MOST_IN_BAND = 200
# A style's key: the address of its font, and the height of its boxes in hundredths of a point, as far as that counts.
_HEIGHT_BITS = np.uint64(16)
_HEIGHT = 0xFFFF


_VOID, _INT, _DOUBLE = ctypes.c_void_p, ctypes.c_int, ctypes.c_double
_text = quick("FPDFText_GetText", _INT, _VOID, _INT, _INT, _VOID)
_loose_box = quickest("FPDFText_GetLooseCharBox", None)
_origin = quickest("FPDFText_GetCharOrigin", None)
_text_object = quickest("FPDFText_GetTextObject", _VOID)
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


@dataclass(slots=True)
class _Cut:
    """The words of a page's text as columns: text, indexes of the first and last character, and what follows.

    ``softs`` holds the numbers of the words that a soft hyphen ends, ``glued`` those of the words that one parts from
    the word before, without a space.
    """

    texts: list[str]
    firsts: list[int]
    lasts: list[int]
    softs: list[int]
    glued: list[int]


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

    def read(self, max_chars: int) -> PageText:
        count = min(raw.FPDFText_CountChars(self.textpage), max_chars)
        if count <= 0:
            return PageText(Words.of(()), 0.0)
        buffer = array("H", bytes(4 * count + 4))
        units = _text(self.handle, 0, count, buffer.buffer_info()[0]) - 1
        text = buffer[: max(units, 0)].tobytes().decode("utf-16-le", "replace")
        # A private character alone is a bullet or a box of a symbol font; only among others it is garbage.
        garbage = len(_CONTROL_RUN.findall(text))
        if not text.isascii():
            garbage += len(_PRIVATE.findall(text)) - len(_SYMBOL.findall(text))
        share = garbage / (sum(map(len, text.split())) or 1) if garbage else 0.0
        return PageText(self._words(self._cut(text, drift=len(text) != count)), share)

    def _cut(self, text: str, *, drift: bool) -> _Cut:
        """The words of the page's text; ``drift`` says that characters of the text and of the page count apart."""
        cut = _by_spaces(text) or _by_pattern(text)
        nfc = text.isascii() or unicodedata.is_normalized("NFC", text)
        if drift or not nfc or _REWRITTEN.search(text):
            return self._mended(cut, drift=drift, nfc=nfc)
        return cut

    def _mended(self, cut: _Cut, *, drift: bool, nfc: bool) -> _Cut:
        """The words with indexes of the page's characters and their texts as they are written elsewhere; empty ones go."""
        made = _Cut([], [], [], [], [])
        follows, softs = set(cut.glued), set(cut.softs)
        for at, (shown, first, last) in enumerate(zip(cut.texts, cut.firsts, cut.lasts, strict=True)):
            if drift:
                first, last = _char_index(self.handle, first), _char_index(self.handle, last)
                if first < 0 or last < first:
                    continue
            shown = "•" if len(shown) == 1 and _PRIVATE.match(shown) else shown.translate(_LIGATURES)
            if not nfc:
                shown = unicodedata.normalize("NFC", shown)
            if not shown:
                continue
            if at in follows:
                made.glued.append(len(made.texts))
            if at in softs:
                made.softs.append(len(made.texts))
            made.texts.append(shown)
            made.firsts.append(first)
            made.lasts.append(last)
        return made

    def _words(self, cut: _Cut) -> Words:
        """The words with their boxes and styles, doubles left out, raised marks parted from the words they stick to."""
        words, heights, last_heights = self._placed(cut.texts, cut.firsts, cut.lasts)
        for at in cut.softs:
            last = cut.lasts[at]
            words.columns.flags[at] = True, False, _text_object(self.ready, last) != _text_object(self.ready, last + 1)
        twice, glued = _again(words), set(cut.glued)
        # Most words need no second look.
        letters = np.fromiter(map(str.isalpha, cut.texts), np.bool_, len(words))
        uneven = np.abs(heights - last_heights) > 0.12 * np.maximum(heights, last_heights)
        second = [at for at in np.flatnonzero(~letters | uneven).tolist() if uneven[at] or _ends_marked(cut.texts[at])]
        seen: dict[tuple[str, int], list[Word]] = {}
        changes: dict[int, list[Word]] = {}
        for at in sorted({*second, *twice, *glued}):
            if at in glued and _rejoined(words, at, changes):
                continue
            if at in twice and _is_double(words[at], seen):
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
        x, y = self.answers.pairs(_origin, self.ready, firsts)
        heights, last_heights = top - bottom, end_top - end_bottom
        styles = self._styles(firsts, heights)
        left, right = np.minimum(left, end_left), np.maximum(right, end_right)
        upright = all(style.upright for style in self.styles.values())
        # On a page that is turned to be shown, words run along its own height.
        grown = last_heights > heights if frame.turns % 2 == 0 else np.full(len(texts), True)
        if not upright:
            grown |= np.fromiter((not style.upright for style in styles), np.bool_, len(texts))
        top = np.where(grown, np.maximum(top, end_top), top)
        bottom = np.where(grown, np.minimum(bottom, end_bottom), bottom)
        sides = np.empty((len(texts), 4))
        xa, ya = frame.place(left, bottom)
        xb, yb = frame.place(right, top)
        if frame.turns == 0:
            sides[:, 0], sides[:, 1], sides[:, 2], sides[:, 3] = xa, yb, xb, ya
        else:
            sides[:, 0], sides[:, 1] = np.minimum(xa, xb), np.minimum(ya, yb)
            sides[:, 2], sides[:, 3] = np.maximum(xa, xb), np.maximum(ya, yb)
        bases = np.asarray(frame.place(x, y)[1])
        # Fonts with absurd ascents would make lines overlap: the box is held to what the size allows.
        tall = any((key & _HEIGHT) + 2 > 160 * style.size for key, style in self.styles.items())
        if tall or frame.turns or grown.any():
            shown: Numbers = sides[:, 3] - sides[:, 1]
            least = min((style.size for style in self.styles.values()), default=0.0)
            looked = shown > 1.6 * least if tall or frame.turns else grown & (shown > 1.6 * least)
            for at in np.flatnonzero(looked).tolist():
                style = styles[at]
                if shown[at] > 1.6 * style.size > 0 and style.upright:
                    sides[at, 1], sides[at, 3] = bases[at] - 0.95 * style.size, bases[at] + 0.3 * style.size
        return Words(texts, Columns(sides, bases, styles), upright), heights, last_heights

    def _styles(self, indexes: list[int], heights: Numbers) -> list[Style]:
        """The styles of characters; one font in one height has one style, so little is asked twice.

        Some files make every word a text object of its own: a cache by object would never hit.
        """
        objects = map(_text_object, repeat(self.ready), indexes)
        fonts = np.fromiter(map(_object_font, objects), np.uint64, len(indexes))
        rounded = np.clip(100 * heights + 0.5, 0, _HEIGHT).astype(np.uint64)
        keys = ((fonts << _HEIGHT_BITS) | rounded).tolist()
        try:
            return list(map(self.styles.__getitem__, keys))
        except KeyError:
            for key in dict.fromkeys(keys):
                if key not in self.styles:
                    at = keys.index(key)
                    self.styles[key] = self._style(indexes[at], fonts.item(at))
        return list(map(self.styles.__getitem__, keys))

    def _style(self, index: int, font: int) -> Style:
        """The style of a character set in a font."""
        matrix = raw.FS_MATRIX()
        _matrix(self.handle, index, ctypes.addressof(matrix))
        across, down = math.hypot(matrix.a, matrix.b), math.hypot(matrix.c, matrix.d)
        size = _font_size(self.handle, index) * (down or across or 1.0)
        turn = (math.atan2(matrix.b, matrix.a) / (math.pi / 2) - self.frame.turns) % 4
        upright = min(turn, 4 - turn) < 0.1
        bold, italic = self._font(font)
        slanted = upright and self.frame.turns == 0 and matrix.c > 0.15 * abs(matrix.d)
        return Style(round(size, 2), bold, italic or slanted, upright)

    def _font(self, font: int) -> tuple[bool, bool]:
        """Whether a font is bold and whether it is slanted, from its name, flags and weight."""
        if not font:
            return False, False
        known = self.fonts.get(font)
        if known is None:
            buffer = ctypes.create_string_buffer(128)
            _font_name(font, ctypes.addressof(buffer), 128)
            name = buffer.value.decode("latin-1").lower()
            flags = _INT()
            _font_flags(font, ctypes.addressof(flags))
            value = flags.value if flags.value > 0 else 0
            bold = any(part in name for part in ("bold", "black", "heavy", "demi")) or bool(value & 0x40000)
            italic = any(part in name for part in ("italic", "oblique", "kursiv")) or bool(value & 0x40)
            known = self.fonts[font] = (bold or _font_weight(font) >= 600, italic)
        return known

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
        styles = self._styles(every, top - bottom)
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


def _by_spaces(text: str) -> _Cut | None:
    """The words of a text that has spaces and line ends between them and soft hyphens only at the ends of its words."""
    pieces = text.replace("\r\n", "  ").split(" ")
    sizes = np.fromiter(map(len, pieces), np.intp, len(pieces))
    texts = list(compress(pieces, pieces))
    if texts != text.split():
        return None  # other white space
    begins = np.cumsum(sizes + 1) - sizes - 1
    here = np.flatnonzero(sizes)
    firsts, lasts = begins[here], begins[here] + sizes[here] - 1
    cut = _Cut(texts, firsts.tolist(), lasts.tolist(), [], [])
    if any(sign in text for sign in SOFT_HYPHENS):
        held = np.searchsorted(firsts, [match.start() for match in _SOFT.finditer(text)], side="right") - 1
        count = len(texts)
        for place in dict.fromkeys(held.tolist()):
            at = place + len(texts) - count
            inner, begin = _by_pattern(texts[at]), cut.firsts[at]
            if not inner.texts:
                return None  # a hyphen that stands alone may belong to the word before
            texts[at : at + 1] = inner.texts
            cut.firsts[at : at + 1] = [begin + first for first in inner.firsts]
            cut.lasts[at : at + 1] = [begin + last for last in inner.lasts]
            cut.softs += [at + soft for soft in inner.softs]
            cut.glued += [at + glued for glued in inner.glued]
    return cut


def _by_pattern(text: str) -> _Cut:
    """The words of any text."""
    matches = list(_WORD.finditer(text))
    texts = [match.group() for match in matches]
    firsts = [match.start() for match in matches]
    softs = [at for at, shown in enumerate(texts) if shown[-1] in SOFT_HYPHENS]
    glued = [at + 1 for at in softs if at + 1 < len(texts) and firsts[at + 1] == matches[at].end()]
    for at in softs:
        texts[at] = texts[at].rstrip(SOFT_HYPHENS + " ")
    lasts = [first + len(shown) - 1 for first, shown in zip(firsts, texts, strict=True)]
    return _Cut(texts, firsts, lasts, softs, glued)


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


def _ends_marked(text: str) -> bool:
    """Whether a word ends with a figure or a sign, as one does that a footnote mark is glued to."""
    end = text.rstrip(_CLOSING)[-1:]
    return end.isdigit() or end in "*†‡"


def _again(words: Words) -> set[int]:
    """The numbers of the words that may be set twice: another word begins near them on about their baseline."""
    if not len(words):
        return set()
    sides, bases = words.columns.sides, words.columns.bases
    reach = min(0.25 * float((sides[:, 3] - sides[:, 1]).max()), 0.5 * _BAND)
    order = np.argsort(bases, kind="stable")
    rows = np.empty(len(words), np.intp)
    rows[order] = np.cumsum(np.diff(bases[order], prepend=-np.inf) >= reach)
    order = np.lexsort((sides[:, 0], rows))
    near = np.flatnonzero((np.diff(rows[order]) == 0) & (np.diff(sides[order, 0]) < reach))
    return {*order[near].tolist(), *order[near + 1].tolist()}


def _is_double(word: Word, seen: dict[tuple[str, int], list[Word]]) -> bool:
    """Whether the same word was already set in the same place (fake bold, shadow, text behind a scan)."""
    text, x, y = word.text, word.x0, word.base
    reach = min(0.25 * (word.bottom - word.top), 0.5 * _BAND)
    band = int(y / _BAND)
    earlier = seen.get((text, band))
    if earlier is None:
        seen[text, band] = [word]
    else:
        for other in earlier:
            if abs(other.x0 - x) < reach and abs(other.base - y) < reach:
                return True
        if len(earlier) < _MOST_IN_BAND:
            earlier.append(word)
    if band > 0 and reach < y - band * _BAND < _BAND - reach:
        return False  # far from the bands above and below
    for other_band in (int((y - reach) / _BAND), int((y + reach) / _BAND)):
        if other_band != band:
            for other in seen.get((text, other_band), ()):
                if abs(other.x0 - x) < reach and abs(other.base - y) < reach:
                    return True
    return False
