"""An act's text as a tree of provisions, each with its own words: what amendments are applied to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dutybook.records.provisions import Provision, ProvisionKind

#: Marks that open and close quotations; new text may stand between them.
OPENING_MARKS = "‘“«„‚»”\"'‹"
CLOSING_MARKS = "’”»“‘«\"'›"


@dataclass(frozen=True, slots=True)
class Node:
    """A provision with what it consists of, in text order: paragraphs of its own words, and provisions in it.

    ``label`` is its number as written ("(a)", "Article 2"), ``number`` that number alone, in small letters and without white space. Its
    words contain neither the label nor the heading.
    """

    kind: ProvisionKind
    number: str
    label: str
    heading: str
    parts: tuple[str | Node, ...] = ()

    @property
    def children(self) -> tuple[Node, ...]:
        """The provisions directly in it."""
        return tuple(part for part in self.parts if isinstance(part, Node))

    @property
    def words(self) -> str:
        """Its own words, a line for each paragraph."""
        return "\n".join(part for part in self.parts if isinstance(part, str))

    def walk(self) -> Iterator[Node]:
        """Itself and all provisions in it, in text order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def lines(self) -> Iterator[str]:
        """All of its text line by line: labels and headings, and paragraphs with their numbers."""
        label = self.label
        if self.heading or self.kind in HEADED:
            yield from (line for line in (label, self.heading) if line)
            label = ""
        for part in self.parts:
            lines = [part] if isinstance(part, str) else part.lines()
            for line in lines:
                yield f"{label} {line}" if label else line
                label = ""
        if label:
            yield label


#: Provisions whose number stands in a line of its own.
HEADED = frozenset(
    {
        *(ProvisionKind.ARTICLE, ProvisionKind.ANNEX, ProvisionKind.TITLE, ProvisionKind.PART, ProvisionKind.CHAPTER),
        *(ProvisionKind.SECTION, ProvisionKind.SUBSECTION),
    }
)
#: Provisions that are cited by words that count them, not by a number that stands in the text.
COUNTED = frozenset({ProvisionKind.SUBPARAGRAPH, ProvisionKind.TEXT, ProvisionKind.INDENT})


def build_tree(text: str, provisions: Sequence[Provision]) -> tuple[Node, ...]:
    """The provisions without a parent among those given, each with all that stands in it, in text order."""
    known = {provision.id for provision in provisions}
    below: dict[str | None, list[Provision]] = {}
    for provision in provisions:
        below.setdefault(provision.parent if provision.parent in known else None, []).append(provision)
    return tuple(_build(text, provision, below, 0) for provision in below.get(None, ()))


#: No act has more levels; what lies deeper is words of the provision around it.
_DEEPEST = 40


def _build(text: str, provision: Provision, below: dict[str | None, list[Provision]], depth: int) -> Node:
    label, heading, start = read_head(text, provision)
    parts: list[str | Node] = []
    at = start
    children = below.get(provision.id, ()) if depth < _DEEPEST else ()
    for child in sorted(children, key=lambda each: each.span.start):
        parts += _paragraphs(text[at : max(at, child.span.start)])
        parts.append(_build(text, child, below, depth + 1))
        at = max(at, child.span.end)
    parts += _paragraphs(text[at : provision.span.end])
    return Node(provision.kind, plain_number(provision.number), label, heading, tuple(parts))


def _paragraphs(text: str) -> list[str]:
    return [line for line in map(single_spaced, text.split("\n")) if line]


def single_spaced(text: str) -> str:
    """Words with single white space, without soft hyphens."""
    return " ".join(text.replace("\u00ad", "").split())


def plain_number(number: str) -> str:
    """A number in the form in which numbers are compared.

    >>> plain_number("199 ter"), plain_number("(A)"), plain_number("5.")
    ('199ter', 'a', '5')
    """
    return re.sub(r"[\s.()^°º]+", "", number).casefold()


def read_head(text: str, provision: Provision) -> tuple[str, str, int]:
    """The label, the heading, and where the words begin behind them."""
    start, end = provision.span.start, provision.span.end
    if provision.kind in HEADED:
        found = _label_of_headed(provision.number).match(text, start, end)
        label = found[0] if found and provision.number else ""
    else:
        label = match_label(text[start:end], provision.number) if provision.kind not in COUNTED else ""
    at, heading = start + len(label), provision.heading
    if heading:
        words = _spaced(heading).match(text, at, end)
        at, heading = (words.end(), heading) if words else (at, "")
    elif provision.kind in HEADED and label and (line := _DASHED.match(text, at, end)):
        # "§ 1 – Definitions"
        at, heading = line.end(), line[1]
    return single_spaced(label), single_spaced(heading), at


_DASHED = re.compile(r"[ \t]+[–—-][ \t]+([^\n]+)")


def _label_of_headed(number: str) -> re.Pattern[str]:
    """A pattern for the words and the number that begin a provision whose number stands in a line of its own: "Article 2", "CHAPTER I"."""
    ordinal = r"[^\n\d]{0,30}"
    return re.compile(
        rf"\s*(?:{ordinal}?(?<!\w){pattern_of_number(number)}(?!\w)[.)°º]{{0,2}}|{ordinal}(?=\n))", re.IGNORECASE
    )


def pattern_of_number(number: str) -> str:
    """The source of a pattern for a number that may be written with white space between its signs: "2 a"."""
    return r"\s?".join(re.escape(char) for char in re.sub(r"\s", "", number))


def _spaced(words: str) -> re.Pattern[str]:
    """A pattern for words with any white space between them, and points or dashes before them."""
    return re.compile(r"[\s.–—:|-]*" + r"\s+".join(map(re.escape, words.split())))


def match_label(own: str, number: str) -> str:
    """How a provision's text writes its number at its beginning, with the quotation mark before it; empty where it does not begin with it.

    >>> match_label("(2) Ferries keep a log.", "2"), match_label("Ferries keep a log.", "2")
    ('(2)', '')
    """
    if not number:
        return ""
    found = re.match(
        rf"\s*[{OPENING_MARKS}]?\s*\(?{pattern_of_number(number)}(?!\w)\s?[.)°]{{0,2}}", own, re.IGNORECASE
    )
    return found[0] if found else ""


__all__ = [
    *("CLOSING_MARKS", "COUNTED", "HEADED", "OPENING_MARKS", "Node"),
    *("build_tree", "match_label", "pattern_of_number", "plain_number", "read_head", "single_spaced"),
]
