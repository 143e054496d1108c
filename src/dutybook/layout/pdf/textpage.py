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
from collections import deque
from collections.abc import Iterator
from itertools import repeat

import pypdfium2.raw as raw

from dutybook.layout.pdf.glyphs import SOFT_HYPHENS, Frame, PageText, Style, Word

_WORD = re.compile(rf"[^\s{SOFT_HYPHENS}]+[{SOFT_HYPHENS}]*")
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
_REWRITTEN = re.compile("[\x00\x01\x03-\x08\x0e-\x1b\x7f\u200b-\u200d\u2060\ue000-\uf8ff\ufb00-\ufb06\ufeff\ufffd\U000f0000-\U0010ffff]")
_INNER_DIGIT = re.compile(r"[^\W\d_][»”’\")]?[\d¹²³*†‡]{1,3}[.,;:)»”’]*$")
_CLOSING = ".,;:)»”’"
_PRIVATE = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
_SYMBOL = re.compile(r"(?<!\S)[\ue000-\uf8ff](?!\S)")
_CONTROL_RUN = re.compile("[\x00\x01\x03-\x08\x0e-\x1f\x7f-\x9f]")
# Points: the side of the squares in which a word set twice is looked for.
_SQUARE = 16.0


def _function(name: str, result: type | None, *arguments: type) -> ctypes._FuncPointer:
    """A pdfium function with plain integers for handles, which spares an object a call."""
    address = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value
    return ctypes.CFUNCTYPE(result, *arguments)(address)  # type: ignore[arg-type]


_VOID, _INT, _DOUBLE = ctypes.c_void_p, ctypes.c_int, ctypes.c_double
_loose_box = _function("FPDFText_GetLooseCharBox", _INT, _VOID, _INT, _VOID)
_origin = _function("FPDFText_GetCharOrigin", _INT, _VOID, _INT, _VOID, _VOID)
_text_object = _function("FPDFText_GetTextObject", _VOID, _VOID, _INT)
_object_font = _function("FPDFTextObj_GetFont", _VOID, _VOID)
_matrix = _function("FPDFText_GetMatrix", _INT, _VOID, _INT, _VOID)
_font_size = _function("FPDFText_GetFontSize", _DOUBLE, _VOID, _INT)
_font_name = _function("FPDFFont_GetBaseFontName", ctypes.c_size_t, _VOID, _VOID, ctypes.c_size_t)
_font_flags = _function("FPDFFont_GetFlags", _INT, _VOID, _VOID)
_font_weight = _function("FPDFFont_GetWeight", _INT, _VOID)
_char_index = _function("FPDFText_GetCharIndexFromTextIndex", _INT, _VOID, _INT)


def read_words(page: raw.FPDF_PAGE, frame: Frame, max_chars: int) -> PageText:
    """The words of an open page; at most ``max_chars`` characters are looked at."""
    textpage = raw.FPDFText_LoadPage(page)
    if not textpage:
        return PageText([], 0.0)
    try:
        return _PageReader(textpage, frame).read(max_chars)
    finally:
        raw.FPDFText_ClosePage(textpage)


class _Cut:
    """The words of a page's text as columns: text, indexes of the first and last character, and what follows.

    ``softs`` says that a soft hyphen ends the word, ``glued`` that one ended the word before, without a space.
    """

    __slots__ = ("firsts", "glued", "lasts", "softs", "texts")

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.firsts: list[int] = []
        self.lasts: list[int] = []
        self.softs: list[bool] = []
        self.glued: list[bool] = []


