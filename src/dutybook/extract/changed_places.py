"""Places in an amended act: which of those that an instruction names is changed, and where a provision of new text belongs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dutybook.languages import LanguagePack
from dutybook.languages.patterns import alternatives
from dutybook.records import Citation
from dutybook.records.provisions import lies_in

FOOTNOTE = "footnote"
LAST_STEP = re.compile(r"\s?\([^()]*\)$")
# Where no article is known, a numbered paragraph is one of the act itself, as in by-laws that have no articles.
NOWHERE = "Art 0"
UNDER_NOTHING = re.compile(r"Art 0\((\d\w*(?:\^\d+)?)\)")


def bare_place(place: str) -> str:
    """A place without the article that was put in for one that is not known.

    >>> bare_place("Art 0(85)(a)"), bare_place("Art 4(2)")
    ('para 85(a)', 'Art 4(2)')
    """
    return UNDER_NOTHING.sub(r"para \1", place)


def first_of_range(place: str) -> str:
    """The first place of a range in brackets.

    >>> first_of_range("§ 2(h-m)")
    '§ 2(h)'
    """
    return re.sub(r"\(([^()-]+)-[^()]+\)$", r"(\1)", place)


def nested(cited: Sequence[Citation], line: str) -> Citation | None:
    """The first place of a sentence; of "Article 1 number 5 § 22b", in an amendment of a draft, the one that it changes."""
    found = next(iter(cited), None)
    for other in cited[1:]:
        if (
            found is None
            or line[found.span.end : other.span.start].strip()
            or (other.place or "").split(" ")[0] == (found.place or "").split(" ")[0]
        ):
            break
        found = other
    return found


def last_run(line: str, cited: Sequence[Citation], pack: LanguagePack) -> int:
    """Which of some citations is the first of those that stand together at the end, with nothing but "and" between them."""
    joined = re.compile(
        rf"\s*(?:(?:{alternatives((*pack.citations.joiners, *pack.citations.ranges)) or ','}|,)\s*)+", re.IGNORECASE
    )
    for number in range(len(cited) - 1, 0, -1):
        end, start = cited[number - 1].span.end, cited[number].span.start
        if start >= end and not joined.fullmatch(line, end, start):
            return number
    return 0


def deepest(places: Sequence[str], context: str | None) -> str:
    """The first place below the context, or the first of all, with what is named in it: "in paragraph 3, point (b)"."""
    first = next((n for n, p in enumerate(places) if context and p != context and p.startswith(context)), 0)
    place = places[first]
    for other in places[first + 1 :]:
        if not lies_in(other, place):
            break
        place = other
    return place


# The number of a section that was inserted behind another one.
_INSERTED = re.compile(r"(\d{2,4})[A-Z]{1,2}")
_INNER = re.compile("“([^”]*)”(.*)")
HEAD = re.compile(
    r"(?:§§?|Art|Annex|Section|Sec\.|Rule|Regulation|Chapter|Part|para) (?:[LRDA]\*?\. ?(?=\d))?[^\s(]+"
    r"(?: Part [^\s(]+)?(?: (?:bis|ter|quater|quinquies|sexies|septies)\b(?: \d{1,2}(?![\w.]))?)?",
    re.IGNORECASE,
)
# "§ 2" of a Belgian article is its paragraph.
_SIGN = re.compile(r"§ (\d+\w*)(?![\w.])")
STEP = re.compile(r"\s?\([^()]*\)|\s[^\W\d_]+\.? (?=\S*\d|\w\b)\S+")
# Of several provisions at once it is not clear in which a paragraph without a number stands.
_SEVERAL = re.compile(r"\w-(?:[A-Z]\. )?\d+\w*$")


def inner_place(place: str) -> str:
    """The place that quoted new text states for itself, with the number of its sentence; empty where it states none.

    >>> inner_place("Art 1(4) “Art 19a(2)”"), inner_place("Art 1(4) “¶ 1”")
    ('Art 19a(2)', '')
    """
    found = _INNER.search(place)
    return "" if found is None or found[1].startswith("¶") else (found[1] + found[2]).strip()


def join_places(context: str | None, inner: str) -> str | None:
    """The place in the amended act of a provision of new text; ``context``: what the instruction is about.

    >>> join_places("Art 9(2)", "(2)(b)"), join_places("Art 9(1)", "(3)"), join_places("Art 4", "Art 4a(1)")
    ('Art 9(2)(b)', 'Art 9(3)', 'Art 4a(1)')
    >>> join_places("§ 4 Abs. 1", "Nr. 3"), join_places("§ 4 Abs. 1", "(2)"), join_places(None, "(2)")
    ('§ 4 Abs. 1 Nr. 3', '§ 4(2)', None)
    """
    if not inner:
        return None if context is not None and _SEVERAL.search(context) else context
    sign = _SIGN.match(inner)
    if sign is not None and (context or "").startswith("Art "):
        inner = f"({sign[1]}){inner[sign.end() :]}"
    if HEAD.match(inner):
        return inner
    head = HEAD.match(context or "")
    return None if context is None or head is None else _join_below(context, head, inner)


def _join_below(context: str, head: re.Match[str], inner: str) -> str | None:
    """The place of a provision of new text that states its own number alone; ``head``: the article in ``context``."""
    inner = inner if inner.startswith("(") else f" {inner}"
    first = STEP.match(inner)
    if first is None:
        return None
    number = number_of_step(first[0])
    article = number_of_step(head[0])
    if head[0] == f"para {number}":
        return context + inner[first.end() :]
    # New sections stand without their word: "28A." behind section 28 is no paragraph of it.
    inserted = _INSERTED.fullmatch(number)
    if inserted is not None and article.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == inserted[1]:
        return f"{head[0][: -len(article)]}{number}{inner[first.end() :]}"
    steps = [(m.start() + head.end(), m.end() + head.end(), m[0]) for m in STEP.finditer(context[head.end() :])]
    same = next((end for _, end, other in reversed(steps) if number_of_step(other) == number), None)
    if same is not None:
        return context[:same] + inner[first.end() :]
    alike = [at for at, _, other in steps if _are_alike(other, first[0])]
    return context[: alike[0] if alike else len(context)] + inner


_NEW_NUMBER = re.compile(r"[“‘«„\"]?(?P<base>\d{1,4})\s?(?P<letter>[A-Za-z]{1,2})(?=[\s.])")


def with_inserted_number(place: str | None, words: str) -> str | None:
    """The place of new text that begins with the number of a section inserted behind the one that is named.

    >>> with_inserted_number("Section 8", "8A Logs"), with_inserted_number("Section 8", "9A Logs")
    ('Section 8A', 'Section 8')
    """
    found, head = _NEW_NUMBER.match(words), HEAD.fullmatch(place or "")
    if found is None or head is None or not head[0].endswith(f" {found['base']}"):
        return place
    return f"{head[0]}{found['letter']}"


def number_of_step(step: str) -> str:
    """The number of a step of a place: "(4 bis)" has "4 bis", "Abs. 3" has "3"."""
    step = step.strip()
    return step[1:-1].strip() if step.startswith("(") else step.split(" ", 1)[-1]


def first_step(inner: str) -> str:
    """The article or, where it has none, the first step of a place that new text states for itself: it says what is new.

    >>> first_step("Art 19a(2)"), first_step("(2)(b)"), first_step("Nr. 3")
    ('Art 19a', '(2)', 'Nr. 3')
    """
    if head := HEAD.match(inner):
        return head[0]
    step = STEP.match(inner if inner.startswith("(") else f" {inner}")
    return step[0].strip() if step else ""


def _are_alike(step: str, other: str) -> bool:
    """Whether two steps of places may be of one level: "Abs. 1" is none with "Nr. 3", but "(2)" may be one with either."""
    words = [s.strip().partition(" ")[0] for s in (step, other)]
    if not any(word.startswith("(") for word in words):
        return words[0] == words[1]
    return number_of_step(step)[:1].isdigit() == number_of_step(other)[:1].isdigit()
