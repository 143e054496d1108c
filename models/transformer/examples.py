"""What the transformer learns from: sentences in their surroundings, with a label, a list's decision and parts.

Labels are those of :mod:`training.rows` (what the English version of an act states, never a recital; our own marked-up
sentences; annotated documents), for all 24 languages. Parts are those that the rules cut where rules and label agree, and
those that a person marked.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from training import golds
from training.acts import ACTS, PARALLEL, versions
from training.aligning import align
from training.meaning import Vectors, align_by_meaning
from training.own import labelled, marked
from training.parallel import languages_of, read_parallel
from training.recording import Record, Seen, labels_of, record
from training.rows import _SURE, _without_recitals
from training.units import Text, in_language, read_text, seeks_norms, units_of

from dutybook.extract.deadlines import find_deadlines
from dutybook.extract.norms.light_judge import NONE, judged
from dutybook.extract.norms.transformer.encoding import PARTS
from dutybook.extract.norms.transformer.inputs import UnitText, unit_text
from dutybook.languages import available, load
from dutybook.records import Genre, Norm, Sentence, SentenceRole
from dutybook.structure.build import pack_for
from transformer import first_readings

ROOT = Path(__file__).resolve().parents[2]


#: The source of sentences that nobody labelled.
OPEN = "open"


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence or stem. ``statement`` and ``list`` are labels, empty where nothing is known.

    ``parts`` are (kind, start, end) in ``unit.text``; None where it is not known which parts there are. ``seen`` is what
    the rules answered, None where there were none. ``source``: act, national, open, gold (beside the repository), own (annotated),
    tuning, spec or lesson.
    """

    source: str
    group: str
    language: str
    genre: str
    unit: UnitText
    statement: str
    list: str
    parts: tuple[tuple[str, int, int], ...] | None
    seen: Seen | None = None
    seen_list: Seen | None = None


def act_examples(shared: Path, vectors: Vectors) -> Iterator[Example]:
    """Language versions of acts and parallel files, all languages; labels are what the English version states.

    ``vectors`` align the extracts that say no places, of which each language's lacks other lines.
    """
    for act in ACTS:
        found = [(v.language, v.file) for v in versions(shared, act) if v.tag == v.language]
        texts = {
            code: in_language(read_text(file.name, file.read_bytes(), code if act == "P2B" else None), code)
            for code, file in found
        }
        yield from _versions(act, texts, vectors=vectors if act == "P2B" else None)
    for path, act in PARALLEL.values():
        if (shared / path).is_file():
            texts = {c: read_parallel(shared / path, c) for c in languages_of(shared / path) if c in available()}
            yield from _versions(act, texts, english_again=act in ACTS)


def _versions(
    act: str, texts: dict[str, Text], english_again: bool = False, vectors: Vectors | None = None
) -> Iterator[Example]:
    english = record(texts["en"])
    statements, lists = labels_of(english)
    if vectors is not None:
        statements = _without_recitals(english, statements)
    if not english_again:
        yield from _examples(
            "act", act, "en", english.text, english, {n: n for n in (*statements, *lists)}, statements, lists
        )
    units = units_of(english.text, english.norms)
    for code, text in texts.items():
        if code == "en":
            continue
        if vectors is not None:
            pairs = align_by_meaning(units, units_of(text), vectors)
        else:
            pairs = [p for p in align(units, units_of(text)) if p.score >= _SURE]
        aligned = {p.second.index: p.first.index for p in pairs if p.first.role == p.second.role}
        made = record(text) if seeks_norms(code) else None
        yield from _examples("act", act, code, text, made, aligned, statements, lists)


def _examples(
    source: str,
    group: str,
    code: str,
    text: Text,
    made: Record | None,
    aligned: dict[int, int],
    statements: dict[int, str],
    lists: dict[int, str],
    parts: dict[int, tuple[tuple[str, int, int], ...] | None] | None = None,
) -> Iterator[Example]:
    items = _first_items(text.sentences)
    norms = _norms_by_sentence(text, made.norms) if made else {}
    for index, of in sorted(aligned.items()):
        sentence = text.sentences[index]
        statement = statements.get(of, "") if judged(sentence) else ""
        decided = lists.get(of, "") if sentence.role is SentenceRole.STEM else ""
        if not statement and not decided:
            continue
        seen = made.recorder.statements.get(index) if made else None
        cut = parts.get(index) if parts is not None else _silver(text, sentence, norms.get(index, []), statement)
        unit = unit_text(text.text, text.sentences, index, text.genre, items.get(index))
        yield Example(
            source, group, code, text.genre.value, unit, statement, decided, cut, seen,
            made.recorder.lists.get(index) if made else None,
        )  # fmt: skip


