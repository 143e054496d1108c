"""A unit as pieces, and tags as parts: pieces lead back to the text, parts survive being tagged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import cut_pieces

from dutybook.extract.norms.model.inputs import (
    END,
    LONGEST_BEFORE,
    LONGEST_NEXT,
    LONGEST_UNIT,
    LONGEST_WHERE,
    PADDING,
    PARTS,
    START,
    TAGS,
    Floats,
    UnitInput,
    begins_word,
    decode_tags,
    describe_part,
    encode_unit,
    find_parts,
)
from dutybook.records import Span

WIDTH = 256
"""Positions that the network has."""


@dataclass(frozen=True)
class Letters:
    """A tokenizer of runs of three letters, each with the space before it, as the shipped one has them."""

    def token_to_id(self, token: str) -> int:
        return {START: 0, PADDING: 1, END: 2}[token]

    def encode(self, text: str, add_special_tokens: bool = True) -> Any:
        assert not add_special_tokens
        found = [m.span() for m in re.finditer(r"\s?[^\W_]{1,3}|\s?[^\w\s]", text)]
        return SimpleNamespace(ids=[3 + sum(map(ord, text[a:b])) % 400 for a, b in found], offsets=found)


letters = st.text("abc déß,.(§:) \n", min_size=1, max_size=40)
lengths = st.integers(0, 60)


@st.composite
def units(draw: st.DrawFn) -> tuple[UnitInput, str]:
    """A text with a unit, what goes before it, and what follows."""
    pieces = [draw(letters) * draw(lengths.filter(bool)) for _ in range(5)]
    text = "".join(pieces)
    ends = [0, *np.cumsum([len(p) for p in pieces]).tolist()]
    spans = [Span(a, b) for a, b in pairwise(ends)]
    before = tuple(spans[: draw(st.integers(0, 3))])
    following = spans[4] if draw(st.booleans()) else None
    return UnitInput(draw(letters) * draw(lengths), before, spans[3], following), text


class TestEncoding:
    @given(units())
    def test_a_sequence_is_never_longer_than_the_network(self, given_: tuple[UnitInput, str]) -> None:
        unit, text = given_
        made = encode_unit(unit, text, Letters())
        assert len(made.ids) <= WIDTH
        assert made.end - made.start <= LONGEST_UNIT
        assert made.last - made.first <= LONGEST_BEFORE

    def test_the_longest_of_everything_fits(self) -> None:
        assert 1 + LONGEST_WHERE + LONGEST_BEFORE + 2 + LONGEST_UNIT + 1 + 1 + LONGEST_NEXT + 1 <= WIDTH

    @given(units())
    def test_pieces_stand_in_their_own_passage_in_order(self, given_: tuple[UnitInput, str]) -> None:
        unit, text = given_
        made = encode_unit(unit, text, Letters())
        assert len(made.offsets) == made.end - made.start
        assert len(made.before_offsets) == made.last - made.first
        for a, b in made.offsets:
            assert unit.span.start <= a < b <= unit.span.end
        for a, b in made.before_offsets:
            assert any(s.start <= a < b <= s.end for s in unit.before)
        for offsets in (made.offsets, made.before_offsets):
            assert all(one[1] <= other[0] for one, other in pairwise(offsets))

    @given(units())
    def test_a_sequence_is_marked_where_its_segments_begin_and_end(self, given_: tuple[UnitInput, str]) -> None:
        unit, text = given_
        made = encode_unit(unit, text, Letters())
        assert made.ids[0] == 0
        assert made.ids[made.start - 2 : made.start] == (2, 2)
        assert made.ids[made.end] == 2
        assert made.last == made.start - 2
        assert made.ids.count(2) == 3 + 2 * (unit.following is not None)

    def test_of_a_long_text_before_its_beginning_and_its_end_are_read(self) -> None:
        text = " ".join(f"{n:03}" for n in range(200)) + " end"
        unit = UnitInput("", (Span(0, 799),), Span(800, len(text)))
        made = encode_unit(unit, text, Letters())
        words = [text[a:b].strip() for a, b in made.before_offsets]
        assert words[0] == "000"
        assert words[-1] == "199"
        assert len(words) == LONGEST_BEFORE

    @given(st.integers(0, 40), st.integers(1, 40))
    def test_a_part_has_what_stands_before_it_before_it(self, start: int, length: int) -> None:
        whole = UnitInput("where", (Span(0, 5),), Span(10, 100), Span(100, 120))
        part = describe_part(whole, Span(10 + start, 10 + start + length))
        assert part.before == ((Span(10, 10 + start),) if start > 1 else whole.before)
        assert part.following is None
        assert describe_part(whole, Span(50, 100)).following == whole.following


TEXT = "Wer die Brücke-nach Süd öffnet (Wärter), meldet es der Hafenmeisterei, sofern Zeit bleibt; sonst nicht."
OFFSETS = cut_pieces(TEXT, Span(0, len(TEXT)))
WORDS = [m.span() for m in re.finditer(r"\w+", TEXT)]


def values_of(tags: list[int], sure: float = 0.9) -> Floats:
    """Log-probabilities of tags."""
    made = np.full((len(tags), len(TAGS)), (1 - sure) / (len(TAGS) - 1), dtype=np.float32)
    made[np.arange(len(tags)), tags] = sure
    return np.log(made)


def tags_of(parts: list[tuple[str, int, int]]) -> list[int]:
    """Tags of the pieces, the wider parts first, as training lays them."""
    tags = [0] * len(OFFSETS)
    for kind, start, end in sorted(parts, key=lambda p: p[1] - p[2]):
        inside = [n for n, (a, b) in enumerate(OFFSETS) if start <= a and b <= end]
        for n in inside:
            tags[n] = TAGS.index(f"{'B' if n == inside[0] else 'I'}-{kind}")
    return tags


@st.composite
def parts(draw: st.DrawFn) -> list[tuple[str, int, int]]:
    """Parts of whole words side by side, one of each kind at most."""
    found, at = [], 0
    for kind in draw(st.permutations(PARTS)):
        first = draw(st.integers(at, at + 3))
        last = first + draw(st.integers(0, 2))
        if last < len(WORDS):
            found.append((kind, WORDS[first][0], WORDS[last][1]))
        at = last + 1
    return found


class TestTags:
    @given(parts())
    def test_parts_survive_being_tagged(self, wanted: list[tuple[str, int, int]]) -> None:
        tags = decode_tags(values_of(tags_of(wanted)), OFFSETS, TEXT)
        assert tags == tags_of(wanted)
        assert [p[:3] for p in find_parts(tags, OFFSETS, TEXT)] == wanted

    def test_a_part_within_a_part_survives(self) -> None:
        start, end = TEXT.index("meldet"), TEXT.index(", sofern")
        wanted = [("action", start, end), ("recipient", TEXT.index("es der"), TEXT.index(" Hafen"))]
        tags = decode_tags(values_of(tags_of(wanted)), OFFSETS, TEXT)
        assert [p[:3] for p in find_parts(tags, OFFSETS, TEXT)] == wanted

    @given(
        st.lists(
            st.lists(st.floats(-9, 0, width=32), min_size=13, max_size=13), min_size=len(OFFSETS), max_size=len(OFFSETS)
        )
    )
    def test_whatever_the_network_says_parts_are_whole_words(self, values: list[list[float]]) -> None:
        tags = decode_tags(np.array(values, dtype=np.float32), OFFSETS, TEXT)
        assert len(tags) == len(OFFSETS)
        for before, tag in zip([0, *tags], tags, strict=False):
            assert tag == 0 or tag % 2 or before in (tag - 1, tag) or before != 0, "a part begins with B behind O"
        starts, ends = {a for a, _ in WORDS}, {b for _, b in WORDS}
        for _, start, end, first, last in find_parts(tags, OFFSETS, TEXT):
            assert OFFSETS[first][0] <= start < end <= OFFSETS[last - 1][1]
            assert start in starts or not TEXT[start].isalnum()
            assert end in ends or not TEXT[end - 1].isalnum()

    def test_a_change_of_kind_must_be_worth_it(self) -> None:
        tags = tags_of([("action", TEXT.index("meldet"), TEXT.index(", sofern"))])
        values = values_of(tags)
        at = next(n for n, (a, _) in enumerate(OFFSETS) if a == TEXT.index("es der"))
        slightly = values.copy()
        slightly[at] = values_of([0], 0.4)[0]
        slightly[at, TAGS.index("I-action")] = np.log(0.3)
        assert decode_tags(slightly, OFFSETS, TEXT) == tags
        surely = values.copy()
        surely[at] = values_of([0], 0.999)[0]
        assert decode_tags(surely, OFFSETS, TEXT)[at] == 0

    @pytest.mark.parametrize(
        ("pieces", "words"),
        [
            ("the group | ' | s board", ["the", "group's", "board"]),
            ("the group | 's board", ["the", "group's", "board"]),
            ("ships | ’ masters", ["ships", "’", "masters"]),
            ("l | ' | opér | ateur", ["l'", "opérateur"]),
            ("dell | ’ | autor | ità", ["dell’", "autorità"]),
            ("the ' | board | '", ["the", "'", "board", "'"]),
            ("Art 5 | ' | a", ["Art", "5", "'", "a"]),
        ],
    )
    def test_an_apostrophe_belongs_to_the_letters_before_it(self, pieces: str, words: list[str]) -> None:
        text, offsets = "", []
        for run in pieces.split(" | "):
            for n, word in enumerate(run.split(" ")):
                # A piece begins with the space before it.
                start = len(text)
                text += f" {word}" if n and text else word
                offsets.append((start, len(text)))
        starts = [n for n in range(len(offsets)) if n == 0 or begins_word(offsets[n - 1], offsets[n], text)]
        found = [text[offsets[a][0] : offsets[b - 1][1]].strip() for a, b in pairwise([*starts, len(offsets)])]
        assert found == words

    def test_nothing_has_no_tags(self) -> None:
        assert decode_tags(np.zeros((0, len(TAGS)), dtype=np.float32), (), TEXT) == []
        assert list(find_parts([], (), TEXT)) == []

    @pytest.mark.parametrize("kind", PARTS)
    def test_white_space_and_commas_at_the_ends_are_no_part(self, kind: str) -> None:
        text = "he rows , daily"
        offsets = ((0, 2), (2, 7), (7, 9), (9, 15))
        begin = TAGS.index(f"B-{kind}")
        assert list(find_parts([0, begin, begin + 1, 0], offsets, text)) == [(kind, 3, 7, 1, 3)]
