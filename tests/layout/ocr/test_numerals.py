"""Roman numerals before paragraphs, as recognition gives them and as they stand on the page."""

from __future__ import annotations

import pytest
from ocr_fake import sure

from dutybook.layout.ocr.engine import lines_of, with_numerals


def numbered(*markers: str) -> list[str]:
    lines = lines_of(sure(*[f"{marker} the keeper lights the lamp" for marker in markers]))
    return [line.words[0].text for line in with_numerals(lines)]


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("L. IL. IIL. IV. V. VL. VIL.", "I. II. III. IV. V. VI. VII."),
        ("L.- Il.- IIL.- IV.-", "I.- II.- III.- IV.-"),
        ("(l) (ll) (Ill) (IV)", "(I) (II) (III) (IV)"),
        ("IX. X. XL. XIL.", "IX. X. XI. XII."),
        ("IIL.", "III."),
        ("III. L. IL.", "III. I. II."),
    ],
)
def test_numerals_that_were_misread(read: str, meant: str) -> None:
    assert numbered(*read.split()) == meant.split()


@pytest.mark.parametrize(
    "read", ["K. L. M.", "L.", "XXXIX. XL.", "IV. L.", "I. II. III.", "11. 12.", "LL. MM.", "XL. XLI.", "A. I. L."]
)
def test_letters_and_numerals_that_were_not(read: str) -> None:
    assert numbered(*read.split()) == read.split()


def test_the_articles_of_french_codes_keep_their_letter() -> None:
    lines = lines_of(sure("L. 121-3 of the code", "II. the keeper lights the lamp"))
    assert with_numerals(lines)[0].words[0].text == "L."
