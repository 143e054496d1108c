"""Which model takes part in reading norms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dutybook.errors import BadFilter, MissingExtra
from dutybook.pipeline.config import Config

if TYPE_CHECKING:
    from dutybook.extract.norms.judging import Judge

MODELS = ("auto", "rules", "light", "transformer")


def check_model(config: Config) -> None:
    """See that the model that ``config`` asks for is there and whole, before anything is read.

    Raises:
        BadFilter: there is no model of that name, or the folder's labels cannot be understood.
        DamagedModel: its files are incomplete, or not what they should be.
        MissingExtra: what runs it is not installed.
    """
    from dutybook.extract.norms.transformer import model as shipped

    name = config.model
    if name not in MODELS:
        _folder(name)
    if name in {"auto", "light"} or name not in MODELS:
        from dutybook.extract.norms.light_model import verified

        verified()
    if name == "transformer" or (name == "auto" and not shipped.missing()):
        _check_shipped(shipped.missing())
        shipped.verified()
    elif name not in MODELS:
        from dutybook.extract.norms.transformer.foreign import load_foreign

        load_foreign(_folder(name))


def judge_of(config: Config) -> Judge | None:
    """Who revises what the rules read in one document; None where the rules stand.

    Raises:
        BadFilter, DamagedModel, MissingExtra: as :func:`check_model`.
    """
    if config.model == "rules":
        return None
    from dutybook.extract.norms.light_judge import LightJudge
    from dutybook.extract.norms.light_model import load_model
    from dutybook.extract.norms.transformer import model as shipped

    if config.model == "light":
        return LightJudge(load_model(), alone=True)
    if config.model == "auto":
        light = LightJudge(load_model())
        if shipped.missing():
            return light
        from dutybook.extract.norms.transformer.judge import TransformerJudge

        return TransformerJudge(shipped.waiting_transformer(), light)
    from dutybook.extract.norms.transformer.judge import TransformerJudge

    if config.model == "transformer":
        _check_shipped(shipped.missing())
        return TransformerJudge(shipped.load_transformer(), alone=True)
    from dutybook.extract.norms.transformer.foreign import load_foreign

    return TransformerJudge(load_foreign(_folder(config.model)), alone=True)


def _check_shipped(reason: str) -> None:
    from dutybook.extract.norms.transformer.model import EXTRA, NAME

    if "pip install" in reason:
        raise MissingExtra("the transformer", EXTRA)
    if reason:
        raise BadFilter(f"there is no model {NAME}: {reason}; there are: auto, rules, light, or a model's folder")


def _folder(name: str) -> Path:
    """The folder of a model of the user's own.

    Raises:
        BadFilter: there is none.
    """
    folder = Path(name).expanduser()
    if not folder.is_dir():
        raise BadFilter(
            f"{name!r} is no model; there are: {', '.join(MODELS)}, or the folder of one (Hugging Face layout)"
        )
    return folder.resolve()
