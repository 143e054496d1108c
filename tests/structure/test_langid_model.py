"""The model read row by row says what py3langid says, to the bit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.structure import langid_model
from dutybook.structure.langid_model import load_identifier

py3langid = pytest.importorskip("py3langid.langid")

TEXTS = (
    "The harbour office keeps a list of all vessels that carry measuring buoys.",
    "Das Hafenamt führt ein Verzeichnis aller Schiffe, die Messbojen tragen.",
    "Le bureau du port tient une liste des navires qui portent des bouées.",
    "Το λιμεναρχείο τηρεί κατάλογο όλων των σκαφών.",
    "Пристанищната служба води списък на всички плавателни съдове.",
    "港口办公室保存所有船只的清单。",
    "THE HARBOUR OFFICE",
    "1234 5678",
    "",
    "\ud800",
)


@pytest.fixture(scope="module")
def theirs():
    return py3langid.LanguageIdentifier.from_model_file(py3langid.MODEL_FILE, norm_probs=True)


@pytest.fixture(scope="module")
def ours():
    return load_identifier()


def test_the_tables_are_not_in_memory(ours):
    assert isinstance(ours, langid_model._Identifier)


@pytest.mark.parametrize("text", TEXTS)
def test_the_ranking_is_the_same(ours, theirs, text):
    assert ours.rank(text) == theirs.rank(text)


@given(text=st.text(max_size=200))
def test_the_ranking_is_the_same_for_any_text(ours, theirs, text):
    assert ours.rank(text) == theirs.rank(text)


def test_rows_that_were_let_go_are_read_again(ours, theirs, monkeypatch):
    monkeypatch.setattr(langid_model, "KEPT", 0)
    before = len(ours._tables._next)
    assert ours.rank(TEXTS[0]) == theirs.rank(TEXTS[0])
    assert ours.rank(TEXTS[1]) == theirs.rank(TEXTS[1])
    assert 0 < len(ours._tables._next) < max(before, 1000)


def test_a_model_of_another_layout_is_loaded_by_py3langid_itself(monkeypatch, theirs):
    def no_tables(path):
        raise KeyError("nextmove_row")

    monkeypatch.setattr(langid_model, "_Tables", no_tables)
    loaded = load_identifier()
    assert type(loaded) is py3langid.LanguageIdentifier
    assert loaded.rank(TEXTS[0]) == theirs.rank(TEXTS[0])
