"""Sections and rules under a bare number: handbook rules (``15A.2.1 R``), British sections (``12 Duty …``, ``5.—(1) …``)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from dutybook.languages import LanguagePack
from dutybook.records import Block, BlockRole, ProvisionKind
from dutybook.structure.headings import Heading

_FEW = 3
# Where an act says what it is: on its first pages.
_OPENING = 6000
_SECTION_HEADING = re.compile(r"(?P<number>\d{1,3}[A-Z]{0,2})\.?\s+(?=(?:[.…]{1,3} )?[“‘]?[A-Z])")
_SECTION_RUNS_IN = re.compile(r"(?P<number>\d{1,3}[A-Z]{0,2})\.\s?[—–]\s?(?=\(1\))")


class BareNumbers:
    """Finds such provisions in one document; inactive where the pack names no rule letters."""

    def __init__(self, text: str, blocks: Sequence[Block], pack: LanguagePack) -> None:
        words = pack.structure
        self._rule = _rule_pattern(words.rule_letters) if words.rule_letters else None
        self._sources: dict[str, str] = {}
        self._label = ""
        self._last = 0
        if self._rule is None:
            return
        found = [m for b in blocks if (m := self._rule.match(text, b.span.start, min(b.span.end, b.span.start + 40)))]
        if len(found) < _FEW:
            self._rule = None
        else:
            self._sources = _sources(text, {m["number"].split(".")[0] for m in found})
        opening = text[:_OPENING]
        for evidence, label in words.section_labels.items():
            if evidence in opening:
                self._label = label
                break

    def read(self, text: str, block: Block) -> Heading | None:
        """The rule or section that a block opens, with its title or with its text."""
        rule = self._rule.match(text) if self._rule else None
        if rule:
            number = rule["number"]
            source = rule["source"] or self._sources.get(number.split(".")[0], "Rule")
            body = rule.end() if rule.end() < len(text.rstrip()) else 0
            return Heading(ProvisionKind.ARTICLE, number + rule["letter"], "", label=source, body=body)
        if not self._label:
            return None
        section = _SECTION_RUNS_IN.match(text)
        if section and self._goes_on(section["number"]):
            return Heading(ProvisionKind.ARTICLE, section["number"], "", label=self._label, body=section.end())
        heading = _SECTION_HEADING.match(text) if block.role is BlockRole.HEADING else None
        if heading and self._goes_on(heading["number"]):
            title = " ".join(text[heading.end() :].split())
            return Heading(ProvisionKind.ARTICLE, heading["number"], title, label=self._label)
        return None

    def _goes_on(self, number: str) -> bool:
        """Sections count upward, and none is left out but by repeal."""
        figures = int(re.match(r"\d+", number)[0])  # type: ignore[index]
        if not self._last <= figures <= self._last + 5:
            return False
        self._last = figures
        return True


def _rule_pattern(letters: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(
        r"(?:(?P<source>[A-Z]{3,5}) )?(?P<number>\d{1,2}[A-Z]{0,2}(?:\.\d{1,2}[A-Z]{0,2}){1,2})"
        rf"\s?(?P<letter>{'|'.join(letters)})(?!\w)(?:\s+(?=[A-Z“…\[])|\s*$)"
    )


def _sources(text: str, chapters: set[str]) -> dict[str, str]:
    """Which sourcebook the chapters belong to, as the text itself cites them ("SYSC 15A.2.1R")."""
    said: dict[str, Counter[str]] = {}
    for match in re.finditer(r"\b([A-Z]{3,5}) (\d{1,2}[A-Z]{0,2})\.\d", text):
        if match[2] in chapters:
            said.setdefault(match[2], Counter())[match[1]] += 1
    return {chapter: count.most_common(1)[0][0] for chapter, count in said.items()}
