"""Whom a norm addresses, without the proposals that its act and its neighbours add: bearers, states that make others act, exceptions."""

from __future__ import annotations

import pytest

from dutybook.records.profiles import Answer, Profile, Proposal
from dutybook.resolve.applicability.addressees import AddressedNorm, Addressees, outer_places
from dutybook.resolve.applicability.judging import Judged
from dutybook.resolve.applicability.proposing import ActProposer
from harbour_act import act, norm

HOUSE = Profile("p", "Quay Ltd", ("DE",), (), 900, 90.0, 90.0, True, (Answer("payment institution", True),))


def judge(one: AddressedNorm) -> tuple[str, str] | None:
    proposer = ActProposer(act())
    of_act: Proposal = proposer.propose_act(HOUSE)
    made = Addressees(proposer.act, proposer.scope).judge(one, proposer.asker(HOUSE), of_act)
    return (made[0].value, made[1].code) if made else None


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (norm("Art 2(9)", "Payment institutions shall light the pier.", "Payment institutions"), ("applies", "role")),
        (norm("Art 2(9)", "Money houses shall light the pier.", "Money houses"), ("applies", "member")),
        (
            norm("Art 2(9)", "Money houses, other than payment institutions, shall light it.", "Money houses"),
            ("no", "excepted"),
        ),
        (
            norm(
                "Art 2(9)",
                "Member States shall ensure that payment institutions light the pier.",
                "Member States",
                "authority",
            ),
            ("applies", "through_role"),
        ),
        (norm("Art 2(9)", "Member States shall light the pier.", "Member States", "authority"), ("no", "authority")),
        (norm("Art 2(9)", "It shall be lit at night."), None),
    ],
)
def test_a_norm_is_judged_by_whom_it_addresses(one: AddressedNorm, expected: tuple[str, str] | None) -> None:
    assert judge(one) == expected


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        (("size", "credit institution"), "ask_size"),
        (("countries",), "ask_countries"),
        (("wording",), "ask_wording"),
        (("credit institution",), "ask_role"),
    ],
)
def test_what_is_asked_is_what_is_missing(missing: tuple[str, ...], code: str) -> None:
    assert Judged(None, missing=missing).ask_code == code


def test_a_place_of_another_form_is_its_own_outer_place() -> None:
    assert outer_places("Annex I") == ("Annex I",)
