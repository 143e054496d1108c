"""A page's text is cut into words, and numbers that are put away come back as they were."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.layout.pdf.assembler import Blocks, Look
from dutybook.layout.pdf.text_page import cut_words, find_duplicates, garbage_in
from dutybook.layout.pdf.words import Columns, Words, style_of
from dutybook.records import BlockRole, Span

PLAIN, BOLD = style_of(10.0, False, False, True), style_of(10.0, True, False, True)


def test_a_text_is_cut_at_spaces_and_soft_hyphens() -> None:
    cut = cut_words("lamp\xadoil is\u2009a light - \x02\r\nhouse")
    assert cut.texts == ["lamp", "oil", "is", "a", "light", "-", "house"]
    assert (cut.softs, cut.glued) == ([0, 5], [1])
    assert (cut.firsts[1], cut.lasts[0]) == (5, 3)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("lamp oil", 0.0),
        ("\x01\x01lamp oil", 2 / 9),
        ("\ue001 lamp", 0.0),  # a bullet
        ("la\ue001mp", 1 / 5),
        ("la\U000f0001p", 1 / 4),
    ],
)
def test_signs_without_meaning_are_counted(text: str, share: float) -> None:
    assert garbage_in(text) == pytest.approx(share)


singles = st.floats(0, 900, width=32)
words_of_a_page = st.lists(st.tuples(singles, singles, singles, singles, singles), min_size=1, max_size=20)


@given(words_of_a_page, st.floats(0, 900, width=32), st.booleans())
def test_what_is_put_away_comes_back_as_it_was(raw: list[tuple[float, ...]], y: float, shifted: bool) -> None:
    numbers = np.array(raw)
    if shifted:  # not single numbers any more: these stay where they are
        numbers = numbers / 3
    numbers[:, 1::2] = y - numbers[:, 1::2]
    styles = [PLAIN if index % 3 else BOLD for index in range(len(raw))]
    numbers[:, 4] = y - numbers[:, 4]
    columns = Columns(numbers, list(styles))
    before = columns.words(0, ["word"] * len(raw))
    columns.put_away(y)
    assert columns.words(0, ["word"] * len(raw)) == before
    columns.take_out()
    assert columns.words(0, ["word"] * len(raw)) == before
    assert list(columns.styles) == styles


def test_settled_columns_keep_the_places_words_begin_and_end_at() -> None:
    numbers = np.array([[50.5, 100.1, 80.25, 110.3, 108.7], [90.0, 100.1, 120.0, 110.3, 108.7]])
    columns = Columns(numbers, [PLAIN, BOLD])
    columns.settle()
    assert columns.numbers.dtype == np.float32
    assert columns.numbers[:, :4:2].tolist() == [[50.5, 80.25], [90.0, 120.0]]
    exact = Columns(numbers + 0.1, [PLAIN, BOLD])
    exact.settle()
    assert exact.numbers.tolist() == (numbers + 0.1).tolist()


def test_words_near_each_other_on_a_line_may_be_set_twice() -> None:
    lefts, bases = [50.0, 90.0, 51.0, 50.0, 90.5], [100.0, 100.0, 100.5, 130.0, 160.0]
    numbers = np.array([[x, y - 10, x + 30, y + 2, y] for x, y in zip(lefts, bases, strict=True)])
    page = Words(["lamp"] * 5, Columns(numbers, [PLAIN] * 5))
    assert find_duplicates(page) == {0, 2}


def test_headings_have_levels_by_their_look() -> None:
    made = Blocks()
    looks = [(14.0, True), (12.0, False), (12.0, True), (14.0, True)]
    for at, (size, bold) in enumerate(looks):
        made.add(Span(at, at + 1), 1, Look(BlockRole.HEADING, size, bold, False, 50.0, False, ""))
    made.add(Span(9, 10), 2, Look(BlockRole.BODY, 20.0, True, False, 50.0, False, "continued"))
    blocks = list(made.made())
    assert [block.level for block in blocks] == [1, 3, 2, 1, 0]
    assert (blocks[-1].page, blocks[-1].hint, blocks[-1].span) == (2, "continued", Span(9, 10))
