"""The number that the title of an act of the Union states, in any of its languages."""

from __future__ import annotations

import re

from dutybook.languages import LanguagePack

_LONGEST = 200
# "(EU) 2016/679", "(UE) n.º 575/2013", "(ΕΕ) αριθ. 596/2014", "(EG, Euratom) Nr. 2988/95", "2013/34/EU", "95/46/ES"
_NUMBER = re.compile(
    r"\([^\W\d_]{2,3}(?:,? [^\W\d_]{7,9})?\)\s*(?P<no>[^\W\d]{1,5}\.?[:º°]?\w?\s+)?(?P<a>\d{1,4})/(?P<b>\d{1,4})(?![\d/])"
    r"|(?P<year>\d{2,4})/(?P<number>\d{1,4})/[^\W\d_]{2,4}(?:,? [^\W\d_]{7,9})?\b"
)
#: Words of the number's own kind may stand so far behind it ("(EU) 2016/679 RENDELETE").
_BEHIND = 24


def celex_from_title(title: str, pack: LanguagePack) -> str | None:
    """The CELEX number that an EU act's own title states, or None. The first number of a title is the act's own.

    Until 2014 regulations were numbered number/year after "No", directives year/number; since 2015 all acts are
    year/number (Interinstitutional style guide, 1.3.3.3).
    """
    head = title[:_LONGEST]
    number = _NUMBER.search(head)
    if not number:
        return None
    lead = head[: number.start()].casefold()
    words = [(word, letter) for letter, kinds in pack.structure.act_kinds.items() for word in kinds]
    # The nearest word counts, and of those the longest.
    before = max(((lead.rfind(word), len(word), letter) for word, letter in words), default=(-1, 0, ""))
    kind = before[2] if before[0] >= 0 else _behind(head[number.end() : number.end() + _BEHIND].casefold(), words)
    if not kind:
        return None
    if number["year"]:
        return _celex(kind, int(number["year"]), int(number["number"]))
    first, second = int(number["a"]), int(number["b"])
    by_year = not number["no"] and _year(first) is not None
    return _celex(kind, first, second) if by_year else _celex(kind, second, first)


def _behind(text: str, words: list[tuple[str, str]]) -> str:
    found = [(text.find(word), -len(word), letter) for word, letter in words if word in text]
    return min(found)[2] if found else ""


def _celex(kind: str, year: int, number: int) -> str | None:
    full = _year(year)
    return f"3{full}{kind}{number:04d}" if full is not None and 0 < number <= 9999 else None


def _year(number: int) -> int | None:
    full = number + 1900 if 50 <= number <= 99 else number
    return full if 1952 <= full <= 2099 else None
