"""The settings of an analysis, and the network that they choose. The same bytes and settings always give the same records."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from dutybook.errors import BadFilter

if TYPE_CHECKING:
    from dutybook.extract.norms.model.reader import Reader

# Stored with every document: a register reads a file again when this changed. Raise it with every change of findings.
ANALYSER_VERSION = "0.1.6"
# What is set for a run and changes no document's result.
_NO_RESULT = frozenset({"password", "members_apart", "workers", "ocr_seconds", "seconds", "wall_seconds"})


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of an analysis.

    Attributes:
        language: overrides the detected language.
        password: opens encrypted files.
        published: the publication date (ISO), where the file states none.
        members_apart: the caller reads attached or embedded files as documents of their own; otherwise a document
            with attachments counts as partly read.
        ocr: images of pages are recognised where tesseract is installed; pages that were not reached in time are
            reported.
        ocr_seconds: the most seconds for recognition in one document.
        workers: processes that may share the pages of one large file. No record depends on it.
        seconds: the most seconds of processor time for a document (0: no limit but the reader's own). Reading pages,
            and looking for norms, stop early enough for what was found to be kept, and the rest is reported.
        wall_seconds: the most seconds that may pass, if they are other than ``seconds``.
        model: what extracts norms: ``auto`` (the shipped network), or a folder with a network of ours or with a
            sequence or token classifier in Hugging Face format.
        tables: what finds the cells of ruled tables in a PDF: ``fast``, or ``pdfplumber`` as a second opinion.
    """

    language: str | None = None
    password: str | None = None
    published: str | None = None
    members_apart: bool = False
    ocr: bool = True
    ocr_seconds: float = 20.0
    workers: int = 1
    seconds: float = 0.0
    wall_seconds: float = 0.0
    model: str = "auto"
    tables: str = "fast"


def version_of(version: str, config: Config) -> str:
    """The version of the results: that of the analyser with the user's settings, without the password."""
    set_by_user = [
        f"{f.name}={getattr(config, f.name)}"
        for f in fields(config)
        if f.name not in _NO_RESULT and getattr(config, f.name) != f.default
    ]
    return "; ".join([version, *set_by_user])


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
