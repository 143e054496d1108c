"""Fits the network to examples, and asks it."""

from __future__ import annotations

import copy
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from reader.examples import PART_KINDS, Example
from reader.network import ReaderNetwork
from torch import Tensor, nn

from dutybook.extract.norms.model.inputs import EXTENTS, HEADS, LOWEST_LAYERS, PIECE_HEADS, TAGS, Pieces, encode_unit

SEED = 7
BATCH = 32
RATE, HEAD_RATE = 4e-4, 12e-4
IGNORED = -100
#: How much each question counts.
WEIGHTS = {"statement": 1.0, "list": 0.3, "strength": 0.3, "class": 0.6, "tags": 0.8, "extents": 0.5}
#: No label counts more than so many times the commonest.
_MOST_WEIGHT = 4.0
_POWER = 0.35
_EVERY_KIND = frozenset({"bearer", *PART_KINDS})


@dataclass(frozen=True, slots=True)
class Encoded:
    """An example as numbers: a label a head, and of each piece of the sequence a tag and an extent."""

    pieces: Pieces
    labels: dict[str, int]
    tags: list[int]
    extents: list[int]


def encode_example(example: Example, tokenizer: Any) -> Encoded:
    """The pieces of an example with what is to be learned of them; :data:`IGNORED` where nothing is known."""
    pieces = encode_unit(example.unit, example.text, tokenizer)
    targets = {
        "statement": example.statement,
        "list": example.list,
        "strength": example.strength,
        "class": example.bearer_class,
    }
    labels = {head: HEADS[head].index(label) if label else IGNORED for head, label in targets.items()}
    size = len(pieces.ids)
    tags, extents = [IGNORED] * size, [IGNORED] * size
    if example.known and example.statement != "none":
        _tag(example, pieces.start, pieces.offsets, tags, whole=example.known >= _EVERY_KIND)
        _tag(example, pieces.first, pieces.before_offsets, tags, whole=True)
    if example.extents is not None:
        extents[pieces.start : pieces.end] = [0] * (pieces.end - pieces.start)
        for span in example.extents:
            inside = [n for n, (a, b) in enumerate(pieces.offsets) if a < span.end and b > span.start and b > a]
            for n in inside:
                extents[pieces.start + n] = EXTENTS.index("B" if n == inside[0] else "I")
    return Encoded(pieces, labels, tags, extents)


def _tag(example: Example, base: int, offsets: Sequence[tuple[int, int]], tags: list[int], *, whole: bool) -> None:
    """Tags of the pieces from ``base`` on; where not every kind is known, only what is marked is learned."""
    if whole:
        tags[base : base + len(offsets)] = [0] * len(offsets)
    # Wider parts first, so that what stands within them wins (a recipient within an action).
    for kind, start, end in sorted(example.tags, key=lambda p: p[1] - p[2]):
        inside = [n for n, (a, b) in enumerate(offsets) if a < end and b > start and b > a]
        for n in inside:
            tags[base + n] = TAGS.index(f"{'B' if n == inside[0] else 'I'}-{kind}")


def tokenizer_of(folder: Path) -> Any:
    """The tokenizer in a model's folder."""
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def make_batches(encoded: Sequence[Encoded], chance: random.Random, size: int = BATCH) -> list[list[int]]:
    """Batches of about the same length, in a random order."""
    order = list(range(len(encoded)))
    chance.shuffle(order)
    pools = [order[n : n + size * 40] for n in range(0, len(order), size * 40)]
    made = []
    for pool in pools:
        pool.sort(key=lambda n: len(encoded[n].pieces.ids))
        made += [pool[n : n + size] for n in range(0, len(pool), size)]
    chance.shuffle(made)
    return made


