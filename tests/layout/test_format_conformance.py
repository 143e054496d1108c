"""What every format's reader promises. A reader that is new in ``readers()`` needs a sample, and then is held to it."""

from __future__ import annotations

import contextlib
import time

import pytest
from format_samples import ENDINGS, PICTURES, SAMPLES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dutybook.errors import BadDocument, NoText
from dutybook.layout.formats import read_layout, readers, sniff
from dutybook.records import BlockRole, Layout, RawDocument

KINDS = sorted(SAMPLES)
TEXTS = [kind for kind in KINDS if kind not in PICTURES]
#: Seconds within which a file of a few kilobytes is read or refused, whatever is in it, on a busy machine.
AT_MOST = 10.0


def name(kind: str) -> str:
    return f"order.{ENDINGS.get(kind, kind)}"


def check(layout: Layout) -> None:
    """Blocks in order, apart, inside the text, none empty; everything else that points into the text does so, too."""
    length = len(layout.text)
    at = 0
    for block in layout.blocks:
        assert block.span.start >= at
        assert block.span.end <= length
        assert block.span.of(layout.text).strip()
        assert block.span.strip(layout.text) == block.span
        at = block.span.end
    _check_words(layout)
    for table in layout.tables:
        assert table.span.end <= length
        for row in table.rows:
            for cell in row:
                assert table.span.start <= cell.span.start <= cell.span.end <= table.span.end
    for mark in layout.marks:
        assert 0 <= mark.at <= length
        assert mark.note is None or mark.note.end <= length
    notes = [i for i, block in enumerate(layout.blocks) if block.role is BlockRole.FOOTNOTE]
    assert notes == list(range(len(layout.blocks) - len(notes), len(layout.blocks)))
    for index, element in enumerate(layout.outline):
        assert 0 <= element.span.start <= element.span.end <= length
        assert all(element.span.start <= label.start <= label.end <= element.span.end for label in element.labels)
        if element.parent is not None:
            assert element.parent < index
            around = layout.outline[element.parent].span
            assert around.start <= element.span.start <= element.span.end <= around.end
    assert all(isinstance(key, str) and isinstance(value, str) for key, value in layout.meta.items())


def _check_words(layout: Layout) -> None:
    """Words are in text order, apart, and each within one block."""
    blocks = iter(layout.blocks)
    block = next(blocks, None)
    at = 0
    for start, end in zip(layout.words.starts, layout.words.ends, strict=True):
        assert at <= start < end
        at = end
        while block is not None and block.span.end <= start:
            block = next(blocks, None)
        assert block is not None
        assert block.span.start <= start < end <= block.span.end


def survives(raw: RawDocument) -> None:
    """It is read as promised or refused, in time."""
    started = time.monotonic()
    with contextlib.suppress(BadDocument):
        check(read_layout(raw))
    assert time.monotonic() - started < AT_MOST


def test_every_format_has_a_sample() -> None:
    assert set(readers()) <= set(SAMPLES), "add a sample of the new format to tests/layout/format_samples.py"


@pytest.mark.parametrize("kind", TEXTS)
class TestText:
    def test_the_layout_keeps_its_promises(self, kind: str) -> None:
        layout = read_layout(RawDocument(name(kind), SAMPLES[kind]))
        check(layout)
        assert "hours of fog" in layout.text
        assert not layout.problems

    def test_the_same_bytes_give_the_same_layout(self, kind: str) -> None:
        once, twice = (read_layout(RawDocument(name(kind), SAMPLES[kind])) for _ in range(2))
        for field in (
            "text",
            "blocks",
            "pages",
            "furniture",
            "tables",
            "marks",
            "hyphens",
            "outline",
            "meta",
            "problems",
        ):
            assert getattr(once, field) == getattr(twice, field)
        assert list(once.words.coords) == list(twice.words.coords)
        assert list(once.words.starts) == list(twice.words.starts)

    @pytest.mark.parametrize("ending", ["pdf", "html", "docx", "zip"])
    def test_another_name_is_no_obstacle_and_is_said(self, kind: str, ending: str) -> None:
        if ending == kind:
            return
        layout = read_layout(RawDocument(f"order.{ending}", SAMPLES[kind]))
        assert "hours of fog" in layout.text
        assert any("the name ends like" in problem for problem in layout.problems)


@pytest.mark.parametrize("kind", sorted(PICTURES))
def test_what_was_not_recognised_is_said(kind: str) -> None:
    with pytest.raises(NoText, match="recognised"):
        read_layout(RawDocument(name(kind), SAMPLES[kind]))


@pytest.mark.parametrize("kind", KINDS)
class TestEveryFormat:
    def test_known_by_its_content(self, kind: str) -> None:
        assert sniff(SAMPLES[kind], "file") == kind

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(share=st.floats(0, 1, exclude_max=True))
    def test_cut_off_anywhere(self, kind: str, share: float) -> None:
        data = SAMPLES[kind]
        survives(RawDocument(name(kind), data[: int(share * len(data))]))

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def test_damaged_anywhere(self, kind: str, data: st.DataObject) -> None:
        damaged = bytearray(SAMPLES[kind])
        places = st.integers(0, len(damaged) - 1)
        for place, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=8)):
            damaged[place] = byte
        survives(RawDocument(name(kind), bytes(damaged)))
