"""What norms are about: the examples of ``tests/specs/*/topics.txt``, and where words count."""

from __future__ import annotations

import pytest

from dutybook.languages.topics import topic_titles, topics, topics_of
from spec_lines import SPECS, Line, spec_lines

LINES = [line for path in sorted(SPECS.glob("*/topics.txt")) for line in spec_lines(path)]


@pytest.mark.parametrize("line", LINES, ids=str)
def test_examples(line: Line) -> None:
    topic_names, _, action = line.marked.partition(" | ")
    assert topics_of(line.language, action, None, action) == (() if topic_names == "-" else tuple(topic_names.split()))


def test_every_language_has_examples_of_nearly_all_topics() -> None:
    languages = {language for topic in topics() for language in {**topic.words, **topic.acts}}
    for language in languages:
        topic_names = {
            name for line in LINES if line.language == language for name in line.marked.partition(" | ")[0].split()
        }
        assert len(topic_names - {"-"}) >= len(topics()) - 3, language
        assert any(line.marked.startswith("-") for line in LINES if line.language == language)


def test_acts_count_only_in_what_is_done() -> None:
    quote = "An operator that has to notify the agency shall wait."
    assert topics_of("en", "wait", None, quote) == ()
    assert topics_of("en", "wait", "Notification of wrecks", quote) == ("reporting",)
    assert topics_of("en", None, "", "Personal\u00a0data shall be kept at the pier’s office.") == ("data-protection",)
    assert topics_of("xx", "notify the agency", None, quote) == ()


def test_a_topic_has_one_name_and_a_title() -> None:
    assert len(topic_titles()) == len(topics()) == 16
    assert all(topic.words or topic.acts for topic in topics())