def _first_items(sentences: Sequence[Sentence]) -> dict[int, int]:
    found: dict[int, int] = {}
    for index, sentence in enumerate(sentences):
        if sentence.stem is not None and sentence.role is not SentenceRole.TAIL:
            found.setdefault(sentence.stem, index)
    return found


def _norms_by_sentence(text: Text, norms: Iterable[Norm]) -> dict[int, list[Norm]]:
    starts = [s.span.end for s in text.sentences]
    found: dict[int, list[Norm]] = {}
    at = 0
    for norm in sorted(norms, key=lambda n: n.span.start):
        while at + 1 < len(starts) and starts[at] <= norm.span.start:
            at += 1
        found.setdefault(at, []).append(norm)
        if norm.stem is not None:
            holder = next((n for n, s in enumerate(text.sentences) if s.span.start == norm.stem.start), None)
            if holder is not None and holder != at:
                found.setdefault(holder, []).append(norm)
    return found


def _silver(text: Text, sentence: Sentence, norms: list[Norm], label: str) -> tuple[tuple[str, int, int], ...] | None:
    """The parts that the rules cut, where they read what the label says; none in a sentence that is none."""
    if label == NONE:
        return () if not norms else None
    if not label or not norms or norms[0].modality.value != label:
        return None
    found = set()
    low, high = sentence.span.start, sentence.span.end
    for norm in norms:
        for kind in PARTS[:-1]:
            part = getattr(norm, kind)
            if part is not None and low <= part.span.start and part.span.end <= high:
                found.add((kind, part.span.start - low, part.span.end - low))
    pack = load(sentence.language)
    found |= {
        ("deadline", d.span.start - low, d.span.end - low) for d in find_deadlines(text.text, sentence.span, pack)
    }
    return tuple(sorted(found, key=lambda p: (p[1], p[2])))


# -- our own sentences ------------------------------------------------------------------------------------------------------


def spec_examples(files: Iterable[Path], source: str) -> Iterator[Example]:
    """Lines that a person marked up: ``tests/specs/CODE/norms.txt`` or ``lessons/CODE.txt``."""
    sys.path.insert(0, str(ROOT / "tests" / "extract" / "norms"))
    import norm_specs

    for file in files:
        code = file.stem if source == "lesson" else file.parent.name
        lines = file.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith("#"):
                continue
            spec = norm_specs.parse_line(line.strip(), code, number)
            try:
                text, offset, end, made = norm_specs.structured(spec)
            except (KeyError, FileNotFoundError):  # no frame for this language
                continue
            if made.genre != spec.genre:
                continue
            whole = in_language(Text(text, made.sentences, made.provisions, made.genre, code), code)
            wants = [(offset + w.start, w.modality, _marked_parts(spec.plain, w, offset)) for w in spec.wants]
            yield from _marked(source, f"{source}.{code}", code, whole, wants, [(offset, end)])


def _marked_parts(plain: str, want: object, offset: int) -> list[tuple[str, int, int]]:
    found = []
    start, end = want.start, want.end or len(plain)  # type: ignore[attr-defined]
    for kind, words in want.parts.items():  # type: ignore[attr-defined]
        at = plain.find(words, start, end)
        if at >= 0:
            found.append((kind, offset + at, offset + at + len(words)))
    return found


def gold_examples(folder: Path, source_of: Callable[[Path], Path | None], source: str) -> Iterator[Example]:
    """Annotated documents, each a group; the bearer is the only part that they mark."""
    for document in golds.documents(folder, source_of):
        wants, regions = marked(document.text.text, document.gold)
        yield from _marked(
            source, document.group, document.language, document.text, [(a, m, None) for a, m in wants], regions
        )


def _marked(
    source: str,
    group: str,
    code: str,
    text: Text,
    wants: Sequence[tuple[int, str, list[tuple[str, int, int]] | None]],
    regions: Sequence[tuple[int, int]],
) -> Iterator[Example]:
    sentences = text.sentences
    inside, statements, lists = labelled(sentences, [(start, modality) for start, modality, _ in wants], regions)
    parts: dict[int, tuple[tuple[str, int, int], ...]] = {}
    for _, _, cut in wants:
        for kind, first, last in cut or ():
            home = next((n for n, s in enumerate(sentences) if s.span.start <= first and last <= s.span.end), None)
            if home is not None:
                base = sentences[home].span.start
                parts[home] = (*parts.get(home, ()), (kind, first - base, last - base))
    made = record(text) if seeks_norms(code) else None
    marked_by_hand = all(cut is not None for _, _, cut in wants)
    if marked_by_hand:
        pack = pack_for(code)
        norms = _norms_by_sentence(text, made.norms) if made else {}
        whole: dict[int, tuple[tuple[str, int, int], ...] | None] = {}
        for n in inside:
            base = sentences[n].span
            dates = tuple(
                ("deadline", d.span.start - base.start, d.span.end - base.start)
                for d in find_deadlines(text.text, base, pack)
            )
            whole[n] = _completed(parts.get(n, ()), dates, text, sentences[n], norms.get(n, []), statements.get(n, ""))
        yield from _examples(source, group, code, text, made, {n: n for n in inside}, statements, lists, whole)
    else:
        yield from _examples(source, group, code, text, made, {n: n for n in inside}, statements, lists)


