"""Reads the sources: one paragraph a line, a few signs say what a line is (see corpora/README.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

POINT = re.compile(r"^(?P<indent>(?: {4})+)(?P<mark>\([0-9a-z]{1,5}\)|[0-9a-z]{1,5}[.)]|[–-])\s+(?P<text>.+)$")
RECITAL = re.compile(r"^\((?P<mark>\d+)\)\s+(?P<text>.+)$")
NUMBERED = re.compile(r"^(?P<mark>\d+[a-z]?\.|\(\d+[a-z]?\))\s+(?P<text>.+)$")
NOTE = re.compile(r"^\[\^(?P<mark>\d+)\]:\s+(?P<text>.+)$")
MARK = re.compile(r"\[\^(\d+)\]")
# Forms in which "(1)" before the first chapter is a recital.
ACTS = {"official journal", "eur-lex"}
STARTS = {
    "= ": "banner",
    "# ": "title",
    "## ": "chapter",
    "### ": "article",
    "#### ": "part",
    "!! ": "annex",
    "> ": "done",
    ">> ": "signature",
    "| ": "row",
}


@dataclass(frozen=True)
class Item:
    """A paragraph: what it is, its number or letter, how deep it is indented, and its text (parts by `` | ``)."""

    kind: str
    text: str
    mark: str = ""
    depth: int = 0

    @property
    def parts(self) -> list[str]:
        return [part.strip() for part in self.text.strip("|").split(" | ")]


@dataclass(frozen=True)
class Source:
    head: dict[str, str]
    items: list[Item]
    notes: dict[str, str]

    @property
    def title(self) -> str:
        """As the head says, or the title lines of an act without those in brackets."""
        lines = [item.text for item in self.items if item.kind == "title" and not item.text.startswith("(")]
        return self.head.get("title") or " ".join(lines)


def read(path: Path) -> Source:
    """The head (``key: value`` lines up to the first empty line), the paragraphs and the footnotes of a source."""
    head_text, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    head = dict(line.split(": ", 1) for line in head_text.splitlines())
    items: list[Item] = []
    notes: dict[str, str] = {}
    for line in body.splitlines():
        if not line.strip():
            continue
        if note := NOTE.match(line):
            notes[note["mark"]] = note["text"]
            continue
        item = _item(line, recitals=head["form"] in ACTS and not any(i.kind in {"chapter", "article"} for i in items))
        items.append(item)
    return Source(head, items, notes)


def _item(line: str, recitals: bool) -> Item:
    for sign, kind in STARTS.items():
        if line.startswith(sign):
            return Item(kind, line[len(sign) :].strip() if kind != "row" else line.strip())
    if point := POINT.match(line):
        return Item("point", point["text"], point["mark"], len(point["indent"]) // 4)
    if recitals and (recital := RECITAL.match(line)):
        return Item("recital", recital["text"], f"({recital['mark']})")
    if numbered := NUMBERED.match(line):
        return Item("paragraph", numbered["text"], numbered["mark"])
    return Item("text", line)


def plain(source: Source) -> str:
    """The reference text of a document: one paragraph a line, headings, numbers and notes included."""
    lines = [source.head[key] for key in ("title", "published", "author") if key in source.head]
    number = 0
    for item in source.items:
        if item.kind == "text" and source.head["form"] == "circular":
            number += 1
            lines.append(f"{source.head.get('margin', '')} {number} {item.text}".strip())
            continue
        if item.kind in {"banner", "chapter", "article", "part", "annex", "signature", "row"}:
            lines.extend(item.parts if item.kind != "row" else [" ".join(item.parts)])
        else:
            lines.append(f"{item.mark} {item.text}".strip())
    lines.extend(f"({mark}) {text}" for mark, text in source.notes.items())
    text = MARK.sub(r" (\1)", "\n".join(lines))
    return re.sub(r"\*\*|_(?=\w)|(?<=[\w.])_", "", text) + "\n"
