"""Writes places of acts as lawyers of a language cite them: "Art 26(6) subpara 2" is "Art. 26 Abs. 6 UAbs. 2" in German.

The register keeps places in one form, whatever the document's language. Places that have a form of their own ("§ 5 Abs. 2",
"¶ 3", "Rz 12") stay as they are: so they are cited. English readers get the register's form.

How a language cites is data, ``places.LANGUAGE.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from dutybook.languages.reader import FALLBACK, ReaderWords, reader_languages, reader_words

_HEADS = "Art|Recital|Footnote|Annex|Part|Title|Chapter|Section|Subsection|Preamble|Contents|Signature"
_HEAD = re.compile(rf"(?P<kind>{_HEADS})(?: (?P<number>\d[\w.]*|[IVXLCDM]+|[A-Z]))?(?![\w.])")
_PIECE = re.compile(
    r"\((?P<marker>[\w.]{1,8})\)| (?P<counted>subpara|indent) (?P<count>\d+)| (?P<division>Part|Section|Chapter) (?P<named>\w+)"
    r"| ?“(?P<quoted>[^”]*)”"
)
_ROMAN = re.compile(r"[ivx]+")


@lru_cache(maxsize=4096)
def write_place(place: str, language: str) -> str:
    """A place as readers of a language (ISO 639-1) cite it; as the register has it where the language has no form for it.

    >>> write_place("Art 26(6) subpara 2", "de"), write_place("Art 9(2)(a)(ii)", "de")
    ('Art. 26 Abs. 6 UAbs. 2', 'Art. 9 Abs. 2 Buchst. a Ziff. ii')
    >>> write_place("Art 9(2)(a)(ii)", "fr"), write_place("Annex I Part A(1)", "fr")
    ('Art. 9, par. 2, point a) ii)', 'Annexe I, partie A, point 1')
    >>> write_place("§ 5 Abs. 2", "fr"), write_place("Art 9(2)", "en")
    ('§ 5 Abs. 2', 'Art 9(2)')
    """
    if language == FALLBACK or language not in reader_languages("places"):
        return place
    words = reader_words("places", language)
    head = _HEAD.match(place)
    if head is None:
        return place
    pieces = list(_pieces(place, head.end(), head["kind"], words))
    if None in pieces:
        return place
    first = words(f"head.{head['kind'].lower()}", number=head["number"] or "").strip()
    return first + "".join(piece or "" for piece in pieces)


def write_heading(heading: str, language: str) -> str:
    """A heading that begins with its place ("Chapter III Incidents") with the place as readers of a language cite it.

    >>> write_heading("Art 9 Meldung von Vorfällen", "de")
    'Art. 9 Meldung von Vorfällen'
    """
    head = _HEAD.match(heading)
    if head is None or not head["number"]:
        return heading
    return write_place(head[0], language) + heading[head.end() :]


def _pieces(place: str, at: int, above: str, words: ReaderWords) -> Iterator[str | None]:
    """The parts of a place below its head, each in words; None for one that is not understood."""
    while at < len(place):
        found = _PIECE.match(place, at)
        if found is None:
            yield None
            return
        if found["marker"]:
            below = _level(found["marker"], above)
            further = "further_" if above in ("number", "letter", "roman") else ""
            yield words(f"below.{further}{below}", number=found["marker"])
            above = below
        elif found["counted"]:
            yield words(f"below.{found['counted']}", number=found["count"])
            above = found["counted"]
        elif found["division"]:
            yield words(f"below.{found['division'].lower()}", number=found["named"])
            above = found["division"]
        else:
            yield words("below.quoted", place=_write_quoted(found["quoted"], words))
        at = found.end()


def _level(marker: str, above: str) -> str:
    """What a marker in brackets numbers below what stands above it."""
    if marker[0].isdigit():
        return "paragraph" if above == "Art" else "number"
    if _ROMAN.fullmatch(marker) and (above == "letter" or (len(marker) > 1 and above != "roman")):
        return "roman"
    return "letter"


def _write_quoted(place: str, words: ReaderWords) -> str:
    """A place in new text; one without an article is a part of the place before it."""
    if not place.startswith("("):
        return write_place(place, words.language)
    pieces = list(_pieces(place, 0, "Art", words))
    return place if None in pieces else "".join(piece or "" for piece in pieces).strip(" ,")
