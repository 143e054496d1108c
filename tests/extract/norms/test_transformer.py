"""The transformer at run time: what it is given, what it gives back, when it is refused, what its judge revises."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import tiny_models
from hypothesis import given
from hypothesis import strategies as st
from norm_specs import Spec, parse_line, structured

from dutybook.errors import BadFilter, DamagedModel
from dutybook.extract.norms.judging import Judge
from dutybook.extract.norms.transformer.encoding import LISTS, STATEMENTS, TAGS, decoded, encoded, spans
from dutybook.extract.norms.transformer.inputs import UnitText
from dutybook.extract.norms.transformer.judge import TransformerJudge, marks_of
from dutybook.extract.norms.transformer.model import FILES, Marked, Said, load_transformer
from dutybook.extract.norms.transformer.weighing import Case, belief, features, kinds, weighed
from dutybook.records import Span

runs = pytest.mark.skipif(
    any(find_spec(p) is None for p in ("onnxruntime", "tokenizers")), reason="pip install 'dutybook[transformer]'"
)
trains = pytest.mark.skipif(
    any(find_spec(p) is None for p in ("onnx", "onnxruntime", "torch", "transformers")),
    reason="pip install 'dutybook[train]'",
)
# torch deprecates things of its own.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

PLAIN = parse_line("[eu_act] <norm obligation>L'exploitant signale tout retard.</norm>", "fr", 1)
UNITS = [
    UnitText("eu_act enacting plain | Duties | ", "The operator shall notify delays to the authority."),
    UnitText("eu_act enacting stem | Duties | the operator", "the authority shall:", "notify delays"),
    UnitText("", "a"),
]


class Sayer:
    """A model that says one thing of everything, and counts what it is asked."""

    name, version = "said", "7"

    def __init__(self, says: str, settings: dict[str, Any] | None = None, parts: Sequence[Marked] = ()) -> None:
        self.settings = settings or {}
        self.says, self.parts = says, tuple(parts)
        self.asked: list[int] = []

    def answers(self, units: Sequence[UnitText]) -> list[Said]:
        """The same of each."""
        self.asked.append(len(units))
        statement = {label: 0.9 if label == self.says else 0.025 for label in STATEMENTS}
        return [Said(statement, dict.fromkeys(LISTS, 0.5), self.parts) for _ in units]


def found(line: Spec, judge: Judge | None) -> list[Any]:
    from dutybook.extract.norms import find_norms
    from dutybook.structure.build import pack_for

    text, offset, end, made = structured(line)
    norms, _ = find_norms(text, made.sentences, made.provisions, pack_for, made.genre, "x", judge)
    return [n for n in norms if offset <= n.span.start < end]


def logs(tags: Sequence[str], sure: float) -> Any:
    """Log-probabilities of pieces: each is so sure of its tag, the others have the rest."""
    import numpy as np

    made = np.full((len(tags), len(TAGS)), np.log((1 - sure) / (len(TAGS) - 1)), dtype=np.float32)
    for row, tag in enumerate(tags):
        made[row, TAGS.index(tag)] = np.log(sure)
    return made


def settings(**least: float) -> dict[str, Any]:
    """Kinds that are weighed in acts of the Union: the model is believed where it is so sure."""
    weights = {f"{name.replace('_', ' ')}, eu_act": -math.log(value / (1 - value)) for name, value in least.items()}
    made = {
        "weighed": [name.replace("_", " ") for name in least],
        "rules_alone": {"list": []},
        "list": {},
        "least": 0.5,
    }
    return {"genres": {"eu_act": made}, "weights": {"model": 1.0, **weights}}


@runs
class TestEncoding:
    def test_segments_stand_one_after_the_other(self) -> None:
        tokenizer = tiny_models.tokenizer()
        made = encoded(UNITS[1], tokenizer)
        text = tokenizer.decode(made.ids, skip_special_tokens=False)
        assert text.startswith("<s>")
        assert made.ids.count(tokenizer.token_to_id("</s>")) == 5
        assert made.end - made.start == len(made.offsets)
        assert tokenizer.encode(UNITS[1].text, add_special_tokens=False).ids == list(made.ids[made.start : made.end])

    def test_a_long_context_keeps_its_beginning_and_its_end(self) -> None:
        tokenizer = tiny_models.tokenizer()
        unit = UnitText("b" + "x" * 60 + "e", "the operator " * 90, "y" * 40)
        made = encoded(unit, tokenizer)
        context = made.ids[1 : made.start - 2]
        assert len(context) == 40
        assert tokenizer.id_to_token(context[1]) == "b"
        assert tokenizer.id_to_token(context[-1]) == "e"
        assert (made.end - made.start, len(made.ids)) == (120, 40 + 120 + 12 + 6)

    def test_tags_become_parts_without_the_space_before_them(self) -> None:
        text = "The operator shall notify."
        offsets = [(0, 3), (3, 12), (12, 18), (18, 25), (25, 26)]
        tags = ["B-bearer", "I-bearer", "O", "B-action", "I-recipient"]
        assert [(k, text[a:b]) for k, a, b, _, _ in spans(tags, offsets, text)] == [
            ("bearer", "The operator"),
            ("action", "notify"),
            ("recipient", "."),
        ]

    def test_a_part_goes_on_behind_one_that_stands_within_it(self) -> None:
        text = "shall notify the board in writing"
        offsets = [(0, 5), (5, 12), (12, 16), (16, 22), (22, 25), (25, 33)]
        tags = ["O", "B-action", "I-action", "B-recipient", "I-action", "I-action"]
        assert [(k, text[a:b]) for k, a, b, _, _ in spans(tags, offsets, text)] == [
            ("action", "notify the board in writing"),
            ("recipient", "board"),
        ]

    def test_two_parts_of_a_kind_stay_two(self) -> None:
        tags = ["B-bearer", "B-bearer", "I-bearer", "O"]
        made = spans(tags, [(0, 1), (1, 3), (3, 5), (5, 7)], "a b c d")
        assert [(first, last) for _, _, _, first, last in made] == [(0, 1), (1, 3)]

    def test_the_pieces_of_a_word_are_of_one_kind(self) -> None:
        text, offsets = "the operators shall", [(0, 3), (3, 6), (6, 9), (9, 13), (13, 19)]
        values = logs(["O", "B-bearer", "I-action", "I-bearer", "O"], sure=0.7)
        assert [TAGS[n] for n in decoded(values, offsets, text)] == ["O", "B-bearer", "I-bearer", "I-bearer", "O"]

    def test_one_word_that_is_hardly_another_kind_splits_no_part(self) -> None:
        text, offsets = "notify the board soon", [(0, 6), (6, 10), (10, 16), (16, 21)]
        values = logs(["B-action", "I-action", "O", "I-action"], sure=0.5)
        values[2, TAGS.index("I-action")] = values[2, 0] - 0.1
        assert [TAGS[n] for n in decoded(values, offsets, text)] == ["B-action", "I-action", "I-action", "I-action"]

    def test_a_part_begins_with_its_b(self) -> None:
        values = logs(["O", "I-action", "I-action"], sure=0.9)
        assert [TAGS[n] for n in decoded(values, [(0, 1), (1, 3), (3, 5)], "a b c")] == ["O", "B-action", "I-action"]

    def test_without_pieces_there_are_no_tags(self) -> None:
        assert decoded(logs([], sure=0.5), [], "") == []


@trains
class TestModel:
    @pytest.fixture(scope="class")
    def folder(self, tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
        """A tiny model, exported as a trained one is."""
        sys.path[:0] = [str(root / "models")]
        from transformer import export
        from transformer.network import NormsModel

        place = tmp_path_factory.mktemp("model")
        network = NormsModel.over(tiny_models.encoder(place / "encoder")).eval()
        out = export.export(network, place / "encoder", place / "norms", {"version": "3"}, UNITS)
        same = export.agreement(network, out, UNITS)
        assert same["statement"] == same["list"] == 1.0
        again = export.resumed(export.unpack(out, place / "unpacked"))
        for name, values in export.state_of(again).items():
            assert abs(values - export.state_of(network)[name]).max() < 0.01, name
        return out

    def test_answers_come_in_the_order_of_the_units(self, folder: Path) -> None:
        model = load_transformer(folder)
        together = model.answers(UNITS)
        for unit, said in zip(UNITS, together, strict=True):
            (alone,) = model.answers([unit])
            assert max(said.statement, key=said.statement.__getitem__) == max(
                alone.statement, key=alone.statement.__getitem__
            )
            assert sum(said.statement.values()) == pytest.approx(1, abs=1e-5)
            assert all(unit.text[p.start : p.end].strip() for p in said.parts)
        assert (model.name, model.version) == ("norms-transformer", "3")

    def test_it_loads_in_seconds_with_the_network_blocked(self, folder: Path, tmp_path: Path) -> None:
        code = f"""
