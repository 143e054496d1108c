"""Who is mentioned in notes, and who is not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from builders import N, make_analysis
from dutybook.store import Register, open_register
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.mentions import mentioned, mentions_of

NAMES = ["Anna", "Anna Berg", "Émile", "Li"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Anna look", ["Anna"]),
        ("look, @ANNA BERG!", ["Anna Berg"]),
        ("(@émile) and @Anna Berg, @Anna", ["Émile", "Anna Berg", "Anna"]),
        ("@Lisa is nobody here", []),
        ("write to x@anna or me.@li", []),
        ("@", []),
        ("@@Li", ["Li"]),
        ("Anna without a sign", []),
        ("@Emile in composed letters only", []),
        ("@E\u0301mile in letters of two parts", ["Émile"]),
    ],
)
def test_a_mention_is_a_sign_and_a_known_name(text: str, names: list[str]) -> None:
    assert mentioned(text, NAMES) == names


@pytest.fixture
def register() -> Register:
    made = open_register()
    made.add(make_analysis([N("Pilots must keep a log.", place="Art 1")]))
    (norm,) = made.norms()
    for hour, by, text in (
        (9, "Emil", "@Anna Berg please"),
        (10, "Anna Berg", "done, @Anna Berg"),
        (11, "Li", "@anna"),
    ):
        now = datetime(2031, 5, 6, hour, tzinfo=UTC)
        reviews.change(made, [norm.id], Change(note=text), by=by, now=now)
    return made


def test_mentions_are_of_others_and_the_latest_first(register: Register) -> None:
    (norm,) = register.norms()
    (one,) = mentions_of(register, "anna berg", NAMES)
    assert (one.norm, one.by, one.text, one.at) == (norm.id, "Emil", "@Anna Berg please", "2031-05-06T09:00:00+00:00")
    assert [found.by for found in mentions_of(register, "Anna", NAMES)] == ["Li"]
    # Without the other names the longer one is a mention of the shorter.
    assert [found.by for found in mentions_of(register, "Anna")] == ["Li", "Anna Berg", "Emil"]
    assert mentions_of(register, "Anna Berg", NAMES, since="2031-05-06T09:30:00+00:00") == []


def test_a_note_that_is_taken_back_mentions_nobody(register: Register) -> None:
    (norm,) = register.norms()
    reviews.undo(register, norm.id, by="Li")
    assert mentions_of(register, "Anna", NAMES) == []
