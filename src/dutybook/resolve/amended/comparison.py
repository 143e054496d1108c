"""Compares two versions of an act provision by provision, letter by letter but for white space and the marks of editors."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dutybook.languages.relations import words_for_gone
from dutybook.records import ProvisionKind
from dutybook.records.trees import COUNTED, HEADED, Node

#: Of an act, what amendments are about; recitals, footnotes and signatures are left out.
_COMPARED = HEADED | {ProvisionKind.PARAGRAPH, ProvisionKind.POINT, ProvisionKind.MARGIN_NUMBER}
_MARKS = {
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("“”„«»″", '"'),
    **dict.fromkeys("‐‑‒–—−", "-"),
    "\u00ad": "",
}
_TABLE = str.maketrans(_MARKS)
# "►M1 … ◄", "▼B", "(*1)", "[deleted]" are not words of the act.
_EDITORS = re.compile(r"[►▼▲]\s?[A-Z]{1,2}\d*|[◄►▼▲]|\(\*\d*\)|\(\s?\d{1,3}\s?\)(?=\s*[.,;:]|\s*$)|_{3,}|—{3,}")


class Outcome(StrEnum):
    """How a provision compares: the same, other words, or only in one of the versions."""

    SAME = "same"
    DIFFERENT = "different"
    MISSING = "missing"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class Compared:
    """A provision in two versions: ``made`` is ours and ``given`` the consolidated one, each empty where it has none."""

    place: str
    outcome: Outcome
    made: str
    given: str


def compare(made: Sequence[Node], given: Sequence[Node]) -> tuple[Compared, ...]:
    """Every provision of the versions, in the order of the given one, and what only ours has behind it."""
    ours, theirs = dict(provisions_of(made)), dict(provisions_of(given))
    found = []
    for place, text in theirs.items():
        own = ours.get(place)
        is_same = own is not None and normalise(own) == normalise(text)
        outcome = Outcome.MISSING if own is None else Outcome.SAME if is_same else Outcome.DIFFERENT
        found.append(Compared(place, outcome, own or "", text))
    found += [Compared(place, Outcome.EXTRA, text, "") for place, text in ours.items() if place not in theirs]
    return tuple(found)


def normalise(text: str) -> str:
    """The letters of a text without white space and editors' marks, with one kind of quotation mark and of dash.

    >>> normalise("►M1 ‘log’ ◄ means") == normalise("'log'  means")
    True
    """
    return re.sub(r"\s+", "", _EDITORS.sub("", text).translate(_TABLE))


def provisions_of(tree: Sequence[Node]) -> Iterator[tuple[str, str]]:
    """Every provision of the enacting terms and annexes that has words of its own: its place, and its heading and words."""
    seen: Counter[str] = Counter()
    for place, text in _provisions(tree, ""):
        seen[place] += 1
        yield (place if seen[place] == 1 else f"{place} #{seen[place]}"), text


def _provisions(nodes: Sequence[Node], outer: str) -> Iterator[tuple[str, str]]:
    count = 1
    for node in nodes:
        if node.kind in COUNTED:
            count += node.kind is ProvisionKind.SUBPARAGRAPH
            place = f"{outer} subpara {count}" if node.kind is ProvisionKind.SUBPARAGRAPH else outer
        else:
            place = _place(node, outer) if node.kind in _COMPARED else ""
        if not place:
            # Headings may hold articles.
            yield from _provisions(node.children, outer)
            continue
        text = "\n".join(line for line in (node.heading, node.words) if line)
        if text and not (_is_placeholder(text) and not node.children):
            yield place, text
        yield from _provisions(node.children, place)


def _is_placeholder(text: str) -> bool:
    """Whether editors only say that a provision is there no more: "(repealed)", "———"."""
    return re.sub(r"[\W_]+", " ", text.casefold()).strip() in {"", *words_for_gone()}


_NAMES = {ProvisionKind.ARTICLE: "Art", ProvisionKind.ANNEX: "Annex"}


def _place(node: Node, outer: str) -> str:
    if node.kind in HEADED:
        name = _NAMES.get(node.kind, node.kind.value.capitalize())
        around = outer if outer.startswith("Annex") or node.kind not in _NAMES else ""
        return f"{around} {name} {node.number}".strip()
    return f"{outer}({node.number})"
