"""Rows to learn from: units of acts with the label that the English version gives them, and our own marked-up texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dutybook.extract.norms.seen import Features
from training.acts import ACTS, PARALLEL, versions
from training.aligning import align
from training.parallel import languages_of, read_parallel
from training.recording import Record, Seen, labels_of, record
from training.units import in_language, read_text, seeks_norms, units_of

# Pairs that agree less in place, role, digits and length are not trusted.
_SURE = 0.62
_SURE_BLIND = 0.6
# What says what the rules decided: English labels come from the English rules, so English rows hide it.
_VERDICT = ("said=", "no=", "by=", "why=", "says=", "decided=")


@dataclass(frozen=True, slots=True)
class Row:
    """One unit. ``question`` is ``statement`` or ``list``; ``group`` is the act or document that it is of.

    ``seen`` is what the rules answered.
    """

    question: str
    group: str
    language: str
    genre: str
    features: Features
    label: str
    seen: Seen


def blind(features: Features) -> Features:
    """Features without what the rules decided."""
    return Features(tuple(m for m in features.marks if not m.startswith(_VERDICT)), features.words)


def act_rows(shared: Path, wanted: frozenset[str] = frozenset()) -> Iterator[Row]:
    """Rows of all acts and parallel files, in a fixed order; those of languages without norm pack are left out."""
    for act in ACTS:
        if wanted and act not in wanted:
            continue
        found = [(v.language, v.file) for v in versions(shared, act) if v.tag == v.language and seeks_norms(v.language)]
        texts = {code: in_language(read_text(file.name, file.read_bytes(), None), code) for code, file in found}
        yield from _version_rows(act, {code: record(text) for code, text in texts.items()}, blind_places=act == "P2B")
    for path, act in PARALLEL.values():
        if (shared / path).is_file() and (not wanted or act in wanted):
            codes = [c for c in languages_of(shared / path) if seeks_norms(c)]
            yield from _version_rows(act, {c: record(read_parallel(shared / path, c)) for c in codes}, act in ACTS)


def _version_rows(
    act: str, made: dict[str, Record], english_again: bool = False, blind_places: bool = False
) -> Iterator[Row]:
    english = made.get("en")
    if english is None:
        return
    statements, lists = labels_of(english)
    if blind_places:
        statements = _without_recitals(english, statements)
    if not english_again:
        yield from rows_of(act, "en", english, {n: n for n in (*statements, *lists)}, statements, lists)
    units = units_of(english.text, english.norms)
    for code, other in made.items():
        if code == "en":
            continue
        pairs = align(units, units_of(other.text))
        floor = _SURE_BLIND if blind_places else _SURE
        aligned = {p.second.index: p.first.index for p in pairs if p.score >= floor and p.first.role == p.second.role}
        yield from rows_of(act, code, other, aligned, statements, lists)


def _without_recitals(english: Record, statements: dict[int, str]) -> dict[int, str]:
    """An extract without headings: up to the sentence that says what the act lays down, all is recital."""
    texts = [s.span.of(english.text.text) for s in english.text.sentences]
    first = next((n for n, t in enumerate(texts) if t.startswith(("The purpose of this", "This Regulation lays"))), 0)
    return {n: label for n, label in statements.items() if n >= first}


def rows_of(
    group: str,
    code: str,
    made: Record,
    aligned: dict[int, int],
    statements: dict[int, str],
    lists: dict[int, str],
    verdict: bool = False,
) -> Iterator[Row]:
    """Rows of a document: ``aligned`` leads from its sentences to those that the labels are of.

    ``verdict``: English rows, too, show what the rules decided (their labels come from elsewhere).
    """
    for index, source in sorted(aligned.items()):
        for question, seen, labels in (
            ("statement", made.recorder.statements, statements),
            ("list", made.recorder.lists, lists),
        ):
            if index in seen and source in labels:
                hidden = code == "en" and not verdict
                features = blind(seen[index].features) if hidden else seen[index].features
                yield Row(question, group, code, made.text.genre.value, features, labels[source], seen[index])
