"""How the reader's network is fitted: with a tiny random encoder, in seconds."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from training import needs

pytestmark = needs("tokenizers", "torch", "transformers")

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module", autouse=True)
def training() -> Iterator[None]:
    """The training package, which is not installed; torch keeps to one thread, so that sums are the same."""
    sys.path[:0] = [str(ROOT / "models"), str(ROOT / "tests" / "extract" / "norms")]
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory, training: None) -> Path:
    import tiny_models

    return tiny_models.encoder(tmp_path_factory.mktemp("tiny") / "encoder")


@pytest.fixture(scope="module")
def network(encoder: Path) -> Any:
    import torch
    from reader.network import ReaderNetwork

    torch.manual_seed(7)
    return ReaderNetwork.over(encoder)


def examples() -> list[Any]:
    """Two sentences that are norms and two that are none, laid over a document."""
    from reader.examples import Text, Wanted, examples_of
    from scripted import write

    from dutybook.records import Span

    written = write("""
        [] The operator shall notify delays to the authority.
        [] The mill is old and its wheel is of oak.
        [] The authority may close the quay in a storm.
        [] It was built when the river was narrow.
    """)
    text = Text("quay", written.text, tuple(written.discourse.sentences), written.discourse.family, "en")
    spans = [s.span for s in written.discourse.sentences]
    wanted = [
        Wanted(
            spans[0],
            "obligation",
            "must",
            "The operator",
            "business",
            {"action": "notify delays", "recipient": "the authority"},
        ),
        Wanted(spans[2], "permission", "must", "The authority", "authority", None),
    ]
    return list(examples_of(text, wanted, [Span(0, len(text.text))], "real"))


class TestEncoding:
    def test_labels_and_tags_are_those_of_the_example(self, encoder: Path) -> None:
        from reader.fitting import IGNORED, encode_example, tokenizer_of

        from dutybook.extract.norms.model.inputs import EXTENTS, HEADS, TAGS

        tokenizer = tokenizer_of(encoder)
        norm, none, partly, _ = (encode_example(e, tokenizer) for e in examples())
        assert norm.labels["statement"] == HEADS["statement"].index("obligation")
        assert norm.labels["list"] == IGNORED, "no stem of a list"
        assert none.labels == {"statement": 0, "list": IGNORED, "strength": IGNORED, "class": IGNORED}
        pieces = norm.pieces
        kinds = {TAGS[t][2:] for t in norm.tags[pieces.start : pieces.end] if t > 0}
        assert kinds == {"bearer", "action", "recipient"}
        assert 0 in norm.tags[pieces.start : pieces.end]
        assert set(norm.tags[: pieces.first]) == {IGNORED}
        assert 0 not in partly.tags[partly.pieces.start : partly.pieces.end], "parts that are not known teach nothing"
        assert set(none.tags) == {IGNORED}
        assert set(none.extents[none.pieces.start : none.pieces.end]) == {EXTENTS.index("O")}
        begins = [n for n, e in enumerate(norm.extents) if e == EXTENTS.index("B")]
        assert begins == [pieces.start]

    def test_extents_that_are_not_known_teach_nothing(self, encoder: Path) -> None:
        from reader.fitting import IGNORED, encode_example, tokenizer_of

        made = encode_example(replace(examples()[0], extents=None), tokenizer_of(encoder))
        assert set(made.extents) == {IGNORED}

    def test_batches_hold_every_example_once(self, encoder: Path) -> None:
        from reader.fitting import BATCH, encode_example, make_batches, tokenizer_of

        encoded = [encode_example(e, tokenizer_of(encoder)) for e in examples()] * 9
        batches = make_batches(encoded, random.Random(7))
        assert sorted(n for batch in batches for n in batch) == list(range(36))
        assert max(map(len, batches)) == BATCH


class TestLowestLayers:
    def test_what_is_kept_is_what_the_network_computes(self, network: Any, encoder: Path, tmp_path: Path) -> None:
        import torch
        from reader.fitting import encode_example, make_tensors, tokenizer_of
        from reader.lowest import read_lowest, write_lowest

        some = examples()
        write_lowest(network, encoder, some, tmp_path)
        kept = read_lowest(some, tmp_path)
        for example in some:
            given = make_tensors([encode_example(example, tokenizer_of(encoder))])
            with torch.inference_mode():
                (computed,) = network.encode_lowest(given["ids"], given["attention"])
            assert torch.allclose(kept[id(example)].float(), computed, atol=0.05)

    def test_outputs_of_other_examples_are_refused(self, network: Any, encoder: Path, tmp_path: Path) -> None:
        from reader.lowest import read_lowest, write_lowest

        some = examples()
        write_lowest(network, encoder, some, tmp_path)
        with pytest.raises(ValueError, match="other examples"):
            read_lowest([*some[1:], some[0]], tmp_path)

    def test_a_network_learns_from_kept_outputs_as_from_its_own(
        self, network: Any, encoder: Path, tmp_path: Path
    ) -> None:
        import torch
        from reader.fitting import fit
        from reader.lowest import read_lowest, write_lowest

        some = examples()
        write_lowest(network, encoder, some, tmp_path)
        # Of one example nothing is kept: it is computed beside the others.
        kept = {key: value for key, value in read_lowest(some, tmp_path).items() if key != id(some[0])}
        own, given = (
            fit(network, encoder, lambda _: some * 8, 64, lowest=3, kept=each, say=lambda _: None)
            for each in (None, kept)
        )
        for one, other in zip(own.parameters(), given.parameters(), strict=True):
            assert torch.allclose(one, other, atol=0.02)


class TestLosses:
    def losses(self, network: Any, encoder: Path, some: list[Any]) -> tuple[Any, Any]:
        from reader.fitting import Losses, encode_example, make_tensors, tokenizer_of

        encoded = [encode_example(e, tokenizer_of(encoder)) for e in some]
        given = make_tensors(encoded)
        answers = network.eval()(given["ids"], given["attention"], given["sentence"])
        return Losses(encoded).total(answers, given), answers

    def test_what_is_not_known_teaches_nothing(self, network: Any, encoder: Path) -> None:
        network.zero_grad()
        unknown = [replace(e, strength="", bearer_class="", extents=None, known=frozenset()) for e in examples()]
        self.losses(network, encoder, unknown)[0].backward()
        for head in (network.unit["strength"], network.unit["class"], network.piece["extents"], network.piece["tags"]):
            assert all(p.grad is None or not p.grad.abs().sum() for p in head.parameters())
        assert any(p.grad is not None and p.grad.abs().sum() for p in network.unit["statement"].parameters())
        network.zero_grad()

    def test_padding_changes_no_answer(self, network: Any, encoder: Path) -> None:
        import torch

        some = examples()
        _, alone = self.losses(network, encoder, some[:1])
        long = replace(some[1], unit=replace(some[1].unit, where="a long heading of many words " * 3))
        _, padded = self.losses(network, encoder, [some[0], long])
        assert torch.allclose(alone["statement"][0], padded["statement"][0], atol=1e-4)


class TestFit:
    def fitted(self, network: Any, encoder: Path, seed: int = 7, passes: int = 16 * 40) -> Any:
        from reader.fitting import fit

        some = examples()
        return fit(network, encoder, lambda _: some * 4, passes, pace=6.0, seed=seed, say=lambda _: None)

    def test_the_loss_falls_and_the_start_stays(self, network: Any, encoder: Path) -> None:
        before = {name: value.clone() for name, value in network.state_dict().items()}
        made = self.fitted(network, encoder)
        losses = TestLosses()
        first, last = (float(losses.losses(n, encoder, examples())[0].detach()) for n in (network, made))
        assert last < 0.75 * first
        assert all((before[name] == value).all() for name, value in network.state_dict().items())
        words = "encoder.embeddings.word_embeddings.weight"
        assert (made.state_dict()[words] == before[words]).all(), "the embeddings are left as they are"

    def test_the_seed_decides(self, network: Any, encoder: Path) -> None:
        one, two, other = (self.fitted(network, encoder, seed, 32).state_dict() for seed in (7, 7, 8))
        assert all((one[name] == two[name]).all() for name in one)
        assert any((one[name] != other[name]).any() for name in one)

    def test_the_lowest_layers_are_trained_only_when_asked(self, network: Any, encoder: Path) -> None:
        from reader.fitting import fit

        name = "encoder.encoder.layer.0.output.dense.weight"
        before = network.state_dict()[name]
        kept, trained = (
            fit(network, encoder, lambda _: examples() * 8, 64, lowest=lowest, say=lambda _: None).state_dict()[name]
            for lowest in (1, 0)
        )
        assert (kept == before).all()
        assert (trained != before).any()

    def test_it_reads_documents_as_the_passes_ask_it(self, network: Any, encoder: Path) -> None:
        from reader.examples import Text
        from reader.fitting import tokenizer_of
        from reader.measuring import TorchReader, decide, prediction_of, read_units
        from scripted import write

        written = write("[] The operator shall notify delays to the authority.\n[] It was built in a dry year.")
        text = Text("quay", written.text, tuple(written.discourse.sentences), written.discourse.family, "en")
        units = read_units(text, TorchReader(network.eval(), tokenizer_of(encoder)))
        decided = decide(text, units, {"least": {written.discourse.family.value: 0.0}})
        assert len(decided) == len(units)
        assert {u.index for u in decided} == {0, 1}
        norms = prediction_of(text, decided, "quay")["norms"]
        assert all(n["quote"] in text.text for n in norms)

    def test_answers_are_those_of_each_example(self, network: Any, encoder: Path) -> None:
        from reader.fitting import ask

        some = examples()
        answers = ask(network.eval(), encoder, some)
        assert [len(v) for v in answers["statement"]] == [5] * len(some)
        (alone,) = ask(network, encoder, some[:1])["statement"]
        assert answers["statement"][0] == pytest.approx(alone, abs=0.05)

    def test_older_heads_are_taken_over(self, network: Any, encoder: Path, tmp_path: Path) -> None:
        import torch
        from reader.network import ReaderNetwork
        from safetensors.torch import save_file

        old = {f"list.{name}": torch.ones_like(v) for name, v in network.unit["list"].state_dict().items()}
        save_file(old, tmp_path / "heads.safetensors")
        made = ReaderNetwork.over(encoder)
        made.load_older_heads(tmp_path / "heads.safetensors")
        assert (made.unit["list"].weight == 1).all()
        save_file({"list.unknown": torch.ones(1)}, tmp_path / "heads.safetensors")
        with pytest.raises(ValueError, match="do not fit"):
            made.load_older_heads(tmp_path / "heads.safetensors")


def test_of_fewer_examples_than_asked_for_all_are_picked() -> None:
    sys.path[:0] = [str(ROOT / "benchmarks")]
    from reader.train import pick_some

    some = examples()
    assert len(pick_some(some, random.Random(7), 9)) == len(some)
    assert len(pick_some(some, random.Random(7), 3)) == 3


def test_decisions_of_a_fold_are_fitted_to_documents_of_others_alone() -> None:
    sys.path[:0] = [str(ROOT / "benchmarks")]
    from types import SimpleNamespace

    from reader.examples import fold_of
    from reader.train import refuse_strays

    name = "harbour-order.en"
    own = fold_of(name)
    refuse_strays([SimpleNamespace(name=name, fold=own)], own)
    with pytest.raises(ValueError, match="harbour-order"):
        refuse_strays([SimpleNamespace(name=name, fold=own)], (own + 1) % 5)
    with pytest.raises(ValueError, match="not of fold"):
        refuse_strays([SimpleNamespace(name=name, fold="0")], own)
