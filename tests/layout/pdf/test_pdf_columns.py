from __future__ import annotations

from collections.abc import Callable

import pytest
from columned import Design, broken_pairs, design
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dutybook.layout.pdf import read_pdf

DESIGNS = {
    "two columns": Design(),
    "three columns": Design(columns=3),
    "a gutter hardly wider than a space": Design(columns=3, gutter=7.0, ragged=True),
    "written row by row": Design(columns=3, gutter=10.0, by_rows=True),
    "written row by row, the last column short": Design(
        columns=3, gutter=7.0, by_rows=True, short_last=True, indents=True
    ),
    "baselines apart": Design(shift=4.0, by_rows=True),
    "titles across the columns": Design(columns=3, title=True, middle=True),
    "notes under the columns": Design(notes=True, title=True),
    "over pages": Design(columns=2, pages=3, title=True, indents=True),
}


@pytest.mark.parametrize("name", DESIGNS)
def test_columns_are_read_one_after_the_other(name: str, pdf: Callable[..., bytes]) -> None:
    made = design(DESIGNS[name])
    layout = read_pdf(pdf(*made.pages))
    assert broken_pairs(made.body + made.notes, layout.text) == []


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.builds(
        Design,
        columns=st.sampled_from((2, 3)),
        gutter=st.sampled_from((7.0, 9.0, 12.0, 20.0)),
        size=st.sampled_from((8.0, 9.0, 10.0)),
        ragged=st.booleans(),
        by_rows=st.booleans(),
        shift=st.sampled_from((0.0, 1.3, 4.0)),
        title=st.booleans(),
        middle=st.booleans(),
        notes=st.booleans(),
        indents=st.booleans(),
        short_last=st.booleans(),
        seed=st.integers(1, 99),
    )
)
def test_hardly_a_line_crosses_a_gutter_however_the_page_is_set(pdf: Callable[..., bytes], made_as: Design) -> None:
    made = design(made_as)
    assert len(broken_pairs(made.body + made.notes, read_pdf(pdf(*made.pages)).text)) <= 4


def test_signatures_beside_each_other_are_read_one_after_the_other(pdf: Callable[..., bytes]) -> None:
    left = ["For the Council of the Island", "The Chairwoman", "A. PHAROS-LIND"]
    right = ["For the Harbour Assembly", "The Speaker", "B. MOLE"]

    def page(sheet) -> None:
        sheet.write(70, 80, "Done at the inner harbour, on the second of May.")
        for x, side in ((180, left), (420, right)):
            for row, text in enumerate(side):
                sheet.canvas.drawCentredString(x, 842 - 120 - 18 * row, text)

    assert " ".join(read_pdf(pdf(page)).text.split()).endswith(" ".join([*left, *right]))


def test_a_centred_table_without_rules_is_read_by_rows(pdf: Callable[..., bytes]) -> None:
    rows = [("Class of vessel", "Fee"), ("Small", "20 crowns a day"), ("Large and slow", "90 crowns")]

    def page(sheet) -> None:
        sheet.write(70, 80, "The fees of the harbour are these.")
        for number, row in enumerate(rows):
            for x, text in zip((180, 420), row, strict=True):
                sheet.canvas.drawCentredString(x, 842 - 120 - 18 * number, text)

    text = " ".join(read_pdf(pdf(page)).text.split())
    assert "Class of vessel Fee Small 20 crowns a day Large and slow 90 crowns" in text
