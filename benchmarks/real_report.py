"""The figures of ``benchmarks/real.py``: tables, mistakes and how far the confidences can be trusted."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from real import Met, Scored

#: Measures of a table: heading, the scorer's tally, and which of its figures.
COLUMNS = (
    ("norm P", "norm", "p"),
    ("R", "norm", "r"),
    ("F1", "norm", "f"),
    ("modality", "modality", "f"),
    ("row", "row", "f"),
    ("quote", "quote", "f"),
    ("bearer", "bearer", "f"),
    ("class", "bearer_class", "f"),
    ("strength", "strength", "f"),
    ("deadline", "deadline", "f"),
    ("fact", "fact", "f"),
    ("penalty", "penalty", "f"),
    ("action", "action", "f"),
    ("condition", "condition", "f"),
    ("recipient", "recipient", "f"),
    ("exception", "exception", "f"),
    ("contrary", "contrary", "f"),
)
FAULTS = ("quote", "modality", "strength", "bearer", "class", "deadline")
BINS = 10
#: The share of norms, the least sure ones, that a reviewer would look at first.
LEAST_SURE = 0.2
EXPLANATION = """\
*norm*: precision, recall and F1 of norms found; *modality*, *row*, *deadline*, *fact* and *penalty* are F1 as well. *row*: the
whole quote, modality, strength, bearer, class and all deadlines are right at once. *quote* to *strength* and *action* to *exception*:
the share that is right among the norms that were found. *contrary*: the share of found norms whose modality says the contrary
(prohibition where there is an obligation or permission, exemption where there is an obligation, or the other way round).
Amending acts are in no row but their own. Fold 4 is the one whose documents nobody reads."""

#: A confidence, and the share to which the finding is right: 1, 0, or between where several share the confidence.
Sure = tuple[float, float]
Figures = dict[str, Any]


def as_json(documents: Sequence[Scored]) -> Figures:
    """All figures: tables by group, language, format and fold; contrary readings; faults of wrong rows; confidence."""
    main = [d for d in documents if not d.amending]
    met = [m for d in main for m in d.met]
    return {
        "unread": sum(not d.read for d in documents),
        "tables": {
            "all": {"all": row(main), "amending acts": row([d for d in documents if d.amending])},
            "group": rows(main, lambda d: d.group),
            "language": rows(main, lambda d: d.language),
            "format": rows(main, lambda d: d.format),
            "fold": {"0 to 3": row([d for d in main if d.fold < 4])} | rows(main, lambda d: str(d.fold)),
        },
        "contrary": {"norms": sum(m.contrary for m in met), "of": len(met)},
        "faults": faults(met),
        "confidence": confidence(main),
    }


def rows(documents: Iterable[Scored], key: Callable[[Scored], str]) -> Figures:
    """A row for each value of ``key``, in its order."""
    groups: dict[str, list[Scored]] = defaultdict(list)
    for document in documents:
        groups[key(document)].append(document)
    return {name: row(some) for name, some in sorted(groups.items())}


def row(documents: Sequence[Scored]) -> Figures:
    """The number of documents and of gold norms, and each measure; ``None`` where there was nothing to find and nothing found."""
    figures: Figures = {"documents": len(documents), "norms": 0}
    for heading, key, figure in COLUMNS:
        tallies = [d.tallies[key] for d in documents if key in d.tallies]
        hit, gold, found = (sum(getattr(t, name) for t in tallies) for name in ("hit", "gold", "pred"))
        if key == "norm":
            figures["norms"] = gold
        figures[NAMES[heading]] = share(hit, gold, found)[figure] if gold or found else None
    return figures


NAMES = {heading: heading for heading, _, _ in COLUMNS} | {"norm P": "precision", "R": "recall", "F1": "norm"}


def share(hit: int, gold: int, found: int) -> dict[str, float]:
    """Precision, recall and F1, to four digits."""
    p = hit / found if found else 0.0
    r = hit / gold if gold else 0.0
    return {"p": round(p, 4), "r": round(r, 4), "f": round(2 * p * r / (p + r) if p + r else 0.0, 4)}


def faults(met: Sequence[Met]) -> Figures:
    """Why rows of found norms are wrong: how many have a fault, how many have only that one, and which labels are confused.

    ``class right``: of norms whose bearer the text names, and of the others.
    """
    wrong = [m for m in met if m.faults]

    def confused(fault: str, label: str) -> dict[str, int]:
        pairs = Counter(f"{m.gold.get(label)} -> {m.found.get(label)}" for m in wrong if fault in m.faults)
        return dict(pairs.most_common())

    def class_right(*, named: bool) -> float:
        some = [m for m in met if bool(m.gold["bearer"]) is named]
        return round(sum("class" not in m.faults for m in some) / len(some), 4) if some else 0.0

    return {
        "wrong": len(wrong),
        "class right": {"bearer named": class_right(named=True), "not named": class_right(named=False)},
        "any": {f: sum(f in m.faults for m in wrong) for f in FAULTS},
        "only": {f: sum(m.faults == {f} for m in wrong) for f in FAULTS},
        "confused": {
            "class": confused("class", "bearer_class"),
            "modality": confused("modality", "modality"),
            "strength": confused("strength", "strength"),
        },
    }


def confidence(documents: Iterable[Scored]) -> Figures:
    """How far the confidences can be trusted: of whole rows, and of each field where the findings give one.

    A row counts as wrong too if it matches no gold norm; a field only counts where its norm was found.
    """
    found: dict[str, list[Sure]] = defaultdict(list)
    for document in documents:
        for norm in document.extra:
            found["row"].append((_evidence(norm).get("confidence", 0.0), 0.0))
        for met in document.met:
            evidence = _evidence(met.found)
            found["row"].append((evidence.get("confidence", 0.0), float(not met.faults)))
            for name, sure in (evidence.get("fields") or {}).items():
                found[name].append((sure, float(name not in met.faults)))
    return {name: trust(some) for name, some in found.items()}


def _evidence(norm: dict[str, Any]) -> dict[str, Any]:
    evidence: dict[str, Any] = norm.get("evidence") or {}
    return evidence


def trust(found: Sequence[Sure]) -> Figures:
    """Reliability, calibration error and the share of wrong ones among the least sure, of one sort of confidence."""
    even = spread(found)
    bins = reliability(even)
    return {
        "findings": len(even),
        "right": round(sum(right for _, right in even) / len(even), 4) if even else None,
        "calibration error": round(calibration_error(bins), 4),
        "wrong in the least sure fifth": round(wrong_in_least_sure(even), 4),
        "bins": [{"confidence": round(c, 4), "right": round(r, 4), "findings": n} for c, r, n in bins],
    }


def spread(found: Iterable[Sure]) -> list[Sure]:
    """Sorted by confidence; those of one confidence all get their mean, so that the order of the documents decides nothing."""
    equal: dict[float, list[float]] = defaultdict(list)
    for sure, right in found:
        equal[sure].append(right)
    return [(sure, sum(rights) / len(rights)) for sure, rights in sorted(equal.items()) for _ in rights]


def reliability(found: Sequence[Sure], bins: int = BINS) -> list[tuple[float, float, int]]:
    """Mean confidence, share of right ones and number of findings, in bins of equal count, of what :func:`spread` gives."""
    edges = [round(i * len(found) / bins) for i in range(bins + 1)]
    parts = [found[a:b] for a, b in itertools.pairwise(edges) if b > a]
    return [(sum(c for c, _ in part) / len(part), sum(r for _, r in part) / len(part), len(part)) for part in parts]


def calibration_error(bins: Sequence[tuple[float, float, int]]) -> float:
    """The expected calibration error: the mean distance between confidence and share of right ones, by number of findings."""
    total = sum(n for _, _, n in bins)
    return sum(abs(sure - right) * n for sure, right, n in bins) / total if total else 0.0


def wrong_in_least_sure(found: Sequence[Sure], part: float = LEAST_SURE) -> float:
    """The share of all wrong findings that lies in the least sure ``part``, of what :func:`spread` gives."""
    wrong = sum(1 - right for _, right in found)
    first = found[: round(len(found) * part)]
    return sum(1 - right for _, right in first) / wrong if wrong else 0.0


def markdown(figures: Figures, provenance: str) -> str:
    """The figures as a page of Markdown; it shows numbers and labels only, no text of a document."""
    lines = ["# Scores on real documents", "", provenance, "", f"Written by `{figures['command']}`.", EXPLANATION]
    if figures["unread"]:
        lines += ["", f"**{figures['unread']} documents have no prediction and count as read empty.**"]
    for title, made in figures["tables"].items():
        lines += ["", f"## {'All' if title == 'all' else f'By {title}'}", "", *_table(title, made)]
    contrary = figures["contrary"]
    lines += [
        "",
        "## Contrary",
        "",
        f"Of {contrary['of']} found norms {contrary['norms']} say the contrary of the text.",
    ]
    return "\n".join([*lines, *_faults(figures["faults"]), *_confidence(figures["confidence"])]) + "\n"


def aligned(cells: Sequence[Sequence[str]]) -> list[str]:
    """A Markdown table whose columns also stand under each other in a terminal."""
    widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
    first, *rest = (
        "| " + " | ".join([c[0].ljust(widths[0]), *(x.rjust(w) for x, w in zip(c[1:], widths[1:], strict=True))]) + " |"
        for c in cells
    )
    return [first, "|" + "|".join("-" * (w + 2) for w in widths) + "|", *rest]


def _table(title: str, made: Figures) -> list[str]:
    head = [title if title != "all" else "", "documents", "norms", *(h for h, _, _ in COLUMNS)]
    body = [
        [
            name,
            str(figures["documents"]),
            str(figures["norms"]),
            *(_formatted(figures[NAMES[h]]) for h, _, _ in COLUMNS),
        ]
        for name, figures in made.items()
    ]
    return aligned([head, *body])


def _formatted(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:.3f}"


def _faults(made: Figures) -> list[str]:
    cells = [["fault", "rows with it", "rows with it alone"]]
    cells += [[f, str(made["any"][f]), str(made["only"][f])] for f in FAULTS]
    lines = [
        "",
        "## Why rows are wrong",
        "",
        f"{made['wrong']} norms were found, but their rows are wrong. The class is right in",
        f"{made['class right']['bearer named']:.3f} where the text names the bearer, in {made['class right']['not named']:.3f} where it names none.",
        "",
        *aligned(cells),
    ]
    for label, pairs in made["confused"].items():
        pair_cells = [["gold -> found", "norms"], *([pair, str(n)] for pair, n in pairs.items())]
        lines += ["", f"### {label.capitalize()}", "", *aligned(pair_cells)]
    return lines


def _confidence(made: Figures) -> list[str]:
    cells = [["confidence of", "findings", "right", "calibration error", "wrong in the least sure fifth"]]
    for name, figures in made.items():
        formatted = [_formatted(figures[k]) for k in ("right", "calibration error", "wrong in the least sure fifth")]
        cells.append([name, str(figures["findings"]), *formatted])
    lines = [
        "",
        "## Confidence",
        "",
        "A *row* is right if all its fields are; what matches no gold norm is wrong. A field's confidence",
    ]
    lines += ["counts where its norm was found. Ten bins of equal count.", "", *aligned(cells)]
    for name, figures in made.items():
        bins = [[f"{b['confidence']:.3f}", f"{b['right']:.3f}", str(b["findings"])] for b in figures["bins"]]
        lines += ["", f"### {name.capitalize()}", "", *aligned([["mean confidence", "right", "findings"], *bins])]
    return lines