def make_tensors(some: Sequence[Encoded]) -> dict[str, Tensor]:
    """ids, attention, sentence, tags, extents: (batch, pieces); each unit head: (batch)."""
    width = max(len(e.pieces.ids) for e in some)
    shape = (len(some), width)
    made = {name: torch.full(shape, IGNORED, dtype=torch.long) for name in PIECE_HEADS}
    made["ids"] = torch.ones(shape, dtype=torch.long)
    made["attention"], made["sentence"] = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    for n, e in enumerate(some):
        size = len(e.pieces.ids)
        made["ids"][n, :size] = torch.tensor(e.pieces.ids)
        made["attention"][n, :size] = 1
        made["sentence"][n, e.pieces.start : e.pieces.end] = 1
        made["tags"][n, :size] = torch.tensor(e.tags)
        made["extents"][n, :size] = torch.tensor(e.extents)
    for head in HEADS:
        made[head] = torch.tensor([e.labels[head] for e in some])
    return made


class Losses:
    """What is held against the answers; rare labels count more."""

    def __init__(self, encoded: Sequence[Encoded]) -> None:
        self.of: dict[str, nn.CrossEntropyLoss] = {}
        for head, labels in HEADS.items():
            counts = Counter(e.labels[head] for e in encoded if e.labels[head] != IGNORED)
            smooth = 0.02 if head in ("statement", "class") else 0.0
            self.of[head] = nn.CrossEntropyLoss(
                _weights(counts, len(labels)), ignore_index=IGNORED, label_smoothing=smooth
            )
        tags = Counter(t for e in encoded for t in e.tags if t != IGNORED)
        tags[0] = 2 * max((tags[t] for t in range(1, len(TAGS))), default=1)
        self.of["tags"] = nn.CrossEntropyLoss(_weights(tags, len(TAGS)), ignore_index=IGNORED)
        self.of["extents"] = nn.CrossEntropyLoss(torch.tensor([1.0, 3.0, 1.0]), ignore_index=IGNORED)

    def total(self, answers: dict[str, Tensor], wanted: dict[str, Tensor]) -> Tensor:
        """The sum over all questions that have an answer in the batch."""
        loss = next(iter(answers.values())).new_zeros(())
        for name, weight in WEIGHTS.items():
            target = wanted[name]
            if (target != IGNORED).any():
                logits = answers[name].float()
                loss = loss + weight * self.of[name](logits.reshape(-1, logits.shape[-1]), target.reshape(-1))
        return loss


def _weights(counts: Counter[int], labels: int) -> Tensor:
    most = max(counts.values(), default=1)
    return torch.tensor([min((most / max(counts[n], 1)) ** _POWER, _MOST_WEIGHT) for n in range(labels)])


Picker = Callable[[random.Random], list[Example]]


