"""Reasons: every code has its sentence in each language, every code of a pass is one of them, and chains read back as written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import write

from dutybook.extract.norms.model.inputs import CLASSES, STATEMENTS
from dutybook.extract.norms.passes.bearers import COMMON, EARLIER, NOWHERE, STEM
from dutybook.extract.norms.passes.parts import BEFORE, UNIT
from dutybook.extract.norms.unit import Step, write_chain
from dutybook.languages.reader import describe_chain, reader_words
from dutybook.records import LegalStatus

LANGUAGES = ("en", "de", "fr")
#: All that a pass can decide.
CODES = (
    *(f"label_{label}" for label in STATEMENTS),
    *(f"bearer_{source}" for source in (UNIT, BEFORE, STEM, EARLIER, COMMON, NOWHERE)),
    *(f"class_{label}" for label in CLASSES),
    *("carried_by_items", "several_norms", "confidence"),
    *(f"status_{status.value}" for status in LegalStatus),
    "status_open",
)
steps = st.lists(
    st.builds(Step, st.just("pass"), st.sampled_from(CODES), st.none() | st.floats(0, 1)),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence_of_its_own(language: str) -> None:
    words = reader_words("findings", language)
    sentences = [words.get(f"step.{code}", "") for code in CODES]
    assert all(sentences)
    assert len(set(sentences)) == len(sentences)


def test_what_passes_say_are_codes() -> None:
    units = write("[obligation] The warden shall count the buoys.", "statute").run("confidence")
    assert {step.code for unit in units for step in unit.trace} <= set(CODES)


@given(steps)
def test_a_chain_is_read_back_as_it_was_written(found: list[Step]) -> None:
    words = reader_words("findings", "en")
    sentences = describe_chain(write_chain(found)).split("; ")
    assert len(sentences) >= len(found)
    for step in found:
        assert words.get(f"step.{step.code}", "") in describe_chain(write_chain(found))
