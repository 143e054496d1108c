"""Examples from marked-up texts of our own.

Sentences: ``tests/specs/CODE/norms.txt`` and ``models/reader/lessons/CODE*.txt``. Whole documents:
``models/reader/lessons/documents/CODE-name.txt``, for what only the context tells: who is addressed where nobody is named.

    python models/reader/lessons.py FILE ...    # checks marked-up documents
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "models"), str(ROOT / "src")]

from reader.examples import PART_KINDS, Example, Text, Wanted, examples_of  # noqa: E402

from dutybook.extract.norms.model.inputs import CLASSES, STATEMENTS, STRENGTHS  # noqa: E402
from dutybook.records import BlockRole, Family, Layout, LayoutBuilder, Span  # noqa: E402
from dutybook.structure.build import build_structure  # noqa: E402


@cache
def _norm_specs() -> ModuleType:
    """The reader of marked-up lines, which the tests own."""
    sys.path.insert(0, str(ROOT / "tests" / "extract" / "norms"))
    return import_module("norm_specs")


def lesson_examples(files: Iterable[Path], source: str) -> Iterator[Example]:
    """The marked-up lines of files, each as a small document; ``source`` is ``lesson`` or ``spec``."""
    norm_specs = _norm_specs()
    for file in files:
        code = file.name.partition(".")[0] if source == "lesson" else file.parent.name
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            spec = norm_specs.parse_line(line.strip(), code, number)
            if spec.part or spec.genre == "other":
                continue
            text, offset, end, made = norm_specs.structured(spec)
            document = Text(f"{source}.{code}", text, made.sentences, made.family, code)
            wanted = [_wanted(want, offset, spec.plain) for want in spec.wants]
            for example in examples_of(document, wanted, [Span(offset, end)], source):
                # A line is of the genre that it says, whatever its frame was taken for.
                where = example.unit.where.replace(f"{made.family.value} ", f"{spec.genre} ", 1)
                yield replace(example, genre=spec.genre, unit=replace(example.unit, where=where))


def read_document(file: Path) -> tuple[Text, list[Wanted]]:
    """A marked-up document: its first line is its genre in brackets, ``#`` begins a heading, each line is a paragraph.

    Raises:
        ValueError: the mark-up is wrong; the message says where.
    """
    norm_specs = _norm_specs()
    lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    language = file.name.partition("-")[0]
    body = " // ".join(lines[1:])
    spec = norm_specs.parse_line(f"{lines[0]} {body}" + ("" if "<norm" in body else " # none"), language, 1)
    genre = Family(spec.genre)
    builder = LayoutBuilder()
    places: list[tuple[int, int]] = []
    at = 0
    for block in spec.blocks:
        words = block.lstrip("# ") if block.startswith("#") else block
        places.append((at + len(block) - len(words), builder.length))
        level = len(block) - len(block.lstrip("#"))
        builder.block(words, BlockRole.HEADING, level=level) if level else builder.block(words)
        at += len(block) + 1
    layout = Layout(builder.text(), tuple(builder.blocks), meta={"published": "2031-05-20"} if genre == "news" else {})
    made = build_structure(layout, "lesson", language)

    def place(offset: int) -> int:
        start, there = next((s, t) for s, t in reversed(places) if s <= offset)
        return there + offset - start

    wanted = []
    for want in spec.wants:
        given = _wanted(want, 0, spec.plain)
        span = Span(place(given.span.start), place(given.span.end))
        if layout.text[span.start : span.end].split() != spec.plain[given.span.start : given.span.end].split():
            raise ValueError(f"{file.name}: a heading or a list stands within {spec.plain[given.span.start :][:60]!r}")
        wanted.append(replace(given, span=span))
    return Text(f"lesson.{file.stem}", layout.text, made.sentences, genre, language, made.title), wanted


def document_examples(files: Iterable[Path]) -> Iterator[Example]:
    """The examples of marked-up documents, each annotated as a whole."""
    for file in files:
        text, wanted = read_document(file)
        yield from examples_of(text, wanted, [Span(0, len(text.text))], "lesson")


def find_faults(file: Path) -> list[str]:
    """What is wrong with a marked-up document, in words; empty where it can be learned from."""
    return checked_examples(file)[0]


def checked_examples(file: Path) -> tuple[list[str], list[Example]]:
    """What is wrong with a marked-up document, in words, and its examples, which take most of the time."""
    try:
        text, wanted = read_document(file)
    except (ValueError, IndexError, KeyError) as error:
        return [f"{file.name}: {error}"], []
    faults = []
    for want in wanted:
        words = f"{file.name}: {text.text[want.span.start : want.span.end][:70]!r}"
        if want.modality not in STATEMENTS[1:] or want.strength not in STRENGTHS:
            faults.append(f"{words}: modality {want.modality}, strength {want.strength}")
        if want.bearer_class not in CLASSES:
            faults.append(f"{words}: class {want.bearer_class or 'missing'}")
        if want.parts is None:
            faults.append(f"{words}: no action is marked")
        if want.bearer and want.bearer not in text.text[: want.span.end]:
            faults.append(f"{words}: bearer {want.bearer!r} stands neither in it nor before it")
    given = list(examples_of(text, wanted, [Span(0, len(text.text))], "lesson"))
    placed = [span for e in given if e.part < 0 and e.extents for span in e.extents if e.list != "items"]
    if len(placed) < len(wanted):
        missed = [w for w in wanted if not any(w.span.overlaps(span) for span in placed)]
        faults += [
            f"{file.name}: {text.text[w.span.start : w.span.end][:70]!r} is no sentence of the text" for w in missed
        ]
    return faults, given


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


def main() -> int:
    """The command."""
    faults = 0
    for name in sys.argv[1:]:
        file = Path(name)
        for fault in (found := find_faults(file)):
            print(fault)
        faults += len(found)
        if not found:
            given = list(document_examples([file]))
            norms = sum(e.statement != "none" and e.list != "items" for e in given)
            print(f"{file.name}: {norms} norms, {sum(e.statement == 'none' for e in given)} sentences without one")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
