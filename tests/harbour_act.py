"""An invented act with a scope, definitions and norms, as the proposals of applicability read it."""

from __future__ import annotations

import re

from dutybook.resolve.applicability.addressees import AddressedNorm
from dutybook.resolve.applicability.scope import ActText, DefinedTerm, Passage

_ENGLISH = """\
Article 1
Scope
1. This Regulation applies to the following entities:
(a) payment institutions;
(b) insurance undertakings;
(c) cloud computing service providers.
2. Entities referred to in paragraph 1, points (a) to (b), shall collectively be referred to as 'money houses'.
3. This Regulation does not apply to insurance undertakings which are microenterprises.
Article 2
Duties
1. Money houses shall keep a register of quays.
2. Money houses, other than microenterprises, shall appoint a harbour auditor.
3. Cloud computing service providers shall keep the register available.
4. It shall be complete.
5. The competent authority shall publish a list.
6. No person shall forge a register.
7. Member States shall ensure that money houses keep copies for five years.
8. Major cloud computing service providers shall test the register.
Article 3
Exemptions
1. Article 2 shall not apply to enterprises with fewer than 250 employees unless they keep more than one register.
2. Registers shall be green.
"""


def act(text: str = _ENGLISH, *, language: str = "en", jurisdiction: str = "EU") -> ActText:
    """An act from lines: articles, numbered paragraphs and lettered points make its provisions."""
    passages: list[Passage] = []
    ends: dict[str, int] = {}
    at = 0
    article = paragraph = ""
    for line in text.splitlines(keepends=True):
        start, at = at, at + len(line)
        if found := re.match(r"(?:Article|Artikel) (\d+)", line):
            article, paragraph = f"Art {found[1]}", ""
            passages.append(Passage(article, None, "article", "", article, "enacting", start, at))
        elif found := re.match(r"(\d+)\. ", line):
            paragraph = f"{article}({found[1]})"
            passages.append(Passage(paragraph, article, "paragraph", "", paragraph, "enacting", start, at))
        elif found := re.match(r"\((\w)\) ", line):
            place = f"{paragraph}({found[1]})"
            passages.append(Passage(place, paragraph, "point", "", place, "enacting", start, at))
        elif article and not paragraph:
            last = passages[-1]
            passages[-1] = Passage(*last_values(last, heading=line.strip()))
        for outer in (article, paragraph):
            ends[outer] = at
    made = [Passage(*last_values(p, end=max(p.end, ends.get(p.place, 0)))) for p in passages]
    return ActText("d0c", "32031R0777", language, jurisdiction, text, made, [_MAJOR] if language == "en" else [])


_MAJOR = DefinedTerm(
    "harbour keeper", "business", "'harbour keeper' means an investment firm that keeps a quay;", "Art 4(1)", 0, 10
)


def last_values(passage: Passage, **changed: object) -> tuple[object, ...]:
    """The fields of a passage, some of them changed."""
    names = ("id", "parent", "kind", "heading", "place", "zone", "start", "end")
    return tuple(changed.get(name, getattr(passage, name)) for name in names)


def norm(place: str, quote: str, bearer: str = "", bearer_class: str = "business", **more: str) -> AddressedNorm:
    """A norm of the act."""
    given = {"role": "", "stem": "", **more}
    return AddressedNorm(place, place, bearer, bearer_class, given["role"], quote, given["stem"], 0, 0)


#: The norms of article 2, by their places.
NORMS = [
    norm("Art 2(1)", "Money houses shall keep a register of quays.", "Money houses"),
    norm("Art 2(2)", "Money houses, other than microenterprises, shall appoint a harbour auditor.", "Money houses"),
    norm(
        "Art 2(3)",
        "Cloud computing service providers shall keep the register available.",
        "Cloud computing service providers",
    ),
    norm("Art 2(4)", "It shall be complete."),
    norm("Art 2(5)", "The competent authority shall publish a list.", "competent authority", "authority"),
    norm("Art 2(6)", "No person shall forge a register.", "No person", "any"),
    norm(
        "Art 2(7)",
        "Member States shall ensure that money houses keep copies for five years.",
        "Member States",
        "authority",
    ),
    norm(
        "Art 2(8)",
        "Major cloud computing service providers shall test the register.",
        "Major cloud computing service providers",
    ),
]
