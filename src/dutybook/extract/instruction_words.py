"""Reads the wording of an instruction: what it does by its verbs, and which of its words are quoted and name nothing."""

from __future__ import annotations

import re

from dutybook.languages import LanguagePack
from dutybook.languages.patterns import NEVER, at_end, cached_by_identity
from dutybook.languages.relations import AmendingWords, relation_words
from dutybook.records import AmendmentKind

_QUOTED = re.compile(
    "“[^“”„]*”|„[^“”„]*[“”]|«[^«»]*»|»[^«»]*«|‘[^‘’]*’(?!\\w)|\"[^\"]*\"|”[^”]*”|(?<!\\w)'[^']*'(?!\\w)"
)
# Two letters in quotation marks.
_LONGEST_LETTER = 4


def blank_quoted(line: str, language: str) -> str:
    """The line with blanks in place of quoted words and of clauses on earlier changes ("as last amended by …"), as long as before."""
    line = _QUOTED.sub(lambda match: " " * len(match[0]), line)
    words = relation_words(language)
    if words is None or not words.by:
        return line
    for match in re.finditer(rf"\b(?:{'|'.join(words.by)})", line, re.IGNORECASE):
        start = line.rfind(",", 0, match.start())
        end = line.find(",", match.end())
        if 0 <= start < end:
            line = line[:start] + " " * (end - start) + line[end:]
    return line


def with_letters(bare: str, line: str, pack: LanguagePack) -> str:
    """Words whose quotations are blank, with the letters of provisions that stand in quotation marks: "буква „б“"."""
    named = at_end((*pack.citations.letter, *pack.citations.point))
    for quoted in _QUOTED.finditer(line):
        if len(quoted[0]) <= _LONGEST_LETTER and quoted[0][1:-1].isalpha() and named.search(line[: quoted.start()]):
            bare = bare[: quoted.start()] + quoted[0] + bare[quoted.end() :]
    return bare


def find_quoted(line: str) -> list[tuple[int, int, str]]:
    """Where quoted words of a line begin and end with their marks, and the words.

    >>> find_quoted("the words ‘a log’ are deleted")
    [(10, 17, 'a log')]
    """
    return [(match.start(), match.end(), match[0][1:-1].strip()) for match in _QUOTED.finditer(line)]


def kind_of(line: str, words: AmendingWords) -> AmendmentKind | None:
    """What a sentence does, by the last of its verbs: "the full stop is replaced by a comma and point (d) is added" inserts.

    One that deletes and inserts, and says nothing of replacing, replaces ("§ 4 is repealed, and the following is inserted instead").

    >>> kind_of("in Article 9, paragraph 2 is replaced", AmendingWords(replace=("replac",), insert=("insert",)))
    <AmendmentKind.REPLACE: 'replace'>
    """
    folded = line.casefold()
    verbs = verbs_of(words)
    found = [(match.start(), kind) for kind in AmendmentKind for match in verbs[kind].finditer(folded)]
    if {kind for _, kind in found} == {AmendmentKind.DELETE, AmendmentKind.INSERT}:
        return AmendmentKind.REPLACE
    if found:
        return max(found, key=lambda pair: pair[0])[1]
    return AmendmentKind.REPLACE if verbs["reads"].search(folded) else None


def changes(line: str, words: AmendingWords) -> bool:
    """Whether a sentence says that something is changed, or changed and completed."""
    kind = kind_of(line, words)
    changed = verbs_of(words)[AmendmentKind.REPLACE.value].search(line.casefold())
    return kind is AmendmentKind.REPLACE or (kind is AmendmentKind.INSERT and changed is not None)


@cached_by_identity
def verbs_of(words: AmendingWords) -> dict[str, re.Pattern[str]]:
    """What finds where the verbs of each kind of instruction begin, and those that only say how a text reads."""
    stems = {kind.value: getattr(words, kind.value) for kind in AmendmentKind} | {"reads": words.reads}
    return {
        name: re.compile(rf"(?<!\w)(?={'|'.join(map(_parted, each))})") if each else NEVER
        for name, each in stems.items()
    }


def _parted(stem: str) -> str:
    """The pattern of a verb; what "…" stands for parts it, as in "jäetakse … välja"."""
    return r"(?!\w).*?(?<!\w)".join(map(re.escape, stem.split(" … ")))
