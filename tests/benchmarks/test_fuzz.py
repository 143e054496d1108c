"""The damage that ``benchmarks/fuzz.py`` does is the same for the same seed, and it knows a fault from a refusal."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from dutybook.reasons import Why, because
from loading import script


@pytest.fixture(scope="module")
def fuzz(root: Path) -> ModuleType:
    return script(root / "benchmarks" / "fuzz.py", "fuzz_benchmark")


def test_the_same_seed_does_the_same_damage(fuzz: ModuleType) -> None:
    seeds = fuzz.read_seeds()
    assert len(seeds) > 15

    def damaged(seed: int) -> list[tuple[str, bytes]]:
        chance = random.Random(seed)
        return [fuzz.mutate(data, chance) for _, data in seeds[:12] for _ in range(3)]

    assert _plain(damaged(5)) == _plain(damaged(5))
    assert _plain(damaged(5)) != _plain(damaged(6))


def _plain(made: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Without the bytes of archives, whose members have the time at which they were packed."""
    return [(how, b"" if data[:2] == b"PK" else data) for how, data in made]


def test_a_damaged_stream_is_what_a_reader_of_contents_meets(fuzz: ModuleType, root: Path) -> None:
    """The file stays one that opens at once, and the content of one stream is another."""
    import pypdfium2

    data = (root / "corpora" / "samples" / "essay-lighthouses.en.pdf").read_bytes()
    before = _texts(pypdfium2, data)
    changed = 0
    for seed in range(12):
        how, damaged = fuzz.mutate_stream(data, random.Random(seed))
        assert how.startswith("stream-")
        assert damaged.startswith(data)
        changed += _texts(pypdfium2, damaged) != before
    assert changed > 3


def _texts(pypdfium2: ModuleType, data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def test_a_damaged_mail_is_one_that_is_read(fuzz: ModuleType) -> None:
    from dutybook.layout.mail import read_mail

    _, (_, mail), *_ = fuzz.read_mails()
    assert b"Fog signals" in mail
    texts = {how: fuzz.mutate_mail(mail, random.Random(seed))[1] for seed in range(8) for how in [seed]}
    assert len(set(texts.values())) > 4
    assert read_mail(mail).text


def test_a_damaged_message_of_outlook_still_opens(fuzz: ModuleType) -> None:
    """One stream is another, and the directory that leads to it is right."""
    from dutybook.layout.compound_file import read_compound_file
    from dutybook.layout.formats import sniff

    name, message = fuzz.read_mails()[-1]
    assert (name, sniff(message)) == ("files.msg", "msg")
    mutations = [fuzz.mutate(message, random.Random(seed)) for seed in range(30)]
    damaged = [data for how, data in mutations if how.startswith("stream-")]
    assert len(damaged) > 8
    assert all(sniff(data) == "msg" for data in damaged)
    before = read_compound_file(message).tree()
    assert sum(read_compound_file(data).tree() != before for data in damaged) > 4


def test_feeds_are_checked(fuzz: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    import test_feed

    assert fuzz.parse_feed("rss.xml", test_feed.RSS.encode()) == "read"
    outcomes: Counter[str] = Counter()
    rounds = iter([True] * 20 + [False])
    assert list(fuzz.feeds(random.Random(1), lambda: next(rounds), outcomes)) == []
    assert sum(outcomes.values()) == 20


def test_what_fails_otherwise_is_found(fuzz: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> str:
        raise KeyError("x")

    def refuses() -> str:
        raise LookupError("no such thing")

    def hangs() -> str:
        ends = time.process_time() + 5
        while time.process_time() < ends:
            pass
        return "read"

    assert fuzz.attempt(fails, ()) == ("defect", "KeyError: 'x'")
    assert fuzz.attempt(refuses, (LookupError,)) == ("refused", "")
    monkeypatch.setattr(fuzz, "_LONGEST", 0.2)
    assert fuzz.attempt(hangs, ())[0] == "late"


@pytest.mark.parametrize("how", ["flip", "cut", "delete", "repeat", "number", "insert", "swap"])
@pytest.mark.parametrize("data", [b"", b"7", b"Article 12: keepers shall 3 x."])
def test_anything_can_be_damaged(fuzz: ModuleType, how: str, data: bytes) -> None:
    assert isinstance(fuzz.MUTATIONS[how](data, random.Random(3)), bytes)


def test_faults_are_told_from_refusals(fuzz: ModuleType) -> None:
    assert fuzz.find_fault("") == ""
    assert fuzz.find_fault(because(Why.EMPTY, "{name}: empty", name="x")) == ""
    assert fuzz.find_fault(because(Why.SLOW, "slow {seconds}", seconds=3)) == "crash, time or memory"
    assert fuzz.find_fault(because(Why.DEFECT, "internal error: {why}", why="KeyError")) == "defect"
