"""Lines hold their words as columns, the file of a long document is opened again, and nothing of it shows."""

from __future__ import annotations

import copy
from dataclasses import fields
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.layout.pdf import read_pdf, reader
from dutybook.layout.pdf.lines import Line
from dutybook.layout.pdf.words import Style, Word
from dutybook.records import Layout

PLAIN, BOLD = Style(10.0, False, False, True), Style(10.0, True, False, True)

numbers = st.one_of(st.floats(0, 900), st.sampled_from([100.0, 112.0]))
words = st.builds(
    Word,
    st.text(min_size=1, max_size=8),
    *[numbers] * 5,
    st.sampled_from([PLAIN, BOLD]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(words, min_size=1, max_size=12))
def test_a_line_gives_back_the_words_it_was_made_of(made: list[Word]) -> None:
    before = copy.deepcopy(made)
    kept = Line(1, made, 50.0, 500.0, 100.0, 10.0)
    assert (kept.count, list(kept.texts)) == (len(before), [word.text for word in before])
    assert (kept.first_text, kept.last_text) == (before[0].text, before[-1].text)
    assert kept.words == before
    kept.put(kept.words[:-1] or before)
    assert kept.words == (before[:-1] or before)


def parts(layout: Layout) -> tuple[object, ...]:
    words = layout.words
    arrays = words.starts, words.ends, words.pages, words.coords
    return (*arrays, *(getattr(layout, each.name) for each in fields(Layout) if each.name != "words"))


@pytest.fixture(scope="module")
def files(samples: Path) -> list[bytes]:
    return [file.read_bytes() for file in sorted(samples.glob("*.pdf"))]


def test_a_file_that_is_opened_for_each_page_has_the_same_layout(
    files: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert files
    for data in files:
        whole = parts(read_pdf(data))
        with monkeypatch.context() as patch:
            patch.setattr(reader, "_REOPENED", 1)
            assert parts(read_pdf(data)) == whole


@pytest.mark.parametrize("slow", [-1.0, 60.0])
def test_every_page_is_read_once_however_often_the_file_is_opened(
    files: list[bytes], slow: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = max(files, key=lambda each: len(pdfium.PdfDocument(each)))
    pages = len(pdfium.PdfDocument(data))
    monkeypatch.setattr(reader, "_REOPENED", 1)
    monkeypatch.setattr(reader, "_SLOW", slow)
    assert [page.number for page in read_pdf(data).pages] == list(range(1, pages + 1))
