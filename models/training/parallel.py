"""Reads files in which each line holds one provision in several languages, as a small EU act a language."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from dutybook.languages import available
from dutybook.records import Genre, Provision, ProvisionKind, Sentence, SentenceRole, Span, Zone
from dutybook.structure.build import pack_for
from dutybook.structure.sentences import split
from training.units import Text

_ITEM = re.compile(r"^\s*(?:\(?(?P<mark>[a-z]{1,4}|\d{1,2})\)|[—–•-])\s+(?=\S)")
_ARTICLE = re.compile(r"^(?:Article|ANNEX|Annex)\b")
_AMENDING = re.compile(r"^Amendments?\b")


def languages_of(file: Path) -> list[str]:
    """Languages of a parallel file, English first."""
    with file.open(encoding="utf-8") as lines:
        first = json.loads(next(lines))
    codes = [k for k, v in first.items() if len(k) == 2 and isinstance(v, dict)]
    return sorted(codes, key=lambda code: (code != "en", code))


def read_parallel(file: Path, language: str) -> Text:
    """The provisions of one language as the enacting terms of an act; places are the lines' references."""
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return _Maker(language).make(lines)


@dataclass(slots=True)
class _Maker:
    language: str
    text: str = ""
    sentences: list[Sentence] = field(default_factory=list)
    provisions: list[Provision] = field(default_factory=list)
    stems: dict[str, int] = field(default_factory=dict)
    heading: str = ""
    zone: Zone = Zone.PREAMBLE

    def make(self, lines: list[dict[str, object]]) -> Text:
        articles = any(_ARTICLE.match(_english(line)[0]) or _ARTICLE.match(str(line["ref"] or "")) for line in lines)
        if not articles:
            self.zone = Zone.ENACTING
        # The first lines name the framework, not a provision of it.
        for number, line in enumerate(lines[2:]):
            self._line(number, line)
        return Text(self.text, tuple(self.sentences), tuple(self.provisions), Genre.EU_ACT, self.language)

    def _line(self, number: int, line: dict[str, object]) -> None:
        name, description = _english(line)
        ref = str(line["ref"] or "") or str(line["urn"]).rpartition(":")[2]
        own = line.get(self.language)
        body = str(own.get("description") or "") if isinstance(own, dict) else ""
        if _ARTICLE.match(name) or _ARTICLE.match(ref):
            self.heading = body or (str(own.get("name") or "") if isinstance(own, dict) else "")
            title = description or name
            amending, defining = bool(_AMENDING.match(title)), title.startswith("Definition")
            self.zone = Zone.AMENDMENT if amending else Zone.DEFINITION if defining else Zone.ENACTING
            return
        if ref.startswith("Recital") or name or not body.strip():
            return
        self._provision(number, ref, body, description)

    def _provision(self, number: int, ref: str, body: str, english: str) -> None:
        pieces = [p for p in body.split("\n") if p.strip()]
        outer = next((self.stems[r] for r in _parents(ref) if r in self.stems), None)
        marked = [bool(_ITEM.match(p)) for p in pieces]
        stem: int | None = None
        start = len(self.text)
        for at, piece in enumerate(pieces):
            if marked[at] and at:
                role, holder = SentenceRole.ITEM, stem
            else:
                role, holder = (SentenceRole.ITEM if outer is not None else SentenceRole.SENTENCE), outer
            leads = at + 1 < len(pieces) and marked[at + 1] and not (marked[at] and at)
            opens = leads or (at == len(pieces) - 1 and len(pieces) == 1 and english.rstrip().endswith(":"))
            last = self._piece(str(number), piece, role, holder, opens)
            if leads:
                stem = last
            if opens and not leads:
                self.stems[ref] = last
        span = Span(start, len(self.text))
        kind = ProvisionKind.PARAGRAPH
        self.provisions.append(Provision(str(number), None, kind, ref, self.heading, span, f"Art {ref}", self.zone))

    def _piece(self, provision: str, piece: str, role: SentenceRole, stem: int | None, opens: bool) -> int:
        found = _ITEM.match(piece)
        offset = len(self.text) + (found.end() if found else 0)
        self.text += piece + "\n"
        pack = pack_for(self.language if self.language in available() else "en")
        spans = split(self.text, Span(offset, len(self.text) - 1), pack)
        for position, span in enumerate(spans):
            here = role if position == 0 else SentenceRole.SENTENCE
            if opens and position == len(spans) - 1:
                here = SentenceRole.STEM
            holder = stem if position == 0 else None
            first = position == 0
            self.sentences.append(
                Sentence(span, provision, self.zone, self.language, here, holder, 0, first, self.heading)
            )
        return len(self.sentences) - 1


def _english(line: dict[str, object]) -> tuple[str, str]:
    own = line.get("en")
    if not isinstance(own, dict):
        return "", ""
    return str(own.get("name") or ""), str(own.get("description") or "")


def _parents(ref: str) -> list[str]:
    """ "2.2.c.i" stands under "2.2.c", else under "2.2"."""
    parts = ref.split(".")
    return [".".join(parts[:n]) for n in range(len(parts) - 1, 0, -1)]
