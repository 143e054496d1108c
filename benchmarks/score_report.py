"""The scores as a page of Markdown: ``benchmarks/score.py --report FILE.md``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

#: What is shown of each row, in the order of the scorer's own table.
MEASURES = ("norm", "modality", "bearer", "bearer_class", "deadline", "fact", "penalty")
_MORE = ("obligation", "prohibition", "permission", "exemption", "list items", "sentences")


def markdown(sets: dict[str, dict[str, Any]], own: Iterable[str], command: str) -> str:
    """Tables by set, genre, language and document. ``sets`` is what ``--out`` writes, ``own`` names our own documents."""
    ours = set(own)
    lines = [
        "# Scores on our own texts",
        "",
        "Not the measure: rules and models were made with most of these texts. `real.md` beside this page is.",
        "",
        f"Written by `{command}`. F1; for bearer and class the share of right ones among the norms that were met. *Public*: the gold",
        "beside the repository. *Own*: `corpora/gold`, which rules, packs and model were made with. *Held out*: `corpora/heldout`, which",
        "nobody tunes or trains on. Public and own scores are in-sample; held-out ones are what to expect of new texts.",
    ]
    for title, made in sets.items():
        lines += ["", f"## {title.capitalize()}: all, by genre, by language", "", *_head("")]
        lines.append(_row(f"**all ({made['all']['norm']['gold']} norms)**", made["all"]))
        lines += [_row(name, row) for kind in ("genres", "languages") for name, row in made[kind].items()]
        lines += ["", "| | precision | recall | F1 | gold |", "|---|---|---|---|---|"]
        for name in _MORE:
            if name in made["all"]:
                row = made["all"][name]
                lines.append(f"| {name} | {row['p']:.3f} | {row['r']:.3f} | {row['f']:.3f} | {row['gold']} |")
    for title, made in sets.items():
        for part, names in _parts(title, made["documents"], ours):
            lines += ["", f"## {part}, document by document", "", *_head("document")]
            lines += [_row(name, made["documents"][name]) for name in names]
    return "\n".join(lines) + "\n"


def figures(sets: dict[str, dict[str, Any]], command: str, specs: dict[str, dict[str, int]]) -> dict[str, Any]:
    """What the application shows of them: by set, over all and by language, the number of gold norms and F1 by measure.

    ``specs``: as :func:`examples` counts them.
    """

    def row(tallies: dict[str, Any]) -> dict[str, Any]:
        tallied = {m: t for m in MEASURES if (t := tallies.get(m)) and (t["gold"] or t["pred"])}
        return {"norms": tallies["norm"]["gold"]} | {m: round(t["f"], 3) for m, t in tallied.items()}

    return {
        "command": command,
        "sets": {
            title: {"all": row(made["all"]), "languages": {name: row(r) for name, r in made["languages"].items()}}
            for title, made in sets.items()
        },
        "specs": specs,
    }


def examples(folder: Path) -> dict[str, dict[str, int]]:
    """How many examples specify each language (``tests/specs/LANGUAGE/KIND.txt``), by kind."""

    def lines(file: Path) -> list[str]:
        stripped = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
        return [line for line in stripped if line and not line.startswith("#")]

    return {
        home.name: {file.stem: len(lines(file)) for file in sorted(home.glob("*.txt")) if "unused" not in file.stem}
        for home in sorted(folder.iterdir())
        if home.is_dir()
    }


def _parts(title: str, documents: dict[str, Any], ours: set[str]) -> list[tuple[str, list[str]]]:
    if title != "open":
        return [(title.capitalize(), sorted(documents))]
    public = sorted(name for name in documents if name not in ours)
    return [("Public", public), ("Own", sorted(set(documents) - set(public)))]


def _head(first: str) -> list[str]:
    return [f"| {first} | norms | {' | '.join(MEASURES)} |", "|---" * (len(MEASURES) + 2) + "|"]


def _row(name: str, row: dict[str, Any]) -> str:
    def figure(measure: str) -> str:
        tally = row.get(measure)
        return f"{tally['f']:.3f}" if tally and (tally["gold"] or tally["pred"]) else "–"

    return f"| {name} | {row['norm']['gold']} | {' | '.join(figure(m) for m in MEASURES)} |"