def _completed(
    marked: tuple[tuple[str, int, int], ...],
    dates: tuple[tuple[str, int, int], ...],
    text: Text,
    sentence: Sentence,
    norms: list[Norm],
    label: str,
) -> tuple[tuple[str, int, int], ...] | None:
    """The parts of a sentence that a person marked: all of them where the action is, else with what the rules cut besides.

    Specs mark the bearer alone: their other parts are not absent, and none is known where the rules read otherwise.
    """
    if label == NONE:
        return ()
    if any(kind == "action" for kind, _, _ in marked):
        return (*marked, *dates)
    cut = _silver(text, sentence, norms, label)
    if cut is None:
        return None
    kinds = {kind for kind, _, _ in marked}
    return (*marked, *(part for part in cut if part[0] not in kinds))


# -- national law, guidance and news ------------------------------------------------------------------------------------------


def national_examples(shared: Path, most: int = 250) -> Iterator[Example]:
    """Documents without annotation, as far as the rules are sure: a strong cue, or a reason against; ``most`` a document.

    Of the rest as many without a label (``open``): only a teacher has something to say of these.
    """
    annotated = {"GwG.md", "hipaa_combined_2013.pdf", "negative_spd_zukunftsprogramm_2021.pdf"}
    for file in sorted((shared / "docs" / "national").rglob("*")):
        if not file.is_file() or file.name in annotated or file.stat().st_size > 1_500_000 or "scan" in file.name:
            continue
        try:
            text = read_text(file.name, file.read_bytes(), None)
        except Exception as error:  # what cannot be read teaches nothing
            print(f"  {file.name}: {error}", flush=True)
            continue
        if not seeks_norms(text.language) or text.genre is Genre.OTHER:
            continue
        text = in_language(text, text.language)
        made = record(text)
        statements, lists = labels_of(made)
        sure = {n for n, s in made.recorder.statements.items() if s.sure}
        long = [n for n in sorted(statements) if len(text.sentences[n].span.of(text.text)) > 30]
        picked = _some([n for n in long if n in sure], most)
        yield from _examples("national", "national", text.language, text, made, picked, statements, lists)
        items = _first_items(text.sentences)
        for n in _some([n for n in long if n not in sure], most):
            unit = unit_text(text.text, text.sentences, n, text.genre, items.get(n))
            yield Example(OPEN, "national", text.language, text.genre.value, unit, "", "", None)


def _some(numbers: Sequence[int], most: int) -> dict[int, int]:
    picked = random.Random(7).sample(numbers, min(most, len(numbers)))
    return {n: n for n in sorted(picked)}


def tuning_examples() -> list[Example]:
    """Annotated texts that nobody learns from: they show when to believe the rules, when the network."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    from score import source_of

    made = gold_examples(ROOT / "corpora" / "tuning", lambda file: source_of(file, ROOT), "tuning")
    return [first_seen(example) for example in made]


def first_seen(example: Example) -> Example:
    """The example of an annotated text with what the rules read before they were tuned on it, where that is known."""
    name, words = f"{example.group}.{example.language}", example.unit.text
    if not first_readings.known(name):
        return example
    seen, listed = first_readings.seen(name, "statements", words), first_readings.seen(name, "lists", words)
    return replace(example, seen=seen, seen_list=listed)


def every_example(shared: Path | None, vectors: Vectors) -> list[Example]:
    """All examples in a fixed order; ``vectors`` are those of the whole encoder."""
    made: list[Example] = []
    sys.path.insert(0, str(ROOT / "benchmarks"))
    from score import source_of

    if shared is not None:
        made += act_examples(shared, vectors)
        made += national_examples(shared)
        made += gold_examples(shared / "gold", lambda file: source_of(file, shared), "gold")
    made += gold_examples(ROOT / "corpora" / "gold", lambda file: source_of(file, shared or ROOT), "own")
    made += tuning_examples()
    made += spec_examples(sorted((ROOT / "tests" / "specs").glob("*/norms.txt")), "spec")
    made += spec_examples(sorted((ROOT / "models" / "transformer" / "lessons").glob("*.txt")), "lesson")
    return made
