"""Lines are folded between two uses, the file of a long document is opened again, and nothing of it shows."""

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


def line(made: list[Word]) -> Line:
    return Line(1, made, 50.0, 500.0, 100.0, 10.0)


@given(st.lists(words, min_size=1, max_size=12))
def test_a_line_unfolds_to_the_words_it_had(made: list[Word]) -> None:
    before = copy.deepcopy(made)
    folded = line(made)
    folded.fold()
    assert folded.folded is not None
    assert (folded.count, list(folded.texts)) == (len(before), [word.text for word in before])
    assert (folded.first_text, folded.last_text) == (before[0].text, before[-1].text)
    assert folded.peek() == before
    assert folded.folded is not None
    assert folded.words == before
    assert folded.folded is None


def test_what_is_changed_in_an_unfolded_line_stays_changed() -> None:
    folded = line([Word("Every", 1, 2, 3, 4, 5, PLAIN), Word("keeper", 6, 2, 9, 4, 5, BOLD)])
    folded.fold()
    folded.words.pop()
    folded.fold()
    assert folded.text == "Every"
    assert [word.text for word in folded.words] == ["Every"]


def test_other_attributes_are_missed_as_ever() -> None:
    with pytest.raises(AttributeError, match="wrods"):
        line([]).wrods  # type: ignore[attr-defined]  # noqa: B018


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
