"""Fits the network, and asks it."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from dutybook.extract.norms.transformer.encoding import LISTS, STATEMENTS, TAGS
from transformer.encoding import IGNORED, Encoded, encode
from transformer.examples import Example
from transformer.network import NormsModel

SEED = 7
BATCH = 32
#: The most examples that acts and national law of one language give to a pass.
MOST = 1500
RATE, HEAD_RATE = 2e-4, 1e-3
_TAG_WEIGHT, _LIST_WEIGHT = 0.5, 0.3


@dataclass(slots=True)
class Answers:
    """Probabilities, a row an example: statements (5), lists (2); tags a list of (pieces, 13) log-probabilities' argmax."""

    statements: NDArray[np.float32]
    lists: NDArray[np.float32]
    tags: list[list[int]]


def tokenizer_of(folder: Path) -> Any:
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def chosen(examples: Sequence[Example], chance: random.Random) -> list[Example]:
    """What one pass sees: all that people marked, and of acts and national law so much a language."""
    own = [e for e in examples if e.source not in ("act", "national")]
    others: dict[tuple[str, str], list[Example]] = {}
    for example in examples:
        if example.source in ("act", "national"):
            others.setdefault((example.source, example.language), []).append(example)
    for (source, _), found in sorted(others.items()):
        most = MOST if source == "act" else MOST // 4
        rare = [e for e in found if e.statement in ("prohibition", "exemption") or e.list == "items"]
        rest = [e for e in found if not (e.statement in ("prohibition", "exemption") or e.list == "items")]
        chance.shuffle(rest)
        chance.shuffle(rare)
        own += rare[: most // 3] + rest[: max(0, most - min(len(rare), most // 3))]
    return own


def batches(encoded: Sequence[Encoded], chance: random.Random, size: int = BATCH) -> list[list[int]]:
    """Batches of about the same length, in a random order."""
    order = list(range(len(encoded)))
    chance.shuffle(order)
    pools = [order[n : n + size * 40] for n in range(0, len(order), size * 40)]
    made = []
    for pool in pools:
        pool.sort(key=lambda n: len(encoded[n].ids))
        made += [pool[n : n + size] for n in range(0, len(pool), size)]
    chance.shuffle(made)
    return made


def tensors(some: Sequence[Encoded]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """ids, attention, sentence, tags: (batch, pieces)."""
    width = max(len(e.ids) for e in some)
    ids = torch.ones(len(some), width, dtype=torch.long)
    attention = torch.zeros(len(some), width, dtype=torch.long)
    sentence = torch.zeros(len(some), width, dtype=torch.long)
    tags = torch.full((len(some), width), IGNORED, dtype=torch.long)
    for n, e in enumerate(some):
        ids[n, : len(e.ids)] = torch.tensor(e.ids)
        attention[n, : len(e.ids)] = 1
        sentence[n, e.start : e.end] = 1
        tags[n, e.start : e.end] = torch.tensor(e.tags, dtype=torch.long)
    return ids, attention, sentence, tags


def fit(
    folder: Path, examples: Sequence[Example], passes: int, seed: int = SEED, frozen: int = 0, say: Any = print
) -> NormsModel:
    """A network fitted to ``examples`` by ``passes`` sentences shown, from a fixed seed."""
    torch.manual_seed(seed)
    chance = random.Random(seed)
    model = NormsModel.over(folder).train()
    model.encoder.embeddings.requires_grad_(False)
    for layer in model.encoder.encoder.layer[:frozen]:
        layer.requires_grad_(False)
    tokenizer = tokenizer_of(folder)
    cache: dict[int, Encoded] = {}

    def numbers(example: Example) -> Encoded:
        if id(example) not in cache:
            cache[id(example)] = encode(example, tokenizer)
        return cache[id(example)]

    heads = [*model.statement.parameters(), *model.list.parameters(), *model.tags.parameters()]
    lower = [p for p in model.encoder.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(
        [{"params": lower, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}], weight_decay=0.01
    )
    labels = Counter(e.statement for e in chosen(examples, random.Random(seed)) if e.statement)
    most = max(labels.values())
    weights = torch.tensor([(most / max(labels[s], 1)) ** 0.4 for s in STATEMENTS])
    lists = Counter(e.list for e in examples if e.list)
    list_weights = torch.tensor([(max(lists.values(), default=1) / max(lists[s], 1)) ** 0.33 for s in LISTS])
    statement_loss = nn.CrossEntropyLoss(weights, ignore_index=IGNORED, label_smoothing=0.02)
    list_loss = nn.CrossEntropyLoss(list_weights, ignore_index=IGNORED)
    tag_weights = torch.tensor([0.5 if t == "O" else 1.0 for t in TAGS])
    tag_loss = nn.CrossEntropyLoss(tag_weights, ignore_index=IGNORED)
    shown, step, started, total = 0, 0, time.monotonic(), passes // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser,
        max_lr=[RATE, HEAD_RATE],
        total_steps=total + 1,
        pct_start=0.06,
        anneal_strategy="linear",
        cycle_momentum=False,
    )
    sums: Counter[str] = Counter()
    while step < total:
        encoded = [numbers(e) for e in chosen(examples, chance)]
        for batch in batches(encoded, chance):
            some = [encoded[n] for n in batch]
            ids, attention, sentence, tags = tensors(some)
            want = torch.tensor([e.statement for e in some])
            want_list = torch.tensor([e.list for e in some])
            with torch.autocast("cpu", dtype=torch.bfloat16):
                said, listed, tagged = model(ids, attention, sentence)
            loss = torch.zeros(())
            if (want != IGNORED).any():
                loss = loss + statement_loss(said.float(), want)
            if (want_list != IGNORED).any():
                loss = loss + _LIST_WEIGHT * list_loss(listed.float(), want_list)
            if (tags != IGNORED).any():
                loss = loss + _TAG_WEIGHT * tag_loss(tagged.float().reshape(-1, len(TAGS)), tags.reshape(-1))
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            schedule.step()
            sums["loss"] += float(loss.detach())
            shown += len(batch)
            step += 1
            if step % 25 == 0:
                rate, loss = shown / (time.monotonic() - started), sums["loss"] / 25
                say(f"  {shown} shown, loss {loss:.3f}, {rate:.0f} a second", flush=True)
                sums.clear()
            if step >= total:
                break
    return model.eval()


def answers(model: NormsModel, folder: Path, examples: Sequence[Example], size: int = 64) -> Answers:
    """What the network says of examples."""
    tokenizer = tokenizer_of(folder)
    encoded = [encode(e, tokenizer) for e in examples]
    order = sorted(range(len(encoded)), key=lambda n: len(encoded[n].ids))
    statements = np.zeros((len(encoded), len(STATEMENTS)), dtype=np.float32)
    lists = np.zeros((len(encoded), len(LISTS)), dtype=np.float32)
    tags: list[list[int]] = [[] for _ in encoded]
    for n in range(0, len(order), size):
        batch = order[n : n + size]
        ids, attention, sentence, _ = tensors([encoded[i] for i in batch])
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            said, listed, tagged = model(ids, attention, sentence)
        statements[batch] = said.float().softmax(-1).numpy()
        lists[batch] = listed.float().softmax(-1).numpy()
        best = tagged.float().argmax(-1)
        for row, i in enumerate(batch):
            tags[i] = best[row, encoded[i].start : encoded[i].end].tolist()
    return Answers(statements, lists, tags)


def spans(tags: Sequence[int], offsets: Sequence[tuple[int, int]]) -> Iterator[tuple[str, int, int]]:
    """The parts that tags mark, as offsets into the sentence."""
    at = 0
    while at < len(tags):
        name = TAGS[tags[at]]
        if name == "O":
            at += 1
            continue
        kind, first = name[2:], at
        at += 1
        while at < len(tags) and TAGS[tags[at]] == f"I-{kind}":
            at += 1
        yield kind, offsets[first][0], offsets[at - 1][1]
