#!/usr/bin/env python3
"""Writes the golden files anew: ``python tests/golden/regenerate.py``. A commit that changes one says why."""

from __future__ import annotations

import json
from pathlib import Path

import dutybook
from dutybook.pipeline.as_json import analysis_to_dict
from dutybook.records import Analysis

HERE = Path(__file__).parent
DOCUMENTS = (
    "seehafendatengesetz.de.md",
    "circular-outsourcing.en.pdf",
    "news-crane-control.de.html",
    "news-shipping-banks.en.html",
    "news-ports-atlantiques.fr.txt",
    "hafenprogramm-morgenroete.de.txt",
)
# What a reader of a golden file wants to see; the rest has tests of its own.
NORM_FIELDS = (
    "place",
    "modality",
    "strength",
    "bearer",
    "bearer_class",
    "quote",
    "condition",
    "exception",
    "page",
    "applies_from",
)


def golden(name: str, analysis: Analysis | None = None) -> str:
    """A sample's findings as readable JSON, a norm a line group; ``analysis`` is what was found in it, if that is known."""
    found = analysis_to_dict(analysis or dutybook.analyse(dutybook.samples() / name))
    kept = {key: found[key] for key in ("title", "language", "status", "facts", "penalties")}
    kept["norms"] = [
        {field: norm[field] for field in NORM_FIELDS}
        | {"deadlines": [[d["quote"], d["kind"], d["value"], d["due"]] for d in norm["deadlines"]]}
        for norm in found["norms"]
    ]
    return json.dumps(kept, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    for document in DOCUMENTS:
        (HERE / f"{document}.json").write_text(golden(document), encoding="utf-8")
