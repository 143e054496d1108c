"""The whole path on documents: pure, complete, with evidence."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

import dutybook
from dutybook.errors import BadDocument, EmptyDocument, NotFound
from dutybook.extract.norms.pipeline import FoundNorms
from dutybook.languages import LanguagePack
from dutybook.languages.reader import describe_reasons
from dutybook.pipeline.analyse import with_text_unread
from dutybook.pipeline.config import Config
from dutybook.reasons import Why
from dutybook.records import Analysis, RawDocument, Span, Status

GOLD = sorted((Path(__file__).resolve().parents[2] / "corpora" / "gold").glob("*.json"))


def squeeze(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def f1(hits: int, gold: int, found: int) -> float:
    return 2 * hits / (gold + found) if gold + found else 1.0


@pytest.fixture(scope="module")
def regulation(analysed: Callable[[str], Analysis]) -> Analysis:
    return analysed("regulation-harbour-data.en.pdf")


def test_same_bytes_same_records(samples: Path, regulation: Analysis) -> None:
    again = dutybook.analyse(samples / "regulation-harbour-data.en.pdf")
    assert (again.norms, again.deadlines, again.citations) == (
        regulation.norms,
        regulation.deadlines,
        regulation.citations,
    )


def test_every_norm_has_place_page_and_boxes(regulation: Analysis) -> None:
    assert regulation.norms
    for norm in regulation.norms:
        assert norm.place
        assert regulation.page_of(norm.span)
        assert regulation.boxes_for(norm.span)
        assert norm.evidence.why


def test_no_norm_in_recitals_or_definitions(regulation: Analysis) -> None:
    zones = {p.id: p.zone.value for p in regulation.provisions}
    own = {zones[n.provision] for n in regulation.norms if not n.quoted}
    assert own <= {"enacting", "annex", "prose"}
    assert {zones[n.provision] for n in regulation.norms if n.quoted} <= {"amendment"}
    assert sum(p.kind.value == "recital" for p in regulation.provisions) == 14


def test_the_work_is_known_by_its_number(regulation: Analysis, analysed: Callable[[str], Analysis]) -> None:
    assert regulation.work is not None
    assert regulation.work.id == "32031R0418"
    german = analysed("regulation-harbour-data.de.pdf")
    assert german.work is not None
    assert german.work.id == regulation.work.id


def test_quotes_stand_in_the_text(regulation: Analysis) -> None:
    text = regulation.document.text
    parts = [p for n in regulation.norms for p in (n.bearer, n.action, n.condition, n.exception, n.recipient) if p]
    assert parts
    assert all(p.span.of(text) == p.text for p in parts)


@pytest.mark.parametrize("language", sorted({path.stem.rpartition(".")[2] for path in GOLD}))
def test_own_gold_is_found(language: str, samples: Path, analysed: Callable[[Path], Analysis]) -> None:
    """Norms of our annotated texts of one language: quotes that share at least half of their letters, in order."""
    hits = gold = found = 0
    for path in (p for p in GOLD if p.stem.endswith(f".{language}")):
        wanted = json.loads(path.read_text(encoding="utf-8"))
        name = Path(wanted["file"]).name
        analysis = analysed(next(place for place in (samples / name, path.parent / name) if place.is_file()))
        reference = squeeze(path.with_suffix(".txt").read_text(encoding="utf-8"))
        regions = [(reference.find(squeeze(r["from"])), reference.find(squeeze(r["to"]))) for r in wanted["regions"]]
        quotes = [squeeze(n["quote"]) for n in wanted["norms"]]
        made = [squeeze(analysis.quote(n.span)) for n in analysis.norms]
        inside = [q for q in made if any(a <= reference.find(q) <= b for a, b in regions)]
        left = list(inside)
        for quote in quotes:
            match = next((q for q in left if q in quote or quote in q), None)
            if match is not None and 2 * min(len(match), len(quote)) >= max(len(match), len(quote)):
                left.remove(match)
                hits += 1
        gold, found = gold + len(quotes), found + len(inside)
    assert f1(hits, gold, found) >= 0.85


def test_unknown_language_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LanguagePack, "seeks_norms", property(lambda pack: pack.code != "sv"))
    file = tmp_path / "act.txt"
    file.write_text("Operatören ska anmäla varje allvarlig händelse till hamnmyndigheten inom tre dagar.\n" * 8)
    analysis = dutybook.analyse(file)
    assert analysis.document.language == "sv"
    assert analysis.document.status is Status.PARTLY_READ
    assert "norms are not known" in analysis.document.reason
    assert not analysis.norms


def test_language_can_be_given(samples: Path) -> None:
    analysis = dutybook.analyse(samples / "essay-lighthouses.en.txt", Config(language="en"))
    assert analysis.document.language == "en"


def test_publication_date_can_be_given(tmp_path: Path) -> None:
    file = tmp_path / "news.txt"
    file.write_text(
        "Harbour office tells pilots to register\n\nPilots must register with the harbour office by the end of the month, "
        "the ministry said. The office opened its desk in the morning, and a long line of pilots stood in the rain.\n"
    )
    analysis = dutybook.analyse(file, Config(published="2027-03-05"))
    assert [d.value for d in analysis.deadlines] == ["2027-03"]


def test_missing_and_empty_files(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such file"):
        dutybook.read(tmp_path / "nowhere.pdf")
    with pytest.raises(EmptyDocument):
        dutybook.analyse(RawDocument("empty.pdf", b""))


@pytest.mark.parametrize("data", [b"\x00" * 64, b"%PDF-1.4\nbroken", b"PK\x03\x04rest", b"\x89PNG\r\n\x1a\n"])
def test_what_cannot_be_read_says_so(data: bytes) -> None:
    with pytest.raises(BadDocument) as caught:
        dutybook.analyse(RawDocument("file.pdf", data))
    assert len(str(caught.value)) > 20


@pytest.mark.shared
@pytest.mark.slow
def test_the_ai_act(shared: Path) -> None:
    """180 recitals without a norm; every norm with place, page and boxes; the duties of Article 73 with their deadlines."""
    analysis = dutybook.analyse(shared / "docs" / "eu" / "AIA_32024R1689_EN_OJ.pdf")
    kinds = {p.id: p for p in analysis.provisions}
    assert sum(p.kind.value == "article" for p in analysis.provisions) == 113
    assert sum(p.kind.value == "recital" for p in analysis.provisions) == 180
    assert not [n for n in analysis.norms if kinds[n.provision].zone.value == "recital"]
    assert all(n.place and analysis.page_of(n.span) and analysis.boxes_for(n.span) for n in analysis.norms)
    with dutybook.open_register(":memory:") as register:
        register.add(analysis)
        hits = dutybook.search(register, '"serious incident"', limit=50)
    article = [h for h in hits if h.place.startswith("Art 73")]
    assert len(article) >= 5
    values = {d.value for h in article for d in h.deadlines}
    assert {"P15D", "P10D", "immediate"} <= values


def test_a_text_that_takes_too_long_is_partly_read_and_says_from_where(tmp_path: Path) -> None:
    # What is loaded for the first document takes seconds of its own.
    (tmp_path / "first.txt").write_text("HARBOUR RULES\n\nArticle 1\n\nThe pilot shall board the vessel.", "utf-8")
    dutybook.analyse(tmp_path / "first.txt")
    file = tmp_path / "harbour-rules.txt"
    articles = [f"Article {n}\n\nThe pilot shall board vessel {n} before it moors at the quay." for n in range(1, 1200)]
    file.write_text("HARBOUR RULES\n\n" + "\n\n".join(articles), encoding="utf-8")
    found = dutybook.analyse(file, Config(seconds=4.5, wall_seconds=120.0))
    assert 0 < len(found.norms) < 1199
    assert found.document.status is Status.PARTLY_READ
    reason, *_ = [reason for reason in found.document.reasons if reason.code == Why.PART_NORMS_TIME]
    assert "in the last" in str(reason)
    assert "--time-limit" in str(reason)
    german = " ".join(piece.text for piece in describe_reasons([reason], "de"))
    assert "in den letzten" in german


def test_pages_on_which_norms_were_not_sought_are_named_and_plain_sentences_apart(regulation: Analysis) -> None:
    config = Config(seconds=56.0)
    layout, document = regulation.layout, regulation.document
    assert layout is not None
    starts = {page: next(n for n in range(len(layout.text)) if layout.page_of(n) == page) for page in (1, 2)}
    first, second = (Span(start, start + 20) for start in starts.values())
    for found, words in (
        (FoundNorms(), []),
        (FoundNorms(unread=(second,)), ["norms were not sought on page 2: "]),
        (FoundNorms(unread=(Span(first.start, second.end),)), ["norms were not sought on pages 1-2: "]),
        (
            FoundNorms(unread=(second,), unread_plain=(first,)),
            [
                "norms were not sought on page 2: ",
                "norms were not sought in sentences without words such as “shall” or “may” (on page 1): ",
            ],
        ),
    ):
        reasons = with_text_unread(document, found, layout, config).reasons[len(document.reasons) :]
        assert [str(reason)[: len(each)] for reason, each in zip(reasons, words, strict=True)] == words
        assert all("56 seconds" in str(reason) for reason in reasons)
