"""Every marked-up line of ``tests/specs/<language>/norms.txt`` is found as marked, or listed as a known failure."""

from __future__ import annotations

from collections import Counter

import pytest
from norm_specs import LANGUAGES, SPECS, Spec, bare, differences, known_failures, parse_line, run, specs

from dutybook.extract.norms.clauses import Clauses
from dutybook.languages import load
from dutybook.records import Span
from together import check_each

KNOWN = known_failures()
# Languages whose packs know fewer forms as yet.
NEWER = frozenset(LANGUAGES) - {"en", "de", "fr", "es", "it", "nl", "pl", "pt"}


def is_found_as_marked(spec: Spec) -> None:
    """As marked, or not if it is known to fail; verbatim, with ids of its own, and alike when it is read again."""
    first, second = run(spec), run(spec)
    why = next((w for (lang, start), w in KNOWN.items() if lang == spec.language and spec.plain.startswith(start)), "")
    wrong = differences(spec, first)
    if why:
        assert wrong, f"it is found as marked now: take it off known_failures.txt ({why})"
    else:
        assert not wrong, "\n".join(wrong)
    assert first.norms == second.norms
    assert first.rejections == second.rejections
    for norm in first.norms:
        for part in (norm.bearer, norm.action, norm.recipient, norm.condition, norm.exception):
            assert part is None or part.span.of(first.text) == part.text
        assert norm.evidence.cue is None or len(norm.evidence.cue)
    ids = [n.id for n in first.norms] + [r.id for r in first.rejections]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_is_found_as_marked(language: str) -> None:
    check_each(specs(language), is_found_as_marked, lambda spec: f"{spec.id}: {spec.plain}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cue_pattern_has_an_example(language: str) -> None:
    pack = load(language)
    used: set[tuple[str, str]] = set()
    for spec in specs(language):
        for block in spec.blocks:
            clauses = Clauses(block, Span(0, len(block)), pack)
            used.update((cue.label, cue.pattern) for cue in clauses.cues)
    groups = [(name, getattr(pack.norms.cues, name)) for name in type(pack.norms.cues).model_fields]
    groups += [(f"!{reason}", patterns) for reason, patterns in pack.norms.constitutive.items()]
    allowed = _unused_allowed(language)
    unused = {f"{label}: {p}" for label, patterns in groups for p in patterns if (label, p) not in used}
    assert sorted(unused - allowed) == [], "write a sentence for these, or drop them from the pack"
    assert sorted(allowed - unused) == [], "these have examples now: take them off the list"


def _unused_allowed(language: str) -> set[str]:
    file = SPECS / language / "norms_unused_cues.txt"
    if not file.is_file():
        return set()
    return {line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_examples(language: str) -> None:
    most = {"en": (70, 20), "de": (70, 20), "fr": (40, 20)} | dict.fromkeys(("es", "it", "nl", "pl", "pt"), (60, 15))
    lines, negative = most.get(language, (25, 6))
    assert len(specs(language)) >= lines
    assert sum(not s.wants for s in specs(language)) >= negative
    wanted = Counter(w.modality for s in specs(language) for w in s.wants)
    assert set(wanted) == {"obligation", "prohibition", "permission", "exemption"}
    assert {w.strength for s in specs(language) for w in s.wants} == {"must", "should"}


def test_known_failures_name_one_line_each() -> None:
    for language, start in KNOWN:
        hits = [s.id for s in specs(language) if s.plain.startswith(start)]
        assert len(hits) == 1, (start, hits)


def test_mark_up_is_read_as_documented() -> None:
    spec = parse_line(
        '[eu_act] Carriers shall: // (a) <norm obligation bearer="Carriers" class=business>keep a log;</norm>', "en", 3
    )
    assert spec.blocks == ["Carriers shall:", "(a) keep a log;"]
    assert [(w.modality, w.bearer, w.kind) for w in spec.wants] == [("obligation", "Carriers", "business")]
    assert bare(spec.plain[spec.wants[0].start : spec.wants[0].end]) == "keep a log"


@pytest.mark.parametrize("line", ["no genre here", "[news] no reason and no norm", "[news] <norm obligation>open"])
def test_bad_mark_up_is_an_error(line: str) -> None:
    with pytest.raises(ValueError, match=r"norms\.txt:1"):
        parse_line(line, "en", 1)
