"""Page images drawn on the spot."""

from __future__ import annotations

from typing import Any

from PIL import Image, ImageDraw, ImageFont

TEXT = (
    "The keeper of a lighthouse shall light the lamp at dusk. The keeper shall report each failure of the lamp to the "
    "harbour office within two hours. A master may not enter the harbour in fog without a pilot on board. The office "
    "shall keep a register of all lamps and publish it every year before the first day of March."
)


def page(text: str = TEXT, dpi: int = 200, lines: int = 30, size: int = 11) -> Any:
    """A grey A4 page with ``text`` again and again, in lines of twelve words."""
    image = Image.new("L", (round(8.27 * dpi), round(11.7 * dpi)), 255)
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(size * dpi / 72)
    words = (text.split() * (12 * lines))[: 12 * lines]
    for number in range(lines):
        line = " ".join(words[12 * number : 12 * number + 12])
        pen.text((0.9 * dpi, (0.9 + number * 0.25) * dpi), line, fill=0, font=font)
    return image
