"""Reasons: chains of codes are read back as they were written, and every code has its sentence in each language."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import write

from dutybook.extract.norms import passes
from dutybook.extract.norms.model.encoding import CLASSES, STATEMENTS
from dutybook.extract.norms.passes.bearers import NOWHERE, STEM
from dutybook.extract.norms.passes.parts import BEFORE, UNIT
from dutybook.extract.norms.unit import Step
from dutybook.extract.norms.why import TEXTS, describe_chain, write_chain
from dutybook.records import BearerClass

LANGUAGES = ("en", "de", "fr")
#: What may stand behind the beginning of a code that a pass composes.
FAMILIES = {"label_": STATEMENTS, "bearer_": (UNIT, BEFORE, STEM, NOWHERE), "class_": CLASSES}
steps = st.lists(
    st.builds(Step, st.just("pass"), st.sampled_from(sorted(TEXTS)), st.none() | st.floats(0, 1)),
    min_size=1,
    max_size=6,
)


def codes_in_passes() -> Iterator[str]:
    """The codes in the source of the passes: strings that are a code, or the beginning of one that is composed."""
    for file in sorted(Path(passes.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            calls = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if not calls or node.func.attr != "with_step":
                continue
            code = node.args[1]
            if isinstance(code, ast.Name):
                yield from _assigned(ast.parse(file.read_text(encoding="utf-8")), code.id)
            else:
                yield from _written(code)


def _assigned(tree: ast.AST, name: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Tuple)
            and isinstance(node.value, ast.Tuple)
        ):
            for target, value in zip(node.targets[0].elts, node.value.elts, strict=True):
                if isinstance(target, ast.Name) and target.id == name:
                    yield from _written(value)


def _written(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        assert isinstance(node.values[0], ast.Constant)
        yield from (f"{node.values[0].value}{rest}" for rest in FAMILIES[str(node.values[0].value)])
    elif isinstance(node, ast.Constant):
        yield str(node.value)
    else:
        raise AssertionError(f"this test does not understand how a code is made: {ast.unparse(node)}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence(language: str) -> None:
    codes = set(codes_in_passes())
    assert {"label_none", "carried_by_items", "several_norms", "confidence"} <= codes
    for code in codes:
        assert TEXTS[code][language]


def test_no_sentence_is_without_a_code() -> None:
    assert set(TEXTS) - set(codes_in_passes()) == {"programme"}


def test_sentences_of_a_language_tell_the_codes_apart() -> None:
    for language in LANGUAGES:
        assert len({texts[language] for texts in TEXTS.values()}) == len(TEXTS)


def test_all_classes_are_known() -> None:
    assert set(CLASSES) == {c.value for c in BearerClass}


@given(steps, st.sampled_from(LANGUAGES))
def test_a_chain_is_read_back(made: list[Step], language: str) -> None:
    chain = write_chain(made)
    sentence = describe_chain(chain, language)
    for step in made:
        probability = "" if step.probability is None else f" ({step.probability:.2f})"
        assert f"{TEXTS[step.code][language]}{probability}" in sentence
    assert "_" not in sentence
    assert "=" not in sentence


@pytest.mark.parametrize("chain", ["", "the rules said so", "unknown_code=0.50", "label_obligation=7", "; ; "])
def test_what_is_no_chain_of_codes_stays(chain: str) -> None:
    assert describe_chain(chain) == chain


def test_a_language_without_sentences_is_told_in_english() -> None:
    assert describe_chain("bearer_nowhere=0.80", "et") == "no bearer is named (0.80)"


def test_a_norm_says_what_each_pass_decided() -> None:
    units = write("[obligation] <bearer>Der Imker</bearer> meldet jedes Volk beim Amt.").run("confidence")
    codes = [s.code for s in units[0].trace]
    assert codes == ["label_obligation", "bearer_unit", "class_business", "confidence"]
