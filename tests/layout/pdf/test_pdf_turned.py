"""Pages that are turned to be shown: words are where the reader sees them, and their boxes hold all their letters."""

from __future__ import annotations

import io

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from dutybook.layout.pdf import read_pdf

WIDTH, HEIGHT, SIZE = 500.0, 300.0, 12
LINES = ("Every keeper shall ring the harbour bell.", "The lamp shall burn until the morning comes.")


def _page(turn: int) -> bytes:
    """A page that shows the lines upright, whatever its own turn (in degrees, clockwise)."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT))  # reportlab turns the box itself
    canvas.setPageRotation(turn)
    # The inverse of what a viewer does to the page.
    for _ in range(turn // 90):
        canvas.rotate(90)
    shift = {0: (0, 0), 90: (0, -HEIGHT), 180: (-WIDTH, -HEIGHT), 270: (-WIDTH, 0)}[turn]
    canvas.translate(*shift)
    canvas.setFont("Helvetica", SIZE)
    for number, line in enumerate(LINES):
        canvas.drawString(60, HEIGHT - 80 - 20 * number, line)
    canvas.save()
    return buffer.getvalue()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_boxes_hold_whole_words_on_turned_pages(turn: int) -> None:
    layout = read_pdf(_page(turn))
    assert (layout.pages[0].width, layout.pages[0].height) == (WIDTH, HEIGHT)
    assert layout.text.split() == " ".join(LINES).split()
    left, top = 60.0, 80.0 - SIZE
    for index, word in enumerate(LINES[0].split()):
        box = layout.words.word_box(index)
        width = stringWidth(word, "Helvetica", SIZE)
        assert box.x0 == pytest.approx(left, abs=1.0), word
        assert box.x1 == pytest.approx(left + width, abs=1.5), word
        assert top - 4 < box.top < box.bottom < 80 + 6
        left += width + stringWidth(" ", "Helvetica", SIZE)


def test_a_page_is_not_turned_for_the_heads_of_a_table() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT))
    canvas.setFont("Helvetica", SIZE)
    for number, line in enumerate(LINES):
        canvas.drawString(60, HEIGHT - 60 - 20 * number, line)
    # Heads on their side come letter by letter.
    canvas.setFont("Helvetica", 8)
    canvas.rotate(90)
    for column in range(12):
        for at, letter in enumerate("lampwicks"[: 4 + column % 3]):
            canvas.drawString(20 + 9 * at, -60 - 20 * column, letter)
    canvas.save()
    assert read_pdf(buffer.getvalue()).text.split()[: len(" ".join(LINES).split())] == " ".join(LINES).split()
