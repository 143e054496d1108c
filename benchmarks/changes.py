"""What changed between the versions of two acts, against a list checked by hand; and where languages deviate.

``python benchmarks/changes.py ../shared`` reads the SFDR and MAR versions in English and French and the corrigenda of the CRA into a
register in memory, prints what is right, wrong and missed, and how long storing took. ``--list`` prints all that was found, ``--deviations`` takes
the acts that are there in several languages and prints where these deviate.

The list (``changes.tsv``) has places and kinds only, no text: work, language, from, to, place, kind. It was begun from what was found
and then put right line by line against the differences of the plain texts, read by a person: rows that are no change of a norm
(definitions, powers of the Commission, days of application) were taken out, norms that were not found were put in.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from dutybook.pipeline.analyse import analyse
from dutybook.store import Register, open_register
from dutybook.store.documents.flatten import flatten

TRUTH = Path(__file__).with_name("changes.tsv")
VERSIONS = ("SFDR_*_EN*.html", "SFDR_*_FR*.html", "SFDR_3*_EN*.xhtml", "SFDR_3*_FR*.xhtml", "MAR_*", "COR_*")
LANGUAGES = (
    *(
        "GDPR_32016R0679_EN_OJ_2016*",
        "GDPR_32016R0679_FR_OJ*",
        "GDPR_32016R0679_DE_OJ.html",
        "GDPR_32016R0679_ES*",
        "GDPR_*NL*",
    ),
    *("DORA_*", "DSA_*", "NIS2_*", "MICA_*", "DA_*hml", "AMLR_*", "CSDDD_*", "PSD2_*", "SFDR_3*", "MAR_3*", "ACT_*"),
)

Row = tuple[str, str, str, str, str, str]


def main() -> int:
    """Print the report; 1 if the texts are not there."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--list", action="store_true", help="all that was found, as rows of the list")
    parser.add_argument("--deviations", action="store_true", help="where languages deviate, instead")
    given = parser.parse_args()
    folder = given.shared / "docs" / "eu"
    if not folder.is_dir():
        print(f"{folder} is not there: give the folder of the measuring texts", file=sys.stderr)
        return 1
    with open_register() as register:
        took = fill(register, folder, LANGUAGES if given.deviations else VERSIONS)
        if given.deviations:
            deviations(register)
        elif given.list:
            for row in found(register):
                print("\t".join(row))
        else:
            report(register)
        print(
            f"storing a document: {sum(took) / len(took):.2f} s on average, {max(took):.2f} s at most, of {len(took)}",
            file=sys.stderr,
        )
    return 0


def fill(register: Register, folder: Path, patterns: Iterable[str]) -> list[float]:
    """Read and store what the patterns name; seconds of processor time that storing each took."""
    took = []
    for path in sorted({path for pattern in patterns for path in folder.glob(pattern)}):
        flat = flatten(analyse(path))
        started = time.process_time()
        register.write(flat)
        took.append(time.process_time() - started)
    return took


def found(register: Register) -> Iterator[Row]:
    """What the register says has changed, as rows of the list."""
    yield from register._connection.execute(
        """SELECT c.work, c.language, coalesce(o.version_date, 'original'), coalesce(n.version_date, n.published),
        coalesce(c.new_place, c.old_place), c.kind FROM changes c JOIN documents o ON o.id = c.old_document
        JOIN documents n ON n.id = c.new_document ORDER BY c.work, c.language, 4, c.position, c.kind"""
    )


def truth() -> list[Row]:
    """The list that was checked by hand."""
    lines = TRUTH.read_text(encoding="utf-8").splitlines()
    rows = [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]
    return [row for row in rows if len(row) == 6]  # type: ignore[misc]


def report(register: Register) -> None:
    """Right, wrong and missed, by pair of versions and in all."""
    ours, theirs = Counter(found(register)), Counter(truth())
    for pair in sorted({row[:4] for row in theirs} | {row[:4] for row in ours}):
        got, want = (Counter({r: n for r, n in c.items() if r[:4] == pair}) for c in (ours, theirs))
        right = (got & want).total()
        print(f"{' '.join(pair)}: {right} right, {got.total() - right} wrong, {want.total() - right} missed")
        for name, rows in (("wrong", got - want), ("missed", want - got)):
            for row, number in sorted(rows.items()):
                print(f"    {name}: {row[4]}: {row[5]}{f' x {number}' if number > 1 else ''}")
    right = (ours & theirs).total()
    print(
        f"precision {right / max(ours.total(), 1):.3f}, recall {right / max(theirs.total(), 1):.3f} of {theirs.total()}"
    )
    print(f"corrections read: {register._connection.execute('SELECT count(*) FROM corrections').fetchone()[0]}")


def deviations(register: Register) -> None:
    """All deviations by act, with what each says."""
    works = [row[0] for row in register._connection.execute("SELECT DISTINCT work FROM deviations ORDER BY work")]
    for work in works:
        for d in register.differences.deviations(work):
            print(f"{work} {d.place}: {d.kind}: {d.language} {d.statement} | {d.other_language} {d.other_statement}")
    aligned = register._connection.execute(
        "SELECT count(*), sum(json_array_length(pairs)) FROM alignments WHERE kind = 'language'"
    ).fetchone()
    print(f"{aligned[0]} pairs of documents, {aligned[1]} pairs of norms aligned")


if __name__ == "__main__":
    raise SystemExit(main())
