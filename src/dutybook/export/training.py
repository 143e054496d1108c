"""Writes what people judged as gold: documents with the norms that they confirmed, corrected or took in, and without those they rejected.

Each document is two files: its text, and a JSON file in the format of the gold that models are trained on and measured with
(``models/reader/train.py``). Only sentences that somebody judged are in its regions, since nothing is learned from others.
"""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dutybook.errors import BadRequest
from dutybook.records.norm_fields import PARTS
from dutybook.store import DocumentRow, Filters, NormRow, Register
from dutybook.store.exports import judged_norms, snapshot, text_of

_PARTS = tuple(name for name in PARTS if name != "bearer")
_BREAK = re.compile(r"[.;:!?]\s+|\n+")


@dataclass(frozen=True, slots=True)
class Judged:
    """A norm as it is shown now, and whether people say that it is one."""

    norm: NormRow
    holds: bool


def write_training(register: Register, folder: Path) -> tuple[int, int]:
    """Write the judged norms of a register into a folder; returns the numbers of documents and of judged norms.

    Files of earlier exports with the same names are replaced.

    Raises:
        BadRequest: the folder cannot be made or written to.
    """
    documents = judged = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with snapshot(register):
            known = {row.id: row for row in register.documents()}
            for document, norms in _judged(register):
                gold, text = gold_of(register, known[document], norms)
                if not gold["regions"]:
                    continue
                (folder / f"{gold['doc']}.txt").write_text(text, encoding="utf-8", newline="\n")
                words = json.dumps(gold, ensure_ascii=False, indent=1)
                (folder / f"{gold['doc']}.json").write_text(words + "\n", encoding="utf-8", newline="\n")
                documents += 1
                judged += len(norms)
    except OSError as error:
        raise BadRequest(f"cannot write into {folder}: {error.strerror or error}") from error
    return documents, judged


def _judged(register: Register) -> Iterator[tuple[str, list[Judged]]]:
    """The judged norms by document."""
    holds = judged_norms(register)
    found: dict[str, list[Judged]] = defaultdict(list)
    for norm in register.norms_by_id(sorted(holds)):
        found[norm.document].append(Judged(norm, holds[norm.id]))
    yield from sorted(found.items())


def gold_of(register: Register, document: DocumentRow, norms: Sequence[Judged]) -> tuple[dict[str, Any], str]:
    """The gold of a document, and its text."""
    text = text_of(register, document.id)
    own = {one.norm.id for one in norms}
    others = [norm for norm in register.norms(Filters(document=document.id, review_state="all")) if norm.id not in own]
    places = _letter_places(text)
    regions = [
        {"start": bisect_left(places, start), "end": bisect_left(places, end)}
        for start, end in _regions(text, norms, others)
    ]
    gold = {
        "doc": _name_of(document),
        "file": f"{_name_of(document)}.txt",
        "language": document.language,
        "kind": document.genre,
        "regions": [region for region in regions if region["start"] < region["end"]],
        "norms": [norm_to_gold(one.norm) for one in sorted(norms, key=lambda one: one.norm.span) if one.holds],
        "facts": [],
        "penalties": [],
    }
    return gold, text


def norm_to_gold(norm: NormRow) -> dict[str, Any]:
    """A norm as the gold has it."""
    return {
        "place": norm.place,
        "quote": norm.quote,
        "modality": norm.modality,
        "strength": norm.strength,
        "bearer": norm.bearer,
        "bearer_class": norm.bearer_class,
        "deadlines": [
            {
                name: value
                for name, value in (("quote", d.quote), ("kind", d.kind), ("value", d.value), ("anchor", d.anchor))
                if value
            }
            for d in norm.deadlines
        ],
        **{name: getattr(norm, name) for name in _PARTS},
    }


def _regions(text: str, norms: Sequence[Judged], others: Sequence[NormRow]) -> list[tuple[int, int]]:
    """The ranges that were judged: each norm's sentence, or its own words where the sentence holds a norm nobody judged."""
    ranges = []
    for start, end in sorted(one.norm.span for one in norms):
        first = max((m.end() for m in _BREAK.finditer(text, max(0, start - 2_000), start)), default=start)
        after = _BREAK.search(text, max(start, end - 1))
        last = after.start() + 1 if after else len(text)
        alone = not any(other.span[0] < last and first < other.span[1] for other in others)
        ranges.append((first, last) if alone else (start, end))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _letter_places(text: str) -> list[int]:
    """The offset of each letter and digit, as the gold counts them: compatibility forms taken apart, in small letters."""
    return [
        offset
        for offset, character in enumerate(text)
        for plain in unicodedata.normalize("NFKC", character).lower()
        if plain.isalnum()
    ]


def _name_of(document: DocumentRow) -> str:
    """A name for the files of a document that is the same each time."""
    words = re.sub(
        r"[^a-z0-9]+", "-", unicodedata.normalize("NFKD", document.title).encode("ascii", "ignore").decode().lower()
    )
    return f"judged-{words.strip('-')[:40].strip('-') or 'document'}-{document.id[:8]}.{document.language or 'xx'}"
