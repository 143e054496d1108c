#!/usr/bin/env python3
"""What the rules read in an annotated text before anybody made them read it: ``first_readings.json``.

    python models/transformer/first_readings.py COMMIT corpora/tuning/one.en.json …     # runs the rules of that commit over these texts

Rules that were tuned on a text leave a network nothing to find in it: weighed by such readings it would never be believed.
A commit is one whose rules had not seen the text. Readings are kept by the sentence, by a digest of its words: where
sentences are cut otherwise today, nothing is known of what the rules would have said.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "models")]

from training.recording import Seen  # noqa: E402

from dutybook.extract.norms.seen import Features  # noqa: E402

KEPT = Path(__file__).with_name("first_readings.json")
_NOTHING = Features((), ())
# Runs with the packages of the older commit: what it imports has been the same since the first of them.
_READ = """
import json, sys
from pathlib import Path
from training import golds
from training.recording import record
found = {}
for document in golds.documents(Path(sys.argv[1]), golds.plain_source):
    made = record(document.text)
    cut = [s.span.of(document.text.text) for s in document.text.sentences]
    found[document.name] = {
        which: [(cut[n], s.rules, s.sure, s.reason, s.several) for n, s in sorted(rows.items())]
        for which, rows in (("statements", made.recorder.statements), ("lists", made.recorder.lists))
    }
print(json.dumps(found))
"""


def digest(words: str) -> str:
    """Eight letters that stand for a sentence."""
    return hashlib.sha256(" ".join(words.split()).encode()).hexdigest()[:8]


def read(commit: str, files: Sequence[Path]) -> dict[str, Any]:
    """The readings of annotated texts by the rules of a commit, by the name of the text."""
    with tempfile.TemporaryDirectory() as place:
        texts, tree = Path(place, "texts"), Path(place, "tree")
        texts.mkdir()
        for file in files:
            for one in (file, file.with_suffix(".txt")):
                (texts / one.name).write_bytes(one.read_bytes())
        subprocess.run(["git", "worktree", "add", "--detach", "--quiet", str(tree), commit], check=True, cwd=ROOT)
        try:
            known = os.pathsep.join(str(tree / part) for part in ("src", "models", "benchmarks"))
            ran = subprocess.run(
                [sys.executable, "-c", _READ, str(texts)],
                env={**os.environ, "PYTHONPATH": known},
                check=True,
                capture_output=True,
                text=True,
            )
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], check=True, cwd=ROOT)
    found = json.loads(ran.stdout)
    return {
        name: {
            "commit": commit,
            **{which: [[digest(words), *rest] for words, *rest in rows] for which, rows in made.items()},
        }
        for name, made in found.items()
    }


@cache
def _kept() -> dict[str, Any]:
    return dict(json.loads(KEPT.read_text(encoding="utf-8"))) if KEPT.is_file() else {}


@cache
def _of(name: str) -> dict[str, dict[str, Seen]]:
    return {
        which: {
            key: Seen(_NOTHING, rules, sure, reason, several)
            for key, rules, sure, reason, several in _kept()[name][which]
        }
        for which in ("statements", "lists")
    }


def known(name: str) -> bool:
    """Whether a text was read before the rules were made to read it."""
    return name in _kept()


def seen(name: str, which: str, words: str) -> Seen | None:
    """What was read of a sentence first; None where nothing is known. ``which``: ``statements`` or ``lists``."""
    return _of(name)[which].get(digest(words))


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit")
    parser.add_argument("texts", type=Path, nargs="+")
    options = parser.parse_args()
    made = dict(sorted({**_kept(), **read(options.commit, options.texts)}.items()))
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(one, ensure_ascii=False)}" for name, one in made.items())
    KEPT.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    print(f"{len(made)} texts, {KEPT.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
