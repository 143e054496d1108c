"""Writes ``card.md``: what the model was learned from and how well it answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from training.rows import Row

_HEAD = """# {name} {version}

A linear model on hashed features that revises what the rules read: does this sentence state a norm, and of which
modality; are a list's items norms, or is its stem? It never works alone: rules decide where they are sure, and the
thresholds in `config.json` say how sure the model must be to revise them.

Written by `make train` (`models/train.py`): numbers are not edited by hand.

**Learned from** language versions of acts of the Union and files of parallel provisions, aligned by place, digits and length:
a unit's label is what the English version states (the English rules decide), never the AI Act. Our marked-up
sentences (`tests/specs`) and annotated texts (`corpora/gold`) are in it, too; `corpora/heldout` is not.
Seed {seed}; one label against the rest, averaged stochastic descent; English rows do not show what the rules decided.
"""


def pair(value: tuple[float, float]) -> str:
    """Two scores as written in the tables."""
    return f"{value[0]:.3f} / {value[1]:.3f}"


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def units_table(scores: dict[str, dict[str, Any]], first: str) -> str:
    """Scores by language or document: norm / modality F1 of units."""
    return table(
        [first, "units", "rules", "model alone", "together", "revised"],
        (
            [name, str(s["units"]), pair(s["rules"]), pair(s["model"]), pair(s["together"]), str(s["changed"])]
            for name, s in scores.items()
        ),
    )


def _asked(settings: dict[str, Any]) -> str:
    """In which genres and languages the model is asked."""
    said = []
    for genre, made in settings["genres"].items():
        for question, languages in made["rules_alone"].items():
            alone = (
                f" (rules alone in {', '.join(languages)}: both together did not measure better)" if languages else ""
            )
            if made[question]:
                said.append(f"{genre}, {question}s{alone}")
    return f"Asked in: {'; '.join(said) or 'no genre'}. In others rules alone measured as well or better."


def card(
    config: dict[str, Any],
    rows: Sequence[Row],
    tables: dict[str, str],
    gold: Sequence[Sequence[str]],
    seconds: float,
) -> str:
    """The whole card."""
    counts = Counter((r.question, r.language) for r in rows)
    languages = sorted({r.language for r in rows})
    parts = [
        _HEAD.format(name=config["name"], version=config["version"], seed=config["seed"]),
        "## What it was learned from\n",
        table(
            ["language", "sentences and stems", "lists"],
            ([c, str(counts["statement", c]), str(counts["list", c])] for c in languages),
        ),
        f"\nTrained and measured in {seconds:.0f} s. {_asked(config['settings'])}\n",
    ]
    for title, text in tables.items():
        parts += [f"\n## {title}\n", text]
    if gold:
        parts += [
            "\n## Annotated documents\n",
            "F1 of norms / of norms with their modality, by the gold's own scorer; the model never saw the document or another "
            "language version of it.\n",
            table(["document", "rules", "model alone", "together"], gold),
        ]
    parts += [
        "\n## What it cannot do\n",
        "Labels are projected: where a language version differs from the English one, its label is wrong. Lists are decided "
        "from few examples a language. Sentences of genres that are not asked are left to the rules.\n",
    ]
    return "\n".join(parts)
