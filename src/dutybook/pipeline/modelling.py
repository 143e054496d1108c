"""Which model takes part in reading norms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dutybook.errors import BadFilter
from dutybook.pipeline.config import Config

if TYPE_CHECKING:
    from dutybook.extract.norms.judging import Judge

MODELS = ("auto", "rules", "light")


def check_model(config: Config) -> None:
    """See that the model that ``config`` asks for is there and whole, before anything is read.

    Raises:
        BadFilter: there is no model of that name.
        DamagedModel: its files are incomplete, or not what they should be.
    """
    if config.model not in MODELS:
        raise BadFilter(f"{config.model!r} is no model; there are: {', '.join(MODELS)}")
    if config.model != "rules":
        from dutybook.extract.norms.light_model import verified

        verified()


def judge_of(config: Config) -> Judge | None:
    """Who revises what the rules read; None where the rules stand.

    Raises:
        BadFilter, DamagedModel: as :func:`check_model`.
    """
    if config.model == "rules":
        return None
    check_model(config)
    from dutybook.extract.norms.light_judge import LightJudge
    from dutybook.extract.norms.light_model import load_model

    return LightJudge(load_model(), alone=config.model == "light")
