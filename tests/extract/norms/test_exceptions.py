"""Exceptions to norms, found by the words that open or close them: sentences of ours in each language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dutybook.extract.norms.exceptions import find_exception
from dutybook.languages import pack
from dutybook.records import Span

SPECS = Path(__file__).parents[2] / "specs"
_MARK = re.compile(r"</?exception>")


def lines() -> list[tuple[str, str]]:
    return [
        (code, line)
        for code in pack.available()
        if (file := SPECS / code / "exceptions.txt").is_file()
        for line in file.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]


def test_every_language_has_lines_with_and_without_one() -> None:
    kinds = {(code, "<exception>" in line) for code, line in lines()}
    assert kinds == {
        (code, marked) for code in pack.available() if pack.load(code).seeks_norms for marked in (True, False)
    }


@pytest.mark.parametrize(("code", "line"), lines())
def test_the_marked_words_are_the_exception(code: str, line: str) -> None:
    text = _MARK.sub("", line)
    marked = re.search("<exception>(.*)</exception>", line)
    found = find_exception(text, Span(0, len(text)), pack.load(code).norms.exceptions)
    assert (found.of(text) if found else None) == (marked[1] if marked else None)


class TestEnds:
    WORDS = pack.load("de").norms.exceptions
    TEXT = "Alle warten. Mit Ausnahme von Booten müssen alle Schiffe ein Licht führen."

    def test_one_without_a_comma_ends_where_the_verb_begins(self) -> None:
        span, verb = Span(13, len(self.TEXT)), self.TEXT.index("müssen")
        found = find_exception(self.TEXT, span, self.WORDS, [self.TEXT.index("alle Schiffe"), verb])
        assert found is not None
        assert found.of(self.TEXT) == "Mit Ausnahme von Booten"

    def test_without_anything_to_end_it_a_whole_sentence_is_none(self) -> None:
        assert find_exception(self.TEXT, Span(13, len(self.TEXT)), self.WORDS) is None

    def test_words_that_open_one_and_say_no_more_are_none(self) -> None:
        text = "Hunde bleiben draußen, es sei denn:"
        words = self.WORDS.model_copy(update={"opens": ("sei",), "opens_late": ()})
        assert find_exception(text, Span(0, len("Hunde bleiben draußen, es sei")), words) is None