def fit(
    start: ReaderNetwork,
    folder: Path,
    pick: Picker,
    example_count: int,
    *,
    lowest: int = LOWEST_LAYERS,
    pace: float = 1.0,
    seed: int = SEED,
    kept: Mapping[int, Tensor] | None = None,
    say: Callable[[str], None] = print,
) -> ReaderNetwork:
    """A network that goes on from ``start``.

    Args:
        start: the network to go on from; it is not changed.
        folder: where its tokenizer lies.
        pick: gives the examples of the next round, again and again.
        example_count: how many examples are shown in all.
        lowest: how many of the lowest layers are not trained; embeddings never are.
        pace: what multiplies the learning rates.
        seed: of the order in which examples are shown.
        kept: what the lowest layers make of examples, by their identity (``reader.lowest``); only where they are not trained.
        say: told of the progress.
    """
    torch.manual_seed(seed)
    chance = random.Random(seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = copy.deepcopy(start).train().to(device)
    # On a CPU the way back through torch's own attention takes two fifths of the whole time.
    model.encoder.set_attn_implementation("eager")
    model.encoder.embeddings.requires_grad_(False)
    for layer in model.encoder.encoder.layer[:lowest]:
        layer.requires_grad_(False)
    tokenizer = tokenizer_of(folder)
    heads = [*model.unit.parameters(), *model.piece.parameters()]
    lower = [p for p in model.encoder.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(
        [{"params": lower, "lr": pace * RATE}, {"params": heads, "lr": pace * HEAD_RATE}],
        weight_decay=0.01,
        fused=True,
    )
    steps = max(example_count // BATCH, 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser,
        max_lr=[pace * RATE, pace * HEAD_RATE],
        total_steps=steps + 1,
        pct_start=0.08,
        anneal_strategy="linear",
        cycle_momentum=False,
    )
    cache: dict[int, Encoded] = {}
    layers = LowestLayers(model, keep=lowest >= LOWEST_LAYERS)
    losses: Losses | None = None
    step, total, started = 0, 0.0, time.monotonic()
    while step < steps:
        encoded = []
        for example in pick(chance):
            if id(example) not in cache:
                cache[id(example)] = encode_example(example, tokenizer)
                if kept and id(example) in kept:
                    layers.kept[id(cache[id(example)])] = kept[id(example)]
            encoded.append(cache[id(example)])
        if losses is None:
            losses = Losses(encoded)
            for loss in losses.of.values():
                loss.to(device)
        for batch in make_batches(encoded, chance):
            if step >= steps:
                break
            wanted = {name: t.to(device) for name, t in make_tensors([encoded[n] for n in batch]).items()}
            with torch.autocast(device.type, dtype=torch.bfloat16):
                hidden = layers.encode([encoded[n] for n in batch], wanted["ids"], wanted["attention"])
                answers = model.answer(hidden, wanted["attention"], wanted["sentence"])
            found = losses.total(answers, wanted)
            found.backward()
            torch.nn.utils.clip_grad_norm_([*lower, *heads], 1.0)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            schedule.step()
            total += float(found.detach())
            step += 1
            if step % 50 == 0:
                rate = step * BATCH / (time.monotonic() - started)
                say(f"  {step * BATCH} of {example_count} shown, loss {total / 50:.3f}, {rate:.0f} a second")
                total = 0.0
    model.encoder.set_attn_implementation("sdpa")
    return model.eval().cpu()


class LowestLayers:
    """The output of the lowest layers, (pieces, width) an example in 16 bits; kept where these layers are not trained."""

    def __init__(self, model: ReaderNetwork, *, keep: bool) -> None:
        self.model = model
        self.keep = keep
        self.kept: dict[int, Tensor] = {}

    def encode(self, some: Sequence[Encoded], ids: Tensor, attention: Tensor) -> Tensor:
        """The output for a batch: (batch, pieces, width)."""
        if not self.keep:
            return self.model.encode_lowest(ids, attention)
        missing = [row for row, e in enumerate(some) if id(e) not in self.kept]
        if missing:
            with torch.no_grad():
                found = self.model.encode_lowest(ids[missing], attention[missing]).to(torch.bfloat16)
            for values, row in zip(found, missing, strict=True):
                self.kept[id(some[row])] = values[: len(some[row].pieces.ids)].clone()
        made = torch.zeros(
            len(some), ids.shape[1], self.kept[id(some[0])].shape[-1], device=ids.device, dtype=torch.bfloat16
        )
        for row, e in enumerate(some):
            own = self.kept[id(e)]
            made[row, : len(own)] = own
        return made


Answers = dict[str, list[NDArray[np.float32]]]


def ask(model: ReaderNetwork, folder: Path, examples: Sequence[Example], size: int = 48) -> Answers:
    """Log-probabilities of every head for each example; those of pieces over the whole sequence."""
    tokenizer = tokenizer_of(folder)
    encoded = [encode_example(e, tokenizer) for e in examples]
    order = sorted(range(len(encoded)), key=lambda n: len(encoded[n].pieces.ids))
    made: Answers = {name: [np.zeros(0, np.float32)] * len(encoded) for name in (*HEADS, *PIECE_HEADS)}
    for at in range(0, len(order), size):
        batch = order[at : at + size]
        given = make_tensors([encoded[n] for n in batch])
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            answers = model(given["ids"], given["attention"], given["sentence"])
        for name, values in answers.items():
            logs = values.float().log_softmax(-1).numpy()
            for row, n in enumerate(batch):
                made[name][n] = logs[row, : len(encoded[n].pieces.ids)] if name in PIECE_HEADS else logs[row]
    return made