class _PageReader:
    """Reads one open text page; its caches die with it."""

    def __init__(self, textpage: raw.FPDF_TEXTPAGE, frame: Frame) -> None:
        self.textpage = textpage
        self.handle = ctypes.cast(textpage, _VOID).value
        self.frame = frame
        self.styles: dict[tuple[int | None, int], Style] = {}
        self.fonts: dict[int, tuple[bool, bool]] = {}

    def read(self, max_chars: int) -> PageText:
        count = min(raw.FPDFText_CountChars(self.textpage), max_chars)
        if count <= 0:
            return PageText([], 0.0)
        buffer = (ctypes.c_ushort * (2 * count + 2))()
        units = raw.FPDFText_GetText(self.textpage, 0, count, buffer) - 1
        text = bytes(memoryview(buffer).cast("B")[: 2 * max(units, 0)]).decode("utf-16-le", "replace")
        # A private character alone is a bullet or a box of a symbol font; only among others it is garbage.
        garbage = len(_CONTROL_RUN.findall(text))
        if not text.isascii():
            garbage += len(_PRIVATE.findall(text)) - len(_SYMBOL.findall(text))
        letters = sum(map(len, text.split())) or 1
        return PageText(self._words(self._cut(text, drift=len(text) != count)), garbage / letters)

    def _cut(self, text: str, *, drift: bool) -> _Cut:
        """The words of the page's text; ``drift`` says that characters of the text and of the page count apart."""
        cut = _Cut()
        nfc = text.isascii() or unicodedata.is_normalized("NFC", text)
        as_is = nfc and not _REWRITTEN.search(text)
        after = -1
        for match in _WORD.finditer(text):
            start, end = match.span()
            shown = match.group()
            if shown[-1] in SOFT_HYPHENS:
                shown = shown.rstrip(SOFT_HYPHENS)
            first = start
            last = start + len(shown) - 1
            soft = last + 1 < end
            if drift:
                first, last = _char_index(self.handle, first), _char_index(self.handle, last)
                if first < 0 or last < first:
                    continue
            if not as_is:
                shown = "•" if len(shown) == 1 and _PRIVATE.match(shown) else shown.translate(_LIGATURES)
                if not nfc:
                    shown = unicodedata.normalize("NFC", shown)
                if not shown:
                    continue
            cut.texts.append(shown)
            cut.firsts.append(first)
            cut.lasts.append(last)
            cut.softs.append(soft)
            cut.glued.append(start == after)
            after = end if soft else -1
        return cut

    def _words(self, cut: _Cut) -> list[Word]:
        """The words with their boxes and styles, doubles left out, raised marks parted from the words they stick to."""
        words: list[Word] = []
        seen: dict[tuple[str, int, int], list[Word]] = {}
        whole = self._placed(cut.texts, cut.firsts, cut.lasts)
        for number, (made, height, last_height) in enumerate(whole):
            made.soft = cut.softs[number]
            if cut.glued[number] and words and abs(made.base - words[-1].base) < 1 and made.x0 >= words[-1].x0:
                # A soft hyphen inside a line: it divides nothing.
                before = words[-1]
                before.text, before.x1, before.soft = before.text + made.text, made.x1, made.soft
                continue
            if _is_double(made, seen):
                continue
            first, last = cut.firsts[number], cut.lasts[number]
            if first != last and _mixed(made.text, last - first + 1, height, last_height):
                words.extend(self._split(made, first, last))
            else:
                words.append(made)
        return words

    def _placed(self, texts: list[str], firsts: list[int], lasts: list[int]) -> Iterator[tuple[Word, float, float]]:
        """The words from a first to a last character each, with the heights of the boxes of these two."""
        handle, frame, size = self.handle, self.frame, len(texts)
        boxes = _boxes(handle, firsts)
        ends = _boxes(handle, lasts)
        points = _origins(handle, firsts)
        items = map(_text_object, repeat(handle), firsts)
        last_item: int | None = None
        font: int | None = None
        styles = self.styles
        straight = frame.turns == 0
        away, above = frame.left, frame.top
        for number, text, item in zip(range(size), texts, items, strict=True):
            at = 4 * number
            left, top, right, bottom = boxes[at : at + 4]
            height = last_height = top - bottom
            if item != last_item:
                last_item, font = item, _object_font(item) if item else None
            key = (font, int(100 * height + 0.5))
            style = styles.get(key)
            if style is None:
                style = styles[key] = self._style(firsts[number], font)
            if firsts[number] != lasts[number]:
                other_left, other_top, other_right, other_bottom = ends[at : at + 4]
                last_height = other_top - other_bottom
                if other_left < left:
                    left = other_left
                if other_right > right:
                    right = other_right
                if last_height > height or not style.upright:
                    top, bottom = max(top, other_top), min(bottom, other_bottom)
            if straight:
                x0, x1, y0, y1, base = left - away, right - away, above - top, above - bottom, above - points[2 * number + 1]
            else:
                xa, ya = frame.place(left, bottom)
                xb, yb = frame.place(right, top)
                x0, x1, y0, y1 = min(xa, xb), max(xa, xb), min(ya, yb), max(ya, yb)
                base = frame.place(points[2 * number], points[2 * number + 1])[1]
            # Fonts with absurd ascents would make lines overlap: the box is held to what the size allows.
            if style.upright and y1 - y0 > 1.6 * style.size > 0:
                y0, y1 = base - 0.95 * style.size, base + 0.3 * style.size
            yield Word(text, x0, y0, x1, y1, base, style), height, last_height

    def _style(self, index: int, font: int | None) -> Style:
        """The style of a character; one font in one height has one style, so little is asked twice.

        Some files make every word a text object of its own: a cache by object would never hit.
        """
        matrix = raw.FS_MATRIX()
        _matrix(self.handle, index, ctypes.addressof(matrix))
        across, down = math.hypot(matrix.a, matrix.b), math.hypot(matrix.c, matrix.d)
        size = _font_size(self.handle, index) * (down or across or 1.0)
        turn = (math.atan2(matrix.b, matrix.a) / (math.pi / 2) - self.frame.turns) % 4
        upright = min(turn, 4 - turn) < 0.1
        bold, italic = self._font(font or 0)
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
        heights = self._placed(list(text), every, every)
        points = _origins(self.handle, every)
        for number, (letter, _, _) in enumerate(heights):
            y = points[2 * number + 1]
            # Small capitals change size on one baseline: only a raised or lowered piece is parted.
            if number and abs(y - base) > 0.12 * max(letter.style.size, size):
                begins.append(number)
            base, size = y, letter.style.size
        if len(begins) == 1:
            return [whole]
        stops = [*begins[1:], len(text)]
        pieces = [text[begin:stop] for begin, stop in zip(begins, stops, strict=True)]
        firsts, lasts = [first + begin for begin in begins], [first + stop - 1 for stop in stops]
        made = [word for word, _, _ in self._placed(pieces, firsts, lasts)]
        for word in made[1:]:
            word.glued = True
        made[-1].soft = whole.soft
        return made


