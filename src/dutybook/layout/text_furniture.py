"""What a plain text repeats on its pages: headers, footers and page numbers, which are no part of what it says."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from dutybook.languages.bullets import BULLETS, DASHES, TIGHT_BULLETS

# The Official Journal's page header or footer on one line: a series and page, and a date or the name.
_JOURNAL_PAGE = re.compile(
    r"(?=.*\b[LC][ ]?\d{1,4}/\d{1,4}\b)(?=.*\b\d{1,2}\.\d{1,2}\.(?:19|20)\d\d\b)[^;:?!]{8,120}$"
    r"|(?:[A-Z]{2}\s)?[A-Z]{1,3}\s[LC],\s\d{1,2}\.\d{1,2}\.\d{4}(?:\s[A-Z]{2})?$"
    r"|(?:\d+/\d+\s+)?ELI:\s?https?://\S+(?:\s+\d+/\d+)?$"
)
_DIGITS = re.compile(r"\d+")
# Stands for digits where lines are compared; no text has it (a "#" begins headings of Markdown).
_ANY_NUMBER = "\x00"
WORD = re.compile(r"[^\W\d_]{2,}")
MARKER = re.compile(
    r"""(?:
        \((?:\d{1,3}[a-z]{0,2}|[^\W\d_]{1,2}|[ivxlc]{1,6})\)
      | (?:\d{1,3}[a-z]{0,2}|[^\W\d_]|[^\W\d_]{2}|[ivxlc]{1,6})\)
      | \d{1,3}[a-z]?\.(?:\d{1,3}[a-z]?\.?){0,4}
      | \d{1,2}\s?°
      | §+\s?\d+\s?[a-z]{0,2}\.?
      | [A-Z]\.\d{0,2}
      | o(?=\t|\s\s)
      | """
    rf"[*{BULLETS}{DASHES}])(?=\s)|[{TIGHT_BULLETS}](?=[^\W_])",
    re.VERBOSE,
)


def line_width(lines: Sequence[str]) -> int:
    """The length that the longer lines have."""
    lengths = sorted(len(line.strip()) for line in lines if line.strip())
    return lengths[int(len(lengths) * 0.9)] if lengths else 0


def drop_repeated(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split off page headers and footers: lines that come back, their digits aside, in the middle of sentences or
    with a page number that grows.

    Returns the lines that stay and the others (each wording once).
    """
    masks = [_DIGITS.sub(_ANY_NUMBER, " ".join(line.replace(_ANY_NUMBER, "").split())) for line in lines]
    furniture = _find_furniture(lines, masks)
    kept: list[str] = []
    dropped: dict[str, None] = {}
    for line, mask in zip(lines, masks, strict=True):
        if mask in furniture or (line.strip() and _JOURNAL_PAGE.match(line.strip())):
            dropped[" ".join(line.split())] = None
        else:
            kept.append(line)
    return kept, list(dropped)


def _find_furniture(lines: Sequence[str], masks: Sequence[str]) -> set[str]:
    """The wordings of page headers and footers; ``masks`` are the lines with :data:`_ANY_NUMBER` for their digits."""
    places = _places_of(masks)
    # A header begins anew (no small letter); a marker or a single word that comes back is none.
    repeated = {
        m
        for m, at in places.items()
        if len(at) >= 3 and not m[0].islower() and not MARKER.match(m + " ") and not _counts_up(lines, m, at)
    }
    wordy = {m for m in repeated if len(WORD.findall(m)) >= 2}
    width = line_width(lines)
    furniture = {m for m in wordy if _between_halves(lines, masks, places[m], repeated | {_ANY_NUMBER}, width)}
    counted = {m for m in wordy if _ANY_NUMBER in m} | ({_ANY_NUMBER} & repeated)
    furniture |= {m for m in counted if _is_page_number(lines, places[m])}
    # What mostly stands next to a header is part of it: its second line, the page number alone.
    return furniture | {m for m in repeated | ({_ANY_NUMBER} & set(places)) if _is_near(masks, places[m], furniture)}


# "ARTICLE 4 - Article 12 is", each on the line of another article.
_HEADED = re.compile(rf"[^\W\d_][^\W\d_.]*\.? {_ANY_NUMBER}\.?[º°ª]?\s?[-–—.:]+\s?(?=\S*[^\W\d_]{{3}})")


def _counts_up(lines: Sequence[str], mask: str, at: Sequence[int]) -> bool:
    """Whether lines that differ in their numbers alone are the first of articles, and what these say: their first number grows."""
    if not _HEADED.match(mask):
        return False
    first = [int(_DIGITS.findall(lines[i])[0][:9]) for i in at]
    return mask.count(_ANY_NUMBER) > 1 and all(before < after for before, after in pairwise(first))


def _places_of(masks: Sequence[str]) -> dict[str, list[int]]:
    """Where each wording stands, long lines aside."""
    places: dict[str, list[int]] = defaultdict(list)
    for index, mask in enumerate(masks):
        if mask and len(mask) <= 120:
            places[mask].append(index)
    return places


def _between_halves(
    lines: Sequence[str], masks: Sequence[str], at: Sequence[int], passed: set[str], width: int
) -> bool:
    """Whether a line mostly stands between two halves of a sentence, other repeated lines aside."""
    found: set[tuple[str, str]] = set()
    for index in at:
        before = next(
            (lines[i].strip() for i in range(index - 1, max(index - 6, -1), -1) if _counts(masks[i], passed)), ""
        )
        after = next(
            (lines[i].strip() for i in range(index + 1, min(index + 6, len(lines))) if _counts(masks[i], passed)), ""
        )
        if len(before) > width * 0.4 and before[-1] not in ".;:!?…" and after[:1].islower():
            found.add((before, after))
    # A line of a text that is printed several times has the same neighbours each time.
    return len(found) >= 2 and len(found) * 4 >= len(at)


def _counts(mask: str, passed: set[str]) -> bool:
    return bool(mask) and mask not in passed


def _is_page_number(lines: Sequence[str], at: Sequence[int]) -> bool:
    """Whether a line's last number grows by one from each occurrence to the next, a page's length apart."""
    numbers = [int(_DIGITS.findall(lines[i])[-1][:9]) for i in at]
    gaps = sorted(after - before for before, after in pairwise(at))
    growing = sum(1 for before, after in pairwise(numbers) if after == before + 1)
    return growing >= len(gaps) * 0.8 and gaps[0] >= 6 and gaps[-1] <= gaps[len(gaps) // 2] * 4


def _is_near(masks: Sequence[str], at: Sequence[int], furniture: set[str]) -> bool:
    """Whether a wording mostly stands within two lines of furniture."""
    near = sum(1 for i in at if any(m in furniture for m in [*masks[max(i - 2, 0) : i], *masks[i + 1 : i + 3]]))
    return len(at) >= 3 and near >= len(at) * 0.6
