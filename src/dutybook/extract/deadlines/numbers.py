"""Number words and digits: "72", "two hundred and fifty", "fünfundvierzig", "quatre-vingt-dix"."""

from __future__ import annotations

import re

from dutybook.languages.sections.temporal import Temporal

MOST = 10**12
_GAP = re.compile(r"[\s-]+")


class Numbers:
    """The number words of one language. ``source`` is a regular expression for one number in words."""

    def __init__(self, temporal: Temporal) -> None:
        self._values = {_plain(word): value for word, value in temporal.numbers.items()}
        self._scales = {_plain(word): value for word, value in temporal.scales.items()}
        self._glue = _plain(temporal.number_glue)
        known = sorted({*self._values, *self._scales}, key=len, reverse=True)
        words = "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in known) or "(?!)"
        glue = f"(?:{re.escape(self._glue)})?" if self._glue else ""
        self.source = rf"(?:{words})(?:[\s-]?{glue}(?:{words})){{0,6}}"
        self._piece = re.compile(rf"\s*({words}{'|' + re.escape(self._glue) if self._glue else ''})")

    def value(self, written: str) -> int | None:
        """The number that ``written`` (digits, or words of the language) stands for; None where it is none."""
        plain = _plain(written)
        if re.fullmatch(r"\d{1,12}", plain):
            return int(plain)
        total = current = at = 0
        while at < len(plain):
            match = self._piece.match(plain, at)
            if match is None:
                return None
            word, at = match[1], match.end()
            scale = self._scales.get(word, 0)
            if scale >= 1000:
                total, current = total + max(current, 1) * scale, 0
            elif scale:
                current = max(current, 1) * scale
            else:
                current += self._values.get(word, 0)
            if total > MOST:
                return None
        return total + current


def _plain(written: str) -> str:
    return _GAP.sub(" ", written).strip().casefold()


_CACHE: dict[int, tuple[Temporal, Numbers]] = {}


def numbers_of(temporal: Temporal) -> Numbers:
    """The number words of a pack's section, built once a section."""
    known = _CACHE.get(id(temporal))
    if known is None or known[0] is not temporal:
        known = _CACHE[id(temporal)] = (temporal, Numbers(temporal))
    return known[1]
