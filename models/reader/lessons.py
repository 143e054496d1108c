"""Examples from marked-up sentences of our own: ``tests/specs/CODE/norms.txt`` and ``models/reader/lessons/CODE*.txt``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from reader.examples import PART_KINDS, Example, Text, Wanted, examples_of

from dutybook.records import Span

ROOT = Path(__file__).resolve().parents[2]


def lesson_examples(files: Iterable[Path], source: str) -> Iterator[Example]:
    """The marked-up lines of files, each as a small document; ``source`` is ``lesson`` or ``spec``."""
    sys.path.insert(0, str(ROOT / "tests" / "extract" / "norms"))
    import norm_specs

    for file in files:
        code = file.name.partition(".")[0] if source == "lesson" else file.parent.name
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            spec = norm_specs.parse_line(line.strip(), code, number)
            if spec.part or spec.genre == "other":
                continue
            text, offset, end, made = norm_specs.structured(spec)
            document = Text(f"{source}.{code}", text, made.sentences, made.genre, code)
            wanted = [_wanted(want, offset, spec.plain) for want in spec.wants]
            for example in examples_of(document, wanted, [Span(offset, end)], source):
                # A line is of the genre that it says, whatever its frame was taken for.
                where = example.unit.where.replace(f"{made.genre.value} ", f"{spec.genre} ", 1)
                yield replace(example, genre=spec.genre, unit=replace(example.unit, where=where))


def _wanted(want: object, offset: int, plain: str) -> Wanted:
    marked = {k: v for k, v in want.parts.items() if k in PART_KINDS}  # type: ignore[attr-defined]
    return Wanted(
        Span(offset + want.start, offset + (want.end or len(plain))),  # type: ignore[attr-defined]
        want.modality,  # type: ignore[attr-defined]
        want.strength,  # type: ignore[attr-defined]
        want.bearer,  # type: ignore[attr-defined]
        want.kind or "",  # type: ignore[attr-defined]
        marked if "action" in marked else None,
    )
