from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ocr_drawing import page
from PIL import Image

from dutybook.layout.ocr.scans import Pose, is_empty, skew_of, straightened

SIZES = st.floats(min_value=50, max_value=5000)


@pytest.mark.parametrize("angle", [-3.0, -1.2, 0.6, 2.0, 4.5])
def test_a_skewed_page_is_seen(angle: float) -> None:
    assert skew_of(page().rotate(-angle, fillcolor=255)) == pytest.approx(angle, abs=0.15)


def test_a_straight_page_stays_as_it_is() -> None:
    assert skew_of(page()) == 0
    assert skew_of(Image.new("L", (800, 1000), 255)) == 0


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("angle", [0.0, 2.5, -4.0])
def test_a_mark_found_on_the_straightened_page_is_where_it_was(turns: int, angle: float) -> None:
    image = Image.new("L", (400, 600), 255)
    image.paste(0, (90, 140, 110, 160))
    pose = Pose(400, 600, turns, angle)
    turned = straightened(image, pose)
    assert turned.size == pose.size
    x0, top, x1, bottom = turned.point(lambda value: 255 - value).point(lambda value: 255 * (value > 128)).getbbox()
    assert pose.found((x0 + x1) / 2, (top + bottom) / 2) == pytest.approx((100, 150), abs=1.5)


@given(SIZES, SIZES, st.integers(0, 3), st.floats(-6, 6))
def test_the_middle_stays_the_middle_and_boxes_keep_their_area(
    width: float, height: float, turns: int, angle: float
) -> None:
    pose = Pose(width, height, turns, angle)
    across, down = pose.size
    assert pose.found(across / 2, down / 2) == pytest.approx((width / 2, height / 2))
    x0, top, x1, bottom = pose.back(0, 0, 30, 10)
    assert (x1 - x0) * (bottom - top) == pytest.approx(300)


def test_an_empty_page_is_told_from_one_with_a_line() -> None:
    blank = Image.effect_noise((1600, 2200), 6).point(lambda value: min(255, value + 110))
    assert is_empty(Image.new("L", (1600, 2200), 255))
    assert is_empty(blank)
    assert not is_empty(page(lines=1))
