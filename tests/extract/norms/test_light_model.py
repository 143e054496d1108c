"""The light model: it loads without network and training libraries, says when it is damaged, and answers the same."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from norm_specs import Spec, parse_line, structured

from dutybook.errors import DamagedModel
from dutybook.extract.norms.features import of_statement
from dutybook.extract.norms.light_judge import LightJudge
from dutybook.extract.norms.light_model import Head, LightModel, folder_of, load_model, save_model
from dutybook.extract.norms.lists import ListKind
from dutybook.extract.norms.seen import Features
from dutybook.records import Genre, Modality

LABELS = ("none", "obligation", "prohibition", "permission", "exemption")


def spec(line: str, language: str = "fr") -> Spec:
    return parse_line(line, language, 1)


def model_that_says(label: str, settings: dict[str, object]) -> LightModel:
    """A model that is sure of one answer, whatever it is asked."""
    bias = np.array([9.0 if name == label else -9.0 for name in LABELS], dtype=np.float32)
    empty = np.zeros((1 << 4, len(LABELS)), dtype=np.float32)
    lists = Head(("stem", "items"), np.zeros((1 << 4, 2), dtype=np.float32), np.array([9.0, -9.0], dtype=np.float32))
    return LightModel("said", "7", {"statement": Head(LABELS, empty, bias), "list": lists}, settings)


def settings(**thresholds: float) -> dict[str, object]:
    named = {name.replace("_", " "): value for name, value in thresholds.items()}
    return {"genres": {"eu_act": {"rules_alone": {"statement": ["en"], "list": []}, "statement": named, "list": {}}}}


def found(line: Spec, judge: LightJudge | None):  # type: ignore[no-untyped-def]
    from dutybook.extract.norms import find_norms
    from dutybook.structure.build import pack_for

    text, offset, end, made = structured(line)
    norms, rejections = find_norms(text, made.sentences, made.provisions, pack_for, made.genre, "x", judge)
    return (
        [n for n in norms if offset <= n.span.start < end],
        [r for r in rejections if offset <= r.span.start < end],
    )


PLAIN = spec("[eu_act] <norm obligation>L'exploitant signale tout retard.</norm>")


def test_the_shipped_model_loads_without_training_libraries(tmp_path: Path) -> None:
    code = """
import socket, sys
socket.socket.connect = None
from dutybook.extract.norms.light_model import load_model
print(load_model().name, "sklearn" in sys.modules, "scipy" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout.split() == ["norms-light", "False", "False"]


def test_its_folder_is_small_and_has_a_card() -> None:
    folder = folder_of()
    assert sum(f.stat().st_size for f in folder.iterdir()) < 15e6
    assert (folder / "card.md").read_text(encoding="utf-8").startswith("# norms-light")


@pytest.mark.parametrize("damage", ["cut", "missing", "no config", "other features", "not json"])
def test_a_damaged_model_says_what_to_do(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(folder_of(), folder)
    weights, config = folder / "weights.npz", folder / "config.json"
    if damage == "cut":
        weights.write_bytes(weights.read_bytes()[:-100])
    elif damage == "missing":
        weights.unlink()
    elif damage == "no config":
        config.unlink()
    elif damage == "not json":
        config.write_text("{", encoding="utf-8")
    else:
        made = json.loads(config.read_text(encoding="utf-8"))
        config.write_text(json.dumps({**made, "features": -1}), encoding="utf-8")
    with pytest.raises(DamagedModel, match="install Dutybook again, or go on with --model rules"):
        load_model(folder)


def test_weights_come_back_as_they_were_saved(tmp_path: Path) -> None:
    weights = np.zeros((1 << 6, 2), dtype=np.float32)
    weights[5] = [1.5, -2.25]
    head = Head(("stem", "items"), weights, np.array([0.5, -0.5], dtype=np.float32))
    save_model(tmp_path / "m", {"name": "m", "version": "1", "settings": {}}, {"list": head})
    again = load_model(tmp_path / "m").heads["list"]
    assert again.labels == head.labels
    assert (again.weights == weights).all()
    assert load_model(tmp_path / "m").probabilities("list", Features((), ())) == pytest.approx(
        {"stem": 0.6225, "items": 0.3775}, abs=1e-3
    )


def test_features_are_the_same_each_time() -> None:
    class Keeper:
        def __init__(self) -> None:
            self.kept: list[Features] = []

        def prepare(self, text, sentences, genre, /):  # type: ignore[no-untyped-def]
            pass

        def reads(self, language, /):  # type: ignore[no-untyped-def]
            return False

        def reading(self, index, /, reading, sentence, actors, genre):  # type: ignore[no-untyped-def]
            self.kept.append(of_statement(reading, sentence, actors, genre))
            return reading

        def list(self, index, /, seen, decided, clauses, genre):  # type: ignore[no-untyped-def]
            return decided

    one, two = Keeper(), Keeper()
    found(PLAIN, one)  # type: ignore[arg-type]
    found(PLAIN, two)  # type: ignore[arg-type]
    assert one.kept == two.kept
    marks = one.kept[-1].marks
    assert {"said=obligation/indicative", "actor=business", "after actor=signale", "genre=eu_act/indicative"} <= set(
        marks
    )


def test_what_the_model_rejects_is_listed_with_its_probability() -> None:
    norms, rejections = found(PLAIN, LightJudge(model_that_says("none", settings(drop_indicative=0.6))))
    assert norms == []
    (rejected,) = rejections
    assert (rejected.evidence.name, rejected.evidence.version) == ("said", "7")
    assert "probability" in rejected.reason
    assert rejected.evidence.confidence > 0.9


def test_what_the_model_reads_names_it() -> None:
    norms, _ = found(PLAIN, LightJudge(model_that_says("prohibition", settings(change_indicative=0.6))))
    (norm,) = norms
    assert norm.modality is Modality.PROHIBITION
    assert norm.evidence.name == "said"
    assert "not obligation" in norm.evidence.why


def test_rules_stand_where_the_model_may_not_speak() -> None:
    judge = LightJudge(model_that_says("none", settings(drop_indicative=0.6)))
    circular = spec("[guidance] <norm obligation>L'exploitant doit signaler tout retard.</norm>")
    english = spec("[eu_act] <norm obligation>The carrier shall report any delay.</norm>", "en")
    for line in (circular, english):
        assert found(line, judge) == found(line, None)
    quiet = LightJudge(model_that_says("none", settings()))
    assert found(PLAIN, quiet) == found(PLAIN, None)


def test_a_model_alone_decides_all_that_it_is_asked() -> None:
    judge = LightJudge(model_that_says("none", {}), alone=True)
    assert found(PLAIN, judge)[0] == []
    assert judge.list(0, *_a_list()) is ListKind.STEM


def _a_list():  # type: ignore[no-untyped-def]
    from dutybook.extract.norms.clauses import Clauses
    from dutybook.extract.norms.lists import ListSeen
    from dutybook.languages import load
    from dutybook.records import Span

    stem = "Les exploitants:"
    seen = ListSeen(stem, ("tiennent un journal;", "veillent à la cale."), False, False, True, False, False)
    return seen, ListKind.ITEMS, Clauses(stem, Span(0, len(stem)), load("fr")), Genre.EU_ACT
