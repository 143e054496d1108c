"""Fits the network, and asks it."""

from __future__ import annotations

import copy
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from dutybook.extract.norms.transformer.encoding import LISTS, STATEMENTS, TAGS
from transformer.encoding import IGNORED, Encoded, encode
from transformer.examples import OPEN, Example
from transformer.network import NormsModel

SEED = 7
BATCH = 16
#: The most examples that acts and national law of one language give to a pass.
MOST = 900
RATE, DEEP_RATE, HEAD_RATE = 1.5e-4, 1e-4, 1e-3
#: Of six layers the lowest two are left as they are, of twelve the lowest four.
FROZEN = 1 / 3
_TAG_WEIGHT, _LIST_WEIGHT = 0.8, 0.3
#: No label counts more than so many times the commonest: a rare part's tags outweigh an action's, but do not drown it.
_MOST_WEIGHT = 5.0
#: What a teacher softened: answers at this temperature, and how much they count beside what people marked, and beside labels
#: that were projected from another language and err.
_WARMTH = 2.0
_BESIDE_PEOPLE, _BESIDE_PROJECTED, _HARD = 0.3, 0.6, 0.6
#: Sentences without a label have the teacher alone.
_BESIDE_NOTHING = 1.0


@dataclass(slots=True)
class Answers:
    """A row an example. Log-probabilities: ``statements`` (5), ``lists`` (2), ``tags`` (pieces, 13) of each."""

    statements: NDArray[np.float32]
    lists: NDArray[np.float32]
    tags: list[NDArray[np.float16]]


#: Softened answers of a teacher, asked for examples by their number.
Teacher = Callable[[Sequence[int]], Answers]


