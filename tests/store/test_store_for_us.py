"""The filter "for us": what people confirmed first, then what is proposed, and which of the two it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from builders import HARBOUR, N, make_analysis
from dutybook.store import Filters, Register, open_register
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.profiles.profiles import ProfileChange, add_profile

NORMS = [
    N("Payment institutions shall keep a log of the quays.", place="Art 5", bearer="Payment institutions"),
    N("The harbour office shall publish the log.", place="Art 6", bearer="harbour office", bearer_class="authority"),
    N("The log shall be complete.", place="Art 7"),
    N("Payment institutions shall paint the quays.", place="Art 8", bearer="Payment institutions"),
]


@pytest.fixture
def register() -> Iterator[Register]:
    with open_register(":memory:") as made:
        made.add(make_analysis(NORMS, work=HARBOUR))
        add_profile(
            made,
            ProfileChange(name="Quay Pay", countries=("DE",), yes=("payment institution",), complete=True),
            by="anna",
        )
        add_profile(
            made, ProfileChange(name="Quay Bread", countries=("DE",), yes=("bakery",), complete=True), by="anna"
        )
        yield made


def places(register: Register, **given: object) -> list[str]:
    return [norm.place for norm in register.norms(Filters(**given))]  # type: ignore[arg-type]


def counts(register: Register, facet: str) -> dict[str, int]:
    found = register.results(Filters(), 10, facets=[facet])
    return {value: number for value, _, number in found.facets[facet]}


def test_what_is_proposed_for_any_profile_is_for_us(register: Register) -> None:
    assert places(register, for_us="yes") == places(register, for_us="proposed") == ["Art 5", "Art 8"]
    assert places(register, for_us="ask") == ["Art 7"]
    assert places(register, for_us="no") == ["Art 6"]
    assert places(register, for_us=("ask", "no")) == ["Art 6", "Art 7"]
    assert places(register, profile="Quay Pay") == ["Art 5", "Art 8"]
    assert places(register, profile="Quay Bread") == []
    assert counts(register, "for_us") == {"yes": 2, "proposed": 2, "ask": 1, "no": 1}
    assert counts(register, "profile") == {"Quay Pay": 2}


def test_what_people_say_counts_before_what_is_proposed(register: Register) -> None:
    by_place = {norm.place: norm.id for norm in register.norms()}
    reviews.change(register, [by_place["Art 5"]], Change(applicability="no", reason="exempted"), by="anna")
    reviews.change(register, [by_place["Art 7"]], Change(applicability="yes"), by="anna")
    assert places(register, for_us="confirmed") == ["Art 7"]
    assert places(register, for_us="yes") == ["Art 7", "Art 8"]
    assert places(register, for_us="no") == ["Art 5", "Art 6"]
    assert places(register, profile="Quay Pay") == ["Art 7", "Art 8"]
    assert counts(register, "for_us") == {"yes": 2, "confirmed": 1, "proposed": 1, "no": 2}
    assert counts(register, "profile") == {"Quay Bread": 1, "Quay Pay": 2}


def test_without_profiles_everything_is_to_be_asked() -> None:
    with open_register(":memory:") as register:
        register.add(make_analysis(NORMS, work=HARBOUR))
        assert places(register, for_us="ask") == ["Art 5", "Art 6", "Art 7", "Art 8"]
        assert places(register, for_us="yes") == []
