"""Roman numerals that begin a line: tesseract reads the last ``I`` before a full stop as ``L`` (``IL.`` for ``II.``)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from dutybook.layout.ocr.hocr import SeenLine

_MARKER = re.compile(r"^([„“«(\[]?)([IVXLl|]{1,6})([.)][\]\-–—°]{0,2}|\.[)\-–—]?)$")
_ROMAN = re.compile(r"^(X{0,3})(IX|IV|V?I{0,3})$")
_DIGITS = {"I": 1, "V": 5, "X": 10}
_AS_ONES = str.maketrans("Ll|", "III")


def with_numerals(lines: Sequence[SeenLine]) -> tuple[SeenLine, ...]:
    """The lines of a page in order, numerals at their beginning as they must have been.

    What is no numeral as it was read (``IIL.``) always is one; what may be another (``L.``, ``XL.``) where it follows the one
    before it, or the second follows it.
    """
    found = [(at, match) for at, line in enumerate(lines) if (match := _marker(line))]
    made = list(lines)
    before = 0
    for place, (at, match) in enumerate(found):
        read, numeral = match[2], match[2].translate(_AS_ONES)
        if not _ROMAN.match(numeral):
            continue
        value = value_of(numeral)
        after = found[place + 1][1][2].translate(_AS_ONES) if place + 1 < len(found) else ""
        if read != numeral:
            alone = set(read) <= set("Ll|") or read.startswith("XL")
            if alone and (after != "II" if value == 1 else value != before + 1):
                continue
            words = made[at].words
            first = replace(words[0], text=match[1] + numeral + match[3])
            made[at] = replace(made[at], words=(first, *words[1:]))
        before = value
    return tuple(made)


def _marker(line: SeenLine) -> re.Match[str] | None:
    if not line.upright or len(line.words) < 2 or line.words[1].text[0].isdigit():
        return None
    return _MARKER.match(line.words[0].text)


def value_of(numeral: str) -> int:
    """The value of a Roman numeral below 40."""
    values = [_DIGITS[digit] for digit in numeral]
    return sum(
        -value if following > value else value for value, following in zip(values, [*values[1:], 0], strict=True)
    )
