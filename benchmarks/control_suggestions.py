"""How near in meaning controls are to norms that they serve and to norms that they do not: what the least similarity of suggestions wins and loses.

    python benchmarks/control_suggestions.py [--register samples.db] [--pairs]

The pairs are in ``control_suggestions.toml``. Without ``--register`` the sample regulation is read first. ``--pairs`` prints each
pair with its similarity.
"""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path

from dutybook import analyse, samples
from dutybook.searching.control_suggestions import LEAST_SIMILAR
from dutybook.searching.meaning import encoder_named
from dutybook.store import Register, open_register
from dutybook.store.search.vectors import TEXT_SQL, text_of
from dutybook.store.sql import compose

PAIRS = Path(__file__).with_suffix(".toml")
SAMPLE = "regulation-harbour-data.en.pdf"


def read_pairs() -> list[tuple[str, str, bool]]:
    """The text of a control, the beginning of a norm, and whether the control serves it."""
    pairs = []
    for control in tomllib.loads(PAIRS.read_text("utf-8"))["control"]:
        text = f"{control['title']}. {control.get('description', '')}"
        pairs += [(text, norm, True) for norm in control.get("serves", ())]
        pairs += [(text, norm, False) for norm in control.get("not", ())]
    return pairs


def texts_of(register: Register) -> list[tuple[str, str]]:
    """The words of the English duties of a register, each with what is encoded for it; copies and versions once."""
    sql = compose("{texts} WHERE n.language = 'en' AND n.modality IN ('obligation', 'prohibition')", texts=TEXT_SQL)
    rows = register._connection.execute(sql)
    return list({quote: text_of(heading, stem, quote) for _, _, heading, stem, quote in rows}.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--register", type=Path)
    parser.add_argument("--pairs", action="store_true")
    asked = parser.parse_args()
    register = open_register(asked.register, read_only=True) if asked.register else open_register()
    if not asked.register:
        register.add(analyse(samples() / SAMPLE))
    encoder, texts = encoder_named("quick"), texts_of(register)
    # As a search by meaning does: norms as texts of the register, a control as what somebody asks.
    matrix = encoder.encode([text for _, text in texts])
    pairs = read_pairs()
    nearness = {control: matrix @ encoder.query(control)[0] for control in dict.fromkeys(one[0] for one in pairs)}
    measured = []
    for control, beginning, serves in pairs:
        at = next((n for n, (quote, _) in enumerate(texts) if quote.startswith(beginning)), None)
        if at is None:
            raise SystemExit(f"no norm of the register begins with {beginning!r}")
        similarity = float(nearness[control][at])
        rank = 1 + int((nearness[control] > similarity).sum())
        measured.append((similarity, serves, rank, control, beginning))
    if asked.pairs:
        for similarity, serves, rank, control, norm in sorted(measured, reverse=True):
            print(f"{similarity:.2f}  {'serves' if serves else '-':6}  rank {rank:3}  {control[:50]:50}  {norm[:60]}")
    right, wrong = (sum(1 for one in measured if one[1] is serves) for serves in (True, False))
    print(f"{len(nearness)} controls, {len(texts)} duties")
    for least in (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5):
        found = [one[1] for one in measured if one[0] >= least]
        suggested = sum(int((row >= least).sum()) for row in nearness.values()) / len(nearness)
        mark = "  <- LEAST_SIMILAR" if abs(least - LEAST_SIMILAR) < 1e-6 else ""
        counts = f"served {found.count(True)} of {right}, not served {found.count(False)} of {wrong}"
        print(f"{least:.2f}  {counts}, {suggested:.1f} suggestions a control{mark}")


if __name__ == "__main__":
    main()