def _boxes(handle: int | None, indexes: list[int]) -> array[float]:
    """Left, top, right, bottom of each character's loose box, in the page's own coordinates."""
    made = array("f", bytes(16 * len(indexes)))
    start = made.buffer_info()[0]
    deque(map(_loose_box, repeat(handle), indexes, range(start, start + 16 * len(indexes), 16)), maxlen=0)
    return made


def _origins(handle: int | None, indexes: list[int]) -> array[float]:
    """x and y of each character's origin, in the page's own coordinates."""
    made = array("d", bytes(16 * len(indexes)))
    start = made.buffer_info()[0]
    stop = start + 16 * len(indexes)
    deque(map(_origin, repeat(handle), indexes, range(start, stop, 16), range(start + 8, stop, 16)), maxlen=0)
    return made


def _mixed(text: str, length: int, height: float, last_height: float) -> bool:
    """Whether a word may hold characters of another size: a raised footnote mark glued to it."""
    if abs(height - last_height) > 0.12 * max(height, last_height):
        return True
    if text.isalpha() or length != len(text):
        return False
    end = text.rstrip(_CLOSING)[-1:]
    return (end.isdigit() or end in "*†‡") and _INNER_DIGIT.search(text) is not None


def _is_double(word: Word, seen: dict[tuple[str, int, int], list[Word]]) -> bool:
    """Whether the same word was already set in the same place (fake bold, shadow, text behind a scan)."""
    x, y, text = word.x0 / _SQUARE, word.base / _SQUARE, word.text
    reach = 0.25 * (word.bottom - word.top)
    near = min(reach / _SQUARE, 0.5)
    columns = {int(x - near), int(x + near)}
    for row in {int(y - near), int(y + near)}:
        for column in columns:
            for other in seen.get((text, column, row), ()):
                if abs(other.x0 - word.x0) < reach and abs(other.base - word.base) < reach:
                    return True
    seen.setdefault((text, int(x), int(y)), []).append(word)
    return False
