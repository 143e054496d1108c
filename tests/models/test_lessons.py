"""Lessons: sentences that were written for the network to learn from."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "extract" / "norms"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "models"))

from norm_specs import Spec, parse_line
from reader.examples import Example
from reader.lessons import checked_examples, find_faults

from analysed import kept
from dutybook.languages import available

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "models" / "reader" / "lessons").glob("*.txt"))
DOCUMENTS = sorted((ROOT / "models" / "reader" / "lessons" / "documents").glob("*.txt"))
#: Those that were written first; those like real documents (``.real.txt``) and of polarity came later and are of more kinds.
FIRST = [file for file in LESSONS if file.name.count(".") == 1]
MODALITIES = ("obligation", "prohibition", "permission", "exemption")
CLASSES = {"business", "authority", "person", "any"}


def lessons(file: Path) -> list[Spec]:
    return read(file, file.name.partition(".")[0])


def read(file: Path, language: str) -> list[Spec]:
    lines = enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
    return [parse_line(line.strip(), language, n) for n, line in lines if line.strip() and not line.startswith("#")]


def of_documents(language: str) -> tuple[list[str], list[Example]]:
    """The faults and the examples of a language's documents: read once in a run, by whichever test comes first."""
    files = [file for file in DOCUMENTS if file.name.partition("-")[0] == language]
    assert len(files) >= 5

    def read_all() -> tuple[list[str], list[Example]]:
        of_each = [checked_examples(file) for file in files]
        return [fault for faults, _ in of_each for fault in faults], [e for _, found in of_each for e in found]

    return kept(f"lessons-{language}", read_all)


def bare(text: str) -> str:
    """Letters alone: two sentences that differ in signs and case are one."""
    return "".join(c for c in text.casefold() if c.isalnum())


def test_every_language_has_lessons_of_both_kinds() -> None:
    for name in (".txt", ".real.txt"):
        assert {f.name.removesuffix(name) for f in LESSONS if f.name.endswith(name)} >= set(available())


@pytest.mark.parametrize("file", LESSONS, ids=lambda file: file.name)
def test_lessons_are_marked_as_they_should_be(file: Path) -> None:
    found = lessons(file)
    assert file.name.partition(".")[0] in available()
    for spec in found:
        where = f"{file.name}:{spec.line}"
        assert spec.genre in {"eu_act", "statute", "guidance", "news", "other"}, where
        for want in spec.wants:
            assert want.modality in MODALITIES, where
            assert want.kind is None or want.kind in CLASSES, where
            quote = spec.plain[want.start : want.end]
            assert quote.strip(), where
            assert all(words.strip() for words in want.parts.values()), where


@pytest.mark.parametrize("file", LESSONS, ids=lambda file: file.name)
def test_no_lesson_stands_twice(file: Path) -> None:
    counts = Counter(s.plain for s in lessons(file))
    assert [plain for plain, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("language", sorted(available()))
def test_no_lesson_is_a_trap(language: str) -> None:
    """Traps measure what was not learned: a network that has seen them proves nothing by them."""
    traps = {bare(s.plain) for s in read(ROOT / "tests" / "specs" / language / "traps.txt", language)}
    seen = [s for file in LESSONS if file.name.partition(".")[0] == language for s in lessons(file)]
    seen += read(ROOT / "tests" / "specs" / language / "norms.txt", language)
    assert [s.plain for s in seen if bare(s.plain) in traps] == []


@pytest.mark.parametrize("file", FIRST, ids=lambda file: file.stem)
def test_lessons_are_of_all_kinds(file: Path) -> None:
    found = lessons(file)
    assert len(found) >= 45
    negative = sum(not s.wants for s in found)
    assert 0.2 < negative / len(found) < 0.5
    modalities = Counter(w.modality for s in found for w in s.wants)
    assert min(modalities[m] for m in MODALITIES) >= 4
    assert {s.genre for s in found} == {"eu_act", "statute", "guidance", "news"}


@pytest.mark.parametrize("language", sorted(available()))
def test_documents_are_marked_as_they_should_be(language: str) -> None:
    faults, _ = of_documents(language)
    assert faults == []


@pytest.mark.parametrize("language", sorted(available()))
def test_no_document_holds_a_trap(language: str) -> None:
    traps = [bare(s.plain) for s in read(ROOT / "tests" / "specs" / language / "traps.txt", language)]
    texts = [bare(f.read_text(encoding="utf-8")) for f in DOCUMENTS if f.name.partition("-")[0] == language]
    assert [trap for trap in traps if any(trap in text for text in texts)] == []


def test_documents_teach_what_sentences_do_not() -> None:
    """Norms that name nobody, of every class, and about as many sentences that state none."""
    assert {file.name.partition("-")[0] for file in DOCUMENTS} <= set(available())
    found = [example for language in available() for example in of_documents(language)[1]]
    norms = [e for e in found if e.statement != "none" and e.list != "items"]
    unnamed = Counter(e.bearer_class for e in norms if not any(kind == "bearer" for kind, _, _ in e.tags))
    assert min(unnamed[c] for c in CLASSES) >= 0.05 * len(norms)
    assert 0.7 < sum(e.statement == "none" for e in found) / len(norms) < 1.4


def test_a_document_with_a_fault_is_not_learned_from(tmp_path: Path) -> None:
    file = tmp_path / "en-quay-rules.txt"
    file.write_text(
        "[statute]\n# Quay rules\n<norm obligation>The master must <action>moor</action>.</norm>\n", "utf-8"
    )
    assert any("class missing" in fault for fault in find_faults(file))
    file.write_text("[statute]\n<norm obligation class=business>The master must moor.</norm>\n", "utf-8")
    assert any("no action" in fault for fault in find_faults(file))