import socket, sys
def forbidden(*a, **k): raise RuntimeError("network")
socket.socket.connect = socket.socket.bind = socket.getaddrinfo = socket.create_connection = forbidden
from pathlib import Path
from dutybook.extract.norms.transformer.model import load_transformer
from dutybook.extract.norms.transformer.inputs import UnitText
said = load_transformer(Path({str(folder)!r})).answers([UnitText("", "The operator shall notify.")])
print(len(said), "torch" in sys.modules, "transformers" in sys.modules)
"""
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
        assert done.stdout.split() == ["1", "False", "False"]

    @pytest.mark.parametrize("damage", ["cut", "missing", "not json", "other inputs", "other labels"])
    def test_a_damaged_model_says_what_to_do(self, folder: Path, tmp_path: Path, damage: str) -> None:
        for name in (*FILES, "config.json"):
            (tmp_path / name).write_bytes((folder / name).read_bytes())
        config = json.loads((folder / "config.json").read_text())
        match damage:
            case "cut":
                (tmp_path / "model.onnx").write_bytes((folder / "model.onnx").read_bytes()[:-9])
            case "missing":
                (tmp_path / "tokenizer.json").unlink()
            case "not json":
                (tmp_path / "config.json").write_text("{")
            case "other inputs":
                (tmp_path / "config.json").write_text(json.dumps({**config, "inputs": -1}))
            case _:
                labels = {**config["labels"], "list": ["items", "stem"]}
                (tmp_path / "config.json").write_text(json.dumps({**config, "labels": labels}))
        with pytest.raises(DamagedModel, match="go on with --model rules"):
            load_transformer(tmp_path)


class TestWeighing:
    """The rules' reading against the model's."""

    def case(self, rules: str, says: str, sure: float, reason: str = "") -> Case:
        rest = (1 - sure) / (len(STATEMENTS) - 1)
        return Case("news", "en", rules, bool(reason), reason, {x: sure if x == says else rest for x in STATEMENTS})

    @pytest.mark.parametrize(
        ("rules", "sure", "kinds_of_it"),
        [
            ("none", False, {"add"}),
            ("none", True, {"add"}),
            ("obligation", True, {"drop cue", "change cue"}),
            ("permission", False, {"drop indicative", "change indicative"}),
        ],
    )
    def test_a_reading_meets_the_kinds_of_its_own(self, rules: str, sure: bool, kinds_of_it: set[str]) -> None:
        assert kinds(rules, sure) == kinds_of_it
        for says in set(STATEMENTS) - {rules}:
            assert Case("news", "en", rules, sure, "", {says: 0.9, rules: 0.1}).kind in kinds_of_it

    @given(st.floats(0.3, 1.0), st.floats(0.3, 1.0))
    def test_the_surer_the_model_the_more_it_is_believed(self, one: float, other: float) -> None:
        weights = {"model": 1.0, "model on the rules' reading": -0.5, "add": -2.0}
        low, high = (belief(weights, self.case("none", "obligation", sure)) for sure in sorted((one, other)))
        assert 0 < low <= high < 1

    def test_a_reason_against_counts_by_its_name_alone_and_with_the_genre(self) -> None:
        named = dict(features(self.case("none", "obligation", 0.8, "deeming")))
        assert {"add, deeming", "add, deeming, news", "add, news", "add, en"} <= set(named)
        weights = {"model": 1.0, "add, deeming": -3.0}
        believed = [belief(weights, self.case("none", "obligation", 0.8, why)) for why in ("", "deeming")]
        assert believed[0] > 0.5 > believed[1]

    def test_a_genre_without_weights_is_not_weighed(self) -> None:
        assert weighed({}, "news") == frozenset()
        assert weighed(settings(add=0.6), "eu_act") == {"add"}


class TestJudge:
    def test_where_it_is_not_believed_the_rules_stand(self) -> None:
        (norm,) = found(PLAIN, TransformerJudge(Sayer("none", settings(drop_indicative=0.95))))
        assert norm.evidence.name == "rules"

    def test_where_it_is_believed_it_decides_and_says_so(self) -> None:
        assert found(PLAIN, TransformerJudge(Sayer("none", settings(drop_indicative=0.6)))) == []
        (norm,) = found(PLAIN, TransformerJudge(Sayer("permission", settings(change_indicative=0.6))))
        assert (norm.modality.value, norm.evidence.name, norm.evidence.version) == ("permission", "said", "7")
        assert "probability 0.90" in norm.evidence.why
        assert norm.evidence.confidence == pytest.approx(0.9)

    def test_it_is_not_asked_where_no_answer_could_change_anything(self) -> None:
        sayer = Sayer("none", settings(add=0.6))
        found(PLAIN, TransformerJudge(sayer))
        assert sayer.asked == []
        silent = Sayer("none", {"genres": {}})
        found(PLAIN, TransformerJudge(silent))
        assert silent.asked == []

    def test_of_a_sentence_that_it_cannot_see_whole_it_drops_nothing(self) -> None:
        long = f"L'exploitant signale tout retard {'du navire ' * 120}."
        line = parse_line(f"[eu_act] <norm obligation>{long}</norm>", "fr", 1)
        (norm,) = found(line, TransformerJudge(Sayer("none", settings(drop_indicative=0.6))))
        assert norm.evidence.name == "rules"

    def test_a_kind_that_is_not_weighed_stands(self) -> None:
        sayer = Sayer("permission", settings(drop_indicative=0.6))
        (norm,) = found(PLAIN, TransformerJudge(sayer))
        assert (norm.modality.value, norm.evidence.name) == ("obligation", "rules")
        assert sayer.asked

    def test_where_norms_are_only_added_sentences_are_asked_one_by_one(self) -> None:
        line = " ".join("L'exploitant signale tout retard au port." for _ in range(30))
        sayer = Sayer("obligation", settings(add=0.6))
        found(parse_line(f"[eu_act] <norm obligation>{line}</norm>", "fr", 1), TransformerJudge(sayer))
        assert set(sayer.asked) <= {1}

    def test_many_sentences_are_asked_together(self) -> None:
        line = " ".join("L'exploitant signale tout retard au port." for _ in range(30))
        sayer = Sayer("obligation", settings(drop_indicative=0.6))
        found(parse_line(f"[eu_act] <norm obligation>{line}</norm>", "fr", 1), TransformerJudge(sayer))
        assert sum(sayer.asked) >= 30
        assert len(sayer.asked) <= 2

    def test_in_a_language_without_norms_its_tags_are_the_parts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from dutybook.languages.pack import LanguagePack

        monkeypatch.setattr(LanguagePack, "seeks_norms", property(lambda _: False))
        made = {"genres": {"eu_act": {"rules_alone": {"statement": [], "list": []}, "no_pack": {}}}}
        parts = [Marked("bearer", 0, 12, 0.9), Marked("action", 13, 32, 0.8)]
        line = parse_line("[eu_act] <norm obligation>L'exploitant signale tout retard.</norm>", "fr", 1)
        judge = TransformerJudge(Sayer("prohibition", made, parts), alone=True)
        assert judge.reads("fr")
        assert not judge.reads("xx")
        (norm,) = found(line, judge)
        assert norm.modality.value == "prohibition"

    def test_of_several_parts_of_a_kind_the_surest_counts(self) -> None:
        marks = marks_of([Marked("bearer", 0, 3, 0.4), Marked("bearer", 5, 9, 0.8)], 100)
        assert marks.bearer == Span(105, 109)
        assert marks.deadline is None


@trains
class TestForeign:
    """Models of a user's own."""

    def test_a_sequence_classifier_decides(self, tmp_path: Path) -> None:
        from dutybook.extract.norms.transformer.foreign import load_foreign

        folder = tiny_models.classifier(tmp_path / "mine", ["none", "obligation", "prohibition"], sure="prohibition")
        (norm,) = found(PLAIN, TransformerJudge(load_foreign(folder), alone=True))
        assert (norm.modality.value, norm.evidence.name) == ("prohibition", "mine")

    def test_names_are_mapped_by_a_file_beside_it(self, tmp_path: Path) -> None:
        from dutybook.extract.norms.transformer.foreign import load_foreign

        folder = tiny_models.classifier(tmp_path / "m", ["LABEL_0", "LABEL_1"], sure="LABEL_1")
        with pytest.raises(BadFilter, match=r"LABEL_0, LABEL_1.*dutybook-labels\.json"):
            load_foreign(folder)
        (folder / "dutybook-labels.json").write_text(json.dumps({"LABEL_0": "none", "LABEL_1": "exemption"}))
        (norm,) = found(PLAIN, TransformerJudge(load_foreign(folder), alone=True))
        assert norm.modality.value == "exemption"

    def test_a_token_classifier_marks_norms_and_parts(self, tmp_path: Path) -> None:
        from dutybook.extract.norms.transformer.foreign import load_foreign

        folder = tiny_models.classifier(
            tmp_path / "t", ["O", "B-obligation", "I-obligation", "B-bearer"], tokens=True, sure="B-obligation"
        )
        (said,) = load_foreign(folder).answers([UNITS[0]])
        assert max(said.statement, key=said.statement.__getitem__) == "obligation"
        assert set(said.tags) == {"B-obligation"}

    def test_pickles_and_other_architectures_are_refused(self, tmp_path: Path) -> None:
        from dutybook.extract.norms.transformer.foreign import load_foreign

        folder = tiny_models.classifier(tmp_path / "p", ["none", "obligation"])
        (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
        with pytest.raises(BadFilter, match="pickles"):
            load_foreign(folder)
        with pytest.raises(BadFilter, match="sequence or token classifier"):
            load_foreign(tiny_models.encoder(tmp_path / "bare"))


@runs
def test_the_shipped_model_loads_in_three_seconds() -> None:
    from dutybook.extract.norms.transformer import model

    if model.missing():
        pytest.skip(f"the shipped model cannot be asked: {model.missing()}")
    started = time.process_time()
    assert model.load_transformer().answers(UNITS)
    assert time.process_time() - started < 3
