"""The class of a bearer's words, and the actors that a text names."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dutybook.errors import Defect
from dutybook.extract.norms import actors
from dutybook.extract.norms.actors import classify_bearer, count_actors
from dutybook.extract.norms.model.inputs import CLASSES
from dutybook.languages import available
from dutybook.languages.artefacts import artefact, read_labelled


@pytest.mark.parametrize(
    ("words", "language", "kind"),
    [
        ("The lighthouse keepers' association Ltd", "en", "business"),
        ("das Landesamt für Leuchtfeuer", "de", "authority"),
        ("die Wasserschutzpolizeibehörden", "de", "authority"),
        ("le préfet maritime", "fr", "authority"),
        ("rederiföretaget", "sv", "business"),
        ("i passeggeri", "it", "person"),
        ("kuluttaja", "fi", "person"),
        ("każdy, kto wejdzie na molo", "pl", "any"),
        ("търговците на риба", "bg", "business"),
    ],
)
def test_words_tell_the_class(words: str, language: str, kind: str) -> None:
    found = classify_bearer(words, language)
    assert found.sum() == pytest.approx(1, abs=1e-5)
    assert CLASSES[int(found.argmax())] == kind


def test_every_process_says_the_same_to_the_last_place() -> None:
    """Python orders sets of words anew in each process; a register must not depend on it."""
    asked = "from dutybook.extract.norms.actors import classify_bearer as c; print(c('keepers of the harbour lights', 'en').tobytes().hex())"

    def answer(seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        return subprocess.run(
            [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True
        ).stdout

    assert len({answer(seed) for seed in ("1", "2", "3")}) == 1


def test_what_has_no_letters_is_of_any_class_alike() -> None:
    assert np.allclose(classify_bearer("—", "en"), 0.25)


def test_actors_of_a_text_are_counted_whatever_their_endings() -> None:
    found = dict(
        zip(CLASSES, count_actors("The harbour authority and two companies met the employees.", "en"), strict=True)
    )
    assert found["authority"] >= 1
    assert found["business"] >= 1
    assert found["person"] >= 1
    assert not count_actors("It rained on the pier.", "en").any()
    assert not count_actors("anything", "xx").any()


@pytest.mark.parametrize("language", available())
def test_each_language_has_a_list_of_all_classes(language: str) -> None:
    rows = read_labelled(artefact("bearers") / "lists" / f"{language}.tsv", CLASSES)
    assert {kind for _, kind in rows} == set(CLASSES)
    assert len({phrase.casefold() for phrase, _ in rows}) == len(rows)


def test_a_malformed_list_names_the_line(tmp_path: Path) -> None:
    file = tmp_path / "xx.tsv"
    file.write_text("keeper\tperson\nkeeper of the light\n", "utf-8")
    with pytest.raises(Defect, match="line 2"):
        read_labelled(file, CLASSES)


def test_a_damaged_model_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "weights.npz").write_bytes(b"nothing")
    monkeypatch.setattr(actors, "artefact", lambda _: tmp_path)
    actors._load_model.cache_clear()
    with pytest.raises(Defect, match="install Dutybook again"):
        actors._load_model()
    actors._load_model.cache_clear()
