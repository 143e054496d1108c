"""The committed samples are what their sources give, each opens, and the gold quotes its reference text."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

SAMPLES = sorted(
    p.name for p in (Path(__file__).parents[2] / "corpora" / "samples").iterdir() if p.name != "MANIFEST.tsv"
)


def squeeze(text: str) -> str:
    """Letters and digits only, as the scorer compares."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    pytest.importorskip("reportlab")
    out = tmp_path_factory.mktemp("corpora")
    subprocess.run(
        [sys.executable, root / "corpora" / "build_samples.py", "--out", out], check=True, capture_output=True
    )
    return out


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_samples_are_what_the_sources_give(rebuilt: Path, root: Path) -> None:
    committed = files_below(root / "corpora" / "samples")
    built = files_below(rebuilt / "samples")
    assert sorted(built) == sorted(committed)
    assert [name for name in built if built[name] != committed[name]] == []


def test_reference_texts_are_what_the_sources_give(rebuilt: Path, root: Path) -> None:
    for name, data in files_below(rebuilt / "gold").items():
        assert (root / "corpora" / "gold" / name).read_bytes() == data, name


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_opens_and_has_its_title(name: str, samples: Path) -> None:
    with (samples / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        row = next(r for r in csv.DictReader(file, delimiter="\t") if r["file"] == name)
    path = samples / name
    if path.suffix == ".pdf":
        import pypdfium2

        document = pypdfium2.PdfDocument(path)
        assert len(document) == int(row["pages"])
        text = document[0].get_textpage().get_text_bounded()
        document.close()
    else:
        text = re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8"))
    assert squeeze(row["title"])[:60] in squeeze(text)


def test_the_journal_breaks_words_at_soft_and_at_hard_hyphens(samples: Path) -> None:
    data = (samples / "regulation-harbour-data.en.pdf").read_bytes()
    assert len(re.findall(rb"[a-z]\\255\) Tj", data)) >= 5
    assert b"decision-) Tj" in data


def test_the_eurlex_page_is_well_formed(samples: Path) -> None:
    from lxml import etree

    parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)
    tree = etree.parse(samples / "regulation-harbour-data.fr.html", parser)
    articles = [e for e in tree.iter("{*}div") if re.fullmatch(r"art_\d+", e.get("id", ""))]
    assert len(articles) == 28


def test_all_stays_small(samples: Path) -> None:
    assert sum(p.stat().st_size for p in samples.iterdir()) < 2_000_000


def test_the_act_is_annotated_alike_in_its_three_languages(root: Path) -> None:
    seen = []
    for language in ("en", "de", "fr"):
        path = root / "corpora" / "gold" / f"regulation-harbour-data.{language}.json"
        norms = json.loads(path.read_text(encoding="utf-8"))["norms"]
        seen.append(
            [(n["place"], n["modality"], n["bearer_class"], [d["value"] for d in n["deadlines"]]) for n in norms]
        )
    assert seen[0] == seen[1] == seen[2]
