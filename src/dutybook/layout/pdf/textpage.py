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
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, compress, repeat
from operator import add, gt, lt, ne, not_, or_, sub

import pypdfium2.raw as raw

from dutybook.layout.pdf.calls import Answers, address_of, answers, quick, quickest, ready
from dutybook.layout.pdf.glyphs import SOFT_HYPHENS, Frame, Style, Word
from dutybook.layout.pdf.wordrows import PageText, Words

# In letter-spaced words a space stands before the hyphen at the line's end.
_WORD = re.compile(rf"[^\s{SOFT_HYPHENS}]+[{SOFT_HYPHENS}]*(?: [{SOFT_HYPHENS}]+(?=\s))?")
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


_VOID, _INT, _DOUBLE = ctypes.c_void_p, ctypes.c_int, ctypes.c_double
_text = quick("FPDFText_GetText", _INT, _VOID, _INT, _INT, _VOID)
_loose_box = quickest("FPDFText_GetLooseCharBox", None)
_origin = quickest("FPDFText_GetCharOrigin", None)
_text_object = quickest("FPDFText_GetTextObject", _VOID)
_object_font = quick("FPDFTextObj_GetFont", _VOID, _VOID)
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
        self.styles: dict[tuple[int | None, int], Style] = {}
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
            words.flags[at] = True, False, _text_object(self.ready, last) != _text_object(self.ready, last + 1)
        twice, glued = _again(words), set(cut.glued)
        # Most words need no second look.
        differ = map(ne, heights, last_heights)
        second = compress(range(len(words)), map(or_, map(not_, map(str.isalpha, cut.texts)), differ))
        seen: dict[tuple[str, int], list[Word]] = {}
        changes: dict[int, list[Word]] = {}
        for at in sorted({*second, *twice, *glued}):
            if at in glued and _rejoined(words, at, changes):
                continue
            if at in twice and _is_double(words[at], seen):
                changes[at] = []
                continue
            text, height, last_height = cut.texts[at], heights[at], last_heights[at]
            if text.isalpha() and abs(height - last_height) < 0.1 * height:
                continue
            first, last = cut.firsts[at], cut.lasts[at]
            if first != last and _mixed(text, last - first + 1, height, last_height):
                made = self._split(words[at], first, last)
                if len(made) > 1:
                    changes[at] = made
        return words.changed(changes) if changes else words

    def _boxes(self, indexes: list[int]) -> tuple[list[float], list[float], list[float], list[float]]:
        """Left, top, right and bottom of the characters' loose boxes, in the page's own coordinates."""
        values = self.answers.quads(_loose_box, self.ready, indexes)
        return values[0::4], values[1::4], values[2::4], values[3::4]

    def _origins(self, indexes: list[int]) -> tuple[list[float], list[float]]:
        """x and y of the characters' origins, in the page's own coordinates."""
        return self.answers.pairs(_origin, self.ready, indexes)

    def _placed(self, texts: list[str], firsts: list[int], lasts: list[int]) -> tuple[Words, list[float], list[float]]:
        """The words from a first to a last character each, and the heights of the boxes of these two characters."""
        frame = self.frame
        lefts, tops, rights, bottoms = self._boxes(firsts)
        end_lefts, end_tops, end_rights, end_bottoms = self._boxes(lasts)
        xs, ys = self._origins(firsts)
        heights = list(map(sub, tops, bottoms))
        styles = self._styles(firsts, heights)
        last_heights = list(map(sub, end_tops, end_bottoms))
        if any(map(lt, end_lefts, lefts)):
            lefts = [b if b < a else a for a, b in zip(lefts, end_lefts, strict=True)]
        if any(map(lt, end_rights, rights)):
            end_rights = [b if b > a else a for a, b in zip(rights, end_rights, strict=True)]
        rights = end_rights
        upright = all(style.upright for style in self.styles.values())
        # On a page that is turned to be shown, words run along its own height.
        across = frame.turns % 2 == 1
        if across or not upright:
            grown = [
                at
                for at, (height, last_height) in enumerate(zip(heights, last_heights, strict=True))
                if across or last_height > height or not styles[at].upright
            ]
        else:
            grown = list(compress(range(len(texts)), map(gt, last_heights, heights)))
        for at in grown:
            tops[at], bottoms[at] = max(tops[at], end_tops[at]), min(bottoms[at], end_bottoms[at])
        if frame.turns == 0:
            away, above = frame.left, frame.top
            x0s, x1s = ([x - away for x in lefts], [x - away for x in rights]) if away else (lefts, rights)
            # The words of a line share its numbers.
            placed = {y: above - y for y in {*tops, *bottoms, *ys}}.__getitem__
            y0s, y1s, bases = list(map(placed, tops)), list(map(placed, bottoms)), list(map(placed, ys))
        else:
            corners = list(map(frame.place, lefts, bottoms)), list(map(frame.place, rights, tops))
            x0s, y0s = ([min(a[axis], b[axis]) for a, b in zip(*corners, strict=True)] for axis in (0, 1))
            x1s, y1s = ([max(a[axis], b[axis]) for a, b in zip(*corners, strict=True)] for axis in (0, 1))
            bases = [y for _, y in map(frame.place, xs, ys)]
        # Fonts with absurd ascents would make lines overlap: the box is held to what the size allows.
        tall = any(height + 2 > 160 * style.size for (_, height), style in self.styles.items())
        for at in range(len(y0s)) if tall or frame.turns else grown:
            style = styles[at]
            if y1s[at] - y0s[at] > 1.6 * style.size > 0 and style.upright:
                y0s[at], y1s[at] = bases[at] - 0.95 * style.size, bases[at] + 0.3 * style.size
        words = Words(texts, x0s, y0s, x1s, y1s, bases, styles, upright=upright)
        return words, heights, last_heights

    def _styles(self, indexes: list[int], heights: list[float]) -> list[Style]:
        """The styles of characters; one font in one height has one style, so little is asked twice.

        Some files make every word a text object of its own: a cache by object would never hit.
        """
        fonts = map(_object_font, map(_text_object, repeat(self.ready), indexes))
        rounded = {height: int(100 * height + 0.5) for height in set(heights)}
        keys = list(zip(fonts, map(rounded.__getitem__, heights), strict=True))
        if missing := set(keys) - self.styles.keys():
            first = dict(zip(reversed(keys), reversed(indexes), strict=True))
            for key in missing:
                self.styles[key] = self._style(first[key], key[0])
        return list(map(self.styles.__getitem__, keys))

    def _style(self, index: int, font: int | None) -> Style:
        """The style of a character set in a font."""
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
        _, tops, _, bottoms = self._boxes(every)
        _, ys = self._origins(every)
        styles = self._styles(every, list(map(sub, tops, bottoms)))
        for number, (y, style) in enumerate(zip(ys, styles, strict=True)):
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
    sizes = list(map(len, pieces))
    texts = list(compress(pieces, sizes))
    if texts != text.split():
        return None  # other white space
    firsts = list(compress(map(add, accumulate(sizes, initial=0), range(len(pieces))), sizes))
    sizes = list(map(len, texts))
    softs: list[int] = []
    if held := sum(map(text.count, SOFT_HYPHENS)):
        softs = [at for at, shown in enumerate(texts) if shown[-1] in SOFT_HYPHENS]
        for at in softs:
            texts[at] = texts[at].rstrip(SOFT_HYPHENS)
            held -= sizes[at] - len(texts[at])
            sizes[at] = len(texts[at])
        if held or not all(texts):
            return None
    return _Cut(texts, firsts, list(map(add, firsts, map((-1).__add__, sizes))), softs, [])


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


def _mixed(text: str, length: int, height: float, last_height: float) -> bool:
    """Whether a word may hold characters of another size: a raised footnote mark glued to it."""
    if abs(height - last_height) > 0.12 * max(height, last_height):
        return True
    if text.isalpha() or length != len(text):
        return False
    end = text.rstrip(_CLOSING)[-1:]
    return (end.isdigit() or end in "*†‡") and _INNER_DIGIT.search(text) is not None


def _again(words: Words) -> set[int]:
    """The numbers of the words that stand again on their page at about this baseline: others cannot be set twice."""
    height = max(map(sub, words.bottoms, words.tops), default=0.0)
    reach = min(0.25 * height, 0.5 * _BAND)
    rows: dict[float, int] = {}
    row, last = 0, -math.inf
    for base in sorted(set(words.bases)):
        row += base - last >= reach
        rows[base] = row
        last = base
    keys = list(zip(words.texts, map(rows.__getitem__, words.bases), strict=True))
    counts = Counter(keys)
    if len(counts) == len(keys):
        return set()
    several = {key for key, count in counts.items() if count > 1}
    return set(compress(range(len(keys)), map(several.__contains__, keys)))


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
