"""How ``benchmarks/regulatory.py`` cuts the sentences of its data set."""

from __future__ import annotations

from pathlib import Path

from loading import script

REGULATORY = script(Path(__file__).resolve().parents[2] / "benchmarks" / "regulatory.py")


def test_an_amendment_is_read_by_the_words_that_it_inserts() -> None:
    sentence = "Article 3 is replaced by the following: ‘The port shall keep a log.’"
    assert REGULATORY.lines_of(sentence) == ["The port shall keep a log."]


def test_parts_depend_on_the_words_alone() -> None:
    parts = {REGULATORY.part_of(f"The port shall keep log number {number}.") for number in range(40)}
    assert parts == {"first half", "third quarter", "last quarter"}
    assert REGULATORY.part_of("The port  shall\nkeep a log.") == REGULATORY.part_of("The port shall keep a log.")
