"""Chooses the network that extracts norms: the shipped one, or one from a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dutybook.errors import BadFilter
from dutybook.pipeline.config import Config

if TYPE_CHECKING:
    from dutybook.extract.norms.model.reader import Reader

AUTO = "auto"


def check_model(config: Config) -> None:
    """Check that the model that ``config`` names is complete, before anything is read.

    Raises:
        BadFilter: there is no model of that name, or its labels are not understood.
        DamagedModel: its files are incomplete, or not what they should be.
        MissingExtra: the library that runs it is not installed.
    """
    from dutybook.extract.norms.model.foreign import load_foreign
    from dutybook.extract.norms.model.reader import verify_model

    if config.model == AUTO:
        verify_model()
    elif _is_own(folder := _folder(config.model)):
        verify_model(folder)
    else:
        load_foreign(folder)


def reader_of(config: Config) -> Reader:
    """The network that reads norms.

    Raises:
        BadFilter, DamagedModel, MissingExtra: as :func:`check_model`.
    """
    from dutybook.extract.norms.model.reader import load_reader

    if config.model == AUTO:
        return load_reader()
    folder = _folder(config.model)
    if _is_own(folder):
        return load_reader(folder)
    from dutybook.extract.norms.model.foreign import load_foreign

    return load_foreign(folder)


def _is_own(folder: Path) -> bool:
    """Whether a folder has a network in our format instead of another project's classifier."""
    return (folder / "model.onnx").is_file()


def _folder(name: str) -> Path:
    """The folder of a user's own model.

    Raises:
        BadFilter: there is none.
    """
    folder = Path(name).expanduser()
    if not folder.is_dir():
        raise BadFilter(f"{name!r} is no model: leave it out, or give the folder of one (ours, or Hugging Face layout)")
    return folder.resolve()
