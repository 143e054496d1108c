"""Readers know the fields of a norm by name, in each of their languages and wherever fields are shown."""

from __future__ import annotations

import pytest

from dutybook.languages.reader import reader_languages, reader_words
from dutybook.records.norm_fields import NORM_FIELDS


@pytest.mark.parametrize("language", reader_languages("register"))
@pytest.mark.parametrize(
    ("section", "prefix"), [("register", "column"), ("web", "part"), ("report", "norm"), ("norm_page", "field")]
)
def test_each_field_has_a_name(section: str, prefix: str, language: str) -> None:
    names = {key.removeprefix(f"{prefix}.") for key in reader_words(section, language).own if key.startswith(prefix)}
    assert {field.name for field in NORM_FIELDS} <= names


def test_a_place_may_call_a_field_otherwise() -> None:
    assert reader_words("report", "de")("norm.recipient") == "Wem"
    assert reader_words("register", "de")("column.recipient") == "Wem gegenüber"
    assert reader_words("web", "de")("part.recipient") == "wem"
