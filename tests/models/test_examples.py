"""Examples to learn from: annotated norms laid over the units of their documents."""

from __future__ import annotations

import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "models"), str(ROOT / "tests" / "extract" / "norms")]

from reader.examples import (  # noqa: E402
    FOLDS,
    Example,
    GoldReader,
    Text,
    Wanted,
    examples_of,
    find_words,
    fold_of,
    squeeze,
)
from scripted import Written, write  # noqa: E402

from dutybook.records import Span  # noqa: E402

EVERY = frozenset({"bearer", "action", "recipient", "condition", "exception"})


def text_of(written: Written) -> Text:
    d = written.discourse
    return Text("harbour.txt", d.text, tuple(d.sentences), d.family, "en")


def norm(text: str, first: str, last: str = "", /, modality: str = "obligation", **more: Any) -> Wanted:
    """The norm from the first words to the last ones."""
    start = text.index(first)
    end = text.index(last, start) + len(last) if last else start + len(first)
    about = {"strength": "must", "bearer": None, "bearer_class": "business", "parts": None} | more
    return Wanted(Span(start, end), modality, **about)


def laid(written: Written, *wanted: Wanted, regions: list[Span] | None = None) -> list[Example]:
    whole = [Span(0, len(written.text))]
    return list(examples_of(text_of(written), wanted, whole if regions is None else regions, "real"))


def tags(example: Example) -> list[tuple[str, str]]:
    return [(kind, example.text[start:end]) for kind, start, end in example.tags]


def quotes(example: Example) -> list[str] | None:
    return None if example.extents is None else [s.of(example.text) for s in example.extents]


class TestUnits:
    def test_a_unit_with_one_norm_is_one_example(self) -> None:
        written = write("[] The beekeeper reports each swarm to the warden.\n[] Swarms leave in May.")
        wanted = norm(
            written.text,
            "The beekeeper reports each swarm to the warden",
            bearer="The beekeeper",
            parts={"action": "reports each swarm", "recipient": "the warden"},
        )
        one, none = laid(written, wanted)
        assert (one.statement, one.strength, one.bearer_class, one.list) == ("obligation", "must", "business", "")
        assert tags(one) == [("bearer", "The beekeeper"), ("action", "reports each swarm"), ("recipient", "the warden")]
        assert one.known == EVERY
        assert quotes(one) == ["The beekeeper reports each swarm to the warden"]
        assert (none.statement, none.extents, none.tags, none.strength) == ("none", (), (), "")
        assert {e.part for e in (one, none)} == {-1}

    def test_without_an_action_in_the_annotation_only_the_bearer_is_known(self) -> None:
        written = write("[] The beekeeper reports each swarm to the warden.")
        (one,) = laid(written, norm(written.text, "The beekeeper reports", bearer="The beekeeper"))
        assert one.known == {"bearer"}

    def test_several_norms_of_a_unit_are_examples_of_their_own_as_well(self) -> None:
        written = write("[] Der Imker meldet jedes Volk und er darf es an Schulen verleihen.")
        first = norm(written.text, "Der Imker meldet jedes Volk", bearer="Der Imker")
        second = norm(written.text, "er darf", "verleihen", modality="permission", bearer="Der Imker")
        whole, one, two = laid(written, second, first)
        assert quotes(whole) == ["Der Imker meldet jedes Volk", "er darf es an Schulen verleihen"]
        assert [e.statement for e in (whole, one, two)] == ["obligation", "obligation", "permission"]
        assert [(e.index, e.part) for e in (whole, one, two)] == [(0, -1), (0, 0), (0, 1)]
        assert two.unit.span == second.span
        assert [s.of(two.text) for s in two.unit.before] == ["Der Imker meldet jedes Volk und "]
        assert tags(two) == [("bearer", "Der Imker")], "found in what goes before"

    def test_a_quote_over_two_units_belongs_to_that_which_holds_more_of_it(self) -> None:
        written = write("[] It is so in each hut.\n[] A warden of the valley lights the stove at dawn.")
        one, two = laid(written, norm(written.text, "each hut", "at dawn"))
        assert [one.statement, two.statement] == ["none", "obligation"]
        assert quotes(two) == ["A warden of the valley lights the stove at dawn"]

    def test_a_quote_that_no_unit_holds_half_of_is_left_out(self) -> None:
        lines = [f"[] The warden lights the stove of hut number {n}." for n in range(10, 16)]
        written = write("\n".join(lines))
        made = laid(written, norm(written.text, "hut number 10", "hut number 15"))
        assert [e.statement for e in made].count("obligation") <= 1

    def test_the_same_quote_twice_is_one_norm(self) -> None:
        written = write("[] The warden lights the stove of the hut.")
        wanted = norm(written.text, "The warden lights the stove of the hut")
        assert len(laid(written, wanted, wanted)) == 1

    def test_only_annotated_regions_give_examples(self) -> None:
        written = write("[] The warden lights the stove.\n[] The warden sweeps the floor.")
        at = written.text.index("The warden sweeps")
        made = laid(written, regions=[Span(at, len(written.text))])
        assert [e.index for e in made] == [1]

    def test_zones_that_hold_no_norms_give_no_example(self) -> None:
        written = write("[recital] The warden should light the stove.\n[] The warden lights the stove.")
        assert [e.index for e in laid(written)] == [1]


