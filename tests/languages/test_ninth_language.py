"""A further language is data: one TOML, put beside the packs, and norms are found in it by the whole pipeline."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from dutybook.languages import pack as packs
from dutybook.pipeline.analyse import analyse
from dutybook.records import RawDocument

NORMS = """
[norms.cues]
obligation = ["ska", "är skyldig|skyldiga att"]
prohibition = ["ska inte", "får inte", "är förbjudet"]
permission = ["får", "har rätt att"]
exemption = ["behöver inte"]

[actors]
business = ["operatör", "redare"]
authority = ["hamnmyndighet"]
inflections = ["", "en", "n", "na", "er", "erna", "en", "ar"]

[temporal.weekdays]
"måndag" = 1

[temporal.months]
maj = 5

[temporal.numbers]
tre = 3

[[temporal.units]]
forms = ["dag(?:ar)?"]
iso = "D"

[[temporal.rules]]
name = "within a period"
kind = "period"
direction = "after"
patterns = ["inom {quantity}"]
"""

ACT = """FÖRORDNING (EU) 2031/77 om slussar

HÄRIGENOM FÖRESKRIVS FÖLJANDE.

Artikel 1
Tillämpning
Med slussar avses kammare med portar.

Artikel 2
Anmälan
1. Operatören ska anmäla varje stopp till hamnmyndigheten inom tre dagar.
2. Operatören får inte öppna porten under natten.
3. Redaren har rätt att granska boken.
4. Redaren behöver inte väga tomma lådor.

Artikel 3
Förordningen träder i kraft den 3 maj 2031.
"""


def _packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str) -> None:
    """The packs as they are, but a Swedish one that knows how acts are laid out, and ``more``."""
    folder = tmp_path / "languages"
    shutil.copytree(
        str(resources.files("dutybook.languages")), folder, ignore=shutil.ignore_patterns("*.py", "__pycache__")
    )
    pack = folder / "packs" / "sv.toml"
    layout = pack.read_text(encoding="utf-8").partition("\n[norms.cues]\n")[0]
    pack.write_text(layout + more, encoding="utf-8")
    packs.load.cache_clear()
    packs.temporal.cache_clear()
    monkeypatch.setattr(packs.resources, "files", lambda _: folder)


@pytest.fixture
def without_norms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Swedish pack that knows no norms."""
    _packs(tmp_path, monkeypatch, "\n")
    yield
    packs.load.cache_clear()
    packs.temporal.cache_clear()


@pytest.fixture
def with_norms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Swedish pack that knows a few norms."""
    _packs(tmp_path, monkeypatch, NORMS)
    yield
    packs.load.cache_clear()
    packs.temporal.cache_clear()


@pytest.mark.usefixtures("without_norms")
def test_without_the_data_norms_are_not_sought() -> None:
    analysis = analyse(RawDocument("slussar.txt", ACT.encode()))
    assert analysis.document.language == "sv"
    assert not analysis.norms
    assert "not known" in analysis.document.reason


@pytest.mark.usefixtures("with_norms")
def test_a_ninth_language_comes_from_data_alone() -> None:
    analysis = analyse(RawDocument("slussar.txt", ACT.encode()))
    found = [(n.place, n.modality.value, n.bearer.text if n.bearer else None) for n in analysis.norms]
    assert found == [
        ("Art 2(1)", "obligation", "Operatören"),
        ("Art 2(2)", "prohibition", "Operatören"),
        ("Art 2(3)", "permission", "Redaren"),
        ("Art 2(4)", "exemption", "Redaren"),
    ]
    assert [d.value for d in analysis.deadlines] == ["P3D"]
    assert {n.evidence.name for n in analysis.norms} == {"norms"}
