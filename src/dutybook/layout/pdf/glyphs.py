"""The words of one page with their boxes and fonts, fast, over pdfium's raw interface.

One ``FPDFText_GetText`` a page gives all characters; words are cut with one regular expression and only the
first and the last character of a word are asked for their boxes. Fonts are looked up once a text object.
Handles are valid while the page is open only, so no cache outlives a page.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from dataclasses import dataclass

import pypdfium2.raw as raw

SOFT_HYPHENS = "\x02\ufffe\xad"
"""What pdfium puts for a hyphen at a line's end (whatever the file had there), and the soft hyphen itself."""

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
_INNER_DIGIT = re.compile(r"[^\W\d_][»”’\")]?[\d¹²³*†‡]{1,3}[.,;:)»”’]*$")
_PRIVATE = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
_SYMBOL = re.compile(r"(?<!\S)[\ue000-\uf8ff](?!\S)")
_CONTROL_RUN = re.compile("[\x00\x01\x03-\x08\x0e-\x1f\x7f-\x9f]")


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


@dataclass(slots=True)
class Style:
    """How a run of text is set: size in points, weight, slope, and whether it stands upright on the page."""

    size: float
    bold: bool
    italic: bool
    upright: bool


@dataclass(slots=True)
class Word:
    """A word on a page, in points from the top left corner; ``base`` is the y of its baseline.

    ``soft`` says that the file marks the word's end as a hyphenation point; the mark is not in ``text``.
    ``glued`` says that no space stands before it (a piece of a longer run that changes its size).
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    style: Style
    soft: bool = False
    glued: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """The visible part of a page in its own coordinates, and how it is turned for display (quarter turns)."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points, as displayed."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.turns % 2 else (width, height)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page, from the top left of the page as displayed."""
        if self.turns == 0:
            return x - self.left, self.top - y
        if self.turns == 1:
            return y - self.bottom, x - self.left
        if self.turns == 2:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x

    def found(self, u: float, v: float) -> tuple[float, float]:
        """The point of the page that :meth:`place` puts at ``(u, v)``."""
        if self.turns == 0:
            return self.left + u, self.top - v
        if self.turns == 1:
            return self.left + v, self.bottom + u
        if self.turns == 2:
            return self.right - u, self.bottom + v
        return self.right - v, self.top - u


@dataclass(slots=True)
class PageText:
    """The words of a page, in the file's order, and what share of its characters has no meaning (0 to 1)."""

    words: list[Word]
    garbage: float


def frame_of(page: raw.FPDF_PAGE) -> Frame:
    """The frame of an open page."""
    rect = raw.FS_RECTF()
    if not raw.FPDF_GetPageBoundingBox(page, ctypes.byref(rect)):
        return Frame(0.0, 0.0, raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page), 0)
    return Frame(rect.left, rect.bottom, rect.right, rect.top, raw.FPDFPage_GetRotation(page) % 4)


def read_words(page: raw.FPDF_PAGE, frame: Frame, max_chars: int) -> PageText:
    """The words of an open page; at most ``max_chars`` characters are looked at."""
    textpage = raw.FPDFText_LoadPage(page)
    if not textpage:
        return PageText([], 0.0)
    try:
        return _PageReader(textpage, frame).read(max_chars)
    finally:
        raw.FPDFText_ClosePage(textpage)