class TestLists:
    SCRIPT = """
        [stem] The ferryman shall, each evening:
        [item=0] moor the boat at the landing;
        [item=0] hang the lamp upon the post;
        [tail=0] before he leaves the landing.
    """

    def test_an_item_has_the_bearer_in_its_stem(self) -> None:
        written = write(self.SCRIPT)
        _, item, *_ = laid(written, norm(written.text, "moor the boat", "landing", bearer="The ferryman"))
        (tag,) = item.tags
        assert item.text[tag[1] : tag[2]] == "The ferryman"
        assert item.unit.before[0].contains(Span(tag[1], tag[2]))

    def test_a_stem_whose_items_are_norms_carries_them(self) -> None:
        written = write(self.SCRIPT)
        stem, *_ = laid(
            written, norm(written.text, "moor the boat", "landing", bearer="The ferryman", bearer_class="person")
        )
        assert (stem.statement, stem.list, stem.bearer_class) == ("obligation", "items", "person")
        assert stem.known == {"bearer"}
        assert tags(stem) == [("bearer", "The ferryman")]

    def test_a_stem_with_a_norm_of_its_own_is_told_from_it(self) -> None:
        written = write(self.SCRIPT)
        stem, *_ = laid(written, norm(written.text, "The ferryman shall, each evening"))
        assert stem.list == "stem"

    def test_a_tail_carries_no_stem(self) -> None:
        written = write(self.SCRIPT)
        stem, *_ = laid(written, norm(written.text, "before he leaves the landing"))
        assert stem.statement == "none"

    def test_a_stem_of_stems_carries_what_is_nested(self) -> None:
        written = write("""
            [stem] The ferryman shall, each evening:
            [stem of=0] when the river is in flood:
            [item=1] draw the boat upon the bank;
        """)
        outer, inner, _ = laid(written, norm(written.text, "draw the boat", "bank"))
        assert outer.list == inner.list == "items"


class TestFolds:
    def test_a_documents_fold_is_that_of_the_scores(self) -> None:
        for name in ("quay.txt", "hut.pdf", "λιμάνι.html"):
            assert fold_of(name) == int(sha256(name.encode()).hexdigest(), 16) % 5

    def test_folds_are_of_about_the_same_size(self) -> None:
        counts = Counter(fold_of(f"document {n}") for n in range(1000))
        assert set(counts) == set(range(FOLDS))
        assert min(counts.values()) > 150


class TestWords:
    @pytest.mark.parametrize(
        ("text", "words", "found"),
        [
            ("The Harbour-Master and pilots", "harbour master", "Harbour-Master"),
            ("Die zuständige\n   Behörde prüft", "zuständige Behörde", "zuständige\n   Behörde"),
            ("steamers and a steam boat", "steam", "steam"),
            ("Hafenmeister", "Hafen", None),
            ("die Ämter", "ämter", "Ämter"),
            ("nobody", "", None),
            ("nobody", "…", None),
        ],
    )
    def test_words_are_found_whatever_stands_between_them(self, text: str, words: str, found: str | None) -> None:
        place = find_words(text, words)
        assert (text[place[0] : place[1]] if place else None) == found

    @given(
        st.lists(st.sampled_from(["Öl", "boat", "die", "dier", "x1", "§", "ﬁsh"]), max_size=8),
        st.integers(0, 7),
        st.integers(1, 3),
    )
    def test_what_is_found_is_what_was_sought(self, words: list[str], first: int, size: int) -> None:
        sought = " ".join(words[first : first + size])
        place = find_words(" ".join(words), sought)
        if squeeze(sought)[0]:
            assert place is not None
            assert squeeze(" ".join(words)[place[0] : place[1]])[0] == squeeze(sought)[0]


class TestGold:
    """Annotations as they lie in files, with a scorer that takes the first place inside a region."""

    def scorer(self) -> Any:
        def locate(text: str, quote: str) -> list[tuple[int, int]]:
            wanted, _ = squeeze(quote)
            return [(n, n + len(wanted)) for n in range(len(text)) if text.startswith(wanted, n)]

        def in_order(quotes: list[list[tuple[int, int]]], inside: Any) -> list[tuple[int, int] | None]:
            return [next((p for p in places if inside(p)), None) for places in quotes]

        return SimpleNamespace(locate=locate, in_order=in_order, squeeze=lambda words: squeeze(words)[0])

    def gold(self, **region: Any) -> dict[str, Any]:
        about = {"modality": "obligation", "strength": "must", "bearer": None, "bearer_class": "any"}
        quotes = ("The warden lights the stove", "The warden sells the hut")
        return {"norms": [{"quote": q, **about} for q in quotes], "regions": [region]}

    def test_a_quote_that_does_not_stand_there_is_left_out(self) -> None:
        written = write("[] Rules of the hut follow.\n[] The  warden lights the stove.\n[] Nothing else is asked.")
        end = len(squeeze(written.text)[0])
        wanted, regions, kept = GoldReader(self.scorer()).read(self.gold(start=0, end=end), text_of(written))
        assert [w.span.of(written.text) for w in wanted] == ["The  warden lights the stove"]
        assert [k["quote"] for k in kept] == ["The warden lights the stove"]
        assert regions[0].of(written.text).startswith("Rules")
        assert regions[0].of(written.text).endswith("asked")

    def test_a_region_may_be_given_by_words(self) -> None:
        written = write("[] Rules of the hut follow.\n[] The warden lights the stove.\n[] Nothing else is asked.")
        gold = self.gold(**{"from": "The warden", "to": "the stove"})
        _, (region,), _ = GoldReader(self.scorer()).read(gold, text_of(written))
        assert region.of(written.text) == "The warden lights the stove"

    def test_what_is_annotated_outside_of_the_regions_is_left_out(self) -> None:
        written = write("[] The warden lights the stove.\n[] Nothing else is asked.")
        gold = self.gold(**{"from": "Nothing", "to": "asked"})
        assert GoldReader(self.scorer()).read(gold, text_of(written))[0] == []
