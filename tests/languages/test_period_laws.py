"""Laws on periods are valid data: each names its provisions, and no state has two."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from dutybook.errors import NotFound
from dutybook.languages.period_laws import PeriodLaw, period_law, period_laws


def _law(**changed: Any) -> dict[str, Any]:
    units = {"days": "a", "weeks": "b", "months": "c", "missing": "d"}
    kinds = {"calendar": {"name": "days", "source": "a"}, "working": {"name": "working days", "source": "a"}}
    law = {"id": "harbour", "name": "Harbour Act", "event": "s 1", "units": units, "kinds": kinds}
    rest = {
        "end": {"source": "s 2"},
        "back": {"last": "act", "source": "s 3"},
        "hours": {"start": "minute", "source": "s 4"},
    }
    return {**law, **rest, **changed}


def test_a_law_is_data() -> None:
    law = PeriodLaw.model_validate(_law())
    assert law.words() == ()
    assert hash(law) == hash("harbour")


@pytest.mark.parametrize(
    "changed",
    [
        {"days": "moons"},
        {"working_days": "moons"},
        {"short": {"up_to": 5, "kind": "moons", "source": "s 5"}},
        {"id": "Harbour Act"},
        {"colour": "blue"},
        {"end": {"source": "s 2", "also_off": ["02-30-1"]}},
        {"end": {"source": "s 2", "off": ["mondays"]}},
        {"back": {"last": "maybe", "source": "s 3"}},
    ],
)
def test_what_is_no_law_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PeriodLaw.model_validate(_law(**changed))


def test_laws_are_found_by_their_id() -> None:
    assert period_law("bgb").name == "§§ 187–193 BGB"
    with pytest.raises(NotFound, match="reg1182"):
        period_law("harbour")


def test_every_state_has_one_law() -> None:
    states = [state for law in period_laws().values() for state in law.jurisdictions]
    assert len(states) == len(set(states))
    assert {"EU", "DE", "AT", "CH", "FR", "ES", "IT", "US", "GB", "NL", "PL"} <= set(states)