def tokenizer_of(folder: Path) -> Any:
    """The tokenizer in an encoder's folder."""
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def chosen(examples: Sequence[Example], chance: random.Random) -> list[int]:
    """The numbers of what one pass sees: all that people marked, and of acts and national law so much a language."""
    own = [n for n, e in enumerate(examples) if not projected(e)]
    others: dict[tuple[str, str], list[int]] = {}
    for n, example in enumerate(examples):
        if projected(example):
            others.setdefault((example.source, example.language), []).append(n)
    for (source, _), found in sorted(others.items()):
        most = MOST if source == "act" else MOST // 4
        rare = [n for n in found if _rare(examples[n])]
        rest = [n for n in found if not _rare(examples[n])]
        chance.shuffle(rest)
        chance.shuffle(rare)
        own += rare[: most // 3] + rest[: max(0, most - min(len(rare), most // 3))]
    return own


def projected(example: Example) -> bool:
    """Whether nobody marked it: its label is that of another language, or of the rules, or it has none."""
    return example.source in ("act", "national", OPEN)


def _share(example: Example) -> float:
    if example.source == OPEN:
        return _BESIDE_NOTHING
    return _BESIDE_PROJECTED if projected(example) else _BESIDE_PEOPLE


def _rare(example: Example) -> bool:
    if example.statement in ("prohibition", "exemption") or example.list == "items":
        return True
    return any(kind in ("exception", "recipient") for kind, _, _ in example.parts or ())


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


class Losses:
    """What is held against an answer: hard labels, the rare ones with more weight, and a teacher's softened answers."""

    def __init__(self, examples: Sequence[Example], encoded: Sequence[Encoded]) -> None:
        labels = Counter(e.statement for e in examples if e.statement)
        lists = Counter(e.list for e in examples if e.list)
        tags = Counter(TAGS[t] for e in encoded for t in e.tags if t != IGNORED)
        tags["O"] = 4 * max((tags[t] for t in TAGS[1:]), default=1)
        self.statement = nn.CrossEntropyLoss(
            _weights(labels, STATEMENTS, 0.4), ignore_index=IGNORED, label_smoothing=0.02
        )
        self.list = nn.CrossEntropyLoss(_weights(lists, LISTS, 0.33), ignore_index=IGNORED)
        self.tag = nn.CrossEntropyLoss(_weights(tags, TAGS, 0.4), ignore_index=IGNORED)

    def hard(
        self, some: Sequence[Encoded], answered: tuple[Tensor, Tensor, Tensor], tags: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Against labels: those of sentence and list, those of the pieces."""
        said, listed, tagged = answered
        want, want_list = said.new_tensor([[e.statement, e.list] for e in some], dtype=torch.long).T
        loss, parts = said.new_zeros(()), said.new_zeros(())
        if (want != IGNORED).any():
            loss = loss + self.statement(said, want)
        if (want_list != IGNORED).any():
            loss = loss + _LIST_WEIGHT * self.list(listed, want_list)
        if (tags != IGNORED).any():
            parts = _TAG_WEIGHT * self.tag(tagged.reshape(-1, len(TAGS)), tags.reshape(-1))
        return loss, parts

    @staticmethod
    def soft(answered: tuple[Tensor, Tensor, Tensor], taught: Answers, share: Tensor) -> Tensor:
        """Against a teacher's answers to sentence and list; ``share`` is how much each example's count.

        Not to the pieces: it finds rare parts less well than what was cut for certain.
        """
        said, listed, _ = answered
        loss = (share * _apart(said, torch.from_numpy(taught.statements).to(said))).mean()
        return loss + _LIST_WEIGHT * (share * _apart(listed, torch.from_numpy(taught.lists).to(said))).mean()


def _weights(counts: Counter[str], labels: Sequence[str], power: float) -> Tensor:
    most = max(counts.values(), default=1)
    return torch.tensor([min((most / max(counts[label], 1)) ** power, _MOST_WEIGHT) for label in labels])


def _apart(own: Tensor, theirs: Tensor) -> Tensor:
    """How far answers are from a teacher's, both softened, a number an answer."""
    mine, wanted = (own / _WARMTH).log_softmax(-1), (theirs / _WARMTH).log_softmax(-1)
    return _WARMTH**2 * (wanted.exp() * (wanted - mine)).sum(-1)


def fit(
    folder: Path,
    examples: Sequence[Example],
    passes: int,
    teacher: Teacher | None = None,
    start: NormsModel | None = None,
    seed: int = SEED,
    say: Any = print,
) -> NormsModel:
    """A network fitted to ``examples`` by ``passes`` sentences shown, from a fixed seed; by a ``teacher``'s answers, too, where there is one.

    ``start`` is a fitted network to go on with, at half the rate.
    """
    torch.manual_seed(seed)
    chance = random.Random(seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = (copy.deepcopy(start) if start is not None else NormsModel.over(folder)).train().to(device)
    layers = model.encoder.encoder.layer
    model.encoder.embeddings.requires_grad_(False)
    for layer in layers[: round(len(layers) * FROZEN)]:
        layer.requires_grad_(False)
    tokenizer = tokenizer_of(folder)
    made: dict[int, Encoded] = {}

    def numbers(n: int) -> Encoded:
        if n not in made:
            made[n] = encode(examples[n], tokenizer)
        return made[n]

    heads = [*model.statement.parameters(), *model.list.parameters(), *model.tags.parameters()]
    lower = [p for p in model.encoder.parameters() if p.requires_grad]
    pace = 0.5 if start is not None else 1.0
    rate, head_rate = pace * (RATE if len(layers) < 12 else DEEP_RATE), pace * HEAD_RATE
    optimiser = torch.optim.AdamW(
        [{"params": lower, "lr": rate}, {"params": heads, "lr": head_rate}], weight_decay=0.01
    )
    first = chosen(examples, random.Random(seed))
    losses = Losses([examples[n] for n in first], [numbers(n) for n in first])
    for loss in (losses.statement, losses.list, losses.tag):
        loss.to(device)
    shown, started, steps = 0, time.monotonic(), passes // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser,
        max_lr=[rate, head_rate],
        total_steps=steps + 1,
        pct_start=0.06,
        anneal_strategy="linear",
        cycle_momentum=False,
    )
    step, total = 0, 0.0
    while step < steps:
        picked = chosen(examples, chance)
        chance.shuffle(picked)
        picked = picked[: (steps - step) * BATCH]
        encoded = [numbers(n) for n in picked]
        taught = teacher(picked) if teacher is not None else None
        for batch in batches(encoded, chance):
            if step >= steps:
                break
            some = [encoded[n] for n in batch]
            ids, attention, sentence, tags = (t.to(device) for t in tensors(some))
            with torch.autocast(device.type, dtype=torch.bfloat16):
                answered = tuple(t.float() for t in model(ids, attention, sentence))
            loss, parts = losses.hard(some, answered, tags)
            if taught is not None:
                share = torch.tensor([_share(examples[picked[n]]) for n in batch], device=device)
                theirs = Answers(taught.statements[batch], taught.lists[batch], [taught.tags[n] for n in batch])
                loss = _HARD * loss + losses.soft(answered, theirs, share)
            loss = loss + parts
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            schedule.step()
            total += float(loss.detach())
            shown += len(batch)
            step += 1
            if step % 25 == 0:
                say(
                    f"  {shown} shown, loss {total / 25:.3f}, {shown / (time.monotonic() - started):.0f} a second",
                    flush=True,
                )
                total = 0.0
    return model.eval().cpu()


def answers(model: NormsModel, folder: Path, examples: Sequence[Example], size: int = 64) -> Answers:
    """What the network says of examples."""
    tokenizer = tokenizer_of(folder)
    encoded = [encode(e, tokenizer) for e in examples]
    order = sorted(range(len(encoded)), key=lambda n: len(encoded[n].ids))
    statements = np.zeros((len(encoded), len(STATEMENTS)), dtype=np.float32)
    lists = np.zeros((len(encoded), len(LISTS)), dtype=np.float32)
    tags: list[NDArray[np.float16]] = [np.zeros((0, len(TAGS)), dtype=np.float16)] * len(encoded)
    for n in range(0, len(order), size):
        batch = order[n : n + size]
        ids, attention, sentence, _ = tensors([encoded[i] for i in batch])
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            said, listed, tagged = (t.float().log_softmax(-1).numpy() for t in model(ids, attention, sentence))
        statements[batch], lists[batch] = said, listed
        for row, i in enumerate(batch):
            tags[i] = tagged[row, encoded[i].start : encoded[i].end].astype(np.float16)
    return Answers(statements, lists, tags)
