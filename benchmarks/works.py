"""Which works the public texts are recognised as, against the manifest: ``python benchmarks/works.py ../shared``.

The manifest names each act of the Union by its CELEX number, consolidated versions with their day and corrigenda with their number.
Counted by format: documents whose work is right, documents of no work or of one of their own (not recognised), and documents that
were put to another act (wrong, which is worse). Of consolidated versions the day counts, of corrigenda the act that they correct.
Texts of states have no such column: printed are how they are named, and works that hold several of them, for reading by eye.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dutybook.errors import DutybookError
from dutybook.languages.eu_acts import CELEX, base_of
from dutybook.layout.document_dates import with_dates
from dutybook.layout.formats import read_layout
from dutybook.layout.limits import Limits
from dutybook.pipeline.analyse import read
from dutybook.pipeline.unpacking import decompress
from dutybook.resolve.works import Identity, identify
from dutybook.structure.build import build_structure, pack_for
from dutybook.structure.language import prepare

RIGHT, MISSED, WRONG = "right", "missed", "wrong"


@dataclass(frozen=True)
class Row:
    """A line of the manifest and what was recognised."""

    file: str
    format: str
    wanted: str
    identity: Identity
    version_date: str | None

    @property
    def work(self) -> str:
        return self.identity.work.id if self.identity.work else ""


@dataclass
class Report:
    """Counts by format and outcome, of versions and corrigenda, and a line for whatever is not right."""

    works: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    versions: Counter[str] = field(default_factory=Counter)
    corrigenda: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    joined: dict[str, list[str]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


def recognised(docs: Path) -> Iterator[Row]:
    """Every file of the manifest that is there and can be read without recognising pictures."""
    prepare()
    with (docs / "MANIFEST.tsv").open(encoding="utf-8", newline="") as table:
        for line in csv.DictReader(table, delimiter="\t"):
            path = docs / line["file"]
            if not path.exists():
                continue
            try:
                raw = decompress(read(path))
                layout = with_dates(read_layout(raw, limits=Limits(workers=1)))
            except DutybookError as error:
                print(f"{line['file']}: not read: {error}", file=sys.stderr)
                continue
            structure = build_structure(layout, raw.sha256[:16], None)
            pack = pack_for(structure.language)
            found = identify(structure.title, structure.family, structure.language, layout, pack, str(path))
            wanted = line["celex or jurisdiction"]
            yield Row(line["file"], line["kind"], wanted, found, layout.meta.get("version_date"))


def judge(row: Row) -> str:
    """Whether an act of the Union was put to the right work."""
    wanted = CELEX.fullmatch(row.wanted)
    if wanted and wanted["part"]:
        if row.identity.version_kind == "corrigendum":
            return RIGHT if row.identity.corrects == base_of(row.wanted) else WRONG
        return WRONG if row.work == base_of(row.wanted) else MISSED
    if row.work == base_of(row.wanted):
        return RIGHT
    return WRONG if CELEX.fullmatch(row.work) else MISSED


def measure(docs: Path) -> Report:
    """All counts."""
    report = Report()
    together: dict[str, list[str]] = defaultdict(list)
    corrigenda: dict[str, set[str]] = defaultdict(set)
    for row in recognised(docs):
        wanted = CELEX.fullmatch(row.wanted)
        if not wanted and not row.file.startswith("eu/"):
            number = row.identity.work and row.identity.work.number
            report.named["a number or abbreviation" if number else "its title" if row.work else "nothing"] += 1
            together[row.work].append(row.file)
            continue
        verdict = judge(row)
        report.works[row.format][verdict] += 1
        if verdict != RIGHT:
            report.lines.append(f"{verdict}: {row.file}: {row.wanted} was taken for {row.work or 'no act'}")
        if wanted and wanted["date"]:
            day = (row.version_date or "").replace("-", "")
            report.versions[RIGHT if day == wanted["date"] else MISSED if not day else WRONG] += 1
            if day != wanted["date"]:
                report.lines.append(f"version: {row.file}: {row.version_date} for {row.wanted}")
        if wanted and wanted["part"]:
            corrigenda[row.wanted].add(row.work)
    for wanted_number, works in corrigenda.items():
        own = len(works) == 1 and all(
            not (works & other) for name, other in corrigenda.items() if name != wanted_number
        )
        report.corrigenda[RIGHT if own else WRONG] += 1
    report.joined = {work: files for work, files in sorted(together.items()) if work and len(files) > 1}
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shared", type=Path)
    report = measure(parser.parse_args().shared / "docs")
    print(f"{'acts of the Union':20}{RIGHT:>8}{MISSED:>8}{WRONG:>8}")
    for form, counts in (*sorted(report.works.items()), ("all", sum(report.works.values(), Counter()))):
        print(f"{form:20}{counts[RIGHT]:8}{counts[MISSED]:8}{counts[WRONG]:8}")
    for name, counts in (("days of versions", report.versions), ("corrigenda", report.corrigenda)):
        print(f"{name:20}{counts[RIGHT]:8}{counts[MISSED]:8}{counts[WRONG]:8}")
    print("texts of states are named by " + ", ".join(f"{what}: {n}" for what, n in report.named.most_common()))
    for work, files in report.joined.items():
        print(f"one work {work}: {', '.join(files)}")
    for line in report.lines:
        print(line)


if __name__ == "__main__":
    main()
