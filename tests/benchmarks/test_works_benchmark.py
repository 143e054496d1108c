"""The benchmark of works tells right from missed from wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from dutybook.records import Work
from dutybook.resolve.works import Identity
from loading import script

bench = script(Path(__file__).parents[2] / "benchmarks" / "works.py", "benchmark_works")
ACT = "# Regulation (EU) 2031/777 of 3 March 2031 on harbours\n\nHAVE ADOPTED THIS REGULATION:\n\nArticle 1\n\nPorts shall be lit.\n"


def _row(wanted: str, work: str | None, kind: str = "original", corrects: str | None = None) -> object:
    identity = Identity(Work(work, "act", "EU", work, "") if work else None, (), kind, corrects)
    return bench.Row("eu/x.md", "md", wanted, identity, None)


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (_row("32031R0777", "32031R0777"), "right"),
        (_row("02031R0777-20330120", "32031R0777", "consolidated"), "right"),
        (_row("32031R0777", None), "missed"),
        (_row("32031R0777", "0123456789abcdef"), "missed"),
        (_row("32031R0777", "32031R0778"), "wrong"),
        (_row("32031R0777R(02)", "32031R0777R(2031-07-02)", "corrigendum", "32031R0777"), "right"),
        (_row("32031R0777R(02)", "32031R0777"), "wrong"),
        (_row("32031R0777R(02)", "32031R0778R(2031-07-02)", "corrigendum", "32031R0778"), "wrong"),
    ],
)
def test_verdicts(row: object, verdict: str) -> None:
    assert bench.judge(row) == verdict


def test_a_folder_of_texts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "eu").mkdir()
    (tmp_path / "de").mkdir()
    (tmp_path / "eu" / "one.md").write_text(ACT, encoding="utf-8")
    (tmp_path / "eu" / "other.md").write_text(ACT.replace("2031/777", "2031/778"), encoding="utf-8")
    (tmp_path / "eu" / "empty.md").write_text("", encoding="utf-8")
    (tmp_path / "de" / "gesetz.md").write_text(
        "# Hafengesetz (HafG)\n\n§ 1\n\nHäfen sind zu sichern.\n\n§ 2\n\nSie sind zu prüfen.\n", encoding="utf-8"
    )
    lines = ["file\tkind\ttitle\tcelex or jurisdiction\tlanguage\tbytes\tpages"]
    lines += [f"eu/{name}.md\tmd\tAct\t32031R0777\tEN\t1\t" for name in ("one", "other", "empty", "absent")]
    lines += ["de/gesetz.md\tmd\tHafengesetz\tDE\tde\t1\t"]
    (tmp_path / "MANIFEST.tsv").write_text("\n".join(lines), encoding="utf-8")
    report = bench.measure(tmp_path)
    assert dict(report.works["md"]) == {"right": 1, "wrong": 1}
    assert dict(report.named) == {"a number or abbreviation": 1}
    assert report.lines == ["wrong: eu/other.md: 32031R0777 was taken for 32031R0778"]
    assert "empty.md: not read" in capsys.readouterr().err