class _PageReader:
    """Reads one open text page; its caches die with it."""

    def __init__(self, textpage: raw.FPDF_TEXTPAGE, frame: Frame) -> None:
        self.textpage = textpage
        self.handle = ctypes.cast(textpage, _VOID).value
        self.frame = frame
        self.rect = raw.FS_RECTF()
        self.rect_ref = ctypes.addressof(self.rect)
        self.x, self.y = _DOUBLE(), _DOUBLE()
        self.x_ref, self.y_ref = ctypes.addressof(self.x), ctypes.addressof(self.y)
        self.styles: dict[tuple[int | None, float], Style] = {}
        self.fonts: dict[int, tuple[bool, bool]] = {}

    def read(self, max_chars: int) -> PageText:
        count = min(raw.FPDFText_CountChars(self.textpage), max_chars)
        if count <= 0:
            return PageText([], 0.0)
        buffer = (ctypes.c_ushort * (2 * count + 2))()
        units = raw.FPDFText_GetText(self.textpage, 0, count, buffer) - 1
        text = bytes(buffer)[: 2 * max(units, 0)].decode("utf-16-le", "replace")
        drift = len(text) != count
        # A private character alone is a bullet or a box of a symbol font; only among others it is garbage.
        garbage = len(_PRIVATE.findall(text)) - len(_SYMBOL.findall(text)) + len(_CONTROL_RUN.findall(text))
        letters = sum(map(len, text.split())) or 1
        plain = text.isascii()
        nfc = plain or unicodedata.is_normalized("NFC", text)
        words: list[Word] = []
        seen: dict[str, list[Word]] = {}
        glue = -1
        for match in _WORD.finditer(text):
            start, end = match.span()
            shown = match.group().rstrip(SOFT_HYPHENS)
            stop = start + len(shown)
            first, last = start, stop - 1
            if drift:
                first, last = _char_index(self.handle, first), _char_index(self.handle, last)
                if first < 0 or last < first:
                    continue
            if not (plain and shown.isprintable()):
                shown = "•" if len(shown) == 1 and _PRIVATE.match(shown) else shown.translate(_LIGATURES)
                if not nfc:
                    shown = unicodedata.normalize("NFC", shown)
                if not shown:
                    continue
            made = self._word(shown, first, last)
            made.soft = end > stop
            if start == glue and abs(made.base - words[-1].base) < 1 and made.x0 >= words[-1].x0:
                # A soft hyphen inside a line: it divides nothing.
                before = words[-1]
                before.text, before.x1, before.soft = before.text + made.text, made.x1, made.soft
                glue = end if end > stop else -1
                continue
            glue = end if end > stop else -1
            if self._is_double(made, seen):
                continue
            if made.text == shown and self._mixed(shown, first, last):
                words.extend(self._split(shown, first, last, made))
            else:
                words.append(made)
        return PageText(words, garbage / letters)

    def _word(self, text: str, first: int, last: int) -> Word:
        handle, rect = self.handle, self.rect
        _loose_box(handle, first, self.rect_ref)
        left, right, top, bottom = rect.left, rect.right, rect.top, rect.bottom
        height = top - bottom
        style = self._style(first, height)
        self.height = self.last_height = height
        if last != first:
            _loose_box(handle, last, self.rect_ref)
            self.last_height = rect.top - rect.bottom
            if rect.left < left:
                left = rect.left
            if rect.right > right:
                right = rect.right
            if self.last_height > height or not style.upright:
                top, bottom = max(top, rect.top), min(bottom, rect.bottom)
        _origin(handle, first, self.x_ref, self.y_ref)
        frame = self.frame
        if frame.turns == 0:
            x0, x1 = left - frame.left, right - frame.left
            y0, y1, base = frame.top - top, frame.top - bottom, frame.top - self.y.value
        else:
            xa, ya = frame.place(left, bottom)
            xb, yb = frame.place(right, top)
            x0, x1, y0, y1 = min(xa, xb), max(xa, xb), min(ya, yb), max(ya, yb)
            base = frame.place(self.x.value, self.y.value)[1]
        # Fonts with absurd ascents would make lines overlap: the box is held to what the size allows.
        if style.upright and y1 - y0 > 1.6 * style.size > 0:
            y0, y1 = base - 0.95 * style.size, base + 0.3 * style.size
        return Word(text, x0, y0, x1, y1, base, style)

    def _style(self, index: int, height: float) -> Style:
        """The style of a character; one font in one height has one style, so little is asked twice.

        Some files make every word a text object of its own: a cache by object would never hit.
        """
        item = _text_object(self.handle, index)
        font = _object_font(item) if item else None
        key = (font, round(height, 2))
        style = self.styles.get(key)
        if style is None:
            matrix = raw.FS_MATRIX()
            _matrix(self.handle, index, ctypes.addressof(matrix))
            across, down = math.hypot(matrix.a, matrix.b), math.hypot(matrix.c, matrix.d)
            size = _font_size(self.handle, index) * (down or across or 1.0)
            turn = (math.atan2(matrix.b, matrix.a) / (math.pi / 2) - self.frame.turns) % 4
            upright = min(turn, 4 - turn) < 0.1
            bold, italic = self._font(font or 0)
            slanted = upright and self.frame.turns == 0 and matrix.c > 0.15 * abs(matrix.d)
            style = self.styles[key] = Style(round(size, 2), bold, italic or slanted, upright)
        return style

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

    def _mixed(self, text: str, first: int, last: int) -> bool:
        """Whether a word may hold characters of another size: a raised footnote mark glued to it."""
        if first == last:
            return False
        high = max(self.height, self.last_height)
        if abs(self.height - self.last_height) > 0.12 * high:
            return True
        return last - first + 1 == len(text) and _INNER_DIGIT.search(text) is not None

    def _split(self, text: str, first: int, last: int, whole: Word) -> list[Word]:
        """A word whose characters differ in size or height, as pieces; whole where there is nothing to part."""
        if last - first + 1 != len(text):
            return [whole]
        pieces: list[tuple[int, int]] = []
        begin, base, size = first, math.nan, 0.0
        for index in range(first, last + 1):
            _loose_box(self.handle, index, self.rect_ref)
            style = self._style(index, self.rect.top - self.rect.bottom)
            _origin(self.handle, index, self.x_ref, self.y_ref)
            y = self.y.value
            # Small capitals change size on one baseline: only a raised or lowered piece is parted.
            if index > first and abs(y - base) > 0.12 * max(style.size, size):
                pieces.append((begin, index - 1))
                begin = index
            base, size = y, style.size
        pieces.append((begin, last))
        if len(pieces) == 1:
            return [whole]
        made = []
        for number, (start, end) in enumerate(pieces):
            word = self._word(text[start - first : end - first + 1], start, end)
            word.glued = number > 0
            made.append(word)
        made[-1].soft = whole.soft
        return made

    @staticmethod
    def _is_double(word: Word, seen: dict[str, list[Word]]) -> bool:
        """Whether the same word was already set in the same place (fake bold, shadow, text behind a scan)."""
        earlier = seen.get(word.text)
        if earlier is None:
            seen[word.text] = [word]
            return False
        reach = 0.25 * (word.bottom - word.top)
        for other in earlier:
            if abs(other.x0 - word.x0) < reach and abs(other.base - word.base) < reach:
                return True
        if len(earlier) < 64:
            earlier.append(word)
        return False
